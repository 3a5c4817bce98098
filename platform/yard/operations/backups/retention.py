"""Letting go of old backups, then of content that no backup of the place needs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from yard.operations.backups.manifest import Manifest
from yard.operations.backups.places import Place
from yard.operations.backups.progress import Say
from yard.operations.backups.spool import Spool
from yard.operations.backups.verify import wanted_objects

GRACE = timedelta(days=1)
"""Younger content may belong to a backup that somebody else is making in the same place."""


def remove_old(place: Place, *, keep: int, folder: Path, say: Say) -> list[str]:
    """Remove all but the newest ``keep`` backups; the names of those removed.

    Content goes only when every backup that stays could be read, so a damaged list removes nothing.
    """
    names = place.names()
    old, kept = names[:-keep], names[-keep:]
    spool = Spool(folder / "needed.sqlite3")
    try:
        for name in kept:
            manifest = Manifest.from_json(place.read_manifest(name))
            for part in manifest.lists():
                spool.add_content(part.digest, part.size)
            for wanted in wanted_objects(place, manifest):
                spool.add_content(wanted.digest, wanted.size)
        for name in old:
            place.remove_backup(name)
            say(f"Removed the old backup {name}.")
        before = timezone.now() - GRACE
        for digest, info in place.content():
            if info.modified_at < before and not spool.has_content(digest):
                place.remove(digest)
        place.sweep(before)
    finally:
        spool.close()
    return old
