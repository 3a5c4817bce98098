"""The keeper of one process box: starts the sandbox, writes its output to a file, and writes down how it ended.

Run as ``python -I process_shim.py <box folder>``. It needs nothing but the standard library, leaves the group and the
session of whoever started it, and outlives them. It reads ``shim.json`` and writes, each file whole or not at all:

``started.json``   it is at work (process id, start time in kernel ticks, boot id, time); written before the start
``sandbox.json``   process id of the first process in the sandbox, as the host sees it
``log``            the output, in order, up to a limit; what is over it is dropped but for the end, and counted
``exit.json``      exit code, whether the kernel killed for memory, time, and a message when the sandbox failed

A box is started at most once: the keeper holds a lock on ``lock`` and will not start again what has a ``started.json``.
When the keeper is killed the sandbox dies with it, so a box without a keeper never runs unseen.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

READ_BYTES = 64 * 1024
KEEP_END_BYTES = 64 * 1024
LOCK_SECONDS = 5.0
PR_SET_PDEATHSIG = 1


def main(folder: Path) -> None:
    """Detach, take the lock, run the box, write down its end."""
    if os.fork():
        os._exit(0)
    os.setsid()
    # Ends of sessions and shutdowns are for the box's own handling; whoever means it kills.
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    lock = _take_lock(folder / "lock")
    if lock is None or (folder / "started.json").exists() or (folder / "exit.json").exists():
        return
    plan = json.loads((folder / "shim.json").read_text())
    _detach_output(folder)
    write_json(folder / "started.json", {**own_identity(), "started_at": time.time()})
    try:
        ended = _run(folder, plan)
    except Exception as error:  # whatever it is, the box must not stay "running" for ever
        ended = {"code": 127, "refused": True, "message": f"{type(error).__name__}: {error}"}
    write_json(folder / "exit.json", {**ended, "finished_at": time.time()})


def own_identity() -> dict[str, Any]:
    """What tells this process from a later one with the same id."""
    return {"pid": os.getpid(), "ticks": start_ticks(os.getpid()), "boot": boot_id()}


def start_ticks(pid: int) -> int | None:
    """When a process was started, in kernel ticks since boot; None when it is gone (or only waits to be collected)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])


