"""Random kills for as long as SOAK_MINUTES says (20), with many runs of every kind; the seed is printed."""

from __future__ import annotations

import os
import time
from pathlib import Path
from random import Random

import pytest

from tests.faults.harness import Json, Site, yard
from tests.faults.points import stop

pytestmark = [pytest.mark.faults, pytest.mark.soak, pytest.mark.timeout(0)]

MINUTES = float(os.environ.get("SOAK_MINUTES", "20"))


@pytest.mark.parametrize("postgres", [False, True], ids=["sqlite", "postgresql"])
def test_whatever_is_killed_whenever_every_run_ends_truly(tmp_path: Path, postgres: bool) -> None:
    seed = int(os.environ.get("SOAK_SEED") or time.time())
    print(f"SOAK_SEED={seed}")
    random, until = Random(seed), time.monotonic() + MINUTES * 30
    with yard(tmp_path / "yard", postgres=postgres) as site:
        runs: list[Json] = []
        while time.monotonic() < until:
            site.until(lambda: site.api.get("auth/session/"), "the web server answers")
            runs += [_some_run(site, random) for _ in range(random.randint(1, 6))]
            if random.random() < 0.3:
                stop(site.api, runs[-1])
            time.sleep(random.uniform(0, 6))
            _disturb(site, random)
            site.start_all()
        site.until_ended(*runs)
        figures = site.check()
        print(figures)


def _some_run(site: Site, random: Random) -> Json:
    job = site.job()
    if random.random() < 0.1:
        job.template_version = job.another_template(str(random.random()))
    fail = random.choice([0, 0, 0, 3])
    return job.start(epochs=random.randint(0, 60), pause=random.choice([0, 0.02, 0.1]), fail=fail)


def _disturb(site: Site, random: Random) -> None:
    """One of what can happen."""
    what = random.choice(["supervisor", "worker", "both", "pause", "cut", "web", "power"])
    if what == "both":
        site.kill("supervisor", "worker")
    elif what == "power":
        site.power_cut()
    elif what == "pause":
        part = random.choice(["supervisor", "worker"])
        site.pause(part)
        time.sleep(random.uniform(0, 5))
        site.resume(part)
    elif what == "cut":
        if site.postgres is not None:
            site.cut_connections()
    else:
        site.kill(what, group=random.random() < 0.5)
