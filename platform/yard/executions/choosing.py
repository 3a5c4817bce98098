"""The supervisor's launcher: the one whose boxes are running, even when its engine does not answer just now."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from yard.executions.launchers.base import LauncherUnavailable
from yard.executions.launchers.registry import Selection, launcher_from_settings
from yard.executions.models import Attempt
from yard.executions.states import ACTIVE

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 2.0


def launcher_choose(wait: Callable[[float], object] = time.sleep) -> Selection:
    """The launcher the settings ask for, as soon as it can be had.

    An engine that does not answer is waited for when the settings name it, and also with ``auto`` while boxes of it are
    on record: another launcher would look for them in vain and declare them lost.
    """
    while True:
        try:
            selection = launcher_from_settings()
        except LauncherUnavailable as error:
            why = error.message
        else:
            others = _launchers_of_boxes() - {selection.launcher.name}
            if "docker" not in others:
                return selection
            selection.launcher.close()
            why = f"Boxes of the launcher docker are on record, but it cannot be used. {selection.reason}"
        logger.warning("waiting for the container engine: %s", why)
        wait(PAUSE_SECONDS)


def _launchers_of_boxes() -> set[str]:
    """The launchers that made the boxes of attempts that have not ended."""
    handles = Attempt.objects.filter(execution__state__in=ACTIVE).exclude(handle=None).values_list("handle", flat=True)
    return {str((handle or {}).get("launcher", "")) for handle in handles}
