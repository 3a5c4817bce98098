"""The log of an attempt: bytes in, bytes out, by offset. (Append, read, compact.)"""

from __future__ import annotations
