"""The files that boxes of an engine are shown, in a private folder of each box."""

from __future__ import annotations

import shutil
from pathlib import Path

from yard.executions.launchers.base import LaunchSpec
from yard.executions.launchers.docker_hold import WORD_NAME
from yard.executions.launchers.run_files import make_open_folder, write_run_files


class BoxFiles:
    """Where they lie, and whether a box has had the word to begin.

    Args:
        folder: Has one folder for each box; these are private. What is in them is open to read: root in a box has no
            power to read what is not open to it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, spec: LaunchSpec) -> Path:
        """Write the files of a new box and return the folder with them."""
        shown = self._make_private(spec.name)
        write_run_files(shown, spec)
        return shown

    def give_word(self, name: str) -> None:
        """From here on the box may have trained."""
        shown = self._make_private(name)
        make_open_folder(shown)
        (shown / WORD_NAME).touch(mode=0o444)

    def has_word(self, name: str) -> bool:
        """Whether the box of this name may have trained."""
        return (self._shown(name) / WORD_NAME).exists()

    def remove(self, name: str) -> None:
        """Remove all of a box. Raises ``OSError`` when that fails: the next box must not get the word of this one."""
        if (self.folder / name).exists():
            shutil.rmtree(self.folder / name)

    def _make_private(self, name: str) -> Path:
        make_open_folder(self.folder)
        (self.folder / name).mkdir(mode=0o700, exist_ok=True)
        return self._shown(name)

    def _shown(self, name: str) -> Path:
        return self.folder / name / "shown"
