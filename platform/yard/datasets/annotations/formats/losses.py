"""What a translation between formats costs: counted by what happened, with examples."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from yard.datasets.texts import SENTENCE_SHOWN_CHARACTERS, shown

EXAMPLES_MAX = 10


class Effect(StrEnum):
    """What became of something, from harmless to gone."""

    RENAMED = "renamed"
    APPROXIMATED = "approximated"
    CLIPPED = "clipped"
    NOT_HELD = "not_held"
    DROPPED = "dropped"


# code → what happened, and the sentence that people read.
KINDS: dict[str, tuple[Effect, str]] = {
    "renamed": (Effect.RENAMED, "Images whose names differ only in their ending or in folders got names of their own."),
    "box_to_polygon": (Effect.APPROXIMATED, "Boxes became polygons of four corners; their place is the same."),
    "turned_to_polygon": (Effect.APPROXIMATED, "Turned boxes became polygons with the same four corners."),
    "turned_to_upright": (Effect.APPROXIMATED, "Turned boxes became the upright boxes around them."),
    "ellipse_to_polygon": (Effect.APPROXIMATED, "Ellipses became polygons of 32 corners."),
    "ellipse_to_circle": (Effect.APPROXIMATED, "Ellipses that are no circles became polygons of 32 corners."),
    "ellipse_to_box": (Effect.APPROXIMATED, "Ellipses became the boxes around them."),
    "polygon_to_box": (Effect.APPROXIMATED, "Polygons became the boxes around them."),
    "polygon_to_turned": (Effect.APPROXIMATED, "Polygons became the smallest turned boxes around them."),
    "mask_to_polygon": (Effect.APPROXIMATED, "Masks became polygons along their pixels' edges."),
    "mask_holes": (Effect.APPROXIMATED, "Holes in masks were filled, since polygons have none."),
    "mask_to_box": (Effect.APPROXIMATED, "Masks became the boxes around them."),
    "cuboid_to_box": (Effect.APPROXIMATED, "Cuboids became the boxes around them."),
    "to_mask": (Effect.APPROXIMATED, "Shapes were drawn as pixels, so their edges lie on whole ones."),
    "to_tag": (Effect.APPROXIMATED, "Images got the class of a shape on them, since they had no tag."),
    "box_became_mask": (
        Effect.APPROXIMATED,
        "Objects that a mask shows are that mask now; their boxes, which it tells by itself, were left out.",
    ),
    "parts_grouped": (Effect.APPROXIMATED, "Objects of several parts became one polygon for each part, in one group."),
    "clipped": (Effect.CLIPPED, "Shapes that reach outside of their image were cut at its edge."),
    "covered": (Effect.CLIPPED, "Where masks overlap, the one drawn later has the pixels."),
    "attributes": (Effect.NOT_HELD, "Attributes of shapes cannot be held."),
    "z_order": (Effect.NOT_HELD, "The order in which shapes lie above each other cannot be held."),
    "occluded": (Effect.NOT_HELD, "The mark that a shape is partly hidden cannot be held."),
    "group": (Effect.NOT_HELD, "Groups of shapes cannot be held."),
    "split": (Effect.NOT_HELD, "The parts train, val and test cannot be held."),
    "empty_images": (Effect.NOT_HELD, "Images without a shape cannot be held, so the file does not name them."),
    "label_details": (Effect.NOT_HELD, "Colours and attributes of classes cannot be held."),
    "more_tags": (Effect.DROPPED, "Tags beside the first one of an image were left out: only one can be held."),
    "outside": (Effect.DROPPED, "Shapes that lie wholly outside of their image were left out."),
    "tag_dropped": (Effect.DROPPED, "Tags were left out: the format has no classes of whole images."),
    "box_dropped": (Effect.DROPPED, "Boxes were left out: the format cannot hold them."),
    "polygon_dropped": (Effect.DROPPED, "Polygons were left out: the format cannot hold them."),
    "mask_dropped": (Effect.DROPPED, "Masks were left out: the format cannot hold them."),
    "ellipse_dropped": (Effect.DROPPED, "Ellipses were left out: the format cannot hold them."),
    "polyline_dropped": (Effect.DROPPED, "Lines were left out: the format cannot hold them."),
    "points_dropped": (Effect.DROPPED, "Points were left out: the format cannot hold them."),
    "cuboid_dropped": (Effect.DROPPED, "Cuboids were left out: the format cannot hold them."),
    "skeleton_dropped": (Effect.DROPPED, "Skeletons were left out: the format cannot hold them."),
    "too_large": (Effect.DROPPED, "Masks were left out: they have more pixels than is allowed here."),
    "hidden": (Effect.DROPPED, "Shapes that others cover wholly were left out: a pixel has one object."),
    "too_many_masks": (Effect.DROPPED, "Shapes were left out: an indexed PNG has numbers for 254 classes and objects."),
    "empty_shape": (Effect.DROPPED, "Shapes of which nothing would be left were left out."),
    "no_size": (Effect.DROPPED, "Shapes were left out: the size of their image, which they need, is not known."),
    "no_image": (
        Effect.DROPPED,
        "Tags were left out: the format tells them by the folder of the image itself, which is not there.",
    ),
    "no_label": (Effect.DROPPED, "Shapes were left out: the format cannot hold this class name."),
    "unreadable": (Effect.DROPPED, "Shapes were left out because they cannot be understood; the findings tell why."),
    "class_masks_read": (
        Effect.DROPPED,
        "Masks of classes were left out: nothing (no SegmentationObject) tells which of the objects they show.",
    ),
    "joints_dropped": (Effect.DROPPED, "Joints that the first skeleton of their class does not have were left out."),
    "attributes_read": (Effect.DROPPED, "Attributes whose values are lists or objects were left out."),
    "border_read": (Effect.DROPPED, "Pixels of borders (255), which are of no class, were left out."),
    "columns_read": (Effect.DROPPED, "Columns that have no place here were left out."),
    "values_read": (Effect.DROPPED, "Values that have no place here were left out."),
    "details_read": (
        Effect.DROPPED,
        "What the file says of itself, its images and classes beside names and sizes (licences, dates, addresses, "
        "groups of classes, lines between joints) was left out.",
    ),
    "confidence_read": (Effect.DROPPED, "Confidences of predictions were left out."),
    "parts_read": (Effect.DROPPED, "Parts of objects (head, hand, …) were left out; the objects were taken."),
    "captions_read": (Effect.DROPPED, "Captions were left out: there is no place for texts about images."),
}

# What writers tell of once for each shape that is not in the result.
SHAPES_DROPPED = (
    *(code for code in KINDS if code.endswith("_dropped") and code != "joints_dropped"),
    "more_tags", "outside", "too_large", "hidden", "too_many_masks", "empty_shape", "no_size", "no_image", "no_label",
)  # fmt: skip


@dataclass(slots=True)
class Loss:
    """How often one thing happened; the first few are kept as examples."""

    code: str
    count: int = 0
    examples: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """As JSON-able data: code, effect, message, count, examples ``[{file, line, image, message}]``."""
        effect, message = KINDS[self.code]
        return {
            "code": self.code,
            "effect": str(effect),
            "message": message,
            "count": self.count,
            "examples": self.examples,
        }


class Losses:
    """Gathers them; see ``KINDS`` for the codes."""

    def __init__(self) -> None:
        self._found: dict[str, Loss] = {}

    def add(self, code: str, *, file: str = "", line: int = 0, image: str = "", message: str = "") -> None:
        """It happened once more, here."""
        loss = self._found.get(code)
        if loss is None:
            loss = self._found[code] = Loss(code)
        loss.count += 1
        if len(loss.examples) < EXAMPLES_MAX:
            text = shown(message, SENTENCE_SHOWN_CHARACTERS)
            example = {"file": shown(file), "line": line or None, "image": shown(image), "message": text}
            loss.examples.append(example)

    def has_examples(self, code: str) -> bool:
        """Whether it has happened so often that it need only be counted."""
        loss = self._found.get(code)
        return loss is not None and len(loss.examples) >= EXAMPLES_MAX

    def count(self, code: str) -> int:
        """How often it happened."""
        return self._found[code].count if code in self._found else 0

    def shapes_dropped(self) -> int:
        """How many shapes a writer left out wholly. Of what a reader told, it says nothing."""
        return sum(self.count(code) for code in SHAPES_DROPPED)

    def merge(self, items: list[dict[str, Any]]) -> None:
        """Add what another list says, as ``as_list`` gives it."""
        for item in items:
            loss = self._found.setdefault(item["code"], Loss(item["code"]))
            loss.count += item["count"]
            loss.examples += item["examples"][: EXAMPLES_MAX - len(loss.examples)]

    def as_list(self) -> list[dict[str, Any]]:
        """All as JSON-able data, the worst first."""
        worst = list(Effect)
        found = sorted(self._found.values(), key=lambda loss: (-worst.index(KINDS[loss.code][0]), -loss.count))
        return [loss.as_dict() for loss in found]
