"""From a printed line to the clients that watch the log: 2,000 lines a second, 20 event streams."""

from __future__ import annotations

import json
import statistics
import sys
import threading
import time

from benchmarks._site import Json, Site, load, site
from benchmarks._table import Row, report

LINES_PER_S = 2000
SECONDS = 15
CLIENTS = 20
BATCH = 20

# Ahead of every line the clock of this machine, which the clients read too. One write per batch, as a fast loop would.
TRAIN = f"""
import os, sys, time
from args import get_args

args = get_args()
began = time.time()
for batch in range({LINES_PER_S * SECONDS // BATCH}):
    time.sleep(max(0, began + batch * {BATCH / LINES_PER_S} - time.time()))
    now = time.time()
    lines = ["@%.6f line %d loss=%.4f %s\\n" % (now, batch * {BATCH} + n, 1 / (batch + 1), "." * 40)
             for n in range({BATCH})]
    sys.stdout.write("".join(lines))
    sys.stdout.flush()
os.makedirs(args.output_dir, exist_ok=True)
open(os.path.join(args.output_dir, "model.pt"), "w").write("weights")
print("Accuracy 0.5")
"""


def main() -> int:
    """Returns the process's exit code."""
    with site(train=TRAIN) as on:
        on.until_ended(on.start())  # builds
        run = on.start()
        seen: list[list[tuple[float, bytes]]] = [[] for _ in range(CLIENTS)]
        clients = [threading.Thread(target=_watch, args=(on, run, arrived)) for arrived in seen]
        for client in clients:
            client.start()
        busy = load()
        for client in clients:
            client.join()
        on.until_ended(run)
    delays = sorted(delay for arrived in seen for delay in _delays(arrived))
    expected = LINES_PER_S * SECONDS * CLIENTS
    rows = [
        Row("printed to seen, p95", _at(delays, 0.95) * 1000, "ms", goal="≤ 500", note=busy),
        Row("printed to seen, median", _at(delays, 0.5) * 1000, "ms"),
        Row("printed to seen, slowest", delays[-1] * 1000, "ms"),
        Row("mean", statistics.fmean(delays) * 1000, "ms"),
        Row("lines that did not arrive", expected - len(delays), "", goal="0", note=f"of {expected:,}"),
    ]
    report("logs", rows)
    return 0


def _watch(on: Site, run: Json, arrived: list[tuple[float, bytes]]) -> None:
    """Note what comes and when; it is read later, so that reading delays nothing."""
    with on.stream_log(run) as stream:
        for line in stream:
            if line.startswith(b"data: "):
                arrived.append((time.time(), line))
            elif line == b"event: end\n":
                return


def _delays(arrived: list[tuple[float, bytes]]) -> list[float]:
    """Seconds from print to arrival per line; a line that came in two messages counts when its end came."""
    found, rest = [], ""
    for at, message in arrived:
        *lines, rest = (rest + json.loads(message[6:]).get("text", "")).split("\n")
        found += [at - float(line[1:].partition(" ")[0]) for line in lines if line.startswith("@")]
    return found


def _at(delays: list[float], part: float) -> float:
    return delays[min(len(delays) - 1, int(len(delays) * part))]


if __name__ == "__main__":
    sys.exit(main())
