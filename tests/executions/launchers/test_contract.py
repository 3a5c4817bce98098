"""The one suite that holds for every launcher: its verbs, its promises about faults, and every limit it declares."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.executions.launchers.benches import MIB, Bench, Program, read_only, write_context
from yard.core.errors import InvalidInput, TooLarge
from yard.executions.launchers.base import (
    BoxState,
    ImageCancelled,
    ImageFailed,
    LaunchRefused,
    Limit,
    Resources,
)
from yard.executions.launchers.docker import DockerLauncher
from yard.executions.launchers.docker_settings import DockerSettings
from yard.executions.launchers.fake import FakeBox, FakeLauncher


def _hello(box: FakeBox) -> int:
    box.print(b"hello\n")
    return 0


def _wait(box: FakeBox) -> int:
    box.print(b"ready\n")
    if box.wait(60):
        box.print(b"handler ran\n")
        return 5
    return 0


def _write(box: FakeBox) -> int:
    box.write("/train/model.pt", b"weights")
    box.write("/train/out/a/b.txt", b"b")
    box.write("/train/out/c.txt", b"c")
    return 0


def _fail(box: FakeBox) -> int:
    box.print(b"about to fail\n")
    return 3


def _many(box: FakeBox) -> int:
    for number in range(2000):
        box.print(b"line %d\n" % number)
    return 0


HELLO = Program("print('hello')", _hello)
FAIL = Program("print('about to fail')\nraise SystemExit(3)", _fail)
WAIT = Program(
    """
import signal, sys, time
def handler(*_):
    time.sleep(0.3)
    print("handler ran", flush=True)
    sys.exit(5)
signal.signal(signal.SIGTERM, handler)
print("ready", flush=True)
time.sleep(60)
""",
    _wait,
)
WRITE = Program(
    """
