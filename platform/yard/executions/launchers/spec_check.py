"""Checks of what callers ask for, before anything touches the machine."""

from __future__ import annotations

import posixpath
import re

from yard.core.errors import InvalidInput
from yard.executions.launchers.base import LaunchSpec

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
VARIABLE = re.compile(r"[^=\0]+")


def check_name(name: str) -> str:
    """The name, if it can name a box and a folder. Raises ``InvalidInput`` otherwise."""
    if not NAME.fullmatch(name):
        raise InvalidInput(f"{name!r} cannot name a box: use letters, digits, '.', '_' and '-' (at most 100).")
    return name


def box_path(path: str) -> str:
    """An absolute, tidy path in a box. Raises ``InvalidInput`` for a relative one or one with ``..``."""
    if not path.startswith("/") or "\0" in path or ".." in path.split("/"):
        raise InvalidInput(f"{path!r} is not an absolute path without '..' in the box.")
    tidy = "/" + posixpath.normpath(path).lstrip("/")
    if tidy == "/":
        raise InvalidInput("The whole root folder of a box cannot be used here; name a file or folder in it.")
    return tidy


def check_spec(spec: LaunchSpec) -> None:
    """Raises ``InvalidInput`` when a name or a path of the specification would lead astray."""
    check_name(spec.name)
    for path in [*spec.copies, *spec.writable, *(mount.target for mount in spec.mounts)]:
        box_path(path)
    for name in spec.files:
        box_path(f"/{name}")
        if name.startswith("/"):
            raise InvalidInput(f"{name!r} must be relative to the run's folder.")
    for variable, value in spec.environment.items():
        if not VARIABLE.fullmatch(variable) or "\0" in value:
            raise InvalidInput(f"{variable!r} cannot be an environment variable of a box.")
