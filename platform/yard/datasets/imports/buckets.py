"""Imports that read a bucket instead of uploads.

The bucket is listed once; the list is kept as an upload of the import, so that the order of its files stays while the
bucket changes, and goes when uploads go.
"""

from __future__ import annotations

import json
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import IO, Any

from django.conf import settings
from django.db import transaction

from yard.accounts.models import User
from yard.core.errors import InvalidInput, TooLarge
from yard.datasets.annotations.types import FindingList
from yard.datasets.archives import refusal_of_name
from yard.datasets.imports.bucket_keys import KIND_ONCE, KIND_SAVED, keys_keep, keys_read, keys_saved, secret_name
from yard.datasets.imports.lease import Lease
from yard.datasets.imports.services import import_create
from yard.datasets.models import Dataset, Import, OnConflict, OnDuplicate, Upload, UploadChunk, UploadKind
from yard.datasets.remote import Found, Keys, Place, RemoteBucket, place_of
from yard.datasets.texts import is_control, shown
from yard.datasets.uploads import open_upload
from yard.storage import keys
from yard.storage.stores import get_store


def import_from_bucket(
    *,
    dataset: Dataset,
    user: User,
    url: str,
    region: str = "",
    bucket_keys: Keys | None = None,
    saved: str = "",
    on_conflict: OnConflict = OnConflict.RENAME,
    on_duplicate: OnDuplicate = OnDuplicate.KEEP,
) -> Import:
    """A new import of what lies in a bucket, still to be started; the bucket was just tried.

    Args:
        dataset: What it goes into.
        user: Who imports.
        url: See ``remote.place_of``.
        region: Empty for servers without regions.
        bucket_keys: What opens it; None when they were saved before.
        saved: The name under which the project keeps the keys, or is to keep them; empty: forget them afterwards.
        on_conflict: What becomes of files whose names are taken.
        on_duplicate: What becomes of files whose content is there.

    Raises:
        InvalidInput, BucketRefused, BucketUnreachable: The address or the keys do not work.
        NotFound: The project has saved no keys under this name.
        Conflict: The data set is archived, or the saved keys are for another server.
    """
    place = place_of(url, region)
    if any(is_control(character) for character in saved):
        raise InvalidInput("The name for the keys holds control characters. Type it again.")
    given = bucket_keys or keys_saved(dataset.project, saved, place)
    RemoteBucket(place, given).check()
    with transaction.atomic():
        found = import_create(dataset=dataset, user=user, on_conflict=on_conflict, on_duplicate=on_duplicate)
        name = secret_name(saved) if saved else f"s3-import-{found.pk}"
        found.remote = {**asdict(place), "url": url, "secret": name, "saved": bool(saved)}
        found.save(update_fields=["remote"])
        if bucket_keys is not None:
            keys_keep(dataset.project, name, KIND_SAVED if saved else KIND_ONCE, place, bucket_keys, user)
    return found


# --- what the worker does ---------------------------------------------------------------------------------------------


class BucketFiles:
    """The files of an import's bucket, in the order they were listed in."""

    def __init__(self, dataset_import: Import, listing: Upload) -> None:
        remote = dataset_import.remote
        self._bucket = _open(dataset_import)
        self._folder = remote["prefix"].rpartition("/")[0]
        self._listing = listing
        self.findings = FindingList(Place(**{name: remote[name] for name in Place.__slots__}).text)

    def __iter__(self) -> Iterator[tuple[str, Found]]:
        """Path below the folder that the prefix names, and the object."""
        with open_upload(self._listing) as lines:
            for line in lines:
                key, size = json.loads(line)
                path = key.removeprefix(self._folder).lstrip("/")
                why = refusal_of_name(path)
                if why is not None:
                    self.findings.warning("bucket.left_out", f"{shown(key)} was left out: {why}.")
                    continue
                yield path, Found(key, size)

    def opener(self, found: Found) -> Any:
        """Opens the object as a file."""

        def opened() -> AbstractContextManager[IO[bytes]]:
            return self._bucket.open(found)

        return opened


def listing_make(lease: Lease) -> None:
    """List the bucket, unless that was done before. Raises as ``RemoteBucket`` does, and ``TooLarge``."""
    found = lease.dataset_import
    if not found.remote or found.uploads.filter(kind=UploadKind.LISTING).exists():
        return
    with tempfile.TemporaryFile() as file:
        total = 0
        for count, one in enumerate(_open(found).objects(), 1):
            file.write(json.dumps([one.key, one.size]).encode() + b"\n")
            total += one.size
            _check_limits(count, total)
            lease.tell(0.01, f"{count} files found in the bucket")
        _listing_store(lease, file)


def _check_limits(count: int, total: int) -> None:
    if count > settings.ARCHIVE_MAX_FILES or total > settings.ARCHIVE_MAX_BYTES:
        raise TooLarge(
            f"There are more than {settings.ARCHIVE_MAX_FILES} files or {settings.ARCHIVE_MAX_BYTES >> 30} GiB below "
            "this address, which is the limit here. Name a folder of it."
        )


def _listing_store(lease: Lease, file: IO[bytes]) -> None:
    found = lease.dataset_import
    size = file.seek(0, 2)
    file.seek(0)
    upload = Upload(
        dataset_id=found.dataset_id,
        dataset_import=found,
        kind=UploadKind.LISTING,
        name="bucket",
        size=size,
        offset=size,
    )
    key = keys.upload_chunk(upload.pk, 0, uuid.uuid4().hex)
    store = get_store()
    store.make_bucket(found.dataset.bucket)
    if size:
        store.put(found.dataset.bucket, key, file, size)
    with transaction.atomic():
        lease.write()
        upload.save(force_insert=True)
        if size:
            UploadChunk.objects.create(upload=upload, offset=0, size=size, key=key)


def _open(dataset_import: Import) -> RemoteBucket:
    remote = dataset_import.remote
    place = Place(**{name: remote[name] for name in Place.__slots__})
    return RemoteBucket(place, keys_read(dataset_import.dataset.project, remote["secret"]))