import os
os.makedirs("/train/out/a")
open("/train/model.pt", "w").write("weights")
open("/train/out/a/b.txt", "w").write("b")
open("/train/out/c.txt", "w").write("c")
""",
    _write,
)
MANY = Program("for number in range(2000): print('line', number, flush=True)", _many)


# --- images -------------------------------------------------------------------------------------------------------


def test_it_describes_its_host(bench: Bench) -> None:
    facts = bench.launcher.describe()
    assert facts.name
    assert facts.cpus >= 1
    assert facts.memory_bytes > 512 * MIB


def test_it_finds_the_image_it_made(bench: Bench) -> None:
    image = bench.image()
    assert bench.launcher.find_image(image.reference) == image
    assert image.digest
    assert image.workdir == "/workspace"
    assert image.entrypoint


def test_it_makes_an_image_only_once(bench: Bench) -> None:
    bench.image()
    log: list[bytes] = []
    again = bench.launcher.prepare_image(bench.request(), log=log.append, cancelled=lambda: False)
    assert again == bench.image()
    assert log == []


def test_it_does_not_know_other_images(bench: Bench) -> None:
    assert bench.launcher.find_image("contract:never-made") is None


def test_it_gives_a_live_build_log(bench: Bench) -> None:
    log: list[bytes] = []
    request = bench.request("contract:log")
    bench.launcher.prepare_image(request, log=log.append, cancelled=lambda: False)
    assert len(log) >= 1
    assert b"".join(log).strip()
    bench.launcher.remove_image(request.tag)


def test_it_removes_images(bench: Bench) -> None:
    request = bench.request("contract:remove")
    bench.launcher.prepare_image(request, log=lambda _: None, cancelled=lambda: False)
    bench.launcher.remove_image(request.tag)
    bench.launcher.remove_image(request.tag)
    assert bench.launcher.find_image(request.tag) is None


def test_it_keeps_an_image_in_use(bench: Bench) -> None:
    bench.start(WAIT)
    bench.launcher.remove_image(bench.image().reference)
    assert bench.launcher.find_image(bench.image().reference) is not None


def test_it_cancels_a_build(bench: Bench) -> None:
    log: list[bytes] = []
    with pytest.raises(ImageCancelled):
        bench.launcher.prepare_image(bench.request("contract:cancel"), log=log.append, cancelled=lambda: True)
    assert bench.launcher.find_image("contract:cancel") is None


def test_it_says_why_a_build_failed(bench: Bench, tmp_path: Path) -> None:
    context = write_context(tmp_path / "context", "FROM no-such-base:1\n")
    if isinstance(bench.launcher, FakeLauncher):
        bench.launcher.build_fails = "no-such-base:1 is not there"
    log: list[bytes] = []
    request = bench.request("contract:fail", context=context, base="no-such-base:1")
    with pytest.raises(ImageFailed, match="no-such-base:1"):
        bench.launcher.prepare_image(request, log=log.append, cancelled=lambda: False)
    assert b"no-such-base:1" in b"".join(log)
    assert bench.launcher.find_image("contract:fail") is None
    if isinstance(bench.launcher, FakeLauncher):
        bench.launcher.build_fails = ""


def test_it_says_beforehand_that_a_base_is_missing(real_bench: Bench) -> None:
    assert real_bench.launcher.base_problem(real_bench.request().base) is None
    assert "no-such-base:1" in (real_bench.launcher.base_problem("no-such-base:1") or "")


# --- a box's life -------------------------------------------------------------------------------------------------


def test_it_runs_a_program_to_its_end(bench: Bench) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    status, log = bench.run(HELLO)
    assert status.state is BoxState.EXITED, log
    assert (status.exit_code, status.out_of_memory) == (0, False), log
    assert log == b"hello\n"
    assert status.started_at is not None
    assert status.finished_at is not None
    assert before <= status.started_at <= status.finished_at


def test_it_reports_the_exit_code(bench: Bench) -> None:
    status, log = bench.run(FAIL)
    assert status.exit_code == 3
    assert b"about to fail" in log


def test_it_says_running_while_it_runs(bench: Bench) -> None:
    handle = bench.start(WAIT)
    bench.wait_log(handle, b"ready")
    status = bench.launcher.poll(handle)
    assert (status.state, status.exit_code, status.finished_at) == (BoxState.RUNNING, None, None)


def test_it_says_missing_of_a_box_that_is_not_there(bench: Bench) -> None:
    handle = bench.start(HELLO)
    bench.launcher.remove(handle)
    status = bench.launcher.poll(handle)
    assert (status.state, status.exit_code) == (BoxState.MISSING, None)
    bench.launcher.terminate(handle)
    bench.launcher.kill(handle)
    assert list(bench.launcher.read_log(handle)) == []
    assert bench.launcher.copy_out(handle, "/train/model.pt", bench.work / "nothing") is None


def test_it_removes_a_box_twice_without_harm(bench: Bench) -> None:
    handle = bench.start(WAIT)
    bench.launcher.remove(handle)
    bench.launcher.remove(handle)
    assert bench.launcher.find(handle["name"]) is None


def test_launching_a_name_again_gives_the_same_box(bench: Bench) -> None:
    first = bench.start(WAIT)
    bench.wait_log(first, b"ready")
    started = bench.launcher.poll(first).started_at
    again = bench.start(WAIT, name=first["name"])
    assert again == first
    assert bench.launcher.poll(again).started_at == started


def test_launching_the_name_of_an_ended_box_does_not_start_it_again(bench: Bench) -> None:
    handle = bench.start(FAIL)
    ended = bench.wait_end(handle)
    assert bench.start(FAIL, name=handle["name"]) == handle
    assert bench.launcher.poll(handle) == ended
    assert bench.log(handle).count(b"about to fail") == 1


def test_two_launches_at_once_make_one_box(bench: Bench) -> None:
    spec = bench.spec(WAIT.source)
    if isinstance(bench.launcher, FakeLauncher):
        bench.launcher.program = WAIT.fake
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(bench.launch(spec))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert found[0] == found[1] == found[2]
    assert bench.wait_log(bench.launched[0], b"ready").count(b"ready") == 1


def test_it_finds_and_lists_boxes(bench: Bench) -> None:
    handle = bench.start(WAIT)
    other = bench.start(FAIL)
    bench.wait_end(other)
    assert bench.launcher.find(handle["name"]) == handle
    assert bench.launcher.find("yard-never-launched") is None
    boxes = bench.launcher.list_boxes()
    assert boxes[handle["name"]] == handle
    assert boxes[other["name"]] == other


def test_it_refuses_an_image_that_is_gone(bench: Bench) -> None:
    with pytest.raises(LaunchRefused, match="contract:gone"):
        bench.launch(replace(bench.spec(), image="contract:gone", name="yard-gone"))
    assert bench.launcher.find("yard-gone") is None


@pytest.mark.parametrize("name", ["", "../up", "a/b", "-x", "x" * 101])
def test_it_refuses_names_that_lead_astray(bench: Bench, name: str) -> None:
    with pytest.raises(InvalidInput):
        bench.launch(replace(bench.spec(), name=name))


@pytest.mark.parametrize("path", ["relative", "/a/../../etc/passwd", "/", "/a\0b"])
def test_it_refuses_paths_that_lead_astray(bench: Bench, path: str) -> None:
    with pytest.raises(InvalidInput):
        bench.launch(bench.spec(copies={path: b""}))


# --- stopping -----------------------------------------------------------------------------------------------------


def test_terminate_reaches_the_training_through_our_entrypoint(bench: Bench) -> None:
    handle = bench.start(WAIT)
    bench.wait_log(handle, b"ready")
    bench.launcher.terminate(handle)
    status = bench.wait_end(handle)
    assert bench.log(handle).count(b"handler ran") == 1
    assert status.exit_code == 5


@pytest.mark.parametrize(
    "command",
    [
        ("/bin/bash", "-c", "python -u train.py; code=$?; echo shell went on; exit $code"),
        ("/bin/bash", "-c", "echo first && eval time python -u train.py $(echo) && echo last"),
        ("/bin/sh", "-c", "sh -c 'bash -c \"python -u train.py; exit \\$?\"; exit $?'; exit $?"),
    ],
)
def test_terminate_reaches_the_training_through_foreign_entrypoints(
    real_bench: Bench, command: tuple[str, ...]
) -> None:
    handle = real_bench.start(WAIT, command=command)
    real_bench.wait_log(handle, b"ready")
    real_bench.launcher.terminate(handle)
    status = real_bench.wait_end(handle)
    assert real_bench.log(handle).count(b"handler ran") == 1
    assert status.exit_code == 5


def test_terminate_ends_a_training_without_a_handler(real_bench: Bench) -> None:
    source = "import time\nprint('ready', flush=True)\ntime.sleep(60)"
    handle = real_bench.start(source, command=("/bin/bash", "-c", "python -u train.py; exit $?"))
    real_bench.wait_log(handle, b"ready")
    real_bench.launcher.terminate(handle)
    assert real_bench.wait_end(handle).exit_code == 143


def test_kill_ends_whatever_ignores_the_signal(bench: Bench) -> None:
    stubborn = Program(
        "import os, signal, time\nsignal.signal(15, signal.SIG_IGN)\nos.fork()\n"
        "print('ready', flush=True)\ntime.sleep(60)",
        lambda box: (box.print(b"ready\n"), box.wait(60), box.killed.wait(60), box.wait(1), 0)[-1],
    )
    handle = bench.start(stubborn)
    bench.wait_log(handle, b"ready")
    bench.launcher.terminate(handle)
    bench.launcher.kill(handle)
    status = bench.wait_end(handle)
    assert (status.state, status.exit_code) == (BoxState.EXITED, 137)
    bench.launcher.kill(handle)


# --- logs ---------------------------------------------------------------------------------------------------------


def test_it_goes_on_reading_at_the_cursor(bench: Bench) -> None:
    handle = bench.start(MANY)
    bench.wait_end(handle)
    whole = bench.log(handle)
    assert whole == b"".join(b"line %d\n" % number for number in range(2000))
    got, cursor = b"", ""
    for piece in bench.launcher.read_log(handle):
        got, cursor = got + piece.data, piece.cursor
        break
    got += b"".join(piece.data for piece in bench.launcher.read_log(handle, cursor))
    assert got == whole


def test_it_ends_following_when_nothing_more_comes(bench: Bench) -> None:
    handle = bench.start(WAIT)
    bench.wait_log(handle, b"ready")
    last = [piece.cursor for piece in bench.launcher.read_log(handle, follow_seconds=0.2)][-1]
    assert list(bench.launcher.read_log(handle, last, follow_seconds=0.2)) == []
    assert bench.launcher.poll(handle).state is BoxState.RUNNING


def test_it_gives_lines_while_the_program_runs(bench: Bench) -> None:
    handle = bench.start(WAIT)
    assert b"ready" in bench.wait_log(handle, b"ready")
    assert bench.launcher.poll(handle).state is BoxState.RUNNING


def test_no_line_is_lost_or_doubled_across_reconnects(real_bench: Bench) -> None:
    """Two hundred thousand fast lines, read by somebody who reconnects all the time with the last cursor."""
    source = """
        import sys
        for number in range(200_000):
            print(f"{number:06d} abcdefghijklmnopqrstuvwxyz")
    """
    handle = real_bench.start(textwrap.dedent(source))
    got: list[bytes] = []
    cursor = ""
    chance = random.Random(7)
    while True:
        ended = real_bench.launcher.poll(handle).state is BoxState.EXITED
        size, enough = 0, chance.randrange(200_000, 1_500_000)
        for piece in real_bench.launcher.read_log(handle, cursor, follow_seconds=1.0):
            got.append(piece.data)
            cursor = piece.cursor
            size += len(piece.data)
            assert len(piece.data) <= 256 * 1024
            if size > enough:  # drop the connection in the middle of things
                break
        if ended and not size:
            break
    numbers = re.findall(rb"^(\d{6}) abcdefghijklmnopqrstuvwxyz$", b"".join(got), flags=re.MULTILINE)
    assert numbers == [b"%06d" % number for number in range(200_000)]
    assert len(b"".join(got)) == 200_000 * 34


def test_it_keeps_bytes_and_the_order_of_both_outputs(real_bench: Bench) -> None:
    source = """
        import os
        os.write(1, b"out 1\\n"); os.write(1, b"\\xff\\x00\\r")
        os.write(1, "progress █\\r".encode() * 3000)
        os.write(1, b"end without newline")
    """
    _, log = real_bench.run(textwrap.dedent(source))
    assert log == b"out 1\n\xff\x00\r" + "progress █\r".encode() * 3000 + b"end without newline"


# --- files --------------------------------------------------------------------------------------------------------


def test_it_copies_a_file_out(bench: Bench, tmp_path: Path) -> None:
    handle = bench.start(WRITE)
    bench.wait_end(handle)
    for _ in range(2):  # a second collection replaces the first
        copied = bench.launcher.copy_out(handle, "/train/model.pt", tmp_path / "taken")
        assert copied == tmp_path / "taken/model.pt"
        assert copied.read_bytes() == b"weights"
    assert [path.name for path in (tmp_path / "taken").iterdir()] == ["model.pt"]


def test_it_copies_a_folder_out(bench: Bench, tmp_path: Path) -> None:
    handle = bench.start(WRITE)
    bench.wait_end(handle)
    for _ in range(2):
        copied = bench.launcher.copy_out(handle, "/train/out", tmp_path)
        assert copied == tmp_path / "out"
        files = {path.relative_to(copied).as_posix(): path.read_text() for path in copied.rglob("*") if path.is_file()}
        assert files == {"a/b.txt": "b", "c.txt": "c"}


def test_it_copies_nothing_that_is_not_there(bench: Bench, tmp_path: Path) -> None:
    handle = bench.start(HELLO)
    bench.wait_end(handle)
    assert bench.launcher.copy_out(handle, "/train/nothing.pt", tmp_path) is None
    assert bench.launcher.copy_out(handle, "/workspace/train.py/below", tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_it_copies_no_more_than_allowed(bench: Bench, tmp_path: Path) -> None:
    handle = bench.start(WRITE)
    bench.wait_end(handle)
    with pytest.raises(TooLarge):
        bench.launcher.copy_out(handle, "/train/model.pt", tmp_path, max_bytes=6)
    assert list(tmp_path.iterdir()) == []
    assert bench.launcher.copy_out(handle, "/train/model.pt", tmp_path, max_bytes=7) is not None


def test_it_copies_out_of_a_running_box(real_bench: Bench, tmp_path: Path) -> None:
    source = "import time\nopen('/train/a.txt', 'w').write('x')\nprint('ready', flush=True)\ntime.sleep(60)"
    handle = real_bench.start(source)
    real_bench.wait_log(handle, b"ready")
    copied = real_bench.launcher.copy_out(handle, "/train/a.txt", tmp_path)
    assert copied is not None
    assert copied.read_text() == "x"


def test_it_follows_links_only_inside_the_box(real_bench: Bench, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the host's secret")
    source = f"""
        import os
        os.makedirs("/train/out/real/deep")
        open("/train/out/real/deep/weights.pt", "w").write("weights")
        open("/workspace/elsewhere.pt", "w").write("elsewhere")
        os.symlink("/workspace/elsewhere.pt", "/train/model.pt")
        os.symlink("real/deep/weights.pt", "/train/out/best.pt")
        os.symlink("/workspace/elsewhere.pt", "/train/out/other.pt")
        os.symlink("real", "/train/out/latest")
        os.symlink("nowhere", "/train/out/dangling")
        os.symlink({str(secret)!r}, "/train/stolen")
        os.symlink("../../../../../../../../.." + {str(secret)!r}, "/train/stolen2")
        os.symlink("/etc/shadow", "/train/shadow")
        os.symlink("loop", "/train/loop")
        os.makedirs("/train/bad")
        os.symlink("/workspace", "/train/bad/folder")
    """
    handle = real_bench.start(textwrap.dedent(source))
    assert real_bench.wait_end(handle).exit_code == 0, real_bench.log(handle)

    def copy(path: str) -> Path | None:
        return real_bench.launcher.copy_out(handle, path, tmp_path / "taken")

    model = copy("/train/model.pt")
    assert model is not None
    assert not model.is_symlink()
    assert model.read_text() == "elsewhere"
    folder = copy("/train/out")
    assert folder is not None
    taken = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    assert not any(path.is_symlink() for path in taken.values())
    assert sorted(taken) == ["best.pt", "other.pt", "real", "real/deep", "real/deep/weights.pt"]
    assert taken["best.pt"].read_text() == "weights"
    assert taken["other.pt"].read_text() == "elsewhere"
    for path in ("/train/stolen", "/train/stolen2", "/train/shadow", "/train/loop"):
        _refused_or_none(lambda path=path: copy(path))
    with pytest.raises(InvalidInput, match="folder"):
        copy("/train/bad")
    assert sorted(path.name for path in (tmp_path / "taken").iterdir()) == ["model.pt", "out"]


def _refused_or_none(copy: Callable[[], Path | None]) -> None:
    with contextlib.suppress(InvalidInput):
        assert copy() is None


def test_it_refuses_devices_and_pipes(real_bench: Bench, tmp_path: Path) -> None:
    source = """
        import os, socket
        os.mkfifo("/train/pipe")
        os.makedirs("/train/out"); os.mkfifo("/train/out/pipe")
        os.symlink("/dev/zero", "/train/zero")
        socket.socket(socket.AF_UNIX).bind("/train/socket")
    """
    handle = real_bench.start(textwrap.dedent(source))
    assert real_bench.wait_end(handle).exit_code == 0, real_bench.log(handle)
    for path in ("/train/pipe", "/train/out", "/train/socket"):
        with pytest.raises(InvalidInput):
            real_bench.launcher.copy_out(handle, path, tmp_path / "taken")
    _refused_or_none(lambda: real_bench.launcher.copy_out(handle, "/train/zero", tmp_path / "taken", max_bytes=1000))
    assert list((tmp_path / "taken").iterdir()) == []


def test_the_box_has_what_the_specification_says(real_bench: Bench, tmp_path: Path) -> None:
    """Context files, copies over them, read-only files, mounts, variables, writable folders, working directory."""
    data = tmp_path / "private" / "data"
    (data / "annotations").mkdir(parents=True)
    (data / "a.png").write_bytes(b"png")
    (data / "annotations" / "annotations.xml").write_text("<annotations/>")
    data.parent.chmod(0o700)
    endpoint = tmp_path / "endpoint"
    endpoint.mkdir()
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(endpoint / "api.sock"))
    (endpoint / "api.sock").chmod(0o666)
    listening.listen()
    source = """
        import json, os, socket
        import helper
        assert helper.ANSWER == 42
        assert os.getcwd() == "/workspace", os.getcwd()
        assert json.load(open("train_config.json")) == {"epochs": 3}
        json.dump({"epochs": 4}, open("train_config.json", "w"))
        assert open("/run/trainyard/run.json").read() == "{}"
        assert open("/run/trainyard/deep/er.txt").read() == "x"
        assert os.environ["DATASET_ID"] == "7"
        assert os.environ["FROM_IMAGE"] == "yes"
        assert sorted(os.listdir("/minio/datasets/7")) == ["a.png", "annotations"]
        assert open("/minio/datasets/7/a.png", "rb").read() == b"png"
        for folder in ("/train", "/datasets", "/workspace", "/tmp", "/dev/shm", os.environ["HOME"]):
            open(folder + "/written", "w").write("x")
        os.makedirs("/datasets/images/train")
        run, data = "/run/trainyard", "/minio/datasets/7"
        for path in (run + "/run.json", run + "/new", data + "/new", data + "/a.png"):
            try:
                open(path, "a").write("x")
            except OSError:
                pass
            else:
                raise SystemExit(f"{path} could be written")
        wire = socket.socket(socket.AF_UNIX)
        wire.connect("/run/trainyard/endpoint/api.sock")
        print("all well")
    """
    with listening:
        status, log = real_bench.run(
            textwrap.dedent(source),
            files={"run.json": b"{}", "deep/er.txt": b"x"},
            copies={"/workspace/train_config.json": b'{"epochs": 3}'},
            environment={"DATASET_ID": "7"},
            mounts=[*read_only(data, "/minio/datasets/7"), *read_only(endpoint, "/run/trainyard/endpoint")],
        )
    assert log == b"all well\n"
    assert status.exit_code == 0


def test_a_second_box_finds_nothing_of_the_first(real_bench: Bench) -> None:
    source = """
        import os
        print(os.listdir("/train"), os.path.exists("/workspace/x"))
        open("/train/x", "w"), open("/workspace/x", "w")
    """
    source = textwrap.dedent(source)
    assert real_bench.run(source)[1] == b"[] False\n"
    assert real_bench.run(source)[1] == b"[] False\n"


def test_a_box_knows_what_it_wrote(real_bench: Bench) -> None:
    handle = real_bench.start("open('/train/big', 'wb').write(bytes(3 << 20))")
    real_bench.wait_end(handle)
    used = real_bench.launcher.usage(handle, real_bench.spec().resources)
    assert used.disk_bytes is not None
    assert 3 * MIB <= used.disk_bytes < 30 * MIB
    assert used.files is not None
    assert 1 <= used.files < 100


# --- isolation and limits -----------------------------------------------------------------------------------------


def _declares(bench: Bench, limit: Limit) -> None:
    if limit not in bench.launcher.limits:
        pytest.skip(f"the {bench.launcher.name} launcher cannot enforce {limit} on this machine")


def test_the_box_has_no_powers(real_bench: Bench) -> None:
    source = """
        import os
        status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
        assert int(status["CapEff"], 16) == 0, status["CapEff"]
        assert int(status["CapBnd"], 16) & (1 << 21) == 0, status["CapBnd"]  # SYS_ADMIN
        assert status["NoNewPrivs"].strip() == "1"
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        assert len(pids) < 12, pids
        for path in ("/usr/bin/python3", "/etc/passwd", "/proc/sysrq-trigger"):
            if os.geteuid() != 0 or not os.access(path, os.W_OK) or path.startswith("/proc"):
                try:
                    open(path, "r+").write("x")
                except OSError:
                    continue
                raise SystemExit(f"{path} could be written")
        print("all well")
    """
    status, log = real_bench.run(textwrap.dedent(source))
    assert log == b"all well\n"
    assert status.exit_code == 0


def test_memory_is_limited(real_bench: Bench) -> None:
    _declares(real_bench, Limit.MEMORY)
    source = "block = bytearray()\nfor _ in range(1000):\n    block += b'x' * (1 << 20)\nprint('never')"
    resources = Resources(cpus=1.0, memory_bytes=96 * MIB, shared_memory_bytes=MIB, pids=64)
    status, log = real_bench.run(source, resources=resources)
    assert status.out_of_memory
    assert status.exit_code == 137, log
    assert b"never" not in log


def test_a_child_out_of_memory_is_told_apart_from_a_failure(real_bench: Bench) -> None:
    _declares(real_bench, Limit.MEMORY)
    source = """
        import os
        if os.fork() == 0:
            open("/proc/self/oom_score_adj", "w").write("1000")
            block = bytearray()
            while True:
                block += b"x" * (1 << 20)
        _, status = os.wait()
        print("child ended by", os.WTERMSIG(status))
    """
    resources = Resources(cpus=1.0, memory_bytes=96 * MIB, shared_memory_bytes=MIB, pids=64)
    status, log = real_bench.run(textwrap.dedent(source), resources=resources)
    assert log == b"child ended by 9\n"
    assert (status.exit_code, status.out_of_memory) == (0, True)


def test_processes_are_limited(real_bench: Bench) -> None:
    _declares(real_bench, Limit.PIDS)
    source = """
        import os, time
        children = 0
        try:
            while children < 500:
                if os.fork() == 0:
                    time.sleep(60)
                    os._exit(0)
                children += 1
        except BlockingIOError:
            print("contained", flush=True)
            os._exit(0 if children < 64 else 1)
        os._exit(2)
    """
    resources = Resources(cpus=1.0, memory_bytes=512 * MIB, shared_memory_bytes=MIB, pids=64)
    status, log = real_bench.run(textwrap.dedent(source), resources=resources)
    assert log == b"contained\n"
    assert status.exit_code == 0


def test_a_fork_bomb_can_be_killed(real_bench: Bench) -> None:
    _declares(real_bench, Limit.PIDS)
    source = """
        import contextlib, os
        print("ready", flush=True)
        while True:
            with contextlib.suppress(OSError):
                os.fork()
    """
    resources = Resources(cpus=0.5, memory_bytes=512 * MIB, shared_memory_bytes=MIB, pids=40)
    handle = real_bench.start(textwrap.dedent(source), resources=resources)
    real_bench.wait_log(handle, b"ready")
    real_bench.launcher.kill(handle)
    assert real_bench.wait_end(handle).exit_code == 137


def test_cpu_is_limited(real_bench: Bench) -> None:
    _declares(real_bench, Limit.CPU)
    source = """
        import time
        begin, used = time.monotonic(), time.process_time()
        while time.monotonic() - begin < 2:
            pass
        print((time.process_time() - used) / (time.monotonic() - begin))
    """
    resources = Resources(cpus=0.3, memory_bytes=128 * MIB, shared_memory_bytes=MIB)
    _, log = real_bench.run(textwrap.dedent(source), resources=resources)
    assert float(log) < 0.6  # a share of its own time, so a slow machine cannot break it


def test_shared_memory_is_limited(real_bench: Bench) -> None:
    _declares(real_bench, Limit.SHARED_MEMORY)
    source = """
        import os
        about = os.statvfs("/dev/shm")
        print(about.f_blocks * about.f_frsize)
        with open("/dev/shm/some", "wb", buffering=0) as file:
            file.write(bytes(7 << 20))
        try:
            with open("/dev/shm/more", "wb", buffering=0) as file:
                for _ in range(4):
                    file.write(bytes(1 << 20))
            print("too much")
        except OSError as error:
            print(error.strerror)
    """
    resources = Resources(cpus=1.0, memory_bytes=256 * MIB, shared_memory_bytes=8 * MIB)
    _, log = real_bench.run(textwrap.dedent(source), resources=resources)
    size, verdict = log.decode().splitlines()
    assert int(size) == 8 * MIB
    assert verdict in ("No space left on device", "too much")
    assert verdict == "No space left on device"


NETWORK = """
import socket, struct
for line in open("/proc/net/route").read().splitlines()[1:]:
    words = line.split()
    if words[1] == "00000000":
        print("gateway", socket.inet_ntoa(struct.pack("<L", int(words[2], 16))))
