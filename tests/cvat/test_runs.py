"""A run on a linked data set trains on what CVAT has when it is started, or not at all."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.cvat.conftest import BOX, carry, client_of
from tests.cvat.double import CvatDouble, serving
from tests.cvat.test_faults import kill, killing_at
from tests.runs.factories import attempt_of, make_build, make_template
from yard.accounts.models import User
from yard.blueprints.models import BlueprintVersion
from yard.core.lineage import Thing, inputs_of
from yard.cvat.models import CvatLink, CvatServer, CvatTransfer
from yard.cvat.services import link_delete, transfer_cancel
from yard.executions.driving.attempt import AttemptDriver
from yard.executions.launchers.base import Image, Launcher
from yard.executions.states import Cause, State
from yard.runs.models import Run

IMAGE = Image(reference="yard/tiny:abc", digest="sha256:abc", workdir="/workspace", entrypoint=())
LAUNCHER = cast(Launcher, SimpleNamespace(name="fake", find_image=lambda _tag: IMAGE))


@pytest.fixture
def template(db: None) -> BlueprintVersion:
    version = make_template()
    make_build(version)
    return version


def start(linked: CvatLink, template: BlueprintVersion, user: User, **fields: Any) -> Run:
    body = {
        "project": linked.dataset.project_id,
        "dataset": linked.dataset_id,
        "template_version": template.pk,
        "config": {"epochs": 3},
        **fields,
    }
    response = client_of(user).post("/api/v1/runs/", body, format="json")
    assert response.status_code == 201, response.data
    return Run.objects.select_related("execution", "pull").get(pk=response.data["id"])


def step(run: Run) -> Run:
    """What the supervisor does next."""
    AttemptDriver(attempt_of(run).pk, LAUNCHER, threading.Event(), on_moved=lambda: None).step()
    return Run.objects.select_related("execution", "dataset_version", "pull").get(pk=run.pk)


def test_it_waits_for_the_annotations_and_is_pinned_to_them(
    linked: CvatLink, template: BlueprintVersion, editor: User, double: CvatDouble
) -> None:
    assert linked.remote_id is not None
    double.annotate(linked.remote_id, "05.png", BOX.format(7, ""))
    run = start(linked, template, editor)
    assert run.dataset_version is None
    for _ in range(2):
        run = step(run)
        assert run.execution.state == State.QUEUED, "not admitted: nothing waits for a box"
        assert run.execution.reason.startswith("Waiting for the annotations from CVAT.")
    shown = client_of(editor).get(f"/api/v1/runs/{run.pk}/").data
    assert (shown["dataset"]["version"], shown["dataset"]["name"], shown["dataset_version"]) == (None, "Leaves", None)
    assert client_of(editor).get("/api/v1/runs/").data["results"][0]["dataset"]["version"] is None

    assert run.pull is not None
    carry(run.pull)
    run = step(run)
    assert run.execution.state == State.WAITING
    assert run.dataset_version is not None
    assert run.dataset_version.shape_count == 7
    assert run.dataset_version.origin == "cvat"
    assert Thing("dataset_version", run.dataset_version.pk) in inputs_of(Thing("run", run.pk))
    before = run.dataset_version_id
    assert step(run).dataset_version_id == before


def test_what_annotators_do_later_changes_nothing(
    linked: CvatLink, template: BlueprintVersion, editor: User, double: CvatDouble
) -> None:
    first = start(linked, template, editor)
    assert first.pull is not None
    carry(first.pull)
    first = step(first)
    assert linked.remote_id is not None
    double.annotate(linked.remote_id, "05.png", BOX.format(7, ""))
    second = start(linked, template, editor)
    assert second.pull is not None
    carry(second.pull)
    second = step(second)
    assert first.dataset_version is not None
    assert second.dataset_version is not None
    assert (first.dataset_version.shape_count, second.dataset_version.shape_count) == (6, 7)


def test_the_image_is_built_meanwhile(linked: CvatLink, editor: User) -> None:
    run = step(start(linked, make_template(), editor))
    assert run.execution.state == State.BUILDING
    assert "building image" in run.execution.reason
    assert run.dataset_version is None


def go_wrong(double: CvatDouble, how: str) -> None:
    match how:
        case "password changed":
            double.users.clear()
        case "task deleted":
            double.tasks.clear()
        case "errors of its own":
            double.faults.errors = 1000
        case "mute":
            double.faults.slow_seconds = 0.5
        case "export fails":
            double.faults.export_fails = "No space left on device"
        case _:
            double.faults.annotations = (
                "<annotations><version>1.1</version><meta><task><labels><label><name>bean</name></label></labels></task>"
                '</meta><image id="0" name="00.png"><tag label="moth"/></image></annotations>'
            )


@pytest.mark.parametrize(
    ("how", "cause", "words"),
    [
        ("password changed", Cause.USER, "does not accept the user name and password"),
        ("task deleted", Cause.USER, "There is no task"),
        ("errors of its own", Cause.PLATFORM, "answers with an error of its own (500)"),
        ("mute", Cause.PLATFORM, "does not answer in time"),
        ("export fails", Cause.USER, "No space left on device"),
        ("label unknown", Cause.USER, "its label 'moth' is not among the labels"),
    ],
)
def test_whatever_goes_wrong_in_cvat_stops_the_run_with_the_reason(
    how: str,
    cause: Cause,
    words: str,
    linked: CvatLink,
    template: BlueprintVersion,
    editor: User,
    double: CvatDouble,
    settings: Any,
) -> None:
    settings.CVAT_TIMEOUT_SECONDS = 0.2
    go_wrong(double, how)
    run = start(linked, template, editor)
    assert run.pull is not None
    assert words in carry(run.pull).message
    run = step(run)
    assert (run.execution.state, run.execution.cause, run.dataset_version) == (State.FAILED, cause, None)
    shown = client_of(editor).get(f"/api/v1/runs/{run.pk}/").data
    assert shown["reason"].startswith("The annotations could not be pulled from CVAT, so nothing was started: ")
    assert words in shown["reason"]
    assert not attempt_of(run).handle, "no box was ever asked for"


def test_a_worker_killed_amid_the_pull_only_delays_the_run(
    linked: CvatLink, template: BlueprintVersion, editor: User, double: CvatDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert linked.remote_id is not None
    double.annotate(linked.remote_id, "05.png", BOX.format(7, ""))
    run = start(linked, template, editor)
    assert run.pull is not None
    with monkeypatch.context() as patch:
        killing_at("download", 1, patch, after=True)
        kill(run.pull)
    assert step(run).execution.state == State.QUEUED
    carry(run.pull)
    run = step(run)
    assert run.dataset_version is not None
    assert (run.execution.state, run.dataset_version.shape_count) == (State.WAITING, 7)


def test_a_stopped_run_waits_no_longer_and_its_pull_goes_on(
    linked: CvatLink, template: BlueprintVersion, editor: User
) -> None:
    run = start(linked, template, editor)
    assert client_of(editor).post(f"/api/v1/runs/{run.pk}/stop/").status_code == 202
    assert Run.objects.get(pk=run.pk).execution.state == State.STOPPED
    assert run.pull is not None
    assert carry(run.pull).version is not None
    assert Run.objects.get(pk=run.pk).dataset_version is None


def test_a_version_that_was_deleted_before_the_run_had_it_is_told(
    linked: CvatLink, template: BlueprintVersion, editor: User
) -> None:
    run = start(linked, template, editor)
    assert run.pull is not None
    version = carry(run.pull).version
    assert version is not None
    where = f"/api/v1/datasets/{linked.dataset_id}/versions/{version.number}/"
    assert client_of(editor).delete(where).status_code == 204
    run = step(run)
    assert run.execution.state == State.FAILED
    assert run.execution.reason == "The version with the annotations from CVAT was deleted. Start the run again."


def test_a_server_that_is_away_stops_the_run_with_the_reason(
    linked: CvatLink, template: BlueprintVersion, editor: User, server: CvatServer
) -> None:
    with serving(CvatDouble()) as gone:
        address = gone.address
    CvatServer.objects.filter(pk=server.pk).update(address=address)
    run = start(linked, template, editor)
    assert run.pull is not None
    carry(run.pull)
    run = step(run)
    assert run.execution.state == State.FAILED
    assert run.execution.cause == Cause.PLATFORM
    assert "could not be pulled from CVAT" in run.execution.reason
    assert "does not answer" in run.execution.reason
    assert not attempt_of(run).handle, "no box was ever asked for"
    shown = client_of(editor).get(f"/api/v1/runs/{run.pk}/").data
    assert shown["dataset"]["name"] == "Leaves"


def test_broken_annotations_stop_the_run_and_are_the_users(
    linked: CvatLink, template: BlueprintVersion, editor: User, double: CvatDouble
) -> None:
    double.faults.annotations = "<annotations><version>"
    run = start(linked, template, editor)
    assert run.pull is not None
    carry(run.pull)
    run = step(run)
    assert (run.execution.state, run.execution.cause) == (State.FAILED, Cause.USER)
    assert "XML" in run.execution.reason


def test_a_pull_that_was_cancelled_stops_the_run(linked: CvatLink, template: BlueprintVersion, editor: User) -> None:
    run = start(linked, template, editor)
    assert run.pull is not None
    transfer_cancel(transfer=run.pull, user=editor)
    run = step(run)
    assert run.execution.state == State.FAILED
    assert "cancelled" in run.execution.reason


def test_a_version_or_the_word_skips_the_pull(
    linked: CvatLink, template: BlueprintVersion, editor: User, double: CvatDouble
) -> None:
    double.requests.clear()
    without = start(linked, template, editor, pull=False)
    assert without.dataset_version_id is not None
    on_version = start(linked, template, editor, dataset_version=without.dataset_version_id)
    assert on_version.dataset_version_id == without.dataset_version_id
    assert not CvatTransfer.objects.filter(kind="pull").exists()
    assert double.requests == []
    assert step(without).execution.state == State.WAITING


def test_two_runs_at_once_share_a_pull(linked: CvatLink, template: BlueprintVersion, editor: User, owner: User) -> None:
    first, second = start(linked, template, editor), start(linked, template, owner)
    assert first.pull == second.pull
    assert first.pull is not None
    carry(first.pull)
    assert step(first).dataset_version_id == step(second).dataset_version_id


def test_unlinking_before_the_pull_ended_is_refused_and_after_it_harmless(
    linked: CvatLink, template: BlueprintVersion, editor: User
) -> None:
    run = start(linked, template, editor)
    assert client_of(editor).delete(f"/api/v1/datasets/{linked.dataset_id}/cvat/").status_code == 409
    assert run.pull is not None
    carry(run.pull)
    link_delete(link=linked, user=editor)
    assert step(run).dataset_version_id is not None


def test_a_linked_data_set_of_a_run_cannot_be_deleted(
    linked: CvatLink, template: BlueprintVersion, editor: User
) -> None:
    run = start(linked, template, editor)
    assert run.dataset_version is None
    response = client_of(editor).delete(f"/api/v1/datasets/{linked.dataset_id}/")
    assert response.status_code == 409
    assert "Runs" in response.data["message"]
