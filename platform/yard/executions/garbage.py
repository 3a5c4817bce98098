"""What lies on this host and nobody needs any more: images, layers, environments, cached data.

The supervisor runs this, since it alone may touch the engine. Apps above say what is needed and add what is theirs to
collect in ``AppConfig.ready``. Everything may be killed and done again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from yard.core.errors import YardError
from yard.executions.launchers.base import Launcher
from yard.executions.models import Attempt
from yard.executions.states import ACTIVE

logger = logging.getLogger(__name__)

GRACE = timedelta(days=1)

ImageClaim = Callable[[str], set[str]]
Collector = Callable[[timedelta], int]
_claims: list[ImageClaim] = []
_collectors: list[Collector] = []


def claim_images(claim: ImageClaim) -> None:
    """Ask this function which tags are needed, before images are removed; it gets the launcher's name."""
    if claim not in _claims:
        _claims.append(claim)


def register(collector: Collector) -> None:
    """Have this called now and then on the host where boxes run.

    Args:
        collector: Gets the age below which half-made things are left alone; returns how many things it removed.
    """
    if collector not in _collectors:
        _collectors.append(collector)


def collect_host(launcher: Launcher, *, grace: timedelta = GRACE) -> int:
    """Remove from this host what nobody needs; says how many things.

    Raises ``LauncherUnavailable`` when the engine does not answer; the rest was collected all the same.
    """
    removed = sum(collector(grace) for collector in _collectors)
    active = Attempt.objects.filter(execution__state__in=ACTIVE).only("pk")
    return removed + launcher.collect(
        images=lambda: {tag for claim in _claims for tag in claim(launcher.name)},
        boxes={attempt.box_name for attempt in active},
        before=timezone.now() - grace,
    )


class HostGarbage:
    """Collects in a thread of its own, since the engine may take its time; one at a time."""

    def __init__(self, launcher: Launcher) -> None:
        self._launcher = launcher
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to collect, unless that is going on already."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._collect, name="host-garbage", daemon=True)
            self._thread.start()

    def _collect(self) -> None:
        try:
            removed = collect_host(self._launcher)
            if removed:
                logger.info("removed %s things from this host that nobody needs", removed)
        except YardError as error:
            logger.warning("the garbage of this host has to wait: %s", error)
        except Exception:
            logger.exception("the garbage of this host could not be collected; it is tried again later")
        finally:
            connection.close()
