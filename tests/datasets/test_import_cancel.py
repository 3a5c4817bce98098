"""An import at work is cancelled: what it had added is gone again, wherever it was, and whoever was killed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from tests.datasets.conftest import BOX, Importer, cvat, packed, picture, upload
from yard.accounts.models import User
from yard.core.models import AuditEntry
from yard.datasets.doctor.examine import examination_perform
from yard.datasets.doctor.requests import examination_request
from yard.datasets.imports import cancelling, labelling, pictures
from yard.datasets.imports import services as import_services
from yard.datasets.imports.lease import Lease
from yard.datasets.imports.run import import_perform
from yard.datasets.models import Dataset, Image, Import, ImportState, OnConflict, Shape
from yard.datasets.versions.create import version_create
from yard.executions import worker_leases
from yard.storage import keys
from yard.storage.models import StoredObject

OLD = {f"old{index}.png": picture(color=(0, index * 5, 0)) for index in range(3)}
NEW = {f"{index}.png": picture(color=(index * 5, 0, 0)) for index in range(10)}


class Killed(BaseException):
    """As if the process were gone: nothing catches it, nothing is tidied up."""


@pytest.fixture
def filled(dataset: Dataset, import_files: Importer) -> Dataset:
    """Three images with a box each."""
    import_files({**OLD, "annotations.xml": cvat(dict.fromkeys(OLD, BOX))})
    return dataset


@pytest.fixture
def queued(filled: Dataset, owner: User, monkeypatch: pytest.MonkeyPatch) -> Import:
    """Ten more, with a class of their own; progress is told (and a wish to end heard) at every word."""
    monkeypatch.setattr(pictures, "BATCH", 3)
    monkeypatch.setattr(labelling, "BATCH_IMAGES", 3)
    monkeypatch.setattr(worker_leases, "TELL_SECONDS", 0)
    found = import_services.import_create(dataset=filled, user=owner)
    boxes = dict.fromkeys(NEW, BOX.replace("leaf", "stem"))
    upload(found, "set.zip", packed({**NEW, "annotations.xml": cvat(boxes, labels=("stem",))}))
    import_services.import_start(dataset_import=found)
    return found


def seen(dataset: Dataset) -> dict[str, Any]:
    """All that anybody sees of the data set, readable files included."""
    found = Dataset.objects.get(pk=dataset.pk)
    stored = StoredObject.objects.filter(bucket=found.bucket, key__startswith=keys.dataset_prefix(found.pk))
    return {
        "images": sorted(found.images.values_list("name", "digest", "shape_count")),
        "files": sorted(key for key in stored.values_list("key", flat=True) if "annotations" not in key),
        "classes": dict(found.labels.values_list("name", "shape_count")),
        "figures": (found.image_count, found.annotated_count, found.shape_count, found.total_bytes),
    }


def at_word(monkeypatch: pytest.MonkeyPatch, word: str, deed: Any) -> None:
    """Have something happen when the worker tells this for the first time."""
    real, done = Lease.tell, False

    def telling(self: Lease, progress: float, message: str) -> None:
        nonlocal done
        if message == word and not done:
            done = True
            deed()
        real(self, progress, message)

    monkeypatch.setattr(Lease, "tell", telling)


@pytest.mark.parametrize(
    "word", ["0 of 10 images", "5 of 10 images", "Annotations are being taken", "6 images annotated"]
)
def test_what_it_had_added_is_gone(
    queued: Import, filled: Dataset, as_owner: APIClient, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    before = seen(filled)
    at_word(monkeypatch, word, lambda: as_owner.post(f"/api/v1/imports/{queued.pk}/cancel/"))
    assert import_perform(queued.pk) is False
    queued.refresh_from_db()
    assert (queued.state, queued.cancel_requested_at, queued.lease_until) == (ImportState.CANCELLED, None, None)
    assert queued.message.startswith("It was cancelled.")
    assert seen(filled) == before
    assert as_owner.get(f"/api/v1/datasets/{filled.pk}/").json()["active_import"] is None
    assert AuditEntry.objects.filter(action="dataset.import_cancelled", actor_name="olga").count() == 1
    monkeypatch.undo()
    import_services.import_start(dataset_import=queued)
    import_perform(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, filled.images.count()) == (ImportState.SUCCEEDED, 13), "its uploads were kept"


@pytest.mark.parametrize("moment", ["_remove_images", "_settle_files", "dataset_refresh_counts", "annotations_current"])
def test_a_worker_may_be_killed_while_it_takes_things_back(
    queued: Import, filled: Dataset, owner: User, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    before = seen(filled)
    mine = Import.objects.get(pk=queued.pk)
    at_word(monkeypatch, "5 of 10 images", lambda: import_services.import_cancel(dataset_import=mine, user=owner))

    def dying(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(cancelling, moment, dying)
        with pytest.raises(Killed):
            import_perform(queued.pk)
    Import.objects.filter(pk=queued.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert import_services.import_resume_stale() == 1
    import_perform(queued.pk)
    assert Import.objects.get(pk=queued.pk).state == ImportState.CANCELLED
    assert seen(filled) == before


def test_one_whose_worker_was_killed_is_cancelled(
    queued: Import, filled: Dataset, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = seen(filled)

    def die() -> None:
        raise Killed

    at_word(monkeypatch, "5 of 10 images", die)
    with pytest.raises(Killed):
        import_perform(queued.pk)
    assert seen(filled) != before
    import_services.import_cancel(dataset_import=queued, user=owner)
    Import.objects.filter(pk=queued.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    import_services.import_resume_stale()
    import_perform(queued.pk)
    assert Import.objects.get(pk=queued.pk).state == ImportState.CANCELLED
    assert seen(filled) == before


@pytest.mark.parametrize("kept", [True, False], ids=["a version has the old one", "nobody has the old one"])
def test_an_image_that_was_being_replaced_is_whole(
    filled: Dataset, owner: User, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    """Killed between storing the new content and writing its row."""
    if kept:
        version_create(dataset=filled, user=owner)
    found = import_services.import_create(dataset=filled, user=owner, on_conflict=OnConflict.REPLACE)
    upload(found, "old0.png", picture(16, 12, "white"))
    import_services.import_start(dataset_import=found)

    def dying(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(pictures.Pictures, "_commit", dying)
        with pytest.raises(Killed):
            import_perform(found.pk)
    import_services.import_cancel(dataset_import=found, user=owner)
    Import.objects.filter(pk=found.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    import_perform(found.pk)
    image = filled.images.get(name="old0.png")
    stored = StoredObject.objects.get(bucket=filled.bucket, key=keys.dataset_file(filled.pk, "old0.png"))
    assert (image.digest, image.width) == (stored.digest, 8 if kept else 16)


def test_one_that_has_not_begun_ends_at_once(queued: Import, filled: Dataset, owner: User) -> None:
    import_services.import_cancel(dataset_import=queued, user=owner)
    assert Import.objects.get(pk=queued.pk).state == ImportState.CANCELLED
    assert import_perform(queued.pk) is False
    assert filled.images.count() == 3


def test_who_may_and_when(queued: Import, as_owner: APIClient, as_viewer: APIClient, as_outsider: APIClient) -> None:
    where = f"/api/v1/imports/{queued.pk}/"
    assert as_viewer.post(f"{where}cancel/").status_code == 403
    assert as_outsider.post(f"{where}cancel/").status_code == 404
    assert as_owner.delete(where).status_code == 409, "first cancel"
    answer = as_owner.post(f"{where}cancel/")
    assert (answer.status_code, answer.json()["state"]) == (202, "cancelled")
    assert as_owner.post(f"{where}cancel/").status_code == 409
    assert as_owner.delete(where).status_code == 204


def test_an_examination_is_cancelled(
    filled: Dataset, owner: User, as_owner: APIClient, as_viewer: APIClient, settings: Any
) -> None:
    from yard.datasets.doctor.requests import examinations_begin_due

    where = f"/api/v1/datasets/{filled.pk}/examine/cancel/"
    assert as_owner.post(where).status_code == 409
    found = examination_request(dataset=filled, user=owner)
    assert as_viewer.post(where).status_code == 403
    assert as_owner.post(where).json()["state"] == "cancelled"
    assert examination_perform(found.pk) is False
    settings.DOCTOR_AUTOMATIC, settings.DOCTOR_DELAY_SECONDS = True, 0
    assert examinations_begin_due() == 0, "the same content is not examined unasked"
    again = examination_request(dataset=filled, user=owner)
    examination_perform(again.pk)
    again.refresh_from_db()
    assert again.state == "succeeded"
    assert Image.objects.count() == Shape.objects.count() == 3
