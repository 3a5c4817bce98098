"""An import is killed here and there; what is in the data set afterwards is what would have been there anyway."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.datasets.conftest import BOX, cvat, packed, picture, upload
from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput, Unavailable
from yard.core.models import Event
from yard.datasets import shapes
from yard.datasets.imports import labelling, pictures, run
from yard.datasets.imports import services as import_services
from yard.datasets.imports.lease import Lease, LeaseLost
from yard.datasets.imports.run import import_perform
from yard.datasets.imports.services import import_resume_stale
from yard.datasets.models import Dataset, Import, ImportState, Shape, Upload
from yard.executions import worker_leases


class Killed(BaseException):
    """As if the process were gone: nothing catches it, nothing is tidied up."""


IMAGES = {f"{index}.png": picture(color=(index * 5, 0, 0)) for index in range(10)}
FILES = {**IMAGES, "annotations.xml": cvat(dict.fromkeys(IMAGES, BOX))}


@pytest.fixture
def queued(dataset: Dataset, owner: User, monkeypatch: pytest.MonkeyPatch) -> Import:
    monkeypatch.setattr(pictures, "BATCH", 3)
    found = import_services.import_create(dataset=dataset, user=owner)
    upload(found, "set.zip", packed(FILES))
    import_services.import_start(dataset_import=found)
    return found


def killed_at(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, call: int) -> None:
    """Have the ``call``-th call of this function end the process, once."""
    real: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def dying(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            raise Killed
        return real(*args, **kwargs)

    monkeypatch.setattr(owner, name, dying)


def expire(found: Import) -> None:
    Import.objects.filter(pk=found.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


MOMENTS: dict[str, tuple[Any, str, int]] = {
    "before anything": (run, "open_sources", 1),
    "while the annotations are checked": (run, "check_readable", 1),
    "at the first file": (pictures, "object_put", 1),
    "between two files of a batch": (pictures, "object_put", 5),
    "after a file was stored, before its row": (pictures.Pictures, "_commit", 2),
    "while annotations are stored": (shapes, "shape_values", 4),
    "before the uploaded annotations are kept": (labelling, "object_put", 1),
    "before the counts": (run, "dataset_refresh_counts", 1),
    "before the end is written": (run, "emit", 1),
    "before the uploads are removed": (run, "uploads_discard", 1),
}


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_a_killed_import_ends_as_if_it_had_not_been(
    queued: Import,
    dataset: Dataset,
    moment: tuple[Any, str, int],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with monkeypatch.context() as patched:
        killed_at(patched, *moment)
        with pytest.raises(Killed):
            import_perform(queued.pk)
    expire(queued)
    with django_capture_on_commit_callbacks(execute=True):
        import_resume_stale()

    queued.refresh_from_db()
    dataset.refresh_from_db()
    assert queued.state == ImportState.SUCCEEDED, queued.message
    assert (dataset.image_count, dataset.annotated_count, dataset.shape_count) == (10, 10, 10)
    assert Shape.objects.count() == 10
    report = queued.report
    assert (report["images"], report["added"], report["shapes"], report["matched"]) == (10, 10, 10, 10)
    assert not queued.uploads.exists()


def test_what_was_done_is_not_done_again(
    queued: Import, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    with monkeypatch.context() as patched:
        killed_at(patched, pictures.Pictures, "_commit", 3)
        with pytest.raises(Killed):
            import_perform(queued.pk)
    queued.refresh_from_db()
    assert queued.cursor == 6
    expire(queued)
    stored: list[str] = []
    real = pictures.object_put
    monkeypatch.setattr(pictures, "object_put", lambda **given: stored.append(given["key"]) or real(**given))
    import_perform(queued.pk)
    assert len(stored) == 4


def test_a_task_that_comes_twice_does_nothing(queued: Import, dataset: Dataset) -> None:
    first = Lease.take(queued.pk)
    assert first is not None
    assert Lease.take(queued.pk) is None
    assert import_perform(queued.pk) is False
    dataset.refresh_from_db()
    assert dataset.image_count == 0


def test_who_lost_the_lease_can_no_longer_write(queued: Import) -> None:
    first = Lease.take(queued.pk)
    assert first is not None
    expire(queued)
    assert Lease.take(queued.pk) is not None
    with pytest.raises(LeaseLost):
        first.write(progress=0.5)


def test_a_taken_over_import_is_left_alone_by_its_first_worker(queued: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    def robbed(*_: Any) -> None:
        Import.objects.filter(pk=queued.pk).update(lease_owner="somebody else")

    monkeypatch.setattr(run, "check_readable", robbed)
    assert import_perform(queued.pk) is False
    queued.refresh_from_db()
    assert (queued.state, queued.lease_owner) == (ImportState.RUNNING, "somebody else")
    assert queued.uploads.exists()


def test_a_store_that_does_not_answer_only_delays(
    queued: Import, monkeypatch: pytest.MonkeyPatch, dataset: Dataset
) -> None:
    def silent(**_: Any) -> None:
        raise Unavailable("The store does not answer.")

    with monkeypatch.context() as patched:
        patched.setattr(pictures, "object_put", silent)
        assert import_perform(queued.pk) is False
    queued.refresh_from_db()
    assert queued.state == ImportState.QUEUED
    assert queued.lease_until is not None
    assert queued.lease_until <= timezone.now()
    import_perform(queued.pk)
    dataset.refresh_from_db()
    assert dataset.image_count == 10


def test_a_fault_of_ours_ends_it_with_a_sentence(queued: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(pictures, "object_put", broken)
    assert import_perform(queued.pk) is False
    queued.refresh_from_db()
    assert queued.state == ImportState.FAILED
    assert queued.message.startswith("A fault of the platform")
    assert queued.uploads.exists()


def test_an_import_that_always_kills_its_worker_is_given_up(queued: Import) -> None:
    for _ in range(run.MAX_INTERRUPTIONS):
        assert Lease.take(queued.pk) is not None
        expire(queued)
        import_resume_stale()
    import_perform(queued.pk)
    queued.refresh_from_db()
    assert queued.state == ImportState.FAILED
    assert "interrupted 5 times" in queued.message


def test_a_long_import_goes_on_in_another_task(
    queued: Import, monkeypatch: pytest.MonkeyPatch, dataset: Dataset
) -> None:
    monkeypatch.setattr(run, "SLICE_SECONDS", -1)
    assert import_perform(queued.pk) is True
    queued.refresh_from_db()
    assert queued.state == ImportState.QUEUED
    monkeypatch.setattr(run, "SLICE_SECONDS", 1000)
    assert import_perform(queued.pk) is False
    dataset.refresh_from_db()
    assert dataset.image_count == 10


def test_labels_that_cannot_be_read_are_left_out_again_when_the_import_goes_on(
    dataset: Dataset, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "BATCH", 3)
    found = import_services.import_create(dataset=dataset, user=owner)
    images = {name: content for name, content in FILES.items() if not name.endswith(".xml")}
    upload(found, "set.zip", packed({**images, "annotations.xml": b"<oops"}))
    import_services.import_start(dataset_import=found)
    is_time_up = iter([False, True])  # after the first batch
    monkeypatch.setattr(run, "_is_over", lambda _: next(is_time_up, False))
    assert import_perform(found.pk) is True
    found.refresh_from_db()
    assert found.cursor == 3
    assert import_perform(found.pk) is False
    found.refresh_from_db()
    assert (found.state, found.cursor) == (ImportState.SUCCEEDED, len(images))
    assert [item["name"] for item in found.report["skipped"]] == ["annotations.xml"]
    assert [item["code"] for item in found.report["findings"]] == ["annotations_unreadable"]


def test_one_import_at_a_time_per_data_set_and_the_next_one_follows(
    queued: Import, owner: User, dataset: Dataset, django_capture_on_commit_callbacks: Any
) -> None:
    from yard.datasets.tasks import import_run_task

    first = Lease.take(queued.pk)
    assert first is not None
    second = import_services.import_create(dataset=dataset, user=owner)
    upload(second, "late.png", picture())
    with django_capture_on_commit_callbacks(execute=True):
        import_services.import_start(dataset_import=second)
    second.refresh_from_db()
    assert second.state == ImportState.QUEUED
    expire(queued)
    import_run_task(queued.pk)
    second.refresh_from_db()
    assert second.state == ImportState.SUCCEEDED


def test_the_watchdog_leaves_living_imports_alone(queued: Import, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        assert import_resume_stale() == 0
        assert Lease.take(queued.pk) is not None
        assert import_resume_stale() == 0
    assert callbacks == []


def test_it_starts_once(queued: Import) -> None:
    with pytest.raises(Conflict, match="started already"):
        import_services.import_start(dataset_import=queued)


def test_it_does_not_start_without_uploads(dataset: Dataset, owner: User) -> None:
    found = import_services.import_create(dataset=dataset, user=owner)
    with pytest.raises(InvalidInput, match="Nothing was uploaded"):
        import_services.import_start(dataset_import=found)
    found.refresh_from_db()
    assert found.state == ImportState.UPLOADING


def test_it_does_not_start_before_uploads_are_complete(dataset: Dataset, owner: User) -> None:
    from yard.datasets.uploads import upload_create

    found = import_services.import_create(dataset=dataset, user=owner)
    upload_create(dataset_import=found, name="a.png", size=10, user=owner)
    with pytest.raises(Conflict, match=r"10 bytes are missing\): a\.png"):
        import_services.import_start(dataset_import=found)
    found.refresh_from_db()
    assert found.state == ImportState.UPLOADING


def test_uploads_that_nobody_goes_on_with_are_removed_after_a_week(dataset: Dataset, owner: User) -> None:
    left, living, failed = (import_services.import_create(dataset=dataset, user=owner) for _ in range(3))
    for found in (left, living, failed):
        upload(found, "a.png", picture())
    Import.objects.filter(pk=failed.pk).update(state=ImportState.FAILED)
    assert import_services.import_expire_abandoned() == 0
    Import.objects.update(updated_at=timezone.now() - timedelta(days=8))
    Upload.objects.exclude(dataset_import=living).update(updated_at=timezone.now() - timedelta(days=8))
    assert import_services.import_expire_abandoned() == 2
    assert set(Import.objects.values_list("pk", "state")) == {(living.pk, "uploading"), (failed.pk, "failed")}
    assert [found.dataset_import_id for found in Upload.objects.all()] == [living.pk]


def test_people_see_how_far_it_is(queued: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_leases, "TELL_SECONDS", 0)
    import_perform(queued.pk)
    events = Event.objects.filter(kind="dataset.import", object_id=queued.pk).order_by("id")
    progress = [event.payload["progress"] for event in events]
    assert progress == sorted(progress)
    assert {"0 of 10 images", "9 of 10 images"} <= {event.payload["message"] for event in events}


def test_events_come_at_most_twice_a_second(queued: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("yard.executions.worker_leases.time.monotonic", lambda: now)
    found = Lease.take(queued.pk)
    assert found is not None
    before = Event.objects.count()
    for _ in range(10):
        found.tell(0.5, "half")
    now += 0.6
    found.tell(0.6, "more")
    assert Event.objects.count() == before + 2
