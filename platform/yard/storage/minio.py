"""Objects in MinIO or any other server that speaks S3."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import BinaryIO, cast

import certifi
import urllib3
from minio import Minio
from minio.commonconfig import CopySource
from minio.datatypes import Upload
from minio.error import InvalidResponseError, S3Error, ServerError
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import (
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    ResponseError,
)
from urllib3.util import Retry, Timeout

from yard.storage import keys
from yard.storage.base import (
    PART_BYTES,
    BucketMissing,
    KeyConflict,
    ObjectInfo,
    ObjectMissing,
    ObjectStore,
    Parts,
    Readable,
    StoreFull,
    StoreUnavailable,
)

CONNECT_SECONDS = 5.0
UPLOAD_PART_BYTES = 16 << 20  # held in memory once per running upload
_MAX_PARTS = 10_000  # S3's limit

# The servers' codes, MinIO's own ones with their X.
_NO_BUCKET = frozenset({"NoSuchBucket"})
_MISSING = frozenset({"NoSuchKey", "NoSuchObject", "NoSuchVersion", "ResourceNotFound"})
_BEYOND = frozenset({"InvalidRange"})
_FULL = frozenset({"XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "QuotaExceeded", "InsufficientStorage"})
_CONFLICT = frozenset(
    {"XMinioParentIsObject", "XMinioObjectExistsAsDirectory", "ExistingObjectIsDirectory", "ExistingObjectIsFile"}
)
_REFUSED = frozenset({"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken"})


class _BeyondEnd(Exception):
    """The range starts after the object's last byte."""


class ResponseParts(Parts):
    """The parts of a server's answer."""

    def __init__(self, store: MinioStore, response: BaseHTTPResponse | None, key: str) -> None:
        self._store = store
        self._response = response
        self._key = key
        self._parts = iter(()) if response is None else response.stream(PART_BYTES)

    def __next__(self) -> bytes:
        try:
            with self._store.errors("", self._key):
                return next(self._parts)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        response, self._response = getattr(self, "_response", None), None
        if response is not None:
            response.close()
            response.release_conn()
            self._parts = iter(())


