"""Reading templates, their versions and images."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yard.accounts import access
from yard.accounts.access import AnyUser
from yard.accounts.models import Role
from yard.blueprints.models import Blueprint, BlueprintVersion, ImageBuild
from yard.core.errors import NotAllowed, NotFound
from yard.executions.states import FINAL

_NO_TEMPLATE = "There is no such template, or you are not a member of its project."
_NO_VERSION = "There is no such template version, or you are not a member of its project."


def blueprint_list_for(user: AnyUser) -> QuerySet[Blueprint]:
    """The templates of the user's projects, and the bundled ones."""
    return access.visible(user, Blueprint.objects.all(), shared=True)


def blueprint_catalogue(user: AnyUser) -> QuerySet[Blueprint]:
    """The same with what a list shows: newest version and number of runs, without a query per row."""
    newest = BlueprintVersion.objects.filter(blueprint=OuterRef("pk")).order_by("-number").values("pk")[:1]
    runs = (
        Blueprint.objects.filter(pk=OuterRef("pk"))
        .annotate(count=Count("versions__runs", filter=_visible_runs(user)))
        .values("count")
    )
    return blueprint_list_for(user).annotate(newest_version_id=Subquery(newest), run_total=Coalesce(Subquery(runs), 0))


def _visible_runs(user: AnyUser) -> Q:
    """Runs of the user's own projects: a bundled template's number must not tell of other people's."""
    if getattr(user, "is_superuser", False):
        return Q()
    return Q(versions__runs__project__memberships__user_id=user.pk or 0)


def versions_by_id(ids: Iterable[int]) -> dict[int, BlueprintVersion]:
    """Those versions, without their long texts."""
    return BlueprintVersion.objects.defer("readme", "dockerfile", "findings", "custom").in_bulk(list(ids))


def blueprint_get_for(*, user: AnyUser, blueprint_id: int, role: Role = Role.VIEWER) -> Blueprint:
    """The template, if the user has at least this role in its project (anybody may see bundled ones).

    Raises:
        NotFound: It does not exist for this user.
        NotAllowed: The role does not suffice; bundled templates belong to the administrators of the platform.
    """
    found = blueprint_catalogue(user).filter(pk=blueprint_id).first()
    if found is None:
        raise NotFound(_NO_TEMPLATE)
    _require(user, found, role)
    return found


def version_get_for(*, user: AnyUser, version_id: int, role: Role = Role.VIEWER) -> BlueprintVersion:
    """The version, under the same rules as its template."""
    found = BlueprintVersion.objects.filter(pk=version_id, blueprint__in=blueprint_list_for(user))
    version = found.select_related("blueprint", "created_by").prefetch_related(_builds()).first()
    if version is None:
        raise NotFound(_NO_VERSION)
    _require(user, version.blueprint, role)
    return version


def _builds() -> Prefetch[str, QuerySet[ImageBuild], str]:
    return Prefetch("builds", ImageBuild.objects.select_related("execution").order_by("-pk"))


def _require(user: AnyUser, blueprint: Blueprint, role: Role) -> None:
    if blueprint.project_id is not None:
        access.require(user, blueprint.project_id, role, what="such template")
    elif role is not Role.VIEWER and not getattr(user, "is_staff", False):
        raise NotAllowed("Bundled templates can be changed by administrators of the platform only.")


def version_find(
    *, project_id: int | None, provider: str, category: str, architecture: str, number: int | None = None
) -> BlueprintVersion | None:
    """The version (the newest, unless a number is given) of the template with exactly these names; None when none."""
    versions = BlueprintVersion.objects.filter(
        blueprint__project=project_id,
        blueprint__provider=provider,
        blueprint__category=category,
        blueprint__architecture=architecture,
    )
    if number is not None:
        versions = versions.filter(number=number)
    return versions.select_related("blueprint").order_by("-number").first()


def image_state(version: BlueprintVersion) -> tuple[str, ImageBuild | None]:
    """``none``, ``building``, ``ready`` or ``failed``, and the build that says so. Builds are prefetched."""
    builds = sorted(version.builds.all(), key=lambda build: -build.pk)
    ready = next((build for build in builds if build.is_ready), None)
    newest = builds[0] if builds else None
    if newest is not None and newest.execution.state not in FINAL:
        return "building", newest
    if ready is not None:
        return "ready", ready
    if newest is None or newest.execution.state == "succeeded":
        return "none", newest
    return "failed", newest
