"""Removing what killed work left in the process launcher's folders, and images that nobody needs."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path


def collect_scratch(root: Path, before: datetime) -> int:
    """Remove ``.new-…`` and ``.old-…`` (things half made or half removed) not touched since ``before``."""
    removed = 0
    for pattern in (".new-*", ".old-*"):
        for found in root.glob(pattern):
            with contextlib.suppress(OSError):
                if found.lstat().st_mtime < before.timestamp():
                    shutil.rmtree(found, ignore_errors=True)
                    removed += not found.exists()
    return removed


def tags_of(images: Path) -> Iterator[str]:
    """The tags of the images in this folder."""
    for file in images.glob("*/image.json"):
        with contextlib.suppress(OSError, ValueError):
            yield str(json.loads(file.read_text())["tag"])
