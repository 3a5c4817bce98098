"""Images whose size is unlike that of the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from yard.datasets.doctor.checks.base import Check
from yard.datasets.doctor.facts import Found, ImageFacts, ShapeFacts, about_image
from yard.datasets.doctor.kinds import Kind
from yard.datasets.models import Severity

# With fewer images nothing is usual; where many differ, difference is usual.
LEAST_IMAGES = 10
MOST_SHARE = 0.1

ODD_SIZE = Kind(
    "image.odd_size",
    "Images of an unusual size",
    Severity.INFO,
    "Much larger or smaller than the others, or of another shape: thumbnails, screenshots, panoramas that slipped in.",
    "Look at them, and remove what does not belong.",
    ("remove_images",),
)
TINY = Kind(
    "image.tiny",
    "Tiny images",
    Severity.WARNING,
    "Images of a few pixels: mostly icons or thumbnails that slipped in. There is hardly anything to see on them.",
    "Look at them, and remove what does not belong.",
    ("remove_images",),
)


class OddSizes(Check):
    """Images whose sides are several times those of the others, and tiny ones."""

    kinds = (ODD_SIZE, TINY)
    local = False

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self._images: list[ImageFacts] = []

    def see(self, image: ImageFacts, shapes: Sequence[ShapeFacts]) -> Iterator[Found]:
        self._images.append(image)
        return iter(())

    def conclude(self) -> Iterator[Found]:
        tiny = self._tiny()
        for image in tiny:
            yield _found(TINY, image, f"{image.name} has only {image.width} x {image.height} pixels.")
        known = {image.id for image in tiny}
        for image, usual in self._odd():
            if image.id not in known:
                yield _found(
                    ODD_SIZE, image, f"{image.name} has {image.width} x {image.height} pixels; usual is {usual}."
                )

    def _tiny(self) -> list[ImageFacts]:
        """None when tiny images are what the data set is made of (single digits, say)."""
        least = self.options.tiny_image_pixels
        found = [image for image in self._images if min(image.width, image.height) < least]
        return found if len(found) <= MOST_SHARE * len(self._images) else []

    def _odd(self) -> list[tuple[ImageFacts, str]]:
        if len(self._images) < LEAST_IMAGES:
            return []
        factor = self.options.size_factor
        width = median(image.width for image in self._images)
        height = median(image.height for image in self._images)
        area, aspect = width * height, width / height

        def is_odd(image: ImageFacts) -> bool:
            sides = (image.width * image.height / area) ** 0.5
            # A portrait among landscapes is nothing odd.
            long, usual_long = _elongation(image.width / image.height), _elongation(aspect)
            return not (1 / factor <= sides <= factor) or long / usual_long >= factor

        found = [image for image in self._images if is_odd(image)]
        if len(found) > MOST_SHARE * len(self._images):
            return []
        return [(image, f"{width:.0f} x {height:.0f}") for image in found]


def _elongation(aspect: float) -> float:
    return max(aspect, 1 / aspect)


def _found(kind: Kind, image: ImageFacts, message: str) -> Found:
    return Found(kind, message, about_image(image), image_id=image.id, details={"digest": image.digest})
