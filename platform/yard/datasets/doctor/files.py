"""Whether the files of a data set are still what was uploaded. People reach them with any S3 tool, and disks fail.

A file that has the digest of its upload can be opened, for it could then. So only those that are missing, have another
size, were written since, or were never looked at closely are opened; all are read when somebody asks for it.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from yard.datasets.doctor.facts import Found, ImageFacts, about_image
from yard.datasets.doctor.kinds import Kind
from yard.datasets.doctor.reading import images_seen
from yard.datasets.images import NotAnImage, inspect_image
from yard.datasets.models import Dataset, Image, Severity
from yard.storage import keys
from yard.storage.base import ObjectInfo, ObjectMissing
from yard.storage.models import StoredObject
from yard.storage.objects import object_read
from yard.storage.stores import get_store

# The store's clock may be another one, and the row is written after the object.
CLOCKS_DIFFER = timedelta(minutes=2)
BATCH = 500
MOST_KEPT = 10_000

DAMAGED = Kind(
    "image.damaged",
    "Images that cannot be opened any more",
    Severity.ERROR,
    "Their files are missing, damaged, or not those that were uploaded. A training stops at such an image, or learns "
    "from noise.",
    "Upload them anew, or remove them.",
    ("remove_images",),
)

Tell = Callable[[int], None]


class Files:
    """Reads files, from where it stopped. ``state`` is what has come of it so far, as JSON-able data."""

    def __init__(self, dataset: Dataset, *, every: bool, state: dict[str, Any]) -> None:
        self._dataset = dataset
        self._every = every
        self.state: dict[str, Any] = {"cursor": 0, "damaged": [], **state}
        self._listed: dict[str, ObjectInfo] | None = None

    def read(self, should_pause: Callable[[], bool], tell: Tell, save: Callable[[], None]) -> bool:
        """Look at every file after the cursor; False when it paused before the end. ``save`` keeps the state."""
        batch: list[ImageFacts] = []
        for image, _ in images_seen(self._dataset, shapes=False, after=self.state["cursor"]):
            batch.append(image)
            if len(batch) >= BATCH:
                self._look(batch, tell)
                batch = []
                save()
                if should_pause():
                    return False
        self._look(batch, tell)
        save()
        return True

    def found(self) -> Iterator[Found]:
        """A finding for each file that is not what it was. Images that are gone by now are left out."""
        damaged: dict[int, str] = dict(self.state["damaged"])
        for image, _ in images_seen(self._dataset, shapes=False, ids=list(damaged)):
            why = damaged[image.id]
            yield Found(
                DAMAGED,
                f"{image.name}: {why}.",
                (*about_image(image), why),
                image_id=image.id,
                details={"digest": image.digest},
            )

    def _look(self, batch: list[ImageFacts], tell: Tell) -> None:
        if not batch:
            return
        written = self._written_since(batch)
        for image in batch:
            why = self._why_damaged(image, written)
            if why and len(self.state["damaged"]) < MOST_KEPT:
                self.state["damaged"].append([image.id, why])
            self.state["cursor"] = image.id
            tell(image.id)

    def _why_damaged(self, image: ImageFacts, written: set[str]) -> str:
        info = self._listing().get(image.name)
        if info is None:
            return "its file is missing"
        is_suspect = info.size != image.size or image.name in written
        if self._every or is_suspect or image.perceptual_hash is None:
            return self._read(image)
        return ""

    def _listing(self) -> dict[str, ObjectInfo]:
        """name → its object. One listing for all, instead of a question for each."""
        if self._listed is None:
            prefix = keys.dataset_prefix(self._dataset.pk)
            listed = get_store().list(self._dataset.bucket, prefix)
            self._listed = {info.key.removeprefix(prefix): info for info in listed}
        return self._listed

    def _written_since(self, batch: list[ImageFacts]) -> set[str]:
        """Names of files that somebody has written after we had."""
        names = {keys.dataset_file(self._dataset.pk, image.name): image.name for image in batch}
        rows = StoredObject.objects.filter(bucket=self._dataset.bucket, key__in=list(names))
        found = set()
        for key, stored_at in rows.values_list("key", "updated_at"):
            info = self._listing().get(names[key])
            if info is not None and info.modified_at > stored_at + CLOCKS_DIFFER:
                found.add(names[key])
        return found

    def _read(self, image: ImageFacts) -> str:
        """Why the file is not what it was; empty when it is. Fills in what older rows do not tell."""
        digest = hashlib.sha256()
        key = keys.dataset_file(self._dataset.pk, image.name)
        try:
            with tempfile.TemporaryFile() as copy, object_read(self._dataset.bucket, key) as parts:
                for part in parts:
                    digest.update(part)
                    copy.write(part)
                same = digest.hexdigest() == image.digest
                if same and image.perceptual_hash is not None:
                    return ""
                copy.seek(0)
                facts = inspect_image(copy)
        except ObjectMissing:
            return "its file is missing"
        except NotAnImage as error:
            return error.message
        if not same:
            return "its file was changed outside of the platform; it is not the image that was uploaded"
        Image.objects.filter(pk=image.id).update(perceptual_hash=facts.perceptual_hash, orientation=facts.orientation)
        return ""
