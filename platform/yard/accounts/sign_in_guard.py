"""How often somebody may try to sign in: growing waits that neither can be dodged nor lock anybody out for ever.

Failures are counted in the database, so all web processes count together, and before the password is looked at, so a
hundred tries at once are no way around it. Counted is what was typed, whether there is such a user or not.

* A browser that has signed in to this account before proves it with a signed cookie and is counted by itself alone.
  Whatever others do to the account, its owner gets in from there.
* Any other is counted by account and address together, by address (of all accounts), and by account (from anywhere).
  The last has a short longest wait: an attacker with a thousand addresses slows a new browser of the victim down by a
  minute at most, and is slowed down himself to one try a minute.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from yard.accounts.models import SignInTries, User
from yard.core.errors import TooMany
from yard.core.origin import address_of

FIRST_WAIT_SECONDS = 5
FORGET_AFTER = timedelta(hours=6)
_FREE_OF_ADDRESS = 30
_FREE_OF_ACCOUNT = 50
_LONGEST_OF_ACCOUNT = 60
_COOKIE_SALT = "trainyard device"
_COOKIE_AGE = timedelta(days=365)
_IPV6_NETWORK = 64  # what one subscriber has; single addresses are free to change


@dataclass(frozen=True, slots=True)
class Count:
    """What is counted, how many failures are free, and the longest wait in seconds."""

    key: str
    free: int
    longest: int

    def wait(self, tries: SignInTries, now: datetime) -> float:
        """Seconds from now on for which nothing is tried; 0 or less for none."""
        over = tries.failures - self.free
        if over < 0:
            return 0
        seconds = min(FIRST_WAIT_SECONDS * 2.0 ** min(over, 30), self.longest)
        return seconds - (now - tries.last_at).total_seconds()


class Attempt:
    """One try; a failure unless it says otherwise."""

    succeeded = False

    def success(self) -> None:
        """The password was right."""
        self.succeeded = True


@contextmanager
def attempt(counts: list[Count]) -> Iterator[Attempt]:
    """A try inside the block. Raises ``TooMany`` before the block while a wait is not over."""
    _begin(counts)
    tried = Attempt()
    yield tried
    if tried.succeeded:
        _forgive(counts)


def counts_of(request: HttpRequest, username: str) -> list[Count]:
    """What a try to sign in under this name is counted by."""
    name = User.normalize_username(username).casefold()
    free, longest = settings.SIGN_IN_FREE_FAILURES, settings.SIGN_IN_MAX_WAIT_SECONDS
    device = _device_of(request, name)
    if device:
        return [Count(_digest("device", device, name), free, longest)]
    address = _network(address_of(request))
    return [
        Count(_digest("pair", name, address), free, longest),
        Count(_digest("address", address), max(_FREE_OF_ADDRESS, free), longest),
        Count(_digest("account", name), max(_FREE_OF_ACCOUNT, free), min(_LONGEST_OF_ACCOUNT, longest)),
    ]


def counts_of_password(user: User) -> list[Count]:
    """What a guess at the present password is counted by, when it is to be changed."""
    return [Count(_digest("password", str(user.pk)), settings.SIGN_IN_FREE_FAILURES, settings.SIGN_IN_MAX_WAIT_SECONDS)]


def remember_device(response: HttpResponseBase, user: User) -> None:
    """Let the browser prove later that this user has signed in with it."""
    value = signing.dumps([user.username.casefold(), secrets.token_hex(8)], salt=_COOKIE_SALT)
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        value,
        max_age=_COOKIE_AGE,
        secure=settings.SECURE_COOKIES,
        httponly=True,
        samesite="Strict",
    )


def forget_old() -> int:
    """Remove counts that say nothing any more; the number removed."""
    return SignInTries.objects.filter(last_at__lt=timezone.now() - FORGET_AFTER).delete()[0]


def forgive_all() -> int:
    """Start anew for everybody; for administrators. The number of counts removed."""
    return SignInTries.objects.all().delete()[0]


@transaction.atomic
def _begin(counts: list[Count]) -> None:
    now = timezone.now()
    # In one order for all, so that two tries never wait for each other.
    for count in sorted(counts, key=lambda count: count.key):
        SignInTries.objects.get_or_create(key=count.key, defaults={"last_at": now})
    keys = [count.key for count in counts]
    found = {row.key: row for row in SignInTries.objects.select_for_update().filter(key__in=keys).order_by("key")}
    for row in found.values():
        if row.last_at < now - FORGET_AFTER:
            row.failures = 0
    wait = max(count.wait(found[count.key], now) for count in counts)
    if wait > 0:
        seconds = math.ceil(wait)
        raise TooMany(
            f"Too many tries to sign in failed. Wait {_in_words(seconds)}, then try again.", retry_after_seconds=seconds
        )
    for row in found.values():
        row.failures, row.last_at = row.failures + 1, now
        row.save(update_fields=["failures", "last_at"])


@transaction.atomic
def _forgive(counts: list[Count]) -> None:
    own, *shared = counts
    SignInTries.objects.filter(key=own.key).delete()
    # Not forgotten: with an account of his own an attacker could start anew whenever he likes.
    for row in SignInTries.objects.select_for_update().filter(key__in=[count.key for count in shared]).order_by("key"):
        row.failures = max(row.failures - 1, 0)
        row.save(update_fields=["failures"])


def _device_of(request: HttpRequest, name: str) -> str:
    try:
        owner, device = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=_COOKIE_SALT, max_age=_COOKIE_AGE
        )
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(device) if owner == name else ""


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped or ipaddress.ip_network((found, _IPV6_NETWORK), strict=False))
    return str(found)


def _digest(*parts: str) -> str:
    """The table keeps no names: people type passwords into the wrong field."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _in_words(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} second{'s' if seconds != 1 else ''}"
    return f"{math.ceil(seconds / 60)} minutes"
