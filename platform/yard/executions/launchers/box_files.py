"""Take files out of a box whose file system is a set of host folders, while hostile code may still write there.

Paths are those the box sees. Every step is taken by descriptor and without following links; links are resolved by us,
in the box's own view, so none can lead to the host's files, however they are changed meanwhile.
"""

from __future__ import annotations

import contextlib
import errno
import os
import posixpath
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from yard.core.errors import InvalidInput
from yard.executions.launchers.tar_extract import Budget, write_file

LINK_HOPS = 40
MAX_DEPTH = 200
OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


@dataclass(frozen=True)
class _Job:
    """One copy: the folder it is about, and what it may still take."""

    root: str
    budget: Budget


class BoxFiles:
    """The folders and files of the host that make up a box, by the paths under which the box sees them."""

    def __init__(self, shown: Mapping[str, Path]) -> None:
        self._shown = dict(shown)

    def copy(self, path: str, target: Path, budget: Budget) -> bool:
        """Copy what is at ``path`` to ``target``; False when there is nothing.

        Raises:
            InvalidInput: It is, or holds, something else than files and folders, or a link leaves the box.
            TooLarge: The budget is used up.
        """
        with contextlib.ExitStack() as stack:
            found = self._open(path)
            if found is None:
                return False
            place, descriptor = found
            stack.callback(os.close, descriptor)
            self._copy(_Job(place, budget), place, descriptor, target)
        return True

    def _copy(self, job: _Job, place: str, descriptor: int, target: Path) -> None:
        job.budget.take_entry()
        if place.count("/") > MAX_DEPTH:
            raise InvalidInput(f"{job.root} holds folders nested deeper than {MAX_DEPTH}.")
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISREG(mode):
            with os.fdopen(os.dup(descriptor), "rb") as content:
                write_file(content, target, job.budget)
        elif stat.S_ISDIR(mode):
            target.mkdir()
            for name in sorted(os.listdir(descriptor)):
                self._copy_child(job, place, descriptor, name, target)
        else:
            raise InvalidInput(f"{place} is a device, a pipe or a socket; only files and folders can be taken out.")

    def _copy_child(self, job: _Job, place: str, folder: int, name: str, target: Path) -> None:
        inside = posixpath.join(place, name)
        if stat.S_ISLNK(_mode_at(folder, name)):
            self._copy_link(job, inside, target / name)
            return
        descriptor = _open_at(folder, name, inside)
        if descriptor is None:  # gone meanwhile
            return
        try:
            self._copy(job, inside, descriptor, target / name)
        finally:
            os.close(descriptor)

    def _copy_link(self, job: _Job, inside: str, target: Path) -> None:
        """The file behind a link; nothing for a dangling one or one to a folder that is copied anyway."""
        found = self._open(inside)
        if found is None:
            return
        place, descriptor = found
        try:
            if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
                self._copy(job, place, descriptor, target)
            elif place != job.root and not place.startswith(f"{job.root}/"):
                raise InvalidInput(f"{inside} is a link to a folder outside of {job.root}; copy the folder instead.")
        finally:
            os.close(descriptor)

    def _open(self, path: str) -> tuple[str, int] | None:
        """Where ``path`` leads, links resolved, and a descriptor of it; None when there is nothing."""
        waiting = [part for part in reversed(path.split("/")) if part not in ("", ".")]
        place = ""
        hops = 0
        while waiting:
            part = waiting.pop()
            if part == "..":
                place = posixpath.dirname(place) if place else ""
                place = "" if place == "/" else place
                continue
            link = self._link_at(f"{place}/{part}")
            if link is None:
                place = f"{place}/{part}"
                continue
            hops += 1
            if hops > LINK_HOPS:
                raise InvalidInput(f"{path} is a chain of too many links.")
            place = "" if link.startswith("/") else place
            waiting += [word for word in reversed(link.split("/")) if word not in ("", ".")]
        descriptor = self._open_plain(place)
        return None if descriptor is None else (place, descriptor)

    def _link_at(self, place: str) -> str | None:
        """Target of the link at ``place`` (whose parents are no links); None when it is none."""
        if place in self._shown or self._leads_to_shown(place):
            return None
        parent = self._open_plain(posixpath.dirname(place))
        if parent is None:
            return None
        try:
            return os.readlink(posixpath.basename(place), dir_fd=parent)
        except OSError:
            return None
        finally:
            os.close(parent)

    def _leads_to_shown(self, place: str) -> bool:
        return any(each.startswith(f"{place}/") for each in self._shown)

    def _open_plain(self, place: str) -> int | None:
        """Open a path without links, from the nearest shown folder down. Raises ``InvalidInput`` outside of all."""
        base = place
        while base and base not in self._shown:
            base = posixpath.dirname(base).rstrip("/")
        if not base:
            if self._leads_to_shown(place) or place in ("", "/"):
                return None
            raise InvalidInput(f"{place} is not among the files of the box (does a link lead out of it?).")
        try:
            descriptor = os.open(self._shown[base], os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        for part in [word for word in place[len(base) :].split("/") if word]:
            inner = _open_at(descriptor, part, place)
            os.close(descriptor)
            if inner is None:
                return None
            descriptor = inner
        return descriptor


def _mode_at(folder: int, name: str) -> int:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except OSError:
        return 0


def _open_at(folder: int, name: str, place: str) -> int | None:
    """Open one step without following a link; None when there is nothing. Special files are refused unopened."""
    mode = _mode_at(folder, name)
    if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)):
        raise InvalidInput(f"{place} is a device, a pipe or a socket; only files and folders can be taken out.")
    try:
        return os.open(name, OPEN, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return None
        if error.errno == errno.ELOOP:
            raise InvalidInput(f"{place} was turned into a link while it was copied.") from error
        raise InvalidInput(f"{place} cannot be read: {os.strerror(error.errno or 0)}.") from error
