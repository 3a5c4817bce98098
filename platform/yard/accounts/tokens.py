"""Bearer tokens: made, recognised, revoked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from yard.accounts.models import ApiToken, TokenKind, User

TEXT_PREFIX = "ty_"  # lets secret scanners and people recognise a token of ours
_SHOWN = 10  # characters kept to tell tokens apart; 7 of 43 random ones
_USE_IS_NEWS_AFTER = timedelta(minutes=1)  # so that reading does not write at every request


def token_create(
    *,
    user: User,
    name: str,
    kind: TokenKind = TokenKind.PERSONAL,
    scope: str = "",
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """A new token and its text, which is kept nowhere.

    Args:
        user: Whose rights it has.
        name: What it is for, as its owner calls it.
        kind: Personal, or an attempt's own.
        scope: Empty for all that the user may do; ``attempt:<id>`` reaches only views that ask for such a scope.
        expires_at: From when on it is not valid; None means never.
    """
    text = TEXT_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        kind=kind,
        scope=scope,
        prefix=text[:_SHOWN],
        digest=_digest(text),
        expires_at=expires_at,
    )
    return token, text


def token_revoke(*, token: ApiToken) -> None:
    """Make the token invalid at once; nothing happens when it is already."""
    now = timezone.now()
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        token.revoked_at = now


def token_for(text: str) -> ApiToken | None:
    """The valid token with this text, its user loaded; None when unknown, revoked, expired or its user is inactive."""
    if not text.startswith(TEXT_PREFIX):
        return None
    now = timezone.now()
    valid = ApiToken.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None, user__is_active=True)
    token = valid.select_related("user").filter(digest=_digest(text)).first()
    if token is not None and (token.last_used_at is None or token.last_used_at < now - _USE_IS_NEWS_AFTER):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        token.last_used_at = now
    return token


def _digest(text: str) -> str:
    # The text is 256 random bits: a slow hash would add nothing.
    return hashlib.sha256(text.encode()).hexdigest()
