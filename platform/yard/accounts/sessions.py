"""A user's sessions: which there are, and ending them."""

from __future__ import annotations

import re

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from yard.accounts.models import Session, User
from yard.core import audit
from yard.core.errors import NotFound

# The first that fits names it: browsers and systems call themselves by others' names too.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("HeadlessChrome/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python", "Python"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def session_list(*, user: User) -> QuerySet[Session]:
    """The user's sessions that have not ended, last used first."""
    return Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-last_seen_at", "session_key")


def session_get_for(*, user: User, session_id: str) -> Session:
    """One of the user's own sessions. Raises ``NotFound``."""
    found = session_list(user=user).filter(pk=session_id).first()
    if found is None:
        raise NotFound("You have no such session; it may have ended.")
    return found


def session_revoke(*, session: Session, actor: User) -> None:
    """End the session: its next request is a stranger's."""
    with transaction.atomic():
        if Session.objects.filter(pk=session.pk).delete()[0]:
            _write(session.user, actor, 1)


def sessions_revoke(*, user: User, actor: User, besides: str = "") -> int:
    """End all sessions of the user, but for the one with this stored key; the number ended."""
    with transaction.atomic():
        count = Session.objects.filter(user=user).exclude(pk=besides).delete()[0]
        if count:
            _write(user, actor, count)
    return count


def device_name(agent: str) -> str:
    """ "Firefox on Linux" for what a browser calls itself; the beginning of the text when it is unknown."""
    browser = next((name for sign, name in _BROWSERS if re.search(re.escape(sign), agent, re.IGNORECASE)), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return " on ".join(part for part in (browser, system) if part) or agent[:40] or "unknown"


def _write(user: User | None, actor: User, count: int) -> None:
    audit.record(
        "session.revoked",
        actor=actor,
        object_type="user",
        object_id=user.pk if user else None,
        object_name=user.username if user else "",
        details={"sessions": count},
    )