class MinioStore(ObjectStore):
    """A store on a server. Safe to share between threads."""

    def __init__(
        self, *, endpoint: str, access_key: str, secret_key: str, region: str, secure: bool, timeout: float = 30.0
    ) -> None:
        self._endpoint = endpoint
        self._timeout = timeout
        self._region = region
        self._client = Minio(
            endpoint=endpoint,
            access_key=access_key,
            secret_key=secret_key,
            region=region,
            secure=secure,
            http_client=_connections(timeout),
        )
        self._made: set[str] = set()
        self._lock = threading.Lock()

    def make_bucket(self, bucket: str) -> None:
        keys.check_bucket(bucket)
        if bucket in self._made:
            return
        with self.errors(bucket, ""):
            if not self._client.bucket_exists(bucket_name=bucket):
                self._create(bucket)
        with self._lock:
            self._made.add(bucket)

    def put(self, bucket: str, key: str, source: Readable, size: int | None, *, media_type: str = "") -> None:
        self._check(bucket, key)
        counted = _Counted(source)
        try:
            with self.errors(bucket, key):
                self._client.put_object(
                    bucket_name=bucket,
                    object_name=key,
                    data=cast(BinaryIO, counted),  # it only ever reads
                    length=-1 if size is None else size,
                    content_type=media_type or "application/octet-stream",
                    part_size=_part_size(size),
                    # The client's pool of threads never ends when the source fails, so parts go one by one.
                    num_parallel_uploads=1,
                )
        except OSError as error:
            if counted.error is None and counted.ended and size is not None and counted.count < size:
                raise ValueError(f"{key} ended after {counted.count} of {size} bytes.") from error
            raise
        except BucketMissing:
            with self._lock:
                self._made.discard(bucket)
            raise

    def read(self, bucket: str, key: str, *, offset: int = 0, length: int | None = None) -> Parts:
        self._check(bucket, key)
        if length == 0:  # the client would read it as "to the end"
            self._require(bucket, key)
            return ResponseParts(self, None, key)
        try:
            with self.errors(bucket, key):
                response = self._client.get_object(
                    bucket_name=bucket, object_name=key, offset=offset, length=length or 0
                )
        except _BeyondEnd:
            return ResponseParts(self, None, key)
        except BucketMissing as error:
            raise ObjectMissing(error.message) from error
        return ResponseParts(self, response, key)

    def stat(self, bucket: str, key: str) -> ObjectInfo | None:
        self._check(bucket, key)
        try:
            with self.errors(bucket, key):
                found = self._client.stat_object(bucket_name=bucket, object_name=key)
        except (ObjectMissing, BucketMissing):
            return None
        return ObjectInfo(key=key, size=found.size or 0, modified_at=found.last_modified or datetime.now(UTC))

    def copy(self, bucket: str, source_key: str, target_key: str) -> None:
        self._check(bucket, source_key)
        self._check(bucket, target_key)
        if source_key == target_key:
            self._require(bucket, source_key)
            return
        try:
            with self.errors(bucket, source_key):
                self._client.copy_object(
                    bucket_name=bucket,
                    object_name=target_key,
                    source=CopySource(bucket_name=bucket, object_name=source_key),
                )
        except BucketMissing as error:
            raise ObjectMissing(error.message) from error

    def delete(self, bucket: str, key: str) -> None:
        self._check(bucket, key)
        try:
            with self.errors(bucket, key):
                self._client.remove_object(bucket_name=bucket, object_name=key)
        except (ObjectMissing, BucketMissing):
            return

    def list(self, bucket: str, prefix: str = "") -> Iterator[ObjectInfo]:
        keys.check_bucket(bucket)
        keys.check_prefix(prefix)
        try:
            with self.errors(bucket, prefix):
                for found in self._client.list_objects(bucket_name=bucket, prefix=prefix, recursive=True):
                    if found.object_name and not found.object_name.endswith("/"):
                        yield ObjectInfo(
                            key=found.object_name,
                            size=found.size or 0,
                            modified_at=found.last_modified or datetime.now(UTC),
                        )
        except (ObjectMissing, BucketMissing):
            return

    def sweep(self, before: datetime, buckets: Iterable[str] = ()) -> int:
        """Abort uploads in several parts, begun before then, that nobody will ever complete.

        Only those of keys that the platform makes: other S3 tools may be at work in the same bucket. (MinIO's server
        lists none without their exact key, and ends them itself after a day.)
        """
        removed = 0
        for bucket in buckets:
            with suppress(BucketMissing), self.errors(bucket, ""):
                for upload in list(self._unfinished(bucket)):
                    begun = upload.initiated_time
                    if keys.is_ours(upload.object_name) and begun is not None and begun < before:
                        self._abort(bucket, upload)
                        removed += 1
        return removed

    def _unfinished(self, bucket: str) -> Iterator[Upload]:
        # The client has these calls for its own use only; its public ones never list or abort.
        marker: str | None = None
        while True:
            page = self._client._list_multipart_uploads(bucket, key_marker=marker)
            yield from page.uploads
            if not page.is_truncated or not page.next_key_marker or page.next_key_marker == marker:
                return
            marker = page.next_key_marker

    def _abort(self, bucket: str, upload: Upload) -> None:
        try:
            self._client._abort_multipart_upload(bucket, upload.object_name, upload.upload_id or "")
        except S3Error as error:
            if error.code != "NoSuchUpload":  # completed or aborted in this moment
                raise

    @contextmanager
    def errors(self, bucket: str, key: str) -> Iterator[None]:
        """Turns what the client raises into our errors, at the edge."""
        try:
            yield
        except S3Error as error:
            raise self._translated(error, bucket, key) from error
        except (HTTPError, ServerError, InvalidResponseError) as error:
            raise StoreUnavailable(self._trouble(error)) from error

    def _trouble(self, error: Exception) -> str:
        """What is wrong with the server, as a sentence."""
        reason = error.reason if isinstance(error, MaxRetryError) else error
        store = f"The object store at {self._endpoint}"
        if isinstance(reason, ResponseError | ServerError | InvalidResponseError):
            return f"{store} answers with errors ({reason}). Look at its log; try again."
        if isinstance(reason, ReadTimeoutError):
            return f"{store} took longer than {self._timeout:g} s (YARD_S3_TIMEOUT_SECONDS) to answer; try again."
        if isinstance(reason, ProtocolError) and not isinstance(reason, NewConnectionError):
            return f"{store} broke the connection off. Check that it runs, then try again."
        return f"{store} does not answer. Check that it runs and that YARD_S3_ENDPOINT names it, then try again."

    def _translated(self, error: S3Error, bucket: str, key: str) -> Exception:
        code = error.code or ""
        about_one_object: dict[frozenset[str], Exception] = {
            _NO_BUCKET: BucketMissing(f"There is no bucket {bucket} in the store."),
            _MISSING: ObjectMissing(f"There is no object {key} in the bucket {bucket}."),
            _BEYOND: _BeyondEnd(key),
            _FULL: StoreFull(f"There is no room left in the object store for {key}. Free some space and try again."),
            _CONFLICT: KeyConflict(f"{key} cannot be stored beside an object that its path runs through. Rename it."),
        }
        for codes, translated in about_one_object.items():
            if code in codes:
                return translated
        if code in _REFUSED:
            return StoreUnavailable(
                f"The object store at {self._endpoint} refuses our credentials ({code}). Check YARD_S3_ACCESS_KEY, "
                "YARD_S3_SECRET_KEY and what that user may do."
            )
        return StoreUnavailable(f"The object store at {self._endpoint} could not do it ({code}: {error.message}).")

    def _create(self, bucket: str) -> None:
        try:
            self._client.make_bucket(bucket_name=bucket, location=self._region)
        except S3Error as error:
            # Somebody else was quicker.
            if error.code not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
                raise

    def _require(self, bucket: str, key: str) -> None:
        if self.stat(bucket, key) is None:
            raise ObjectMissing(f"There is no object {key} in the bucket {bucket}.")

    @staticmethod
    def _check(bucket: str, key: str) -> None:
        keys.check_bucket(bucket)
        keys.check_key(key)


class _Counted:
    """Knows how much was read, whether that was all, and whether the source itself failed."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self.count = 0
        self.ended = False
        self.error: BaseException | None = None

    def read(self, size: int = -1, /) -> bytes:
        try:
            part = self._source.read(size)
        except BaseException as error:
            self.error = error
            raise
        self.count += len(part)
        self.ended = not part
        return part


def _part_size(size: int | None) -> int:
    """Bytes per part: big enough that a known size stays below the limit of parts."""
    needed = -(-(size or 0) // _MAX_PARTS)
    return max(UPLOAD_PART_BYTES, -(-needed // (1 << 20)) << 20)


def _connections(timeout: float) -> urllib3.PoolManager:
    """Connections that give up in seconds when nobody answers; the client's own would wait for minutes.

    A web thread waits at most twice ``timeout``: whoever was silent once for so long is asked only once more.
    """
    return urllib3.PoolManager(
        timeout=Timeout(connect=min(timeout, CONNECT_SECONDS), read=timeout),
        maxsize=32,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
        retries=Retry(total=3, connect=1, read=1, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
    )
