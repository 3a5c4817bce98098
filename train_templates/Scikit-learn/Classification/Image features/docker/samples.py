"""Read labelled samples: whole images for tags, crops for boxes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image


def load_samples(images_dir: str, labels_dir: str, part: str, image_size: int):
    """Images ``[N, 3, S, S]`` (bytes), class indexes ``[N]`` and class names of one part of the data set."""
    labels = json.loads(Path(labels_dir, part, "labels.json").read_text(encoding="utf-8"))
    annotations_of: dict[int, list[dict]] = {}
    for annotation in labels["annotations"]:
        annotations_of.setdefault(annotation["image_id"], []).append(annotation)
    images, classes = [], []
    for entry in labels["images"]:
        with Image.open(Path(images_dir, part, entry["file_name"])) as file:
            image = file.convert("RGB")
        for annotation in annotations_of.get(entry["id"], []):
            images.append(_pixels(_crop(image, annotation.get("bbox")), image_size))
            classes.append(annotation["category_id"] - 1)
    names = [category["name"] for category in labels["categories"]]
    return np.stack(images), np.array(classes, dtype=np.int64), names


def _crop(image: Image.Image, bbox: list[float] | None) -> Image.Image:
    if bbox is None:
        return image
    left, top, width, height = bbox
    # Boxes may be drawn a little over the border, or be thinner than a pixel.
    left, top = min(max(0, int(left)), image.width - 1), min(max(0, int(top)), image.height - 1)
    right = min(image.width, max(left + 1, round(bbox[0] + width)))
    bottom = min(image.height, max(top + 1, round(bbox[1] + height)))
    return image.crop((left, top, right, bottom))


def _pixels(image: Image.Image, size: int) -> np.ndarray:
    resized = image.resize((size, size), Image.Resampling.BILINEAR)
    return np.asarray(resized, dtype=np.uint8).transpose(2, 0, 1)
