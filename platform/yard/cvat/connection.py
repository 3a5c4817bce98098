"""The connections to a CVAT server: only to that server, guarded, with time-outs, and with answers of bounded size.

The time-out of a socket is for each of its bytes: a server that sends one now and then would be waited for without end,
by a worker or by somebody's request. So short requests have a time for the whole of them too.
"""

from __future__ import annotations

import io
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from weakref import WeakSet

import urllib3
from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection

from yard.cvat.addresses import ServerAddress, check_host, check_ip
from yard.cvat.errors import CvatAway, CvatError, CvatForbidden, CvatOdd, CvatRefused
from yard.datasets.texts import shown

CONNECT_SECONDS = 10
ANSWER_MAX_BYTES = 128 << 20
WHOLE_ANSWER = 10
"""So many times the time-out may a request with a small body take in all."""
SMALL_BODY_BYTES = 64 << 10
REDIRECTS = range(300, 400)


class GuardedPool(urllib3.PoolManager):
    """Talks to one server and to nothing else.

    Redirects are not followed. An address of the same host that the server names (a download, where to send bytes) is
    asked at the server's own origin: behind a proxy CVAT may not know how it is reached.

    Raises (from every request) ``CvatForbidden``, ``CvatAway``, ``CvatRefused`` for a redirect, ``CvatOdd`` for an
    answer that is too long.
    """

    def __init__(self, address: ServerAddress) -> None:
        super().__init__(
            num_pools=1, maxsize=2, cert_reqs=ssl.CERT_REQUIRED, ca_certs=str(settings.CVAT_CA_FILE or "") or None
        )
        self.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
        self._address = address

    def urlopen(  # type: ignore[override] # as in the class itself
        self, method: str, url: str, redirect: bool = True, **options: Any
    ) -> Any:
        """See the class."""
        whole = options.pop("preload_content", True)
        # The SDK's download passes the same number for everything; a large file may take its time.
        options["timeout"] = urllib3.Timeout(connect=CONNECT_SECONDS, read=settings.CVAT_TIMEOUT_SECONDS)
        options["retries"] = False
        url = self._at_home(url)
        check_host(self._address)
        short = whole and _is_small(options.get("body"))
        try:
            with self._in_time(url, settings.CVAT_TIMEOUT_SECONDS * WHOLE_ANSWER if short else None):
                response = super().urlopen(method, url, redirect=False, preload_content=False, **options)
                if response.status in REDIRECTS:
                    response.close()
                    raise self._redirected(response)
                return _read(response) if whole else response
        except urllib3.exceptions.HTTPError as error:
            raise away(self._address, error) from error
        except OSError as error:
            raise CvatAway(f"{self._address.text} does not answer: {shown(str(error), 200)}.") from error

    @contextmanager
    def _in_time(self, url: str, seconds: float | None) -> Iterator[None]:
        """Hangs up when the block takes longer, and raises ``CvatAway`` then."""
        if seconds is None:
            yield
            return
        late = threading.Event()
        pool = self.connection_from_url(url)
        assert isinstance(pool, _EndablePool)

        def hang_up() -> None:
            late.set()
            pool.hang_up()

        timer = threading.Timer(seconds, hang_up)
        timer.start()
        try:
            yield
        except (urllib3.exceptions.HTTPError, OSError):
            if not late.is_set():
                raise
        finally:
            timer.cancel()
        if late.is_set():
            raise CvatAway(f"{self._address.text} answers too slowly: not within {seconds:g} s.")

    def _at_home(self, url: str) -> str:
        parts = urlsplit(url)
        if (parts.hostname or "") != self._address.host:
            raise CvatForbidden(
                f"{self._address.text} names another server ({shown(parts.hostname or '')}) for what was asked of it. "
                "That is not followed; is CVAT set up with its own address?"
            )
        home = urlsplit(self._address.origin)
        return urlunsplit((home.scheme, home.netloc, parts.path, parts.query, ""))

    def _redirected(self, response: Any) -> CvatRefused:
        target = urlsplit(str(response.headers.get("Location", "")))
        to = f" to {target.scheme}://{target.netloc}" if target.netloc else ""
        return CvatRefused(
            f"{self._address.text} answers with a redirect{shown(to, 200)}, which is not followed. Enter the address "
            "that the browser shows when CVAT is open."
        )


def away(address: ServerAddress, error: Exception) -> CvatError:
    """A failed request in words."""
    reason = getattr(error, "reason", None)
    while isinstance(reason, urllib3.exceptions.HTTPError):
        error, reason = reason, getattr(reason, "reason", None)
    if isinstance(error, urllib3.exceptions.SSLError) or isinstance(reason, ssl.SSLError):
        return CvatRefused(
            f"The certificate of {address.text} cannot be trusted: {shown(str(reason or error), 200)}. For an "
            "authority of your own, an administrator names its certificate in YARD_CVAT_CA_FILE."
        )
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return CvatAway(f"{address.text} does not answer: nothing listens there, or the way to it is closed.")
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return CvatAway(f"{address.text} does not answer in time ({settings.CVAT_TIMEOUT_SECONDS:g} s).")
    return CvatAway(f"The connection to {address.text} broke off ({type(error).__name__}).")


def _is_small(body: Any) -> bool:
    return body is None or (isinstance(body, (str, bytes)) and len(body) <= SMALL_BODY_BYTES)


def _read(response: Any) -> urllib3.HTTPResponse:
    """The answer with its whole body, decoded, if that is not too long."""
    parts: list[bytes] = []
    size = 0
    while part := response.read(1 << 20, decode_content=True):
        parts.append(part)
        size += len(part)
        if size > ANSWER_MAX_BYTES:
            response.close()
            raise CvatOdd(f"The server answers with more than {ANSWER_MAX_BYTES >> 20} MiB, which CVAT never does.")
    response.release_conn()
    headers = response.headers.copy()
    headers.discard("Content-Encoding")
    headers.discard("Content-Length")
    return urllib3.HTTPResponse(
        body=io.BytesIO(b"".join(parts)),
        headers=headers,
        status=response.status,
        reason=response.reason,
        preload_content=True,
    )


def _checked(sock: socket.socket) -> socket.socket:
    try:
        check_ip(str(sock.getpeername()[0]))
    except CvatForbidden:
        sock.close()
        raise
    return sock


class _Http(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(super()._new_conn())


class _Https(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(super()._new_conn())


class _EndablePool(urllib3.HTTPConnectionPool):
    """Can end what goes on over its connections, from another thread."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._made: WeakSet[HTTPConnection] = WeakSet()

    def _new_conn(self) -> Any:
        connection = super()._new_conn()
        self._made.add(connection)  # type: ignore[arg-type] # one of ours
        return connection

    def hang_up(self) -> None:
        """Whoever waits for an answer gets none."""
        for connection in list(self._made):
            if connection.sock is not None:
                with suppress(OSError):  # it is closed already
                    socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)


class _HttpPool(_EndablePool):
    ConnectionCls = _Http


class _HttpsPool(_EndablePool, urllib3.HTTPSConnectionPool):
    ConnectionCls = _Https
