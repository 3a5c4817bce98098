"""What only containers promise: boxed builds that stop when told, platforms apart, nothing left after a refusal."""

from __future__ import annotations

import os
import textwrap
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import docker
import pytest
import requests
from docker.api.client import APIClient

from tests.executions.launchers.benches import BASE, MIB, Bench, read_only, write_context
from yard.executions.launchers import docker_ends, docker_hold
from yard.executions.launchers.base import (
    BoxState,
    ImageCancelled,
    ImageFailed,
    LauncherUnavailable,
    LaunchRefused,
    Resources,
)
from yard.executions.launchers.docker import DockerLauncher
from yard.executions.launchers.docker_build import BuildLimits, split_reference
from yard.executions.launchers.docker_settings import DockerSettings
from yard.executions.launchers.docker_start import Starter

pytestmark = pytest.mark.docker


@pytest.fixture
def bench(docker_bench: Bench) -> Iterator[Bench]:
    yield docker_bench
    docker_bench.clean()


@pytest.fixture
def engine(docker_engine: str) -> Iterator[docker.DockerClient]:
    client = docker.DockerClient(base_url=docker_engine)
    yield client
    client.close()


def _build(bench: Bench, folder: Path, steps: str, tag: str, **options: object) -> bytes:
    log: list[bytes] = []
    request = bench.request(tag, context=write_context(folder, f"FROM {BASE}\n{steps}\n"))
    cancelled = options.get("cancelled") or (lambda _: False)
    try:
        bench.launcher.prepare_image(request, log=log.append, cancelled=lambda: cancelled(b"".join(log)))  # type: ignore[operator]
    finally:
        bench.launcher.remove_image(tag)
    return b"".join(log)


def test_cancelling_stops_the_step_that_runs(bench: Bench, engine: docker.DockerClient, tmp_path: Path) -> None:
    before = {each["Id"] for each in engine.api.containers(all=True)}
    with pytest.raises(ImageCancelled):
        _build(bench, tmp_path, "RUN echo begun; sleep 600", "docker:cancel", cancelled=lambda log: b"begun" in log)
    deadline = time.monotonic() + 20
    while {each["Id"] for each in engine.api.containers(all=True)} - before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert {each["Id"] for each in engine.api.containers(all=True)} - before == set()
    assert bench.launcher.find_image("docker:cancel") is None


def test_lines_of_a_build_come_while_it_runs(bench: Bench, tmp_path: Path) -> None:
    seen = threading.Event()

    def watch(log: bytes) -> bool:
        if b"begun" in log:
            seen.set()
        return seen.is_set()

    with pytest.raises(ImageCancelled):
        _build(bench, tmp_path, "RUN echo begun && sleep 600", "docker:live", cancelled=watch)
    assert seen.is_set()


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ("RUN echo words of the step && exit 3", "returned a non-zero code: 3"),
        ("COPY not-there.py /", "not-there.py"),
        ("FROB x", "FROB"),
    ],
)
def test_a_failed_build_says_why_in_error_and_log(bench: Bench, tmp_path: Path, steps: str, words: str) -> None:
    log: list[bytes] = []
    request = bench.request("docker:fail", context=write_context(tmp_path, f"FROM {BASE}\n{steps}\n"))
    with pytest.raises(ImageFailed, match=words):
        bench.launcher.prepare_image(request, log=log.append, cancelled=lambda: False)
    assert words.encode() in b"".join(log)


def test_a_build_without_network_has_none(bench: Bench, tmp_path: Path) -> None:
    log = _build(bench, tmp_path, "RUN echo interfaces: $(ls /sys/class/net)", "docker:net")
    assert b"interfaces: lo\n" in log


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make the control group of a build")
def test_a_build_is_boxed(docker_engine: str, docker_bench: Bench, tmp_path: Path) -> None:
    before = _groups_of_builds()
    limits = BuildLimits(cpus=1.0, memory_bytes=128 * MIB, pids=40)
    launcher = DockerLauncher(DockerSettings(tmp_path / "state", docker_engine, build=limits))
    small = Bench(launcher, docker_bench.context, tmp_path)
    try:
        forks = "import os, time; [os.fork() or time.sleep(60) for _ in range(100)]"
        with pytest.raises(ImageFailed):
            _build(small, tmp_path / "a", f"RUN timeout -k 1 20 python3 -c '{forks}'", "docker:forks")
        with pytest.raises(ImageFailed):
            _build(small, tmp_path / "b", "RUN python3 -c 'x = bytes([1]) * (300 << 20)'", "docker:memory")
    finally:
        launcher.close()
    assert _groups_of_builds() <= before


