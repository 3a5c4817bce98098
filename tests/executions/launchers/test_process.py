"""What only the process launcher promises: its keeper, its log's bound, its view of a Dockerfile, whom it runs as."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
import sysconfig
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.executions.launchers.benches import BASE, MIB, Bench, write_context
from yard.executions.launchers import process as process_module
from yard.executions.launchers.base import BoxState, ImageFailed, ImageRequest, LaunchRefused, LaunchSpec, Resources
from yard.executions.launchers.process import ProcessLauncher, ProcessSettings
from yard.executions.launchers.process_box import ProcessBox, plan_areas
from yard.executions.launchers.process_shim import start_ticks, write_json
from yard.executions.launchers.sandbox import account_files

ROOT = Path(__file__).parents[3]
SMALL = Resources(cpus=1.0, memory_bytes=256 * MIB, shared_memory_bytes=MIB, pids=64)


@pytest.fixture
def bench(process_bench: Bench) -> Iterator[Bench]:
    yield process_bench
    process_bench.clean()


def _box(bench: Bench, name: str) -> ProcessBox:
    assert isinstance(bench.launcher, ProcessLauncher)
    return bench.launcher._box(name)


def test_a_killed_keeper_is_no_success_and_takes_the_box_along(bench: Bench) -> None:
    handle = bench.start("import time\nprint('ready', flush=True)\ntime.sleep(60)")
    bench.wait_log(handle, b"ready")
    box = _box(bench, handle["name"])
    keeper, first = box.keeper(), box.first_process()
    assert keeper is not None
    assert first is not None
    os.kill(keeper, signal.SIGKILL)
    status = bench.wait_end(handle)
    assert (status.state, status.exit_code) == (BoxState.EXITED, 137)
    assert "unknown" in status.message
    deadline = time.monotonic() + 10
    while start_ticks(first) is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert start_ticks(first) is None
    assert bench.launcher.launch(bench.spec("print('again')", name=handle["name"])) == handle
    assert bench.log(handle) == b"ready\n", "an ended box is never started again"


def test_two_platforms_on_one_machine_leave_each_others_boxes_alone(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "base.txt").write_text("# nothing but Python\n")
    settings = ProcessSettings(tmp_path / "state", {BASE: tmp_path / "base.txt"})
    other = Bench(ProcessLauncher(settings), bench.context, tmp_path)
    sleeper = "import time\nprint('ready', flush=True)\ntime.sleep(60)"
    ours = bench.start(sleeper)
    theirs = other.start(sleeper, name=ours["name"])
    bench.wait_log(ours, b"ready")
    other.wait_log(theirs, b"ready")
    other.clean()
    assert bench.launcher.poll(ours).state is BoxState.RUNNING


def test_another_process_with_the_same_id_is_not_the_keeper(bench: Bench) -> None:
    handle = bench.start("print(1)")
    bench.wait_end(handle)
    box = _box(bench, handle["name"])
    (box.folder / "exit.json").unlink()
    started = box._read("started.json")
    write_json(box.folder / "started.json", {**started, "pid": os.getpid()})
    assert box.keeper() is None
    assert bench.launcher.poll(handle).exit_code == 137
    bench.launcher.terminate(handle)
    bench.launcher.kill(handle)  # or this test would be over


def test_a_box_made_but_not_started_is_started_by_the_next_launch(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The supervisor was killed between making the box and starting it."""
    spec = bench.spec("print('started')")
    with monkeypatch.context() as patched:
        patched.setattr(ProcessBox, "start", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            bench.launcher.launch(spec)
    handle = bench.launcher.find(spec.name)
    assert handle is not None
    assert bench.launcher.poll(handle).state is BoxState.CREATED
    assert bench.launch(spec) == handle
    assert bench.wait_end(handle).exit_code == 0
    assert bench.log(handle) == b"started\n"


def test_a_second_keeper_goes_away(bench: Bench) -> None:
    handle = bench.start("print('once')")
    bench.wait_end(handle)
    _box(bench, handle["name"]).start()
    assert bench.log(handle) == b"once\n"


def test_the_log_is_bounded_and_says_what_it_left_out(bench: Bench, tmp_path: Path) -> None:
    base = tmp_path / "base.txt"
    base.write_text("")
    launcher = ProcessLauncher(ProcessSettings(tmp_path / "state", {BASE: base}, log_bytes=100_000))
    small = Bench(launcher, bench.context, tmp_path)
    try:
        _, log = small.run("for number in range(100_000): print(number)\nprint('Accuracy 0.93')")
    finally:
        small.clean()
    assert len(log) < 200_000
    assert log.startswith(b"0\n1\n2\n")
    assert b"has reached its limit of 100000 bytes" in log
    dropped = int(log.partition(b"[trainyard] ")[2].partition(b"[trainyard] ")[2].split()[0])
    whole = sum(len(f"{number}\n") for number in range(100_000)) + len("Accuracy 0.93\n")
    assert dropped == whole - 100_000 - 64 * 1024
    assert log.endswith(b"99999\nAccuracy 0.93\n"), "the score is in the last lines"


def test_it_refuses_without_a_sandbox(tmp_path: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        process_module, "find_sandbox", lambda *_, **__: (None, "No sandbox is possible: install bubblewrap.")
    )
    base = tmp_path / "base.txt"
    base.write_text("")
    launcher = ProcessLauncher(ProcessSettings(tmp_path / "state", {BASE: base}))
    with pytest.raises(ImageFailed, match="install bubblewrap"):
        launcher.prepare_image(bench.request(), log=lambda _: None, cancelled=lambda: False)
    assert any("install bubblewrap" in note for note in launcher.describe().notes)


def test_it_runs_without_a_sandbox_where_that_is_allowed(
    tmp_path: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_module, "find_sandbox", lambda *_, **__: (None, "none"))
    base = tmp_path / "base.txt"
    base.write_text("")
    launcher = ProcessLauncher(ProcessSettings(tmp_path / "state", {BASE: base}, allow_unsandboxed=True))
    open_bench = Bench(launcher, bench.context, tmp_path)
    try:
        handle = open_bench.start("import helper, os\nprint(helper.ANSWER, os.path.basename(os.getcwd()))")
        assert open_bench.wait_end(handle).exit_code == 0, open_bench.log(handle)
        assert open_bench.log(handle) == b"42 workspace\n"
        assert launcher.copy_out(handle, "/workspace/helper.py", tmp_path) == tmp_path / "helper.py"
    finally:
        open_bench.clean()


def test_it_refuses_a_mount_that_is_not_there(bench: Bench, tmp_path: Path) -> None:
    from tests.executions.launchers.benches import read_only

    spec = bench.spec("print(1)", name="yard-no-mount", mounts=read_only(tmp_path / "gone", "/minio/datasets/1"))
    with pytest.raises(LaunchRefused, match="gone"):
        bench.launch(spec)
    assert bench.launcher.find("yard-no-mount") is None


def test_it_takes_working_directory_and_files_from_the_dockerfile(bench: Bench, tmp_path: Path) -> None:
    """A published template works in ``/usr/src/app``, inside a folder that is the system's."""
    text = f"""\
FROM {BASE}
WORKDIR /usr/src/app
COPY helper.py train_config.json ./
COPY helper.py /usr/local/lib/tools/
COPY docker-entrypoint.sh /usr/local/bin/start.sh
ENV GREETING="hello there"
CMD ["python", "train.py"]
"""
    request = ImageRequest("process:layout", write_context(tmp_path / "context", text), BASE)
    image = bench.launcher.prepare_image(request, log=lambda _: None, cancelled=lambda: False)
    assert image.workdir == "/usr/src/app"
    source = """
        import os, sys
        sys.path.insert(0, "/usr/local/lib/tools")
        import helper
        started, system = (os.path.exists(path) for path in ("/usr/local/bin/start.sh", "/usr/bin/env"))
        print(os.getcwd(), os.environ["GREETING"], started, system)
        open("new", "w").write("writable")
    """
    copies = {"/usr/src/app/train.py": textwrap.dedent(source).encode()}
    spec = LaunchSpec(name="yard-layout", image=image.reference, resources=SMALL, copies=copies)
    handle = bench.launch(spec)
    assert bench.wait_end(handle).exit_code == 0, bench.log(handle)
    assert bench.log(handle) == b"/usr/src/app hello there True True\n"
    assert bench.launcher.copy_out(handle, "/usr/src/app/new", tmp_path) == tmp_path / "new"
    assert not Path("/usr/src/app").exists()


def test_the_build_log_says_what_of_the_dockerfile_is_left_out(bench: Bench) -> None:
    log: list[bytes] = []
    bench.launcher.prepare_image(bench.request("process:log"), log=log.append, cancelled=lambda: False)
    assert b"left out: line 6: RUN echo building on purpose" in b"".join(log)


def test_base_sets_may_be_patterns(tmp_path: Path) -> None:
    sets = {"nvcr.io/nvidia/pytorch:*": tmp_path / "torch.txt", "trainyard-base": tmp_path / "own.txt"}
    launcher = ProcessLauncher(ProcessSettings(tmp_path / "state", sets))
    assert launcher.base_problem("nvcr.io/nvidia/pytorch:26.03-py3") is None
    assert launcher.base_problem("trainyard-base:7") is None
    problem = launcher.base_problem("localhost:5000/other")
    assert problem is not None
    assert "trainyard-base" in problem


def test_a_command_in_vain_is_no_success(bench: Bench) -> None:
    """Seen at once, or only when the sandbox is up: depends on who starts it. Either way the program is named."""
    spec = bench.spec(command=("/no/such/program",), name="yard-no-program")
    try:
        handle = bench.launch(spec)
    except LaunchRefused as error:
        said = error.message.encode()
    else:
        assert bench.wait_end(handle).exit_code not in (0, None)
        said = bench.log(handle)
    assert b"/no/such/program" in said


@pytest.mark.parametrize(
    ("folders", "files", "areas", "single"),
    [
        (["/workspace", "/train"], ["/workspace/a", "/x.sh"], ("/train", "/workspace"), ("/x.sh",)),
        (["/usr/src/app"], ["/usr/src/app/deep/a", "/usr/bin/b"], ("/usr/src/app",), ("/usr/bin/b",)),
        (["/"], ["/opt/ml/code/a"], ("/opt/ml/code",), ()),
        (["/a", "/a/b"], ["/a/b/c/d"], ("/a",), ()),
        ([], ["/etc/conf/x"], (), ("/etc/conf/x",)),
    ],
)
def test_it_plans_what_belongs_to_the_box(
    folders: list[str], files: list[str], areas: tuple[str, ...], single: tuple[str, ...]
) -> None:
    planned = plan_areas(folders, files)
    assert (planned.folders, planned.files) == (areas, single)


ORDINARY = """
import sys, time
from pathlib import Path
from yard.executions.launchers.base import *
from yard.executions.launchers.process import ProcessLauncher, ProcessSettings
from tests.executions.launchers.benches import Bench, BASE, MIB, read_only, write_context
work = Path(sys.argv[1])
(work / "base.txt").write_text("")
launcher = ProcessLauncher(ProcessSettings(work / "state", {BASE: work / "base.txt"}))
bench = Bench(launcher, write_context(work / "context"), work)
data = work / "private" / "data"
data.mkdir(parents=True); (data / "a").write_text("data"); data.parent.chmod(0o700)
handle = bench.start('''
import signal, sys, time, os
def handler(*_):
    print("handler ran", flush=True); sys.exit(5)
signal.signal(15, handler)
print(open("/minio/datasets/1/a").read(), os.path.exists("/home"), flush=True)
open("/train/model.pt", "w").write("weights")
os.makedirs("/train/closed"); os.chmod("/train/closed", 0)
time.sleep(60)
''', mounts=read_only(data, "/minio/datasets/1"))
bench.wait_log(handle, b"data False")
launcher.terminate(handle)
status = bench.wait_end(handle)
assert status.exit_code == 5, (status, bench.log(handle))
assert b"handler ran" in bench.log(handle)
assert launcher.copy_out(handle, "/train/model.pt", work / "out").read_text() == "weights"
launcher.remove(handle)
assert launcher.poll(handle).state is BoxState.MISSING
assert list((work / "state" / "boxes").iterdir()) == []
print(",".join(sorted(launcher.limits)))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="root tries it as another user; for others the whole suite does")
def test_an_ordinary_user_can_run_boxes(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    work = Path(f"/var/tmp/trainyard-ordinary-{os.getpid()}")
    work.mkdir(mode=0o755)
    os.chown(work, nobody.pw_uid, nobody.pw_gid)
    python = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
    environment = {
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform"), sysconfig.get_path("purelib")]),
        "PATH": os.environ["PATH"],
        "HOME": str(work),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    try:
        done = subprocess.run(
            [python, "-c", ORDINARY, str(work)],
            user=nobody.pw_uid,
            group=nobody.pw_gid,
            extra_groups=[],
            env=environment,
            cwd="/",
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if "Permission denied" in done.stderr and "can't open" in done.stderr:
            pytest.skip("the repository lies where other users cannot read it")
        assert done.returncode == 0, done.stderr
        assert "network" in done.stdout
        assert "memory" not in done.stdout.replace("shared_memory", "")
    finally:
        subprocess.run(["rm", "-rf", str(work)], check=True)


def test_account_files_are_replaced_not_written_to(tmp_path: Path) -> None:
    """An ordinary user may not write to a read-only file of its own, so a second box would fail."""
    before = {bind.target: bind.source.stat().st_ino for bind in account_files(tmp_path, 1000)}
    after = {bind.target: bind.source.stat().st_ino for bind in account_files(tmp_path, 1000)}
    assert set(before) == {"/etc/passwd", "/etc/group", "/etc/hosts"}
    assert all(before[target] != after[target] for target in before)
    assert not [file.name for file in tmp_path.iterdir() if file.name.startswith(".")]
