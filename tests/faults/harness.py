"""Real parts of the platform as real processes, to be killed, stopped, cut off and started again.

    with yard(folder) as site:                     # SQLite, local store, process launcher; see ``yard`` for the others
        job = site.job()                           # a project, a data set of four images, the training of training.py
        run = job.start(epochs=50, pause=0.1)      # 50 numbered lines, one each 0.1 s
        site.until_state(run, "running")
        site.kill("supervisor")                    # kill -9 of the process
        site.start("supervisor")
        site.until_ended(run)
        site.check()                               # collects garbage, then asserts every invariant

The small API:

``site.start(*parts)``, ``site.kill(*parts, group=…)``   parts are ``web``, ``worker``, ``supervisor``, ``postgres``
``site.pause(part)``, ``site.resume(part)``     SIGSTOP and SIGCONT: late delivery
``site.wake(pid)``, ``site.processes_of(part)``  let a stopped process go on; what is left of a killed part
``site.power_cut()``                            everything at once, boxes and database server too; then ``start_all()``
``site.arm(point)``, ``site.until_reached(point)``   stop the process that comes to a function (see start.py), kill it
``site.cut_connections()``                      end every connection to PostgreSQL
``site.move_clock(seconds)``                    of all parts, when the site was made with ``clock=True``
``site.rows(sql, parameters)``                  reads the database directly, also while the web server is down
``site.api``                                    the REST API as a signed-in member
``site.env``                                    what a management command of this site needs (``site.manage(…)``)

What must hold afterwards is in ``invariants.py``.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from scripts.api_client import Api
from scripts.children import die_with
from scripts.places import PYTHON, ROOT
from scripts.ports import HOST
from scripts.problems import Problem
from scripts.processes import is_healthy
from tests.faults import job as job_module
from tests.faults.start import slug
from tests.services._process import free_port
from tests.services.postgres import _SETTINGS, _ordinary_user, _programs

PATIENCE = 120.0
FINAL = ("succeeded", "failed", "stopped", "lost")
PARTS = ("web", "worker", "supervisor")
Json = dict[str, Any]


@dataclass
class Site:
    """One platform. Made by ``yard``."""

    folder: Path
    port: int
    env: dict[str, str]
    postgres: Postgres | None = None
    api: Api = field(init=False)
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _sessions: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.api = Api(HOST, self.port)

    # --- processes ----------------------------------------------------------------------------------------------------

    def start(self, *parts: str) -> None:
        """Start these parts; returns when the web server (if among them) answers."""
        for part in parts:
            if part == "postgres":
                assert self.postgres is not None
                self.postgres.start()
            else:
                self._start(part, part)
        if "web" in parts:
            self.until(self._is_up, "the web server answers")

    def _is_up(self) -> bool:
        assert self.runs("web"), f"the web server ended\n{self.logs_tail()}"
        return is_healthy(self.port)

    def start_second(self, part: str) -> str:
        """Another one of the same part beside the first; returns the name to kill it by."""
        name = f"{part}-2"
        self._start(name, part)
        return name

    def start_all(self) -> None:
        """Everything that is not running."""
        missing = [part for part in PARTS if not self.runs(part)]
        if self.postgres is not None and not self.postgres.runs:
            self.postgres.start()
        self.start(*missing)

    def runs(self, part: str) -> bool:
        """Whether this part's process lives."""
        if part == "postgres":
            return self.postgres is not None and self.postgres.runs
        process = self._running.get(part)
        return process is not None and process.poll() is None

    def pid(self, part: str) -> int:
        """The process id of a running part."""
        return self._running[part].pid

    def kill(self, *parts: str, group: bool = True) -> None:
        """``kill -9``: of the process and all it started in its session, or (``group=False``) of that process alone."""
        for part in parts:
            if part == "postgres":
                assert self.postgres is not None
                self.postgres.kill()
            elif (process := self._running.pop(part, None)) is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL) if group else process.kill()
                process.wait()
                if group:  # the kernel takes a moment to end them all, the first one's children too
                    self.until(lambda name=part: not self.processes_of(name), f"all processes of {part} are gone")

    def pause(self, part: str) -> None:
        """Stop the part's processes (SIGSTOP): what it was about to do comes late."""
        os.killpg(self._running[part].pid, signal.SIGSTOP)

    def resume(self, part: str) -> None:
        """Let a paused part go on."""
        os.killpg(self._running[part].pid, signal.SIGCONT)

    def wake(self, pid: int) -> None:
        """Let a process go on that has stopped at a point."""
        os.kill(pid, signal.SIGCONT)

    def processes_of(self, part: str) -> list[int]:
        """Process ids that a part, living or killed, has left in its session."""
        return [pid for pid, session in _sessions() if session == self._sessions[part]]

    def power_cut(self) -> None:
        """Everything stops in the same moment: all parts, every box with its keeper, and the database server."""
        doomed = [process.pid for process in self._running.values()]
        keepers = self.keepers()
        for pid in [*keepers, *doomed]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)  # so that nobody sees another one die first
        for pid in keepers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.kill(*self._running)
        if self.postgres is not None:
            self.postgres.kill()

    def keepers(self) -> list[int]:
        """Process ids of the keepers of the process launcher's boxes that live."""
        found = []
        for started in (self.folder / "data" / "executions" / "process" / "boxes").glob("*/started.json"):
            with contextlib.suppress(OSError, ValueError):
                pid = int(json.loads(started.read_text())["pid"])
                if b"process_shim" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.append(pid)
        return found

    def manage(self, *arguments: str, given: str | None = None) -> str:
        """What a management command of this site prints."""
        return self._run([str(PYTHON), "manage.py", *arguments], given)

    # --- exact moments ------------------------------------------------------------------------------------------------

    def arm(self, point: str) -> None:
        """The next process that comes to this function stops itself there. The site must have been made with it."""
        assert point in self.env["FAULTS_POINTS"].split(), f"make the site with points=[{point!r}]"
        (self.folder / f"reached-{slug(point)}").unlink(missing_ok=True)
        (self.folder / f"arm-{slug(point)}").touch()

    def disarm(self, point: str) -> None:
        """Nobody is to stop there any more."""
        (self.folder / f"arm-{slug(point)}").unlink(missing_ok=True)

    def until_reached(self, point: str) -> int:
        """Wait until a process has stopped there; returns its id."""
        reached = self.folder / f"reached-{slug(point)}"
        self.until(lambda: reached.exists() and _is_stopped(int(reached.read_text())), f"{point} is reached")
        return int(reached.read_text())

    def move_clock(self, seconds: float) -> None:
        """Let the clock of all parts be off by so much from now on."""
        assert self.env.get("FAULTS_CLOCK"), "make the site with clock=True"
        work = self.folder / "clock.new"
        work.write_text(str(seconds))
        work.replace(self.folder / "clock")

    # --- the database -------------------------------------------------------------------------------------------------

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a SELECT (parameters as ``%s``), read past the platform."""
        if self.postgres is not None:
            with psycopg.connect(self.env["YARD_DATABASE_URL"], autocommit=True) as connection:
                return connection.execute(sql, parameters).fetchall()  # type: ignore[arg-type]
        uri = f"file:{self.folder / 'data' / 'trainyard.sqlite3'}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=20)) as database:
            return database.execute(sql.replace("%s", "?"), parameters).fetchall()

    def change(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Change rows behind the platform's back."""
        if self.postgres is not None:
            with psycopg.connect(self.env["YARD_DATABASE_URL"], autocommit=True) as connection:
                connection.execute(sql, parameters)  # type: ignore[arg-type]
            return
        with contextlib.closing(sqlite3.connect(self.folder / "data" / "trainyard.sqlite3", timeout=20)) as database:
            database.execute(sql.replace("%s", "?"), parameters)
            database.commit()

    def cut_connections(self) -> int:
        """End every connection to PostgreSQL (``pg_terminate_backend``); returns how many there were."""
        with psycopg.connect(self.env["YARD_DATABASE_URL"], autocommit=True) as connection:
            ended = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return len(ended.fetchall())

    # --- runs ---------------------------------------------------------------------------------------------------------

    def job(self) -> job_module.Job:
        """A member signed in, a project, a data set and the template of training.py; the same at every call."""
        if not hasattr(self, "_job"):
            self._job = job_module.make(self)
        return self._job

    def state(self, run: Json) -> str:
        """The run's state, read from the database."""
        return str(self.rows("SELECT state FROM executions_execution WHERE id = %s", [execution_of(run)])[0][0])

    def until_state(self, run: Json, *states: str) -> str:
        """Wait until the run is in one of these states. Fails when it has ended otherwise."""

        def there() -> bool:
            now = self.state(run)
            assert now in states or now not in FINAL, f"it ended: {self.story(run)}"
            return now in states

        self.until(there, f"run {run['id']} is {' or '.join(states)}", lambda: self.story(run))
        return self.state(run)

    def until_lines(self, run: Json, count: int) -> None:
        """Wait until so many lines of its log are stored."""
        sql = "SELECT 1 FROM executions_attempt WHERE id = %s AND log_lines >= %s"
        self.until(
            lambda: self.rows(sql, [self.attempt_of(run), count]), f"it prints {count} lines", lambda: self.story(run)
        )

    def until_ended(self, *runs: Json) -> list[str]:
        """Wait until all have ended; how."""
        ids = [execution_of(run) for run in runs]
        marks = ", ".join(["%s"] * len(ids))
        sql = f"SELECT COUNT(*) FROM executions_execution WHERE id IN ({marks}) AND state NOT IN {FINAL}"
        self.until(
            lambda: self.rows(sql, ids)[0][0] == 0, "all runs end", lambda: "\n".join(self.story(run) for run in runs)
        )
        return [self.state(run) for run in runs]

    def story(self, run: Json) -> str:
        """What happened to the run, for a test's message."""
        number = execution_of(run)
        changes = self.rows(
            "SELECT to_state, reason FROM executions_statechange WHERE execution_id = %s ORDER BY id", [number]
        )
        now = self.rows("SELECT state, reason, cause FROM executions_execution WHERE id = %s", [number])
        return f"run {run['id']}: {now} after {changes}"

    def log_of(self, run: Json) -> bytes:
        """The run's log, as the API gives it."""
        log, offset = b"", 0
        while True:
            data, offset, _ = self.api.text_from(f"executions/{execution_of(run)}/log/", offset)
            if not data:
                return log
            log += data

    def witnessed(self, run: Json) -> int:
        """How often the run's training really started."""
        file = self.folder / "witness" / "started"
        lines = file.read_text().splitlines() if file.exists() else []
        return sum(line.split()[0] == str(self.attempt_of(run)) for line in lines)

    def attempt_of(self, run: Json) -> int:
        """The id of the run's only attempt."""
        (found,) = self.rows("SELECT id FROM executions_attempt WHERE execution_id = %s", [execution_of(run)])
        return int(found[0])

    # --- afterwards ---------------------------------------------------------------------------------------------------

    def check(self) -> Json:
        """Run the collectors, then assert that every invariant holds (see invariants.py); returns the figures."""
        found: Json = json.loads(self._run([str(PYTHON), "-m", "tests.faults.invariants"], None).splitlines()[-1])
        assert not found["problems"], "\n".join([*found["problems"], self.logs_tail()])
        return found

    def until(self, holds: Callable[[], Any], what: str, more: Callable[[], str] = str) -> None:
        """Wait until it holds; a fault of the database on the way counts as "not yet"."""
        deadline = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(sqlite3.Error, psycopg.Error, Problem):
                if holds():
                    return
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"It did not come to pass within {PATIENCE:.0f} s that {what}.\n{_safe(more)}\n{self.logs_tail()}"
                )
            time.sleep(0.05)

    def logs_tail(self) -> str:
        """The end of every part's output."""
        parts = sorted(self.folder.glob("*.log"))
        return "\n".join(f"--- {file.name}\n{file.read_text(errors='replace')[-2500:]}" for file in parts)

    def close(self) -> None:
        """Kill everything and remove what boxes hold outside of the folder."""
        self.power_cut()
        with contextlib.suppress(Problem, subprocess.SubprocessError, RuntimeError):
            if self.postgres is None:
                self._run([str(PYTHON), "-m", "tests.faults.invariants", "--remove-boxes"], None)
        if self.postgres is not None:
            self.postgres.kill()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _start(self, name: str, part: str) -> None:
        assert not self.runs(name), f"{name} runs already"
        env = {**self.env, "YARD_DATABASE_CONN_MAX_AGE": "0" if part == "web" else "600"}
        with (self.folder / f"{name}.log").open("ab") as output:
            self._running[name] = subprocess.Popen(
                [str(PYTHON), "-m", "tests.faults.start", *self._command(part)],
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with(os.getpid()),  # noqa: PLW1509
            )

        self._sessions[name] = self._running[name].pid

    def _command(self, part: str) -> list[str]:
        if part == "web":
            web = ["uvicorn", "yard.asgi:application", "--host", HOST, "--port", str(self.port)]
            return [*web, "--timeout-graceful-shutdown", "3", "--no-access-log", "--log-level", "warning"]
        return ["manage", {"worker": "qcluster", "supervisor": "supervise"}[part]]

    def _run(self, command: list[str], given: str | None) -> str:
        done = subprocess.run(command, cwd=ROOT, env=self.env, input=given, text=True, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command[1:])} failed: {done.stdout[-3000:]}{done.stderr[-3000:]}")
        return done.stdout