def _groups_of_builds() -> set[Path]:
    return set(Path("/sys/fs/cgroup").glob("*/trainyard-build-*"))


def test_platforms_on_one_engine_leave_each_other_alone(docker_engine: str, bench: Bench, tmp_path: Path) -> None:
    handle = bench.start("import time\ntime.sleep(60)")
    other = DockerLauncher(DockerSettings(tmp_path, docker_engine, instance="another"))
    try:
        assert other.list_boxes() == {}
        with pytest.raises(LaunchRefused, match="not ours"):
            other.find(handle["name"])
        with pytest.raises(LaunchRefused, match="not ours"):
            other.launch(bench.spec(name=handle["name"]))
    finally:
        other.close()
    assert bench.launcher.poll(handle).state is BoxState.RUNNING


def test_a_refused_start_leaves_nothing(bench: Bench, engine: docker.DockerClient) -> None:
    resources = Resources(cpus=1.0, memory_bytes=128 * MIB, shared_memory_bytes=MIB, gpu_ids=("GPU-none",))
    with pytest.raises(LaunchRefused):
        bench.launch(bench.spec(name="yard-refused", resources=resources))
    assert engine.api.containers(all=True, filters={"name": "yard-refused"}) == []
    assert not (bench.work / "state/boxes/yard-refused").exists()


def test_a_command_in_vain_is_no_success(bench: Bench) -> None:
    handle = bench.launch(bench.spec(name="yard-no-program", command=("/no/such/program",)))
    assert bench.wait_end(handle).exit_code not in (0, None)
    assert b"no/such/program" in bench.log(handle)