def boot_id() -> str:
    """Differs after every boot."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a file such that it is whole or not there, also after a power cut."""
    work = path.with_name(f".{path.name}.new")
    with work.open("w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    work.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _take_lock(path: Path) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() > deadline:
                return None
            time.sleep(0.05)


def _detach_output(folder: Path) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    trouble = os.open(folder / "shim.err", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.dup2(trouble, 2)
    os.close(nothing)
    os.close(trouble)
    os.chdir("/")


def _run(folder: Path, plan: dict[str, Any]) -> dict[str, Any]:
    output, output_end = os.pipe()
    status, low_end = os.pipe()
    # The sandbox's command has its own use for the low ones.
    status_end = fcntl.fcntl(low_end, fcntl.F_DUPFD_CLOEXEC, 20)
    os.close(low_end)
    keeper, libc = os.getpid(), ctypes.CDLL(None)  # loaded here: between fork and exec that may hang
    argv = [word if word != "@STATUS@" else str(status_end) for word in plan["argv"]]
    child = subprocess.Popen(
        argv,
        env=plan["environment"],
        cwd=plan.get("cwd") or "/",
        stdin=subprocess.DEVNULL,
        stdout=output_end,
        stderr=output_end,
        pass_fds=[status_end],
        preexec_fn=lambda: _enter(plan, keeper, libc),  # noqa: PLW1509 - there is only one thread here
    )
    os.close(output_end)
    os.close(status_end)
    if not plan["sandboxed"]:
        write_json(folder / "sandbox.json", {"pid": child.pid})
    reports = _pump(folder, plan, output, status)
    code = child.wait()
    code = 128 - code if code < 0 else code
    ended: dict[str, Any] = {
        "code": code,
        "oom": _counted(plan["event_files"], "oom_kill"),
        "processes_refused": _counted([file for file in plan["event_files"] if file.endswith("pids.events")], "max"),
    }
    # Bubblewrap reports an exit code only of a program it could start.
    if plan["sandboxed"] and not any("exit-code" in report for report in reports):
        if code in (128 + signal.SIGKILL, 128 + signal.SIGTERM):
            ended["message"] = "The box was killed."
        else:
            ended |= {"refused": True, "message": _end_of(folder / "log")}
    return ended


def _enter(plan: dict[str, Any], keeper: int, libc: ctypes.CDLL) -> None:
    """In the child, before it becomes the sandbox."""
    # The sandbox asks the kernel for the same, but only when it is up.
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != keeper:
        os._exit(1)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    for file in plan["cgroup_procs"]:
        Path(file).write_text(str(os.getpid()))
    for name, value in plan["rlimits"].items():
        wanted = resource.RLIM_INFINITY if value < 0 else value
        with contextlib.suppress(ValueError, OSError):  # only root may raise some
            resource.setrlimit(getattr(resource, name), (wanted, wanted))


def _pump(folder: Path, plan: dict[str, Any], output: int, status: int) -> list[dict[str, Any]]:
    """Carry the output to the log until it ends; returns the sandbox's status reports."""
    reports: list[dict[str, Any]] = []
    text = b""
    sources = [output, status]
    with _Log(folder / "log", plan["log_bytes"]) as log:
        while sources:
            ready, _, _ = select.select(sources, [], [])
            for source in ready:
                block = os.read(source, READ_BYTES)
                if not block:
                    sources.remove(source)
                    os.close(source)
                elif source == output:
                    log.write(block)
                else:
                    *lines, text = (text + block).split(b"\n")
                    reports += [_note_report(folder, line) for line in lines if line.strip()]
    return reports


def _note_report(folder: Path, line: bytes) -> dict[str, Any]:
    try:
        report = json.loads(line)
    except ValueError:
        return {}
    if "child-pid" in report:
        write_json(folder / "sandbox.json", {"pid": report["child-pid"]})
    return dict(report)


class _Log:
    """A file that grows up to a limit; of what is beyond, the end is kept and the rest counted."""

    def __init__(self, path: Path, limit: int) -> None:
        self._file = path.open("ab", buffering=0)
        self._left = limit - path.stat().st_size
        self._limit = limit
        self._dropped = 0
        self._end = bytearray()

    def __enter__(self) -> _Log:
        return self

    def __exit__(self, *_: object) -> None:
        if self._dropped or self._end:
            if self._dropped:
                self._file.write(f"\n[trainyard] {self._dropped} bytes dropped here.\n".encode())
            self._file.write(self._end)
        os.fsync(self._file.fileno())
        self._file.close()

    def write(self, block: bytes) -> None:
        now = block[: max(0, self._left)]
        if now:
            self._file.write(now)
            self._left -= len(now)
        rest = block[len(now) :]
        if rest:
            if not self._end and not self._dropped:
                note = (
                    f"\n[trainyard] The log has reached its limit of {self._limit} bytes; only its end will follow.\n"
                )
                self._file.write(note.encode())
            self._end += rest
            over = len(self._end) - KEEP_END_BYTES
            if over > 0:
                del self._end[:over]
                self._dropped += over


def _counted(files: list[str], event: str) -> bool:
    """Whether the kernel counted such an event in one of the control group's files."""
    for file in files:
        with contextlib.suppress(OSError):
            for line in Path(file).read_text().splitlines():
                words = line.split()
                if len(words) == 2 and words[0] == event and words[1] != "0":
                    return True
    return False


def _end_of(path: Path) -> str:
    with contextlib.suppress(OSError):
        return " ".join(path.read_bytes()[-2000:].decode(errors="replace").split())
    return ""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
