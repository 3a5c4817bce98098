"""Runs benchmarks: all, or those named. ``python -m benchmarks startup bundle``"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def main(names: list[str]) -> int:
    """Run each in a process of its own, the next one even when one failed; returns 1 then."""
    known = sorted(file.stem for file in _HERE.glob("[a-z]*.py"))
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"✗ There is no benchmark {', '.join(unknown)}. There are: {', '.join(known)}.", file=sys.stderr)
        return 1
    failed = [name for name in names or known if _run(name)]
    if failed:
        print(f"\n✗ Not measured: {', '.join(failed)}; the lines above say why.", file=sys.stderr)
    return 1 if failed else 0


def _run(name: str) -> int:
    """The exit code. What is measured is called by its place in the clone, and may import the platform."""
    env = {**os.environ, "PYTHONPATH": str(_HERE.parent / "platform")}
    return subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}"], cwd=_HERE.parent, env=env, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
