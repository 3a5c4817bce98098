"""Python environments for boxes that are no containers: made once per set of requirements, and kept.

Requirements come from uploads, and installing a source package runs its code. So uv itself runs in a sandbox; what is
already a wheel is installed with the shared cache, and only if something must be built is that done apart from it,
in a private cache and on copies, so that hostile code cannot change what other templates get. It has no network but
what ``index_proxy`` lets through, and never sees a password of an index.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import re
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import uv

from yard.executions.launchers import index_relay, process_garbage
from yard.executions.launchers.base import ImageCancelled, ImageFailed
from yard.executions.launchers.cgroups import PARENT, Cgroup, CgroupLimits
from yard.executions.launchers.index_proxy import Policy, index_proxy
from yard.executions.launchers.measure import measure, remove_tree
from yard.executions.launchers.pip_settings import has_password, local_paths, uv_environment, uv_options
from yard.executions.launchers.pump import PipePump
from yard.executions.launchers.sandbox import TMP, Bind, Sandbox, View, account_files

Log = Callable[[bytes], None]
ASK_SECONDS = 0.5
PYTHON_HOME = "/opt/trainyard/python"  # the store as uv sees it; one mount, or no file could be linked from the cache
ENVIRONMENT = "/opt/trainyard/env"
"""Where a box sees its environment."""
WIRE = "/opt/trainyard/wire"
RELAY = "/opt/trainyard/relay.py"
NO_SOURCES = (
    "Some packages of the template have to be built from source, which runs their code. This machine's package index "
    "is set with a password, which that code could read. Build these packages as wheels and put them on the index, or "
    "set an index without a password."
)
WORDS = re.compile(r"^\s*(?:-r|-c|--requirement|--constraint)[ =]*(\S+)", re.MULTILINE)
NO_ROOM = "(os error 28)"  # as uv says it
LITTLE_ROOM_BYTES = 1 << 30
NEEDS_BUILD = ("wheel", "source distribution", "building", "--no-build")


@dataclass(frozen=True, slots=True)
class Environment:
    """A finished environment.

    Attributes:
        digest: Hash of the names and versions of all that is installed.
    """

    key: str
    path: Path
    digest: str


class EnvironmentStore:
    """Environments in a folder, each named by a hash of what it was asked to hold."""

    def __init__(
        self,
        root: Path,
        python: Path,
        sandbox: Sandbox | None,
        limits: CgroupLimits | None = None,
        *,
        network: bool = True,
        package_hosts: Collection[str] = (),
    ) -> None:
        """With no sandbox, uv runs unprotected: the caller must have been told to allow that.

        Args:
            limits: Of one installation; None where control groups cannot be used.
            network: Whether installations may reach package indexes at all; otherwise local folders must do.
            package_hosts: Hosts of packages that may be reached besides the indexes, wherever they are.
        """
        self._package_hosts = package_hosts
        self._network = network
        self._limits = limits
        self._root = root
        self._python = python
        self._sandbox = sandbox

    def key(self, base: Path, requirements: Path) -> str:
        """Name of the environment for a base set and a template's requirements (which need not exist)."""
        parts = [python_version(self._python).encode(), base.read_bytes(), *_read_with_includes(requirements)]
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:32]

    def find(self, key: str) -> Environment | None:
        """The environment, if it was made."""
        path = self._root / "environments" / key
        return Environment(key, path, _digest(path)) if path.is_dir() else None

    def ensure(self, base: Path, requirements: Path, *, log: Log, cancelled: Callable[[], bool]) -> Environment:
        """The environment, made if it is not there; another builder of the same one is waited for.

        Raises:
            ImageFailed: A package cannot be installed; the log says which.
            ImageCancelled: ``cancelled`` said yes.
        """
        key = self.key(base, requirements)
        (self._root / "environments").mkdir(parents=True, exist_ok=True)
        with _lock(self._root / f"{key}.lock", log, cancelled):
            found = self.find(key)
            if found is not None:
                log(b"The environment for these requirements is already there.\n")
                return found
            self._make(key, base, requirements, log, cancelled)
        found = self.find(key)
        assert found is not None
        return found

    def hold(self, key: str, holder: Path) -> None:
        """Note that this launcher's images need the environment: several platforms may share the store."""
        folder = self._root / "holders" / key
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _holder_name(holder)).write_text(str(holder))

    def release(self, key: str, holder: Path) -> None:
        """Remove the environment unless another launcher's images need it."""
        folder = self._root / "holders" / key
        (folder / _holder_name(holder)).unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            for file in folder.iterdir():
                if not Path(file.read_text()).is_dir():
                    file.unlink()  # of a platform that is gone
        with contextlib.suppress(FileNotFoundError):
            try:
                folder.rmdir()
            except OSError:
                return
        self.remove(key)

    def collect(self, before: datetime, holder: Path, needed: Collection[str]) -> int:
        """Remove environments of this launcher's that are not needed, and what is half made and older; how much."""
        removed = 0
        for mark in self._root.glob(f"holders/*/{_holder_name(holder)}"):
            if mark.parent.name not in needed:
                self.release(mark.parent.name, holder)
                removed += self.find(mark.parent.name) is None
        removed += process_garbage.collect_scratch(self._root / "environments", before)
        for work in self._root.glob(".new-*"):
            with (self._root / f"{work.name.split('-')[1]}.lock").open("a") as file, contextlib.suppress(OSError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # else somebody is at work there
                if work.lstat().st_mtime < before.timestamp():
                    shutil.rmtree(work, ignore_errors=True)
                    removed += not work.exists()
        return removed

    def remove(self, key: str) -> None:
        """Remove the environment; harmless when it is gone."""
        path = self._root / "environments" / key
        with contextlib.suppress(OSError):
            doomed = path.with_name(f".old-{secrets.token_hex(6)}")
            path.rename(doomed)
            remove_tree(doomed)

    def size_in_the_making(self) -> int:
        """Bytes of all environments that are being made now, private caches included."""
        return sum(measure(folder).size for folder in self._root.glob(".new-*"))

    def _make(self, key: str, base: Path, requirements: Path, log: Log, cancelled: Callable[[], bool]) -> None:
        for stale in self._root.glob(f".new-{key}-*"):  # we hold the lock, so nobody is at work there
            remove_tree(stale)
        work = self._root / f".new-{key}-{secrets.token_hex(4)}"
        try:
            _Installation(
                root=self._root,
                work=work,
                python=self._python,
                sandbox=self._sandbox,
                limits=self._limits,
                network=self._network,
                package_hosts=self._package_hosts,
                log=log,
                cancelled=cancelled,
            ).run(base, requirements)
            (work / "env").rename(self._root / "environments" / key)
        finally:
            remove_tree(work)


@dataclass
class _Installation:
    """One environment in the making."""

    root: Path
    work: Path
    python: Path
    sandbox: Sandbox | None
    limits: CgroupLimits | None
    network: bool
    package_hosts: Collection[str]
    log: Log
    cancelled: Callable[[], bool]
    uv: Path = field(default_factory=lambda: Path(uv.find_uv_bin()))

    def run(self, base: Path, requirements: Path) -> None:
        self.log(f"Making a Python {python_version(self.python)} environment\n".encode())
        for folder in (self.root / "cache", self.work / "env", self.work / "cache"):
            new = not folder.exists()
            folder.mkdir(parents=True, exist_ok=True)
            if new and self.sandbox is not None:
                self.sandbox.own(folder)
        shutil.copyfile(base, self.work / "base.txt")
        (self.work / "base.txt").chmod(0o644)
        self._install_base()
        if not _names_anything(requirements):
            return
        # A copy: the context may be private to us, and uv runs as somebody else.
        shutil.copytree(requirements.parent, self.work / "context", symlinks=True)
        if self.sandbox is not None:
            self.sandbox.own(self.work / "context")
        requirements = self.work / "context" / requirements.name
        output = self._install(requirements, ["--only-binary", ":all:"], apart=False)
        if output is None:
            return
        if not any(word in output.lower() for word in NEEDS_BUILD):
            raise self._failure(output)
        if has_password(uv_environment()):
            raise ImageFailed(NO_SOURCES)
        self.log(b"Some packages have to be built from source; starting again apart from the shared cache.\n")
        self._empty()
        self._install_base(copies=True)
        output = self._install(requirements, [], apart=True)
        if output is not None:
            raise self._failure(output)

    def _install_base(self, *, copies: bool = False) -> None:
        env = self._place("env", apart=False)
        make = [
            self._place_of_uv(),
            "venv",
            "--quiet",
            "--relocatable",
            "--allow-existing",
            "--python",
            str(self.python),
            env,
        ]
        output = self._uv_run(make, apart=False)
        if output is None and _names_anything(self.work / "base.txt"):
            command = [*self._pip(apart=False), *(["--link-mode", "copy"] if copies else [])]
            output = self._uv_run([*command, "-r", self._place("base.txt", apart=False)], apart=False)
        if output is not None:
            raise self._failure(output)

    def _failure(self, output: str) -> Exception:
        """What to raise when uv said this: the template's fault, or a full disk, which passes."""
        # What packages print while they are built counts for nothing as long as there is room.
        if NO_ROOM in output and shutil.disk_usage(self.work).free < LITTLE_ROOM_BYTES:
            return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.work))
        lines = [line.strip() for line in output.splitlines() if line.strip()]
        reason = " ".join(lines[-6:]) or "no reason was given"
        return ImageFailed(f"The template's requirements could not be installed: {reason}")

    def _install(self, requirements: Path, options: Sequence[str], *, apart: bool) -> str | None:
        """None when it worked, else what uv said."""
        place = "/context" if self.sandbox else str(requirements.parent)
        command = [*self._pip(apart=apart), *options, "-r", f"{place}/{requirements.name}"]
        return self._uv_run(command, apart=apart, context=requirements.parent)

    def _pip(self, *, apart: bool) -> list[str]:
        python = f"{self._place('env', apart=apart)}/bin/python"
        # Boxes may not write here: what is not compiled now, each of them would compile again.
        options = [*uv_options(), "--compile-bytecode"]
        return [self._place_of_uv(), "pip", "install", *options, "--python", python]

    def _place_of_uv(self) -> str:
        return "/opt/trainyard/uv" if self.sandbox else str(self.uv)

    def _place(self, name: str, *, apart: bool) -> str:
        """A path below the work folder as uv sees it."""
        if not self.sandbox:
            return str(self.work / name)
        return f"{PYTHON_HOME}/{name}" if apart else f"{PYTHON_HOME}/{self.work.name}/{name}"

    def _empty(self) -> None:
        shutil.rmtree(self.work / "env")
        (self.work / "env").mkdir()
        if self.sandbox is not None:
            self.sandbox.own(self.work / "env")

    def _uv_run(self, command: Sequence[str], *, apart: bool, context: Path | None = None) -> str | None:
        """Run uv with a live log. None when it worked, else the end of its output. Raises ``ImageCancelled``."""
        settings = uv_environment()
        cache = self._place("cache", apart=True) if apart else f"{PYTHON_HOME}/cache"
        variables = {
            **settings,
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": TMP,
            "LANG": "C.UTF-8",
            "UV_CACHE_DIR": cache if self.sandbox else str((self.work if apart else self.root) / "cache"),
            "UV_PYTHON_DOWNLOADS": "never",
            "UV_NO_CONFIG": "1",
            "UV_NO_PROGRESS": "1",
        }
        with contextlib.ExitStack() as stack:
            if self.sandbox is not None:
                wire = self._wire(settings, stack)
                command = self.sandbox.command(self._view(settings, apart, context, wire), self._relayed(command, wire))
            boxed = stack.enter_context(_boxed(command, self.limits))
            return run_logged(boxed, variables, self.log, self.cancelled)

    def _wire(self, settings: Mapping[str, str], stack: contextlib.ExitStack) -> Path | None:
        """A proxy's socket for as long as the stack stands; None without a network."""
        if not self.network:
            return None
        # Paths of sockets may have 108 characters.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="yard-proxy-")))
        folder.chmod(0o755)
        stack.enter_context(index_proxy(folder / "proxy", Policy.of(settings, self.package_hosts)))
        return folder

    def _relayed(self, command: Sequence[str], wire: Path | None) -> Sequence[str]:
        return command if wire is None else [str(self.python), "-I", RELAY, f"{WIRE}/proxy", *command]

    def _view(self, settings: Mapping[str, str], apart: bool, context: Path | None, wire: Path | None) -> View:
        assert self.sandbox is not None
        binds = [
            *account_files(self.root / "etc", self.sandbox.run_as),
            *(Bind(path, str(path)) for path in local_paths(settings) if not str(path).startswith("/usr/")),
            Bind(self.uv, "/opt/trainyard/uv"),
            Bind(self.work if apart else self.root, PYTHON_HOME, writable=True),
        ]
        if context is not None:
            binds.append(Bind(context, "/context"))
        if wire is not None:
            binds += [Bind(wire, WIRE), Bind(Path(index_relay.__file__), RELAY)]
        return View(binds=binds, workdir="/context" if context else TMP, network=False, tmp_bytes=8 * 1024**3)


