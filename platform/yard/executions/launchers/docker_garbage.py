"""Removing what nobody needs from an engine: only what carries this platform's label, never anything else.

* images whose template is gone,
* layers and containers that cancelled, failed or killed builds left,
* folders of files for boxes that are gone.

Volumes need no collecting: those of boxes and build steps are anonymous and are removed with them.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import docker

from yard.executions.launchers.docker_client import label_filters, status_of, words

logger = logging.getLogger(__name__)

UNTAGGED = "<none>:<none>"


def collect_build_containers(api: Any, own: Mapping[str, str], box_label: str) -> int:
    """Remove the containers of build steps. Only to be called while nobody builds."""
    removed = 0
    for found in api.containers(all=True, filters=label_filters(own)):
        if box_label not in (found.get("Labels") or {}):
            logger.info("removing the container %s, which a build left", found["Id"][:12])
            removed += _removed(lambda found=found: api.remove_container(found["Id"], force=True, v=True))
    return removed


def collect_images(api: Any, own: Mapping[str, str], needed: Collection[str], before: datetime) -> int:
    """Remove images that are not needed, and layers without a name that are older. Only while nobody builds.

    What a box was made of stays until the box is gone.
    """
    removed = 0
    for found in api.images(filters=label_filters(own)):
        tags = [tag for tag in found.get("RepoTags") or () if tag != UNTAGGED]
        for tag in tags:
            if tag not in needed:
                logger.info("removing the image %s, which no template needs", tag)
                removed += _removed(lambda tag=tag: api.remove_image(tag))
        if not tags and int(found.get("Created") or 0) < before.timestamp():
            removed += _removed(lambda found=found: api.remove_image(found["Id"]))
    return removed


def collect_box_folders(folder: Path, needed: Collection[str]) -> int:
    """Remove the folders of boxes that are not needed."""
    removed = 0
    for found in list(folder.iterdir()) if folder.is_dir() else ():
        if found.name not in needed:
            shutil.rmtree(found, ignore_errors=True)
            removed += not found.exists()
    return removed


def collect_control_groups(prefix: str, before: datetime) -> int:
    """Remove empty control groups of builds whose supervisor was killed."""
    removed = 0
    root = Path("/sys/fs/cgroup")
    for group in [*root.glob(f"{prefix}*"), *root.glob(f"*/{prefix}*")]:
        with contextlib.suppress(OSError):  # somebody is in it, or it is gone
            if group.stat().st_mtime < before.timestamp():
                group.rmdir()
                removed += 1
    return removed


def _removed(remove: Any) -> bool:
    """Whether it was removed; what is in use or gone by now is not."""
    try:
        remove()
    except docker.errors.APIError as error:
        if status_of(error) not in (404, 409):
            raise
        logger.debug("left for the next time: %s", words(error))
        return False
    return True
