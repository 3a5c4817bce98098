"""What a caller may do in each project, looked up once per request, so that lists need no query per row."""

from __future__ import annotations

from yard.accounts.access import AnyUser
from yard.accounts.models import Membership, Role, User


class Roles:
    """The roles of one user."""

    def __init__(self, user: AnyUser) -> None:
        self._everything = False
        self._by_project: dict[int, str] = {}
        if isinstance(user, User) and user.is_active:
            self._everything = user.is_superuser
            self._by_project = dict(Membership.objects.filter(user=user).values_list("project_id", "role"))

    def may_edit(self, project_id: int) -> bool:
        """Whether the user may create and change things in the project."""
        return self._everything or self._by_project.get(project_id) in {Role.EDITOR, Role.ADMIN}