@contextlib.contextmanager
def _boxed(command: Sequence[str], limits: CgroupLimits | None) -> Iterator[Sequence[str]]:
    """The command such that it runs in a control group of its own, which is gone afterwards."""
    group = Cgroup.create(f"{PARENT}/build-{secrets.token_hex(6)}", limits) if limits else None
    if group is None:
        yield command
        return
    try:
        enter = "".join(f"echo $$ > {shlex.quote(str(file))} && " for file in group.procs_files)
        yield ["/bin/sh", "-c", f'{enter}exec "$@"', "sh", *command]
    finally:
        group.kill()
        group.remove()


def run_logged(
    command: Sequence[str], variables: Mapping[str, str], log: Log, cancelled: Callable[[], bool]
) -> str | None:
    """Run a command with its output going to ``log`` as it comes. None when it worked, else the end of the output.

    Raises:
        ImageCancelled: ``cancelled`` said yes; the command and its children were killed.
    """
    tail = b""
    process = subprocess.Popen(
        command,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    assert process.stdout is not None
    with process.stdout, PipePump(process.stdout) as pump:
        try:
            while (block := pump.take(ASK_SECONDS)) is not None:
                _raise_if(cancelled)
                if block:
                    log(block)
                    tail = (tail + block)[-4000:]
            while process.poll() is None:  # hostile code may close its output and go on
                _raise_if(cancelled)
                time.sleep(0.02)
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
    return None if process.returncode == 0 else tail.decode(errors="replace") or f"exit code {process.returncode}"


def _raise_if(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise ImageCancelled("The build was cancelled.")


def _holder_name(holder: Path) -> str:
    return hashlib.sha256(str(holder).encode()).hexdigest()[:16]


def choose_python() -> Path:
    """The Python for environments: the system's, which every user can read, else the one we run on."""
    own = f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}"
    for candidate in (own, "/usr/bin/python3"):
        path = Path(candidate)
        if path.exists() and tuple(int(part) for part in python_version(path).split(".")[:2]) >= (3, 11):
            return path
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


def python_version(python: Path) -> str:
    """Version of an interpreter, such as ``3.11.2``."""
    known = _VERSIONS.get(python)
    if known is None:
        done = subprocess.run(
            [str(python), "-I", "-c", "import platform; print(platform.python_version())"],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        known = _VERSIONS[python] = done.stdout.strip()
    return known


_VERSIONS: dict[Path, str] = {}


def python_folders(python: Path) -> tuple[Path, ...]:
    """Folders a sandbox must show for this Python besides the system's."""
    prefix = python.resolve().parent.parent
    return () if str(prefix) in ("/usr", "/") else (prefix,)


@contextlib.contextmanager
def _lock(path: Path, log: Log, cancelled: Callable[[], bool]) -> Iterator[None]:
    """Hold a lock that ends with the process, however that ends."""
    with path.open("w") as file:
        told = False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not told:
                    log(b"Waiting for another build of the same environment.\n")
                    told = True
                if cancelled():
                    raise ImageCancelled("The build was cancelled.") from None
                time.sleep(ASK_SECONDS)
        yield


def _read_with_includes(requirements: Path) -> Iterator[bytes]:
    """The file and those it includes from the same folder."""
    waiting, seen = [requirements], set()
    while waiting:
        path = waiting.pop(0)
        if path in seen or path.is_symlink() or not path.is_file():
            continue
        seen.add(path)
        content = path.read_bytes()
        yield content
        for word in WORDS.findall(content.decode(errors="replace")):
            if not word.startswith("/") and ".." not in word.split("/"):
                waiting.append(path.parent / word)


def _names_anything(requirements: Path) -> bool:
    if not requirements.is_file():
        return False
    lines = requirements.read_text(errors="replace").splitlines()
    return any(line.strip() and not line.strip().startswith("#") for line in lines)


def _digest(environment: Path) -> str:
    """Hash of names and versions, from folder names alone: nothing in there is trusted enough to be run."""
    names = sorted(path.name for path in environment.glob("lib/python*/site-packages/*.dist-info"))
    return "sha256:" + hashlib.sha256("\n".join(names).encode()).hexdigest()
