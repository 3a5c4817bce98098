"""Read labelled samples: whole images for tags, crops for boxes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.data import Dataset

# Decoded images are kept in memory up to this size in all, since reading them again takes longer than training on them.
CACHE_BYTES = 1 << 30


class Samples(Dataset):
    """Images as byte tensors ``[3, S, S]`` with their class index; ``class_names`` in the order of the indexes."""

    def __init__(self, images_dir: str, labels_dir: str, part: str, image_size: int) -> None:
        labels = json.loads(Path(labels_dir, part, "labels.json").read_text(encoding="utf-8"))
        paths = {entry["id"]: Path(images_dir, part, entry["file_name"]) for entry in labels["images"]}
        self.class_names = [category["name"] for category in labels["categories"]]
        self.image_size = image_size
        self.entries = [
            (paths[annotation["image_id"]], annotation.get("bbox"), annotation["category_id"] - 1)
            for annotation in labels["annotations"]
        ]
        self._cached = len(self.entries) * 3 * image_size**2 <= CACHE_BYTES
        self._cache: dict[int, torch.Tensor] = {}

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        path, bbox, class_index = self.entries[index]
        pixels = self._cache.get(index)
        if pixels is None:
            with Image.open(path) as file:
                image = _crop(file.convert("RGB"), bbox)
            image = image.resize((self.image_size, self.image_size), Image.Resampling.BILINEAR)
            pixels = torch.from_numpy(np.array(image, dtype=np.uint8)).permute(2, 0, 1).contiguous()
            if self._cached:
                self._cache[index] = pixels
        return pixels, class_index

    def class_counts(self) -> torch.Tensor:
        """How often every class occurs."""
        classes = torch.tensor([class_index for _, _, class_index in self.entries])
        return torch.bincount(classes, minlength=len(self.class_names))


def _crop(image: Image.Image, bbox: list[float] | None) -> Image.Image:
    if bbox is None:
        return image
    left, top, width, height = bbox
    # Boxes may be drawn a little over the border, or be thinner than a pixel.
    left, top = min(max(0, int(left)), image.width - 1), min(max(0, int(top)), image.height - 1)
    right = min(image.width, max(left + 1, round(bbox[0] + width)))
    bottom = min(image.height, max(top + 1, round(bbox[1] + height)))
    return image.crop((left, top, right, bottom))
