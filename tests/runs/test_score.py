from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.runs.factories import attempt_of, make_run, printed
from yard.accounts.models import Project, User
from yard.core.models import Event
from yard.executions.logs import store
from yard.executions.states import State
from yard.registry.models import FileRole
from yard.registry.services import NewFile, model_version_create
from yard.runs.models import Run, RunOutput

ClientOf = Callable[[User], APIClient]
YOLO_LINE = "                   all         4        17     0.874     0.741     0.833     0.646\n"
YOLO = r"\s+all(\s+\d+\.?\d*){6}\n"


@pytest.fixture
def ended(project: Project) -> Run:
    return make_run(project, state=State.SUCCEEDED)


@pytest.fixture
def search(client_of: ClientOf, editor: User) -> Callable[..., Any]:
    def search(run: Run, pattern: Any, user: User | None = None) -> Any:
        return client_of(user or editor).post(f"/api/v1/runs/{run.pk}/score/", {"score_regexp": pattern})

    return search


def test_point_35_a_corrected_pattern_is_searched_without_a_new_run(ended: Run, search: Callable[..., Any]) -> None:
    printed(ended, "MulticlassAccuracy: 0.5\nMulticlassAccuracy: 0.91234\n")
    data = search(ended, r"MulticlassAccuracy: (\d+\.\d+)").data
    assert (data["score"], data["score_line"]) == (0.912, "MulticlassAccuracy: 0.91234")
    assert data["score_regexp"] == r"MulticlassAccuracy: (\d+\.\d+)"


def test_point_34_the_line_of_a_yolo_run(ended: Run, search: Callable[..., Any]) -> None:
    printed(ended, YOLO_LINE)
    assert search(ended, YOLO).data["score"] == 0.646


def test_point_35_a_table_with_frames_is_searched_a_second_time(ended: Run, search: Callable[..., Any]) -> None:
    printed(ended, "\x1b[36m│\x1b[0m  segm_map   \x1b[35m│\x1b[0m  0.4375  │\r\n")
    assert search(ended, r"\s+segm_map\s+(\d+\.\d+)\n").data["score"] == 0.438


def test_no_match_says_so(ended: Run, search: Callable[..., Any]) -> None:
    printed(ended, "Accuracy: 0.9\n")
    search(ended, r"Accuracy: (\S+)")
    data = search(ended, r"F1: (\S+)").data
    assert data["score"] is None
    assert "matches nothing" in data["score_message"]


def test_a_broken_pattern_is_refused_and_changes_nothing(ended: Run, search: Callable[..., Any]) -> None:
    printed(ended, "Accuracy: 0.9\n")
    search(ended, r"Accuracy: (\S+)")
    response = search(ended, "(")
    assert response.status_code == 400
    assert response.data["extra"]["errors"][0]["path"] == ["score_regexp"]
    ended.refresh_from_db()
    assert (ended.score, ended.score_regexp) == (0.9, r"Accuracy: (\S+)")


@pytest.mark.parametrize("pattern", ["", None, "x" * 2001, ["a"]])
def test_nonsense_is_refused(pattern: Any, ended: Run, search: Callable[..., Any]) -> None:
    printed(ended, "x\n")
    assert search(ended, pattern).status_code == 400


def test_a_run_that_printed_nothing_has_nothing_to_search(ended: Run, search: Callable[..., Any]) -> None:
    assert search(ended, "(a)").status_code == 409


def test_the_models_get_the_new_score(ended: Run, search: Callable[..., Any], owner: User, tmp_path: Any) -> None:
    (tmp_path / "m.pt").write_bytes(b"w")
    version = model_version_create(
        project=ended.project,
        model_name="m",
        origin="attempt:1",
        user=owner,
        bucket=owner.bucket,
        files=[NewFile("m.pt", tmp_path / "m.pt", FileRole.NATIVE)],
    )
    RunOutput.objects.create(run=ended, model_version=version, attempt=attempt_of(ended))
    printed(ended, "Accuracy: 0.9\n")
    search(ended, r"Accuracy: (\S+)")
    version.refresh_from_db()
    assert version.score == 0.9


def test_the_same_search_twice_is_one_event(ended: Run, search: Callable[..., Any]) -> None:
    printed(ended, "Accuracy: 0.9\n")
    for _ in range(2):
        search(ended, r"Accuracy: (\S+)")
    assert Event.objects.filter(kind="run.score", object_id=ended.pk).count() == 1


def test_a_compacted_log_is_searched_too(ended: Run, search: Callable[..., Any], owner: User) -> None:
    attempt = printed(ended, "Accuracy: 0.9\n")
    store.finish(attempt)
    store.compact(attempt, bucket=owner.bucket)
    assert search(ended, r"Accuracy: (\S+)").data["score"] == 0.9


def test_only_editors_search(ended: Run, search: Callable[..., Any], viewer: User, outsider: User) -> None:
    assert search(ended, "(a)", viewer).status_code == 403
    assert search(ended, "(a)", outsider).status_code == 404
