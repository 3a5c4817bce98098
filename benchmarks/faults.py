"""A thousand queued one-second runs while worker and supervisor are killed every few seconds; the same undisturbed.

Nothing may be lost, and nothing done twice: every training writes a line where the platform cannot see it.
FAULTS_RUNS=100 makes a short trial, FAULTS_KILL_SECONDS=5 says how often is killed.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks._site import load
from benchmarks._table import Row, report
from tests.faults.harness import FINAL, Site, yard

RUNS = int(os.environ.get("FAULTS_RUNS", "1000"))
KILL_SECONDS = float(os.environ.get("FAULTS_KILL_SECONDS", "5"))
SUBMITTERS = 4
LONGEST_S = 3 * 3600.0
# Ten lines and a second in all; a tenth of a core, since it sleeps.
CONFIG = {"epochs": 10, "pause": 0.1}
RESOURCES = {"cpus": 0.1, "memory_bytes": 64 << 20, "shared_memory_bytes": 16 << 20}


@dataclass
class Outcome:
    """What became of the runs of one site."""

    states: dict[str, int]
    lost: int
    doubled: int
    wrong: list[str]
    seconds: float
    kills: int

    @property
    def per_second(self) -> float:
        return RUNS / self.seconds


def main() -> int:
    """Returns the process's exit code: 1 when a run was lost or doubled."""
    calm = _measure(disturbed=False)
    stormy = _measure(disturbed=True)
    rows = [
        Row("runs per second, killed all the time", stormy.per_second, "/s", note=f"{stormy.kills} kills, {load()}"),
        Row("runs per second, undisturbed", calm.per_second, "/s"),
        Row("throughput kept", stormy.per_second / calm.per_second, "×"),
        Row("lost", calm.lost + stormy.lost, "", goal="0", note=f"of 2 × {RUNS:,}"),
        Row("doubled", calm.doubled + stormy.doubled, "", goal="0"),
    ]
    report("faults", rows)
    for problem in [*calm.wrong, *stormy.wrong][:20]:
        print(problem, file=sys.stderr)
    figures = {
        "lost": calm.lost + stormy.lost,
        "doubled": calm.doubled + stormy.doubled,
        "wrong": len(calm.wrong) + len(stormy.wrong),
        "runs": RUNS,
        "kills": stormy.kills,
        "runs_per_second": round(stormy.per_second, 3),
        "undisturbed_runs_per_second": round(calm.per_second, 3),
        "ratio": round(stormy.per_second / calm.per_second, 3),
    }
    print(json.dumps(figures))
    return 1 if figures["lost"] or figures["doubled"] or figures["wrong"] else 0


def _measure(*, disturbed: bool) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="trainyard-faults-") as folder:
        Path(folder).chmod(0o755)
        with yard(Path(folder) / "site") as site:
            site.until_ended(site.job().start(epochs=1))  # builds
            _submit(site)
            began = time.monotonic()
            kills = _until_all_ended(site, disturbed)
            seconds = time.monotonic() - began
            outcome = _outcome(site, seconds, kills)
    how = f"with {kills} kills" if disturbed else "undisturbed"
    print(f"{RUNS} runs {how}: {outcome.per_second:.2f} runs/s, {outcome.states}, {load()}", file=sys.stderr)
    return outcome


def _submit(site: Site) -> None:
    """All are queued before the clock starts; nothing runs meanwhile."""
    site.kill("supervisor")
    body = site.job().body(resources=RESOURCES, **CONFIG)

    def some(count: int) -> None:
        for _ in range(count):
            site.api.post("runs/", body)

    parts = [RUNS // SUBMITTERS + (number < RUNS % SUBMITTERS) for number in range(SUBMITTERS)]
    threads = [threading.Thread(target=some, args=(count,)) for count in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert site.rows("SELECT COUNT(*) FROM runs_run")[0][0] == RUNS + 1
    site.start("supervisor")


def _until_all_ended(site: Site, disturbed: bool) -> int:
    random, kills, until = Random(20261121), 0, time.monotonic() + LONGEST_S
    next_kill = time.monotonic() + KILL_SECONDS
    while left := _left(site):
        if time.monotonic() > until:
            print(f"{left} runs have not ended after {LONGEST_S:.0f} s", file=sys.stderr)
            break
        if disturbed and time.monotonic() > next_kill:
            site.kill("supervisor", "worker")
            site.start("supervisor", "worker")
            # Counted from when it works: on a busy machine its start alone may take longer.
            site.until(lambda: _works(site), "the supervisor works again")
            kills += 2
            next_kill = time.monotonic() + KILL_SECONDS * random.uniform(0.7, 1.3)
        time.sleep(0.2)
    return kills


def _works(site: Site) -> bool:
    """Whether the supervisor that was started last has taken over what its predecessor drove."""
    owners = site.rows("SELECT DISTINCT lease_owner FROM executions_attempt WHERE lease_owner <> ''")
    own = f"/{site.pid('supervisor')}/"
    return not owners or all(own in owner for (owner,) in owners)


def _left(site: Site) -> int:
    return int(site.rows(f"SELECT COUNT(*) FROM executions_execution WHERE state NOT IN {FINAL}")[0][0])


def _outcome(site: Site, seconds: float, kills: int) -> Outcome:
    wrong: list[str] = []
    try:
        site.check()
    except AssertionError as error:
        wrong = [line for line in str(error).split("--- ")[0].splitlines() if line]
    states: dict[str, int] = dict(
        site.rows("SELECT state, COUNT(*) FROM executions_execution WHERE kind = 'run' GROUP BY state")
    )
    started: dict[str, int] = {}
    for line in (site.folder / "witness" / "started").read_text().splitlines():
        started[line.split()[0]] = started.get(line.split()[0], 0) + 1
    doubled = sum(count - 1 for count in started.values())
    return Outcome(states, RUNS + 1 - states.get("succeeded", 0), doubled, wrong, seconds, kills)


if __name__ == "__main__":
    sys.exit(main())
