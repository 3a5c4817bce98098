"""What a run is told of the split that its data set version carries. (test_main_job_process.py: that it is used.)"""

from __future__ import annotations

import io
import json
from types import SimpleNamespace
from typing import cast

import pytest
from PIL import Image

from tests.runs.factories import attempt_of, make_build, make_run, make_template
from yard.accounts.models import Project, User
from yard.datasets import services, uploads
from yard.datasets.imports import services as import_services
from yard.datasets.imports.run import import_perform
from yard.datasets.models import Dataset, DatasetVersion, SplitMethod
from yard.datasets.splits.of_version import version_parts
from yard.datasets.splits.services import split_create_from
from yard.datasets.versions.create import version_create
from yard.executions.launchers.base import Launcher
from yard.runs.kind import RunKind

pytestmark = pytest.mark.django_db(transaction=True)
PARTS = {"0.png": "train", "1.png": "val", "3.png": "train"}


@pytest.fixture
def dots(project: Project, owner: User) -> Dataset:
    dataset = services.dataset_create(project=project, name="dots", user=owner)
    found = import_services.import_create(dataset=dataset, user=owner)
    for number in range(4):
        picture = io.BytesIO()
        Image.new("RGB", (8, 8), (60 * number, 0, 0)).save(picture, "PNG")
        content = picture.getvalue()
        upload = uploads.upload_create(dataset_import=found, name=f"{number}.png", size=len(content), user=owner)
        uploads.upload_append(upload=upload, offset=0, source=io.BytesIO(content), size=len(content))
    import_services.import_start(dataset_import=found)
    import_perform(found.pk)
    dataset.refresh_from_db()
    return dataset


def split(dataset: Dataset, user: User) -> None:
    lists = {"train": [3, 0], "val": [1]}
    split_create_from(dataset=dataset, user=user, name="honest", method=SplitMethod.LISTS, lists=lists)


def test_every_launcher_is_given_the_split_of_the_version(dots: Dataset, project: Project, owner: User) -> None:
    template = make_template()
    build = make_build(template)

    def files_for(version: DatasetVersion) -> dict[str, bytes]:
        run = make_run(project, version=version, template=template, image_build=build)
        return dict(RunKind().launch_spec(attempt_of(run), cast(Launcher, SimpleNamespace(name="fake")), ()).files)

    before = version_create(dataset=dots, user=owner)
    assert "split.json" not in files_for(before)
    split(dots, owner)
    assert json.loads(files_for(version_create(dataset=dots, user=owner))["split.json"]) == PARTS
    assert "split.json" not in files_for(before)


def test_a_version_keeps_its_split_whatever_comes_after(dots: Dataset, owner: User) -> None:
    without = version_create(dataset=dots, user=owner)
    split(dots, owner)
    with_split = version_create(dataset=dots, user=owner)
    assert with_split.pk != without.pk
    assert (with_split.split_name, with_split.split_counts) == ("honest", {"train": 2, "val": 1})
    dots.splits.get().delete()
    dots.refresh_from_db()
    assert version_create(dataset=dots, user=owner).pk == without.pk
    with_split.refresh_from_db()
    assert version_parts(with_split) == PARTS
    assert version_parts(without) == {}
