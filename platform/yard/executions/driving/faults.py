"""Whose fault an error is: that of the surroundings passes, and the step is done again until it has."""

from __future__ import annotations

import errno

from django.db import InterfaceError, InternalError, OperationalError

from yard.core.errors import Unavailable, YardError
from yard.executions.states import Cause
from yard.storage.base import StoreFull

DATABASE_AWAY = (OperationalError, InterfaceError, InternalError)
"""The database does not answer, ended our connection, is locked or has no room. Other errors of it are ours."""

_SHORT_OF = {
    errno.ENOSPC: "The disk of the platform's machine is full",
    errno.EDQUOT: "The disk quota of the platform is used up",
    errno.ENOMEM: "The platform's machine has no memory left",
    errno.EAGAIN: "The platform's machine can start no more processes",
    errno.EMFILE: "The platform may open no more files",
    errno.ENFILE: "The platform's machine can open no more files",
}


def passing(error: Exception) -> str | None:
    """Why the step has to wait, as a sentence, when the surroundings are at fault; None when waiting will not help."""
    if isinstance(error, Unavailable | StoreFull):
        return error.message
    if isinstance(error, DATABASE_AWAY):
        return "The database does not answer."
    if isinstance(error, OSError) and error.errno in _SHORT_OF:
        where = f" ({error.filename})" if error.filename else ""
        return f"{_SHORT_OF[error.errno]}{where}. Make room."
    return None


def blame(error: Exception) -> tuple[str, Cause]:
    """What to tell about an error that does not pass, and who is to correct it."""
    if isinstance(error, YardError):
        return error.message, Cause.PLATFORM if error.status >= 500 else Cause.USER
    return f"The platform failed: {error!r}", Cause.PLATFORM
