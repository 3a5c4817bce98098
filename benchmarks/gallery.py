"""Pages of a gallery of 100,000 images with 500,000 shapes, from anywhere in it and through filters: milliseconds.

Requests go through the whole platform but the network. FiftyOne, which has such a gallery, brings a database server and
could not be installed; the peer is our own list in numbered pages with whole shapes, as galleries are usually fed.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks._table import Row, report
from tests.services.postgres import _programs, _serve

ROOT = Path(__file__).resolve().parent.parent
GOAL_MS = 100
PEER = "peer: numbered pages with whole shapes"
GOALS = {"save an edit": 200}


def main() -> None:
    """Measure on SQLite and, where it is installed, on PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="trainyard-gallery-") as folder:
        tell("SQLite", measure(Path(folder), {}))
    with postgres() as url:
        if url:
            with tempfile.TemporaryDirectory(prefix="trainyard-gallery-") as folder:
                tell("PostgreSQL", measure(Path(folder), {"YARD_DATABASE_URL": url}))


def measure(folder: Path, more: dict[str, str]) -> dict[str, Any]:
    """What the child says."""
    env = {**os.environ, **more, "YARD_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "yard.settings.test"}
    command = [sys.executable, "-m", "benchmarks._gallery_child"]
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def tell(database: str, figures: dict[str, Any]) -> None:
    """The table of one database."""
    peer = figures.pop(PEER)["p95"]
    rows = [
        Row(
            f"{name}, p95",
            found["p95"],
            "ms",
            peer=peer if name == "all, by name" else None,
            peer_name="numbered pages" if name == "all, by name" else "",
            goal=f"≤ {GOALS.get(name, GOAL_MS)}",
            note=f"first {found['first']:.0f}, median {found['p50']:.0f}",
        )
        for name, found in figures.items()
        if name != "statistics"
    ]
    statistics = figures.get("statistics")
    if statistics:
        rows.append(Row("statistics, counted anew", statistics["first"], "ms", note=f"kept: {statistics['p50']:.0f}"))
    report(f"gallery ({database})", rows)


@contextlib.contextmanager
def postgres() -> Iterator[str | None]:
    """The address of an empty database; None, with the reason on the screen, where there is no server."""
    try:
        programs = _programs()
    except BaseException as error:  # pytest's own way to skip
        print(f"Without PostgreSQL: {error}", file=sys.stderr)
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="trainyard-postgres-"))
    try:
        for server in _serve(programs, folder):
            yield server.create_database()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
