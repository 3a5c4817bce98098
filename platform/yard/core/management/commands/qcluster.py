"""``manage.py qcluster``: django-q2's own command, whose processes do not outlive it."""

from __future__ import annotations

import ctypes
import os
import signal
from typing import Any

from django_q.management.commands import qcluster

from yard.core.collector import collector_spare_loaded

_PR_SET_PDEATHSIG = 1
# Loaded here and not between fork and its use, where loading a library may hang.
_LIBC = ctypes.CDLL(None)
_parent = 0


class Command(qcluster.Command):  # type: ignore[misc]
    """The worker. Killed with ``kill -9`` it takes all its processes along; by itself django-q2 leaves them at work."""

    def handle(self, *args: Any, **options: Any) -> None:
        os.register_at_fork(before=_remember_parent, after_in_child=_die_with_parent)
        collector_spare_loaded()
        super().handle(*args, **options)


def _remember_parent() -> None:
    global _parent  # noqa: PLW0603 - hooks of fork take no arguments
    _parent = os.getpid()


def _die_with_parent() -> None:
    """The kernel ends this process with the one that forked it: its result could no longer be noted."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != _parent:  # it was killed before the line above
        os._exit(1)
