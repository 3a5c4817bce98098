"""Files whose names or contents the data set has already: what is asked, and what becomes of each answer."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.datasets.conftest import BOX, Importer, body_of, cvat, finding_codes, picture, upload
from tests.datasets.test_import_faults import Killed, expire, killed_at
from yard.accounts.models import User
from yard.datasets.imports import conflicts, pictures, run
from yard.datasets.imports import services as import_services
from yard.datasets.imports.run import import_perform
from yard.datasets.models import Dataset, Image, Import, ImportState, NameConflict, OnConflict, OnDuplicate
from yard.storage import keys
from yard.storage.objects import object_read

RED, BLUE, GREEN = (picture(color=color) for color in ("red", "blue", "green"))
WIDE = picture(20, 6, "blue")


@pytest.fixture
def there(import_files: Importer, dataset: Dataset) -> Dataset:
    """A data set with a.png, b.png and c.png, a.png with a box."""
    colors = {"a.png": picture(color=(9, 0, 0)), "b.png": picture(color=(8, 0, 0)), "c.png": picture(color=(7, 0, 0))}
    import_files({**colors, "annotations.xml": cvat({"a.png": BOX})})
    return dataset


def content(dataset: Dataset, name: str) -> bytes:
    with object_read(dataset.bucket, keys.dataset_file(dataset.pk, name)) as parts:
        return b"".join(parts)


@pytest.fixture
def begin(there: Dataset, owner: User, django_capture_on_commit_callbacks: Any) -> Any:
    def run(files: dict[str, bytes], on_conflict: str = OnConflict.ASK, on_duplicate: str = OnDuplicate.KEEP) -> Import:
        found = import_services.import_create(
            dataset=there, user=owner, on_conflict=on_conflict, on_duplicate=on_duplicate
        )
        for name, body in files.items():
            upload(found, name, body)
        with django_capture_on_commit_callbacks(execute=True):
            import_services.import_start(dataset_import=found)
        found.refresh_from_db()
        return found

    return run


@pytest.fixture
def answer(as_owner: APIClient, django_capture_on_commit_callbacks: Any) -> Any:
    def run(found: Import, **body: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            answered = as_owner.post(f"/api/v1/imports/{found.pk}/answers/", body, format="json")
        found.refresh_from_db()
        found.dataset.refresh_from_db()
        return answered

    return run


def test_an_import_asks_before_anything_is_changed(begin: Any, there: Dataset, as_owner: APIClient) -> None:
    found = begin({"a.png": RED, "b.png": WIDE, "new.png": GREEN})
    assert (found.state, "2 files have the names" in found.message) == (ImportState.ASKING, True)
    assert there.images.count() == 3

    shown = as_owner.get(f"/api/v1/imports/{found.pk}/conflicts/").json()
    first, second = shown["results"]
    assert [one["path"] for one in (first, second)] == ["a.png", "b.png"]
    assert (second["width"], second["height"], second["old"]["width"]) == (20, 6, 8)
    assert first["old"]["shape_count"] == 1
    assert first["size"] == len(RED)
    for address in (first["thumbnail_url"], first["old"]["thumbnail_url"]):
        assert body_of(as_owner.get(address)).startswith(b"RIFF")
    assert as_owner.get(f"/api/v1/imports/{found.pk}/").json()["open_conflicts"] == 2
    # Nobody works on it: images may be changed meanwhile.
    assert import_perform(found.pk) is False


def test_each_file_gets_what_was_answered(begin: Any, answer: Any, there: Dataset) -> None:
    before = {name: content(there, name) for name in ("a.png", "b.png", "c.png")}
    found = begin({"a.png": RED, "b.png": BLUE, "c.png": GREEN, "new.png": WIDE})
    ids = dict(found.conflicts.values_list("path", "pk"))
    assert answer(found, answers=[{"conflict": ids["a.png"], "answer": "replace"}]).status_code == 202
    assert found.state == ImportState.ASKING
    answered = answer(found, answers=[{"conflict": ids["b.png"], "answer": "keep"}], rest="rename")
    assert answered.json()["state"] == "queued"
    assert found.state == ImportState.SUCCEEDED, found.message

    assert content(there, "a.png") == RED
    assert content(there, "b.png") == before["b.png"]
    assert (content(there, "c.png"), content(there, "c-2.png")) == (before["c.png"], GREEN)
    assert there.images.count() == 5
    replaced = there.images.get(name="a.png")
    assert (replaced.size, replaced.shape_count) == (len(RED), 1)
    assert (found.report["replaced"], found.report["kept"], found.report["added"]) == (1, 1, 2)
    assert "1 replaced" in found.message


@pytest.mark.parametrize("told", [OnConflict.KEEP, OnConflict.REPLACE, OnConflict.RENAME])
def test_who_was_told_before_does_not_ask(begin: Any, there: Dataset, told: OnConflict) -> None:
    old = content(there, "a.png")
    found = begin({"a.png": RED}, told)
    assert found.state == ImportState.SUCCEEDED, found.message
    expected = {
        OnConflict.KEEP: {"a.png": old},
        OnConflict.REPLACE: {"a.png": RED},
        OnConflict.RENAME: {"a.png": old, "a-2.png": RED},
    }[told]
    names = there.images.filter(name__startswith="a").values_list("name", flat=True)
    assert {name: content(there, name) for name in names} == expected


def test_a_replaced_image_of_another_size_is_told_of(begin: Any, there: Dataset) -> None:
    found = begin({"a.png": WIDE}, OnConflict.REPLACE)
    assert "image.replaced_size" in finding_codes(found)
    assert there.images.get(name="a.png").width == 20


def test_a_version_of_before_keeps_the_old_content(begin: Any, there: Dataset, owner: User) -> None:
    from yard.datasets.cache import version_materialise
    from yard.datasets.versions.create import version_create

    old = content(there, "a.png")
    version = version_create(dataset=there, user=owner)
    begin({"a.png": RED}, OnConflict.REPLACE)
    assert (version_materialise(version) / "a.png").read_bytes() == old


def test_annotations_for_an_image_that_was_not_taken_are_left_out(begin: Any, answer: Any, there: Dataset) -> None:
    found = begin({"b.png": RED, "annotations.xml": cvat({"b.png": BOX})})
    answer(found, rest="keep")
    assert found.state == ImportState.SUCCEEDED, found.message
    assert there.images.get(name="b.png").shape_count == 0
    assert "the old image of this name was kept" in found.report["unmatched_annotations"][0]["why"]


def test_the_same_content_is_no_conflict(begin: Any, there: Dataset) -> None:
    found = begin({"a.png": content(there, "a.png")})
    assert (found.state, found.report["added"]) == (ImportState.SUCCEEDED, 0)
    assert not NameConflict.objects.exists()


def test_a_file_that_is_no_image_is_no_conflict(begin: Any, there: Dataset) -> None:
    found = begin({"a.png": b"hello", "new.png": RED})
    assert (found.state, found.report["skipped"][0]["name"]) == (ImportState.SUCCEEDED, "a.png")


@pytest.mark.parametrize(("choice", "images"), [(OnDuplicate.KEEP, 5), (OnDuplicate.SKIP, 4)])
def test_the_same_content_under_another_name_is_told_of(
    begin: Any, there: Dataset, choice: OnDuplicate, images: int
) -> None:
    found = begin({"copy.png": content(there, "a.png"), "new.png": RED}, OnConflict.ASK, choice)
    assert found.state == ImportState.SUCCEEDED, found.message
    assert (there.images.count(), found.report["duplicates"]) == (images, 1)
    if choice == OnDuplicate.KEEP:
        assert "image.duplicate" in finding_codes(found)
    else:
        assert found.report["skipped"] == [{"name": "copy.png", "why": "the data set has the same image as a.png"}]


def test_only_duplicates_are_no_failure(begin: Any, there: Dataset) -> None:
    found = begin({"copy.png": content(there, "a.png")}, OnConflict.ASK, OnDuplicate.SKIP)
    assert (found.state, found.report["images"]) == (ImportState.SUCCEEDED, 0)


def test_an_import_that_asks_can_be_cancelled(begin: Any, as_owner: APIClient) -> None:
    found = begin({"a.png": RED})
    assert as_owner.delete(f"/api/v1/imports/{found.pk}/").status_code == 204
    assert not Import.objects.filter(pk=found.pk).exists()


def test_bad_answers_are_refused(begin: Any, answer: Any, import_files: Importer, as_owner: APIClient) -> None:
    found = begin({"a.png": RED})
    known = found.conflicts.get().pk
    for body in (
        {"answers": [{"conflict": known + 1, "answer": "keep"}]},
        {"answers": [{"conflict": known, "answer": "ask"}]},
        {"answers": "all"},
        {"rest": "perhaps"},
    ):
        assert answer(found, **body).status_code == 400, body
    assert (found.state, found.conflicts.get().answer) == (ImportState.ASKING, "")
    answer(found, rest="keep")
    assert answer(found, rest="keep").status_code == 409
    assert as_owner.post(f"/api/v1/datasets/{found.dataset_id}/imports/", {"on_conflict": "x"}).status_code == 400


@pytest.mark.parametrize(("who", "look", "say"), [("as_viewer", 200, 403), ("as_outsider", 404, 404)])
def test_others_may_not_answer(request: pytest.FixtureRequest, begin: Any, who: str, look: int, say: int) -> None:
    client: APIClient = request.getfixturevalue(who)
    found = begin({"a.png": RED})
    address = f"/api/v1/imports/{found.pk}"
    assert client.get(f"{address}/conflicts/").status_code == look
    thumbnail = client.get(f"{address}/conflicts/{found.conflicts.get().pk}/thumbnail/")
    body_of(thumbnail)
    assert thumbnail.status_code == look
    assert client.post(f"{address}/answers/", {"rest": "keep"}, format="json").status_code == say


MOMENTS: dict[str, tuple[Any, str, int]] = {
    "while files are compared": (conflicts.Conflicts, "_compare", 5),
    "before the question": (run, "_ask", 1),
    "while an image is replaced": (pictures, "object_put", 2),
    "after an image was replaced, before its row": (pictures.Pictures, "_commit", 2),
}


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_a_kill_changes_no_answer_and_no_outcome(
    there: Dataset,
    owner: User,
    answer: Any,
    moment: tuple[Any, str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(conflicts, "BATCH", 2)
    monkeypatch.setattr(pictures, "BATCH", 2)
    found = import_services.import_create(dataset=there, user=owner, on_conflict=OnConflict.ASK)
    for name, body in {"a.png": RED, "b.png": BLUE, "c.png": GREEN, "d.png": WIDE, "e.png": picture(5, 5)}.items():
        upload(found, name, body)
    import_services.import_start(dataset_import=found)
    killed = False
    with monkeypatch.context() as patched:
        killed_at(patched, *moment)
        for _ in range(6):
            found.refresh_from_db()
            if found.state == ImportState.ASKING:
                import_services.conflicts_answer(dataset_import=found, answers={}, rest="replace")
            if found.state == ImportState.SUCCEEDED:
                break
            try:
                import_perform(found.pk)
            except Killed:
                killed = True
                expire(found)
    found.refresh_from_db()
    assert killed
    assert found.state == ImportState.SUCCEEDED, found.message
    assert {name: content(there, name) for name in ("a.png", "b.png", "c.png")} == {
        "a.png": RED, "b.png": BLUE, "c.png": GREEN,
    }  # fmt: skip
    assert (found.report["images"], found.report["replaced"], found.report["added"]) == (5, 3, 2)
    assert NameConflict.objects.filter(dataset_import=found).count() == 3
    sizes = dict(Image.objects.filter(dataset=there).values_list("name", "size"))
    assert sizes["a.png"] == len(RED)
