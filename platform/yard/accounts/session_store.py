"""Sessions in the database that can be listed and revoked, and that end by themselves: unused, or after all that time.

Django's own store with three differences: rows know their user, address and browser; a row's key is a digest of the
cookie's; two limits of age are checked when a session is read.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core.exceptions import SuspiciousOperation
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from yard.accounts.models import Session
from yard.core import origin

SEEN_IS_NEWS_AFTER = timedelta(minutes=5)
_FACTS = "signed_in"
_KEY_LENGTH = 40


def stored_key(session_key: str) -> str:
    """The cookie's key as the table has it. The key is random enough that a plain hash hides it."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:_KEY_LENGTH]


class SessionStore(DatabaseStore):
    """``SESSION_ENGINE``."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        now = timezone.now()
        valid = Session.objects.filter(
            expire_date__gt=now, last_seen_at__gt=now - timedelta(seconds=settings.SESSION_IDLE_SECONDS)
        )
        try:
            row = valid.get(session_key=stored_key(self.session_key or ""))
        except (Session.DoesNotExist, SuspiciousOperation) as error:
            if isinstance(error, SuspiciousOperation):
                logging.getLogger(f"django.security.{type(error).__name__}").warning(str(error))
            self._session_key = None
            return None
        _note_use(row, now)
        return row

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=stored_key(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        facts = data.get(_FACTS, {})
        now = timezone.now()
        signed_in_at = datetime.fromisoformat(facts["at"]) if facts else now
        return Session(
            session_key=stored_key(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=signed_in_at + timedelta(seconds=settings.SESSION_COOKIE_AGE),
            user_id=data.get(SESSION_KEY),
            signed_in_at=signed_in_at,
            last_seen_at=now,
            address=origin.current().address,
            agent=facts.get("agent", ""),
        )

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(session_key=stored_key(key)).delete()

    # Django's asynchronous halves speak to the table themselves, by the plain key.
    async def aload(self) -> dict[str, Any]:
        return await sync_to_async(self.load)()

    async def aexists(self, session_key: str) -> bool:
        return await sync_to_async(self.exists)(session_key)

    async def acreate(self) -> None:
        await sync_to_async(self.create)()

    async def asave(self, must_create: bool = False) -> None:
        await sync_to_async(self.save)(must_create)

    async def adelete(self, session_key: str | None = None) -> None:
        await sync_to_async(self.delete)(session_key)


@receiver(user_logged_in, dispatch_uid="note the facts of a sign-in")
def note_sign_in(request: HttpRequest, **_: Any) -> None:
    """Keep when and with what it was, through every change of the session's key."""
    agent = request.META.get("HTTP_USER_AGENT", "")[: Session._meta.get_field("agent").max_length]
    request.session[_FACTS] = {"at": timezone.now().isoformat(), "agent": agent.replace("\0", "")}


def _note_use(row: Session, now: datetime) -> None:
    """Not at every request: reading must not write."""
    if row.last_seen_at < now - SEEN_IS_NEWS_AFTER:
        Session.objects.filter(pk=row.pk).update(last_seen_at=now, address=origin.current().address)
