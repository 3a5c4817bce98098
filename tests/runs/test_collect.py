"""What is done with an ended box. Points of the contract's checklist are named in the tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from tests.runs.factories import FolderBox, attempt_of, make_build, make_run, make_template, printed
from yard.accounts.models import Project, User
from yard.core.errors import InvalidInput
from yard.core.lineage import Thing, outputs_of
from yard.core.models import Event
from yard.datasets.models import DatasetVersion
from yard.executions.kinds import Verdict
from yard.executions.logs import store
from yard.executions.models import Attempt
from yard.executions.states import Cause, State
from yard.registry.models import ModelFile, ModelVersion
from yard.runs.kind import RunKind
from yard.runs.models import MetricPoint, Run, RunOutput
from yard.storage.base import StoreUnavailable
from yard.storage.objects import object_read

LOG = "loss=0.5\nAccuracy 0.5\nloss=0.25\nAccuracy 0.87549\n"


@pytest.fixture
def collect(box: FolderBox) -> Callable[..., Verdict]:
    def collect(run: Run, **facts: object) -> Verdict:
        """Collect the run's attempt, which ended with exit code 0 unless ``facts`` say otherwise."""
        Attempt.objects.filter(execution=run.execution).update(**{"exit_code": 0, "log_complete": True, **facts})
        return RunKind().collect(attempt_of(run), box)

    return collect


def content(file: ModelFile) -> bytes:
    return b"".join(object_read(file.version.bucket, file.key))


def stored(run: Run) -> ModelVersion:
    return RunOutput.objects.get(run=run).model_version


def names(run: Run) -> set[str]:
    return set(stored(run).files.values_list("name", flat=True))


def test_point_34_the_last_match_of_the_whole_log_is_the_score(run: Run, collect: Callable[..., Verdict]) -> None:
    printed(run, LOG + "and a lot more\n" * 5000)
    collect(run)
    run.refresh_from_db()
    assert run.score == 0.875
    assert run.score_line == "Accuracy 0.87549"


def test_point_34_no_match_is_no_error(run: Run, box: FolderBox, collect: Callable[..., Verdict]) -> None:
    printed(run, "nothing to see\n")
    box.put("/train/model.pt")
    assert collect(run).state == State.SUCCEEDED
    run.refresh_from_db()
    assert run.score is None
    assert run.score_message


def test_point_33_a_failed_onnx_export_is_a_success(run: Run, box: FolderBox, collect: Callable[..., Verdict]) -> None:
    printed(run, "ONNX export failed\nTraceback (most recent call last):\n  File 'x'\nValueError: no\n" + LOG)
    box.put("/train/model.pt")
    assert collect(run) == Verdict(State.SUCCEEDED)


def test_point_32_an_exit_code_is_a_failure_with_that_code(run: Run, collect: Callable[..., Verdict]) -> None:
    verdict = collect(run, exit_code=3)
    assert (verdict.state, verdict.cause) == (State.FAILED, Cause.USER)
    assert "exit code 3" in verdict.reason


def test_point_36_the_onnx_file_is_offered_along_with_the_native_one(
    run: Run, box: FolderBox, collect: Callable[..., Verdict]
) -> None:
    box.put("/train/model.pt", b"native")
    box.put("/train/model.onnx", b"onnx")
    collect(run)
    files = {file.name: (file.role, file.format, file.check_state, content(file)) for file in stored(run).files.all()}
    assert files["model.pt"] == ("native", "pytorch", "", b"native")
    assert files["model.onnx"] == ("onnx", "onnx", "unchecked", b"onnx")


def test_point_36_the_onnx_file_alone_is_enough(run: Run, box: FolderBox, collect: Callable[..., Verdict]) -> None:
    box.put("/train/model.onnx")
    assert collect(run).state == State.SUCCEEDED
    assert "model.onnx" in names(run)


def test_point_36_neither_is_a_failure_that_names_both_paths(run: Run, collect: Callable[..., Verdict]) -> None:
    verdict = collect(run)
    assert (verdict.state, verdict.cause) == (State.FAILED, Cause.USER)
    assert "/train/model.pt" in verdict.reason
    assert "/train/model.onnx" in verdict.reason
    assert not ModelVersion.objects.exists()


def test_point_37_the_model_is_found_where_the_template_says(
    project: Project, dataset_version: DatasetVersion, box: FolderBox, collect: Callable[..., Verdict]
) -> None:
    template = make_template(model_filepath="/train/detect/weights/best.pt")
    run = make_run(project, version=dataset_version, template=template)
    box.put("/train/detect/weights/best.pt", b"w" * 1000)
    collect(run)
    file = stored(run).files.get(name="best.pt")
    assert (file.size, file.format, len(file.digest)) == (1000, "pytorch", 64)


