"""Who may see and do what: the one place where membership is looked up.

Access comes from project membership only. A superuser counts as admin of every project. Apps build their
``<entity>_get_for(user=…)`` on these, so that an object cannot be had unchecked.
"""

from __future__ import annotations

from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

from yard.accounts.models import Membership, Project, Role, User
from yard.core.errors import NotAllowed, NotFound

AnyUser = User | AnonymousUser
M = TypeVar("M", bound=Model)

_RANK = {Role.VIEWER: 0, Role.EDITOR: 1, Role.ADMIN: 2}


def signed_in(user: AnyUser) -> User:
    """The user as a ``User``, for code behind views that admit nobody else. Raises ``NotAllowed`` for nobody."""
    if not isinstance(user, User):
        raise NotAllowed("Sign in first.")
    return user


def role_of(user: AnyUser, project_id: int) -> Role | None:
    """The user's role in the project; None for an outsider."""
    if not isinstance(user, User) or not user.is_active:
        return None
    if user.is_superuser:
        return Role.ADMIN
    found = Membership.objects.filter(user=user, project_id=project_id).values_list("role", flat=True).first()
    return Role(found) if found else None


def may(user: AnyUser, project_id: int, role: Role) -> bool:
    """Whether the user has at least this role in the project."""
    has = role_of(user, project_id)
    return has is not None and _RANK[has] >= _RANK[role]


def require(user: AnyUser, project_id: int, role: Role, *, what: str = "such project") -> None:
    """Nothing when the user has at least this role.

    Raises:
        NotFound: For an outsider, who must not learn that the object exists.
        NotAllowed: For a member whose role does not suffice.
    """
    has = role_of(user, project_id)
    if has is None:
        raise NotFound(f"There is no {what}, or you are not a member of its project.")
    if _RANK[has] < _RANK[role]:
        raise NotAllowed(f"This needs the role {role.label.lower()} in the project; yours is {has.label.lower()}.")


def visible(
    user: AnyUser, queryset: QuerySet[M], *, project_field: str = "project", shared: bool = False
) -> QuerySet[M]:
    """The rows of the user's projects; with ``shared`` also those without a project (bundled ones)."""
    if not isinstance(user, User) or not user.is_active:
        return queryset.none()
    if user.is_superuser:
        return queryset
    mine = Q(**{f"{project_field}__in": Membership.objects.filter(user=user).values("project_id")})
    return queryset.filter(mine | Q(**{f"{project_field}__isnull": True}) if shared else mine)


def project_get_for(*, user: AnyUser, project_id: int, role: Role = Role.VIEWER) -> Project:
    """The project, if the user has at least this role in it. Raises ``NotFound`` or ``NotAllowed``."""
    require(user, project_id, role)
    found = Project.objects.filter(pk=project_id).first()
    if found is None:
        raise NotFound("There is no such project, or you are not a member of it.")
    return found
