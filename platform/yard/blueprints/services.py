"""Taking templates in, and taking them away."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from yard.accounts import access
from yard.accounts.models import Project, Role, User
from yard.blueprints.layout import TemplateName
from yard.blueprints.models import Blueprint, BlueprintVersion, ImageBuild
from yard.blueprints.validation import CheckedTemplate, CheckResult, checked_folder, checked_upload
from yard.core.errors import InvalidInput, TooLarge
from yard.core.events import emit
from yard.core.findings import Finding, Severity
from yard.executions.models import Attempt, Execution
from yard.executions.services import execution_stop
from yard.executions.states import FINAL
from yard.storage import keys
from yard.storage.models import StoredObject
from yard.storage.objects import object_delete, object_put

logger = logging.getLogger(__name__)

NOT_TEMPLATES = frozenset({"common", "datasets", "export", "base", "starter"})
"""Folders beside the bundled templates that hold something else."""


class TemplateRefused(InvalidInput):
    """The template has errors; ``extra["findings"]`` lists everything that was found."""

    code = "template_refused"


@dataclass(frozen=True, slots=True)
class UploadResult:
    """A template that was taken in.

    Attributes:
        created: False when the newest version already had this very content; nothing was changed then.
    """

    blueprint: Blueprint
    version: BlueprintVersion
    findings: list[Finding]
    created: bool


def template_upload(*, user: User, project: Project, file: BinaryIO, filename: str) -> UploadResult:
    """A new version of the template in the ZIP, which is found by its three names within the project.

    Args:
        file: Seekable; read to its end.
        filename: For messages.

    Raises:
        NotFound, NotAllowed: The user may not upload to the project.
        TooLarge: The ZIP exceeds the limit.
        TemplateRefused: It has errors; nothing is kept.
    """
    access.require(user, project.pk, Role.EDITOR)
    size = file.seek(0, 2)
    file.seek(0)
    if size > settings.TEMPLATE_MAX_BYTES:
        raise TooLarge(too_large_message())
    with checked_upload(file) as result:
        return _take_in(result, project=project, user=user, bucket=user.bucket, what=filename or "The upload")


def too_large_message() -> str:
    """What to tell somebody whose ZIP is over the limit."""
    return f"The ZIP is larger than {settings.TEMPLATE_MAX_BYTES >> 20} MiB. Leave data and weights out of a template."


def install_bundled() -> list[BlueprintVersion]:
    """Every template under ``TRAIN_TEMPLATES_DIR`` as a bundled one; the versions that are new.

    May be called at every start: what has not changed since is left alone. A bundled template with errors is logged
    and left out, so that the others still work.
    """
    new: list[BlueprintVersion] = []
    for folder, name in bundled_folders():
        if _bundled(name).filter(archived_at__isnull=False).exists():
            continue  # an administrator took it out
        try:
            with checked_folder(folder, name) as checked:
                taken = _take_in(checked, project=None, user=None, bucket=settings.PLATFORM_BUCKET, what=str(name))
        except TemplateRefused as error:
            logger.error("the bundled template %s is left out: %s", name, error.message)
            continue
        if taken.created:
            new.append(taken.version)
    return new


def bundled_folders() -> Iterator[tuple[Path, TemplateName]]:
    """Folder and name of every bundled template, in order of their names."""
    root: Path = settings.TRAIN_TEMPLATES_DIR
    for config in sorted(root.glob("*/*/*/config/config.jsonschema")):
        folder = config.parent.parent
        provider, category, architecture = folder.relative_to(root).parts
        if provider not in NOT_TEMPLATES:
            yield folder, TemplateName(provider, category, architecture)


def _bundled(name: TemplateName) -> QuerySet[Blueprint]:
    return Blueprint.objects.filter(
        project=None, provider=name.provider, category=name.category, architecture=name.architecture
    )


def _take_in(
    result: CheckResult, *, project: Project | None, user: User | None, bucket: str, what: str
) -> UploadResult:
    if result.template is None:
        raise _refusal(result.findings, what)
    same = _unchanged(project, result.template)
    if same is not None:
        _unarchive(same.blueprint)
        return _same_again(same, result)
    # Objects first: one that no row names does no harm, a row without its object does.
    package = _put(bucket, keys.template_zip(result.template.content_digest), result.template.package)
    _put(bucket, keys.template_context(result.template.context_digest), result.template.context)
    return _version_create(result, project=project, user=user, package=package)


def _same_again(version: BlueprintVersion, result: CheckResult) -> UploadResult:
    told = Finding(
        Severity.INFO,
        "template.unchanged",
        f"Version {version.number} of {version.blueprint} already has exactly this content; no new version was made.",
    )
    return UploadResult(version.blueprint, version, [*result.findings, told], created=False)


def _refusal(findings: list[Finding], what: str) -> TemplateRefused:
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    message = f"{what} was not taken in: {errors[0].message}{more}"
    return TemplateRefused(message, extra={"findings": [finding.as_dict() for finding in findings]})


def _unchanged(project: Project | None, template: CheckedTemplate) -> BlueprintVersion | None:
    newest = (
        BlueprintVersion.objects.filter(
            blueprint__project=project,
            blueprint__provider=template.name.provider,
            blueprint__category=template.name.category,
            blueprint__architecture=template.name.architecture,
        )
        .select_related("blueprint")
        .order_by("-number")
        .first()
    )
    # With newer helpers of the platform the same upload makes another context, so another version.
    same = newest is not None and (newest.content_digest, newest.context_digest) == (
        template.content_digest,
        template.context_digest,
    )
    return newest if same else None


def _put(bucket: str, key: str, path: Path) -> StoredObject:
    with path.open("rb") as file:
        return object_put(bucket=bucket, key=key, source=file, size=path.stat().st_size)


@transaction.atomic
def _version_create(
    result: CheckResult, *, project: Project | None, user: User | None, package: StoredObject
) -> UploadResult:
    template = result.template
    assert template is not None
    blueprint = _blueprint_for(project, user, template.name)
    same = _unchanged(project, template)
    if same is not None:
        return _same_again(same, result)  # somebody uploaded the same in the same moment
    newest = blueprint.versions.order_by("-number").first()
    version = BlueprintVersion.objects.create(
        blueprint=blueprint,
        number=newest.number + 1 if newest else 1,
        config_schema=template.config_schema,
        presets=template.presets,
        custom=template.custom,
        model_filepath=template.custom["model_filepath"],
        score_name=template.custom["score_name"],
        score_regexp=template.custom["score_regexp"],
        metrics=template.custom.get("metrics", {}),
        readme=template.readme,
        task_types=template.task_types,
        dockerfile=template.dockerfile,
        base_image=template.base_image,
        environment=template.environment,
        context_bucket=package.bucket,
        context_key=keys.template_context(template.context_digest),
        context_digest=template.context_digest,
        content_digest=template.content_digest,
        package_key=package.key,
        package_size=package.size,
        package_digest=package.digest,
        findings=[finding.as_dict() for finding in result.findings],
        created_by=user,
    )
    emit(
        kind="template.version",
        object_type="template",
        object_id=blueprint.pk,
        project_id=blueprint.project_id,
        actor=user,
        payload={"version": version.pk, "number": version.number, "name": str(blueprint)},
    )
    return UploadResult(blueprint, version, result.findings, created=True)


def _blueprint_for(project: Project | None, user: User | None, name: TemplateName) -> Blueprint:
    """The row with exactly this name, locked so that two uploads at once get two numbers."""
    found, _ = Blueprint.objects.get_or_create(
        project=project,
        provider=name.provider,
        category=name.category,
        architecture=name.architecture,
        defaults={"created_by": user},
    )
    blueprint = Blueprint.objects.select_for_update().get(pk=found.pk)
    _unarchive(blueprint)
    return blueprint


def _unarchive(blueprint: Blueprint) -> None:
    if blueprint.archived_at is not None:
        blueprint.archived_at = None
        blueprint.save(update_fields=["archived_at", "updated_at"])


def template_delete(*, blueprint: Blueprint, user: User) -> bool:
    """Take a template out of the catalogue: deleted when nothing depends on it, else archived (then False).

    Runs keep the version they were made with. Builds under way are cancelled. Bundled templates are archived, or the
    next start would bring them back.
    """
    active = list(_builds_of(blueprint).exclude(state__in=FINAL))
    for build in active:
        execution_stop(execution=build, user=user)
    with transaction.atomic():
        locked = Blueprint.objects.select_for_update().get(pk=blueprint.pk)
        keep = bool(active) or locked.project_id is None or locked.versions.filter(runs__isnull=False).exists()
        if keep:
            locked.archived_at = locked.archived_at or timezone.now()
            locked.save(update_fields=["archived_at", "updated_at"])
        else:
            _delete_rows(locked)
        emit(
            kind="template.deleted",
            object_type="template",
            object_id=blueprint.pk,
            project_id=blueprint.project_id,
            actor=user,
        )
    return not keep


def _builds_of(blueprint: Blueprint) -> QuerySet[Execution]:
    return Execution.objects.filter(image_build__version__blueprint=blueprint).order_by("pk")


def _delete_rows(blueprint: Blueprint) -> None:
    """The template with its versions, builds and objects; the objects go when the transaction is through."""
    builds = list(_builds_of(blueprint).values_list("pk", flat=True))
    logs = list(Attempt.objects.filter(execution__in=builds).exclude(log_key="").values_list("log_bucket", "log_key"))
    versions = list(blueprint.versions.values_list("context_bucket", "context_key", "package_key"))
    ImageBuild.objects.filter(execution__in=builds).delete()
    Execution.objects.filter(pk__in=builds).delete()
    blueprint.versions.all().delete()
    blueprint.delete()
    for bucket, key in logs:
        object_delete(bucket=bucket, key=key)
    for bucket, context_key, package_key in versions:
        others = BlueprintVersion.objects.filter(context_bucket=bucket)
        if not others.filter(context_key=context_key).exists():
            object_delete(bucket=bucket, key=context_key)
        if not others.filter(package_key=package_key).exists():
            object_delete(bucket=bucket, key=package_key)
