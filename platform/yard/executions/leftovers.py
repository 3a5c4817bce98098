"""What killed processes left behind on this host: found and removed by the supervisor every now and then."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from django.conf import settings

from yard.executions.driving.endings import compact_later
from yard.executions.launchers.base import Launcher
from yard.executions.models import Attempt
from yard.executions.states import ACTIVE, FINAL

logger = logging.getLogger(__name__)

LOGS_AT_ONCE = 20


def boxes_remove(launcher: Launcher) -> None:
    """Remove boxes whose execution has ended, or that no attempt knows."""
    # First the boxes, then the attempts: a box that is made in between is not looked at.
    boxes = launcher.list_boxes()
    if not boxes:
        return
    active = Attempt.objects.filter(execution__state__in=ACTIVE)
    needed = {attempt.box_name for attempt in active.only("pk")}
    for name, handle in boxes.items():
        if name not in needed:
            logger.info("removing the box %s, which nobody needs", name)
            launcher.remove(handle)


def work_folder(attempt: Attempt, purpose: str) -> Path:
    """An empty private folder of this host for one attempt; it is removed when the attempt has ended, at the latest."""
    folder = Path(settings.EXECUTIONS_DIR) / f"{purpose}-{attempt.pk}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    return folder


def work_folders_remove() -> None:
    """Remove the working folders of attempts that have ended."""
    folders = [path for path in Path(settings.EXECUTIONS_DIR).glob("*-*") if path.is_dir() and _attempt_of(path)]
    if not folders:
        return
    ids = Attempt.objects.filter(execution__state__in=ACTIVE).values_list("pk", flat=True)
    active = set(ids)
    for folder in folders:
        if _attempt_of(folder) not in active:
            shutil.rmtree(folder, ignore_errors=True)


def _attempt_of(folder: Path) -> int | None:
    number = folder.name.rpartition("-")[2]
    return int(number) if number.isdigit() else None


def logs_compact() -> None:
    """Compact the logs of ended attempts that are still in rows: a killed supervisor's, or when there was no room."""
    left = Attempt.objects.filter(execution__state__in=FINAL, log_complete=True, log_key="", log_bytes__gt=0)
    for attempt in left.select_related("execution__created_by")[:LOGS_AT_ONCE]:
        compact_later(attempt)
