"""The container engine dies, is restarted or cannot be reached, in every state of a run and of a build."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Any

import docker
import pytest

from tests.faults.harness import Site, execution_of
from tests.faults.training import BASE
from tests.faults.with_engine import Yard, yard_with_engine

pytestmark = [pytest.mark.faults, pytest.mark.docker, pytest.mark.timeout(280)]

Json = dict[str, Any]
TAKE_MODEL = "yard.runs.outputs:model_take"
FROM_ENGINE = "The container engine ended it"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    """As engines are installed: boxes end with the engine."""
    with yard_with_engine(tmp_path_factory.mktemp("plain"), points=[TAKE_MODEL]) as plain:
        yield plain


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    """With live-restore: boxes outlive the engine."""
    with yard_with_engine(tmp_path_factory.mktemp("lasting"), points=[TAKE_MODEL], live_restore=True) as lasting:
        yield lasting


def test_a_box_that_died_with_the_engine_is_no_success_and_no_fault_of_the_user(plain: Yard) -> None:
    """The training handles SIGTERM, saves a model and exits with 0: as if it had come to its end."""
    run = plain.site.job().start(epochs=400, pause=0.05)
    plain.until_printed(run, 5)
    plain.engine.kill()
    plain.until_told(run, "trying again")
    plain.engine.start()
    end = plain.ended(run)
    assert (end["state"], end["cause"]) == ("failed", "platform")
    assert end["reason"].startswith(FROM_ENGINE)
    plain.site.check()


@pytest.mark.soak
def test_an_engine_stopped_in_good_order_is_told_too(plain: Yard) -> None:
    run = plain.site.job().start(epochs=400, pause=0.05)
    plain.until_printed(run, 5)
    plain.engine.stop()
    plain.engine.start()
    end = plain.ended(run)
    assert (end["state"], end["cause"]) == ("failed", "platform")
    assert end["reason"].startswith(FROM_ENGINE)
    plain.site.check()


def test_a_build_goes_on_after_the_engine_was_killed_and_nothing_is_left_of_it(plain: Yard) -> None:
    job = plain.site.job()
    version = job.another_template("slow\nRUN echo layer > /layer\nRUN echo begun; sleep 3")
    run = dict(job.api.post("runs/", {**job.body(epochs=3), "template_version": version}))
    build = _build_that_prints(plain.site, b"begun")
    plain.engine.kill()
    plain.until_told({"execution": build}, "trying again")
    plain.engine.start()
    assert plain.ended(run)["state"] == "succeeded"
    assert plain.leftovers() == ([], [])
    plain.site.check()


def test_a_run_waits_for_an_engine_that_is_away_and_its_user_is_told(plain: Yard) -> None:
    plain.engine.kill()
    run = plain.site.job().start(epochs=3)
    plain.until_told(run, "container engine")
    plain.engine.start()
    assert plain.ended(run)["state"] == "succeeded"
    plain.site.check()


def test_a_run_being_stopped_is_stopped_and_one_being_collected_loses_nothing(plain: Yard) -> None:
    job = plain.site.job()
    stopped = job.start(epochs=400, pause=0.05, ignore_term=1)
    plain.until_printed(stopped, 3)
    plain.site.api.post(f"executions/{execution_of(stopped)}/stop/", {})
    plain.site.until_state(stopped, "stopping")
    plain.restart()
    assert plain.ended(stopped)["state"] == "stopped"

    plain.site.arm(TAKE_MODEL)
    collected = job.start(epochs=30)
    plain.site.until_reached(TAKE_MODEL)
    plain.engine.kill()
    plain.site.resume("supervisor")
    plain.until_told(collected, "trying again")
    plain.engine.start()
    assert plain.ended(collected)["state"] == "succeeded"
    plain.site.check()


@pytest.mark.soak
def test_a_box_gone_with_the_power_is_told_as_such(plain: Yard) -> None:
    run = plain.site.job().start(epochs=400, pause=0.05)
    plain.until_printed(run, 5)
    plain.engine.kill_all()
    plain.engine.start()
    end = plain.ended(run)
    assert (end["state"], end["cause"]) == ("failed", "platform")
    assert "broke down while it ran" in end["reason"]
    plain.site.check()


@pytest.mark.parametrize(("code", "words"), [(255, "exit code 255"), (137, "killed from outside")])
def test_the_same_codes_of_a_training_itself_are_its_own(plain: Yard, code: int, words: str) -> None:
    end = plain.ended(plain.site.job().start(epochs=2, fail=code))
    assert (end["state"], end["cause"]) == ("failed", "user")
    assert words in end["reason"]


@pytest.mark.soak
def test_the_image_of_a_deleted_template_goes_and_nothing_of_others(plain: Yard) -> None:
    site, client = plain.site, docker.DockerClient(base_url=plain.engine.address)
    own = {"label": "trainyard.instance"}
    try:
        foreign = client.api.create_container(BASE, ["true"])["Id"]
        layer = client.api.commit(foreign)["Id"]
        site.manage("collect_host_garbage", "--grace-hours", "0")
        assert client.api.images(filters=own), "a template that can be used keeps its image"
        (found,) = site.rows("SELECT id FROM blueprints_blueprint WHERE project_id IS NOT NULL")
        site.api._json("DELETE", f"templates/{found[0]}/")
        site.manage("collect_host_garbage", "--grace-hours", "0")
        assert client.api.images(filters=own) == []
        assert [each["Id"] for each in client.api.containers(all=True)] == [foreign]
        assert [each["Id"] for each in client.api.images(filters={"dangling": True})] == [layer]
        client.api.remove_container(foreign)
        client.api.remove_image(layer)
    finally:
        client.close()
    site.job().another_template("back again")


def test_with_live_restore_a_run_goes_on_and_no_line_is_lost_or_there_twice(lasting: Yard) -> None:
    run = lasting.site.job().start(epochs=120, pause=0.05)
    lasting.until_printed(run, 5)
    lasting.engine.kill()
    lasting.until_told(run, "trying again")
    lasting.engine.start()
    assert lasting.ended(run)["state"] == "succeeded"
    assert lasting.site.log_of(run).count(b"line ") == 120, (
        "what was told of missing lines is only that there may be some"
    )
    lasting.site.check()


@pytest.mark.soak
def test_a_supervisor_that_starts_while_the_engine_is_away_declares_nothing_lost(lasting: Yard) -> None:
    site = lasting.site
    run = site.job().start(epochs=4000, pause=0.05)
    lasting.until_printed(run, 5)
    site.kill("supervisor")
    lasting.engine.kill()
    site.start("supervisor")
    site.until(lambda: "waiting" in (site.folder / "supervisor.log").read_text(), "the supervisor waits")
    lasting.engine.start()
    site.until(lambda: "launcher:" in (site.folder / "supervisor.log").read_text().split("waiting")[-1], "it is back")
    site.api.post(f"executions/{execution_of(run)}/stop/", {})
    assert lasting.ended(run)["state"] == "stopped"
    assert b"handler ran" in site.log_of(run)
    site.check()


def test_a_run_that_ended_while_the_engine_was_away_says_that_its_log_may_not_be_whole(lasting: Yard) -> None:
    """The engine itself loses what a box prints while nobody reads; how it ended, and its model, are kept."""
    run = lasting.site.job().start(epochs=60, pause=0.05)
    lasting.until_printed(run, 5)
    lasting.engine.kill()
    lasting.site.until(lambda: not lasting.engine.boxes(), "the box has ended")
    lasting.engine.start()
    end = lasting.ended(run)
    assert end["state"] == "succeeded"
    assert "the log may lack lines" in end["reason"]
    lasting.site.api._json("DELETE", f"runs/{run['id']}/")
    lasting.site.check()


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("kind", ["plain", "lasting"])
def test_an_engine_killed_again_and_again_loses_no_run(kind: str, request: pytest.FixtureRequest) -> None:
    found: Yard = request.getfixturevalue(kind)
    job, chance = found.site.job(), random.Random(7)
    runs = []
    for _ in range(40):
        runs += [job.start(epochs=chance.randrange(1, 200), pause=0.02) for _ in range(3)]
        time.sleep(chance.uniform(0.1, 4))
        found.restart()
    assert set(found.site.until_ended(*runs)) <= {"succeeded", "failed"}
    for run in runs:
        end = found.ended(run)
        # With live-restore a box goes on, but for one that was just being started.
        assert end["state"] == "succeeded" or end["cause"] == "platform", end
    # A box that the engine would not remove when its run ended is removed by the collector, which looks every minute.
    found.site.until(lambda: found.leftovers() == ([], []), "nothing of them is left", lambda: str(found.leftovers()))
    found.site.check()


def _build_that_prints(site: Site, text: bytes) -> int:
    """The execution of the build that runs, as soon as its log holds the text."""
    sql = (
        "SELECT e.id FROM executions_execution e JOIN executions_attempt a ON a.execution_id = e.id "
        "JOIN executions_logchunk c ON c.attempt_id = a.id WHERE e.kind = 'build' AND e.state = 'running'"
    )

    def there() -> bool:
        return any(text in site.log_of({"execution": row[0]}).split(b"Running in")[-1] for row in site.rows(sql))

    site.until(there, f"a build prints {text!r}")
    return int(site.rows(sql)[0][0])
