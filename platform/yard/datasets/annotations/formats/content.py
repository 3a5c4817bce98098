"""The content of a label file: a copy that can be sought in, or its lines."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from yard.datasets.annotations.formats.base import LabelFile, Unreadable

TEXT_MAX_BYTES = 64 << 20
COPY_BYTES = 1 << 20


@contextmanager
def copied(file: LabelFile, most: int | None = None) -> Iterator[IO[bytes]]:
    """The file, or its first so many bytes, as a real temporary file."""
    left = file.size if most is None else most
    with tempfile.TemporaryFile() as copy:
        with file.open() as stream:
            while left > 0 and (part := stream.read(min(COPY_BYTES, left))):
                copy.write(part)
                left -= len(part)
        copy.seek(0)
        yield copy


def content_of(file: LabelFile, most: int = TEXT_MAX_BYTES) -> bytes:
    """All of its bytes. Raises ``Unreadable`` for more than the most."""
    if file.size > most:
        raise Unreadable(f"it has {file.size} bytes; at most {most} are allowed for such a file")
    with file.open() as stream:
        return stream.read(most + 1)


def lines_of(file: LabelFile) -> list[str]:
    """Its lines without the blanks around them. Raises ``Unreadable`` for more than 64 MiB."""
    return [line.strip() for line in content_of(file).decode("utf-8-sig", "replace").splitlines()]
