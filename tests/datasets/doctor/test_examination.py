"""Examinations: from the rows of a data set to findings, again and again, killed, and while others work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.datasets.conftest import picture
from tests.datasets.doctor.conftest import Examined, Filled, annotate, box
from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput
from yard.datasets.doctor import examine, files
from yard.datasets.doctor.examine import examination_perform
from yard.datasets.doctor.intended import findings_mark
from yard.datasets.doctor.requests import examination_request, examinations_begin_due
from yard.datasets.imports import services as import_services
from yard.datasets.models import Dataset, Examination, Finding, Image, ImportState
from yard.datasets.work import work_resume_stale
from yard.storage import keys
from yard.storage.stores import get_store


class Killed(BaseException):
    """As if the process were gone."""


GOOD = [box(10, 10, 40, 30)] * 10
FLAWED = {"a.png": [box(10, 10, 10, 30)], "b.png": [box(80, 10, 150, 30)], "c.png": [], "d.png": GOOD[:1]}


def codes(found: list[Finding]) -> list[str]:
    return sorted(finding.code for finding in found if finding.code != "class.rare")


def test_it_finds_what_is_wrong_and_says_about_what(filled: Filled, examined: Examined, dataset: Dataset) -> None:
    filled(FLAWED)
    assert codes(examined()) == ["image.unlabelled", "shape.degenerate", "shape.partly_outside"]
    assert dataset.checked_revision == dataset.revision
    flat = Finding.objects.get(code="shape.degenerate")
    assert (flat.image.name, flat.shape.label.name) == ("a.png", "leaf") if flat.image and flat.shape else None


def test_doing_it_twice_leaves_the_same(filled: Filled, examined: Examined, owner: User) -> None:
    dataset = filled(FLAWED)
    first = [(finding.code, finding.fingerprint) for finding in examined()]
    assert [(finding.code, finding.fingerprint) for finding in examined()] == first
    annotate(dataset, owner, dict.fromkeys(FLAWED, GOOD[:1]))
    assert codes(examined()) == []


def test_queries_do_not_grow_with_the_images(
    filled: Filled, examined: Examined, django_assert_max_num_queries: Any
) -> None:
    filled({f"{index}.png": GOOD[:1] for index in range(60)})
    with django_assert_max_num_queries(60):
        examined()


def test_what_is_intended_stays_so_until_it_changes(filled: Filled, examined: Examined, owner: User) -> None:
    dataset = filled({**FLAWED, "e.png": []})
    found = examined("image.unlabelled")
    assert len(found) == 2
    findings_mark(dataset=dataset, user=owner, code="image.unlabelled", findings=[found[0].pk], intended=True)
    assert [finding.intended for finding in examined("image.unlabelled")] == [True, False]
    findings_mark(dataset=dataset, user=owner, code="image.unlabelled", findings=None, intended=False)
    assert [finding.intended for finding in examined("image.unlabelled")] == [False, False]


def test_a_shape_that_is_moved_is_no_longer_intended(filled: Filled, examined: Examined, owner: User) -> None:
    dataset = filled(FLAWED)
    examined()
    findings_mark(dataset=dataset, user=owner, code="shape.degenerate", findings=None, intended=True)
    annotate(dataset, owner, {"d.png": []})
    assert [finding.intended for finding in examined("shape.degenerate")] == [True]
    annotate(dataset, owner, {"a.png": [box(11, 10, 11, 30)]})
    assert [finding.intended for finding in examined("shape.degenerate")] == [False]


def test_findings_that_are_gone_cannot_be_marked(filled: Filled, owner: User) -> None:
    with pytest.raises(InvalidInput, match="no such findings"):
        findings_mark(dataset=filled(FLAWED), user=owner, code="shape.small", findings=None, intended=True)


MOMENTS = ["_examine", "_run_checks", "_store", "_row"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_one_leaves_the_old_findings_and_is_done_again(
    filled: Filled, examined: Examined, owner: User, moment: str, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    dataset = filled(FLAWED)
    before = codes(examined())
    annotate(dataset, owner, {"d.png": []})
    request = examination_request(dataset=dataset, user=owner)
    with monkeypatch.context() as patched:
        patched.setattr(examine, moment, lambda *_: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            examination_perform(request.pk)
    assert codes(list(Finding.objects.all())) == before
    Examination.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert work_resume_stale() == 1
    assert codes(list(Finding.objects.all())) == sorted([*before, "image.unlabelled"])
    assert Examination.objects.get().state == "succeeded"


def test_one_that_kills_its_worker_again_and_again_is_given_up(filled: Filled, owner: User) -> None:
    request = examination_request(dataset=filled(FLAWED), user=owner)
    Examination.objects.update(interruptions=3)
    examination_perform(request.pk)
    request.refresh_from_db()
    assert (request.state, "interrupted" in request.message) == ("failed", True)


def test_a_task_that_comes_twice_does_nothing(filled: Filled, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    request = examination_request(dataset=filled(FLAWED), user=owner)
    again: list[bool] = []
    real = examine._run_checks

    def twice(*given: Any) -> None:
        again.append(examination_perform(request.pk))
        real(*given)

    monkeypatch.setattr(examine, "_run_checks", twice)
    examination_perform(request.pk)
    assert again == [False]
    assert examination_perform(request.pk) is False
    assert Finding.objects.filter(code="shape.degenerate").count() == 1


def test_a_data_set_that_changes_meanwhile_is_looked_at_later(
    filled: Filled, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = filled(FLAWED)
    request = examination_request(dataset=dataset, user=owner)
    real = examine._run_checks

    def meanwhile(*given: Any) -> None:
        real(*given)
        annotate(dataset, owner, {"d.png": []})

    monkeypatch.setattr(examine, "_run_checks", meanwhile)
    examination_perform(request.pk)
    request.refresh_from_db()
    assert (request.state, Finding.objects.count()) == ("queued", 0)
    monkeypatch.setattr(examine, "_run_checks", real)
    examination_perform(request.pk)
    assert Finding.objects.filter(code="image.unlabelled").count() == 2


def test_it_waits_for_an_import(filled: Filled, owner: User) -> None:
    dataset = filled(FLAWED)
    request = examination_request(dataset=dataset, user=owner)
    going = import_services.import_create(dataset=dataset, user=owner)
    going.state = ImportState.RUNNING
    going.save()
    examination_perform(request.pk)
    request.refresh_from_db()
    assert (request.state, "import" in request.message) == ("queued", True)


def test_changed_data_sets_are_examined_when_they_have_been_still(
    filled: Filled, examined: Examined, owner: User, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    dataset = filled(FLAWED)
    assert examinations_begin_due() == 0  # it was changed just now
    settings.DOCTOR_DELAY_SECONDS = 0
    with django_capture_on_commit_callbacks(execute=True):
        assert examinations_begin_due() == 1
    assert Finding.objects.exists()
    assert examinations_begin_due() == 0
    annotate(dataset, owner, {"d.png": []})
    settings.DOCTOR_AUTOMATIC = False
    assert examinations_begin_due() == 0
    settings.DOCTOR_AUTOMATIC = True
    Examination.objects.update(state="failed", revision=Dataset.objects.get().revision)
    assert examinations_begin_due() == 0  # it would fail again


def test_there_is_nothing_to_examine(dataset: Dataset, owner: User) -> None:
    with pytest.raises(InvalidInput, match="no images yet"):
        examination_request(dataset=dataset, user=owner)
    Dataset.objects.update(archived_at=timezone.now())
    dataset.refresh_from_db()
    with pytest.raises(Conflict, match="archived"):
        examination_request(dataset=dataset, user=owner)


def test_only_so_many_are_kept_and_the_rest_is_counted(
    filled: Filled, examined: Examined, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examine, "MOST_KEPT", 2)
    filled({"a.png": GOOD[:1], **{f"{index}.png": [] for index in range(5)}})
    assert len(examined("image.unlabelled")) == 2
    assert Examination.objects.get().beyond == {"image.unlabelled": 3}


# --- files ------------------------------------------------------------------------------------------------------------


def overwrite(image: Image, content: bytes) -> None:
    """As somebody does with an S3 tool."""
    import io

    key = keys.dataset_file(image.dataset_id, image.name)
    get_store().put(image.dataset.bucket, key, io.BytesIO(content), len(content), media_type="image/png")


def test_files_that_are_missing_damaged_or_exchanged(filled: Filled, examined: Examined) -> None:
    dataset = filled(dict.fromkeys(("a.png", "b.png", "c.png", "d.png"), GOOD[:1]))
    assert examined("image.damaged") == []
    images = {image.name: image for image in dataset.images.all()}
    get_store().delete(dataset.bucket, keys.dataset_file(dataset.pk, "a.png"))
    overwrite(images["b.png"], picture(100, 80)[:60])
    overwrite(images["c.png"], picture(50, 40, "blue"))
    said = {finding.image.name: finding.message for finding in examined("image.damaged") if finding.image}
    assert set(said) == {"a.png", "b.png", "c.png"}
    assert "missing" in said["a.png"]
    assert "changed outside" in said["c.png"]


def test_a_flipped_bit_is_found_when_every_file_is_read(filled: Filled, examined: Examined) -> None:
    dataset = filled(dict.fromkeys(("a.png", "b.png"), GOOD[:1]))
    image = dataset.images.get(name="a.png")
    content = bytearray(picture(100, 80, (0, 0, 90)))
    assert len(content) == image.size
    content[-20] ^= 1
    overwrite(image, bytes(content))
    assert examined("image.damaged") == []
    assert [finding.image_id for finding in examined("image.damaged", read_files=True)] == [image.pk]
    assert Examination.objects.get().options["read_files"] is True
    examination_request(dataset=dataset, user=None)
    assert Examination.objects.get().options["read_files"] is False


def test_reading_goes_on_where_it_was_paused(filled: Filled, monkeypatch: pytest.MonkeyPatch, owner: User) -> None:
    dataset = filled({f"{index}.png": GOOD[:1] for index in range(5)})
    get_store().delete(dataset.bucket, keys.dataset_file(dataset.pk, "0.png"))
    monkeypatch.setattr(files, "BATCH", 2)
    monkeypatch.setattr(examine, "SLICE_SECONDS", -1)
    request = examination_request(dataset=dataset, user=owner)
    slices = 1
    while examination_perform(request.pk):
        slices += 1
    request.refresh_from_db()
    assert (slices, request.state, request.reading) == (3, "succeeded", {})
    assert Finding.objects.filter(code="image.damaged").count() == 1


def test_hashes_that_older_rows_lack_are_filled_in(filled: Filled, examined: Examined) -> None:
    dataset = filled(dict.fromkeys(("a.png", "b.png"), GOOD[:1]))
    known = list(dataset.images.order_by("pk").values_list("perceptual_hash", flat=True))
    dataset.images.update(perceptual_hash=None)
    examined()
    assert list(dataset.images.order_by("pk").values_list("perceptual_hash", flat=True)) == known
