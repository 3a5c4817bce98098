"""How a benchmark tells its result: one table with the peer beside us, and a last line of JSON."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure. ``peer`` is what others, or the bare tool, need for the same; ``goal`` is what we aim at."""

    name: str
    ours: float | None
    unit: str
    peer: float | None = None
    peer_name: str = ""
    goal: str = ""
    note: str = ""


def report(benchmark: str, rows: Sequence[Row]) -> None:
    """Print the table and the line of JSON."""
    lines = [("figure", "ours", "peer", "goal", "unit", "note")]
    for row in rows:
        peer = f"{_figure(row.peer)} ({row.peer_name})" if row.peer_name else _figure(row.peer)
        lines.append((row.name, _figure(row.ours), peer, row.goal or "–", row.unit, row.note))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    print(f"\n{benchmark}")
    for number, line in enumerate(lines):
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        if number == 0:
            print("  " + "  ".join("-" * width for width in widths))
    print(json.dumps({"benchmark": benchmark, "rows": [vars(row) for row in rows]}, ensure_ascii=False))


def median(measure: Callable[[], float], times: int = 3) -> float:
    """The middle of several measurements: one disturbed try does not count."""
    return statistics.median(measure() for _ in range(times))


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
