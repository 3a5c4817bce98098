"""The compose stack comes back: after kill -9 of every part, a removal of all containers, the end of its engine."""

from __future__ import annotations

import os
import re
import signal
from typing import Any

import pytest

from tests.runs.tiny_template import tiny_template
from tests.services._compose_site import FINAL, Site
from tests.services._compose_stack import LASTING

pytestmark = [pytest.mark.docker, pytest.mark.faults, pytest.mark.timeout(1800)]

EPOCHS = 100
# Ends with the signal, as most train code does; what stores a model when it is told to stop has its own tests.
UNPREPARED = """
import time

for epoch in range(1, 100000):
    print("epoch %d/100000" % epoch, flush=True)
    time.sleep(0.1)
"""


def _kill(site: Site, services: tuple[str, ...]) -> None:
    """The main processes, from outside: the engine takes its own kill for an operator's wish to stop."""
    for number in [site.stack.inspect(service)["State"]["Pid"] for service in services]:
        os.kill(number, signal.SIGKILL)


def _restarts(site: Site, service: str) -> int:
    return int(site.stack.inspect(service)["RestartCount"])


def _assert_whole(site: Site, run: dict[str, Any]) -> None:
    """The run went on to its end as if nothing had been."""
    ended = site.end_of(run, within=300)
    log = site.log(ended)
    assert ended["state"] == "succeeded", (ended["reason"], log)
    assert ended["score"] == pytest.approx(0.875, abs=0.001)
    assert re.findall(r"epoch (\d+)/", log) == [str(number) for number in range(1, EPOCHS + 1)]
    assert len(ended["outputs"]) == 1


def test_all_parts_killed_at_once_come_back_and_the_run_goes_on(compose_site: Site) -> None:
    run = compose_site.start(compose_site.tiny, epochs=EPOCHS, pause=0.25)
    compose_site.until(run, lambda _: "epoch 5/" in compose_site.log(run))
    before = {service: _restarts(compose_site, service) for service in LASTING}
    _kill(compose_site, LASTING)
    compose_site.stack.wait(
        lambda: all(_restarts(compose_site, service) > count for service, count in before.items()), 180, "restarted"
    )
    compose_site.stack.wait_until_healthy()
    _assert_whole(compose_site, run)


@pytest.mark.soak
@pytest.mark.parametrize("service", LASTING)
def test_one_part_killed_comes_back_and_the_run_goes_on(compose_site: Site, service: str) -> None:
    for epoch in (1, 50, EPOCHS - 1):
        run = compose_site.start(compose_site.tiny, epochs=EPOCHS, pause=0.1)
        compose_site.until(run, lambda _, run=run, epoch=epoch: f"epoch {epoch}/" in compose_site.log(run))
        before = _restarts(compose_site, service)
        _kill(compose_site, (service,))
        compose_site.stack.wait(lambda before=before: _restarts(compose_site, service) > before, 180, "restarted")
        compose_site.stack.wait_until_healthy()
        _assert_whole(compose_site, run)


@pytest.mark.soak
def test_nothing_is_lost_when_all_containers_are_removed_and_made_anew(compose_site: Site) -> None:
    run = compose_site.start(compose_site.tiny, epochs=100_000, pause=0.1)
    compose_site.until(run, lambda _: "epoch 2/" in compose_site.log(run))
    answers = _lasting_answers(compose_site, run)
    compose_site.stack.compose("down")
    compose_site.stack.compose("up", "-d")
    compose_site.stack.wait_until_healthy()
    assert _lasting_answers(compose_site, run) == answers
    seen = _epochs(compose_site, run)
    compose_site.until(run, lambda _: _epochs(compose_site, run)[-1] > seen[-1] + 5)
    compose_site.api.post(f"runs/{run['id']}/stop/")
    assert compose_site.end_of(run)["state"] == "stopped"
    every = _epochs(compose_site, run)
    assert every == list(range(1, len(every) + 1)), "no line is lost or shown twice"


@pytest.mark.soak
@pytest.mark.parametrize("end", ["stop", "kill"])
def test_the_stack_comes_back_with_its_engine(compose_site: Site, end: str) -> None:
    archive = tiny_template(train=UNPREPARED).getvalue()
    version = compose_site.api.upload_template(compose_site.project["id"], archive)
    run = compose_site.start(version)
    compose_site.until(run, lambda _: "epoch 2/" in compose_site.log(run))
    answers = _lasting_answers(compose_site, run)
    getattr(compose_site.stack.engine, end)()
    compose_site.stack.engine.start(own_network=True)
    compose_site.stack.wait_until_healthy()
    assert _lasting_answers(compose_site, run) == answers
    ended = compose_site.stack.wait(
        lambda: (now := compose_site.run(run))["state"] in FINAL and now, 120, "the box ended with its engine"
    )
    assert ended["state"] in ("failed", "lost")
    assert ended["reason"]
    again = compose_site.end_of(compose_site.start(compose_site.tiny))
    assert again["state"] == "succeeded", again["reason"]


def _epochs(site: Site, run: dict[str, Any]) -> list[int]:
    return [int(number) for number in re.findall(r"^epoch (\d+)/", site.log(run), re.MULTILINE)]


def _lasting_answers(site: Site, run: dict[str, Any]) -> dict[str, Any]:
    """All answers but those of the run that goes on."""
    answers = site.answers()
    answers["runs"] = [entry for entry in answers["runs"] if entry["id"] != run["id"]]
    return answers
