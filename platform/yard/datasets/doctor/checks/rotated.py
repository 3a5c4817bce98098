"""Images that are stored turned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yard.datasets.doctor.checks.base import Check
from yard.datasets.doctor.facts import Found, ImageFacts, ShapeFacts, about_image
from yard.datasets.doctor.kinds import Kind
from yard.datasets.models import Severity

ROTATED = Kind(
    "image.rotated",
    "Images that are stored turned",
    Severity.WARNING,
    "They are stored on their side or mirrored, with a note (EXIF) that tells viewers to turn them. Shapes are drawn "
    "on the upright image, and training code that ignores the note sees image and shapes apart.",
    "Turn them upright: the image is written anew without the note, and the shapes stay.",
    ("turn_upright",),
)
HOW = {
    2: "mirrored",
    3: "upside down",
    4: "mirrored and upside down",
    5: "mirrored and on its side",
    6: "on its left side",
    7: "mirrored and on its side",
    8: "on its right side",
}


class Rotated(Check):
    """Images whose EXIF orientation is not upright."""

    kinds = (ROTATED,)

    def see(self, image: ImageFacts, shapes: Sequence[ShapeFacts]) -> Iterator[Found]:
        if image.orientation in HOW:
            yield Found(
                ROTATED,
                f"{image.name} is stored {HOW[image.orientation]} (EXIF orientation {image.orientation}).",
                about_image(image),
                image_id=image.id,
                details={"orientation": image.orientation},
            )
