"""Take files out of a container through the engine, which resolves links inside the container."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker

from yard.core.errors import InvalidInput
from yard.executions.launchers.docker_client import is_leaving, status_of, words
from yard.executions.launchers.tar_extract import Budget, unpack

LINK_HOPS = 8
MODE_FOLDER, MODE_LINK = 1 << 31, 1 << 27  # bits of Go's os.FileMode
MODE_SPECIAL = (1 << 26) | (1 << 25) | (1 << 24) | (1 << 21) | (1 << 19)  # device, pipe, socket, character, irregular


@dataclass
class _Found:
    """Something in the container: where it is behind all links, its mode, and a tar stream of it."""

    place: str
    mode: int
    stream: Iterator[bytes]

    @property
    def is_folder(self) -> bool:
        return bool(self.mode & MODE_FOLDER)

    def close(self) -> None:
        """Stop the stream, which may be long."""
        if hasattr(self.stream, "close"):
            self.stream.close()


@dataclass
class BoxArchive:
    """The files of one container, and how much may still be taken."""

    api: Any
    box_id: str
    budget: Budget

    def copy(self, path: str, target: Path) -> bool:
        """Copy what is at ``path`` to ``target``; False when nothing is.

        Raises:
            InvalidInput: It is, or holds, something else than files, folders and links to files.
            TooLarge: The budget is used up.
        """
        found = self._find(path)
        if found is None:
            return False
        unpacked = unpack(found.stream, target, self.budget)
        for inside in unpacked.links:
            self._copy_link(found.place, inside, target / inside)
        return True

    def _copy_link(self, root: str, inside: str, target: Path) -> None:
        """The file behind a link; nothing for a dangling one or one to a folder that is copied anyway."""
        found = self._find(posixpath.join(root, inside))
        if found is None:
            return
        if found.is_folder:
            found.close()
            if found.place != root and not found.place.startswith(f"{root}/"):
                raise InvalidInput(f"{inside} is a link to a folder outside of {root}; copy the folder instead.")
            return
        if os.path.lexists(target):
            raise InvalidInput(f"The box's archive holds {inside!r} twice.")
        target.parent.mkdir(parents=True, exist_ok=True)
        unpack(found.stream, target, self.budget)

    def _find(self, path: str) -> _Found | None:
        """What is at ``path`` behind all links; None when nothing is."""
        for _ in range(LINK_HOPS):
            try:
                stream, about = self.api.get_archive(self.box_id, path)
            except docker.errors.APIError as error:
                if status_of(error) == 404 or "not a directory" in words(error):
                    return None
                if is_leaving(error):
                    raise
                raise InvalidInput(f"The engine cannot copy {path} out of the box: {words(error)}.") from error
            found = _Found(path, int(about["mode"]), stream)
            if found.mode & MODE_LINK:
                found.close()
                path = str(about["linkTarget"])
            elif found.mode & MODE_SPECIAL:
                found.close()
                raise InvalidInput(f"{path} is a device, a pipe or a socket; only files and folders can be taken out.")
            else:
                return found
        raise InvalidInput(f"{path} is a chain of too many links.")
