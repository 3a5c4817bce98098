"""Code that uses up what there is, or will not end. Every such program has small limits and an end of its own."""

from __future__ import annotations

import contextlib
import secrets
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.executions.launchers.benches import MIB, Bench
from tests.executions.launchers.hostile import HELPERS
from yard.executions.launchers.base import BoxState, Handle, Limit, Resources, Usage
from yard.executions.launchers.measure import measure, remove_tree
from yard.executions.launchers.watch import BoxWatch, over

SMALL = Resources(cpus=0.5, memory_bytes=128 * MIB, shared_memory_bytes=MIB, pids=40, disk_bytes=24 * MIB, files=2000)
ALARM = "import signal; signal.alarm(90)\n"  # belt and braces: no such program outlives the test


def start(bench: Bench, source: str, resources: Resources = SMALL) -> Handle:
    return bench.start(ALARM + HELPERS + textwrap.dedent(source), resources=resources)


def until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


def of_host(marker: str) -> list[str]:
    """Processes of this machine with the marker in their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and marker.encode() in (entry / "cmdline").read_bytes():
                found.append(entry.name)
    return found


def test_both_declare_what_they_keep(real_bench: Bench) -> None:
    if real_bench.launcher.name == "docker":
        assert real_bench.launcher.limits == frozenset(Limit)
    assert real_bench.launcher.limits >= {Limit.TIME, Limit.DISK, Limit.FILES}


@pytest.mark.parametrize(
    ("filler", "limit"),
    [
        ("open(f'/train/{number}', 'wb').write(bytes(1 << 20))", Limit.DISK),
        ("open(f'/workspace/{number}', 'wb').write(bytes(1 << 20))", Limit.DISK),
        ("[open(f'/train/{number}-{i}', 'w').close() for i in range(100)]", Limit.FILES),
        ("[os.link('/train/x', f'/train/{number}-{i}') for i in range(100)]", Limit.FILES),
        ("os.mkdir('d'); os.chdir('d'); open('x', 'wb').write(bytes(1 << 20))", Limit.DISK),
    ],
)
def test_a_full_disk_is_noticed(real_bench: Bench, filler: str, limit: Limit) -> None:
    """Also in many files, in links, and in folders deeper than any path can name."""
    source = f"""
        open("/train/x", "w").close()
        os.chdir("/train")
        for number in range(60):
            {filler}
        print("full", flush=True)
        time.sleep(60)
    """
    handle = start(real_bench, source)
    real_bench.wait_log(handle, b"full")
    watch = BoxWatch(real_bench.launcher, handle, SMALL)
    until(lambda: watch.exceeded() is not None)
    assert watch.exceeded() is limit
    real_bench.launcher.kill(handle)
    assert real_bench.wait_end(handle).exit_code == 137
    assert over(real_bench.launcher.usage(handle, SMALL), SMALL) is limit  # still known of the ended box


def test_one_file_cannot_grow_over_the_limit(real_bench: Bench) -> None:
    """Before any watch looks, and wherever it lies."""
    source = """
        def fill(path):
            with open(path, "wb", buffering=0) as file:
                for _ in range(40):
                    file.write(bytes(1 << 20))
        for folder in ("/train", "/workspace", "/root"):
            attempt(folder, lambda: fill(f"{folder}/big"))
        attempt("sparse", lambda: os.truncate("/train/big", 1 << 40))
        attempt("allocated", lambda: os.posix_fallocate(os.open("/train/other", os.O_CREAT | os.O_RDWR), 0, 40 << 20))
        report()
    """
    handle = start(real_bench, source)
    real_bench.wait_end(handle)
    log = real_bench.log(handle)
    assert b"SUCCEEDED" not in log, log
    assert log.count(b"File too large") == 5, log


def test_memory_in_files_is_memory(real_bench: Bench) -> None:
    """/dev/shm has its own size; what else is a file in memory counts as the box's memory or disk."""
    source = """
        def fill(path):
            with open(path, "wb", buffering=0) as file:
                for _ in range(20):
                    file.write(bytes(1 << 20))
        attempt("/dev/shm", lambda: fill("/dev/shm/big"))
        attempt("/dev/full", lambda: fill("/dev/full"))
        attempt("/dev", lambda: fill("/dev/big") or os.remove("/dev/big"))
        report()
    """
    log = real_bench.run(ALARM + HELPERS + textwrap.dedent(source), resources=SMALL)[1]
    assert log.count(b"No space left on device") >= 2, log


def test_shared_memory_of_the_old_kind_counts_too(real_bench: Bench) -> None:
    source = """
        kept = []
        for _ in range(40):
            number = libc.shmget(0, 8 << 20, 0o1600)
            if number == -1:
                break
            libc.shmat.restype = ctypes.c_void_p
            place = libc.shmat(number, None, 0)
            ctypes.memset(place, 1, 8 << 20)
        print("never")
        raise SystemExit(0 if number == -1 else 3)
    """
    status, log = real_bench.run(ALARM + HELPERS + textwrap.dedent(source), resources=SMALL)
    assert status.out_of_memory, log
    assert b"never" not in log


