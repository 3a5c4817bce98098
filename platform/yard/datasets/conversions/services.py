"""Conversions of label files: made, fed, done by the worker, and removed after a day."""

from __future__ import annotations

import logging
import tempfile
import time
import uuid
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput, NotFound, TooLarge, Unavailable, YardError
from yard.datasets.annotations.formats.base import Unreadable
from yard.datasets.annotations.formats.registry import format_get
from yard.datasets.conversions.convert import Converted, convert
from yard.datasets.models import Conversion, ConversionState
from yard.datasets.uploads import clean_name
from yard.storage import keys
from yard.storage.base import Readable, StoreFull
from yard.storage.local import room_errors
from yard.storage.objects import object_put, objects_delete, open_object

logger = logging.getLogger(__name__)

TASK = "yard.datasets.tasks.conversion_run_task"
KEPT = timedelta(days=1)
# A worker tells that it is alive this often; one that has not for so long is gone.
BEAT_SECONDS = 2.0
PATIENCE = timedelta(seconds=60)
QUEUE_PATIENCE = timedelta(seconds=300)
MAX_ATTEMPTS = 3
OPEN_MAX = 20
EXPIRED_AT_ONCE = 20
OUR_FAULT = "A fault of the platform ended this conversion; the log of its worker tells more."
ENDED = (ConversionState.SUCCEEDED, ConversionState.FAILED)


def conversion_create(*, user: User, name: str, source: str, target: str, with_images: bool = False) -> Conversion:
    """A conversion that waits for its file.

    Raises:
        InvalidInput: For a name no file can have.
        NotFound: For a format there is not.
        Conflict: The user has too many that have not ended.
    """
    name = clean_name(name).rsplit("/", 1)[-1]
    if user.conversions.exclude(state__in=ENDED).count() >= OPEN_MAX:
        raise Conflict(f"{OPEN_MAX} of your conversions have not ended yet. Wait for them, or delete some.")
    return Conversion.objects.create(
        created_by=user,
        bucket=user.bucket,
        name=name,
        source=format_get(source).key if source else "",
        target=format_get(target).key,
        with_images=with_images,
    )


def conversion_feed(*, conversion: Conversion, content: Readable, size: int) -> Conversion:
    """The conversion with its file, queued.

    Raises:
        TooLarge: Above ``CONVERSION_MAX_BYTES``.
        InvalidInput: The body ended early, or is empty.
        Conflict: It has its file already.
    """
    if size > settings.CONVERSION_MAX_BYTES:
        raise TooLarge(f"The file has {size} bytes; at most {settings.CONVERSION_MAX_BYTES} can be converted here.")
    if not size:
        raise InvalidInput("The file is empty.")
    _check_waits(conversion)
    key = keys.conversion_source(conversion.pk)
    try:
        object_put(bucket=conversion.bucket, key=key, source=content, size=size)
    except ValueError as error:
        raise InvalidInput(f"The connection broke off before all {size} bytes were here. Send them again.") from error
    with transaction.atomic():
        waiting = Conversion.objects.filter(pk=conversion.pk, state=ConversionState.UPLOADING)
        if not waiting.update(state=ConversionState.QUEUED, size=size, updated_at=timezone.now()):
            raise Conflict("This conversion has its file already.")
        transaction.on_commit(partial(async_task, TASK, conversion.pk))
    conversion.refresh_from_db()
    return conversion


def conversion_delete(*, conversion: Conversion) -> None:
    """Nothing of it is left; a worker that is at it notices."""
    Conversion.objects.filter(pk=conversion.pk).delete()
    objects_delete(bucket=conversion.bucket, prefix=keys.conversion_prefix(conversion.pk))


def conversion_perform(conversion_id: int) -> None:
    """Do it; harmless when it is done, is done elsewhere, or is gone."""
    lease = uuid.uuid4().hex
    if not Conversion.objects.filter(pk=conversion_id, state=ConversionState.QUEUED).update(
        state=ConversionState.RUNNING, lease=lease, updated_at=timezone.now()
    ):
        return
    conversion = Conversion.objects.get(pk=conversion_id)
    try:
        with room_errors("the temporary files of the conversion, in TMPDIR"):
            values = _perform(conversion)
    except _Gone:
        return
    except (Unavailable, StoreFull) as error:
        _write(conversion, state=ConversionState.QUEUED, message=f"{error.message} Nothing is lost: trying again.")
        return
    except YardError as error:
        values = {"state": ConversionState.FAILED, "message": error.message, "report": _refusal(error)}
    except Exception:
        logger.exception("Conversion %s failed by a fault of ours.", conversion_id)
        values = {"state": ConversionState.FAILED, "message": OUR_FAULT}
    try:
        _write(conversion, **values)
    except _Gone:
        objects_delete(bucket=conversion.bucket, prefix=keys.conversion_prefix(conversion_id))


