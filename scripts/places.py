"""Where set-up puts things inside the clone."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE = ROOT / ".node"
CACHE = ROOT / ".cache"
FRONTEND = ROOT / "frontend"
REQUIREMENTS = ROOT / "requirements"


def data_dir() -> Path:
    """The folder of the database, objects, logs and secrets: ``YARD_DATA_DIR``, by default ``var`` in the clone."""
    return Path(os.environ.get("YARD_DATA_DIR") or ROOT / "var").expanduser().resolve()