def test_threads_count_as_processes(real_bench: Bench) -> None:
    source = """
        started = 0
        try:
            for _ in range(200):
                threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
                started += 1
        except RuntimeError as error:
            print(error, flush=True)
        os._exit(0 if started < 40 else 1)
    """
    handle = start(real_bench, source)
    status = real_bench.wait_end(handle)
    assert (status.exit_code, real_bench.log(handle)) == (0, b"can't start new thread\n")


def test_being_at_the_limit_of_processes_is_known(real_bench: Bench) -> None:
    source = """
        with contextlib.suppress(OSError):
            while True:
                if os.fork() == 0:
                    time.sleep(60)
                    os._exit(0)
        print("full", flush=True)
        time.sleep(60)
    """
    handle = start(real_bench, source)
    real_bench.wait_log(handle, b"full")
    assert real_bench.launcher.usage(handle, SMALL).processes_refused
    real_bench.launcher.kill(handle)
    status = real_bench.wait_end(handle)
    assert status.processes_refused or real_bench.launcher.name == "docker"  # whose engine forgets


def test_a_fork_bomb_can_be_asked_to_end_and_then_killed(real_bench: Bench) -> None:
    """No room is left for a helper in the box; asking must neither hang nor fail."""
    source = """
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("ready", flush=True)
        while True:
            with contextlib.suppress(OSError):
                os.fork()
    """
    handle = start(real_bench, source)
    real_bench.wait_log(handle, b"ready")
    begun = time.monotonic()
    real_bench.launcher.terminate(handle)
    assert time.monotonic() - begun < 60
    assert real_bench.launcher.poll(handle).state is BoxState.RUNNING
    real_bench.launcher.kill(handle)
    assert real_bench.wait_end(handle).exit_code == 137


@pytest.mark.parametrize(
    "stubborn",
    [
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
        "[signal.signal(n, signal.SIG_IGN) for n in range(1, 32) if n not in (9, 14, 19)]",
        "os.fork() and os.kill(os.getpid(), signal.SIGSTOP)",
        "os.kill(os.getppid(), signal.SIGSTOP)",
        "os.fork() or (libc.ptrace(0, 0, 0, 0), os.kill(os.getpid(), signal.SIGSTOP))",
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))",
    ],
)
def test_whatever_will_not_end_is_killed(real_bench: Bench, stubborn: str) -> None:
    source = f"""
        print("ready", flush=True)
        {stubborn}
        time.sleep(80)
    """
    handle = start(real_bench, source)
    real_bench.wait_log(handle, b"ready")
    real_bench.launcher.terminate(handle)
    real_bench.launcher.kill(handle)
    status = real_bench.wait_end(handle)
    assert status.state is BoxState.EXITED
    assert status.exit_code in (137, 143)


def test_daemons_end_with_the_box(real_bench: Bench) -> None:
    """A double fork, a session of its own, every descriptor closed: it still ends when the training does."""
    marker = f"daemon-{secrets.token_hex(6)}"
    source = f"""
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.closerange(0, 64)
                os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(80)", "{marker}"])
            os._exit(0)
        while not any("{marker}" in open(path).read() for path in glob.glob("/proc/[0-9]*/cmdline")
                      if "{marker}" not in open("/proc/self/cmdline").read()):
            time.sleep(0.05)
        print("done", flush=True)
    """
    handle = start(real_bench, source)
    status = real_bench.wait_end(handle)
    assert (status.exit_code, real_bench.log(handle)) == (0, b"done\n")
    until(lambda: of_host(marker) == [])


def test_endless_output_is_cut(real_bench: Bench) -> None:
    """The machine's disk holds a bounded part of what a box prints, whoever reads it."""
    source = """
        line = b"x" * 1023 + b"\\n"
        block = line * 1024
        end = time.monotonic() + 2
        print("ready", flush=True)
        while time.monotonic() < end:
            os.write(1, block)
    """
    handle = start(real_bench, source)
    status = real_bench.wait_end(handle)
    assert status.exit_code == 0
    if real_bench.launcher.name == "process":
        kept = sum(len(piece.data) for piece in real_bench.launcher.read_log(handle))
        assert 0 < kept < 400 * MIB
    # The reader stops when it wants to, and is not drowned.
    first = next(iter(real_bench.launcher.read_log(handle)))
    assert len(first.data) <= 256 * 1024


def test_deep_folders_are_counted_and_removed(tmp_path: Path) -> None:
    """Deeper than a path can name and than calls may nest."""
    root = tmp_path / "root"
    root.mkdir()
    dig = "import os\nfor _ in range(3000): os.mkdir('d'); os.chdir('d')\nopen('x', 'wb').write(bytes(1 << 20))"
    subprocess.run([sys.executable, "-c", dig], cwd=root, check=True)
    extent = measure(root)
    assert extent.files == 3001
    assert extent.size >= MIB
    assert not measure(root, enough_files=10).complete
    remove_tree(root)
    assert not root.exists()


def test_files_with_several_names_count_their_size_once(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(MIB))
    for number in range(5):
        (tmp_path / str(number)).hardlink_to(tmp_path / "a")
    extent = measure(tmp_path)
    assert extent.files == 6
    assert MIB <= extent.size < 2 * MIB


def test_nothing_is_over_without_limits() -> None:
    assert over(Usage(1 << 50, 1 << 40), replace(SMALL, disk_bytes=None, files=None)) is None
