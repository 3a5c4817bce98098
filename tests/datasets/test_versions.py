from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.db.models import ProtectedError
from rest_framework.test import APIClient

from tests.datasets.conftest import BOX, TAG, Importer, body_of, cvat, picture
from tests.datasets.test_datasets_api import address
from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput
from yard.datasets import annotation_rows, services
from yard.datasets.cache import version_materialise
from yard.datasets.imports import services as import_services
from yard.datasets.labels import LabelBook
from yard.datasets.models import Dataset, DatasetVersion, Image, ImportState
from yard.datasets.shapes import shapes_replace
from yard.datasets.versions import create
from yard.datasets.versions.create import version_create
from yard.datasets.versions.records import records_open
from yard.datasets.working_state import changing
from yard.storage import keys
from yard.storage.filesets import fileset_entries
from yard.storage.stores import get_store

RED, BLUE = picture(color="red"), picture(color="blue")
XML = cvat({"a.png": BOX})


@pytest.fixture
def filled(import_files: Importer, dataset: Dataset) -> Dataset:
    import_files({"a.png": RED, "annotations.xml": XML})
    return dataset


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_it_pins_images_and_annotations(filled: Dataset, owner: User) -> None:
    version = version_create(dataset=filled, user=owner)
    assert (version.number, version.image_count, version.annotated_count, version.shape_count) == (1, 1, 1, 1)
    assert version.label_counts == {"leaf": 1, "rust": 0}
    assert version.kind_counts == {"box": 1}
    entries = {entry.name: entry for entry in fileset_entries(version.fileset)}
    assert set(entries) == {"a.png", "annotations/annotations.xml"}
    assert (entries["a.png"].width, entries["a.png"].height, entries["a.png"].size) == (8, 6, len(RED))


