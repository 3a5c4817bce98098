"""How well detections fit the labels: COCO's mean average precision."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass, field

import numpy as np
import torch
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


@dataclass
class Precision:
    """Mean average precision over IoU .5 to .95, at IoU .5, and of every class at IoU .5."""

    mean: float = 0.0
    at_50: float = 0.0
    of_class: dict[str, float] = field(default_factory=dict)


@torch.no_grad()
def evaluate(model, loader, class_names: list[str], device) -> Precision:
    model.eval()
    images, annotations, detections = [], [], []
    for pixels, targets in loader:
        found = model([image.to(device).float() / 255 for image in pixels])
        for target, result in zip(targets, found):
            image_id = len(images) + 1
            images.append({"id": image_id, "width": pixels[0].shape[2], "height": pixels[0].shape[1]})
            annotations += _annotations(image_id, target, first_id=len(annotations) + 1)
            detections += _detections(image_id, result)
    if not annotations or not detections:
        return Precision(of_class=dict.fromkeys(class_names, 0.0))
    return _average_precision(images, annotations, detections, class_names)


def _annotations(image_id: int, target: dict, first_id: int) -> list[dict]:
    return [
        {
            "id": number,
            "image_id": image_id,
            "category_id": int(label),
            "bbox": [left, top, right - left, bottom - top],
            "area": (right - left) * (bottom - top),
            "iscrowd": 0,
        }
        for number, ((left, top, right, bottom), label) in enumerate(
            zip(target["boxes"].tolist(), target["labels"]), start=first_id
        )
    ]


def _detections(image_id: int, result: dict) -> list[dict]:
    boxes, scores, labels = (result[key].cpu().tolist() for key in ("boxes", "scores", "labels"))
    return [
        {
            "image_id": image_id,
            "category_id": label,
            "bbox": [left, top, right - left, bottom - top],
            "score": score,
        }
        for (left, top, right, bottom), score, label in zip(boxes, scores, labels)
    ]


def _average_precision(images, annotations, detections, class_names) -> Precision:
    truth = COCO()
    categories = [{"id": number, "name": name} for number, name in enumerate(class_names, start=1)]
    truth.dataset = {"info": {}, "images": images, "annotations": annotations, "categories": categories}
    with contextlib.redirect_stdout(io.StringIO()):
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(detections), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    at_50 = evaluation.eval["precision"][0, :, :, 0, 2]
    of_class = {}
    for number, name in enumerate(class_names):
        known = at_50[:, number][at_50[:, number] >= 0]
        of_class[name] = float(np.mean(known)) if len(known) else 0.0
    return Precision(max(0.0, float(evaluation.stats[0])), max(0.0, float(evaluation.stats[1])), of_class)
