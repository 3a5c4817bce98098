"""Remove what nobody needs from the object store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yard.storage.garbage import GRACE, UPLOAD_GRACE, collect_garbage


class Command(BaseCommand):
    help = "Remove content, upload chunks and file sets that nothing needs any more; safe to run at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        hours = GRACE.total_seconds() / 3600
        upload_hours = UPLOAD_GRACE.total_seconds() / 3600
        parser.add_argument("--grace-hours", type=float, default=hours, help="leave younger things alone (%(default)s)")
        parser.add_argument(
            "--upload-grace-hours", type=float, default=upload_hours, help="the same for uploads (%(default)s)"
        )

    def handle(self, *args: Any, grace_hours: float, upload_grace_hours: float, **options: Any) -> None:
        done = collect_garbage(grace=timedelta(hours=grace_hours), upload_grace=timedelta(hours=upload_grace_hours))
        self.stdout.write(
            f"Removed {done.filesets} file sets, {done.blobs} kept contents, {done.twins} second copies, {done.files} "
            f"files without an image, {done.derived} records and thumbnails, {done.chunks} upload chunks and "
            f"{done.leftovers} leftovers: {done.bytes} bytes. "
            f"{done.unpinned} objects are no longer needed by a file set."
        )
