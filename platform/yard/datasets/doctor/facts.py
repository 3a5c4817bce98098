"""What checks look at, and what they say: plain values, no rows, so that a hundred thousand pass in little memory."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from yard.datasets.annotations.types import Geometry
from yard.datasets.doctor.kinds import Kind


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """An image as its row tells; width and height in pixels, upright."""

    id: int
    name: str
    digest: str
    size: int
    width: int
    height: int
    shape_count: int
    orientation: int = 1
    perceptual_hash: int | None = None
    annotations_digest: str = ""


@dataclass(frozen=True, slots=True)
class ShapeFacts:
    """A shape as its row tells; places and sizes in pixels of the upright image, None for what has no place (tags)."""

    id: int
    kind: str
    label_id: int
    geometry: Geometry
    left: float | None = None
    top: float | None = None
    width: float | None = None
    height: float | None = None
    area: float | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    z_order: int = 0
    occluded: bool = False
    source: str = ""
    group: int = 0


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """A class with the number of its shapes."""

    id: int
    name: str
    shape_count: int


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """The data set as a whole."""

    image_count: int
    annotated_count: int
    labels: Mapping[int, LabelFacts]


@dataclass(slots=True)
class Found:
    """One finding. ``about`` is what tells it from others of its kind, and stays as long as the content does."""

    kind: Kind
    message: str
    about: tuple[str, ...]
    image_id: int | None = None
    other_image_id: int | None = None
    shape_id: int | None = None
    label_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """A digest of what it is about."""
        return hashlib.sha256("\0".join((self.kind.code, *self.about)).encode()).hexdigest()


def about_image(image: ImageFacts) -> tuple[str, ...]:
    """What a finding about the image is known by: its name and content."""
    return (image.name, image.digest)


def about_shapes(image: ImageFacts, shapes: Sequence[ShapeFacts], labels: Mapping[int, LabelFacts]) -> tuple[str, ...]:
    """What a finding about shapes is known by: the image's name, and class and place of each of them."""
    return (image.name, *(f"{shape.kind} {labels[shape.label_id].name} {_place(shape)}" for shape in shapes))


def _place(shape: ShapeFacts) -> str:
    values = (shape.left, shape.top, shape.width, shape.height, shape.area)
    return " ".join("-" if value is None else f"{value:.2f}" for value in values)
