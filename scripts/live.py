"""Lines that scroll, above one status line that stays."""

from __future__ import annotations

import shutil
import sys


class Live:
    """On a terminal the status line is redrawn in place; in a file only its changes of words are printed."""

    def __init__(self) -> None:
        self._interactive = sys.stdout.isatty()
        self._status = ""
        self._printed = ""

    def line(self, text: str) -> None:
        """Print a line above the status."""
        if self._interactive:
            print(f"\r\033[K{text}")
            self._draw()
        else:
            print(text, flush=True)

    def status(self, text: str, figures: str = "") -> None:
        """Show ``text`` and, on a terminal, the ``figures`` that change all the time."""
        self._status = f"{text} {figures}".strip()
        if self._interactive:
            self._draw()
        elif text != self._printed:
            self._printed = text
            print(f"  … {text}", flush=True)

    def clear(self) -> None:
        """Remove the status line."""
        if self._interactive and self._status:
            print("\r\033[K", end="", flush=True)
        self._status = self._printed = ""

    def _draw(self) -> None:
        width = shutil.get_terminal_size().columns - 5
        print(f"\r\033[K  … {self._status[:width]}", end="", flush=True)
