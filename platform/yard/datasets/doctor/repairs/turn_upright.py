"""Turning images upright that are stored turned, with a note that asks viewers to turn them."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from typing import IO

from yard.datasets.doctor.repairs.base import Example, Order, Outcome, Remedy, image_ids
from yard.datasets.images import NotAnImage, make_upright
from yard.datasets.models import Image
from yard.datasets.shapes import in_batches
from yard.storage import keys
from yard.storage.base import ObjectMissing
from yard.storage.objects import object_put, open_object

logger = logging.getLogger(__name__)

LOSSY = "image/jpeg"
_COPY_BYTES = 1 << 20


class TurnUpright(Remedy):
    """Writes the images anew, upright and without the note. Shapes are drawn on the upright image, so they stay.

    The new content is first put under a key made of its digest, beside the old; then the rows change; then the files.
    """

    code = "turn_upright"
    title = "Turn upright"
    explanation = "The images are written anew, upright and without the note. Shapes stay as they are."

    def prepare(self, order: Order) -> None:
        for image in _turned(order):
            try:
                order.prepared[image.pk] = _put_upright(image, order.dataset.bucket)
            except (NotAnImage, ObjectMissing) as error:
                logger.warning("Image %s cannot be turned: %s", image.pk, error)

    def carry_out(self, order: Order, *, dry: bool) -> Outcome:
        outcome = Outcome()
        images = _turned(order)
        if not dry:
            left = [image for image in images if image.pk not in order.prepared]
            outcome.count("images left as they are (they cannot be written anew)", len(left))
            images = [image for image in images if image.pk in order.prepared]
        outcome.images = len(images)
        outcome.count("images turned upright", len(images))
        lossy = sum(image.media_type == LOSSY for image in images)
        if lossy:
            outcome.notes.append(f"{lossy} of them are JPEGs, which lose a little by being written anew (quality 95).")
        for image in images:
            outcome.show(Example(image.pk, [], []))
            if not dry:
                image.digest, image.size = order.prepared[image.pk]
                image.orientation = 1
                outcome.files.append(image.name)
        if not dry:
            Image.objects.bulk_update(images, ["digest", "size", "orientation"], batch_size=500)
        return outcome


def _turned(order: Order) -> list[Image]:
    found: list[Image] = []
    for some in in_batches(image_ids(order.findings())):
        found += order.dataset.images.filter(pk__in=some, orientation__gt=1).order_by("name")
    return found


def _put_upright(image: Image, bucket: str) -> tuple[str, int]:
    """Digest and size of the upright image, which is then in the store. The same image always gives the same bytes."""
    key = keys.dataset_file(image.dataset_id, image.name)
    with tempfile.TemporaryFile() as target:
        with open_object(bucket, key) as source:
            make_upright(source, target)
        digest, size = _digest(target)
        object_put(bucket=bucket, key=keys.blob(digest), source=target, size=size, media_type=image.media_type)
    return digest, size


def _digest(file: IO[bytes]) -> tuple[str, int]:
    """SHA-256 and size of the file, which is then at its beginning."""
    hashed = hashlib.sha256()
    file.seek(0)
    while part := file.read(_COPY_BYTES):
        hashed.update(part)
    size = file.tell()
    file.seek(0)
    return hashed.hexdigest(), size
