"""Checks that compare images or classes with each other."""

from __future__ import annotations

from itertools import combinations

import pytest

from yard.core.errors import InvalidInput
from yard.datasets.doctor.checks.all import CHECKS
from yard.datasets.doctor.facts import DatasetFacts, Found, ImageFacts, LabelFacts
from yard.datasets.doctor.options import Options

HASHES = [0x0F1E2D3C4B5A6978, 0x7FEEDDCCBBAA1122, -0x123456789ABCDEF, 0x5555AAAA3333CCCC]


def image(number: int, width: int = 640, height: int = 480, **more: object) -> ImageFacts:
    values = {"digest": f"{number:064x}", "size": 1000, "shape_count": 1, **more}
    return ImageFacts(number, f"{number:04d}.jpg", width=width, height=height, **values)  # type: ignore[arg-type]


def found(images: list[ImageFacts], labels: dict[str, int] | None = None, **options: float) -> list[Found]:
    known = {pk: LabelFacts(pk, name, count) for pk, (name, count) in enumerate((labels or {"leaf": 99}).items(), 1)}
    annotated = sum(item.shape_count > 0 for item in images)
    checks = [check(DatasetFacts(len(images), annotated, known), Options.of(options)) for check in CHECKS]
    seen = [item for image in images for check in checks for item in check.see(image, [])]
    return seen + [item for check in checks for item in check.conclude()]


def codes(*args: object, **options: float) -> list[str]:
    return [item.kind.code for item in found(*args, **options)]  # type: ignore[arg-type]


def names(**labels: int) -> list[tuple[str, str, str]]:
    """(kind, the class that goes, the class that stays)."""
    said = found([image(1)], {name.replace("0", " "): count for name, count in labels.items()}, few_examples=0)
    return [(item.kind.code, item.details["name"], item.details["into_name"]) for item in said]


def test_names_that_differ_by_case_blanks_or_hyphens() -> None:
    assert names(car=80, Car=3) == [("class.same_name", "Car", "car")]
    assert names(traffic_light=4, Traffic0Light=40) == [("class.same_name", "traffic_light", "Traffic Light")]
    assert len(names(car=80, Car=3, CAR=1)) == 2


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("vegtation", "vegetation"),
        ("vegetaiton", "vegetation"),
        ("platelet", "platelets"),
        ("infrastucure", "infrastructure"),
        ("truk", "truck"),
        ("dgo", "dog"),
        ("carr", "car"),
    ],
)
def test_names_that_look_like_a_typo(wrong: str, right: str) -> None:
    assert names(**{wrong: 2, right: 300}) == [("class.typo", wrong, right)]


@pytest.mark.parametrize(
    "labels",
    [
        {"horse": 80, "house": 90},  # both are frequent
        {"cat": 1, "cats": 90},
        {"cat": 1, "car": 90},  # in a short name a letter is a word
        {"class1": 1, "class2": 90},
        {"type0a": 2, "type0b": 80},
        {"hand_l": 2, "hand_r": 80},
        {"fence": 3, "balcony-fence": 90},
        {"male": 2, "female": 70},
        {"vegetation": 0, "vegetatoin": 0},
    ],
    ids=" ".join,
)
def test_names_of_different_things(labels: dict[str, int]) -> None:
    assert [kind for kind, _, _ in names(**labels)] == []


def test_ten_thousand_classes_are_compared_in_time() -> None:
    many = {"".join(letters): 50 for letters in combinations("abcdefghijklmnopqrstuvw", 4)}
    assert codes([image(1)], many) == []


def test_classes_with_few_examples_or_none() -> None:
    said = found([image(1)], {"leaf": 99, "rust": 9, "mould": 0})
    assert [(item.kind.code, item.label_id) for item in said] == [("class.unused", 3), ("class.rare", 2)]
    assert codes([image(1)], {"leaf": 10, "rust": 10}) == []


def test_nothing_labelled_is_said_once() -> None:
    assert codes([image(number, shape_count=0) for number in range(30)], {"leaf": 0}) == ["dataset.unlabelled"]
    assert codes([image(1), image(2, shape_count=0)]) == ["image.unlabelled"]


def test_the_same_file_twice_and_the_one_with_labels_stays() -> None:
    said = found([image(1, digest="a" * 64, shape_count=0), image(2, digest="a" * 64, shape_count=3), image(3)])
    twice = [item for item in said if item.kind.code == "image.duplicate"]
    assert [(item.image_id, item.other_image_id) for item in twice] == [(1, 2)]


def test_images_that_look_alike() -> None:
    alike = [image(1, perceptual_hash=HASHES[0]), image(2, perceptual_hash=HASHES[0] ^ 0b101)]
    others = [image(number, perceptual_hash=value) for number, value in enumerate(HASHES[1:], 3)]
    said = found([*alike, *others])
    assert [(item.kind.code, item.image_id, item.other_image_id, item.details["bits"]) for item in said] == [
        ("image.near_duplicate", 2, 1, 2)
    ]
    assert codes([*alike, *others], near_bits=1) == []


def test_the_same_file_is_not_said_to_look_alike_too() -> None:
    pair = [image(number, digest="a" * 64, perceptual_hash=HASHES[0]) for number in (1, 2)]
    assert codes(pair) == ["image.duplicate"]


@pytest.mark.parametrize("value", [0, -1, 1, 0b11])
def test_images_without_any_structure_are_not_compared(value: int) -> None:
    assert codes([image(number, perceptual_hash=value) for number in (1, 2, 3)]) == []


def test_odd_sizes() -> None:
    usual = [image(number, 640 + number, 480) for number in range(20)]
    assert codes([*usual, image(90, 480, 640)]) == []
    assert codes([*usual, image(90, 6400, 4800)]) == ["image.odd_size"]
    assert codes([*usual, image(90, 100, 80)]) == ["image.odd_size"]
    assert codes([*usual, image(90, 2000, 200)]) == ["image.odd_size"]
    assert codes([*usual, image(90, 12, 12)]) == ["image.tiny"]


def test_many_sizes_are_usual_and_so_are_tiny_ones() -> None:
    assert codes([image(number, 100 * number, 90 * number) for number in range(1, 60)]) == []
    assert codes([image(number, 8, 8) for number in range(1, 60)]) == []


def test_all_labels_in_the_upper_left_are_for_smaller_images() -> None:
    from tests.datasets.doctor.conftest import box
    from tests.datasets.doctor.test_checks_of_shapes import facts

    def said(reach: float) -> list[str]:
        labels = {1: LabelFacts(1, "leaf", 60), 2: LabelFacts(2, "rust", 50)}
        checks = [check(DatasetFacts(30, 30, labels), Options()) for check in CHECKS]
        for number in range(30):
            shapes = [facts(2 * number, box(5, 5, 300 * reach, 240 * reach)), facts(2 * number + 1, box(9, 8, 40, 40))]
            assert [item for check in checks for item in check.see(image(number), shapes)] == []
        return [item.kind.code for check in checks for item in check.conclude()]

    assert said(1.0) == ["labels.other_size"]
    assert said(1.5) == []


@pytest.mark.parametrize("options", [{"near_bits": 40}, {"same_place_iou": 0.1}, {"few_examples": -1}])
def test_thresholds_that_make_no_sense(options: dict[str, float]) -> None:
    with pytest.raises(InvalidInput, match="must be between"):
        Options.of(options)


def test_options_of_another_release_are_ignored() -> None:
    assert Options.of({"moon_phase": 3, "near_bits": 2}) == Options(near_bits=2)
