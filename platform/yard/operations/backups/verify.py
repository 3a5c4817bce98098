"""Reading a backup back: every byte of it, against its digests."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import IO, cast

from yard.core.errors import InvalidInput, NotFound
from yard.operations.backups.manifest import Manifest, Part
from yard.operations.backups.places import Place, hash_content
from yard.operations.backups.progress import Progress, Say
from yard.operations.backups.spool import Spool, Wanted
from yard.storage.base import ObjectMissing
from yard.storage.streams import ObjectFile

_NAMED = 5


def find(place: Place, name: str | None) -> Manifest:
    """The backup with this name, or the newest. Raises ``NotFound``, ``InvalidInput`` for a damaged one."""
    if name is None:
        names = place.names()
        if not names:
            raise NotFound(f"There is no backup in {place.address}.")
        name = names[-1]
    return Manifest.from_json(place.read_manifest(name))


def part_lines(place: Place, part: Part) -> Iterator[bytes]:
    """The lines of a part, streamed."""
    raw = ObjectFile(lambda offset: place.read(part.digest, offset=offset), part.size)
    with gzip.open(cast(IO[bytes], raw), "rb") as lines:
        yield from lines


def wanted_objects(place: Place, manifest: Manifest) -> Iterator[Wanted]:
    """Every object of the backup."""
    for part in manifest.objects:
        for line in part_lines(place, part):
            yield Wanted(*json.loads(line))


def verify(place: Place, manifest: Manifest, spool: Spool, *, say: Say) -> None:
    """Read all of it; the spool lists its objects afterwards. Nothing outside of the spool is written.

    Raises:
        InvalidInput: Something is missing or has changed; the sentence names the first few.
    """
    faults = [part.digest for part in manifest.lists() if not _is_whole(place, part.digest, part.size)]
    if not faults:
        spool.want(wanted_objects(place, manifest))
        for wanted in spool.all():
            spool.add_content(wanted.digest, wanted.size)
        progress = Progress(say, "Verified", *spool.content_totals())
        for digest, size in spool.contents():
            if not _is_whole(place, digest, size):
                faults.append(digest)
            progress.add(size)
    if faults:
        more = "" if len(faults) <= _NAMED else f" and {len(faults) - _NAMED} more"
        raise InvalidInput(
            f"The backup {manifest.name} in {place.address} is damaged: missing or changed are "
            f"{', '.join(faults[:_NAMED])}{more}. Nothing was restored. Take another backup (--list shows them)."
        )
    say(f"The backup {manifest.name} is whole: {manifest.rows} rows, {manifest.object_count} objects.")


def _is_whole(place: Place, digest: str, size: int) -> bool:
    try:
        return hash_content(place.read(digest)) == (digest, size)
    except ObjectMissing:
        return False
