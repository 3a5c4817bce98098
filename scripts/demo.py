"""Trains a model on sample data, from the sign-in to the finished model, through the REST API as a user would.

    .venv/bin/python -m scripts.demo

Serves until Ctrl-C. ``EXIT=1`` ends by itself: with code 0 only when the run succeeded. ``TEMPLATE=word`` picks the
bundled template whose name holds the word.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts import dotenv_file, ports
from scripts import run as platform_run
from scripts.api_client import Api, ApiProblem
from scripts.children import die_with
from scripts.console import fail, say, start_output
from scripts.live import Live
from scripts.main_job import MainJob, pack
from scripts.places import PYTHON, ROOT, data_dir
from scripts.problems import Problem
from scripts.processes import MANAGE, address, environment, is_healthy

_USER = "demo"
_START_WITHIN_S = 90.0


def main() -> int:
    """Returns the process's exit code."""
    start_output()
    dotenv_file.load()
    platform_run.end_on_signals()
    try:
        with _platform() as (port, alive):
            succeeded = _main_job(port, alive)
            if os.environ.get("EXIT") != "1":
                say("\nThe platform keeps serving; Ctrl-C ends it.")
                while True:
                    alive()
                    time.sleep(0.5)
            return 0 if succeeded else 1
    except Problem as problem:
        return fail(problem)
    except (platform_run.Stop, KeyboardInterrupt):
        return 0 if os.environ.get("EXIT") != "1" else 130


def _main_job(port: int, alive: Any) -> bool:
    live = Live()
    api = Api(ports.HOST, port)
    user, password = _sign_in(api)
    say(f"\nSign in at {address(port)}\n  user      {user}\n  password  {password}\n")
    job = MainJob(api, user, live, alive)
    project = job.project()
    dataset = job.existing_dataset(project) or _upload_sample(job, project)
    say(f"  ✓ Data set “{dataset['name']}”: {dataset['image_count']} images, {dataset['annotated_count']} with labels")
    version = job.template()
    name = version["template"]
    say(f"  ✓ Template {name['provider']} / {name['category']} / {name['architecture']}, version {version['number']}")
    run = job.start(project, dataset, version)
    say(f"  ✓ Run started: {address(port)}/runs/{run['id']}")
    run = job.follow(run)
    return _tell_end(run, port)


def _upload_sample(job: MainJob, project: dict[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="trainyard-demo-") as scratch:
        folder, archive = Path(scratch, "digits"), Path(scratch, "digits.zip")
        job.live.status("making sample data")
        _manage("sample_data", "digits", "--out", str(folder))
        job.live.clear()
        say(f"  ✓ Sample data: {pack(folder, archive)} files")
        return job.upload(project, archive)


def _tell_end(run: dict[str, Any], port: int) -> bool:
    if run["state"] != "succeeded":
        say(f"\n✗ The run ended as {run['state']}: {run.get('reason') or 'no reason was given'}")
        say(f"  Look at {address(port)}/runs/{run['id']}")
        return False
    score = "N/A" if run["score"] is None else f"{run['score']:.3f}"
    say(f"\n✓ Trained in {run['duration']:.0f} s")
    say(f"  score   {run['score_name'] or 'score'} = {score}")
    for output in run["outputs"]:
        say(f"  model   {address(port)}/models/{_number(output['model'])}")
        for file in output["files"]:
            say(f"          {file['name']}  {file['size'] / 1e6:.2f} MB")
    say(f"  run     {address(port)}/runs/{run['id']}")
    return True


def _number(reference: Any) -> Any:
    return reference["id"] if isinstance(reference, dict) else reference


def _sign_in(api: Api) -> tuple[str, str]:
    """The demo's user: the one of the last time when that still may sign in, else a new one."""
    file = data_dir() / "demo_login"
    with contextlib.suppress(OSError, ValueError, ApiProblem):
        user, password = file.read_text(encoding="utf-8").split()
        api.sign_in(user, password)
        return user, password
    password = secrets.token_urlsafe(12)
    user = _create_user(password)
    file.touch(mode=0o600)
    file.write_text(f"{user} {password}\n", encoding="utf-8")
    api.sign_in(user, password)
    return user, password


def _create_user(password: str) -> str:
    """The name may be taken by a user whose password we do not know."""
    for user in (_USER, f"{_USER}-{secrets.token_hex(2)}"):
        result = _command("create_user", user, "--password-stdin", given=password)
        if result.returncode == 0:
            return user
    raise Problem(f"The demo's user could not be made: {(result.stderr or result.stdout).strip()}")


def _manage(*arguments: str) -> None:
    result = _command(*arguments)
    if result.returncode:
        text = (result.stderr or result.stdout).strip()[-2000:]
        raise Problem(f"`manage.py {' '.join(arguments)}` failed: {text}")


def _command(*arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MANAGE, *arguments], cwd=ROOT, env=environment(), input=given, text=True, capture_output=True, check=False
    )


@contextlib.contextmanager
def _platform() -> Iterator[tuple[int, Any]]:
    """The platform that runs on the data folder, else one started here and ended with the block."""
    port = ports.chosen()
    if platform_run.is_running() and is_healthy(port):
        say(f"Trainyard already runs at {address(port)}; the demo uses it.")
        yield port, lambda: None
        return
    ports.need_free(port)
    data = data_dir()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    platform_run.prepare(data)
    log = data / "logs" / "platform.log"
    command = [str(PYTHON), "-m", "scripts.run", "--prepared", "--log", str(log)]
    told = LogWatch(log)
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=die_with(os.getpid()),  # noqa: PLW1509  one thread here
    )

    def alive() -> None:
        told.show()
        if process.poll() is not None:
            said = process.stderr.read().decode("utf-8", "replace").strip() if process.stderr else ""
            raise Problem(f"The platform ended. {said.lstrip('✗ ')} Its lines are in {log}.")

    try:
        _wait_for(port, alive)
        say(f"Trainyard is up: {address(port)}   (its processes' lines: {log})")
        yield port, alive
    finally:
        platform_run.ignore_signals()
        process.send_signal(signal.SIGTERM)
        process.wait()


class LogWatch:
    """Shows what the start script itself says in its log: that a process ended and is started again."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._offset = log.stat().st_size if log.exists() else 0  # what an earlier start said is no news

    def show(self) -> None:
        """Print the script's lines since the last call."""
        with contextlib.suppress(OSError), self._log.open("rb") as log:
            if os.fstat(log.fileno()).st_size < self._offset:
                self._offset = 0  # the start script began a new log
            log.seek(self._offset)
            new = log.read()
            complete = new[: new.rfind(b"\n") + 1]
            self._offset += len(complete)
            for line in complete.decode("utf-8", "replace").splitlines():
                if line.startswith("platform "):
                    say(f"\r  ! {line.partition('| ')[2]} (see {self._log})")


def _wait_for(port: int, alive: Any) -> None:
    until = time.monotonic() + _START_WITHIN_S
    while not is_healthy(port):
        alive()
        if time.monotonic() > until:
            raise Problem(f"The platform does not answer at {address(port)}.")
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
