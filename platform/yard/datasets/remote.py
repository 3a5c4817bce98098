"""S3 buckets of somebody else, whose address and keys a user gives: read with care for the network around us.

The platform lies inside a network that the user may not reach, so an address is only called when every machine it
stands for is a public one, or when the operator allows it (``YARD_IMPORT_ALLOWED_HOSTS``). What was resolved first is
checked again on the open connection, so a name that changes its mind leads nowhere. Redirects are not followed.
"""

from __future__ import annotations

import io
import ipaddress
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, cast
from urllib.parse import unquote, urlsplit

import certifi
import urllib3
from django.conf import settings
from minio import Minio
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.util import Retry, Timeout

from yard.core.errors import InvalidInput, YardError
from yard.datasets.texts import shown

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
READ_BYTES = 1 << 18
TRIES = 4
TRY_AGAIN_SECONDS = 1.0
PREFIX_MAX_CHARACTERS = 900
AWS = "s3.amazonaws.com"
_AWS_HOST = re.compile(r"(?:(?P<bucket>[a-z0-9.-]+)\.)?s3[.-](?:(?P<region>[a-z0-9-]+)\.)?amazonaws\.com")
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NONSENSE = (SyntaxError, AttributeError, TypeError, KeyError)  # XML's ParseError is a SyntaxError
# An answer that lists has at most 1000 keys of 1 kB; one that never ends must not fill our memory.
ANSWER_MAX_BYTES = 16 << 20
# Pages of a list: far more than ever needed, and few enough when somebody waits.
PAGES_MAX = 20_000
PAGES_TRIED = 5
_MISSING = {"NoSuchKey", "NoSuchObject", "NoSuchVersion"}
_REFUSED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"}

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class BucketRefused(InvalidInput):
    """The bucket cannot be read: its address, its keys, or what the operator allows."""

    code = "bucket_refused"


class BucketUnreachable(YardError):
    """The bucket's server does not answer as one should; it may do so later."""

    code = "bucket_unreachable"
    status = 400


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bucket is, and the part of it that is meant: keys that begin with ``prefix``."""

    endpoint: str
    """Host and, unless it is the usual one, port."""
    secure: bool
    region: str
    bucket: str
    prefix: str

    @property
    def text(self) -> str:
        """For people to read."""
        return f"{self.endpoint}/{self.bucket}/{self.prefix}"


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens a bucket."""

    access_key: str
    secret_key: str


@dataclass(frozen=True, slots=True)
class Found:
    """An object of the bucket, by its whole key."""

    key: str
    size: int


