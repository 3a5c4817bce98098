"""The object store: can we write, read and delete, and does its clock agree with ours."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone

from yard.core.errors import YardError
from yard.operations.doctor.findings import Finding, failure, ok, warning
from yard.storage import keys
from yard.storage.stores import get_store

PART = "storage"
_SKEW_SECONDS = 30.0
_REFUSED_SKEW_SECONDS = 900.0


def check() -> Iterator[Finding]:
    """Leaves nothing behind, except perhaps the platform's own bucket."""
    where = "S3" if settings.STORAGE == "minio" else "the folder of the objects"
    if settings.STORAGE == "minio" and not (settings.S3_ACCESS_KEY and settings.S3_SECRET_KEY):
        yield failure(PART, "The keys of the S3 server are missing.", "Set YARD_S3_ACCESS_KEY and YARD_S3_SECRET_KEY.")
        return
    content = uuid.uuid4().bytes
    bucket, key = settings.PLATFORM_BUCKET, keys.staging()
    try:
        store = get_store()
        store.make_bucket(bucket)
        store.put(bucket, key, io.BytesIO(content), len(content))
        try:
            before = timezone.now()
            with store.read(bucket, key) as parts:
                same = b"".join(parts) == content
            info = store.stat(bucket, key)
        finally:
            store.delete(bucket, key)
        gone = store.stat(bucket, key) is None
    except YardError as error:
        yield failure(PART, error.message, "Do what it says; runs and uploads fail until then.")
        return
    except OSError as error:
        yield failure(PART, f"The folder of the objects cannot be used: {error.strerror}.", "See YARD_STORAGE_DIR.")
        return
    except ValueError:  # the client's words may hold what was given
        yield failure(PART, "YARD_S3_ENDPOINT cannot be one.", "Write host:port, without https://.")
        return
    if not same or not gone:
        found = "What is read is not what was written." if not same else "What is deleted stays."
        yield failure(PART, f"In {where}: {found}", "Is it a real S3 server or local disk? Choose another.")
    else:
        yield ok(PART, f"Writing, reading and deleting in {where} work.")
    if info is not None and settings.STORAGE == "minio":
        yield _skew((info.modified_at - before).total_seconds())


def _skew(seconds: float) -> Finding:
    if abs(seconds) <= _SKEW_SECONDS:
        return ok(PART, "The server's clock agrees with ours.")
    return warning(
        PART,
        f"The server's clock is {abs(seconds):.0f} seconds {'ahead of' if seconds > 0 else 'behind'} ours.",
        f"Set both by the same time server (NTP); from {_REFUSED_SKEW_SECONDS:.0f} seconds on S3 refuses requests.",
    )
