"""Starting, stopping, renaming and deleting runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django_q.tasks import async_task

from yard.accounts import access
from yard.accounts.models import Project, Role, User
from yard.blueprints import config as blueprint_config
from yard.blueprints import selectors as blueprint_selectors
from yard.blueprints.models import BlueprintVersion
from yard.core import audit, lineage
from yard.core.errors import Conflict, InvalidInput, NotFound
from yard.core.events import emit
from yard.core.lineage import Thing
from yard.cvat.selectors import is_pulled_for_runs
from yard.cvat.services import pull_request
from yard.datasets import selectors as dataset_selectors
from yard.datasets.models import Dataset, DatasetVersion, Pinning, VersionOrigin
from yard.datasets.versions.pinning import version_now
from yard.executions import services as execution_services
from yard.executions.models import Execution
from yard.executions.services import Requested
from yard.executions.transitions import announce
from yard.runs import resources as run_resources
from yard.runs import selectors
from yard.runs.kind import KIND
from yard.runs.models import Run, RunOrigin

DELETE_TASK = "yard.runs.tasks.logs_delete_task"
NAME_CHARACTERS = 200
REQUEST_KEY_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Started:
    """A run, and whether this request made it (or an earlier one with the same key did)."""

    run: Run
    created: bool


def run_create(
    *,
    user: User,
    project: Project,
    dataset_id: int,
    blueprint_version_id: int,
    config: dict[str, Any],
    export_config: dict[str, Any] | None = None,
    dataset_version_id: int | None = None,
    pull: bool = True,
    name: str = "",
    resources: Requested | None = None,
    parent_id: int | None = None,
    origin: RunOrigin = RunOrigin.API,
    request_id: str = "",
) -> Started:
    """A queued run of a template on a data set; the supervisor starts it.

    The data set's version is pinned now, or (where it is large, or linked to CVAT) as soon as the worker has made the
    version, or has pulled the annotations.

    Args:
        dataset_version_id: None: the data set as it is now.
        pull: Whether the data set as it is now gets the annotations from CVAT first, when it is linked.
        name: Empty: made from template and data set.
        resources: None: what suits the largest host.
        parent_id: The run that this one repeats, perhaps with other values.
        request_id: The caller's own id of this request: the same one again gives the same run (a double click).

    Raises:
        NotFound, NotAllowed: The user may not start runs in the project.
        InvalidInput: Something asked for does not exist, does not fit, or breaks the template's schema; ``extra`` has a
            path per error.
        Conflict: An import is changing the data set.
    """
    access.require(user, project.pk, Role.EDITOR)
    request_key = _request_key(user, project, request_id)
    earlier = selectors.run_by_request_key(request_key)
    if earlier is not None:
        return Started(earlier, created=False)
    template = _template(user, project, blueprint_version_id)
    checked = _checked_config(template, config, export_config)
    hosts = run_resources.capacities()
    asked = resources or run_resources.defaults(hosts)
    run_resources.check_fits(asked, hosts)
    parent = _parent(user, project, parent_id)
    dataset = _dataset(user, project, dataset_id)
    pulls = pull and dataset_version_id is None and is_pulled_for_runs(dataset)
    pinned = None if pulls else _dataset_version(user, dataset, dataset_version_id)
    run = Run(
        project=project,
        name=_checked_name(name) or _default_name(template, dataset),
        dataset=dataset,
        dataset_version=pinned if isinstance(pinned, DatasetVersion) else None,
        pinning=pinned if isinstance(pinned, Pinning) else None,
        blueprint_version=template,
        parent=parent,
        origin=origin,
        request_key=request_key,
        config=checked.config,
        presets=template.presets,
        export_config=checked.export_config,
        score_name=template.score_name,
        score_regexp=template.score_regexp,
    )
    try:
        return Started(_save_new(run, user, asked, pulls=pulls), created=True)
    except IntegrityError:
        earlier = selectors.run_by_request_key(request_key)
        if earlier is None:
            raise
        return Started(earlier, created=False)  # the second click was as fast as the first


@transaction.atomic
def _save_new(run: Run, user: User, asked: Requested, *, pulls: bool) -> Run:
    if pulls:
        run.pull = pull_request(dataset=run.dataset, user=user)
    run.execution = execution_services.execution_create(
        project=run.project, kind=KIND, title=run.name, user=user, resources=asked
    )
    run.save()
    lineage.link(work=Thing("run", run.pk), inputs=_made_from(run))
    announce(run.execution)
    audit.record(
        "run.started",
        actor=user,
        object_type="run",
        object_id=run.pk,
        object_name=run.name,
        project_id=run.project_id,
        details={"execution": run.execution_id},
    )
    return run


def _made_from(run: Run) -> tuple[Thing, ...]:
    took = [Thing("dataset_version", run.dataset_version_id)] if run.dataset_version_id is not None else []
    if run.blueprint_version_id is not None:
        took.append(Thing("blueprint_version", run.blueprint_version_id))
    return tuple(took)


def _request_key(user: User, project: Project, request_id: str) -> str | None:
    if not request_id:
        return None
    if len(request_id) > REQUEST_KEY_CHARACTERS or not request_id.isprintable():
        message = f"An idempotency key has at most {REQUEST_KEY_CHARACTERS} printable characters."
        raise _invalid(["request_id"], message)
    return f"{user.pk}:{project.pk}:{request_id}"


def _template(user: User, project: Project, version_id: int) -> BlueprintVersion:
    path = ["template_version"]
    try:
        version = blueprint_selectors.version_get_for(user=user, version_id=version_id)
    except NotFound as error:
        raise _invalid(path, "There is no such template version.") from error
    if version.blueprint.project_id not in {None, project.pk}:
        raise _invalid(path, "This template belongs to another project; upload it to this one.")
    if version.blueprint.archived_at is not None:
        raise _invalid(path, "This template was deleted; only the runs made with it are kept.")
    return version


def _checked_config(
    template: BlueprintVersion, config: dict[str, Any], export_config: dict[str, Any] | None
) -> blueprint_config.ValidatedConfig:
    checked = blueprint_config.validate_config(template, config, export_config)
    if checked.errors:
        errors = [{"path": list(error["path"]), "message": error["message"]} for error in checked.errors]
        first = errors[0]
        where = ".".join(str(part) for part in first["path"])
        raise InvalidInput(f"{where}: {first['message']}", extra={"errors": errors}, code="invalid_config")
    return checked


def _dataset(user: User, project: Project, dataset_id: int) -> Dataset:
    try:
        dataset = dataset_selectors.dataset_get_for(user=user, dataset_id=dataset_id)
    except NotFound as error:
        raise _invalid(["dataset"], "There is no such data set.") from error
    if dataset.project_id != project.pk:
        raise _invalid(["dataset"], "This data set belongs to another project.")
    return dataset


def _dataset_version(user: User, dataset: Dataset, version_id: int | None) -> DatasetVersion | Pinning:
    """The asked-for version, or one made of the data set as it is now, or being made of it."""
    if version_id is not None:
        version = dataset.versions.filter(pk=version_id).select_related("dataset").first()
        if version is None:
            raise _invalid(["dataset_version"], "This data set has no such version.")
        return version
    if dataset.image_count == 0:
        raise _invalid(["dataset"], "This data set has no images yet; upload some first.")
    return version_now(dataset=dataset, user=user, origin=VersionOrigin.RUN)


def _parent(user: User, project: Project, parent_id: int | None) -> Run | None:
    if parent_id is None:
        return None
    found = selectors.run_list_for(user).filter(pk=parent_id, project=project).first()
    if found is None:
        raise _invalid(["parent"], "The project has no such run to repeat.")
    return found


def _checked_name(name: str) -> str:
    name = name.strip()
    if len(name) > NAME_CHARACTERS or not all(character.isprintable() for character in name):
        raise _invalid(["name"], f"A name has at most {NAME_CHARACTERS} printable characters.")
    return name


def _default_name(template: BlueprintVersion, dataset: Dataset) -> str:
    return f"{template.blueprint.architecture} on {dataset.name}"[:NAME_CHARACTERS]


def _invalid(path: list[str], message: str) -> InvalidInput:
    return InvalidInput(message, extra={"errors": [{"path": path, "message": message}]})


def run_rename(*, run: Run, name: str, user: User) -> Run:
    """The run under another name. Raises ``InvalidInput``."""
    new = _checked_name(name)
    if not new:
        raise _invalid(["name"], "A run needs a name.")
    with transaction.atomic():
        run.name = new
        run.save(update_fields=["name", "updated_at"])
        Execution.objects.filter(pk=run.execution_id).update(title=new)
        emit(
            kind="run.changed",
            object_type="run",
            object_id=run.pk,
            project_id=run.project_id,
            actor=user,
            payload={"run": run.pk, "name": new},
        )
    return run


def run_stop(*, run: Run, user: User) -> None:
    """Ask the run to end; twice changes nothing. Raises ``Conflict`` when it has ended."""
    execution_services.execution_stop(execution=run.execution, user=user)


def run_delete(*, run: Run, user: User) -> None:
    """Remove an ended run with its log and metrics. The models it made stay.

    Raises:
        Conflict: It has not ended yet.
        NotFound: Somebody else deleted it in the same moment.
    """
    with transaction.atomic():
        locked = Run.objects.select_for_update(of=("self",)).select_related("execution").filter(pk=run.pk).first()
        if locked is None:
            raise NotFound("There is no such run, or you are not a member of its project.")  # a second click
        execution = locked.execution
        if not execution.is_final:
            raise Conflict("The run has not ended yet. Stop it first, then delete it.")
        logs = list(execution.attempts.exclude(log_key="").values_list("log_bucket", "log_key"))
        emit(
            kind="run.deleted",
            object_type="run",
            object_id=run.pk,
            project_id=run.project_id,
            actor=user,
            payload={"run": run.pk, "name": run.name},
        )
        locked.delete()
        execution.delete()
        # The queue lies in the same database: the task is there exactly when the run is gone.
        async_task(DELETE_TASK, logs)
