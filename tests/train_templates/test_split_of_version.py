"""Every bundled template divides its images as the data set's version says, else by its percentages, always alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.train_templates.box import TEMPLATES, Box, assemble_context, template_defaults
from tests.train_templates.conftest import read_json

Parts = dict[str, set[str]]

TRAIN, VAL, TEST = range(10), range(10, 14), range(14, 20)
DATASETS = {
    "Scikit-learn/Classification/Image features": "digits",
    "EfficientNet/Classification/EfficientNet-Lite": "digits",
    "Torchvision/Object Detection/Faster R-CNN": "scenes",
    "starter": "digits",
}

each_template = pytest.mark.parametrize("template", DATASETS, ids=lambda template: Path(template).name)


def prepared(template: str, dataset: Path, folder: Path, split: dict[str, str] | None) -> Parts:
    """The images that train.py would read as train and val, after the template's setup.py in a box."""
    context = assemble_context(folder / "context", TEMPLATES / template, template_defaults(TEMPLATES / template))
    given = {"split.json": json.dumps(split)} if split is not None else {}
    box = Box(folder / "box", context, dataset, given=given)
    result = box.run("python3", "setup.py", timeout=60)
    assert result.returncode == 0, result.stdout
    assert ("The split of the data set version is used" in result.stdout) == (split is not None), result.stdout
    parts = {part: {path.name for path in (box.datasets / "images" / part).iterdir()} for part in ("train", "val")}
    for part, names in parts.items():
        labels = read_json(box.datasets / "labels" / part / "labels.json")
        assert {image["file_name"] for image in labels["images"]} == names
    return parts


@pytest.fixture
def dataset(template: str, request: pytest.FixtureRequest) -> Path:
    return Path(request.getfixturevalue(DATASETS[template]))


@each_template
def test_the_split_of_the_version_is_used(template: str, dataset: Path, tmp_path: Path) -> None:
    names = sorted(path.name for path in dataset.glob("*.png"))
    wanted = {
        part: {names[place] for place in places} for part, places in (("train", TRAIN), ("val", VAL), ("test", TEST))
    }
    split = {name: part for part, some in wanted.items() for name in some}
    assert prepared(template, dataset, tmp_path, split) == {"train": wanted["train"], "val": wanted["val"]}


@each_template
def test_without_one_the_percentages_divide_them_always_alike(template: str, dataset: Path, tmp_path: Path) -> None:
    count = len(list(dataset.glob("*.png")))
    first, second = (prepared(template, dataset, tmp_path / run, None) for run in ("first", "second"))
    assert first == second
    assert {part: len(names) for part, names in first.items()} == {"train": count * 8 // 10, "val": count * 2 // 10}
    assert not first["train"] & first["val"]
