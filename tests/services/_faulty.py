"""A proxy in front of a real server that can be made slow, mute, full of errors, or to cut connections."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

ERROR = b"HTTP/1.1 %d Fault\r\nContent-Type: application/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b"
BODY = b'<?xml version="1.0"?><Error><Code>%b</Code><Message>made by a test</Message></Error>'
PIECE = 1 << 16


@dataclass
class Faults:
    """What the proxy does to connections made from now on; all off at first.

    Attributes:
        status: Answer every request with this status instead of asking the server; 0 for none.
        matching: Only requests whose first line holds this.
        mute: Take requests and never answer.
        cut_after: Close the connection after so many bytes of answers; None for never.
        cut_upload_after: Close the connection after so many bytes of a request; None for never.
        seconds_per_piece: How long to wait before each piece of an answer is handed on.
        refused: Close every connection at once.
        times: For so many connections (None: until changed).
    """

    status: int = 0
    matching: bytes = b""
    mute: bool = False
    cut_after: int | None = None
    cut_upload_after: int | None = None
    seconds_per_piece: float = 0.0
    refused: bool = False
    times: int | None = None


@dataclass
class FaultyProxy:
    """Listens on a free port of this machine and hands on to ``host:port``."""

    upstream: str
    faults: Faults = field(default_factory=Faults)
    requests: int = 0
    _listener: socket.socket = field(init=False)
    _open: set[socket.socket] = field(default_factory=set)
    _closing: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, name="faulty-proxy", daemon=True).start()

    @property
    def address(self) -> str:
        """``host:port`` to connect to."""
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def be(self, faults: Faults) -> None:
        """Behave so from now on; connections that are open end, since they were promised something else."""
        self.faults = faults
        for wire in list(self._open):
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

    def heal(self) -> None:
        """No faults from now on."""
        self.be(Faults())

    def close(self) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), name="faulty-proxy", daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._open.add(client)
        try:
            self._serve_one(client)
        finally:
            self._open.discard(client)

    def _serve_one(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            first = client.recv(PIECE)
            self.requests += 1
            faults = self._taken(first)
            if not first or faults.refused:
                return
            if faults.mute:
                while client.recv(PIECE):
                    pass
                return
            if faults.status:
                _refuse(client, faults.status, first)
                return
            host, _, port = self.upstream.rpartition(":")
            with socket.create_connection((host, int(port)), timeout=10) as server:
                server.settimeout(None)
                self._pass(client, server, first, faults)

    def _taken(self, first: bytes) -> Faults:
        faults = self.faults
        if faults.matching not in first.partition(b"\r\n")[0]:
            return Faults()
        if faults.times is not None:
            if faults.times <= 0:
                return Faults()
            faults.times -= 1
        return faults

    def _pass(self, client: socket.socket, server: socket.socket, first: bytes, faults: Faults) -> None:
        def upload() -> None:
            sent, piece = 0, first
            with contextlib.suppress(OSError):
                while piece:
                    server.sendall(piece)
                    sent += len(piece)
                    if faults.cut_upload_after is not None and sent > faults.cut_upload_after:
                        break
                    piece = client.recv(PIECE)
            for wire in (client, server):
                with contextlib.suppress(OSError):
                    wire.shutdown(socket.SHUT_RDWR)

        threading.Thread(target=upload, name="faulty-proxy", daemon=True).start()
        given = 0
        while piece := server.recv(PIECE):
            if faults.seconds_per_piece:
                time.sleep(faults.seconds_per_piece)
            if faults.cut_after is not None and given + len(piece) > faults.cut_after:
                client.sendall(piece[: faults.cut_after - given])
                client.shutdown(socket.SHUT_RDWR)
                server.shutdown(socket.SHUT_RDWR)
                return
            client.sendall(piece)
            given += len(piece)
        client.shutdown(socket.SHUT_RDWR)


def _refuse(client: socket.socket, status: int, first: bytes) -> None:
    """Answer with an error once the request is here; a body is read first, so that nobody is cut off writing."""
    head, _, body = first.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    left = length - len(body)
    while left > 0 and (piece := client.recv(min(left, PIECE))):
        left -= len(piece)
    content = BODY % {500: b"InternalError", 503: b"SlowDown"}.get(status, b"Fault")
    client.sendall(ERROR % (status, len(content), content))


@contextlib.contextmanager
def faulty(upstream: str) -> Iterator[FaultyProxy]:
    """A proxy in front of ``host:port``; gone with the block."""
    proxy = FaultyProxy(upstream)
    try:
        yield proxy
    finally:
        proxy.close()
