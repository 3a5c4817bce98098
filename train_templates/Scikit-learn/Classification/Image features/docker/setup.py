"""Split the data set and write its labels in COCO form; runs before train.py."""

import json
import sys

from config import finalize_config
from cvat_dataset import (
    DatasetError,
    as_coco,
    create_directory_structure,
    create_test_images,
    create_test_labels,
    create_train_images,
    create_train_labels,
    get_cvat_dataset,
)


def create_labels(labels_path, label_names, files_with_annotations):
    labels = as_coco(label_names, files_with_annotations, dataset_type="classification")
    if not labels["annotations"]:
        raise DatasetError("No image has a tag or a box, so there is nothing to learn classes from.")
    (labels_path / "labels.json").write_text(json.dumps(labels), encoding="utf-8")


def main():
    config, label_names, train_data, val_data = get_cvat_dataset()
    create_directory_structure()
    create_train_labels(create_labels, train_data, label_names)
    create_test_labels(create_labels, val_data, label_names)
    create_train_images(train_data)
    create_test_images(val_data)
    finalize_config(config)
    print(f"Classes: {', '.join(label_names)}. Images: {len(train_data)} to train, {len(val_data)} to test.")


if __name__ == "__main__":
    try:
        main()
    except (DatasetError, FileNotFoundError) as error:
        sys.exit(f"Error: {error}")