wire = socket.socket()
wire.settimeout(5)
try:
    wire.connect(("127.0.0.1", {port}))
    print("reached")
except OSError:
    print("refused")
print(sorted(name for _, name in socket.if_nameindex()))
"""


def test_the_network_is_off_unless_allowed(real_bench: Bench) -> None:
    """Also with a network, what listens on the host's loopback is out of reach."""
    _declares(real_bench, Limit.NETWORK)
    with socket.create_server(("127.0.0.1", 0)) as server:
        source = NETWORK.format(port=server.getsockname()[1])
        assert real_bench.run(source)[1] == b"refused\n['lo']\n"
        if real_bench.launcher.name == "process":
            with pytest.raises(LaunchRefused, match="network"):
                real_bench.start(source, network=True)
            return
        log = real_bench.run(source, network=True)[1].decode()
    assert "refused" in log
    assert "'eth0'" in log, log
    assert "gateway" in log


def test_the_network_of_the_host_is_refused(tmp_path: Path) -> None:
    for network in ("host", "container:database"):
        with pytest.raises(InvalidInput, match="network of its own"):
            DockerLauncher(DockerSettings(tmp_path, egress_network=network))


def test_data_is_read_only(real_bench: Bench, tmp_path: Path) -> None:
    _declares(real_bench, Limit.READ_ONLY_DATA)
    data = tmp_path / "data"
    data.mkdir(mode=0o777)
    data.chmod(0o777)
    (data / "a.txt").write_text("a")
    (data / "a.txt").chmod(0o666)
    source = """
        import os
        for attempt in (
            lambda: open("/minio/datasets/1/a.txt", "w"),
            lambda: open("/minio/datasets/1/b.txt", "w"),
            lambda: os.remove("/minio/datasets/1/a.txt"),
            lambda: os.chmod("/minio/datasets/1/a.txt", 0o600),
            lambda: os.rename("/minio/datasets/1/a.txt", "/minio/datasets/1/c.txt"),
        ):
            try:
                attempt()
            except OSError:
                continue
            raise SystemExit("written")
    """
    status, log = real_bench.run(textwrap.dedent(source), mounts=read_only(data, "/minio/datasets/1"))
    assert status.exit_code == 0, log
    assert [path.name for path in data.iterdir()] == ["a.txt"]
    assert (data / "a.txt").read_text() == "a"


