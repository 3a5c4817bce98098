"""Bearer tokens: made, recognised, revoked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from yard.accounts.models import ApiToken, TokenKind, User
from yard.core import audit, origin

TEXT_PREFIX = "ty_"  # lets secret scanners and people recognise a token of ours
_SHOWN = 10  # characters kept to tell tokens apart; 7 of 43 random ones
_USE_IS_NEWS_AFTER = timedelta(minutes=1)  # so that reading does not write at every request


@transaction.atomic
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
    _write("token.created", token, user)
    return token, text


def token_revoke(*, token: ApiToken, actor: User | None) -> bool:
    """Make the token invalid at once; False when it was already. ``actor`` is None for the platform itself."""
    now = timezone.now()
    with transaction.atomic():
        if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
            return False
        token.revoked_at = now
        _write("token.revoked", token, actor)
    return True


def token_for(text: str) -> ApiToken | None:
    """The valid token with this text, its user loaded; None when unknown, revoked, expired or its user is inactive."""
    if not text.startswith(TEXT_PREFIX):
        return None
    now = timezone.now()
    token = ApiToken.objects.filter(valid_now()).select_related("user").filter(digest=_digest(text)).first()
    if token is not None and (token.last_used_at is None or token.last_used_at < now - _USE_IS_NEWS_AFTER):
        _note_use(token, now)
    return token


def valid_now() -> Q:
    """Which tokens let somebody in."""
    unexpired = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return unexpired & Q(revoked_at=None, user__is_active=True)


def _note_use(token: ApiToken, now: datetime) -> None:
    origin.current().token_id = token.pk
    with transaction.atomic():
        first = ApiToken.objects.filter(pk=token.pk, last_used_at=None).update(last_used_at=now)
        if first:
            _write("token.first_used", token, token.user)
        else:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    token.last_used_at = now


def _write(action: str, token: ApiToken, actor: User | None) -> None:
    if token.kind == TokenKind.ATTEMPT:
        return  # one for every try of every run, made and ended by the platform
    audit.record(
        action,
        actor=actor,
        object_type="token",
        object_id=token.pk,
        object_name=token.name,
        details={"prefix": token.prefix, "owner": token.user.username},
    )


def _digest(text: str) -> str:
    # The text is 256 random bits: a slow hash would add nothing.
    return hashlib.sha256(text.encode()).hexdigest()
