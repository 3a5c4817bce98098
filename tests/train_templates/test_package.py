"""package.sh: a flat dev/ folder becomes an archive for upload, or an error that says what is missing."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.train_templates.box import TEMPLATES

NAMES = ("My lab", "Object Detection", "R-CNN (small)")


@pytest.fixture
def dev(tmp_path: Path) -> Path:
    """dev/ as dev.sh makes it from the starter, with things in it that must not be shipped."""
    subprocess.run([TEMPLATES / "dev.sh", "init"], cwd=tmp_path, check=True, capture_output=True)
    folder = tmp_path / "dev"
    (folder / "minio" / "datasets" / "1" / "1.jpg").touch()
    (folder / "lib" / "config_parts").mkdir(parents=True)
    (folder / "lib" / "part.py").touch()
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").touch()
    (folder / "train.py.license").touch()
    return folder


def package(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([TEMPLATES / "package.sh", *names], cwd=folder, capture_output=True, text=True, check=False)


def test_the_archive_has_the_published_layout(dev: Path) -> None:
    result = package(dev.parent, *NAMES)
    assert result.returncode == 0, result.stderr
    entries = zipfile.ZipFile(dev.parent / "train-container-publish.zip").namelist()
    assert {entry.split("/")[0] for entry in entries} == {"train-container-publish"}
    root = "train-container-publish/"
    template = root + "/".join(NAMES) + "/"
    files = {entry for entry in entries if not entry.endswith("/")}
    assert {file for file in files if file.startswith(template + "config/")} == {
        template + "config/" + name for name in ("config.jsonschema", "custom.json", "presets.json")
    }
    assert {file for file in files if file.startswith(template + "docker/")} == {
        template + "docker/" + name
        for name in (".env", "Dockerfile", "args.py", "lib/part.py", "requirements.txt", "setup.py", "train.py")
    }
    assert {file for file in files if not file.startswith(template)} == {
        root + name
        for name in (
            "config.py", "config_to_args.py", "cvat_dataset.py", "dataset.py", "docker-entrypoint.sh", "mount-s3.sh",
        )
    }  # fmt: skip
    assert template + "docker/" in entries


def test_dev_is_left_as_it_was(dev: Path) -> None:
    before = sorted(dev.rglob("*"))
    assert package(dev.parent, *NAMES).returncode == 0
    assert sorted(dev.rglob("*")) == before


def test_files_that_are_not_shipped_anyway_may_be_absent(dev: Path) -> None:
    for name in ("export_config.json", "train_config.json", "export.py", "cvat_dataset.py"):
        (dev / name).unlink()
    shutil.rmtree(dev / "minio")
    assert package(dev.parent, *NAMES).returncode == 0
    entries = zipfile.ZipFile(dev.parent / "train-container-publish.zip").namelist()
    assert any(entry.endswith("docker/Dockerfile") for entry in entries)


@pytest.mark.parametrize("name", ["Dockerfile", "setup.py", "train.py", "custom.json", "config.py", "mount-s3.sh"])
def test_a_missing_file_is_named_and_nothing_is_made(dev: Path, name: str) -> None:
    (dev / name).unlink()
    result = package(dev.parent, *NAMES)
    assert result.returncode == 1
    assert f"dev/{name} is missing" in result.stderr
    assert not (dev.parent / "train-container-publish.zip").exists()


def test_broken_json_is_named(dev: Path) -> None:
    (dev / "custom.json").write_text('{"model_filepath": }')
    result = package(dev.parent, *NAMES)
    assert result.returncode == 1
    assert "dev/custom.json is no valid JSON" in result.stderr
    assert "line 1 column" in result.stderr


@pytest.mark.parametrize(
    "names", [(), ("a", "b"), ("a", "b", ""), ("a/b", "c", "d"), ("..", "b", "c"), ("-a", "b", "c")]
)
def test_unusable_names_are_refused(dev: Path, names: tuple[str, ...]) -> None:
    result = package(dev.parent, *names)
    assert result.returncode == 1
    assert result.stderr.startswith("Error: ")


def test_without_dev_it_says_where_to_call_it(tmp_path: Path) -> None:
    assert "no dev/ folder" in package(tmp_path, *NAMES).stderr


def test_dev_of_a_bundled_template_gets_the_form_s_defaults(tmp_path: Path) -> None:
    template = TEMPLATES / "Scikit-learn" / "Classification" / "Image features"
    data = tmp_path / "data"
    (data / "images").mkdir(parents=True)
    (data / "images" / "a.png").touch()
    (data / "annotations.xml").touch()
    subprocess.run([TEMPLATES / "dev.sh", "init", template, data], cwd=tmp_path, check=True, capture_output=True)
    config = json.loads((tmp_path / "dev" / "train_config.json").read_text())
    assert config["classifier"] == "random-forest"
    dataset = tmp_path / "dev" / "minio" / "datasets" / "1"
    assert (dataset / "a.png").exists()
    assert (dataset / "annotations" / "annotations.xml").exists()


def test_dev_is_never_overwritten(dev: Path) -> None:
    result = subprocess.run([TEMPLATES / "dev.sh", "init"], cwd=dev.parent, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "already there" in result.stderr


def test_build_and_run_call_docker_as_documented(dev: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a stand-in for docker: the real engine is another suite's business."""
    programs = dev.parent / "bin"
    programs.mkdir()
    (programs / "docker").write_text(f'#!/bin/bash\nprintf "%s\\n" "$@" >>{dev.parent}/calls\n')
    (programs / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setenv("TRAIN_IMAGE", "mine")
    command = [str(TEMPLATES / "dev.sh")]
    refused = subprocess.run([*command, "run"], cwd=dev.parent, capture_output=True, text=True, check=False)
    assert "annotations.xml is missing" in refused.stderr
    (dev / "minio" / "datasets" / "1" / "annotations" / "annotations.xml").touch()
    for step in ("build", "run"):
        subprocess.run([*command, step], cwd=dev.parent, check=True)
    calls = (dev.parent / "calls").read_text().splitlines()
    assert calls[:4] == ["build", "-t", "mine", "dev"]
    assert f"{dev}/minio:/minio:ro" in calls
    assert f"{dev}/train:/train" in calls
    assert "DATASET_ID=1" in calls
    assert calls[-1] == "mine"
