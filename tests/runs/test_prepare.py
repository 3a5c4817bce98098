from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from tests.runs.factories import make_build, make_run, set_state
from yard.blueprints.models import ImageBuild
from yard.executions.kinds import Blocked, Ready, Refused
from yard.executions.launchers.base import Image, Launcher
from yard.executions.states import Cause, State
from yard.runs.kind import RunKind
from yard.runs.models import Run

IMAGE = Image(reference="yard/tiny:abc", digest="sha256:abc", workdir="/workspace", entrypoint=())
LAUNCHER = cast(Launcher, SimpleNamespace(name="fake", find_image=lambda _tag: IMAGE))


def prepare(run: Run) -> Ready | Blocked | Refused:
    answer = RunKind().prepare(run.execution, LAUNCHER)
    run.refresh_from_db()
    return answer


def test_it_is_ready_when_the_image_is(run: Run) -> None:
    build = make_build(run.blueprint_version)  # type: ignore[arg-type]
    assert prepare(run) == Ready()
    assert run.image_build == build


def test_it_has_the_image_built_once_and_waits(run: Run) -> None:
    for _ in range(3):
        answer = prepare(run)
        assert isinstance(answer, Blocked)
        assert "building image" in answer.reason
    build = ImageBuild.objects.get()
    assert run.image_build == build
    assert build.execution.kind == "build"


def test_point_23_a_failed_build_is_told_and_nothing_is_started(run: Run) -> None:
    run.image_build = make_build(
        run.blueprint_version,  # type: ignore[arg-type]
        State.FAILED,
        reason="pip could not find torch.",
    )
    run.save()
    answer = prepare(run)
    assert isinstance(answer, Refused)
    assert answer.cause == Cause.USER
    assert "pip could not find torch." in answer.reason
    assert str(run.image_build.execution_id) in answer.reason
    assert ImageBuild.objects.count() == 1


def test_a_cancelled_build_refuses_the_run(run: Run) -> None:
    run.image_build = make_build(run.blueprint_version, State.STOPPED)  # type: ignore[arg-type]
    run.save()
    answer = prepare(run)
    assert isinstance(answer, Refused)
    assert "cancelled" in answer.reason


def test_a_later_run_has_a_failed_build_tried_again(run: Run) -> None:
    failed = make_build(run.blueprint_version, State.FAILED)  # type: ignore[arg-type]
    run.image_build = failed
    run.save()
    prepare(run)
    later = make_run(run.project, version=run.dataset_version, template=run.blueprint_version, name="later")
    assert isinstance(prepare(later), Blocked)
    assert later.image_build not in {None, failed}


def test_it_goes_on_when_the_build_is_done(run: Run) -> None:
    assert isinstance(prepare(run), Blocked)
    build = ImageBuild.objects.get()
    set_state(build.execution, State.SUCCEEDED)
    ImageBuild.objects.update(reference="yard/tiny:abc")
    assert prepare(run) == Ready()


def test_an_image_that_was_removed_is_built_again(run: Run) -> None:
    run.image_build = make_build(run.blueprint_version, State.SUCCEEDED, reference="")  # type: ignore[arg-type]
    run.save()
    removed = run.image_build
    assert isinstance(prepare(run), Blocked)
    assert run.image_build != removed


def test_events_of_the_execution_name_the_run(run: Run) -> None:
    assert RunKind().event_payload(run.execution)["run"] == run.pk


def test_an_ended_run_says_so(run: Run) -> None:
    set_state(run.execution, State.SUCCEEDED)
    RunKind().ended(run.execution)
    run.refresh_from_db()
    assert (run.phase, run.progress) == ("ended", 1.0)


def test_a_failed_run_keeps_the_progress_it_made(run: Run) -> None:
    Run.objects.update(progress=0.4)
    set_state(run.execution, State.FAILED)
    RunKind().ended(run.execution)
    run.refresh_from_db()
    assert (run.phase, run.progress) == ("ended", 0.4)
