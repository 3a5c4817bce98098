"""A run on a large data set waits for the version that the worker makes, and is pinned to it."""

from __future__ import annotations

import pytest

from tests.runs.factories import make_dataset_version, make_run
from yard.accounts.models import Project
from yard.core.lineage import Thing, inputs_of
from yard.datasets.models import DatasetVersion, Pinning, WorkState
from yard.datasets.versions.pinning import OUR_FAULT
from yard.executions.kinds import Blocked, Ready, Refused
from yard.executions.states import Cause
from yard.runs.models import Run
from yard.runs.pinning import version_pin


@pytest.fixture
def version(project: Project) -> DatasetVersion:
    return make_dataset_version(project, name="large")


@pytest.fixture
def waiting(project: Project, version: DatasetVersion) -> Run:
    run = make_run(project, version=version)
    made = Pinning.objects.create(dataset=version.dataset, revision=0, message="7 of 9 images")
    Run.objects.filter(pk=run.pk).update(dataset_version=None, pinning=made)
    return Run.objects.get(pk=run.pk)


def test_it_waits_and_is_pinned_once(waiting: Run, version: DatasetVersion) -> None:
    assert waiting.pinning is not None
    blocked = version_pin(waiting)
    assert isinstance(blocked, Blocked)
    assert "7 of 9 images" in blocked.reason
    Pinning.objects.update(state=WorkState.SUCCEEDED, version=version)
    for _ in range(2):
        run = Run.objects.get(pk=waiting.pk)
        assert isinstance(version_pin(run), Ready)
        assert run.dataset_version == version
    assert Thing("dataset_version", version.pk) in inputs_of(Thing("run", waiting.pk))


@pytest.mark.parametrize(("message", "cause"), [("It is archived.", Cause.USER), (OUR_FAULT, Cause.PLATFORM)])
def test_without_a_version_nothing_starts(waiting: Run, message: str, cause: Cause) -> None:
    Pinning.objects.update(state=WorkState.FAILED, message=message)
    refused = version_pin(Run.objects.get(pk=waiting.pk))
    assert isinstance(refused, Refused)
    assert message in refused.reason
    assert refused.cause == cause


def test_a_version_that_was_deleted_at_once_is_told(waiting: Run) -> None:
    Pinning.objects.update(state=WorkState.SUCCEEDED, version=None)
    refused = version_pin(Run.objects.get(pk=waiting.pk))
    assert isinstance(refused, Refused)
    assert "deleted" in refused.reason
