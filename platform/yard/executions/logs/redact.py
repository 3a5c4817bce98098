"""Masking secrets before output is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

MASK = b"********"


def masker(secrets: Iterable[str]) -> Callable[[bytes], bytes]:
    """A function that replaces every given value in output. Values under six characters are left: they mask words."""
    values = sorted({secret.encode() for secret in secrets if len(secret) >= 6}, key=len, reverse=True)
    if not values:
        return lambda data: data
    pattern = re.compile(b"|".join(re.escape(value) for value in values))
    return lambda data: pattern.sub(MASK, data)
