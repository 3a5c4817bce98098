"""Real data sets, imported for real: the counts are those of their READMEs and of exports that other tools wrote."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.datasets.conftest import Importer, finding_codes
from yard.datasets.cache import version_materialise
from yard.datasets.models import Dataset, Import, ImportState, Shape
from yard.datasets.versions.create import version_create

# name → (annotation file, images, shapes by kind, shapes by class), as the READMEs say.
SETS: dict[str, tuple[str, int, dict[str, int], dict[str, int]]] = {
    "bccd_blood_cells": (
        "annotations.xml",
        364,
        {"box": 4888},
        {"Platelets": 361, "RBC": 4155, "WBC": 372},
    ),
    "maize_kernels": ("annotations_masks.xml", 106, {"mask": 1232}, {"corn": 1232}),
    "gpr_rebar_cvat": ("annotations.xml", 15, {"box": 540}, {"rebar": 540}),
    "building_facades": (
        "annotations.xml",
        60,
        {"polygon": 1945},
        {
            "balcony-fence": 231,
            "car": 25,
            "facade": 67,
            "fence": 21,
            "non-building-infrastructure": 21,
            "shop": 21,
            "street": 33,
            "traffic-infrastructure": 30,
            "vegetation": 104,
            "window": 1392,
        },
    ),
    "beans_leaf_disease": (
        "annotations.xml",
        300,
        {"tag": 300},
        {"angular_leaf_spot": 100, "bean_rust": 100, "healthy": 100},
    ),
    "pear_orchard": ("annotations.xml", 80, {"box": 778}, {"pear": 778}),
}


def zipped(folder: Path, annotations: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.write(folder / annotations, "export/annotations.xml")
        for file in sorted((folder / "images").iterdir()):
            archive.write(file, f"export/images/{file.name}")
    return target.getvalue()


@pytest.fixture
def imported(request: Any, shared_data: Path, import_files: Importer) -> tuple[str, Import]:
    name = request.param
    return name, import_files({f"{name}.zip": zipped(shared_data / name, SETS[name][0])})


@pytest.mark.parametrize("imported", list(SETS), indirect=True)
def test_it_counts_what_the_readme_counts(imported: tuple[str, Import], dataset: Dataset) -> None:
    name, found = imported
    _, images, kinds, classes = SETS[name]
    assert found.state == ImportState.SUCCEEDED, found.message
    assert dataset.image_count == found.report["images"] == images
    assert dataset.kind_counts == kinds
    assert {label.name: label.shape_count for label in dataset.labels.all()} == classes
    assert found.report["matched"] == images
    assert found.report["totals"]["unmatched_images"] == found.report["totals"]["skipped"] == 0


@pytest.mark.parametrize("imported", ["bccd_blood_cells", "pear_orchard"], indirect=True)
def test_boxes_without_size_are_kept_and_named(imported: tuple[str, Import]) -> None:
    name, found = imported
    zero = [item for item in found.report["findings"] if item["code"] == "annotations.zero_size"]
    assert len(zero) == {"bccd_blood_cells": 2, "pear_orchard": 5}[name]
    assert all(item["line"] and item["severity"] == "warning" for item in zero)


@pytest.mark.parametrize("imported", ["bccd_blood_cells"], indirect=True)
def test_boxes_are_where_an_independent_coco_export_has_them(
    imported: tuple[str, Import], shared_data: Path, dataset: Dataset
) -> None:
    coco = json.loads((shared_data / "bccd_blood_cells/exports/coco/instances.json").read_text())
    names = {image["id"]: Path(image["file_name"]).stem for image in coco["images"]}
    classes = {category["id"]: category["name"] for category in coco["categories"]}
    expected = Counter(
        (names[item["image_id"]], classes[item["category_id"]], *(round(value) for value in item["bbox"]))
        for item in coco["annotations"]
    )
    ours = Counter(
        (
            Path(shape.image.name).stem,
            shape.label.name,
            *(round(g) for g in _xywh(shape.geometry)),
        )
        for shape in Shape.objects.select_related("image", "label")
    )
    assert ours == expected


@pytest.mark.parametrize("imported", ["gpr_rebar_cvat"], indirect=True)
def test_an_untouched_file_is_mounted_byte_for_byte(
    imported: tuple[str, Import], shared_data: Path, dataset: Dataset
) -> None:
    version = version_create(dataset=dataset, user=None)
    folder = version_materialise(version)
    source = shared_data / "gpr_rebar_cvat"
    assert (folder / "annotations/annotations.xml").read_bytes() == (source / "annotations.xml").read_bytes()
    for image in (source / "images").iterdir():
        assert (folder / image.name).read_bytes() == image.read_bytes()
    assert dataset.annotated_count == 11
    assert "annotations.none" not in finding_codes(imported[1])


def _xywh(box: dict[str, float]) -> tuple[float, ...]:
    return box["x1"], box["y1"], box["x2"] - box["x1"], box["y2"] - box["y1"]
