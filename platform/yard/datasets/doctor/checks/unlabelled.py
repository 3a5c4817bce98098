"""Images that nobody has labelled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yard.datasets.doctor.checks.base import Check
from yard.datasets.doctor.facts import Found, ImageFacts, ShapeFacts, about_image
from yard.datasets.doctor.kinds import Kind
from yard.datasets.models import Severity

UNLABELLED = Kind(
    "image.unlabelled",
    "Images without a label",
    Severity.WARNING,
    "Either nothing is on them (good background for a detector), or nobody has labelled them yet: then they teach a "
    "model to overlook things, and a classifier cannot use them at all.",
    "Mark those with nothing on them as intended background; label or remove the others.",
    ("remove_images",),
)
NOTHING_LABELLED = Kind(
    "dataset.unlabelled",
    "Nothing is labelled",
    Severity.WARNING,
    "Not one image has a label, so nothing can be trained.",
    "Upload annotations, or draw some.",
)


class Unlabelled(Check):
    """Images without any shape or tag, in a data set that has some."""

    kinds = (UNLABELLED, NOTHING_LABELLED)

    def see(self, image: ImageFacts, shapes: Sequence[ShapeFacts]) -> Iterator[Found]:
        if not image.shape_count and self.dataset.annotated_count:
            yield Found(UNLABELLED, f"{image.name} has no label.", about_image(image), image_id=image.id)

    def conclude(self) -> Iterator[Found]:
        count = self.dataset.image_count
        if count and not self.dataset.annotated_count:
            yield Found(NOTHING_LABELLED, f"None of the {count} images has a label.", ())
