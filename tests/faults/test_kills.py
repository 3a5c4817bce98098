"""kill -9 of supervisor and worker, and power cuts, in every state of a run and of a build."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.harness import Site, yard
from tests.faults.points import ALL, BOX_WAS_KILLED, POINTS, SHORT, run_until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with yard(tmp_path_factory.mktemp("site") / "yard", points=ALL) as site:
        yield site


@pytest.mark.parametrize("state", SHORT)
def test_killed_in_every_state_a_run_goes_on(site: Site, state: str) -> None:
    killed_at_each(site, state, SHORT[state])


@pytest.mark.soak
@pytest.mark.parametrize("state", POINTS)
def test_killed_at_every_point_a_run_goes_on(site: Site, state: str) -> None:
    killed_at_each(site, state, POINTS[state])


def killed_at_each(site: Site, state: str, points: list[str]) -> None:
    """Whatever is killed there, its box goes on, and the run ends as if nothing had been."""
    for point in points:
        run = run_until(site, state, point)
        doomed = ["supervisor", "worker"] if point == points[0] else ["supervisor"]
        site.kill(*doomed)
        site.start(*doomed)
        ended = site.until_ended(run)
        assert ended == ["stopped" if state == "stopping" else "succeeded"], (point, site.story(run))
        assert site.witnessed(run) == 1, point
    site.check()


@pytest.mark.parametrize("state", ["building", "starting", "running", "collecting"])
def test_after_a_power_cut_a_run_goes_on_or_says_what_became_of_it(site: Site, state: str) -> None:
    run = run_until(site, state, POINTS[state][-1])
    site.power_cut()
    site.start_all()
    (ended,) = site.until_ended(run)
    if ended == "succeeded":
        assert state in {"building", "collecting"}, site.story(run)
    else:
        assert (ended, BOX_WAS_KILLED in site.story(run)) == ("failed", True), site.story(run)
        assert "'platform'" in site.story(run)
    assert site.witnessed(run) <= 1
    site.check()
