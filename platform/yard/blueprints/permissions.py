"""What the caller may do with templates now; looked up once per request."""

from __future__ import annotations

from yard.accounts.access import AnyUser
from yard.accounts.models import Membership, Role
from yard.blueprints.models import Blueprint, BlueprintVersion
from yard.core.errors import NotAllowed

_WRITERS = [Role.EDITOR, Role.ADMIN]


class Verbs:
    """The verbs of one user; a query for all projects at once, made when first needed."""

    def __init__(self, user: AnyUser) -> None:
        self._user = user
        self._edits: frozenset[int] | None = None

    def on_template(self, blueprint: Blueprint) -> list[str]:
        """Of ``run``, ``upload`` (a new version), ``delete``, ``grant``."""
        archived = blueprint.archived_at is not None
        verbs: list[str] = []
        if self.edits_anything and not archived and (blueprint.project_id is None or self._edits_in(blueprint)):
            verbs.append("run")
        if self._edits_in(blueprint):
            verbs.append("upload")
        if not archived and (self._edits_in(blueprint) or (blueprint.project_id is None and self._user.is_staff)):
            verbs.append("delete")
        if self._user.is_staff:
            verbs.append("grant")
        return verbs

    def on_version(self, version: BlueprintVersion) -> list[str]:
        """Of ``run``, ``build``, ``download``."""
        may_run = "run" in self.on_template(version.blueprint)
        return ["run", "build", "download"] if may_run else ["download"]

    def require_build(self, version: BlueprintVersion) -> None:
        """Nothing when the user may build the version's image. Raises ``NotAllowed``."""
        if "build" not in self.on_version(version):
            raise NotAllowed(
                "Building an image needs the role editor in a project, and a template that is not deleted."
            )

    @property
    def edits_anything(self) -> bool:
        """Whether the user may change something in any project."""
        return bool(self._user.is_superuser or self._projects)

    def _edits_in(self, blueprint: Blueprint) -> bool:
        if blueprint.project_id is None:
            return False
        return bool(self._user.is_superuser or blueprint.project_id in self._projects)

    @property
    def _projects(self) -> frozenset[int]:
        if self._edits is None:
            rows = Membership.objects.filter(user_id=self._user.pk or 0, role__in=_WRITERS)
            self._edits = frozenset(rows.values_list("project_id", flat=True))
        return self._edits
