"""Repairs: what was wrong is right afterwards, nothing else has changed, and each can be taken back."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image as Pillow

from tests.datasets.conftest import picture
from tests.datasets.doctor.conftest import Examined, Filled, annotate, box, polygon, state_of, tag
from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput
from yard.datasets.doctor.intended import findings_mark
from yard.datasets.doctor.repairs.requests import repair_preview
from yard.datasets.models import Dataset, Finding, Image, Part, Shape, Split, SplitMember, SplitMethod
from yard.datasets.versions.services import version_delete
from yard.storage import keys
from yard.storage.objects import object_copy, object_get, object_read

FINE = box(10, 10, 40, 30)
FAR = box(50, 35, 70, 45, "rust")
BEYOND = box(80, 10, 150, 30, occluded=True, attributes={"age": "old"}, z_order=3)
CLIPPED = box(80, 10, 100, 30, occluded=True, attributes={"age": "old"}, z_order=3)
BOW_TIE = polygon((0, 0), (20, 20), (20, 0), (0, 20))

CASES: dict[str, tuple[str, str, list[Any], list[Any]]] = {
    "clip": ("shape.partly_outside", "clip", [FINE, BEYOND, FAR], [FINE, CLIPPED, FAR]),
    "degenerate": ("shape.degenerate", "remove_shapes", [FINE, box(5, 5, 5, 9)], [FINE]),
    "outside": ("shape.outside", "remove_shapes", [FINE, FAR, box(120, 5, 140, 9)], [FINE, FAR]),
    "twice": ("shape.duplicate", "remove_shapes", [FINE, FAR, box(10, 10, 40, 30.2)], [FINE, FAR]),
    "small": ("shape.small", "remove_shapes", [FINE, box(5, 5, 7, 7)], [FINE]),
    "crossing": ("shape.crossing", "untangle", [BOW_TIE, FAR], [polygon((0, 0), (20, 0), (20, 20), (0, 20)), FAR]),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_shapes_are_repaired_and_brought_back(
    case: tuple[str, str, list[Any], list[Any]], filled: Filled, repaired: Any, undone: Any, owner: User
) -> None:
    finding, code, wrong, right = case
    dataset = filled({"a.png": wrong, "b.png": [FINE, FAR], "c.png": wrong})
    before = state_of(dataset)
    repair = repaired(finding, code)
    after = state_of(dataset)
    annotate(dataset, owner, {"a.png": right, "b.png": [FINE, FAR], "c.png": right})
    assert after == state_of(dataset)
    assert not Finding.objects.filter(code=finding).exists()  # it was examined again
    assert (repair.before.number, repair.after.number) == (1, 2)
    undone(repair, force=True)
    assert state_of(dataset) == before
    assert Finding.objects.filter(code=finding).count() == 2


def test_only_the_chosen_ones_are_repaired(filled: Filled, repaired: Any, examined: Examined) -> None:
    dataset = filled({"a.png": [BEYOND, box(-20, 5, 9, 9)], "b.png": [BEYOND]})
    chosen = examined("shape.partly_outside")[1]
    repair = repaired("shape.partly_outside", "clip", [chosen.pk])
    assert repair.summary == "1 shape clipped, 1 image changed."
    assert sorted(Shape.objects.filter(image__dataset=dataset).values_list("left", flat=True)) == [0.0, 80.0, 80.0]


def test_what_is_intended_is_left_alone(filled: Filled, repaired: Any, examined: Examined, owner: User) -> None:
    dataset = filled({"a.png": [box(80, 10, 150, 30)], "b.png": [box(70, 10, 150, 30)]})
    kept = examined("shape.partly_outside")[0]
    findings_mark(dataset=dataset, user=owner, code=kept.code, findings=[kept.pk], intended=True)
    repaired("shape.partly_outside", "clip")
    assert sorted(Shape.objects.values_list("width", flat=True)) == [30.0, 70.0]


def test_a_preview_tells_the_same_and_changes_nothing(filled: Filled, repaired: Any, examined: Examined) -> None:
    dataset = filled({"a.png": [FINE, BEYOND], "b.png": [FINE], "c.png": [BEYOND]})
    examined()
    before, revision = state_of(dataset), dataset.revision
    asked: dict[str, Any] = {"finding_code": "shape.partly_outside", "code": "clip", "findings": None, "options": {}}
    outcome = repair_preview(dataset=dataset, **asked)
    dataset.refresh_from_db()
    assert (state_of(dataset), dataset.revision) == (before, revision)
    assert (outcome.images, outcome.numbers) == (2, {"shapes clipped": 2})
    example = outcome.examples[0]
    assert [shape.geometry["x2"] for shape in example.before] == [150]
    assert [shape.geometry["x2"] for shape in example.after or []] == [100]
    assert repaired("shape.partly_outside", "clip").details["numbers"] == outcome.numbers


# --- classes ----------------------------------------------------------------------------------------------------------


def test_classes_are_merged_and_brought_back(filled: Filled, repaired: Any, undone: Any) -> None:
    twice = [tag("leaf"), tag("Leaf")]
    dataset = filled({"a.png": [box(1, 1, 9, 9, "Leaf"), FINE], "b.png": [FINE, FAR], "c.png": twice})
    before = state_of(dataset)
    repair = repaired("class.same_name", "merge_classes")
    counts = {"leaf": 4, "rust": 1}
    assert dict(dataset.labels.values_list("name", "shape_count")) == counts
    assert repair.after.label_counts == counts
    undone(repair)
    assert state_of(dataset) == before
    assert set(dataset.labels.values_list("name", flat=True)) == {"Leaf", "leaf", "rust"}


def test_the_version_before_a_repair_is_deleted_only_when_that_is_meant(
    filled: Filled, repaired: Any, owner: User
) -> None:
    filled({"a.png": [box(1, 1, 9, 9, "Leaf"), FINE]})
    repair = repaired("class.same_name", "merge_classes")
    with pytest.raises(Conflict, match="no longer be taken back") as refused:
        version_delete(version=repair.before, user=owner)
    assert refused.value.code == "undo_goes"
    version_delete(version=repair.before, user=owner, force=True)
    repair.refresh_from_db()
    assert repair.before is None


def test_the_other_class_may_be_the_one_to_keep(filled: Filled, repaired: Any, examined: Examined) -> None:
    dataset = filled({"a.png": [box(1, 1, 9, 9, "Leaf"), FINE, box(40, 40, 60, 60)]})
    chosen = examined("class.same_name")[0]
    repaired("class.same_name", "merge_classes", [chosen.pk], into=dataset.labels.get(name="Leaf").pk)
    assert dict(dataset.labels.values_list("name", "shape_count")) == {"Leaf": 3}


def test_a_class_with_few_examples_is_merged_or_removed(filled: Filled, repaired: Any, examined: Examined) -> None:
    dataset = filled({"a.png": [FINE, FAR], "b.png": [FINE]})
    found = {finding.details["name"]: finding.pk for finding in examined("class.rare")}
    with pytest.raises(InvalidInput, match="Choose the class"):
        repair_preview(
            dataset=dataset, finding_code="class.rare", code="merge_classes", findings=[found["rust"]], options={}
        )
    repair = repaired("class.rare", "remove_class", [found["rust"]])
    assert repair.summary == "1 shape removed, class rust removed, 1 image changed."
    assert dict(dataset.labels.values_list("name", "shape_count")) == {"leaf": 2}


def test_attributes_that_the_merged_class_declared_are_kept(filled: Filled, repaired: Any) -> None:
    dataset = filled({"a.png": [box(1, 1, 9, 9, "Leaf"), FINE, FINE]})
    age = {"name": "age", "mutable": False, "input_type": "text", "default_value": "", "values": []}
    dataset.labels.filter(name="Leaf").update(attributes=[age])
    repaired("class.same_name", "merge_classes")
    assert dataset.labels.get().attributes == [age]


# --- images -----------------------------------------------------------------------------------------------------------


def test_images_without_label_are_removed_and_brought_back(filled: Filled, repaired: Any, undone: Any) -> None:
    dataset = filled({"a.png": [FINE], "b.png": []})
    before = state_of(dataset)
    repair = repaired("image.unlabelled", "remove_images")
    assert repair.summary == "1 image removed."
    assert (set(state_of(dataset)), dataset.image_count) == ({"a.png"}, 1)
    assert object_get(dataset.bucket, keys.dataset_file(dataset.pk, "b.png")) is None
    undone(repair)
    assert state_of(dataset) == before
    content = b"".join(object_read(dataset.bucket, keys.dataset_file(dataset.pk, "b.png")))
    assert content == picture(100, 80, (3, 7, 90))


@pytest.mark.parametrize(("keep", "stays"), [("labelled", "c.png"), ("first", "b.png")])
def test_of_images_that_are_there_twice_one_stays(
    keep: str, stays: str, filled: Filled, repaired: Any, undone: Any, owner: User
) -> None:
    dataset = filled({"a.png": [FINE], "c.png": [FAR]})
    twin = dataset.images.get(name="c.png")
    for name in ("b.png", "d.png"):
        source, target = keys.dataset_file(dataset.pk, "c.png"), keys.dataset_file(dataset.pk, name)
        object_copy(bucket=dataset.bucket, source_key=source, target_key=target)
        Image.objects.create(
            dataset=dataset,
            name=name,
            digest=twin.digest,
            size=twin.size,
            width=100,
            height=80,
            media_type=twin.media_type,
            perceptual_hash=twin.perceptual_hash,
        )
    annotate(dataset, owner, {"a.png": [FINE]})
    before = state_of(dataset)
    repair = repaired("image.duplicate", "remove_images", keep=keep)
    assert set(state_of(dataset)) == {"a.png", stays}
    undone(repair)
    assert state_of(dataset) == before


def test_every_image_cannot_be_removed(filled: Filled, owner: User, examined: Examined) -> None:
    dataset = filled({"a.png": [FINE], "b.png": []})
    examined()
    dataset.images.filter(name="a.png").delete()
    Dataset.objects.update(image_count=1)
    dataset.refresh_from_db()
    with pytest.raises(InvalidInput, match="every image"):
        repair_preview(
            dataset=dataset, finding_code="image.unlabelled", code="remove_images", findings=None, options={}
        )


def test_splits_count_what_is_left(filled: Filled, repaired: Any) -> None:
    dataset = filled({"a.png": [FINE], "b.png": []})
    split = Split.objects.create(dataset=dataset, name="one", method=SplitMethod.MANUAL, counts={"train": 1, "val": 1})
    for image, part in zip(dataset.images.order_by("name"), (Part.TRAIN, Part.VAL), strict=True):
        SplitMember.objects.create(split=split, image=image, part=part)
    repaired("image.unlabelled", "remove_images")
    split.refresh_from_db()
    assert split.counts.get("train") == 1
    assert not split.counts.get("val")


def turned(orientation: int, format: str = "JPEG") -> bytes:
    """60 x 40 as stored: the left half is dark."""
    image = Pillow.new("RGB", (60, 40), "white")
    image.paste("black", (0, 0, 30, 40))
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    target = io.BytesIO()
    image.save(target, format, exif=exif)
    return target.getvalue()


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif"])
def test_turned_images_become_upright_and_are_brought_back(
    suffix: str, filled: Filled, repaired: Any, undone: Any
) -> None:
    name, format = f"turned.{suffix}", {"jpg": "JPEG", "tif": "TIFF"}.get(suffix, suffix.upper())
    dataset = filled({"a.png": [FINE]}, files={name: turned(6, format)})
    before = state_of(dataset)
    repair = repaired("image.rotated", "turn_upright")
    image = dataset.images.get(name=name)
    assert (image.width, image.height, image.orientation) == (40, 60, 1)
    content = b"".join(object_read(dataset.bucket, keys.dataset_file(dataset.pk, name)))
    with Pillow.open(io.BytesIO(content)) as upright:
        assert (upright.size, upright.format, upright.getexif().get(0x0112, 1)) == ((40, 60), format, 1)
        shown = upright.convert("L")
        assert (shown.getpixel((20, 10)), shown.getpixel((20, 50))) == (0, 255)
    assert len(content) == image.size
    undone(repair)
    assert state_of(dataset) == before
    assert dataset.images.get(name=name).orientation == 6
    assert b"".join(object_read(dataset.bucket, keys.dataset_file(dataset.pk, name))) == turned(6, format)