def test_a_mount_the_engine_does_not_see_is_refused(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(LaunchRefused, match="gone"):
        bench.launch(bench.spec(name="yard-mount", mounts=read_only(tmp_path / "gone", "/minio/datasets/1")))


def _dies(*_: object, **__: object) -> None:
    """In place of a step: the supervisor is killed there."""
    raise KeyboardInterrupt


@pytest.mark.parametrize(("owner", "step"), [(Starter, "_start"), (APIClient, "start"), (Starter, "_give_word")])
def test_a_box_whose_start_nobody_saw_through_has_not_trained_and_another_one_begins(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, owner: type, step: str
) -> None:
    """The supervisor, or the engine with it, was killed amid a start."""
    spec = bench.spec("print(open('/run/trainyard/a').read())", files={"a": b"trains"})
    with monkeypatch.context() as patched:
        patched.setattr(owner, step, _dies)
        with pytest.raises(KeyboardInterrupt):
            bench.launcher.launch(spec)
    left = bench.launcher.find(spec.name)
    assert left is not None
    time.sleep(0.5)
    assert bench.log(left) == b""
    again = bench.launch(spec)
    assert again["id"] != left["id"]
    assert bench.launcher.poll(left).state is BoxState.MISSING
    bench.wait_end(again)
    assert bench.log(again) == b"trains\n"


def test_what_an_engine_has_forgotten_ends_without_having_trained(
    bench: Bench, engine: docker.DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs beside the box made in its place, and nobody can end it."""
    spec = bench.spec("print('trains')")
    with monkeypatch.context() as patched:
        patched.setattr(docker_hold, "SCRIPT", docker_hold.SCRIPT.replace(b"-le 220", b"-le 101"))
        patched.setattr(Starter, "_give_word", _dies)
        with pytest.raises(KeyboardInterrupt):
            bench.launcher.launch(spec)
    left = bench.launcher.find(spec.name)
    assert left is not None
    engine.api.rename(left["id"], "yard-forgotten")
    again = bench.launch(spec)
    assert bench.wait_end(again).exit_code == 0
    assert engine.api.wait(left["id"])["StatusCode"] == 75
    assert bench.log(left) == b"Trainyard: the word to begin never came.\n"
    engine.api.remove_container(left["id"])


def test_a_start_that_the_engine_forgot_after_its_box_had_trained_is_told(
    bench: Bench, engine: docker.DockerClient
) -> None:
    """It comes back with a box that is only created."""
    handle = bench.launch(bench.spec(name="yard-created"))
    bench.wait_end(handle)
    engine.api.remove_container(handle["id"])
    made = engine.api.create_container(BASE, ["true"], name="yard-created")["Id"]
    status = bench.launcher.poll({**handle, "id": made})
    assert (status.state, status.exit_code, status.message) == (BoxState.EXITED, None, docker_ends.LOST)
    engine.api.remove_container(made)


def test_several_starts_find_out_at_once_that_limits_cannot_be_raised(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine in a container, say; none of the runs is to fail of it."""
    start, both_created = APIClient.start, threading.Barrier(2, timeout=30)

    def refuse(api: APIClient, box: str) -> None:
        given = api.inspect_container(box)["HostConfig"]["Ulimits"]
        if any(limit["Name"] == "memlock" for limit in given):
            both_created.wait()
            response = requests.Response()
            response.status_code = 500
            raise docker.errors.APIError("x", response=response, explanation="error setting rlimit type 8")
        start(api, box)

    monkeypatch.setattr(APIClient, "start", refuse)
    monkeypatch.setattr(bench.launcher._starter, "_raise_limits", True)  # type: ignore[attr-defined]
    with ThreadPoolExecutor(2) as pool:
        handles = list(pool.map(bench.launch, [bench.spec("print('trains')"), bench.spec("print('trains')")]))
    for handle in handles:
        assert bench.wait_end(handle).exit_code == 0


def test_files_reach_a_box_of_an_engine_elsewhere(docker_engine: str, docker_bench: Bench, tmp_path: Path) -> None:
    settings = DockerSettings(tmp_path / "unseen", docker_engine, instance="elsewhere", share_files=False)
    launcher = DockerLauncher(settings)
    away = Bench(launcher, docker_bench.context, tmp_path)
    try:
        source = "print(open('/run/trainyard/deep/run.json').read())"
        assert away.run(source, files={"deep/run.json": b"{}"})[1] == b"{}\n"
    finally:
        away.clean()
        launcher.close()


def test_a_user_of_the_image_can_work_too(bench: Bench, tmp_path: Path) -> None:
    """An image may name a user that is not root; config and outputs must still be writable."""
    text = (
        f'FROM {BASE}\nWORKDIR /workspace\nRUN chmod 777 /workspace\nUSER 65534\nENTRYPOINT ["python3", "train.py"]\n'
    )
    request = bench.request("docker:user", context=write_context(tmp_path, text))
    image = bench.launcher.prepare_image(request, log=lambda _: None, cancelled=lambda: False)
    source = """
        import os
        open("c.json", "a").write(" ")
        open("/train/x", "w")
        print(os.getuid(), open("/run/trainyard/a").read())
    """
    spec = bench.spec(textwrap.dedent(source), copies={"/workspace/c.json": b"{}"}, files={"a": b"a"})
    handle = bench.launch(replace(spec, image=image.reference))
    bench.wait_end(handle)
    assert bench.log(handle) == b"65534 a\n"


def test_terminate_works_without_a_shell_in_the_image(bench: Bench, tmp_path: Path) -> None:
    text = f'FROM {BASE}\nWORKDIR /workspace\nRUN rm /bin/sh /usr/bin/dash\nENTRYPOINT ["python3", "-u", "train.py"]\n'
    request = bench.request("docker:shell", context=write_context(tmp_path, text))
    image = bench.launcher.prepare_image(request, log=lambda _: None, cancelled=lambda: False)
    source = "import signal, sys, time\nsignal.signal(15, lambda *_: sys.exit(5))\nprint('ready')\ntime.sleep(60)"
    handle = bench.launch(replace(bench.spec(source), image=image.reference))
    bench.wait_log(handle, b"ready")
    bench.launcher.terminate(handle)
    assert bench.wait_end(handle).exit_code == 5


def test_cpus_beyond_the_host_are_cut(bench: Bench) -> None:
    resources = Resources(cpus=10_000.0, memory_bytes=128 * MIB, shared_memory_bytes=MIB)
    assert bench.run("print('runs')", resources=resources)[1] == b"runs\n"


def test_an_engine_that_does_not_answer_is_told_apart(tmp_path: Path) -> None:
    launcher = DockerLauncher(DockerSettings(tmp_path, f"unix://{tmp_path}/none.sock"))
    with pytest.raises(LauncherUnavailable, match="does not answer"):
        launcher.describe()
    with pytest.raises(LauncherUnavailable):
        launcher.poll({"launcher": "docker", "id": "x", "name": "x"})


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("debian", ("debian", "latest")),
        ("debian:12", ("debian", "12")),
        ("localhost:5000/a/b", ("localhost:5000/a/b", "latest")),
        ("localhost:5000/a:1", ("localhost:5000/a", "1")),
        ("a@sha256:12", ("a", "sha256:12")),
    ],
)
def test_it_splits_image_names(reference: str, parts: tuple[str, str]) -> None:
    assert split_reference(reference) == parts
