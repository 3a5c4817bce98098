from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image as Pillow

from tests.datasets.conftest import Importer
from yard.datasets.annotations.cvat_reader import CvatDocument
from yard.datasets.annotations.types import ImageAnnotations
from yard.datasets.models import Dataset, ImportState
from yard.datasets.samples import write_digits, write_scenes, zip_folder


def annotated(folder: Path) -> list[ImageAnnotations]:
    with (folder / "annotations.xml").open("rb") as file:
        document = CvatDocument(file)
        found = list(document)
        assert document.findings.items == []
    return found


def test_digits_are_balanced_and_tagged(tmp_path: Path) -> None:
    found = annotated(write_digits(tmp_path / "digits", 50))
    labels = [image.shapes[0].label for image in found]
    assert {labels.count(label) for label in set(labels)} == {5}
    assert len(set(labels)) == 10
    for image in found:
        with Pillow.open(tmp_path / "digits" / image.name) as opened:
            assert opened.size == (image.width, image.height) == (32, 32)
            darkest, lightest = opened.getextrema()
            assert (darkest < 80, lightest > 250) == (True, True)  # type: ignore[operator]


def test_boxes_of_scenes_lie_around_ink(tmp_path: Path) -> None:
    found = annotated(write_scenes(tmp_path / "scenes", 8))
    assert all(image.shapes for image in found)
    for image in found:
        with Pillow.open(tmp_path / "scenes" / image.name) as opened:
            for shape in image.shapes:
                box = shape.geometry
                inside = opened.crop((int(box["x1"]), int(box["y1"]), int(box["x2"]), int(box["y2"])))
                assert inside.getextrema()[0] < 150  # type: ignore[operator]
                assert 0 <= box["x1"] < box["x2"] <= image.width


@pytest.mark.parametrize("write", [write_digits, write_scenes])
def test_the_same_files_every_time(tmp_path: Path, write: object) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        write(folder, 6)  # type: ignore[operator]
        zip_folder(folder, folder.with_suffix(".zip"))
    assert one.with_suffix(".zip").read_bytes() == two.with_suffix(".zip").read_bytes()


def test_the_command_packs_what_can_be_imported(tmp_path: Path, import_files: Importer, dataset: Dataset) -> None:
    out = tmp_path / "digits"
    call_command("sample_data", "digits", out=out, count=20, zip=True)
    found = import_files({"digits.zip": tmp_path / "digits.zip"})
    assert found.state == ImportState.SUCCEEDED
    assert (dataset.image_count, dataset.kind_counts) == (20, {"tag": 20})
    assert found.report["findings"] == []


@pytest.mark.parametrize(("what", "count"), [("digits", 0), ("digits", 5000), ("scenes", 0)])
def test_the_command_says_which_counts_it_can_do(tmp_path: Path, what: str, count: int) -> None:
    with pytest.raises(CommandError):
        call_command("sample_data", what, out=tmp_path / "new", count=count)


def test_the_command_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CommandError, match="not empty"):
        call_command("sample_data", "digits", out=tmp_path)
