"""What accounts do before the platform serves."""

from __future__ import annotations

from yard.accounts.services import bootstrap_admin
from yard.core import schedules

DAY_MINUTES = 24 * 60


def make_administrator() -> str:
    """Make the administrator at the first start; the line tells the password, which is shown this once."""
    user, password = bootstrap_admin()
    if password is None:
        return ""
    return f"Administrator: user {user.username}, password {password} (shown this once; change it after signing in)."


def declare_schedules() -> str:
    """Have the worker throw away what has expired, once a day."""
    schedules.declare("expire accounts' records", "yard.accounts.expiry.expire", minutes=DAY_MINUTES)
    return ""