@dataclass
class Postgres:
    """A PostgreSQL server of the site's own, which may be killed."""

    # Not below pytest's folder, which an ordinary user may not enter.
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="trainyard-faults-")))
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://yard@127.0.0.1:{self.port}/yard"

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def create(self) -> None:
        """Make the server's files, start it, and make the database."""
        user = _ordinary_user(self.folder)
        init = ["initdb", "-D", str(self.folder / "data"), "-U", "yard", "--auth=trust", "-E", "UTF8", "-N"]
        command = [_programs() / init[0], *init[1:], "--locale=C.UTF-8"]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, **user)
        self.start()
        with psycopg.connect(self.url.rpartition("/")[0] + "/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE yard")

    def start(self) -> None:
        """Start it; returns when it answers. After a kill it first recovers."""
        data = self.folder / "data"
        with contextlib.suppress(FileNotFoundError):
            (data / "postmaster.pid").unlink()  # of a server that was killed
        settings = [*_SETTINGS, "listen_addresses=127.0.0.1", f"port={self.port}"]
        settings += [f"unix_socket_directories={self.folder}"]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(_programs() / "postgres"), "-D", str(data), *(f"--{setting}" for setting in settings)],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **_ordinary_user(self.folder),
            )
        until = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url.rpartition("/")[0] + "/postgres", connect_timeout=2).close()
            except psycopg.OperationalError:
                if not self.runs or time.monotonic() > until:
                    raise AssertionError((self.folder / "server.log").read_text()[-2000:]) from None
                time.sleep(0.1)
            else:
                return

    def kill(self) -> None:
        """Kill the server and all its processes, which are groups of their own."""
        if self._process is None:
            return
        doomed = [self._process.pid, *_children(self._process.pid)]
        for pid in doomed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        for pid in doomed[1:]:
            while Path(f"/proc/{pid}").exists():  # nobody may still hold its shared memory
                time.sleep(0.02)
        self._process = None


