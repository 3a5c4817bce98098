"""What the fault tests work with: a member, a project, a data set of four images, and the training of training.py."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image

from scripts.api_client import Api
from scripts.live import Live
from scripts.main_job import MainJob, pack
from tests.faults.training import ARGS, FAULTS_DOCKERFILE, SCHEMA, TRAIN
from tests.runs.tiny_template import tiny_template

if TYPE_CHECKING:
    from tests.faults.harness import Site

USER, PASSWORD = "member", "a-long-password"
IMAGES = 4
# Little, so that a test's machine can hold many at once.
RESOURCES = {"cpus": 0.1, "memory_bytes": 64 << 20, "shared_memory_bytes": 16 << 20}
Json = dict[str, Any]


@dataclass
class Job:
    """Starts runs."""

    api: Api
    project: Json
    dataset: Json
    template_version: int

    def start(self, *, resources: Json | None = None, **config: Any) -> Json:
        """A new run; ``config`` is that of training.py (``epochs``, ``pause``, ``fail``, ``ignore_term``)."""
        body = self.body(resources=resources, **config)
        return dict(self.api.post("runs/", body))

    def body(self, *, resources: Json | None = None, **config: Any) -> Json:
        """What is posted to start a run."""
        return {
            "project": self.project["id"],
            "dataset": self.dataset["id"],
            "template_version": self.template_version,
            "config": {"epochs": 3, **config},
            "resources": {**RESOURCES, **(resources or {})},
        }

    def another_template(self, note: str) -> int:
        """The version of the same template with a remark in its Dockerfile: an image that must be built."""
        return _template(self.api, self.project, note)


def make(site: Site) -> Job:
    """Sign the site's API client in and make everything that a run needs."""
    site.manage("create_user", USER, "--password-stdin", given=PASSWORD)
    site.api.sign_in(USER, PASSWORD)
    with contextlib.redirect_stdout(io.StringIO()):
        main_job = MainJob(site.api, USER, Live(), lambda: None)
        project = main_job.project()
        dataset = main_job.upload(project, archive(site))
    return Job(site.api, project, dataset, _template(site.api, project, ""))


def archive(site: Site, images: int = IMAGES) -> Any:
    """A ZIP of annotated images."""
    folder, target = site.folder / f"images-{images}", site.folder / f"images-{images}.zip"
    folder.mkdir(exist_ok=True)
    shapes = ""
    for number in range(images):
        name = f"{number:05}.png"
        Image.new("RGB", (8, 8), (number % 256, number // 256, 0)).save(folder / name)
        shapes += f'<image id="{number}" name="{name}" width="8" height="8"><tag label="dot"></tag></image>'
    meta = "<meta><task><labels><label><name>dot</name><attributes/></label></labels></task></meta>"
    (folder / "annotations.xml").write_text(f"<annotations><version>1.1</version>{meta}{shapes}</annotations>")
    pack(folder, target)
    return target


def _template(api: Api, project: Json, note: str) -> int:
    dockerfile = f"{FAULTS_DOCKERFILE}\n# {note}\n" if note else FAULTS_DOCKERFILE
    packed = tiny_template(Dockerfile=dockerfile, train=TRAIN, args=ARGS, config=SCHEMA).getvalue()
    uploaded = api.send_form("templates/upload/", {"project": str(project["id"])}, ("template_zip", "tiny.zip", packed))
    return int(uploaded["version"]["id"])