def place_of(url: str, region: str = "") -> Place:
    """Where an address of a bucket leads: ``https://host[:port]/bucket/prefix``, AWS's own, or ``s3://bucket/prefix``.

    Raises ``InvalidInput``.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise InvalidInput(f"This is no address of a bucket ({error}).") from error
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InvalidInput("The address of the bucket must hold no keys and no question mark; give the keys beside it.")
    if parts.scheme == "s3":
        return _place(AWS, True, region, parts.netloc, parts.path)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInput("Give the bucket's address as https://server/bucket/folder or s3://bucket/folder.")
    aws = _AWS_HOST.fullmatch(parts.hostname)
    if aws is not None:
        region = region or aws["region"] or ""
        if aws["bucket"]:
            return _place(AWS, True, region, aws["bucket"], parts.path)
        bucket, _, prefix = parts.path.lstrip("/").partition("/")
        return _place(AWS, True, region, bucket, prefix)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    bucket, _, prefix = parts.path.lstrip("/").partition("/")
    return _place(f"{host}:{port}" if port else host, parts.scheme == "https", region, bucket, prefix)


def _place(endpoint: str, secure: bool, region: str, bucket: str, path: str) -> Place:
    prefix = unquote(path.lstrip("/"))
    if not _BUCKET.fullmatch(bucket):
        raise InvalidInput("The address names no bucket: write https://server/bucket/folder or s3://bucket/folder.")
    if len(prefix) > PREFIX_MAX_CHARACTERS or not prefix.isprintable():
        raise InvalidInput("The folder in the bucket's address is too long, or holds characters that cannot be seen.")
    if not re.fullmatch(r"[a-z0-9-]{0,40}", region):
        raise InvalidInput("The region is a word such as eu-central-1; leave it empty for a server without regions.")
    return Place(endpoint, secure, region, bucket, prefix)


class RemoteBucket:
    """Reads one bucket. Raises ``BucketRefused`` and ``BucketUnreachable`` with sentences for its user."""

    def __init__(self, place: Place, keys: Keys) -> None:
        self.place = place
        self._pools = _GuardedPools()
        try:
            self._client = Minio(
                endpoint=place.endpoint,
                access_key=keys.access_key,
                secret_key=keys.secret_key,
                region=place.region or None,
                secure=place.secure,
                http_client=self._pools,
            )
        except ValueError as error:
            raise BucketRefused(f"{place.endpoint} cannot be the address of an S3 server ({error}).") from error

    def check(self) -> None:
        """Make sure that its first object can be listed."""
        check_host(self.place.endpoint, self.place.secure)
        self._pools.answers_left = PAGES_TRIED
        next(self.objects(), None)
        self._pools.answers_left = PAGES_MAX

    def objects(self) -> Iterator[Found]:
        """What lies below the prefix; markers of folders are left out."""
        with self._errors():
            listed = self._client.list_objects(
                bucket_name=self.place.bucket, prefix=self.place.prefix or None, recursive=True
            )
            for found in listed:
                if found.object_name and not found.object_name.endswith("/"):
                    yield Found(found.object_name, found.size or 0)

    @contextmanager
    def open(self, found: Found) -> Iterator[BinaryIO]:
        """The object as a file that can be sought in, of the size it had when it was listed.

        A connection that breaks is made anew a few times. Raises ``InvalidInput`` for an object that is gone.
        """
        with io.BufferedReader(_RemoteFile(self, found), READ_BYTES) as file:
            yield cast(BinaryIO, file)

    def read_from(self, found: Found, offset: int) -> urllib3.BaseHTTPResponse:
        """The object's bytes from ``offset`` on, up to the size it was listed with."""
        with self._errors():
            return self._client.get_object(
                bucket_name=self.place.bucket, object_name=found.key, offset=offset, length=found.size - offset
            )

    @contextmanager
    def _errors(self) -> Iterator[None]:
        endpoint = self.place.endpoint
        try:
            yield
        except S3Error as error:
            raise self._translated(error) from error
        except (HTTPError, OSError, ServerError, InvalidResponseError) as error:
            refusal = _refusal_in(error)
            if refusal is not None:
                raise refusal from error
            raise BucketUnreachable(
                f"The server {endpoint} does not answer as an S3 server does. Check the address, then try again."
            ) from error
        except (MinioException, ValueError) as error:
            raise BucketRefused(f"The bucket at {endpoint} cannot be read ({shown(str(error), 300)}).") from error
        except _NONSENSE as error:  # what the client raises about an answer that is not S3's
            raise BucketRefused(f"The server {endpoint} does not speak S3. Check the address.") from error

    def _translated(self, error: S3Error) -> YardError:
        place = self.place
        if error.code in _MISSING:
            return InvalidInput("it is gone from the bucket")
        if error.code == "NoSuchBucket":
            return BucketRefused(f"The server {place.endpoint} has no bucket {place.bucket}.")
        if error.code in _REFUSED:
            return BucketRefused(
                f"The server {place.endpoint} refuses these keys for the bucket {place.bucket} ({error.code}). "
                "They must allow to list it and to read from it."
            )
        return BucketUnreachable(f"The server {place.endpoint} could not do it ({error.code}). Try again later.")


class _RemoteFile(io.RawIOBase):
    """An object as a file; a broken connection is taken up where it broke."""

    def __init__(self, bucket: RemoteBucket, found: Found) -> None:
        self._bucket = bucket
        self._found = found
        self._position = 0
        self._response: urllib3.BaseHTTPResponse | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._found.size}[whence]
        if base + offset < 0:
            raise OSError("Cannot seek to before the beginning")
        if base + offset != self._position:
            self._hang_up()
            self._position = base + offset
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        wanted = min(len(buffer), self._found.size - self._position)
        if wanted <= 0:
            return 0
        part = self._read(wanted)
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)

    def close(self) -> None:
        self._hang_up()
        super().close()

    def _read(self, size: int) -> bytes:
        for left in reversed(range(TRIES)):
            try:
                if self._response is None:
                    self._response = self._bucket.read_from(self._found, self._position)
                part: bytes = self._response.read(size)
                if part:
                    return part
                raise HTTPError("The connection ended early.")
            except (HTTPError, OSError, BucketUnreachable) as error:
                self._hang_up()
                if not left:
                    raise BucketUnreachable(
                        f"The server {self._bucket.place.endpoint} broke off amid {self._found.key}. Nothing is lost: "
                        "start the import again when it is back."
                    ) from error
                time.sleep(TRY_AGAIN_SECONDS)
        return b""

    def _hang_up(self) -> None:
        response, self._response = self._response, None
        if response is not None:
            with suppress(HTTPError, OSError):
                response.close()
                response.release_conn()


