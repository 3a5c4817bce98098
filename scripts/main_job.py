"""The main job through the REST API: data set, template, run, followed to its end."""

from __future__ import annotations

import os
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.api_client import Api
from scripts.live import Live
from scripts.problems import Problem

_POLL_S = 0.7
_FINAL = {"succeeded", "failed", "stopped", "lost"}
_PROJECT = "Demo"
_DATASET = "Handwritten digits"
_DATASET_DESCRIPTION = "8 × 8 pixel digits of 43 writers, one tag each; comes with scikit-learn."
_LONGEST_S = 45 * 60

Json = dict[str, Any]


@dataclass
class MainJob:
    """The job's steps for one signed-in user. ``alive`` raises when the platform is gone."""

    api: Api
    user: str
    live: Live
    alive: Callable[[], None]

    def project(self) -> Json:
        """The demo's project, made when the user has none."""
        name = f"{_PROJECT} of {self.user}"
        for project in self.api.get("projects/", search=name)["results"]:
            if project["name"] == name:
                return dict(project)
        return dict(self.api.post("projects/", {"name": name, "description": "Made by make demo."}))

    def existing_dataset(self, project: Json) -> Json | None:
        """The sample data of an earlier demo, when it was imported to the end."""
        for dataset in self.api.get("datasets/", project=project["id"], search=_DATASET)["results"]:
            if dataset["name"] == _DATASET and dataset["annotated_count"]:
                return dict(dataset)
        return None

    def upload(
        self, project: Json, archive: Path, name: str = _DATASET, description: str = _DATASET_DESCRIPTION
    ) -> Json:
        """A new data set with the archive's images and labels.

        Raises:
            Problem: The import failed; the message says why.
        """
        content = {"project": project["id"], "name": name, "description": description}
        dataset = self.api.post("datasets/", content)
        job = self.api.post(f"datasets/{dataset['id']}/imports/")
        size = archive.stat().st_size
        self.api.upload(
            f"imports/{job['id']}/uploads/",
            archive,
            lambda done, total: self.live.status("uploading", f"{done * 100 // total} % of {size / 1e6:.1f} MB"),
        )
        self.api.post(f"imports/{job['id']}/start/")
        self._wait_for_import(job["id"])
        return dict(self.api.get(f"datasets/{dataset['id']}/"))

    def template(self) -> Json:
        """The latest version of the bundled template that trains soonest, or of the one that ``TEMPLATE`` names."""
        found = self.api.get("templates/", page_size=200)["results"]
        usable = [entry for entry in found if entry["bundled"] and entry["latest_version"]]
        wanted = os.environ.get("TEMPLATE", "").lower()
        if wanted:
            usable = [entry for entry in usable if wanted in _title(entry).lower()]
        if not usable:
            which = f"named like “{wanted}” " if wanted else ""
            raise Problem(f"No bundled template {which}is installed; `manage.py setup_platform` installs them.")
        best = min(usable, key=_rank)
        return dict(self.api.get(f"template-versions/{best['latest_version']['id']}/"))

    def start(self, project: Json, dataset: Json, version: Json) -> Json:
        """A run with the template's default values, its model exported to ONNX too."""
        content = {
            "project": project["id"],
            "dataset": dataset["id"],
            "template_version": version["id"],
            "name": "First run",
            "config": version["defaults"],
            "export_config": self.api.get("export-config/")["defaults"],
            "resources": self.api.get("runs/defaults/")["resources"],
        }
        return dict(self.api.post("runs/", content))

    def follow(self, run: Json) -> Json:
        """Show state and log until the run has ended; returns the run."""
        build, log = Follower(self.api, self.live, "build"), Follower(self.api, self.live, "log")
        until = time.monotonic() + _LONGEST_S
        while True:
            self.alive()
            run = self.api.get(f"runs/{run['id']}/")
            if run["state"] == "building":
                build.show((run.get("image") or {}).get("execution"))
            log.show(run["execution"])
            if run["state"] in _FINAL:
                log.show(run["execution"], last=True)
                self.live.clear()
                return run
            self.live.status(_state_words(run), _figures(run))
            if time.monotonic() > until:
                raise Problem(f"The run has not ended after {_LONGEST_S // 60} minutes; it is {run['state']}.")
            time.sleep(_POLL_S)

    def _wait_for_import(self, job: int) -> None:
        while True:
            self.alive()
            state = self.api.get(f"imports/{job}/")
            if state["state"] == "succeeded":
                self.live.clear()
                return
            if state["state"] == "failed":
                raise Problem(f"The sample data could not be imported: {state['message']}")
            self.live.status("checking images and labels", f"{(state['progress'] or 0) * 100:.0f} %")
            time.sleep(_POLL_S)


class Follower:
    """Prints the new lines of an execution's log."""

    def __init__(self, api: Api, live: Live, label: str) -> None:
        self._api, self._live, self._label = api, live, label
        self._offset = 0
        self._rest = b""

    def show(self, execution: Any, *, last: bool = False) -> None:
        """Print what came since the last call; ``last`` also the line without an end."""
        if execution is None:
            return
        number = execution["id"] if isinstance(execution, dict) else execution
        data, self._offset, _ = self._api.text_from(f"executions/{number}/log/", self._offset)
        *lines, self._rest = (self._rest + data).split(b"\n")
        if last and self._rest:
            lines.append(self._rest)
        for line in lines:
            text = line.decode("utf-8", "replace").rpartition("\r")[2]
            self._live.line(f"    {self._label} │ {text}")


def pack(folder: Path, archive: Path) -> int:
    """Put a folder's files into one ZIP; returns how many."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    # Images are compressed already; storing is enough.
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as target:
        for path in files:
            target.write(path, path.relative_to(folder))
    return len(files)


def _title(template: Json) -> str:
    return f"{template['provider']} / {template['category']} / {template['architecture']}"


def _rank(template: Json) -> tuple[bool, bool, str]:
    """Classic ones first (they need no torch), then classifiers: the sample data has one tag per image."""
    title = _title(template).lower()
    return "scikit" not in title and "classic" not in title, "classification" not in title, title


def _state_words(run: Json) -> str:
    reason = f": {run['reason']}" if run.get("reason") else ""
    phase = f" ({run['phase']})" if run.get("phase") else ""
    return f"{run['state']}{phase}{reason}"


def _figures(run: Json) -> str:
    progress = run.get("progress")
    return f"{progress * 100:.0f} %" if progress is not None else ""
