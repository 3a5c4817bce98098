"""kill -9 of supervisor and worker, and power cuts, in every state of a run and of a build."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.harness import Site, yard
from tests.faults.points import BOX_WAS_KILLED, DOCKER_POINTS, ON_POSTGRESQL, POINTS, SHORT, every, run_until
from tests.faults.with_engine import yard_with_engine

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

CUT = ["running", "collecting"]
ALSO_CUT = [pytest.param(state, marks=pytest.mark.soak) for state in ("building", "starting")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with yard(tmp_path_factory.mktemp("site") / "yard", points=every(POINTS)) as site:
        yield site


@pytest.fixture(scope="module")
def on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with yard(tmp_path_factory.mktemp("postgresql") / "yard", points=every(POINTS), postgres=True) as site:
        yield site


@pytest.fixture(scope="module")
def with_docker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with yard_with_engine(tmp_path_factory.mktemp("docker"), points=every(DOCKER_POINTS)) as found:
        yield found.site


# --- kills ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", SHORT)
def test_killed_in_every_state_a_run_goes_on(site: Site, state: str) -> None:
    killed_at_each(site, state, SHORT[state])


@pytest.mark.parametrize("state", ON_POSTGRESQL)
def test_killed_on_postgresql_a_run_goes_on(on_postgresql: Site, state: str) -> None:
    killed_at_each(on_postgresql, state, ON_POSTGRESQL[state])


@pytest.mark.soak
@pytest.mark.parametrize("state", POINTS)
def test_killed_at_every_point_a_run_goes_on(site: Site, state: str) -> None:
    killed_at_each(site, state, POINTS[state])


@pytest.mark.soak
@pytest.mark.parametrize("state", POINTS)
def test_killed_at_every_point_on_postgresql_a_run_goes_on(on_postgresql: Site, state: str) -> None:
    killed_at_each(on_postgresql, state, POINTS[state])


@pytest.mark.soak
@pytest.mark.docker
@pytest.mark.parametrize("state", DOCKER_POINTS)
def test_killed_at_every_point_with_docker_a_run_goes_on(with_docker: Site, state: str) -> None:
    killed_at_each(with_docker, state, DOCKER_POINTS[state])


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


# --- power cuts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [*CUT, *ALSO_CUT])
def test_after_a_power_cut_a_run_goes_on_or_says_what_became_of_it(site: Site, state: str) -> None:
    cut_in(site, state)


def test_after_a_power_cut_on_postgresql_a_run_says_what_became_of_it(on_postgresql: Site) -> None:
    cut_in(on_postgresql, "running")


@pytest.mark.soak
@pytest.mark.parametrize("state", [*CUT, *ALSO_CUT])
def test_after_a_power_cut_in_any_state_on_postgresql(on_postgresql: Site, state: str) -> None:
    cut_in(on_postgresql, state)


def cut_in(site: Site, state: str) -> None:
    """Everything ends at once while the run is in that state, and is started again."""
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
