"""Reading models, versions and files. A version that is not wholly stored is shown to nobody."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery

from yard.accounts import access
from yard.accounts.access import AnyUser
from yard.accounts.models import Role
from yard.core.errors import NotFound
from yard.registry.models import Model, ModelFile, ModelVersion

STORED = Q(versions__stored_at__isnull=False)


def model_list_for(user: AnyUser) -> QuerySet[Model]:
    """The models of the user's projects, each with ``version_count``, ``latest_id`` and ``latest_score``."""
    latest = ModelVersion.objects.filter(model=OuterRef("pk"), stored_at__isnull=False).order_by("-number")
    return (
        access.visible(user, Model.objects.all())
        .annotate(
            version_count=Count("versions", filter=STORED),
            latest_id=Subquery(latest.values("pk")[:1]),
            latest_score=Subquery(latest.values("score")[:1]),
        )
        .filter(version_count__gt=0)
    )


def attach_latest(models: Sequence[Model]) -> None:
    """Give each model of ``model_list_for`` its ``latest`` version with files, in two queries for all of them."""
    wanted = [model.latest_id for model in models]  # type: ignore[attr-defined]
    versions = ModelVersion.objects.prefetch_related("files").in_bulk(wanted)
    for model in models:
        model.latest = versions.get(model.latest_id)  # type: ignore[attr-defined]


def model_get_for(*, user: AnyUser, model_id: int, role: Role = Role.VIEWER) -> Model:
    """The model, if the user has at least this role in its project. Raises ``NotFound`` or ``NotAllowed``."""
    found = model_list_for(user).filter(pk=model_id).first()
    if found is None:
        raise NotFound("There is no such model, or you are not a member of its project.")
    access.require(user, found.project_id, role, what="such model")
    return found


def version_list(model: Model) -> QuerySet[ModelVersion]:
    """The model's versions, the newest first, with their files."""
    return (
        ModelVersion.objects.filter(model=model, stored_at__isnull=False)
        .select_related("model", "created_by")
        .prefetch_related("files")
        .order_by("-number")
    )


def version_get_for(*, user: AnyUser, version_id: int, role: Role = Role.VIEWER) -> ModelVersion:
    """The version with its files, if the user has at least this role. Raises ``NotFound`` or ``NotAllowed``."""
    visible = access.visible(user, ModelVersion.objects.all(), project_field="model__project")
    found = (
        visible.filter(pk=version_id, stored_at__isnull=False)
        .select_related("model", "created_by")
        .prefetch_related(Prefetch("files", ModelFile.objects.order_by("name")))
        .first()
    )
    if found is None:
        raise NotFound("There is no such model version, or you are not a member of its project.")
    access.require(user, found.model.project_id, role, what="such model version")
    return found


def file_get_for(*, user: AnyUser, version_id: int, file_id: int) -> ModelFile:
    """One file of a version that the user may see. Raises ``NotFound``."""
    version = version_get_for(user=user, version_id=version_id)
    found = version.files.filter(pk=file_id).select_related("version").first()
    if found is None:
        raise NotFound("This model version has no such file.")
    return found


def version_by_origin(origin: str) -> ModelVersion | None:
    """The stored version made by ``origin`` (such as ``attempt:17``), or None."""
    return ModelVersion.objects.filter(origin=origin, stored_at__isnull=False).select_related("model").first()


def name_matches(text: str) -> Q:
    """Models whose name or description holds the text."""
    return Q(name__icontains=text) | Q(description__icontains=text)


def models_with_format(name: str) -> QuerySet[ModelVersion, int]:
    """Ids of the models that have a stored version with a file of this format."""
    return ModelVersion.objects.filter(stored_at__isnull=False, files__format=name.lower()).values_list(
        "model_id", flat=True
    )
