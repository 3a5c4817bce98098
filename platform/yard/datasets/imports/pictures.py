"""Taking the images of an import: each is checked, named, stored, and has its row, batch by batch."""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import IO

from django.db import transaction

from yard.core.errors import InvalidInput
from yard.core.findings import Severity
from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.images import SUFFIX_OF, SUFFIXES, ImageFacts, NotAnImage, inspect_image
from yard.datasets.imports.beside import ThumbnailsBeside
from yard.datasets.imports.conflicts import answers_of
from yard.datasets.imports.contents import copy_hashed
from yard.datasets.imports.lease import Lease
from yard.datasets.imports.report import Report
from yard.datasets.imports.sources import Source, Sources
from yard.datasets.labels import LabelBook
from yard.datasets.models import Dataset, Image, OnConflict, OnDuplicate, ShapeKind
from yard.datasets.naming import plan_names, with_number, with_suffix
from yard.datasets.shapes import shapes_replace
from yard.datasets.texts import shown
from yard.storage import keys
from yard.storage.objects import object_put

BATCH = 100
# What is another image's when one is replaced.
REPLACED_FIELDS = [
    "path", "digest", "size", "width", "height", "media_type", "orientation", "perceptual_hash",
]  # fmt: skip


@dataclass(slots=True)
class _Taken:
    """An image of the batch: a new row, or the one that is there already."""

    image: Image
    is_new: bool
    label: str | None
    replaces: bool = False


