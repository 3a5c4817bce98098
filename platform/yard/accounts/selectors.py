"""Reading projects, members and tokens, as far as the caller may see them."""

from __future__ import annotations

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.db.models.functions import Coalesce

from yard.accounts import access
from yard.accounts.access import AnyUser
from yard.accounts.models import ApiToken, Membership, Project, Role, TokenKind, User
from yard.core.errors import NotFound

# What a project consists of itself; everything else that belongs to it is content, whichever app it is of.
_OWN = {"memberships", "secrets"}
_COUNTED = {"datasets": "dataset_count", "runs": "run_count"}


def project_list(*, user: AnyUser, search: str = "") -> QuerySet[Project]:
    """The user's projects with ``role`` (hers), ``member_count``, ``dataset_count`` and ``run_count``."""
    found = access.visible(user, Project.objects.all(), project_field="pk")
    if search:
        found = found.filter(Q(name__icontains=search) | Q(description__icontains=search))
    return _annotated(user, found)


def project_shown(*, user: AnyUser, project: Project) -> Project:
    """The project as the list shows it."""
    return _annotated(user, Project.objects.filter(pk=project.pk)).get()


def project_contents(project: Project) -> dict[str, int]:
    """What the project holds: kind (in words) → how many; kinds without any are left out."""
    counted: dict[str, int] = {}
    for relation in content_relations():
        model = relation.related_model
        count = model._base_manager.filter(**{relation.field.name: project}).count()
        if count:
            name = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
            counted[str(name)] = count
    return counted


def content_relations() -> list[ForeignObjectRel]:
    """Every foreign key to projects from other apps."""
    found = Project._meta.get_fields(include_hidden=True)
    return [r for r in found if isinstance(r, ForeignObjectRel) and r.one_to_many and r.get_accessor_name() not in _OWN]


def member_list(*, project: Project) -> QuerySet[Membership]:
    """The project's members, by name."""
    return Membership.objects.filter(project=project).select_related("user").order_by("user__username")


def membership_get(*, project: Project, user_id: int) -> Membership:
    """The membership of this user. Raises ``NotFound``."""
    found = Membership.objects.filter(project=project, user_id=user_id).select_related("user").first()
    if found is None:
        raise NotFound("There is no such member in this project.")
    return found


def token_list(*, user: User) -> QuerySet[ApiToken]:
    """The tokens the user has made, newest first, revoked ones too."""
    return ApiToken.objects.filter(user=user, kind=TokenKind.PERSONAL)


def token_get_for(*, user: User, token_id: int) -> ApiToken:
    """One of the user's own tokens. Raises ``NotFound``."""
    found = token_list(user=user).filter(pk=token_id).first()
    if found is None:
        raise NotFound("You have no such token.")
    return found


def _annotated(user: AnyUser, projects: QuerySet[Project]) -> QuerySet[Project]:
    """Counts as sub-queries: joins would multiply each other."""
    counts = {"member_count": _count(Membership.objects.all(), "project")}
    for relation in content_relations():
        name = _COUNTED.get(relation.get_accessor_name() or "")
        if name:
            counts[name] = _count(relation.related_model._base_manager.all(), relation.field.name)
    mine = Membership.objects.filter(project=OuterRef("pk"), user=user.pk).values("role")[:1]
    role = Value(Role.ADMIN.value) if isinstance(user, User) and user.is_superuser else Subquery(mine)
    return projects.annotate(role=role, **counts)


def _count(rows: QuerySet, field: str) -> Coalesce:  # type: ignore[type-arg]
    per_project = rows.filter(**{field: OuterRef("pk")}).order_by().values(field).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(per_project, output_field=IntegerField()), 0)
