"""Every error the platform shows to a caller.

    YardError                      500  error
    ├── InvalidInput               400  invalid_input       the content is wrong; ``extra["errors"]`` says where
    ├── NotAllowed                 403  not_allowed         the caller is known but lacks the role
    ├── NotFound                   404  not_found           absent, or not the caller's to see
    ├── Conflict                   409  conflict            the object's state does not allow this now
    ├── TooLarge                   413  too_large           a documented limit was exceeded
    ├── TooMany                    429  too_many            wait first; ``extra["retry_after_seconds"]`` says how long
    └── Unavailable                503  unavailable         a part (storage, engine) does not answer

One handler (``core.exception_handler``) turns each into ``{"code", "message", "extra"}``.
"""

from __future__ import annotations

from typing import Any


class YardError(Exception):
    """An error with a machine-readable code, an HTTP status and a sentence that is safe to show.

    Args:
        message: What happened, why, and what to do now.
        extra: JSON-able details, e.g. ``{"errors": [{"path": ["epochs"], "message": "…"}]}``.
        code: A more exact code than the class's own.
    """

    code = "error"
    status = 500

    def __init__(self, message: str, *, extra: dict[str, Any] | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.extra = extra or {}
        if code is not None:
            self.code = code


class InvalidInput(YardError):
    code = "invalid_input"
    status = 400


class NotAllowed(YardError):
    code = "not_allowed"
    status = 403


class NotFound(YardError):
    code = "not_found"
    status = 404


class Conflict(YardError):
    code = "conflict"
    status = 409


class TooLarge(YardError):
    code = "too_large"
    status = 413


class TooMany(YardError):
    code = "too_many"
    status = 429

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message, extra={"retry_after_seconds": retry_after_seconds})


class Unavailable(YardError):
    code = "unavailable"
    status = 503
