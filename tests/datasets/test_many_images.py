"""Many images at once: put into a part of the split, or given a tag, be they named or all that fit a filter."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.datasets.conftest import BOX, TAG, Importer, cvat, picture
from yard.accounts.models import User
from yard.datasets.counts import dataset_refresh_counts
from yard.datasets.editing import steps
from yard.datasets.models import Dataset, Image, ImportState, SplitMethod
from yard.datasets.shapes import shapes_replace
from yard.datasets.splits.selectors import parts_of
from yard.datasets.splits.services import split_create_from
from yard.datasets.tasks import images_tag_task


@pytest.fixture
def images(dataset: Dataset, import_files: Importer) -> Dataset:
    """a.png has a box and the tag rust, b.png a box, c.png nothing."""
    files = {name: picture(color=color) for name, color in (("a.png", "red"), ("b.png", "blue"), ("c.png", "green"))}
    import_files({**files, "annotations.xml": cvat({"a.png": BOX + TAG, "b.png": BOX})})
    return dataset


def post(client: APIClient, dataset: Dataset, what: str, **body: Any) -> Any:
    return client.post(f"/api/v1/datasets/{dataset.pk}/images/{what}/", body, format="json")


def ids(dataset: Dataset, *names: str) -> list[int]:
    return list(dataset.images.filter(name__in=names).values_list("pk", flat=True))


def carried(dataset: Dataset) -> dict[str, Any]:
    """What images and data set carry of the shapes."""
    found = Dataset.objects.get(pk=dataset.pk)
    rows = {image.name: (image.shape_count, image.labels, image.annotations_digest) for image in found.images.all()}
    figures = (found.annotated_count, found.shape_count, found.kind_counts)
    return {**rows, "figures": figures, "labels": dict(found.labels.values_list("name", "shape_count"))}


def test_images_get_a_tag_and_lose_it(images: Dataset, as_owner: APIClient) -> None:
    before = carried(images)
    boxes = set(images.images.filter(name="b.png").values_list("shapes__pk", flat=True))
    answer = post(as_owner, images, "tag", ids=ids(images, "a.png", "b.png", "c.png"), label=" rust ")
    assert answer.json() == {"changed": 2, "queued": 0}, "a.png has it already"
    b = Image.objects.get(dataset=images, name="b.png")
    assert boxes < set(b.shapes.values_list("pk", flat=True)), "the box is the same row, with its findings"
    assert (b.edited_by.get_username() if b.edited_by else "", b.edited_revision) == ("olga", b.revision)
    now = carried(images)
    assert now["figures"] == (3, 5, {"box": 2, "tag": 3})
    dataset_refresh_counts(Dataset.objects.get(pk=images.pk))
    assert carried(images) == now, "as if counted anew"
    off = post(as_owner, images, "tag", filter="label=rust", count=3, label="rust", present=False)
    assert off.json()["changed"] == 3
    post(as_owner, images, "tag", ids=ids(images, "a.png"), label="rust")
    assert carried(images) == before


def test_a_tag_that_is_new_becomes_a_class(images: Dataset, as_owner: APIClient, settings: Any) -> None:
    assert post(as_owner, images, "tag", ids=ids(images, "c.png"), label="night").json()["changed"] == 1
    assert carried(images)["labels"]["night"] == 1
    assert post(as_owner, images, "tag", ids=ids(images, "c.png"), label="a\x07b").status_code == 400
    settings.ANNOTATIONS_MAX_LABELS = 3
    refused = post(as_owner, images, "tag", ids=ids(images, "c.png"), label="one too many")
    assert (refused.status_code, "limit" in refused.json()["message"]) == (400, True)


def test_a_tag_is_the_same_as_one_that_was_drawn(images: Dataset, as_owner: APIClient) -> None:
    """The digest by which versions are compared must not tell how it came."""
    from yard.datasets.annotations.types import ShapeAnnotation
    from yard.datasets.labels import LabelBook

    post(as_owner, images, "tag", ids=ids(images, "c.png"), label="rust")
    digest = images.images.get(name="c.png").annotations_digest
    shapes_replace({images.images.get(name="c.png").pk: [ShapeAnnotation("tag", "rust", {})]}, LabelBook(images))
    assert images.images.get(name="c.png").annotations_digest == digest


@pytest.mark.django_db(transaction=True)
def test_very_many_are_tagged_by_the_worker(
    images: Dataset, as_owner: APIClient, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "AT_ONCE", 1)
    answer = post(as_owner, images, "tag", filter="", count=3, label="seen")
    assert answer.json() == {"changed": 1, "queued": 2}
    assert carried(images)["labels"]["seen"] == 3
    once = carried(images)
    images_tag_task(images.pk, list(images.images.values_list("pk", flat=True)), owner.pk, "seen", True)
    assert carried(images) == once, "delivered twice"


def test_images_are_put_into_a_part(images: Dataset, as_owner: APIClient, owner: User) -> None:
    nowhere = post(as_owner, images, "part", ids=ids(images, "a.png"), part="train")
    assert (nowhere.status_code, "No split" in nowhere.json()["message"]) == (409, True)
    split = split_create_from(dataset=images, user=owner, name="by hand", method=SplitMethod.MANUAL)
    assert post(as_owner, images, "part", filter="label=leaf", count=2, part="train").json()["changed"] == 2
    assert post(as_owner, images, "part", ids=ids(images, "b.png", "c.png"), part="test").json()["changed"] == 2
    names = dict(images.images.values_list("pk", "name"))
    assert {names[pk]: str(part) for pk, part in parts_of(split).items()} == {
        "a.png": "train",
        "b.png": "test",
        "c.png": "test",
    }
    assert post(as_owner, images, "part", filter="part=test", count=2, part="").json()["changed"] == 2
    split.refresh_from_db()
    assert split.counts == {"train": 1}


@pytest.mark.parametrize(("what", "more"), [("part", {"part": "val"}), ("tag", {"label": "seen"})])
def test_only_what_was_seen_is_changed_and_only_by_editors(
    images: Dataset,
    as_owner: APIClient,
    as_viewer: APIClient,
    as_outsider: APIClient,
    owner: User,
    what: str,
    more: dict[str, str],
) -> None:
    split_create_from(dataset=images, user=owner, name="by hand", method=SplitMethod.MANUAL)
    before = carried(images)
    assert post(as_owner, images, what, filter="label=leaf", count=1, **more).status_code == 409
    assert post(as_owner, images, what, **more).status_code == 400
    assert post(as_owner, images, what, filter="kind=cube", count=1, **more).status_code == 400
    assert post(as_viewer, images, what, ids=ids(images, "a.png"), **more).status_code == 403
    assert post(as_outsider, images, what, ids=ids(images, "a.png"), **more).status_code == 404
    images.imports.update(state=ImportState.RUNNING)
    assert post(as_owner, images, what, ids=ids(images, "a.png"), **more).status_code == 409
    assert carried(images) == before
