"""Names of users' buckets: valid for every S3 server, made once from the user name."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable

from django.conf import settings

MAX_LENGTH = 63  # S3's limits: 3 to 63 characters
_MIN_LENGTH = 3
_SUFFIX_BYTES = 3
# Endings that S3 keeps for itself. Its forbidden beginning "xn--" cannot come out of ours, which never double a hyphen.
_RESERVED_ENDINGS = ("-s3alias",)


def bucket_name(username: str) -> str:
    """The bucket's name that is closest to the user name: ``Anna@example.org`` gives ``anna-example-org``."""
    plain = unicodedata.normalize("NFKD", username).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_LENGTH].strip("-")
    if len(name) < _MIN_LENGTH:
        name = f"user-{name}".strip("-")
    return f"{name}-bucket" if name.endswith(_RESERVED_ENDINGS) and len(name) < MAX_LENGTH - 7 else name


def bucket_name_free(username: str, *, is_taken: Callable[[str], bool]) -> str:
    """A name like ``bucket_name``'s that is not taken; a short random end sets it apart where needed."""
    base = name = bucket_name(username)
    while name == settings.PLATFORM_BUCKET or is_taken(name):
        end = secrets.token_hex(_SUFFIX_BYTES)
        name = f"{base[: MAX_LENGTH - len(end) - 1].rstrip('-')}-{end}"
    return name
