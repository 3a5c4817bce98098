"""Repairs that are killed, come twice, or get into each other's way or somebody else's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.datasets.conftest import picture, upload
from tests.datasets.doctor.conftest import Examined, Filled, annotate, box, state_of
from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput
from yard.datasets.doctor.repairs import run
from yard.datasets.doctor.repairs.requests import repair_request, repair_undo
from yard.datasets.doctor.repairs.run import repair_perform
from yard.datasets.imports import services as import_services
from yard.datasets.models import Dataset, OnConflict, Repair
from yard.datasets.work import work_resume_stale
from yard.storage import keys
from yard.storage.objects import object_get

FINE = box(10, 10, 40, 30)
BEYOND = box(80, 10, 150, 30)
CLIP: dict[str, Any] = {"finding_code": "shape.partly_outside", "code": "clip", "findings": None, "options": {}}
REMOVE: dict[str, Any] = {"finding_code": "image.unlabelled", "code": "remove_images", "findings": None, "options": {}}


class Killed(BaseException):
    """As if the process were gone."""


def die(*_: Any, **__: Any) -> Any:
    raise Killed


def expire() -> None:
    Repair.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def test_taking_back_asks_when_other_changes_came_after(
    filled: Filled, repaired: Any, undone: Any, owner: User
) -> None:
    dataset = filled({"a.png": [BEYOND], "b.png": [FINE]})
    before = state_of(dataset)
    repair = repaired("shape.partly_outside", "clip")
    annotate(dataset, owner, {"b.png": []})
    with pytest.raises(Conflict, match="changed after") as refused:
        repair_undo(repair=repair, user=owner)
    assert refused.value.code == "changed_since"
    undone(repair, force=True)
    assert state_of(dataset) == before
    with pytest.raises(Conflict, match="already"):
        repair_undo(repair=repair, user=owner)


def test_one_repair_at_a_time(filled: Filled, owner: User, examined: Examined) -> None:
    dataset = filled({"a.png": [BEYOND]})
    examined()
    waiting = repair_request(dataset=dataset, user=owner, **CLIP)
    with pytest.raises(Conflict, match="Another repair"):
        repair_request(dataset=dataset, user=owner, **CLIP)
    with pytest.raises(Conflict, match="not ended well"):
        repair_undo(repair=waiting, user=owner)


def test_a_remedy_that_is_for_something_else_is_refused(filled: Filled, owner: User) -> None:
    dataset = filled({"a.png": [BEYOND]})
    for wrong in ({"code": "untangle"}, {"finding_code": "shape.unheard_of"}):
        with pytest.raises(InvalidInput, match="no repair"):
            repair_request(dataset=dataset, user=owner, **{**CLIP, **wrong})
    with pytest.raises(Conflict, match="None of the chosen"):
        repair_request(dataset=dataset, user=owner, **{**CLIP, "findings": [123456]})


def test_a_repair_that_finds_nothing_left_says_so(filled: Filled, owner: User, examined: Examined) -> None:
    dataset = filled({"a.png": [BEYOND]})
    examined()
    found = repair_request(dataset=dataset, user=owner, **CLIP)
    annotate(dataset, owner, {"a.png": [FINE]})
    repair_perform(found.pk)
    found.refresh_from_db()
    assert (found.state, "nothing left" in found.message) == ("failed", True)


def test_a_class_that_is_rare_or_unused_no_more_is_not_removed(
    filled: Filled, owner: User, examined: Examined, subtests: pytest.Subtests
) -> None:
    dataset = filled({"a.png": [box(50, 35, 70, 45, "rust")], "b.png": []})
    dataset.labels.create(name="spare", color="#000000")
    examined()
    many = [box(1, 1, 5 + number, 9, "rust") for number in range(20)]
    annotate(dataset, owner, {"b.png": [*many, box(50, 50, 60, 60, "spare")]})
    for code in ("class.rare", "class.unused"):
        with subtests.test(code):
            found = repair_request(
                dataset=dataset, user=owner, finding_code=code, code="remove_class", findings=None, options={}
            )
            repair_perform(found.pk)
            found.refresh_from_db()
            assert (found.state, "nothing left" in found.message) == ("failed", True)
    assert set(dataset.labels.values_list("name", flat=True)) == {"rust", "spare"}


def test_an_image_whose_file_is_another_one_by_now_is_not_removed(
    filled: Filled, owner: User, examined: Examined, django_capture_on_commit_callbacks: Any
) -> None:
    usual: dict[str, list[Any]] = {f"{number}.png": [FINE] for number in range(20)}
    dataset = filled(usual | {"tiny.png": []}, {"tiny.png": picture(4, 4, (9, 9, 9))})
    assert len(examined("image.tiny")) == 1
    better = import_services.import_create(dataset=dataset, user=owner, on_conflict=OnConflict.REPLACE)
    upload(better, "tiny.png", picture(100, 80, (9, 9, 9)))
    with django_capture_on_commit_callbacks(execute=True):
        import_services.import_start(dataset_import=better)
    assert dataset.images.get(name="tiny.png").width == 100
    dataset.refresh_from_db()
    found = repair_request(
        dataset=dataset, user=owner, finding_code="image.tiny", code="remove_images", findings=None, options={}
    )
    repair_perform(found.pk)
    found.refresh_from_db()
    assert (found.state, "nothing left" in found.message) == ("failed", True), found.message
    assert dataset.images.filter(name="tiny.png").exists()


def test_a_change_at_this_moment_is_noticed(
    filled: Filled, owner: User, examined: Examined, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = filled({"a.png": [BEYOND], "b.png": []})
    examined()
    found = repair_request(dataset=dataset, user=owner, **CLIP)
    real = run.version_create
    calls = 0

    def meanwhile(**given: Any) -> Any:
        nonlocal calls
        version = real(**given)
        calls += 1
        if calls == 1:
            annotate(Dataset.objects.get(), owner, {"b.png": [FINE]})
        return version

    monkeypatch.setattr(run, "version_create", meanwhile)
    repair_perform(found.pk)
    found.refresh_from_db()
    assert found.state == "succeeded", found.message
    # The version before it holds what somebody changed meanwhile.
    assert found.before is not None
    assert (found.before.number, found.before.shape_count) == (2, 2)


@pytest.mark.parametrize("moment", ["version_create", "_details", "files_settle", "_version_after"])
def test_a_killed_repair_ends_as_if_it_had_not_been(
    moment: str, filled: Filled, owner: User, examined: Examined, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    dataset = filled({"a.png": [FINE], "b.png": [], "c.png": []})
    examined()
    found = repair_request(dataset=dataset, user=owner, **REMOVE)
    with monkeypatch.context() as patched:
        patched.setattr(run, moment, die)
        with pytest.raises(Killed):
            repair_perform(found.pk)
    repair_perform(found.pk)  # the queue delivers it twice: it is still in somebody's hands
    found.refresh_from_db()
    assert found.state == "running"
    expire()
    with django_capture_on_commit_callbacks(execute=True):
        work_resume_stale()
    found.refresh_from_db()
    dataset.refresh_from_db()
    assert found.state == "succeeded", found.message
    assert set(state_of(dataset)) == {"a.png"}
    assert object_get(dataset.bucket, keys.dataset_file(dataset.pk, "b.png")) is None
    assert (found.before and found.before.image_count, found.after and found.after.image_count) == (3, 1)
    assert dataset.versions.count() == 2
    assert "files" not in found.details


def test_undoing_that_is_killed_is_done_again(
    filled: Filled, repaired: Any, owner: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    dataset = filled({"a.png": [FINE], "b.png": []})
    before = state_of(dataset)
    repair = repaired("image.unlabelled", "remove_images")
    repair_undo(repair=repair, user=owner)
    real = run.version_restore

    def killed(**given: Any) -> Any:
        real(**given)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(run, "version_restore", killed)
        with pytest.raises(Killed):
            repair_perform(repair.pk)
    expire()
    with django_capture_on_commit_callbacks(execute=True):
        work_resume_stale()
    repair.refresh_from_db()
    assert (repair.undone_at is not None, repair.undone_by) == (True, owner)
    assert state_of(dataset) == before


def test_undoing_that_fails_leaves_the_repair_as_it_was(
    filled: Filled, repaired: Any, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled({"a.png": [BEYOND]})
    repair = repaired("shape.partly_outside", "clip")
    repair_undo(repair=repair, user=owner)

    def refuse(**_: Any) -> None:
        raise Conflict("An import is changing it.")

    monkeypatch.setattr(run, "version_restore", refuse)
    repair_perform(repair.pk)
    repair.refresh_from_db()
    assert (repair.state, repair.undoing, repair.undone_at) == ("succeeded", False, None)
    assert "could not be taken back: An import" in repair.message
