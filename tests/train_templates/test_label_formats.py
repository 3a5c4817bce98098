"""as_coco and as_yolo on small files, one per kind of shape."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.train_templates.conftest import cvat_xml

BOX = '<box label="b" xtl="10" ytl="20" xbr="30" ybr="60"></box>'
TURNED_BOX = '<box label="b" xtl="10" ytl="20" xbr="30" ybr="60" rotation="90.0"></box>'
POLYGON = '<polygon label="a" points="0,0;10,0;10,5;0,5"></polygon>'
LINE = '<polygon label="a" points="0,0;10,5"></polygon>'
ELLIPSE = '<ellipse label="a" cx="50" cy="40" rx="20" ry="10" rotation="90"></ellipse>'
# 3 wide, 2 high at (10, 20):  .##
#                              .#.
MASK = '<mask label="b" left="10" top="20" width="3" height="2" rle="1, 2, 1, 1, 1"></mask>'
TWO_PIECES = '<mask label="b" left="0" top="0" width="5" height="1" rle="0, 1, 1, 3"></mask>'
CUBOID = (
    '<cuboid label="a" xtl1="1" ytl1="2" xbl1="1" ybl1="9" xtr1="5" ytr1="2" xbr1="5" ybr1="9" '
    'xtl2="7" ytl2="3" xbl2="7" ybl2="8" xtr2="3" ytr2="3" xbr2="3" ybr2="8"></cuboid>'
)
SKELETON = (
    '<skeleton label="a"><points label="p" outside="0" points="4,5"></points><points label="q" outside="0" '
    'points="14,25"></points><points label="r" outside="1" points="90,70"></points></skeleton>'
)


def files_of(helpers: SimpleNamespace, *shapes: str, size: tuple[int, int] = (100, 80)) -> dict:
    xml = cvat_xml({f"{number}.png": shape for number, shape in enumerate(shapes)}, ["a", "b"], size=size)
    (helpers.samples / "annotations" / "annotations.xml").write_text(xml)
    images = helpers.cvat_dataset.get_annotations(helpers.cvat_dataset.load_annotations_file())
    return {Path(image["@name"]): image for image in images}


def coco(helpers: SimpleNamespace, dataset_type: str, *shapes: str) -> dict:
    return helpers.cvat_dataset.as_coco(["a", "b"], files_of(helpers, *shapes), dataset_type)


def test_classification_takes_tags_and_boxes_only_where_there_is_no_tag(helpers: SimpleNamespace) -> None:
    labels = coco(helpers, "classification", '<tag label="b"></tag>' + BOX, POLYGON, BOX + BOX)
    assert labels["categories"] == [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]
    assert labels["images"] == [
        {"id": 1, "file_name": "0.png", "height": 80, "width": 100},
        {"id": 3, "file_name": "2.png", "height": 80, "width": 100},
    ]
    assert labels["annotations"] == [
        {"id": 1, "image_id": 1, "category_id": 2},
        {"id": 2, "image_id": 3, "category_id": 2, "bbox": [10, 20, 20, 40]},
        {"id": 3, "image_id": 3, "category_id": 2, "bbox": [10, 20, 20, 40]},
    ]


def test_segmentation_gives_pairs_of_polygons(helpers: SimpleNamespace) -> None:
    labels = coco(helpers, "segmentation", POLYGON + LINE, BOX)
    assert len(labels["images"]) == 1
    assert labels["annotations"] == [
        {
            "id": 1, "image_id": 1, "category_id": 1, "segmentation": [[0, 0], [10, 0], [10, 5], [0, 5]],
            "bbox": [0, 0, 10, 5], "area": 50, "iscrowd": 0,
        }
    ]  # fmt: skip


def test_segmentation_gives_outlines_and_run_lengths_of_masks(helpers: SimpleNamespace) -> None:
    (annotation,) = coco(helpers, "segmentation", MASK)["annotations"]
    assert annotation["segmentation"] == [[11, 20], [13, 20], [13, 21], [12, 21], [12, 22], [11, 22]]
    assert annotation["bbox"] == [11, 20, 2, 2]
    assert annotation["area"] == 3
    assert annotation["rle"] == {"counts": [11 * 80 + 20, 2, 78, 1, 100 * 80 - 12 * 80 - 21], "size": [80, 100]}


def test_the_outline_follows_the_largest_piece_and_the_box_holds_all(helpers: SimpleNamespace) -> None:
    (annotation,) = coco(helpers, "segmentation", TWO_PIECES)["annotations"]
    assert annotation["segmentation"] == [[2, 0], [5, 0], [5, 1], [2, 1]]
    assert annotation["bbox"] == [0, 0, 5, 1]


def test_ellipses_become_polygons(helpers: SimpleNamespace) -> None:
    (annotation,) = coco(helpers, "segmentation", ELLIPSE)["annotations"]
    assert annotation["bbox"] == pytest.approx([40, 20, 20, 40], abs=0.2)
    assert annotation["area"] == pytest.approx(3.1416 * 20 * 10, rel=0.01)


@pytest.mark.parametrize(
    ("shape", "bbox"),
    [
        (BOX, [10, 20, 20, 40]),
        (TURNED_BOX, [0, 30, 40, 20]),
        (POLYGON, [0, 0, 10, 5]),
        (MASK, [11, 20, 2, 2]),
        (ELLIPSE, [40, 20, 20, 40]),
        (CUBOID, [1, 2, 6, 7]),
        (SKELETON, [4, 5, 10, 20]),
        ('<box label="b" xtl="-5" ytl="-5" xbr="200" ybr="60"></box>', [0, 0, 100, 60]),
    ],
)
def test_detection_gives_the_box_around_every_shape(helpers: SimpleNamespace, shape: str, bbox: list[float]) -> None:
    (annotation,) = coco(helpers, "detection", shape)["annotations"]
    assert annotation["bbox"] == pytest.approx(bbox, abs=0.2)
    assert annotation["area"] == pytest.approx(annotation["bbox"][2] * annotation["bbox"][3])


@pytest.mark.parametrize(
    "shape",
    [
        '<box label="b" xtl="5" ytl="5" xbr="5" ybr="9"></box>',
        '<box label="unknown" xtl="5" ytl="5" xbr="9" ybr="9"></box>',
        '<box label="b" xtl="five" ytl="5" xbr="9" ybr="9"></box>',
        '<mask label="b" left="0" top="0" width="3" height="2" rle="1, 2"></mask>',
        '<mask label="b" left="0" top="0" width="3" height="2" rle="6"></mask>',
    ],
)
def test_unusable_shapes_are_skipped_with_a_warning(
    helpers: SimpleNamespace, caplog: pytest.LogCaptureFixture, shape: str
) -> None:
    assert coco(helpers, "detection", shape)["annotations"] == []
    assert "0.png" in caplog.text


def test_yolo_gives_relative_boxes_with_indexes_from_0(helpers: SimpleNamespace) -> None:
    labels = helpers.cvat_dataset.as_yolo(["a", "b"], files_of(helpers, BOX + POLYGON, POLYGON, '<tag label="a"/>'))
    assert labels == {Path("0.png"): ["1 0.2 0.5 0.2 0.5"], Path("1.png"): ["0 0.05 0.03125 0.1 0.0625"]}


def test_images_without_annotations_are_kept_when_asked_for(helpers: SimpleNamespace) -> None:
    files = files_of(helpers, "")
    assert len(helpers.cvat_dataset.as_coco(["a"], files, include_without_annotations=True)["images"]) == 1
    assert helpers.cvat_dataset.as_yolo(["a"], files, include_without_annotations=True) == {Path("0.png"): []}


def test_an_unknown_type_is_refused(helpers: SimpleNamespace) -> None:
    with pytest.raises(ValueError, match="panoptic"):
        coco(helpers, "panoptic", BOX)


@given(rows=st.lists(st.lists(st.booleans(), min_size=7, max_size=7), min_size=1, max_size=7))
@settings(max_examples=150)
def test_a_mask_outline_encloses_exactly_the_largest_piece_with_its_holes(rows: list[list[bool]]) -> None:
    module = cvat_dataset()
    pixels = [pixel for row in rows for pixel in row]
    if not any(pixels):
        return
    runs, value, run = [], False, 0
    for pixel in pixels:
        if pixel != value:
            runs.append(run)
            value, run = pixel, 0
        run += 1
    runs.append(run)
    shape = {"@left": "2", "@top": "3", "@width": "7", "@height": str(len(rows)), "@rle": ", ".join(map(str, runs))}
    mask = module._Mask(shape)
    outline = mask.outline()
    piece = mask._largest_piece()
    enclosed = {
        (column, row) for row in range(len(rows)) for column in range(7) if is_inside(column + 2.5, row + 3.5, outline)
    }
    assert piece <= enclosed
    assert module._polygon_area(outline) == len(enclosed)
    assert not {pixel for pixel in enclosed - piece if touches_border(pixel, len(rows))}
    rle = mask.coco_rle(20, 15)["counts"]
    assert sum(rle) == 20 * 15
    assert sum(rle[1::2]) == mask.area() == sum(pixels)


def is_inside(x: float, y: float, outline: list[list[float]]) -> bool:
    """Even-odd rule."""
    inside = False
    for (x1, y1), (x2, y2) in zip(outline, outline[1:] + outline[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def touches_border(pixel: tuple[int, int], height: int) -> bool:
    return pixel[0] in (0, 6) or pixel[1] in (0, height - 1)


def cvat_dataset() -> SimpleNamespace:
    import importlib
    import sys

    from tests.train_templates.box import TEMPLATES

    folders = [str(TEMPLATES / "common"), str(TEMPLATES / "datasets")]
    sys.path[:0] = folders
    try:
        return importlib.import_module("cvat_dataset")  # type: ignore[return-value]
    finally:
        for folder in folders:
            sys.path.remove(folder)
        for name in ("config", "dataset", "cvat_dataset"):
            sys.modules.pop(name, None)
