"""as_coco and as_yolo on real data sets, compared with the same labels written by tools that are not ours."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

TOLERANCE = 0.06  # pixels: annotations.xml has two decimals


def load(helpers: SimpleNamespace, file: Path) -> tuple[list[str], dict[Path, dict]]:
    target = helpers.samples / "annotations" / "annotations.xml"
    target.write_bytes(file.read_bytes())
    content = helpers.cvat_dataset.load_annotations_file()
    images = {Path(image["@name"]): image for image in helpers.cvat_dataset.get_annotations(content)}
    return helpers.cvat_dataset.get_label_names(content), images


def boxes_of(labels: dict) -> dict[str, list]:
    """Sorted (class name, box) pairs per file name."""
    names = {category["id"]: category["name"] for category in labels["categories"]}
    files = {image["id"]: image["file_name"] for image in labels["images"]}
    found: dict[str, list] = {}
    for annotation in labels["annotations"]:
        entry = (names[annotation["category_id"]], *annotation["bbox"])
        found.setdefault(files[annotation["image_id"]], []).append(entry)
    return {name: sorted(entries) for name, entries in found.items()}


def assert_same(ours: dict[str, list], theirs: dict[str, list]) -> None:
    assert ours.keys() == theirs.keys()
    for name, entries in ours.items():
        assert len(entries) == len(theirs[name]), name
        left = list(theirs[name])
        for entry in entries:
            match = min(left, key=lambda other: distance(entry, other))
            assert distance(entry, match) <= TOLERANCE, (name, entry, match)
            left.remove(match)


def distance(one: tuple, other: tuple) -> float:
    if one[0] != other[0]:
        return 1e9
    return max(abs(a - b) for a, b in zip(one[1:], other[1:], strict=True))


@pytest.mark.parametrize("name", ["bccd_blood_cells", "gpr_rebar_cvat", "pear_orchard"])
def test_boxes_equal_an_independent_coco_export(helpers: SimpleNamespace, shared_data: Path, name: str) -> None:
    label_names, files = load(helpers, shared_data / name / "annotations.xml")
    ours = helpers.cvat_dataset.as_coco(label_names, files, "detection")
    theirs = json.loads((shared_data / name / "exports" / "coco" / "instances.json").read_text())
    # Boxes without area cannot be detected; our export leaves them out and warns.
    theirs["annotations"] = [entry for entry in theirs["annotations"] if min(entry["bbox"][2:]) > 0]
    assert_same(boxes_of(ours), boxes_of(theirs))


@pytest.mark.parametrize("name", ["bccd_blood_cells", "gpr_rebar_cvat", "pear_orchard"])
def test_boxes_equal_an_independent_yolo_export(helpers: SimpleNamespace, shared_data: Path, name: str) -> None:
    label_names, files = load(helpers, shared_data / name / "annotations.xml")
    ours = {
        path.stem: yolo_boxes(lines, label_names, files[path])
        for path, lines in helpers.cvat_dataset.as_yolo(label_names, files).items()
    }
    theirs = {}
    sizes = {path.stem: image for path, image in files.items()}
    with zipfile.ZipFile(shared_data / name / "exports" / "yolo.zip") as archive:
        names_file = next(entry for entry in archive.namelist() if entry.endswith("obj.names"))
        their_names = archive.read(names_file).decode().split()
        for entry in archive.namelist():
            lines = archive.read(entry).decode().splitlines() if "obj_train_data/" in entry else []
            if lines:
                stem = Path(entry).stem
                theirs[stem] = yolo_boxes(lines, their_names, sizes[stem])
    assert_same(ours, theirs)


def yolo_boxes(lines: list[str], names: list[str], image: dict) -> list[tuple]:
    width, height = int(image["@width"]), int(image["@height"])
    boxes = []
    for line in lines:
        index, x, y, w, h = line.split()
        boxes.append((names[int(index)], float(x) * width, float(y) * height, float(w) * width, float(h) * height))
    return sorted(boxes)


@pytest.mark.parametrize("name", ["maize_kernels", "building_facades"])
def test_polygons_equal_an_independent_coco_export(helpers: SimpleNamespace, shared_data: Path, name: str) -> None:
    label_names, files = load(helpers, shared_data / name / "annotations.xml")
    ours = helpers.cvat_dataset.as_coco(label_names, files, "segmentation")
    theirs = json.loads((shared_data / name / "exports" / "coco" / "instances.json").read_text())
    assert_same(boxes_of(ours), boxes_of(theirs))
    assert sum(entry["area"] for entry in ours["annotations"]) == pytest.approx(
        sum(entry["area"] for entry in theirs["annotations"]), rel=0.01
    )
    for entry in ours["annotations"]:
        assert all(len(point) == 2 for point in entry["segmentation"])


def test_masks_cover_what_the_polygons_of_the_same_objects_cover(helpers: SimpleNamespace, shared_data: Path) -> None:
    folder = shared_data / "maize_kernels"
    names, files = load(helpers, folder / "annotations.xml")
    polygons = helpers.cvat_dataset.as_coco(names, files, "segmentation")["annotations"]
    names, files = load(helpers, folder / "annotations_masks.xml")
    masks = helpers.cvat_dataset.as_coco(names, files, "segmentation")["annotations"]
    assert len(masks) == len(polygons) == 1232
    for mask in masks:
        assert sum(mask["rle"]["counts"]) == mask["rle"]["size"][0] * mask["rle"]["size"][1]
        assert sum(mask["rle"]["counts"][1::2]) == mask["area"]
    assert sum(mask["area"] for mask in masks) == pytest.approx(sum(entry["area"] for entry in polygons), rel=0.05)


def test_tags_equal_an_independent_export(helpers: SimpleNamespace, shared_data: Path) -> None:
    folder = shared_data / "beans_leaf_disease"
    label_names, files = load(helpers, folder / "annotations.xml")
    labels = helpers.cvat_dataset.as_coco(label_names, files, "classification")
    names = {category["id"]: category["name"] for category in labels["categories"]}
    file_of = {image["id"]: Path(image["file_name"]).stem for image in labels["images"]}
    ours = {file_of[entry["image_id"]]: names[entry["category_id"]] for entry in labels["annotations"]}
    exports = folder / "exports" / "imagenet_txt"
    their_names = (exports / "synsets.txt").read_text().split()
    theirs = {}
    for line in (exports / "default.txt").read_text().splitlines():
        name, index = line.rsplit(" ", 1)
        theirs[Path(name).stem if name.endswith((".jpg", ".png")) else name] = their_names[int(index)]
    assert ours == theirs
    assert Counter(ours.values()) == {"angular_leaf_spot": 100, "bean_rust": 100, "healthy": 100}
