"""What the supervisor has to know about runs."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from yard.blueprints import images
from yard.blueprints.grants import Grant, grants_of, power_of
from yard.blueprints.models import ImageBuild
from yard.core.errors import InvalidInput, TooLarge
from yard.datasets.cache import version_materialise
from yard.datasets.models import DatasetVersion
from yard.datasets.splits.of_version import version_parts
from yard.executions.kinds import Blocked, Box, BoxKind, Ready, Refused, Verdict
from yard.executions.launchers.base import Launcher, LaunchSpec, Mount
from yard.executions.launchers.loader_variables import runs_code
from yard.executions.leftovers import work_folder
from yard.executions.limits import resources_of
from yard.executions.logs import store
from yard.executions.models import Attempt, Execution
from yard.executions.states import Cause, State
from yard.runs import metrics, outputs, pinning, verdict
from yard.runs.config_files import config_bytes
from yard.runs.log_text import Phase
from yard.runs.models import Run
from yard.runs.score import score_find

KIND = "run"
DATASETS_ROOT = "/minio/datasets"
DEFAULT_DESTINATION = "/workspace"
SPLIT_FILE = "split.json"
LOG_END_BYTES = 64 << 10
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Set by the platform; a template's .env must neither train on other data nor see devices that are not its own.
RESERVED = frozenset({"DATASET_ID", "NVIDIA_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES"})


class RunKind(BoxKind):
    """A training in a box."""

    name = KIND

    def prepare(self, execution: Execution, launcher: Launcher) -> Ready | Blocked | Refused:
        """Ready when the run's data is pinned and its image is there; that is built when nobody did so yet."""
        run = _run_of(execution)
        data = pinning.version_pin(run)
        if isinstance(data, Refused):
            return data
        image = self._prepare_image(run, execution, launcher)
        return image if isinstance(data, Ready) or not isinstance(image, Ready) else data

    def _prepare_image(self, run: Run, execution: Execution, launcher: Launcher) -> Ready | Blocked | Refused:
        assert run.blueprint_version is not None
        ready = images.image_find(run.blueprint_version, launcher)
        if ready is not None:
            _use_build(run, ready)
            return Ready()
        build = run.image_build
        if build is None or build.launcher != launcher.name or build.execution.state == State.SUCCEEDED:
            build = images.build_request(
                version=run.blueprint_version,
                launcher_name=launcher.name,
                user=execution.created_by,
                project=run.project,
            )
            _use_build(run, build)
        return _wait_for(build)

    def event_payload(self, execution: Execution) -> dict[str, Any]:
        """Every event of the execution names its run."""
        run = Run.objects.filter(execution=execution).values("pk", "phase", "progress").first()
        return {"run": run["pk"], "phase": run["phase"], "progress": run["progress"]} if run else {}

    def ended(self, execution: Execution) -> None:
        """Nothing is going on in it any more."""
        run = Run.objects.filter(execution=execution).only("pk").first()
        if run is None:
            return
        progress = {"progress": 1.0} if execution.state == State.SUCCEEDED else {}
        Run.objects.filter(pk=run.pk).update(phase=Phase.ENDED, **progress)
        metrics.forget(run_id=run.pk, attempt_ids=execution.attempts.values_list("pk", flat=True))

    def launch_spec(self, attempt: Attempt, launcher: Launcher, gpu_ids: Sequence[str]) -> LaunchSpec:
        """The template's image with the run's config and the pinned data set."""
        run = _run_of(attempt.execution)
        build, version = run.image_build, run.blueprint_version
        assert build is not None
        assert version is not None
        grants = grants_of(version)
        power = power_of(grants)
        Run.objects.filter(pk=run.pk).update(grants=[grant.value for grant in grants])
        assert run.dataset_version is not None
        folder = version_materialise(run.dataset_version)
        dataset_id = run.dataset_id
        config, export_config = config_bytes(run.config), config_bytes(run.export_config or {})
        destination = build.config_destination or build.workdir or DEFAULT_DESTINATION
        return LaunchSpec(
            name=attempt.box_name,
            image=build.reference,
            resources=resources_of(attempt.execution, gpu_ids),
            environment={
                # Libraries count the host's cores, not the box's share; a template's own value wins.
                "OMP_NUM_THREADS": str(max(1, int(attempt.execution.cpus))),
                **template_environment(version.environment),
                "DATASET_ID": str(dataset_id),
            },
            # Our own entrypoint reads these and puts them in place …
            files={
                "config/train_config.json": config,
                "config/export_config.json": export_config,
                "destination": f"{destination}\n".encode(),
                **split_file(run.dataset_version),
            },
            # … and for one that knows nothing of them they lie there already, writable.
            copies={
                f"{destination.rstrip('/')}/train_config.json": config,
                f"{destination.rstrip('/')}/export_config.json": export_config,
            },
            mounts=(Mount(folder, f"{DATASETS_ROOT}/{dataset_id}", read_only=True),),
            network=Grant.NETWORK in grants,
            capabilities=power.capabilities,
            devices=power.devices,
            labels={
                "trainyard.run": str(run.pk),
                "trainyard.attempt": str(attempt.pk),
                "trainyard.project": str(run.project_id),
                "trainyard.grants": " ".join(grants),
            },
        )

    def on_log(self, attempt: Attempt) -> bool:
        """Look for metrics, markers and epochs in what came."""
        return metrics.log_read(attempt=attempt)

    def collect(self, attempt: Attempt, box: Box) -> Verdict:
        """Score, metrics and model are stored; then it is judged. Twice changes nothing."""
        try:
            metrics.log_read_all(attempt=attempt)
            run = _run_of(attempt.execution)
            with _work_folder(attempt) as folder:
                log = folder / "train.log"
                with log.open("wb") as file:
                    file.writelines(store.parts(attempt))
                score_find(run=run, log=log)
                return _collect_model(run, attempt, box, folder, log)
        finally:
            metrics.readers.close(attempt.pk)


