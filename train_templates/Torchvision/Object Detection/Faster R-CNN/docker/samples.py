"""Read images with boxes, resized into a square of one size; what the image does not fill stays grey."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.data import Dataset

# Decoded images are kept in memory up to this size in all.
CACHE_BYTES = 1 << 30
FILL = (114, 114, 114)


class Samples(Dataset):
    """Byte images ``[3, S, S]`` with targets: ``boxes`` (left, top, right, bottom) and ``labels`` from 1."""

    def __init__(self, images_dir: str, labels_dir: str, part: str, image_size: int) -> None:
        labels = json.loads(Path(labels_dir, part, "labels.json").read_text(encoding="utf-8"))
        self.class_names = [category["name"] for category in labels["categories"]]
        self.image_size = image_size
        self.paths = [Path(images_dir, part, entry["file_name"]) for entry in labels["images"]]
        number_of = {entry["id"]: number for number, entry in enumerate(labels["images"])}
        self.annotations: list[list[dict]] = [[] for _ in self.paths]
        for annotation in labels["annotations"]:
            self.annotations[number_of[annotation["image_id"]]].append(annotation)
        self._cached = len(self.paths) * 3 * image_size**2 <= CACHE_BYTES
        self._cache: dict[int, tuple[torch.Tensor, float]] = {}

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        pixels, scale = self._cache.get(index) or self._load(index)
        if self._cached:
            self._cache[index] = pixels, scale
        corners = [
            [left, top, left + width, top + height]
            for left, top, width, height in (annotation["bbox"] for annotation in self.annotations[index])
        ]
        boxes = torch.tensor(corners, dtype=torch.float32).reshape(-1, 4) * scale
        labels = torch.tensor([annotation["category_id"] for annotation in self.annotations[index]], dtype=torch.int64)
        # Boxes thinner than a pixel once resized cannot be learned, and stop the training with infinite losses.
        kept = ((boxes[:, 2:] - boxes[:, :2]) >= 1).all(dim=1)
        return pixels, {"boxes": boxes[kept], "labels": labels[kept]}

    def _load(self, index: int) -> tuple[torch.Tensor, float]:
        with Image.open(self.paths[index]) as file:
            image = file.convert("RGB")
        scale = self.image_size / max(image.size)
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        square = Image.new("RGB", (self.image_size, self.image_size), FILL)
        square.paste(image.resize(size, Image.Resampling.BILINEAR), (0, 0))
        return torch.from_numpy(np.array(square, dtype=np.uint8)).permute(2, 0, 1).contiguous(), scale


def collate(batch):
    """Images stay a list, since every image has its own number of boxes."""
    return [pixels for pixels, _ in batch], [target for _, target in batch]
