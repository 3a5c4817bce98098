"""Names of users' buckets: valid for every S3 server, made once from the user name."""

from __future__ import annotations

import re
import secrets
import unicodedata

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


def bucket_name_free(username: str) -> str:
    """A name like ``bucket_name``'s that nobody has; a short random end sets it apart where needed."""
    from yard.accounts.models import User

    base = name = bucket_name(username)
    while name == settings.PLATFORM_BUCKET or User.objects.filter(bucket=name).exists():
        end = secrets.token_hex(_SUFFIX_BYTES)
        name = f"{base[: MAX_LENGTH - len(end) - 1].rstrip('-')}-{end}"
    return name
