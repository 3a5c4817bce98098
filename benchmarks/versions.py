"""Versions of a data set of 100,000 images with 500,000 shapes: made, compared, brought back, deleted.

Beside the seconds stands how long another writer waited at most meanwhile: SQLite has one lock for all who write.
``VERSIONS_IMAGES`` makes a shorter trial. No peer keeps versions of annotated images in a database; the aim is that
nobody waits: what takes longer than a second is the worker's, and no lock is held for long.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks._site import load
from benchmarks._table import Row, report
from benchmarks.gallery import postgres

ROOT = Path(__file__).resolve().parent.parent
GOALS = {"an edit of one image": "≤ 0.2", "delete a version": "≤ 1"}


def main() -> None:
    """Measure on SQLite and, where it is installed, on PostgreSQL."""
    _measure("SQLite", {})
    with postgres() as url:
        if url:
            _measure("PostgreSQL", {"YARD_DATABASE_URL": url})


def _measure(database: str, more: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory(prefix="trainyard-versions-") as folder:
        env = {**os.environ, **more, "YARD_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "yard.settings.test"}
        command = [sys.executable, "-m", "benchmarks._versions_child"]
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    rows = [
        Row(
            name,
            figures["seconds"],
            "s",
            goal=GOALS.get(name, ""),
            note=f"{figures['cpu']:.1f} s of one core, a writer waited {figures['waited']:.2f} s",
        )
        for name, figures in found.items()
    ]
    report(f"versions ({database}, {load()})", rows)


if __name__ == "__main__":
    main()
