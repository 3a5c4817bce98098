"""Taking what a training made out of its box, and storing it as a model version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.db import transaction

from yard.accounts.models import User
from yard.core import lineage
from yard.core.errors import InvalidInput
from yard.core.lineage import Thing
from yard.executions.kinds import Box
from yard.executions.models import Attempt
from yard.registry import services as registry_services
from yard.registry.models import FileRole, ModelVersion
from yard.registry.services import NewFile
from yard.runs.config_files import config_bytes
from yard.runs.log_text import plain_text
from yard.runs.models import Run, RunOutput

FACTS_MAX_BYTES = 4 << 20
CLASS_NAMES_MAX = 10_000


@dataclass(frozen=True, slots=True)
class ModelPaths:
    """Where a training leaves its model: as the template says, and the ONNX file beside it."""

    native: str
    onnx: str

    @classmethod
    def of(cls, model_filepath: str, workdir: str) -> ModelPaths:
        """Absolute paths in the box; a relative one counts from the image's working directory."""
        native = PurePosixPath(workdir or "/workspace") / model_filepath
        return cls(str(native), str(native.with_suffix(".onnx")))

    @property
    def both(self) -> tuple[str, ...]:
        """Each path once."""
        return (self.native,) if self.native == self.onnx else (self.native, self.onnx)

    def beside(self, ending: str) -> str:
        """``<stem><ending>`` in the same folder."""
        native = PurePosixPath(self.native)
        return str(native.with_name(native.stem + ending))


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken out of the box."""

    files: list[NewFile]
    class_names: list[str]


def model_take(*, box: Box, paths: ModelPaths, folder: Path) -> Taken | None:
    """The model's files copied below ``folder``, or None when the box has neither the native nor the ONNX file.

    Raises:
        InvalidInput: What lies there cannot be a model (a device, a link that leaves the box, a name that is no text).
        TooLarge: It is larger, or has more files, than a model may be.
    """
    files = [*_copied(box, paths.native, folder / "native", FileRole.NATIVE)]
    if paths.onnx != paths.native:
        files += _copied(box, paths.onnx, folder / "onnx", FileRole.ONNX)
    if not files:
        return None
    _check_not_empty(paths, files)
    facts = [*_copied(box, paths.beside(".export.json"), folder / "facts", FileRole.OTHER)]
    class_names = [name for file in facts for name in _class_names(file)]
    files += facts
    for number, ending in enumerate((".samples.npz", ".onnx.data", ".export.log")):
        files += _copied(box, paths.beside(ending), folder / f"beside{number}", FileRole.OTHER)
    return Taken(_once(files), class_names)


def _check_not_empty(paths: ModelPaths, files: list[NewFile]) -> None:
    """Raises ``InvalidInput`` when there are files but nothing in them."""
    if not any(isinstance(file.source, Path) and file.source.stat().st_size for file in files):
        raise InvalidInput(f"The model is empty: {' and '.join(paths.both)} hold no bytes.")


def _copied(box: Box, path: str, folder: Path, role: FileRole) -> Iterator[NewFile]:
    """The file at ``path``, or every file in the folder there; nothing when there is none."""
    folder.mkdir(parents=True)
    found = box.copy_out(path, folder, max_bytes=settings.MODEL_MAX_BYTES, max_files=settings.MODEL_MAX_FILES)
    if found is None:
        return
    if found.is_symlink():
        raise InvalidInput(f"{path} is a link that leads out of the box.")
    if found.is_file():
        yield NewFile(found.name, found, role)
        return
    for file in sorted(found.rglob("*")):
        if file.is_file() and not file.is_symlink():
            _check_name(file.name)
            yield NewFile(f"{found.name}/{file.relative_to(found).as_posix()}", file, role)


def _check_name(name: str) -> None:
    """Names become keys of objects and lines of pages. Raises ``InvalidInput``."""
    if not name.isprintable():  # neither control characters nor bytes that are no text
        raise InvalidInput(f"A file of the model has a name that cannot be shown: {ascii(name)[:200]}.")


def _once(files: list[NewFile]) -> list[NewFile]:
    """Without files whose name is taken by an earlier one."""
    found: dict[str, NewFile] = {}
    for file in files:
        found.setdefault(file.name, file)
    return list(found.values())


def _class_names(file: NewFile) -> list[str]:
    """The class names in an ``export.json``; none when it does not tell, whatever somebody wrote there."""
    assert isinstance(file.source, Path)
    if file.source.stat().st_size > FACTS_MAX_BYTES:
        return []
    try:
        facts = json.loads(file.source.read_bytes())
    except (ValueError, RecursionError):
        return []
    names = facts.get("class_names") if isinstance(facts, dict) else None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return []
    return [plain_text(name)[:200] for name in names[:CLASS_NAMES_MAX]]


def model_store(*, run: Run, attempt: Attempt, taken: Taken, log: Path) -> ModelVersion:
    """The model version of this attempt with everything that belongs to it; a second time the same one."""
    assert run.dataset_version is not None
    version = registry_services.model_version_create(
        project=run.project,
        model_name=model_name(run),
        origin=f"attempt:{attempt.pk}",
        user=_owner(run),
        bucket=_owner(run).bucket,
        files=_once([*taken.files, *_documents(run, log)]),
        score=run.score,
        score_name=run.score_name,
        class_names=taken.class_names or sorted(run.dataset_version.label_counts),
        metadata=metadata(run, attempt),
        event_payload={"run": run.pk},
    )
    with transaction.atomic():
        RunOutput.objects.get_or_create(model_version=version, defaults={"run": run, "attempt": attempt})
        lineage.link(work=Thing("run", run.pk), outputs=(Thing("model_version", version.pk),))
    return version


def _owner(run: Run) -> User:
    """Whose bucket it goes to: who started the run, or (when that account is gone) who made the project."""
    return run.execution.created_by or run.project.created_by


def _documents(run: Run, log: Path) -> list[NewFile]:
    folder = log.parent
    config, export_config = folder / "train_config.json", folder / "export_config.json"
    config.write_bytes(config_bytes(run.config))
    export_config.write_bytes(config_bytes(run.export_config or {}))
    return [
        NewFile("train.log", log, FileRole.LOG),
        NewFile("train_config.json", config, FileRole.CONFIG),
        NewFile("export_config.json", export_config, FileRole.CONFIG),
    ]


def model_name(run: Run) -> str:
    """``<architecture> (<provider>) [<data set>]``: runs of one template on one data set are versions of one model."""
    dataset = run.dataset.name
    if run.blueprint_version is None:
        return f"{run.name} [{dataset}]"
    blueprint = run.blueprint_version.blueprint
    return f"{blueprint.architecture} ({blueprint.provider}) [{dataset}]"


def metadata(run: Run, attempt: Attempt) -> dict[str, Any]:
    """Exact versions of everything that made the model."""
    dataset, blueprint, build = run.dataset_version, run.blueprint_version, run.image_build
    assert dataset is not None
    score = "no score" if run.score is None else f"{run.score:g} {run.score_name}"
    return {
        "title": f"{model_name(run).removesuffix(']')}, {score}]",
        "run": {"id": run.pk, "name": run.name, "created_at": run.created_at.isoformat()},
        "attempt": {
            "id": attempt.pk,
            "number": attempt.number,
            "exit_code": attempt.exit_code,
            "host": attempt.host.name if attempt.host else None,
            "started_at": attempt.started_at.isoformat() if attempt.started_at else None,
            "finished_at": attempt.finished_at.isoformat() if attempt.finished_at else None,
        },
        "dataset": {
            "id": dataset.dataset_id,
            "name": dataset.dataset.name,
            "version": dataset.number,
            "version_id": dataset.pk,
            "digest": dataset.fileset.digest,
            "image_count": dataset.image_count,
        },
        "template": blueprint
        and {
            "id": blueprint.blueprint_id,
            "provider": blueprint.blueprint.provider,
            "category": blueprint.blueprint.category,
            "architecture": blueprint.blueprint.architecture,
            "version": blueprint.number,
            "version_id": blueprint.pk,
            "content_digest": blueprint.content_digest,
            "context_digest": blueprint.context_digest,
        },
        "image": {
            "tag": build.tag if build else None,
            "reference": attempt.image_reference or (build.reference if build else None),
            "digest": attempt.image_digest or (build.digest if build else None),
        },
        "config": run.config,
        "presets": run.presets,
        "export_config": run.export_config,
        "score": {"name": run.score_name, "value": run.score, "regexp": run.score_regexp, "line": run.score_line},
    }