class Pictures:
    """Takes the images of one import.

    Names are settled as ``naming.plan_names`` does. A file whose name is taken: with the same content it is recognised;
    with other content the answer to the conflict decides (see ``conflicts``). Without one the old image stays and the
    new one gets a number (``a-2.jpg``), with a finding: nothing is lost.
    """

    def __init__(self, lease: Lease, sources: Sources, report: Report) -> None:
        self._lease = lease
        self._dataset: Dataset = lease.dataset_import.dataset
        self._sources = sources
        self._report = report
        self._planned = plan_names(list(dict.fromkeys(source.path for source in sources.images)))
        # Folded name → (name, digest): what is in the data set, so that no query per file is needed.
        self._taken = {
            name.casefold(): (name, digest)
            for name, digest in self._dataset.images.values_list("name", "digest").iterator(chunk_size=5000)
        }
        self._labels = LabelBook(self._dataset)
        self._thumbnails = ThumbnailsBeside(self._dataset.bucket, lease.write)
        self._answers = answers_of(lease.dataset_import)
        # Digest → the name of the image that has it; the first one of several.
        self._contents: dict[str, str] = {}
        for name, digest in self._taken.values():
            self._contents.setdefault(digest, name)

    def run(self, should_pause: Callable[[], bool]) -> bool:
        """Take what is left from the cursor on; False when it paused before the end."""
        total = len(self._sources.images)
        position = self._lease.dataset_import.cursor
        with self._thumbnails:
            while position < total:
                if should_pause():
                    return False
                position = self._take_batch(position, min(position + BATCH, total))
        return True

    def _take_batch(self, position: int, end: int) -> int:
        """Take files up to ``end``, or up to one that replaces an image; says how far it came.

        A replaced image is on record at once, or a kill would leave the new content under the digest of the old.
        """
        batch: list[_Taken] = []
        while position < end:
            taken = self._take(position)
            position += 1
            if taken is not None:
                batch.append(taken)
                if taken.replaces:
                    break
        self._commit(batch, position)
        return position

    # --- one file -----------------------------------------------------------------------------------------------------

    def _take(self, index: int) -> _Taken | None:
        source = self._sources.images[index]
        total = len(self._sources.images)
        # Large files take long to copy and to open, and the lease must not run out meanwhile.
        tell = partial(self._lease.tell, 0.05 + 0.75 * index / total, f"{index} of {total} images")
        tell()
        try:
            with tempfile.TemporaryFile() as spool:
                digest = copy_hashed(source, spool, tell)
                facts = inspect_image(spool, beat=tell)
                return self._place(index, source, facts, digest, spool)
        except NotAnImage as error:
            self._report.skip(source.path, error.message)
        except InvalidInput as error:  # an archive's damaged member
            self._report.skip(source.path, error.message)
        return None

    def _place(self, index: int, source: Source, facts: ImageFacts, digest: str, content: IO[bytes]) -> _Taken | None:
        planned = with_suffix(self._planned[source.path], SUFFIX_OF[facts.media_type])
        label = self._sources.classes.get(index)
        there = self._taken.get(planned.casefold())
        if there is not None and there[1] != digest:
            answer = self._answers.get(index)
            if answer == OnConflict.KEEP:
                self._report.count("kept")
                return None
            if answer == OnConflict.REPLACE:
                replaced = self._replace(there[0], source, facts, label)
                self._store(replaced.image, source, facts, digest, content)
                return replaced
        name, is_new = self._settle(planned, digest)
        if not is_new:
            return _Taken(Image(dataset=self._dataset, name=name), is_new, label)
        if self._is_unwanted_twin(digest, source):
            return None
        self._tell_about(source, facts, planned, name)
        image = Image(dataset=self._dataset, name=name, dataset_import=self._lease.dataset_import)
        self._store(image, source, facts, digest, content)
        return _Taken(image, is_new, label)

    def _is_unwanted_twin(self, digest: str, source: Source) -> bool:
        """Tell of a file whose content the data set has under another name; whether it is to be left out."""
        other = self._contents.get(digest)
        if other is None:
            return False
        self._report.count("duplicates")
        skipped = self._lease.dataset_import.on_duplicate == OnDuplicate.SKIP
        if skipped:
            self._report.skip(source.path, f"the data set has the same image as {shown(other)}")
        else:
            message = f"The data set has the same image as {shown(other)}; both stay."
            self._report.find(Severity.INFO, "image.duplicate", message, file=source.path)
        return skipped

    def _replace(self, name: str, source: Source, facts: ImageFacts, label: str | None) -> _Taken:
        """The image of this name, to get other content; its annotations stay."""
        image = self._dataset.images.get(name=name)
        if image.shape_count and (image.width, image.height) != (facts.width, facts.height):
            self._report.find(
                Severity.WARNING,
                "image.replaced_size",
                f"{shown(name)} had {image.width} x {image.height} pixels and now has {facts.width} x {facts.height}; "
                "its annotations stayed as they were.",
                file=source.path,
                hint="Look at the shapes, or import annotations for the new image.",
            )
        self._report.count("replaced")
        return _Taken(image, is_new=False, label=label, replaces=True)

    def _store(self, image: Image, source: Source, facts: ImageFacts, digest: str, content: IO[bytes]) -> None:
        """The content into the store, and what is known about it into the (unsaved) row."""
        image.size = content.seek(0, 2)
        content.seek(0)
        object_put(
            bucket=self._dataset.bucket,
            key=keys.dataset_file(self._dataset.pk, image.name),
            source=content,
            size=image.size,
            media_type=facts.media_type,
        )
        self._thumbnails.add(digest, content)
        self._taken[image.name.casefold()] = (image.name, digest)
        self._contents.setdefault(digest, image.name)
        image.path = unicodedata.normalize("NFC", source.path)
        image.digest = digest
        image.width, image.height = facts.width, facts.height
        image.media_type = facts.media_type
        image.orientation = facts.orientation
        image.perceptual_hash = facts.perceptual_hash

    def _settle(self, planned: str, digest: str) -> tuple[str, bool]:
        """The file's name, and whether an image has to be made for it."""
        name, number = planned, 1
        while (there := self._taken.get(name.casefold())) is not None:
            if there[1] == digest:
                return there[0], False
            number += 1
            name = with_number(planned, number)
        return name, True

    def _tell_about(self, source: Source, facts: ImageFacts, planned: str, name: str) -> None:
        self._report.count("turned", facts.turned)
        self._report.count("several", facts.several)
        if name != planned:
            self._report.find(
                Severity.WARNING,
                "image.name_taken",
                f"The data set has another image called {planned}, so this one became {name}.",
                file=source.path,
            )
        suffix = f".{planned.rsplit('.', 1)[-1].lower()}"
        if suffix in SUFFIXES and SUFFIXES[suffix] != facts.media_type:
            self._report.find(
                Severity.INFO,
                "image.misnamed",
                f"It ends in {suffix}, but its content is {facts.media_type}. It was taken as it is.",
                file=source.path,
            )

    # --- a batch ------------------------------------------------------------------------------------------------------

    def _commit(self, batch: list[_Taken], position: int) -> None:
        """Rows, tags and cursor in one transaction: after a kill either all of the batch counts or nothing."""
        self._thumbnails.finish()
        new = [taken.image for taken in batch if taken.is_new]
        self._report.count("images", len(batch))
        self._report.count("added", len(new))
        with transaction.atomic():
            Image.objects.bulk_create(new)
            for taken in batch:
                if taken.replaces:
                    taken.image.save(update_fields=REPLACED_FIELDS)
            self._tag(batch)
            if new or any(taken.replaces or taken.label is not None for taken in batch):
                # The annotations.xml in the store does not speak of these; it is written anew, or comes with them.
                Dataset.objects.filter(pk=self._dataset.pk).update(annotations_digest="")
                self._dataset.annotations_digest = ""
            self._lease.write(cursor=position, report=self._report.as_dict(), interruptions=0)

    def _tag(self, batch: list[_Taken]) -> None:
        tagged = [taken for taken in batch if taken.label is not None]
        if not tagged:
            return
        ids = dict(
            self._dataset.images.filter(name__in={taken.image.name for taken in tagged}).values_list("name", "pk")
        )
        labels = {ids[taken.image.name]: taken.label or "" for taken in tagged}
        tags = {pk: [ShapeAnnotation(ShapeKind.TAG, label, {}, source="folder")] for pk, label in labels.items()}
        shapes_replace(tags, self._labels)
        for name in ("matched", "annotated", "shapes"):
            self._report.count(name, len(labels))