def test_the_same_content_is_the_same_version(filled: Dataset, owner: User, as_owner: APIClient) -> None:
    first = as_owner.post(address(filled, "versions/"))
    again = as_owner.post(address(filled, "versions/"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["digest"] == DatasetVersion.objects.get().fileset.digest
    assert as_owner.get(address(filled, "versions/1/")).json() == first.json()
    assert as_owner.get(address(filled, "versions/2/")).status_code == 404


def test_other_content_is_the_next_version_and_the_old_one_stays_whole(
    filled: Dataset, owner: User, import_files: Importer
) -> None:
    one = version_create(dataset=filled, user=owner)
    import_files({"b.png": BLUE, "annotations.xml": cvat({"a.png": TAG, "b.png": BOX})})
    two = version_create(dataset=filled, user=owner)
    assert (one.number, two.number) == (1, 2)
    assert files_below(version_materialise(one)) == {"a.png": RED, "annotations/annotations.xml": XML}
    assert set(files_below(version_materialise(two))) == {"a.png", "b.png", "annotations/annotations.xml"}


def test_the_folder_is_readable_by_all_below_a_private_one(filled: Dataset, owner: User, settings: Any) -> None:
    folder = version_materialise(version_create(dataset=filled, user=owner))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    for file in folder.rglob("*"):
        assert file.stat().st_mode & stat.S_IROTH
        assert not file.is_file() or not file.stat().st_mode & stat.S_IWOTH
    assert stat.S_IMODE(Path(settings.DATA_CACHE_DIR).stat().st_mode) == 0o700
    assert version_materialise(DatasetVersion.objects.get()) == folder


def test_a_data_set_without_annotations_gets_an_empty_file(import_files: Importer, dataset: Dataset) -> None:
    import_files({"a.png": RED})
    folder = version_materialise(version_create(dataset=dataset, user=None))
    content = (folder / "annotations/annotations.xml").read_bytes()
    assert b'<image id="0" name="a.png" width="8" height="6"/>' in content


def test_an_empty_data_set_cannot_be_pinned(dataset: Dataset, as_owner: APIClient) -> None:
    with pytest.raises(InvalidInput, match="has no images yet"):
        version_create(dataset=dataset, user=None)
    assert as_owner.post(address(dataset, "versions/")).status_code == 400


def test_it_is_not_pinned_while_an_import_changes_it(filled: Dataset, owner: User) -> None:
    found = import_services.import_create(dataset=filled, user=owner)
    found.state = ImportState.RUNNING
    found.save()
    with pytest.raises(Conflict, match="An import is changing"):
        version_create(dataset=filled, user=owner)


def test_a_change_at_this_moment_is_noticed(filled: Dataset, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    real = create.fileset_create

    def meanwhile(**given: Any) -> Any:
        with changing(Dataset.objects.get(pk=filled.pk), user=owner, action="dataset.changed"):
            Image.objects.filter(dataset=filled).update(name="b.png")
        return real(**given)

    monkeypatch.setattr(create, "fileset_create", meanwhile)
    with pytest.raises(Conflict, match="Try again"):
        version_create(dataset=filled, user=owner)
    assert not DatasetVersion.objects.exists()


def test_an_edit_while_the_annotations_are_written_is_in_the_next_version(
    filled: Dataset, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written from the rows of before must not pass for the annotations of now."""
    real = annotation_rows.write_cvat

    def meanwhile(*given: Any, **named: Any) -> None:
        real(*given, **named)
        with changing(Dataset.objects.get(pk=filled.pk), user=owner, action="dataset.changed"):
            shapes_replace({filled.images.get().pk: []}, LabelBook(filled))

    with changing(filled, user=owner, action="dataset.changed"):
        pass  # the annotations.xml has to be written anew
    with monkeypatch.context() as patch:
        patch.setattr(annotation_rows, "write_cvat", meanwhile)
        with pytest.raises(Conflict, match="Try again"):
            version_create(dataset=filled, user=owner)
    version = version_create(dataset=filled, user=owner)
    assert (version.shape_count, [record.shapes for record in records_open(version)]) == (0, [[]])


def test_a_version_is_downloaded_as_it_was(
    filled: Dataset, owner: User, as_owner: APIClient, import_files: Importer
) -> None:
    version_create(dataset=filled, user=owner)
    import_files({"annotations.xml": cvat({"a.png": TAG})})
    with zipfile.ZipFile(io.BytesIO(body_of(as_owner.get(address(filled, "versions/1/download/"))))) as archive:
        assert archive.read("annotations/annotations.xml") == XML
        assert archive.read("a.png") == RED


def test_deleting_removes_rows_and_files(
    filled: Dataset, owner: User, as_owner: APIClient, django_capture_on_commit_callbacks: Any
) -> None:
    waiting = import_services.import_create(dataset=filled, user=owner)
    from tests.datasets.conftest import upload

    upload(waiting, "late.png", RED)
    with django_capture_on_commit_callbacks(execute=True):
        assert as_owner.delete(address(filled)).status_code == 204
    assert not Dataset.objects.exists()
    left = [item.key for item in get_store().list(filled.bucket)]
    assert [key for key in left if key.startswith(("datasets/", keys.UPLOADS))] == []


def test_deleting_keeps_what_other_file_sets_need(
    filled: Dataset, owner: User, as_owner: APIClient, django_capture_on_commit_callbacks: Any
) -> None:
    other = services.dataset_create(project=filled.project, name="Twin", user=owner)
    version = version_create(dataset=filled, user=owner)
    DatasetVersion.objects.filter(pk=version.pk).update(dataset=other)
    version.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        assert as_owner.delete(address(filled)).status_code == 204
    assert files_below(version_materialise(version))["a.png"] == RED


def test_a_version_in_use_protects_its_data_set(
    filled: Dataset, owner: User, as_owner: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs lie above data sets, so one is stood in for by what its relation does: protect."""
    version_create(dataset=filled, user=owner)

    def protected(*_: Any) -> None:
        raise ProtectedError("in use", set())

    monkeypatch.setattr("django.db.models.query.QuerySet.delete", protected)
    answer = as_owner.delete(address(filled))
    assert (answer.status_code, "Delete those runs first" in answer.json()["message"]) == (409, True)
    assert Dataset.objects.get().image_count == 1


def test_it_is_not_deleted_while_an_import_works_on_it(filled: Dataset, owner: User, as_owner: APIClient) -> None:
    found = import_services.import_create(dataset=filled, user=owner)
    found.state = ImportState.QUEUED
    found.save()
    assert as_owner.delete(address(filled)).status_code == 409
