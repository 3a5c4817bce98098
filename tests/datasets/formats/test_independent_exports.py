"""Real data sets in formats of other tools: we read there what annotations.xml says, and write the same."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.datasets.formats.files import Files, cvat_images, document_of, of_zip, pictures_in, written
from yard.datasets.annotations.formats.geometry import bounds_of
from yard.datasets.annotations.types import ImageAnnotations

BOXES = ["bccd_blood_cells", "pear_orchard", "gpr_rebar_cvat"]
POLYGONS = ["maize_kernels", "building_facades"]
CLOSE = 0.05  # pixels

Places = dict[str, list[tuple[str, str, list[float]]]]


def places(images: Iterable[ImageAnnotations]) -> Places:
    """Stem → its shapes, sorted: kind, class, coordinates. Polygons that repeat their first point are opened."""
    found: Places = {}
    for image in images:
        found[Path(image.name).stem] = sorted(
            (shape.kind, shape.label, _flat(shape.kind, shape.geometry)) for shape in image.shapes
        )
    return found


def _flat(kind: str, geometry: dict[str, Any]) -> list[float]:
    if kind == "box":
        return [geometry[key] for key in ("x1", "y1", "x2", "y2")]
    points = geometry.get("points", [])
    if len(points) > 3 and points[0] == points[-1]:
        points = points[:-1]
    return [value for point in points for value in point]


def assert_same(ours: Places, theirs: Places, *, but_empty: bool = False) -> None:
    """Equal but for 0.05 pixels; ``but_empty`` where their file does not name images without shapes."""
    if but_empty:
        ours = {name: shapes for name, shapes in ours.items() if shapes or name in theirs}
    assert ours.keys() == theirs.keys()
    for name, expected in theirs.items():
        found = list(ours[name])
        assert len(found) == len(expected), name
        for kind, label, values in expected:
            match = next((other for other in found if _is_close(other, kind, label, values)), None)
            assert match is not None, (name, kind, label, values[:8], [other[2][:8] for other in found][:5])
            found.remove(match)


def _is_close(other: tuple[str, str, list[float]], kind: str, label: str, values: list[float]) -> bool:
    return (
        other[:2] == (kind, label)
        and len(other[2]) == len(values)
        and all(abs(one - two) <= CLOSE for one, two in zip(other[2], values, strict=True))
    )


def truth(shared_data: Path, name: str) -> list[ImageAnnotations]:
    return cvat_images(shared_data / name / "annotations.xml")


def read(shared_data: Path, name: str, files: Files) -> Places:
    document = document_of(files, pictures_in(shared_data / name / "images"))
    found = places(document)
    assert not document.findings.errors, document.findings.items[:3]
    return found


def coco_of(shared_data: Path, name: str) -> Files:
    return {"instances.json": (shared_data / name / "exports/coco/instances.json").read_bytes()}


@pytest.mark.parametrize("name", [*BOXES, *POLYGONS])
def test_coco_is_read_as_annotations_xml_has_it(shared_data: Path, name: str) -> None:
    assert_same(read(shared_data, name, coco_of(shared_data, name)), places(truth(shared_data, name)))


@pytest.mark.parametrize("name", [*BOXES, *POLYGONS])
def test_yolo_is_read_as_annotations_xml_has_it(shared_data: Path, name: str) -> None:
    archive = "yolo.zip" if name in BOXES else "yolo_seg.zip"
    found = read(shared_data, name, of_zip(shared_data / name / "exports" / archive))
    assert_same(places(truth(shared_data, name)), found, but_empty=True)


@pytest.mark.parametrize("name", BOXES)
def test_voc_is_read_as_annotations_xml_has_it(shared_data: Path, name: str) -> None:
    found = read(shared_data, name, of_zip(shared_data / name / "exports/voc.zip"))
    assert_same(places(truth(shared_data, name)), found, but_empty=True)


@pytest.mark.parametrize("name", ["maize_kernels"])
def test_original_exports_of_roboflow_are_read(shared_data: Path, name: str) -> None:
    """Several files, one for each part; their root category, which names nothing, is no class."""
    found: Places = {}
    for part in ("train", "valid", "test"):
        path = f"{part}/_annotations.coco.json"
        document = document_of({path: (shared_data / name / "original" / path).read_bytes()})
        images = list(document)
        assert {image.subset for image in images} == {"val" if part == "valid" else part}
        assert list(document.labels) == ["corn"]
        found |= places(images)
    assert_same(found, places(truth(shared_data, name)))


def test_a_list_of_images_with_classes_is_read(shared_data: Path) -> None:
    folder = shared_data / "beans_leaf_disease/exports/imagenet_txt"
    document = document_of({file.name: file.read_bytes() for file in folder.iterdir()})
    assert_same(places(document), places(truth(shared_data, "beans_leaf_disease")))


def test_a_table_of_classes_is_read(shared_data: Path) -> None:
    content = (shared_data / "beans_leaf_disease/original/labels.csv").read_bytes()
    images = list(document_of({"labels.csv": content}))
    assert {image.subset for image in images} == {"train", "val", "test"}
    assert_same(places(images), places(truth(shared_data, "beans_leaf_disease")))


@pytest.mark.parametrize("name", POLYGONS)
def test_masks_are_read_with_a_class_and_an_object_each(shared_data: Path, name: str) -> None:
    """datumaro drew the polygons: where they lie and what they are must agree, but for the outline's pixels."""
    files = of_zip(shared_data / name / "exports/voc.zip")
    document = document_of(files, pictures_in(shared_data / name / "images"))
    drawn = {Path(image.name).stem: image for image in document}
    assert not document.findings.errors, document.findings.items[:3]
    polygons = {Path(image.name).stem: image for image in truth(shared_data, name)}
    assert drawn.keys() == polygons.keys()
    found = expected = 0
    for stem, image in polygons.items():
        masks = [(shape.label, _bounds(shape.geometry)) for shape in drawn[stem].shapes]
        for shape in image.shapes:
            bounds = bounds_of(shape.geometry["points"])
            expected += 1
            found += any(
                label == shape.label and max(abs(one - two) for one, two in zip(bounds, other, strict=True)) <= 2
                for label, other in masks
            )
    # The rest is covered by others, partly or wholly: facades lie over their windows.
    assert found > (0.95 if name == "maize_kernels" else 0.5) * expected


