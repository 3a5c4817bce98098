"""Signing in: the one door, counted and written down."""

from __future__ import annotations

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest

from yard.accounts import sign_in_guard
from yard.accounts.models import User
from yard.core import audit
from yard.core.errors import InvalidInput, TooMany
from yard.core.models import AuditOutcome


def sign_in(request: HttpRequest, *, username: str, password: str) -> User:
    """Start a session, under a new key.

    Raises:
        InvalidInput: Name or password is wrong, or the user is inactive; never says which.
        TooMany: Too many tries failed before; says how long to wait, for unknown names as for known ones.
    """
    counts = sign_in_guard.counts_of(request, username)
    try:
        with sign_in_guard.attempt(counts) as tried:
            user = authenticate(request, username=username, password=password)
            if isinstance(user, User):
                tried.success()
    except TooMany:
        _write_refused("sign_in.blocked", username)
        raise
    if not isinstance(user, User):
        _write_refused("sign_in.failed", username)
        # One message for all reasons, so that nobody can find out names.
        raise InvalidInput("User name or password is wrong.", code="wrong_credentials")
    # Django keeps the key when the same user signs in again; nothing of before shall live on.
    request.session.flush()
    login(request, user)
    audit.record("sign_in", actor=user, object_type="user", object_id=user.pk, object_name=user.username)
    return user


def sign_out(request: HttpRequest) -> None:
    """End the session; nothing happens when there is none."""
    user = request.user
    if isinstance(user, User):
        audit.record("sign_out", actor=user, object_type="user", object_id=user.pk, object_name=user.username)
    logout(request)


def _write_refused(action: str, username: str) -> None:
    """Under the name of a user there is; another text may well be a password in the wrong field."""
    known = User.objects.filter(username=User.normalize_username(username)).first()
    audit.record(
        action,
        object_type="user",
        object_id=known.pk if known else None,
        object_name=known.username if known else "(no such user)",
        outcome=AuditOutcome.REFUSED,
    )