def test_point_38_everything_is_attached(
    run: Run, box: FolderBox, collect: Callable[..., Verdict], owner: User, dataset_version: DatasetVersion
) -> None:
    run.image_build = make_build(run.blueprint_version)  # type: ignore[arg-type]
    run.save()
    printed(run, LOG)
    box.put("/train/model.pt")
    collect(run, image_digest="sha256:abc")
    version = stored(run)
    assert version.model.name == "Tiny (Acme) [beans]"
    assert (version.score, version.score_name) == (0.875, "Acc.")
    assert version.class_names == ["green", "ripe"]
    assert version.bucket == owner.bucket
    facts = version.metadata
    assert facts["title"] == "Tiny (Acme) [beans, 0.875 Acc.]"
    assert facts["run"]["id"] == run.pk
    assert facts["dataset"]["digest"] == dataset_version.fileset.digest
    assert facts["dataset"]["version"] == 1
    assert facts["template"]["version_id"] == run.blueprint_version_id
    assert facts["image"]["digest"] == "sha256:abc"
    assert facts["config"] == {"epochs": 3, "rate": 0.01}
    assert content(version.files.get(name="train.log")).decode() == LOG
    assert json.loads(content(version.files.get(name="train_config.json"))) == {"epochs": 3, "rate": 0.01}
    assert json.loads(content(version.files.get(name="export_config.json"))) == {}
    assert version.files.get(name="train.log").key == f"models/{version.pk}/train.log"


def test_point_38_collecting_twice_makes_no_duplicate(
    run: Run, box: FolderBox, collect: Callable[..., Verdict]
) -> None:
    printed(run, LOG)
    box.put("/train/model.pt")
    first = collect(run)
    files = set(ModelFile.objects.values_list("pk", flat=True))
    assert collect(run) == first
    assert RunOutput.objects.filter(run=run).count() == 1
    assert outputs_of(Thing("run", run.pk)) == [Thing("model_version", stored(run).pk)]
    assert set(ModelFile.objects.values_list("pk", flat=True)) == files
    assert MetricPoint.objects.filter(key__run=run).count() == 2
    assert Event.objects.filter(kind="run.score").count() == 1
    assert Event.objects.filter(kind="model.version").count() == 1


