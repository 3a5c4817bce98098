"""Files of an import whose names images of the data set have, with other content: found before anything is changed.

Each is put on record with what is needed to choose: both pictures, sizes and dates. An import that is to ask then
waits until every one is answered; one that was told before what to do goes on at once. Found again in the same order
every time, so a kill or the end of a task's time only costs the last few.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import IO

from django.db import transaction

from yard.core.errors import InvalidInput
from yard.datasets.images import THUMBNAIL_MEDIA_TYPE, NotAnImage, inspect_image, make_thumbnail
from yard.datasets.imports.contents import copy_hashed
from yard.datasets.imports.lease import Lease
from yard.datasets.imports.sources import Sources
from yard.datasets.models import Import, NameConflict, OnConflict
from yard.datasets.naming import plan_names
from yard.storage import keys
from yard.storage.stores import get_store

BATCH = 100


def answers_of(dataset_import: Import) -> dict[int, str]:
    """Position of a file → what becomes of it."""
    return dict(dataset_import.conflicts.exclude(answer="").values_list("position", "answer"))


class Conflicts:
    """Finds the conflicts of one import."""

    def __init__(self, lease: Lease, sources: Sources) -> None:
        self._lease = lease
        self._import = lease.dataset_import
        self._dataset = self._import.dataset
        self._sources = sources
        self._planned = plan_names(list(dict.fromkeys(source.path for source in sources.images)))
        self._there = {
            name.casefold(): (pk, name, digest)
            for pk, name, digest in self._dataset.images.values_list("pk", "name", "digest").iterator(chunk_size=5000)
        }

    def run(self, should_pause: Callable[[], bool]) -> bool:
        """Compare what is left to be compared; False when it paused before the end."""
        total = len(self._sources.images)
        position = self._import.compared
        while position < total:
            if should_pause():
                return False
            end = min(position + BATCH, total)
            batch = [found for index in range(position, end) if (found := self._compare(index)) is not None]
            with transaction.atomic():
                NameConflict.objects.bulk_create(batch)
                self._lease.write(compared=end)
            position = end
        return True

    def _compare(self, index: int) -> NameConflict | None:
        source = self._sources.images[index]
        there = self._there.get(self._planned[source.path].casefold())
        if there is None:
            return None
        total = len(self._sources.images)
        tell = partial(self._lease.tell, 0.04 * index / total, f"{index} of {total} images compared")
        tell()
        pk, name, digest = there
        try:
            with tempfile.TemporaryFile() as spool:
                new_digest = copy_hashed(source, spool, tell)
                if new_digest == digest:
                    return None
                facts = inspect_image(spool, beat=tell)
                self._keep_thumbnail(new_digest, spool)
                size = spool.seek(0, 2)
        except (NotAnImage, InvalidInput):
            return None  # it will not be taken, and the report says why
        return NameConflict(
            dataset_import=self._import,
            image_id=pk,
            position=index,
            path=source.path,
            name=name,
            digest=new_digest,
            size=size,
            width=facts.width,
            height=facts.height,
            modified_at=source.modified_at,
            answer="" if self._import.on_conflict == OnConflict.ASK else self._import.on_conflict,
        )

    def _keep_thumbnail(self, digest: str, content: IO[bytes]) -> None:
        """Thumbnails are named by content, so the image has its own already when it is taken."""
        if self._import.on_conflict != OnConflict.ASK:
            return
        store, key = get_store(), keys.thumbnail(digest)
        if store.stat(self._dataset.bucket, key) is not None:
            return
        data = make_thumbnail(content)
        store.make_bucket(self._dataset.bucket)
        store.put(self._dataset.bucket, key, BytesIO(data), len(data), media_type=THUMBNAIL_MEDIA_TYPE)