def _bounds(mask: dict[str, Any]) -> tuple[float, ...]:
    return mask["left"], mask["top"], mask["left"] + mask["width"], mask["top"] + mask["height"]


# --- writing ----------------------------------------------------------------------------------------------------------


def labels_of(images: list[ImageAnnotations]) -> list[str]:
    return sorted({shape.label for image in images for shape in image.shapes})


@pytest.mark.parametrize("name", [*BOXES, *POLYGONS])
def test_coco_is_written_as_datumaro_writes_it(shared_data: Path, name: str) -> None:
    images = truth(shared_data, name)
    files, losses = written("coco", images, labels_of(images))
    ours = _coco(json.loads(files["annotations/instances_default.json"]))
    theirs = _coco(json.loads(coco_of(shared_data, name)["instances.json"]))
    assert_same(ours, theirs)
    assert losses.count("attributes") == 0


def _coco(data: dict[str, Any]) -> Places:
    """Read with nothing but the standard library."""
    classes = {category["id"]: category["name"] for category in data["categories"]}
    found: Places = {Path(image["file_name"]).stem: [] for image in data["images"]}
    names = {image["id"]: Path(image["file_name"]).stem for image in data["images"]}
    for item in data["annotations"]:
        place = found[names[item["image_id"]]]
        label = classes[item["category_id"]]
        x, y, width, height = item["bbox"]
        place.append(("box", label, [x, y, x + width, y + height]))
        for part in item["segmentation"]:
            place.append(("polygon", label, part))
    return found


@pytest.mark.parametrize("name", [*BOXES, *POLYGONS])
def test_yolo_is_written_as_others_write_it(shared_data: Path, name: str) -> None:
    images = truth(shared_data, name)
    key, archive = ("yolo-darknet", "yolo.zip") if name in BOXES else ("yolo-segmentation", "yolo_seg.zip")
    labels = labels_of(images)
    files, _ = written(key, images, labels)
    sizes = {Path(image.name).stem: (image.width, image.height) for image in images}
    ours = _yolo(files, labels, sizes)
    theirs = _yolo(of_zip(shared_data / name / "exports" / archive), labels, sizes)
    # Theirs may leave out what has no area.
    assert_same({stem: ours[stem] for stem in theirs}, theirs)


def _yolo(files: Files, labels: list[str], sizes: dict[str, tuple[int, int]]) -> Places:
    found: Places = {}
    for path, content in files.items():
        stem = Path(path).stem
        if not path.endswith(".txt") or stem not in sizes:
            continue
        shapes = found.setdefault(stem, [])
        for line in content.decode().splitlines():
            index, *numbers = line.split()
            values = [float(number) * sizes[stem][place % 2] for place, number in enumerate(numbers)]
            shapes.append(("polygon" if len(values) > 4 else "box", labels[int(index)], values))
    return found


@pytest.mark.parametrize("name", BOXES)
def test_voc_is_written_as_datumaro_writes_it(shared_data: Path, name: str) -> None:
    images = truth(shared_data, name)
    files, _ = written("voc", images, labels_of(images))
    theirs = places(document_of(of_zip(shared_data / name / "exports/voc.zip"), key="voc"))
    ours = places(document_of({path: content for path, content in files.items() if path.endswith(".xml")}, key="voc"))
    assert_same({stem: ours[stem] for stem in theirs}, theirs)
    assert files.keys() >= {f"Annotations/{stem}.xml" for stem in theirs}
