"""The same image twice, to the byte or to the eye."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from yard.datasets.doctor.checks.base import Check
from yard.datasets.doctor.facts import Found, ImageFacts, ShapeFacts, about_image
from yard.datasets.doctor.kinds import Kind
from yard.datasets.models import Severity
from yard.datasets.near import HASH_BITS, bits_between, near_groups

# With hardly a bright-to-dark step anywhere (an empty sky, a dark frame) the hash says nothing of what is on an image.
LEAST_STEPS = 6
NEIGHBOURS_COMPARED = 50

DUPLICATE = Kind(
    "image.duplicate",
    "Images that are there twice",
    Severity.WARNING,
    "The same file under several names. In different parts of a split it makes a model look better than it is.",
    "Keep one of each, the one with the most labels.",
    ("remove_images",),
)
NEAR = Kind(
    "image.near_duplicate",
    "Images that look alike",
    Severity.INFO,
    "Neighbouring frames of a video, or copies in another size or quality. In different parts of a split they make a "
    "model look better than it is.",
    "Keep them together in the split, or keep one of each. Look at the pairs before.",
    ("remove_images",),
)


class DuplicateImages(Check):
    """Files with the same content; the one with the most shapes, then the first by name, is the one to keep."""

    kinds = (DUPLICATE,)
    local = False

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self._by_digest: dict[str, list[ImageFacts]] = defaultdict(list)

    def see(self, image: ImageFacts, shapes: Sequence[ShapeFacts]) -> Iterator[Found]:
        self._by_digest[image.digest].append(image)
        return iter(())

    def conclude(self) -> Iterator[Found]:
        for images in self._by_digest.values():
            if len(images) < 2:
                continue
            keeper, *others = sorted(images, key=worth)
            for image in others:
                same = image.annotations_digest == keeper.annotations_digest
                labels = "" if same else ", with other labels"
                yield Found(
                    DUPLICATE,
                    f"{image.name} is the same file as {keeper.name}{labels}.",
                    (*about_image(image), keeper.name),
                    image_id=image.id,
                    other_image_id=keeper.id,
                    details={"same_labels": same},
                )


class NearImages(Check):
    """Images whose perceptual hashes differ by a few bits."""

    kinds = (NEAR,)
    local = False

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self._images: dict[int, ImageFacts] = {}
        self._digests: set[str] = set()

    def see(self, image: ImageFacts, shapes: Sequence[ShapeFacts]) -> Iterator[Found]:
        # Of the same file one is enough; the others are duplicates to the byte.
        if _says_something(image.perceptual_hash) and image.digest not in self._digests:
            self._digests.add(image.digest)
            self._images[image.id] = image
        return iter(())

    def conclude(self) -> Iterator[Found]:
        hashes = {image.id: image.perceptual_hash or 0 for image in self._images.values()}
        for group in near_groups(hashes, bits=self.options.near_bits):
            images = sorted((self._images[image_id] for image_id in group), key=worth)
            for place, image in enumerate(images[1:], 1):
                nearest = min(
                    images[max(0, place - NEIGHBOURS_COMPARED) : place], key=lambda other: bits_apart(image, other)
                )
                bits = bits_apart(image, nearest)
                yield Found(
                    NEAR,
                    f"{image.name} looks like {nearest.name} ({bits} of {HASH_BITS} bits differ).",
                    (*about_image(image), nearest.name),
                    image_id=image.id,
                    other_image_id=nearest.id,
                    details={"bits": bits, "alike": len(images), "digest": image.digest},
                )


def worth(image: ImageFacts) -> tuple[int, int, str]:
    """Sorts what is best kept first: many shapes, then many pixels, then by name."""
    return (-image.shape_count, -image.width * image.height, image.name)


def bits_apart(one: ImageFacts, other: ImageFacts) -> int:
    """How many bits of the two hashes differ."""
    return bits_between(one.perceptual_hash or 0, other.perceptual_hash or 0)


def _says_something(value: int | None) -> bool:
    if value is None:
        return False
    steps = bits_between(value, 0)
    return LEAST_STEPS <= steps <= HASH_BITS - LEAST_STEPS
