"""A platform to measure: its own processes, a small data set, the template of a few lines that needs only Python."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image

from scripts.api_client import Api
from scripts.live import Live
from scripts.main_job import MainJob, pack
from tests.runs.tiny_template import BASE, DOCKERFILE, tiny_template
from tests.services._base_image import import_base_image
from tests.services._engine import EngineMissing, engine
from tests.services._platform import RunningPlatform, platform

# Declared for both launchers; the template needs none of its packages.
_BASE = "trainyard-base-classic"
_FINAL = {"succeeded", "failed", "stopped", "lost"}
_PASSWORD = "measure-me-now"
_POLL_S = 0.02
_LONGEST_S = 90.0
_RESOURCES = {"cpus": 1, "memory_bytes": 512 << 20, "shared_memory_bytes": 16 << 20}

Json = dict[str, Any]


@dataclass
class Site:
    """A platform with one user, one data set of four images, and one template."""

    platform: RunningPlatform
    api: Api
    body: Json

    def start(self, **config: Any) -> Json:
        """A new run."""
        started: Json = self.api.post("runs/", {**self.body, "config": {"epochs": 1, "rate": 1, **config}})
        return started

    def run(self, run: Json) -> Json:
        """The run as it is now."""
        now: Json = self.api.get(f"runs/{run['id']}/")
        return now

    def until_log(self, run: Json, words: bytes) -> float:
        """The time at which the stored log holds ``words``. Raises ``SystemExit`` when the run ends without."""
        log, offset, until = b"", 0, time.monotonic() + _LONGEST_S
        while words not in log:
            data, offset, complete = self.api.text_from(f"executions/{_execution(run)}/log/", offset)
            log += data
            if (complete and words not in log) or time.monotonic() > until:
                now = self.run(run)
                raise SystemExit(f"✗ The run is {now['state']}: {now['reason']}\n{log.decode()[-2000:]}")
            time.sleep(_POLL_S)
        return time.time()

    def until_ended(self, run: Json) -> Json:
        """The ended run. Raises ``SystemExit`` when it did not succeed."""
        until = time.monotonic() + _LONGEST_S
        while (now := self.run(run))["state"] not in _FINAL:
            if time.monotonic() > until:
                raise SystemExit(f"✗ The run is still {now['state']}: {now['reason']}")
            time.sleep(0.1)
        if now["state"] != "succeeded":
            raise SystemExit(f"✗ The run ended as {now['state']}: {now['reason']}\n{now.get('log_tail')}")
        return now

    def stream_log(self, run: Json) -> Any:
        """The open event stream of the run's log."""
        return self.api.stream(f"executions/{_execution(run)}/log/stream/")


@contextlib.contextmanager
def docker_engine() -> Iterator[str | None]:
    """Address of an engine with the template's base image; None, with the reason on the screen, where there is none."""
    with contextlib.ExitStack() as stack:
        try:
            address = stack.enter_context(engine())
            import_base_image(address, _BASE)
        except (EngineMissing, RuntimeError) as error:
            print(f"Without the docker launcher: {error}", file=sys.stderr)
            yield None
            return
        yield address


@contextlib.contextmanager
def site(*, engine_address: str | None = None, train: str | None = None) -> Iterator[Site]:
    """A new platform with the docker launcher on that engine, else the process launcher; gone after the block.

    Args:
        train: The template's ``train.py``, where it shall be another than that of the tests.
    """
    env = {"YARD_LAUNCHER": "docker" if engine_address else "process", "YARD_DOCKER_HOST": engine_address or ""}
    with tempfile.TemporaryDirectory(prefix="trainyard-bench-") as folder, platform(Path(folder), env) as running:
        running.create_user("bench", _PASSWORD)
        address = urlsplit(running.address)
        api = Api(address.hostname or "", address.port or 0)
        api.sign_in("bench", _PASSWORD)
        with contextlib.redirect_stdout(io.StringIO()):
            job = MainJob(api, "bench", Live(), lambda: None)
        project = job.project()
        yield Site(running, api, {**_wanted(job, project, Path(folder)), **_template(api, project, train)})


def load() -> str:
    """How busy the machine is, for whoever compares figures."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def _execution(run: Json) -> int:
    execution = run["execution"]
    return int(execution["id"] if isinstance(execution, dict) else execution)


def _wanted(job: MainJob, project: Json, folder: Path) -> Json:
    images = folder / "images"
    images.mkdir()
    shapes = ""
    for number in range(4):
        Image.new("RGB", (8, 8), (60 * number, 0, 0)).save(images / f"{number}.png")
        shapes += f'<image id="{number}" name="{number}.png" width="8" height="8"><tag label="dot"></tag></image>'
    meta = "<meta><task><labels><label><name>dot</name><attributes/></label></labels></task></meta>"
    (images / "annotations.xml").write_text(f"<annotations><version>1.1</version>{meta}{shapes}</annotations>")
    pack(images, folder / "images.zip")
    with contextlib.redirect_stdout(io.StringIO()):
        dataset = job.upload(project, folder / "images.zip")
    return {"project": project["id"], "dataset": dataset["id"], "resources": _RESOURCES}


def _template(api: Api, project: Json, train: str | None) -> Json:
    changed = {"Dockerfile": DOCKERFILE.replace(BASE, _BASE)} | ({"train": train} if train else {})
    file = ("template_zip", "tiny.zip", tiny_template(**changed).getvalue())
    uploaded = api.send_form("templates/upload/", {"project": str(project["id"])}, file)
    return {"template_version": uploaded["version"]["id"]}
