"""Reading a data set inside a container: files, annotations, classes, split, and the folders for train.py."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.train_templates.box import TEMPLATES
from tests.train_templates.conftest import cvat_xml

TAG = '<tag label="a"></tag>'


def fill(helpers: SimpleNamespace, xml: str, *names: str) -> None:
    for name in names:
        (helpers.samples / name).touch()
    (helpers.samples / "annotations" / "annotations.xml").write_text(xml)
    Path("train_config.json").write_text("{}")


def test_samples_are_visible_files_with_an_extension_sorted_by_name(helpers: SimpleNamespace) -> None:
    fill(helpers, "", "b.png", "a.1.jpg", "noext", ".hidden.png")
    (helpers.samples / "folder.d").mkdir()
    assert [path.name for path in helpers.dataset.load_dataset_filepaths()] == ["a.1.jpg", "b.png"]


@pytest.mark.parametrize(("value", "text"), [("", "DATASET_ID"), ("8", "does not exist")])
def test_a_missing_data_set_is_named(
    helpers: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, value: str, text: str
) -> None:
    monkeypatch.setenv("DATASET_ID", value)
    with pytest.raises(FileNotFoundError, match=text):
        helpers.dataset.get_dataset_path()


@pytest.mark.parametrize("meta", ["task", "project", "job"])
@pytest.mark.parametrize("count", [1, 2])
def test_task_project_and_job_exports_are_read(helpers: SimpleNamespace, meta: str, count: int) -> None:
    images = {f"u/7/{number}.png": TAG for number in range(count)}
    fill(helpers, cvat_xml(images, ["b", "a", "b"], meta))
    content = helpers.cvat_dataset.load_annotations_file()
    assert helpers.cvat_dataset.get_label_names(content) == ["a", "b"]
    assert len(helpers.cvat_dataset.get_annotations(content)) == count


def test_indented_files_and_single_labels_are_read(helpers: SimpleNamespace) -> None:
    xml = cvat_xml({"a.png": TAG}, ["a"]).replace("><", ">\n  <")
    fill(helpers, '<?xml version="1.0" encoding="utf-8"?>\n' + xml)
    content = helpers.cvat_dataset.load_annotations_file()
    assert helpers.cvat_dataset.get_label_names(content) == ["a"]
    assert helpers.cvat_dataset.get_image_annotations(content["image"], "tag") == [{"@label": "a"}]


def test_points_of_skeletons_are_no_classes(helpers: SimpleNamespace) -> None:
    xml = cvat_xml({"a.png": TAG}, ["plant"]).replace(
        "</labels>", "<label><name>leaf</name><type>points</type><parent>plant</parent></label></labels>"
    )
    fill(helpers, xml)
    assert helpers.cvat_dataset.get_label_names(helpers.cvat_dataset.load_annotations_file()) == ["plant"]


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<annotations>", "no well-formed XML"),
        ("<html></html>", "no CVAT file"),
        ('<!DOCTYPE a [<!ENTITY e "x">]><annotations>&e;</annotations>', "document type or entities"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><annotations/>', "document type or entities"),
        ("<annotations><version>1.1</version></annotations>", "no <image>"),
        ('<annotations><track id="0"></track></annotations>', "video"),
    ],
)
def test_unusable_files_are_refused_with_a_reason(helpers: SimpleNamespace, xml: str, text: str) -> None:
    fill(helpers, xml)
    with pytest.raises(helpers.cvat_dataset.DatasetError, match=text):
        helpers.cvat_dataset.get_annotations(helpers.cvat_dataset.load_annotations_file())


def test_a_missing_file_is_refused_with_a_reason(helpers: SimpleNamespace) -> None:
    with pytest.raises(helpers.cvat_dataset.DatasetError, match="is missing"):
        helpers.cvat_dataset.load_annotations_file()


@pytest.mark.parametrize(
    "kind", ["box", "polygon", "polyline", "points", "skeleton", "mask", "ellipse", "cuboid", "tag"]
)
def test_an_image_with_any_kind_of_annotation_counts(helpers: SimpleNamespace, kind: str) -> None:
    fill(helpers, cvat_xml({"x/a.png": f'<{kind} label="a"></{kind}>', "b.png": ""}, ["a"]), "a.png", "b.png", "c.png")
    images = helpers.cvat_dataset.get_annotations(helpers.cvat_dataset.load_annotations_file())
    files = helpers.dataset.load_dataset_filepaths()
    assert [path.name for path in helpers.cvat_dataset.find_annotations_for_files(files, images)] == ["a.png"]
    with pytest.raises(helpers.cvat_dataset.DatasetError, match=r"b\.png, c\.png"):
        helpers.cvat_dataset.find_annotations_for_files(files, images, strict=True)


def test_class_order_and_split_are_the_same_in_every_process(tmp_path: Path) -> None:
    code = (
        "import dataset, cvat_dataset as c, sys; dataset.MOUNTED_DATASETS_ROOT_PATH = sys.argv[1];"
        "_, names, train, val = c.get_cvat_dataset(); print(names, [p.name for p in train], [p.name for p in val])"
    )
    folder = tmp_path / "7"
    (folder / "annotations").mkdir(parents=True)
    images = {f"{number}.png": TAG for number in range(20)}
    for name in images:
        (folder / name).touch()
    (folder / "annotations" / "annotations.xml").write_text(cvat_xml(images, ["c", "a", "b", "d"]))
    (tmp_path / "train_config.json").write_text('{"train-split": 0.7, "test-split": 0.3}')
    answers = set()
    for seed in ("0", "1", "2"):
        environment = {
            "PYTHONPATH": f"{TEMPLATES / 'common'}:{TEMPLATES / 'datasets'}", "PYTHONHASHSEED": seed, "DATASET_ID": "7",
        }  # fmt: skip
        command = [sys.executable, "-c", code, str(tmp_path)]
        result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        answers.add(result.stdout)
    assert len(answers) == 1
    assert "['a', 'b', 'c', 'd']" in answers.pop()


@pytest.mark.parametrize(
    ("count", "train", "test", "sizes"),
    [
        (10, 0.8, 0.2, (8, 2)),
        (10, 80, 20, (8, 2)),
        (10, 0.5, 0.2, (5, 2)),
        (2, 0.9, 0.1, (1, 1)),
        (3, 0.99, 0.01, (2, 1)),
    ],
)
def test_the_split_has_the_wanted_sizes(
    helpers: SimpleNamespace, count: int, train: float, test: float, sizes: tuple[int, int]
) -> None:
    files = {Path(f"{number}.png"): {} for number in range(count)}
    parts = helpers.cvat_dataset.split_dataset(files, train, test)
    assert tuple(len(part) for part in parts) == sizes
    assert not set(parts[0]) & set(parts[1])


@pytest.mark.parametrize(("count", "train", "test"), [(1, 0.8, 0.2), (0, 0.8, 0.2), (10, 0.0, 0.2), (10, 90, 20)])
def test_impossible_splits_are_refused(helpers: SimpleNamespace, count: int, train: float, test: float) -> None:
    files = {Path(f"{number}.png"): {} for number in range(count)}
    with pytest.raises(helpers.cvat_dataset.DatasetError):
        helpers.cvat_dataset.split_dataset(files, train, test)


def test_the_split_of_the_platform_wins(helpers: SimpleNamespace, tmp_path: Path) -> None:
    names = [f"{number}.png" for number in range(6)]
    fill(helpers, cvat_xml(dict.fromkeys(names, TAG), ["a"]), *names)
    parts = dict(zip(names, ["train", "train", "val", "test", "train", None], strict=True))
    (tmp_path / "split.json").write_text(json.dumps({name: part for name, part in parts.items() if part}))
    _, _, train, val = helpers.cvat_dataset.get_cvat_dataset()
    assert [path.name for path in train] == ["0.png", "1.png", "4.png"]
    assert [path.name for path in val] == ["2.png"]


def test_folders_are_made_and_hold_nothing_of_an_earlier_run(helpers: SimpleNamespace, tmp_path: Path) -> None:
    names = ["a.png", "b.png"]
    fill(helpers, cvat_xml(dict.fromkeys(names, TAG), ["a"]), *names)
    cvat = helpers.cvat_dataset
    for _ in range(2):
        _, label_names, train, val = cvat.get_cvat_dataset()
        cvat.create_directory_structure()
        cvat.create_train_labels(write_label, train, label_names)
        cvat.create_test_labels(write_label, val, label_names)
        cvat.create_train_images(train)
        cvat.create_test_images(val)
        folders = helpers.dataset.DATA_DIRS
        assert sorted(folders) == ["images_train", "images_val", "labels_train", "labels_val"]
        linked = [path for key in ("images_train", "images_val") for path in folders[key].iterdir()]
        assert sorted(path.name for path in linked) == names
        assert all(path.is_symlink() and path.resolve().parent == helpers.samples for path in linked)
        assert [path.name for path in folders["labels_train"].iterdir()] == ["names.txt"]
        (folders["labels_train"] / "stale.txt").touch()
        (folders["images_val"] / "stale").mkdir()


def write_label(labels_path: Path, label_names: list[str], files_with_annotations: dict) -> None:
    (labels_path / "names.txt").write_text(" ".join(label_names))


def test_presets_win_over_the_form_and_merging_twice_changes_nothing(helpers: SimpleNamespace) -> None:
    Path("train_config.json").write_text('{"epochs": 3, "patience": 0, "lr": 0.5, "output-dir": "/x"}')
    Path("presets.json").write_text('{"output-dir": "/train"}')
    for _ in range(2):
        helpers.config.finalize_config(helpers.config.load_config(), {"extra": 1})
        text = Path("train_config.json").read_text()
        assert json.loads(text) == {"epochs": 3, "patience": 0, "lr": 0.5, "output-dir": "/train", "extra": 1}
        assert "0.0" not in text
