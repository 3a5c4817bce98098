"""The scripts and styles that the first page loads, gzipped."""

from __future__ import annotations

import gzip
import re
import sys
from pathlib import Path

from benchmarks._table import Row, report

_DIST = Path(__file__).resolve().parent.parent / "frontend" / "dist"
# A page with nothing but a schema form in the same theme, measured once on the same versions.
_PEER_KB = 310.0


def main() -> int:
    """Returns the process's exit code."""
    page = _DIST / "index.html"
    if not page.is_file():
        print("✗ The pages are not built; `make setup` builds them.", file=sys.stderr)
        return 1
    html = page.read_text(encoding="utf-8")
    scripts = _linked(html, r'(?:src|href)="([^"]+\.js)"')
    styles = _linked(html, r'href="([^"]+\.css)"')
    everything = list(_DIST.rglob("*.js"))
    rows = [
        Row("scripts of the first page", _kilobytes(scripts), "kB gz", _PEER_KB, "rjsf + MUI alone", "≤ 300"),
        Row("styles of the first page", _kilobytes(styles), "kB gz"),
        Row("all scripts", _kilobytes(everything), "kB gz", note=f"{len(everything)} files, most loaded when needed"),
    ]
    report("bundle", rows)
    return 0


def _linked(html: str, pattern: str) -> list[Path]:
    """Files that the page names itself: its entry and what is loaded along with it."""
    names = {match.rpartition("/assets/")[2] for match in re.findall(pattern, html)}
    return [file for file in _DIST.rglob("*") if file.name in names]


def _kilobytes(files: list[Path]) -> float:
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) / 1000


if __name__ == "__main__":
    sys.exit(main())