def test_a_gpu_that_is_not_there_is_refused(real_bench: Bench) -> None:
    _declares(real_bench, Limit.GPU)
    resources = Resources(
        cpus=1.0, memory_bytes=128 * MIB, shared_memory_bytes=MIB, gpu_ids=("GPU-00000000-0000-0000-0000-000000000000",)
    )
    with pytest.raises(LaunchRefused, match="GPU"):
        real_bench.launch(real_bench.spec("print(1)", name="yard-no-gpu", resources=resources))
    assert real_bench.launcher.find("yard-no-gpu") is None


# --- faults -------------------------------------------------------------------------------------------------------


def test_a_box_survives_its_starter(real_bench: Bench, tmp_path: Path) -> None:
    """The process that launched it is killed; another one finds the box, its log and its exit code."""
    signal_folder = tmp_path / "open"
    signal_folder.mkdir()
    source = """
        import os, time
        print("ready", flush=True)
        while not os.path.exists("/run/trainyard/go/go"):
            time.sleep(0.05)
        print("went on", flush=True)
        raise SystemExit(6)
    """
    mounts = read_only(signal_folder, "/run/trainyard/go")
    spec = real_bench.spec(textwrap.dedent(source), mounts=mounts)
    read, write = os.pipe()
    starter = os.fork()
    if starter == 0:  # no pytest in here: only the launch, then wait to be killed
        try:
            handle = real_bench.launcher.launch(spec)
            os.write(write, handle["name"].encode())
            time.sleep(60)
        finally:
            os._exit(1)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        assert pipe.read(len(spec.name)).decode() == spec.name
        os.kill(starter, signal.SIGKILL)
        os.waitpid(starter, 0)
    handle = real_bench.launcher.find(spec.name)
    assert handle is not None
    real_bench.launched.append(handle)
    real_bench.wait_log(handle, b"ready")
    assert real_bench.launcher.poll(handle).state is BoxState.RUNNING
    (signal_folder / "go").write_text("")
    assert real_bench.wait_end(handle).exit_code == 6
    assert real_bench.log(handle) == b"ready\nwent on\n"


def test_launchers_import_without_django() -> None:
    code = (
        "import sys; sys.path.insert(0, 'platform')\n"
        "import yard.executions.launchers.docker, yard.executions.launchers.process, yard.executions.launchers.fake\n"
        "assert not [name for name in sys.modules if name.split('.')[0] in ('django', 'torch', 'onnx')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])
