"""Where the data set lies inside a train container, and which files are its samples."""

from __future__ import annotations

import os
from pathlib import Path

MOUNTED_DATASETS_ROOT_PATH = "/minio/datasets"
DATASETS_ROOT_PATH = "/datasets"

# Filled by cvat_dataset.create_directory_structure: images_train, images_val, labels_train, labels_val.
DATA_DIRS: dict[str, Path] = {}


def get_dataset_path() -> Path:
    """Folder of the data set this container was started for (``DATASET_ID``).

    Raises:
        FileNotFoundError: ``DATASET_ID`` is not set, or nothing is mounted there.
    """
    dataset_id = os.environ.get("DATASET_ID", "")
    if not dataset_id:
        raise FileNotFoundError("DATASET_ID is not set, so there is no data set to train on.")
    path = Path(MOUNTED_DATASETS_ROOT_PATH, dataset_id)
    if not path.is_dir():
        raise FileNotFoundError(f"Data set folder {path} does not exist. Was the data set mounted?")
    return path


def load_dataset_filepaths() -> list[Path]:
    """Samples: regular files with an extension directly in the data set's folder, sorted by name.

    Sorted, because file systems list in any order and the split must be the same on all of them.
    """
    paths = get_dataset_path().glob("*.*")
    return sorted(path for path in paths if path.is_file() and not path.name.startswith("."))
