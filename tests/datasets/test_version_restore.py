"""A version can be brought back: the working state is then what it was, and nothing is lost on the way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.datasets.conftest import BOX, TAG, Importer, cvat, picture
from yard.accounts.models import Project, User
from yard.core.errors import Conflict, InvalidInput
from yard.datasets import services
from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.labels import LabelBook
from yard.datasets.models import (
    Dataset,
    DatasetVersion,
    Image,
    Restore,
    Split,
    SplitMember,
    WorkState,
)
from yard.datasets.shapes import shapes_replace
from yard.datasets.versions import restore as restoring
from yard.datasets.versions.create import version_create
from yard.datasets.versions.restore import version_restore
from yard.datasets.versions.restores import restore_create, restore_perform
from yard.datasets.work import work_resume_stale
from yard.datasets.working_state import changing
from yard.storage import keys
from yard.storage.objects import object_delete, object_get, object_put, object_read

RED, BLUE, GREEN = picture(color="red"), picture(color="blue"), picture(color="green")
XML = cvat({"a.png": BOX, "b.png": TAG})


@pytest.fixture
def filled(import_files: Importer, dataset: Dataset) -> Dataset:
    import_files({"a.png": RED, "b.png": BLUE, "annotations.xml": XML})
    return dataset


def drop(dataset: Dataset, name: str, user: User | None = None) -> None:
    """The image is gone from the working state, file and all."""
    with changing(dataset, user=user, action="dataset.changed"):
        dataset.images.filter(name=name).delete()
    object_delete(bucket=dataset.bucket, key=keys.dataset_file(dataset.pk, name))


def exchange(dataset: Dataset, name: str, content: bytes) -> None:
    """The image has other content under its old name."""
    stored = put(dataset, name, content)
    with changing(dataset, user=None, action="dataset.changed"):
        dataset.images.filter(name=name).update(digest=stored.digest, size=stored.size)


def add(dataset: Dataset, name: str, content: bytes) -> None:
    """A new image."""
    stored = put(dataset, name, content)
    with changing(dataset, user=None, action="dataset.changed"):
        Image.objects.create(
            dataset=dataset, name=name, path=f"folder/{name}", digest=stored.digest, size=stored.size,
            width=8, height=6, media_type="image/png",
        )  # fmt: skip


def put(dataset: Dataset, name: str, content: bytes) -> Any:
    import io

    return object_put(
        bucket=dataset.bucket,
        key=keys.dataset_file(dataset.pk, name),
        source=io.BytesIO(content),
        size=len(content),
    )


def label(dataset: Dataset, name: str, *shapes: ShapeAnnotation) -> None:
    """The image has exactly these shapes."""
    with changing(dataset, user=None, action="dataset.changed") as locked:
        shapes_replace({dataset.images.get(name=name).pk: shapes}, LabelBook(locked))


def deal(dataset: Dataset, name: str, **parts: str) -> Split:
    """A split is the current one: part → names of images, separated by blanks."""
    with changing(dataset, user=None, action="dataset.changed"):
        split, _ = Split.objects.get_or_create(dataset=dataset, name=name, defaults={"method": "lists"})
        split.members.all().delete()
        for part, names in parts.items():
            for image in dataset.images.filter(name__in=[f"{one}.png" for one in names.split()]):
                SplitMember.objects.create(split=split, image=image, part=part)
        split.counts = {part: len(names.split()) for part, names in parts.items()}
        split.save()
        Dataset.objects.filter(pk=dataset.pk).update(split=split)
    return split


def files(dataset: Dataset) -> dict[str, bytes]:
    """What a person sees under the readable keys, and that the rows say the same."""
    found = {}
    for image in dataset.images.all():
        key = keys.dataset_file(dataset.pk, image.name)
        row = object_get(dataset.bucket, key)
        assert row is not None
        assert (row.digest, row.size) == (image.digest, image.size)
        found[image.name] = b"".join(object_read(dataset.bucket, key))
    return found


def test_everything_comes_back(filled: Dataset, owner: User) -> None:
    deal(filled, "default", train="a", val="b")
    one = version_create(dataset=filled, user=owner)
    drop(filled, "a.png")
    exchange(filled, "b.png", GREEN)
    label(filled, "b.png", ShapeAnnotation("tag", "Rost", {}))
    add(filled, "c.png", GREEN)
    done = version_restore(dataset=filled, version=one, user=owner)
    assert (done.added, done.removed, done.replaced, done.relabelled) == (1, 1, 1, 1)
    assert files(filled) == {"a.png": RED, "b.png": BLUE}
    assert object_get(filled.bucket, keys.dataset_file(filled.pk, "c.png")) is None
    assert sorted(filled.labels.values_list("name", flat=True)) == ["leaf", "rust"]
    assert (filled.image_count, filled.shape_count, filled.split.name) == (2, 2, "default")  # type: ignore[union-attr]
    assert filled.split.counts == {"train": 1, "val": 1}  # type: ignore[union-attr]
    # It is the same to the byte, the uploaded annotations.xml included, so pinning it gives that very version.
    assert version_create(dataset=filled, user=owner) == one


def test_the_way_back_is_open(filled: Dataset, owner: User) -> None:
    one = version_create(dataset=filled, user=owner)
    add(filled, "c.png", GREEN)
    label(filled, "a.png")
    before = version_restore(dataset=filled, version=one, user=owner).before
    assert before is not None
    assert (before.number, before.note) == (2, "Before version 1 was brought back")
    version_restore(dataset=filled, version=before, user=owner)
    assert files(filled) == {"a.png": RED, "b.png": BLUE, "c.png": GREEN}
    assert filled.images.get(name="c.png").path == "folder/c.png"
    assert filled.images.get(name="a.png").shape_count == 0
    assert version_create(dataset=filled, user=owner) == before


def test_nothing_happens_when_nothing_has_changed(filled: Dataset, owner: User) -> None:
    one = version_create(dataset=filled, user=owner)
    filled.refresh_from_db()
    revision = filled.revision
    assert version_restore(dataset=filled, version=one, user=owner).before == one
    filled.refresh_from_db()
    assert (filled.revision, filled.versions.count()) == (revision, 1)


def test_a_split_that_became_another_stays_beside_the_old_one(filled: Dataset, owner: User) -> None:
    deal(filled, "default", train="a b")
    one = version_create(dataset=filled, user=owner)
    deal(filled, "default", val="a b")
    version_restore(dataset=filled, version=one, user=owner)
    assert filled.split is not None
    assert (filled.split.name, filled.split.counts) == ("default of version 1", {"train": 2})
    assert filled.splits.get(name="default").counts == {"val": 2}
    assert version_create(dataset=filled, user=owner) == one


def test_a_version_counts_the_images_that_are_there(filled: Dataset, owner: User) -> None:
    """Whoever deletes an image need not think of every split."""
    deal(filled, "default", train="a", val="b")
    drop(filled, "a.png")
    assert version_create(dataset=filled, user=owner).split_counts == {"val": 1}


def test_another_data_sets_version_is_refused(filled: Dataset, owner: User, project: Project) -> None:
    other = services.dataset_create(project=project, name="Other", user=owner)
    with pytest.raises(InvalidInput, match="another data set"):
        version_restore(dataset=other, version=version_create(dataset=filled, user=owner), user=owner)


def test_a_change_meanwhile_is_told_and_not_lost(filled: Dataset, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    one = version_create(dataset=filled, user=owner)
    drop(filled, "a.png")
    real = restoring._bring_back

    def meanwhile(*given: Any) -> None:
        label(Dataset.objects.get(pk=filled.pk), "b.png")
        real(*given)

    monkeypatch.setattr(restoring, "_bring_back", meanwhile)
    with pytest.raises(Conflict, match="at this moment"):
        version_restore(dataset=filled, version=one, user=owner)
    assert [image.name for image in filled.images.all()] == ["b.png"]
    assert filled.images.get().shape_count == 0


class Killed(BaseException):
    """As if the process were gone."""


PLACES = ["_bring_back", "_change", "files_settle"]


@pytest.mark.parametrize("place", PLACES)
def test_killed_anywhere_it_is_finished_by_the_next_worker(
    filled: Dataset, owner: User, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    one = version_create(dataset=filled, user=owner)
    drop(filled, "a.png")
    exchange(filled, "b.png", GREEN)
    made = restore_create(dataset=filled, version=one, user=owner)

    def killed(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(restoring, place, killed)
        with pytest.raises(Killed):
            restore_perform(made.pk)
    if place != "files_settle":
        assert [image.name for image in filled.images.all()] == ["b.png"]
    made.refresh_from_db()
    assert made.state == WorkState.RUNNING
    Restore.objects.update(lease_owner="elsewhere/1/1", lease_until=made.created_at)
    assert work_resume_stale() == 1
    restore_perform(made.pk)
    made.refresh_from_db()
    assert (made.state, made.progress) == (WorkState.SUCCEEDED, 1.0)
    filled.refresh_from_db()
    assert files(filled) == {"a.png": RED, "b.png": BLUE}
    assert version_create(dataset=filled, user=owner) == one
    restore_perform(made.pk)  # a task that is handed out twice


def test_what_the_store_has_lost_changes_nothing(filled: Dataset, owner: User) -> None:
    from yard.storage.stores import get_store

    one = version_create(dataset=filled, user=owner)
    digest = filled.images.get(name="a.png").digest
    drop(filled, "a.png")
    get_store().delete(filled.bucket, keys.blob(digest))
    made = restore_create(dataset=filled, version=one, user=owner)
    with pytest.raises(Conflict, match="being brought back already"):
        restore_create(dataset=filled, version=one, user=owner)
    restore_perform(made.pk)
    made.refresh_from_db()
    assert (made.state, "not in the store" in made.message) == (WorkState.FAILED, True)
    assert [image.name for image in filled.images.all()] == ["b.png"]


EDIT = st.one_of(
    st.tuples(st.just("drop"), st.sampled_from("abc")),
    st.tuples(st.just("exchange"), st.sampled_from("abc"), st.sampled_from([RED, BLUE, GREEN])),
    st.tuples(st.just("label"), st.sampled_from("abc"), st.sampled_from(["leaf", "rust", "Rost"])),
    st.tuples(st.just("deal"), st.sampled_from(["one", "two"]), st.sampled_from(["a", "a b", ""])),
)


class RandomEdits(TestCase):
    """Whatever was done to it, a version comes back as it was."""

    @pytest.fixture(autouse=True)
    def _given(self, owner: User, project: Project) -> None:
        self.owner, self.project = owner, project

    @settings(max_examples=15)
    @given(before=st.lists(EDIT, max_size=4), after=st.lists(EDIT, min_size=1, max_size=6))
    @example(before=[("deal", "two", "")], after=[("deal", "two", "a"), ("exchange", "a", BLUE)])
    def test_edits_are_undone(self, before: list[tuple[Any, ...]], after: list[tuple[Any, ...]]) -> None:
        dataset = services.dataset_create(project=self.project, name="Edited", user=self.owner)
        for name, content in (("a", RED), ("b", BLUE), ("c", GREEN), ("stays", RED)):
            add(dataset, f"{name}.png", content)
        self.edit(dataset, before)
        pinned = version_create(dataset=dataset, user=self.owner)
        seen = files(dataset)
        self.edit(dataset, after)
        changed, changed_files = version_create(dataset=dataset, user=self.owner), files(dataset)
        version_restore(dataset=dataset, version=pinned, user=self.owner)
        assert files(dataset) == seen
        assert version_create(dataset=dataset, user=self.owner) == pinned
        version_restore(dataset=dataset, version=changed, user=self.owner)
        assert files(dataset) == changed_files
        assert DatasetVersion.objects.filter(dataset=dataset).count() <= 2

    def edit(self, dataset: Dataset, edits: list[tuple[Any, ...]]) -> None:
        for verb, name, *rest in edits:
            if verb == "deal":
                deal(dataset, name, train=rest[0])
            elif dataset.images.filter(name=f"{name}.png").exists():
                if verb == "drop":
                    drop(dataset, f"{name}.png")
                elif verb == "exchange":
                    exchange(dataset, f"{name}.png", rest[0])
                else:
                    label(dataset, f"{name}.png", ShapeAnnotation("tag", rest[0], {}))