def _collect_model(run: Run, attempt: Attempt, box: Box, folder: Path, log: Path) -> Verdict:
    """What a failed or stopped training left is stored too; only one that ended well has to have left something."""
    _note_limit(attempt, log)
    failure = verdict.failure_of(attempt, attempt.execution)
    assert run.blueprint_version is not None
    workdir = run.image_build.workdir if run.image_build else ""
    paths = outputs.ModelPaths.of(run.blueprint_version.model_filepath, workdir)
    try:
        taken = outputs.model_take(box=box, paths=paths, folder=folder / "model")
        if taken is None:
            return failure or verdict.no_model(paths.both)
        outputs.model_store(run=run, attempt=attempt, taken=taken, log=log)
    except (InvalidInput, TooLarge) as error:
        return failure or verdict.bad_model(error.message)
    return failure or verdict.success(attempt)


def _note_limit(attempt: Attempt, log: Path) -> None:
    """Take the log's word for a limit that the engine did not tell of."""
    if attempt.exit_code in {0, None} or attempt.limit_hit:
        return
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - LOG_END_BYTES))
        told = verdict.limit_told_by(file.read().decode(errors="replace"))
    if told is not None:
        attempt.limit_hit = told
        attempt.save(update_fields=["limit_hit"])


def _run_of(execution: Execution) -> Run:
    return Run.objects.select_related(
        "project__created_by",
        "execution__created_by",
        "dataset",
        "dataset_version__dataset",
        "dataset_version__fileset",
        "pull__version",
        "pinning__version",
        "blueprint_version__blueprint",
        "image_build__execution",
    ).get(execution=execution)


def _use_build(run: Run, build: ImageBuild) -> None:
    if run.image_build_id != build.pk:
        run.image_build = build
        run.save(update_fields=["image_build", "updated_at"])


def _wait_for(build: ImageBuild) -> Blocked | Refused | Ready:
    """What a run does while this build is not a ready image."""
    execution = build.execution
    if execution.state in {State.FAILED, State.LOST}:
        return Refused(
            f"The template's image could not be built: {execution.reason or 'the build log says why.'} "
            f"(Build {execution.pk}.)",
            Cause(execution.cause) if execution.cause else Cause.USER,
        )
    if execution.state == State.STOPPED:
        return Refused(f"The build of the template's image was cancelled. (Build {execution.pk}.)", Cause.USER)
    return Blocked(f"building image {build.tag}")


def split_file(version: DatasetVersion) -> dict[str, bytes]:
    """``split.json`` (image name → train, val or test) when the version carries a split; else training code splits by
    the percentages of its template, with a seed of its own that never changes."""
    if not version.split_name:
        return {}
    return {SPLIT_FILE: json.dumps(version_parts(version), ensure_ascii=False, sort_keys=True).encode()}


def template_environment(pairs: dict[str, Any]) -> dict[str, str]:
    """The pairs of a template's ``.env`` that may reach the box."""
    return {
        name: str(value)
        for name, value in pairs.items()
        if _NAME.fullmatch(name) and name not in RESERVED and not runs_code(name) and value is not None
    }


@contextmanager
def _work_folder(attempt: Attempt) -> Iterator[Path]:
    """An empty private folder; what a killed collection left there is gone."""
    folder = work_folder(attempt, "collect")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
