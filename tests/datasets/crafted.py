"""ZIPs as nobody's tool would write them: every field can be made to lie."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

STORED, DEFLATED = 0, 8
UTF8, ENCRYPTED = 0x800, 0x1
REGULAR, LINK, DEVICE, FIFO = 0o100644, 0o120777, 0o020600, 0o010600


@dataclass
class Entry:
    """A file of a ZIP; what is None is what it would be in an honest one.

    ``local`` gives header and content, ``central`` the line of the directory.
    """

    name: bytes
    content: bytes = b""
    method: int = STORED
    packed: bytes | None = None
    flags: int = UTF8
    mode: int = REGULAR
    local_name: bytes | None = None
    size: int | None = None
    packed_size: int | None = None
    crc: int | None = None
    extra: bytes = b""
    local_extra: bytes = b""
    offset: int | None = None
    version: int = 20

    def local(self) -> bytes:
        """What stands before the content, and the content."""
        name = self.name if self.local_name is None else self.local_name
        fields = (self.version, self.flags, self.method, 0, 0x21, *self._sums(), len(name), len(self.local_extra))
        return struct.pack("<4s5H3L2H", b"PK\x03\x04", *fields) + name + self.local_extra + self._packed()

    def central(self, offset: int) -> bytes:
        """The entry of the directory."""
        at = offset if self.offset is None else self.offset
        fields = (self.version | 3 << 8, self.version, self.flags, self.method, 0, 0x21, *self._sums())
        rest = (len(self.name), len(self.extra), 0, 0, 0, self.mode << 16, at & 0xFFFFFFFF)
        return struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *fields, *rest) + self.name + self.extra

    def _packed(self) -> bytes:
        if self.packed is not None:
            return self.packed
        if self.method == DEFLATED:
            packer = zlib.compressobj(9, zlib.DEFLATED, -15)
            return packer.compress(self.content) + packer.flush()
        return self.content

    def _sums(self) -> tuple[int, int, int]:
        return (
            zlib.crc32(self.content) if self.crc is None else self.crc,
            (len(self._packed()) if self.packed_size is None else self.packed_size) & 0xFFFFFFFF,
            (len(self.content) if self.size is None else self.size) & 0xFFFFFFFF,
        )


def zip_of(
    entries: Sequence[Entry],
    *,
    prefix: bytes = b"",
    comment: bytes = b"",
    count: int | None = None,
    directory_size: int | None = None,
    zip64: bool = False,
) -> bytes:
    """The ZIP of these entries; ``prefix`` stands before it as in self-extracting ones, and offsets do not count it."""
    body = b""
    directory = b""
    for entry in entries:
        directory += entry.central(len(body))
        body += entry.local()
    number = len(entries) if count is None else count
    size = len(directory) if directory_size is None else directory_size
    end = b""
    if zip64:
        end = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, number, number, size, len(body))
        end += struct.pack("<4sLQL", b"PK\x06\x07", 0, len(prefix) + len(body) + len(directory), 1)
        number, size = 0xFFFF, 0xFFFFFFFF
    fields = (0, 0, number & 0xFFFF, number & 0xFFFF, size & 0xFFFFFFFF, 0xFFFFFFFF if zip64 else len(body))
    return prefix + body + directory + end + struct.pack("<4s4H2LH", b"PK\x05\x06", *fields, len(comment)) + comment


def zip64_sizes(size: int, packed_size: int, offset: int | None = None) -> bytes:
    """The extra field that holds what does not fit into 32 bits."""
    values = [size, packed_size, *([] if offset is None else [offset])]
    return struct.pack("<HH", 1, 8 * len(values)) + struct.pack(f"<{len(values)}Q", *values)


def unicode_path(name: bytes, path: str) -> bytes:
    """Info-ZIP's field of the name in UTF-8, made for the entry called ``name``."""
    value = b"\x01" + struct.pack("<L", zlib.crc32(name)) + path.encode()
    return struct.pack("<HH", 0x7075, len(value)) + value
