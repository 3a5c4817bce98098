"""The clock is set forward and back under a running platform; the database is lost for some seconds."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.faults.harness import Site, yard
from tests.faults.points import stop

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

COLLECT = "yard.runs.kind:RunKind.collect"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with yard(tmp_path_factory.mktemp("site") / "yard", postgres=True, points=[COLLECT], clock=True) as site:
        site.job()
        yield site


def test_a_clock_set_forward_ends_no_run_and_one_set_back_hangs_none(site: Site) -> None:
    limited = site.job().start(epochs=40, pause=0.1, resources={"time_limit_seconds": 3600})
    deaf = site.job().start(epochs=3000, pause=0.1, ignore_term=1)
    site.until_state(limited, "running")
    site.until_state(deaf, "running")
    site.move_clock(7200)
    assert site.until_ended(limited) == ["succeeded"], site.story(limited)
    stop(site.api, deaf)
    site.until_state(deaf, "stopping")
    site.move_clock(-7200)
    assert site.until_ended(deaf) == ["stopped"]
    after = site.job().start(epochs=3)
    assert site.until_ended(after) == ["succeeded"]
    site.move_clock(0)
    site.check()


def test_a_lost_database_only_delays(site: Site) -> None:
    running = site.job().start(epochs=40, pause=0.1)
    site.until_lines(running, 3)
    site.cut_connections()
    site.until_lines(running, 10)
    site.kill("postgres")
    time.sleep(3)
    site.start("postgres")
    site.until_ended(running)
    site.arm(COLLECT)
    collecting = site.job().start(epochs=5)
    sleeper = site.until_reached(COLLECT)
    site.kill("postgres")
    site.wake(sleeper)
    time.sleep(2)
    site.start("postgres")
    assert site.until_ended(running, collecting) == ["succeeded"] * 2
    assert (site.witnessed(running), site.witnessed(collecting)) == (1, 1)
    site.check()
