"""Taking the images of an import: each is checked, named, stored, and has its row, batch by batch."""

from __future__ import annotations

import hashlib
import tempfile
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import IO

from django.conf import settings
from django.db import transaction

from yard.core.errors import InvalidInput
from yard.core.findings import Severity
from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.images import SUFFIX_OF, SUFFIXES, ImageFacts, NotAnImage, inspect_image
from yard.datasets.imports.lease import Lease
from yard.datasets.imports.report import Report
from yard.datasets.imports.sources import Source, Sources
from yard.datasets.labels import LabelBook
from yard.datasets.models import Dataset, Image, ShapeKind
from yard.datasets.naming import plan_names, with_number, with_suffix
from yard.datasets.shapes import shapes_replace
from yard.datasets.thumbnails import thumbnail_keep
from yard.storage import keys
from yard.storage.objects import object_put

BATCH = 100
COPY_BYTES = 1 << 20


@dataclass(slots=True)
class _Taken:
    """An image of the batch: a new row, or the one that is there already."""

    image: Image
    is_new: bool
    label: str | None


class Pictures:
    """Takes the images of one import.

    Names are settled as ``naming.plan_names`` does. A file whose name is taken: with the same content it is recognised;
    with other content the old image stays and the new one gets a number (``a-2.jpg``), with a finding.
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

    def run(self, should_pause: Callable[[], bool]) -> bool:
        """Take what is left from the cursor on; False when it paused before the end."""
        total = len(self._sources.images)
        position = self._lease.dataset_import.cursor
        while position < total:
            if should_pause():
                return False
            batch = [self._take(index) for index in range(position, min(position + BATCH, total))]
            position = min(position + BATCH, total)
            self._commit([taken for taken in batch if taken is not None], position)
        return True

    # --- one file -----------------------------------------------------------------------------------------------------

    def _take(self, index: int) -> _Taken | None:
        source = self._sources.images[index]
        total = len(self._sources.images)
        # Large files take long to copy and to open, and the lease must not run out meanwhile.
        tell = partial(self._lease.tell, 0.05 + 0.75 * index / total, f"{index} of {total} images")
        tell()
        try:
            with tempfile.TemporaryFile() as spool:
                digest = _copy(source, spool, tell)
                facts = inspect_image(spool, beat=tell)
                return self._place(source, facts, digest, spool, self._sources.classes.get(index))
        except NotAnImage as error:
            self._report.skip(source.path, error.message)
        except InvalidInput as error:  # an archive's damaged member
            self._report.skip(source.path, error.message)
        return None

    def _place(
        self, source: Source, facts: ImageFacts, digest: str, content: IO[bytes], label: str | None
    ) -> _Taken | None:
        planned = with_suffix(self._planned[source.path], SUFFIX_OF[facts.media_type])
        name, is_new = self._settle(planned, digest)
        if is_new:
            size = content.seek(0, 2)
            content.seek(0)
            object_put(
                bucket=self._dataset.bucket,
                key=keys.dataset_file(self._dataset.pk, name),
                source=content,
                size=size,
                media_type=facts.media_type,
            )
            thumbnail_keep(self._dataset.bucket, digest, content)
            self._taken[name.casefold()] = (name, digest)
            self._tell_about(source, facts, planned, name)
            image = Image(
                dataset=self._dataset,
                name=name,
                path=unicodedata.normalize("NFC", source.path),
                digest=digest,
                size=size,
                width=facts.width,
                height=facts.height,
                media_type=facts.media_type,
                orientation=facts.orientation,
                perceptual_hash=facts.perceptual_hash,
                dataset_import=self._lease.dataset_import,
            )
        else:
            image = Image(dataset=self._dataset, name=name)
        return _Taken(image, is_new, label)

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
        new = [taken.image for taken in batch if taken.is_new]
        self._report.count("images", len(batch))
        self._report.count("added", len(new))
        with transaction.atomic():
            Image.objects.bulk_create(new)
            self._tag(batch)
            if new or any(taken.label is not None for taken in batch):
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


def _copy(source: Source, target: IO[bytes], beat: Callable[[], None]) -> str:
    """The file's bytes into ``target``; their SHA-256. Raises ``NotAnImage`` for one that is too large."""
    most = settings.IMAGE_MAX_BYTES
    if source.size > most:
        raise NotAnImage(f"it has {source.size} bytes; at most {most} are allowed for one image here")
    digest = hashlib.sha256()
    with source.open() as stream:
        while part := stream.read(COPY_BYTES):
            digest.update(part)
            target.write(part)
            beat()
    target.seek(0)
    return digest.hexdigest()
