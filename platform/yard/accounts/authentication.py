"""Bearer tokens of the API."""

from __future__ import annotations

from rest_framework.authentication import TokenAuthentication as _Base


class TokenAuthentication(_Base):
    """``Authorization: Bearer <token>``."""

    keyword = "Bearer"
