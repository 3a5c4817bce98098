"""Read a response in transfer chunks (RFC 9112, 7.1) in large blocks.

An engine sends each line of a log as one chunk. The HTTP library hands chunks out one by one, which costs more than all
else that is done with a line; here everything that has arrived is taken at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

import requests

BLOCK_BYTES = 256 * 1024
LINE_BREAK = 2


class BrokenChunks(ConnectionError):
    """The response ended before its last chunk, or is not in chunks."""


class Chunks:
    """Takes the framing out of a body in chunks."""

    def __init__(self) -> None:
        self.ended = False
        self._rest = b""
        self._left = 0  # bytes of the current chunk, its line break included, that are still to come

    def feed(self, block: bytes) -> bytes:
        """The content in ``block``. Raises ``BrokenChunks`` for what is not a chunk."""
        buffer, at = self._rest + block, 0
        content: list[bytes] = []
        while not self.ended:
            if self._left:
                end = min(at + self._left, len(buffer))
                self._left -= end - at
                # Its line break, or as much of it as is here, is no content.
                content.append(buffer[at : max(at, end - max(0, LINE_BREAK - self._left))])
                at = end
                if self._left:
                    break
            line_end = buffer.find(b"\r\n", at)
            if line_end < 0:
                break
            size = _size(buffer[at:line_end])
            at = line_end + LINE_BREAK
            self.ended = size == 0
            self._left = size + LINE_BREAK
        self._rest = buffer[at:]
        return b"".join(content)


def _size(line: bytes) -> int:
    try:
        return int(line.partition(b";")[0], 16)
    except ValueError as error:
        raise BrokenChunks("the response is not in chunks") from error


def blocks(response: requests.Response) -> Iterator[bytes]:
    """The content of a streaming response, in blocks as they arrive. Raises ``BrokenChunks`` when it breaks off."""
    wire = _wire(response)
    if wire is None or response.headers.get("Transfer-Encoding", "").lower() != "chunked":
        yield from response.iter_content(chunk_size=None)
        return
    chunks = Chunks()
    while not chunks.ended:
        block = wire.read1(BLOCK_BYTES)  # type: ignore[attr-defined]
        if not block:
            raise BrokenChunks("the connection ended in the middle of a response")
        content = chunks.feed(block)
        if content:
            yield content


def _wire(response: requests.Response) -> IO[bytes] | None:
    """The buffered socket below the response; the library has no public name for it."""
    wire = getattr(getattr(response.raw, "_fp", None), "fp", None)
    return wire if hasattr(wire, "read1") else None
