"""Takes the settings of ``.env`` into this process's environment; what is set already wins."""

from __future__ import annotations

import os

from scripts.places import ROOT


def load() -> None:
    """Read ``.env`` in the clone, where there is one."""
    file = ROOT / ".env"
    if not file.is_file():
        return
    from dotenv import dotenv_values

    for name, value in dotenv_values(file).items():
        if value is not None:
            os.environ.setdefault(name, value)
