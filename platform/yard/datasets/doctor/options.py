"""What counts as odd: thresholds with defaults that fit most data sets; each examination may set its own."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from yard.core.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most a threshold may be, and what it means."""

    least: float
    most: float
    text: str


@dataclass(frozen=True, slots=True)
class Options:
    """Thresholds of one examination; ``BOUNDS`` says what each one means."""

    outside_pixels: float = 1.0
    same_place_iou: float = 0.95
    small_object_pixels: float = 4.0
    tiny_image_pixels: int = 16
    size_factor: float = 4.0
    few_examples: int = 10
    near_bits: int = 3
    read_files: bool = False

    @classmethod
    def of(cls, values: dict[str, Any] | None) -> Options:
        """The options with these values; those that are not given have their defaults.

        Raises ``InvalidInput`` for a value that makes no sense; unknown names, of another release, are ignored.
        """
        known = {field.name for field in dataclasses.fields(cls)}
        given = {name: value for name, value in (values or {}).items() if name in known}
        for name, value in given.items():
            bounds = BOUNDS.get(name)
            if bounds is not None and not bounds.least <= value <= bounds.most:
                message = f"{name} must be between {bounds.least:g} and {bounds.most:g}; {value:g} is not."
                raise InvalidInput(message, extra={"errors": [{"path": ["options", name], "message": message}]})
        return cls(**given)

    def as_dict(self) -> dict[str, Any]:
        """The options as JSON-able data."""
        return dataclasses.asdict(self)


BOUNDS = {
    "outside_pixels": Bounds(0, 1000, "So many pixels may a shape reach beyond the image; tools round"),
    "same_place_iou": Bounds(0.5, 1, "From this overlap (intersection over union) on two shapes are at the same place"),
    "small_object_pixels": Bounds(0, 1000, "Objects with less area than a square of this side are very small"),
    "tiny_image_pixels": Bounds(0, 10_000, "Images with a side below this are tiny"),
    "size_factor": Bounds(1.5, 1000, "Images whose sides are so many times larger or smaller than usual are odd"),
    "few_examples": Bounds(0, 1_000_000, "Classes with fewer shapes have too few examples"),
    "near_bits": Bounds(
        0, 10, "So many of the 64 bits of the perceptual hash may differ between images that look alike"
    ),
}
