"""Thumbnails of an import, made while its next images are checked and stored.

Decoding and storing wait on each other otherwise.
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import IO

from yard.datasets.decoder import BEAT_SECONDS, Beat
from yard.datasets.thumbnails import thumbnail_keep

AHEAD_MAX = 4  # the content of so many images lies on the disk until their thumbnails are made


class ThumbnailsBeside:
    """Makes them one after the other in a thread, which never touches the database. Use as a context manager.

    Args:
        bucket: Where they are kept.
        beat: Called now and then while somebody waits for them.
    """

    def __init__(self, bucket: str, beat: Beat) -> None:
        self._bucket = bucket
        self._beat = beat
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="thumbnails")
        self._pending: deque[tuple[Future[None], IO[bytes]]] = deque()

    def __enter__(self) -> ThumbnailsBeside:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._thread.shutdown(cancel_futures=True)
        while self._pending:
            self._pending.popleft()[1].close()

    def add(self, digest: str, content: IO[bytes]) -> None:
        """Have the thumbnail of this image made; the caller may close the file.

        Raises what went wrong with an earlier one (``StoreFull``, ``StoreUnavailable``, ``Unavailable``).
        """
        content.flush()
        own = os.fdopen(os.dup(content.fileno()), "rb")
        self._pending.append((self._thread.submit(thumbnail_keep, self._bucket, digest, own), own))
        self._finish(AHEAD_MAX)

    def finish(self) -> None:
        """Return when all are made. Raises as ``add`` does."""
        self._finish(0)

    def _finish(self, left: int) -> None:
        while len(self._pending) > left:
            made, own = self._pending[0]
            while wait([made], BEAT_SECONDS).not_done:
                self._beat()
            self._pending.popleft()
            with own:
                made.result()