# --- the network around us --------------------------------------------------------------------------------------------


def check_host(endpoint: str, secure: bool) -> None:
    """Raises ``BucketRefused`` unless every machine that the name stands for may be called."""
    host, port = _split(endpoint)
    try:
        found = socket.getaddrinfo(host, port or (443 if secure else 80), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise BucketRefused(f"There is no server called {host}. Check the address.") from error
    for *_, address in found:
        _check_address(endpoint, str(address[0]))


def _check_address(endpoint: str, address: str) -> None:
    host, _ = _split(endpoint)
    found = ipaddress.ip_address(address.partition("%")[0])
    if not _is_public(found) and not _is_allowed(host, endpoint, found):
        raise BucketRefused(
            f"{host} is a machine inside a network, which imports may not reach. An operator can allow it: "
            f"YARD_IMPORT_ALLOWED_HOSTS={host}."
        )


def _is_public(address: _Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(inner)
    return address.is_global and not address.is_multicast


def _is_allowed(host: str, endpoint: str, address: _Address) -> bool:
    for allowed in settings.IMPORT_ALLOWED_HOSTS:
        if allowed.lower() in (host.lower(), endpoint.lower()):
            return True
        with suppress(ValueError):
            if address in ipaddress.ip_network(allowed, strict=False):
                return True
    return False


def _split(endpoint: str) -> tuple[str, int | None]:
    parts = urlsplit(f"//{endpoint}")
    return parts.hostname or "", parts.port


def _refusal_in(error: BaseException | None) -> BucketRefused | None:
    """The guard's own refusal, which the client has wrapped."""
    while error is not None:
        if isinstance(error, BucketRefused):
            return error
        error = getattr(error, "reason", None) or error.__cause__ or error.__context__
    return None


class _GuardedHTTP(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _guarded(super()._new_conn(), self.host, self.port)


class _GuardedHTTPS(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _guarded(super()._new_conn(), self.host, self.port)


def _guarded(connection: socket.socket, host: str, port: int | None) -> socket.socket:
    """The connection, if the machine at its other end may be called; nothing was sent yet."""
    try:
        name = f"[{host}]" if ":" in host else host
        _check_address(f"{name}:{port}" if port else name, str(connection.getpeername()[0]))
    except BucketRefused:
        connection.close()
        raise
    return connection


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _GuardedHTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedHTTPS


class _GuardedPools(urllib3.PoolManager):
    """Connections to machines that may be called, without proxies, redirects, or endless waiting."""

    def __init__(self) -> None:
        super().__init__(
            timeout=Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            cert_reqs="CERT_REQUIRED",
            ca_certs=certifi.where(),
            retries=Retry(total=2, connect=1, read=1, redirect=0, backoff_factor=0.2, raise_on_redirect=False),
        )
        self.answers_left = PAGES_MAX
        self.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}

    def urlopen(self, method: str, url: str, redirect: bool = True, **kwargs: Any) -> urllib3.BaseHTTPResponse:  # type: ignore[override]
        """Content is read by whoever asked; every other answer whole, up to a limit."""
        whole = kwargs.pop("preload_content", True)
        response = super().urlopen(method, url, redirect=False, preload_content=False, **kwargs)
        if whole:
            self._load(response)
        return response

    def _load(self, response: urllib3.BaseHTTPResponse) -> None:
        self.answers_left -= 1
        body = response.read(ANSWER_MAX_BYTES + 1)
        if len(body) > ANSWER_MAX_BYTES or self.answers_left < 0:
            response.close()
            raise HTTPError("The server's list has no end.")
        response._body = body  # type: ignore[attr-defined] # where ``data`` finds it, as if urllib3 had read it
        response.release_conn()