class _Gone(Exception):
    """It was deleted, or another worker has taken it over."""


def _perform(conversion: Conversion) -> dict[str, object]:
    told = [time.monotonic()]

    def beat(share: float) -> None:
        if time.monotonic() - told[0] > BEAT_SECONDS:
            told[0] = time.monotonic()
            _write(conversion, progress=share)

    key = keys.conversion_source(conversion.pk)
    with tempfile.TemporaryFile() as copy, tempfile.TemporaryFile() as target:
        with open_object(conversion.bucket, key) as source:
            while part := source.read(1 << 20):
                copy.write(part)
        copy.seek(0)
        done: Converted = convert(
            copy,
            target,
            name=conversion.name,
            source_key=conversion.source,
            target_key=conversion.target,
            with_images=conversion.with_images,
            beat=beat,
        )
        size = target.seek(0, 2)
        target.seek(0)
        object_put(bucket=conversion.bucket, key=keys.conversion_result(conversion.pk), source=target, size=size)
    return {
        "state": ConversionState.SUCCEEDED,
        "progress": 1.0,
        "message": done.message,
        "report": done.report,
        "result_name": done.name,
        "result_size": size,
    }


def _refusal(error: YardError) -> dict[str, object]:
    if not isinstance(error, Unreadable):
        return {}
    finding: dict[str, object] = {
        "severity": "error",
        "code": error.code,
        "message": error.message,
        "file": "",
        "hint": "",
    }
    finding |= {"line": error.extra.get("line"), "column": error.extra.get("column")}
    return {"findings": [finding], "findings_total": 1}


def _write(conversion: Conversion, **values: object) -> None:
    """Change the row while it is ours. Raises ``_Gone``."""
    mine = Conversion.objects.filter(pk=conversion.pk, lease=conversion.lease, state=ConversionState.RUNNING)
    if not mine.update(**values, updated_at=timezone.now()):
        raise _Gone


def conversion_resume_stale() -> int:
    """Queue those anew whose worker is gone or never came; says how many. Called every few seconds."""
    now = timezone.now()
    gone = Conversion.objects.filter(state=ConversionState.RUNNING, updated_at__lt=now - PATIENCE)
    forgotten = Conversion.objects.filter(state=ConversionState.QUEUED, updated_at__lt=now - QUEUE_PATIENCE)
    resumed = 0
    for found in [*gone, *forgotten]:
        is_over = found.attempts + 1 >= MAX_ATTEMPTS and found.state == ConversionState.RUNNING
        values = {"attempts": found.attempts + 1, "state": ConversionState.QUEUED, "updated_at": now}
        if is_over:
            message = "The worker ended three times at this file; it may be too much for this machine's memory."
            values |= {"state": ConversionState.FAILED, "message": message}
        same = Conversion.objects.filter(pk=found.pk, state=found.state, updated_at=found.updated_at)
        if same.update(**values) and not is_over:
            async_task(TASK, found.pk)
            resumed += 1
    return resumed


def conversion_expire() -> int:
    """Remove those that are older than a day with their files; says how many."""
    old = Conversion.objects.filter(updated_at__lt=timezone.now() - KEPT)[:EXPIRED_AT_ONCE]
    for found in old:
        conversion_delete(conversion=found)
    return len(old)


def conversion_get_for(*, user: User, conversion_id: int) -> Conversion:
    """The user's own conversion. Raises ``NotFound``."""
    found = Conversion.objects.filter(created_by=user, pk=conversion_id).first()
    if found is None:
        raise NotFound("There is no such conversion, or it was removed: they are kept for a day.")
    return found


def _check_waits(conversion: Conversion) -> None:
    if conversion.state != ConversionState.UPLOADING:
        raise Conflict("This conversion has its file already. Begin a new one.")
