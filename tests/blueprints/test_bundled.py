"""Bundled templates are installed at every start, and only what changed makes a version."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.blueprints.replicas import CONFIG_FILES, HELPERS, Replica, mask_rcnn, yolov5
from yard.blueprints.models import Blueprint, BlueprintVersion
from yard.blueprints.services import bundled_folders, install_bundled
from yard.blueprints.validation import checked_folder
from yard.core.findings import Severity

pytestmark = pytest.mark.django_db


@pytest.fixture
def templates(settings: LazySettings, tmp_path: Path) -> Path:
    """A folder of bundled templates with one in it, and the platform's real helpers."""
    real = settings.TRAIN_TEMPLATES_DIR
    root = tmp_path / "train_templates"
    for helpers in ("common", "datasets", "export"):
        shutil.copytree(real / helpers, root / helpers, ignore=shutil.ignore_patterns("__pycache__"))
    settings.TRAIN_TEMPLATES_DIR = root
    lay_out(mask_rcnn(), root)
    return root


def lay_out(replica: Replica, root: Path) -> Path:
    folder = root.joinpath(*replica.name)
    for name, content in replica.files.items():
        if name not in HELPERS:
            file = folder / ("config" if name in CONFIG_FILES else "docker") / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
    return folder


def test_a_second_start_changes_nothing(templates: Path) -> None:
    (templates.joinpath(*mask_rcnn().name) / "README.md").write_text("# Read me\n")

    first = install_bundled()
    second = install_bundled()

    assert [str(version) for version in first] == ["Torchvision / Instance Segmentation / Mask R-CNN v1"]
    assert second == []
    assert first[0].readme == "# Read me\n"
    assert first[0].blueprint.project is None
    assert first[0].created_by is None


def test_changed_content_makes_a_version(templates: Path) -> None:
    install_bundled()
    (templates.joinpath(*mask_rcnn().name) / "docker" / "util.py").write_text("# more\n")

    assert [version.number for version in install_bundled()] == [2]
    assert BlueprintVersion.objects.count() == 2


def test_newer_helpers_make_a_version(templates: Path) -> None:
    install_bundled()
    (templates / "common" / "dataset.py").write_text("# better\n")

    assert [version.number for version in install_bundled()] == [2]


def test_what_a_run_of_python_leaves_behind_makes_none(templates: Path) -> None:
    install_bundled()
    cache = templates.joinpath(*mask_rcnn().name) / "docker" / "__pycache__"
    cache.mkdir()
    (cache / "train.cpython-311.pyc").write_bytes(b"x")

    assert install_bundled() == []


def test_a_template_with_errors_is_left_out_and_the_others_are_installed(
    templates: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bad = lay_out(yolov5(), templates)
    (bad / "docker" / "train.py").unlink()

    with caplog.at_level(logging.ERROR):
        install_bundled()

    assert [blueprint.architecture for blueprint in Blueprint.objects.all()] == ["Mask R-CNN"]
    assert "The file docker/train.py is missing." in caplog.text


def test_folders_that_are_no_templates_are_skipped(templates: Path) -> None:
    for name in ("common", "base", "starter"):
        shutil.copytree(templates.joinpath(*mask_rcnn().name), templates / name / "a" / "b")

    assert [str(name) for _, name in bundled_folders()] == ["Torchvision / Instance Segmentation / Mask R-CNN"]


def test_the_real_bundled_templates_have_neither_errors_nor_warnings() -> None:
    names = []
    for folder, name in bundled_folders():
        with checked_folder(folder, name) as checked:
            assert [finding for finding in checked.findings if finding.severity is not Severity.INFO] == []
            assert checked.template is not None
            assert checked.template.task_types
            names.append(str(name))
    assert len(names) >= 3