@contextlib.contextmanager
def yard(
    folder: Path,
    *,
    postgres: bool = False,
    points: Sequence[str] = (),
    clock: bool = False,
    started: bool = True,
    server_folder: Path | None = None,
    **more: str,
) -> Iterator[Site]:
    """A platform in an empty folder, prepared, with its parts started; gone with the block.

    Args:
        postgres: On a PostgreSQL server of its own instead of SQLite.
        points: Functions at which its processes can be made to stop (see start.py).
        clock: Whether the clock of its parts can be moved.
        server_folder: Where PostgreSQL keeps its files, if not in a folder of its own.
        more: Environment, such as ``YARD_LAUNCHER="docker"``, ``YARD_DOCKER_HOST=…`` or that of an S3 server.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "witness").mkdir()
    (folder / "witness").chmod(0o777)
    server = (Postgres(server_folder) if server_folder else Postgres()) if postgres else None
    port = free_port()
    site = Site(folder, port, _environment(folder, port, server, points, clock, more), server)
    try:
        if server is not None:
            server.create()
        site.manage("prepare")
        if started:
            site.start_all()
        yield site
    finally:
        site.close()
        shutil.rmtree(folder, ignore_errors=True)
        if server is not None:
            shutil.rmtree(server.folder, ignore_errors=True)


def execution_of(run: Json) -> int:
    """The id of the run's execution."""
    execution = run["execution"]
    return int(execution["id"] if isinstance(execution, dict) else execution)


