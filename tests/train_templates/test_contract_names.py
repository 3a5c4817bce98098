"""Every name that published templates import from the platform's helper scripts (sections 3.2 and 3.5)."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.train_templates.box import TEMPLATES

NAMES = {
    "config": ["load_config", "finalize_config"],
    "dataset": [
        "get_dataset_path", "load_dataset_filepaths", "DATA_DIRS", "DATASETS_ROOT_PATH", "MOUNTED_DATASETS_ROOT_PATH",
    ],
    "cvat_dataset": [
        "load_annotations_file", "get_label_names", "get_annotations", "get_image_annotations",
        "image_has_annotations", "find_annotations_for_files", "split_dataset", "create_directory_structure",
        "create_images", "create_train_images", "create_test_images", "create_train_labels", "create_test_labels",
        "get_cvat_dataset", "as_coco", "as_yolo",
    ],
    "export": ["export_model", "_read_export_config", "EXPORT_CONFIG_FILENAME"],
}  # fmt: skip
HELPER_FILES = sorted(file for folder in ("common", "datasets", "export") for file in (TEMPLATES / folder).glob("*.py"))


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in NAMES.items() for name in names])
def test_a_published_name_is_there(helpers: SimpleNamespace, module: str, name: str) -> None:
    assert hasattr(getattr(helpers, module), name)


def test_published_signatures_are_kept(helpers: SimpleNamespace) -> None:
    parameters = list(inspect.signature(helpers.export.export_model).parameters)
    assert parameters[:5] == [
        "model", "model_filepath", "model_format", "default_model_export_func", "default_model_export_kwargs",
    ]  # fmt: skip
    assert list(inspect.signature(helpers.config.finalize_config).parameters) == ["config", "custom"]
    assert list(inspect.signature(helpers.cvat_dataset.as_coco).parameters)[:3] == [
        "label_names", "files_with_annotations", "dataset_type",
    ]  # fmt: skip
    assert list(inspect.signature(helpers.cvat_dataset.split_dataset).parameters) == [
        "files_with_annotations", "train_size", "test_size",
    ]  # fmt: skip


@pytest.mark.parametrize("file", HELPER_FILES, ids=lambda file: file.name)
def test_helper_scripts_run_on_old_pythons(file: Path) -> None:
    tree = ast.parse(file.read_text(), feature_version=(3, 8))
    has_future = any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body)
    assert has_future, "without postponed annotations list[str] fails on Python 3.8"
    newer = {"match_case", "TryStar"} & {type(node).__name__ for node in ast.walk(tree)}
    assert not newer
    methods = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not methods & {"removeprefix", "removesuffix", "hardlink_to"}


@pytest.mark.parametrize("file", HELPER_FILES, ids=lambda file: file.name)
def test_helper_scripts_import_only_the_standard_library_at_once(file: Path) -> None:
    import sys

    own = {path.stem for path in HELPER_FILES}
    imported = set()
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    assert imported <= own | set(sys.stdlib_module_names)
