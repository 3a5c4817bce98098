"""What the worker throws away once a day: ended sessions, old counts of failed sign-ins, old audit entries."""

from __future__ import annotations

from yard.accounts import sign_in_guard
from yard.accounts.session_store import SessionStore
from yard.core.audit_retention import prune_by_setting


def expire() -> None:
    """A task; doing it twice changes nothing."""
    SessionStore.clear_expired()
    sign_in_guard.forget_old()
    prune_by_setting()
