"""Two of a kind at once, and what comes twice or late: supervisors, workers, tasks, clicks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from scripts.api_client import Api, ApiProblem
from tests.faults.harness import Site, execution_of, yard
from tests.faults.job import PASSWORD, USER, archive
from tests.faults.points import stop

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

LAUNCH = "yard.executions.driving.box:BoxSteps.launch"
CONCLUDE = "yard.datasets.imports.run:_conclude"
COMMIT = "yard.datasets.imports.pictures:Pictures._commit"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with yard(tmp_path_factory.mktemp("site") / "yard", points=[LAUNCH, CONCLUDE, COMMIT]) as site:
        site.job()
        yield site


def at_once(site: Site, click: Callable[[Api], Any], clicks: int = 4) -> list[Any]:
    """The same thing by several clients of one user in the same moment: their answers, or the refusals."""
    answers: list[Any] = []
    clients = [Api(site.api._host, site.api._port) for _ in range(clicks)]
    for client in clients:
        client.sign_in(USER, PASSWORD)
    barrier = threading.Barrier(clicks)

    def one(client: Api) -> None:
        barrier.wait()
        try:
            answers.append(click(client))
        except ApiProblem as refusal:
            answers.append(refusal)

    threads = [threading.Thread(target=one, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def refusals(answers: list[Any]) -> list[ApiProblem]:
    return [answer for answer in answers if isinstance(answer, ApiProblem)]


def test_a_second_supervisor_waits_and_takes_over(site: Site) -> None:
    second = site.start_second("supervisor")
    run = site.job().start(epochs=30, pause=0.1)
    site.until_state(run, "running")
    site.until(lambda: b"drives this host already" in (site.folder / f"{second}.log").read_bytes(), "the second waits")
    site.kill("supervisor")
    assert site.until_ended(run) == ["succeeded"]
    site.kill(second)
    site.start("supervisor")
    assert site.witnessed(run) == 1
    site.check()


def test_a_supervisor_that_slept_starts_nothing_twice(site: Site) -> None:
    """It slept before it would start a box, for longer than its lease holds; another one was there meanwhile."""
    second = site.start_second("supervisor")
    site.arm(LAUNCH)
    run = site.job().start(epochs=5)
    site.until_reached(LAUNCH)
    site.change("UPDATE executions_attempt SET lease_until = '2020-01-01 00:00:00'")  # as if it had slept for long
    site.resume("supervisor")
    assert site.until_ended(run) == ["succeeded"]
    assert site.witnessed(run) == 1
    site.kill(second)
    site.check()


def test_many_clicks_on_start_make_one_run(site: Site) -> None:
    body = {**site.job().body(epochs=3), "request_id": "the same click"}
    answers = at_once(site, lambda api: api.post("runs/", body))
    assert not refusals(answers), refusals(answers)
    assert len({answer["id"] for answer in answers}) == 1
    site.until_ended(answers[0])


def test_many_clicks_on_stop_and_delete_do_it_once(site: Site) -> None:
    run = site.job().start(epochs=3000, pause=0.1)
    site.until_state(run, "running")
    assert not refusals(at_once(site, lambda api: stop(api, run)))
    assert site.until_ended(run) == ["stopped"]
    number = execution_of(run)
    answers = at_once(site, lambda api: api.delete(f"runs/{run['id']}/"))
    assert {refusal.code for refusal in refusals(answers)} <= {"not_found"}
    assert len(refusals(answers)) < len(answers)
    assert not site.rows("SELECT 1 FROM executions_execution WHERE id = %s", [number])
    site.check()


def upload(site: Site, images: int) -> Any:
    """A new import with everything uploaded, not yet started."""
    job = site.job()
    dataset = site.api.post("datasets/", {"project": job.project["id"], "name": f"of {images}"})
    found = site.api.post(f"datasets/{dataset['id']}/imports/")
    site.api.upload(f"imports/{found['id']}/uploads/", archive(site, images), lambda done, size: None)
    return found


def until_imported(site: Site, found: Any, images: int) -> None:
    sql = "SELECT state, message FROM datasets_import WHERE id = %s"
    site.until(lambda: site.rows(sql, [found["id"]])[0][0] in {"succeeded", "failed"}, "the import ends")
    assert site.rows(sql, [found["id"]])[0][0] == "succeeded", site.rows(sql, [found["id"]])
    dataset = site.api.get(f"datasets/{found['dataset']}/")
    assert (dataset["image_count"], dataset["annotated_count"], dataset["shape_count"]) == (images,) * 3


def test_many_clicks_on_the_end_of_an_upload_start_one_import(site: Site) -> None:
    found = upload(site, 7)
    answers = at_once(site, lambda api: api.post(f"imports/{found['id']}/start/"))
    assert {refusal.code for refusal in refusals(answers)} <= {"conflict"}
    assert len(refusals(answers)) == len(answers) - 1
    until_imported(site, found, 7)


@pytest.mark.parametrize("point", [COMMIT, CONCLUDE])
def test_a_worker_killed_during_an_import_is_replaced(site: Site, point: str) -> None:
    images = 20 + len(point)
    found = upload(site, images)
    site.arm(point)
    site.api.post(f"imports/{found['id']}/start/")
    site.until_reached(point)
    site.kill("worker")
    site.start("worker")
    until_imported(site, found, images)
    site.check()


def test_two_workers_and_a_task_that_comes_twice_and_late(site: Site) -> None:
    second = site.start_second("worker")
    found = upload(site, 9)
    site.arm(CONCLUDE)
    site.api.post(f"imports/{found['id']}/start/")
    sleeper = site.until_reached(CONCLUDE)
    done = "SELECT COUNT(*) FROM django_q_task WHERE func = 'yard.datasets.tasks.import_run_task'"
    before = site.rows(done)[0][0]
    command = f"from django_q.tasks import async_task as a; a('yard.datasets.tasks.import_run_task', {found['id']})"
    site.manage("shell", "-c", f"{command}; {command.partition('; ')[2]}")
    site.until(lambda: site.rows(done)[0][0] >= before + 2, "the second and third delivery are through")
    site.wake(sleeper)
    until_imported(site, found, 9)
    site.kill(second)
    site.check()


def test_no_process_of_a_killed_worker_stays(site: Site) -> None:
    """Only its first process is killed, as the kernel would for memory; those it made go with it."""
    assert len(site.processes_of("worker")) > 3
    site.kill("worker", group=False)
    site.until(lambda: not site.processes_of("worker"), "all its processes are gone")
    site.start("worker")