def _environment(
    folder: Path, port: int, server: Postgres | None, points: Sequence[str], clock: bool, more: dict[str, str]
) -> dict[str, str]:
    foreign = re.compile("YARD_|DJANGO_|FAULTS_")
    inherited = {name: value for name, value in os.environ.items() if not foreign.match(name)}
    cache = Path(os.environ.get("TRAINYARD_TEST_CACHE") or ROOT / "var" / "test-cache") / "environments"
    return {
        **inherited,
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
        "FAULTS_DIR": str(folder),
        "FAULTS_POINTS": " ".join(points),
        "FAULTS_CLOCK": "1" if clock else "",
        "FAULTS_WITNESS": str(folder / "witness"),
        "YARD_DATA_DIR": str(folder / "data"),
        "YARD_PORT": str(port),
        "YARD_LAUNCHER": "process",
        "YARD_ENVIRONMENTS_DIR": str(cache),
        "YARD_STOP_GRACE_SECONDS": "3",
        "YARD_SECRET_KEY": f"faults {folder}",
        **({"YARD_DATABASE_URL": server.url} if server else {}),
        **more,
    }


def _is_stopped(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "tT"
    except OSError:
        return False


def _sessions() -> Iterator[tuple[int, int]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
                if fields[0] not in "ZX":
                    yield int(entry.name), int(fields[3])


def _children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _safe(words: Callable[[], str]) -> str:
    try:
        return words()
    except Exception as error:  # it is for a message; the database may be away
        return repr(error)