def test_it_completes_what_a_kill_cut_short(
    run: Run, box: FolderBox, collect: Callable[..., Verdict], monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put("/train/model.pt")

    def killed(*_: object, **_facts: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("yard.registry.services._publish", killed)
        with pytest.raises(KeyboardInterrupt):
            collect(run)
    assert not RunOutput.objects.exists()
    assert not ModelVersion.objects.filter(stored_at__isnull=False).exists()
    assert collect(run).state == State.SUCCEEDED
    assert ModelVersion.objects.count() == 1


def test_it_completes_a_version_whose_link_is_missing(
    run: Run, box: FolderBox, collect: Callable[..., Verdict]
) -> None:
    box.put("/train/model.pt")
    collect(run)
    RunOutput.objects.all().delete()
    collect(run)
    assert stored(run) == ModelVersion.objects.get()


def test_it_leaves_a_store_that_does_not_answer_to_the_next_try(
    run: Run, box: FolderBox, collect: Callable[..., Verdict], monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put("/train/model.pt")

    def away(**_: object) -> None:
        raise StoreUnavailable("The store does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr("yard.registry.services.object_put", away)
        with pytest.raises(StoreUnavailable):
            collect(run)
    assert collect(run).state == State.SUCCEEDED


def test_a_failed_training_keeps_its_model(run: Run, box: FolderBox, collect: Callable[..., Verdict]) -> None:
    printed(run, LOG)
    box.put("/train/model.pt")
    assert collect(run, exit_code=1).state == State.FAILED
    assert stored(run).score == 0.875


def test_the_files_of_the_export_lie_beside(run: Run, box: FolderBox, collect: Callable[..., Verdict]) -> None:
    box.put("/train/model.pt")
    box.put("/train/model.export.json", b'{"class_names": ["b", "a"]}')
    box.put("/train/model.samples.npz")
    collect(run)
    assert {"model.export.json", "model.samples.npz"} <= names(run)
    assert stored(run).class_names == ["b", "a"]


@pytest.mark.parametrize(
    "facts", [b"{", b"[]", b'{"class_names": 3}', b'{"class_names": [1]}', b"[" * 100_000, b"\xff"]
)
def test_strange_export_facts_do_no_harm(
    facts: bytes, run: Run, box: FolderBox, collect: Callable[..., Verdict]
) -> None:
    box.put("/train/model.pt")
    box.put("/train/model.export.json", facts)
    assert collect(run).state == State.SUCCEEDED
    assert stored(run).class_names == ["green", "ripe"]


def test_a_model_may_be_a_folder(
    project: Project, dataset_version: DatasetVersion, box: FolderBox, collect: Callable[..., Verdict]
) -> None:
    run = make_run(project, version=dataset_version, template=make_template(model_filepath="/train/saved"))
    box.put("/train/saved/saved_model.pb", b"graph")
    box.put("/train/saved/variables/variables.index", b"index")
    collect(run)
    assert {"saved/saved_model.pb", "saved/variables/variables.index"} <= names(run)
    assert stored(run).files.get(name="saved/saved_model.pb").format == "tensorflow"


def test_links_in_a_model_folder_are_not_followed(
    project: Project, dataset_version: DatasetVersion, box: FolderBox, collect: Callable[..., Verdict], tmp_path: Path
) -> None:
    class LinkingBox(FolderBox):
        def copy_out(self, path: str, destination: Path, **_: int | None) -> Path | None:
            copied = super().copy_out(path, destination)
            if copied is not None and copied.is_dir():
                (copied / "secret").symlink_to("/etc/passwd")
            return copied

    run = make_run(project, version=dataset_version, template=make_template(model_filepath="/train/saved"))
    box.put("/train/saved/model.bin", b"weights")
    Attempt.objects.filter(execution=run.execution).update(exit_code=0, log_complete=True)
    RunKind().collect(attempt_of(run), LinkingBox(box.root))
    assert "saved/secret" not in names(run)
    assert "saved/model.bin" in names(run)


def test_a_device_in_place_of_the_model_is_the_templates_fault(
    run: Run, monkeypatch: pytest.MonkeyPatch, box: FolderBox, collect: Callable[..., Verdict]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise InvalidInput("/train/model.pt is a device.")

    monkeypatch.setattr(box, "copy_out", refuse)
    verdict = collect(run)
    assert (verdict.state, verdict.cause) == (State.FAILED, Cause.USER)
    assert "is a device" in verdict.reason


def test_out_of_memory_is_told_apart(run: Run, collect: Callable[..., Verdict]) -> None:
    reason = collect(run, exit_code=137, out_of_memory=True).reason
    assert "out of memory" in reason
    assert "2 GiB" in reason


def test_out_of_memory_with_a_good_end_is_a_warning(run: Run, box: FolderBox, collect: Callable[..., Verdict]) -> None:
    box.put("/train/model.pt")
    verdict = collect(run, out_of_memory=True)
    assert verdict.state == State.SUCCEEDED
    assert "memory" in verdict.reason


def test_the_time_limit_is_told_apart(run: Run, collect: Callable[..., Verdict]) -> None:
    run.execution.time_limit_seconds = 5400
    run.execution.save()
    assert "time limit of 1 h 30 min" in collect(run, exit_code=143, timed_out=True).reason


def test_no_exit_code_is_the_platforms_fault(run: Run, collect: Callable[..., Verdict]) -> None:
    verdict = collect(run, exit_code=None, message="the engine says no")
    assert (verdict.state, verdict.cause, verdict.reason) == (State.FAILED, Cause.PLATFORM, "the engine says no")


def test_the_last_line_without_a_break_counts(run: Run, collect: Callable[..., Verdict]) -> None:
    printed(run, "loss=0.125")
    collect(run)
    assert MetricPoint.objects.get(key__run=run).value == 0.125


def test_two_runs_of_one_template_on_one_data_set_are_versions_of_one_model(
    run: Run, box: FolderBox, collect: Callable[..., Verdict]
) -> None:
    second = make_run(run.project, version=run.dataset_version, template=run.blueprint_version)
    box.put("/train/model.pt")
    collect(run)
    collect(second)
    assert stored(run).model == stored(second).model
    assert (stored(run).number, stored(second).number) == (1, 2)


def test_the_models_files_go_to_who_started_the_run(
    project: Project, editor: User, dataset_version: DatasetVersion, box: FolderBox, collect: Callable[..., Verdict]
) -> None:
    run = make_run(project, user=editor, version=dataset_version, template=make_template())
    box.put("/train/model.pt")
    collect(run)
    assert stored(run).bucket == editor.bucket


def test_no_scratch_is_left(run: Run, box: FolderBox, collect: Callable[..., Verdict]) -> None:
    scratch = Path(settings.EXECUTIONS_DIR) / f"collect-{attempt_of(run).pk}"
    scratch.mkdir(parents=True)
    (scratch / "left by a kill").write_text("x")
    box.put("/train/model.pt")
    collect(run)
    assert not scratch.exists()
    assert "left by a kill" not in names(run)


def test_a_log_that_was_compacted_is_read_all_the_same(
    run: Run, box: FolderBox, collect: Callable[..., Verdict], owner: User
) -> None:
    attempt = printed(run, LOG)
    store.finish(attempt)
    store.compact(attempt, bucket=owner.bucket)
    box.put("/train/model.pt")
    collect(run)
    assert stored(run).score == 0.875
