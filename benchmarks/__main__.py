"""Runs benchmarks: all, or those named. ``python -m benchmarks startup bundle``"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def main(names: list[str]) -> int:
    """Run each in a process of its own; returns 1 when one failed."""
    known = sorted(file.stem for file in _HERE.glob("[a-z]*.py"))
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"✗ There is no benchmark {', '.join(unknown)}. There are: {', '.join(known)}.", file=sys.stderr)
        return 1
    # The modules call what they measure by its place in the clone.
    commands = [[sys.executable, "-m", f"benchmarks.{name}"] for name in names or known]
    codes = [subprocess.run(command, cwd=_HERE.parent, check=False).returncode for command in commands]
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
