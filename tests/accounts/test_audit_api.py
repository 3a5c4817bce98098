"""The audit log of a project, over the API: for its admins."""

from __future__ import annotations

import pytest

from tests.accounts.conftest import As
from yard.accounts.models import Project, Role, User
from yard.accounts.secrets import secret_set
from yard.accounts.selectors import membership_get
from yard.accounts.services import member_add, member_remove, member_update, project_create, project_update
from yard.core import audit

pytestmark = pytest.mark.django_db


def address(project: Project) -> str:
    return f"/api/v1/projects/{project.pk}/audit/"


def test_admins_read_what_was_done_in_their_project(owner: User, outsider: User, project: Project, call: As) -> None:
    audit.record("run.deleted", project_id=project_create(name="Other", user=outsider).pk)
    membership = member_add(project=project, username="otto", role=Role.VIEWER, actor=owner)
    member_update(membership=membership, role=Role.EDITOR, actor=owner)
    member_remove(membership=membership_get(project=project, user_id=outsider.pk), actor=owner)
    project_update(project=project, changes={"description": "x"}, user=owner)
    secret_set(project=project, name="registry", kind="password", value="hunter2", user=owner)
    rows = call(owner).get(address(project)).json()["results"]
    assert [row["action"] for row in rows] == [
        "secret.created",
        "project.changed",
        "member.removed",
        "member.changed",
        "member.added",
        "project.created",
    ]
    assert {row["actor_name"] for row in rows} == {"olga"}
    assert rows[4]["details"] == {"member": "otto", "role": "viewer"}
    assert "hunter2" not in str(rows)


@pytest.mark.parametrize(("name", "status"), [("edgar", 403), ("victor", 403), ("otto", 404)])
def test_nobody_else_does(project: Project, outsider: User, call: As, name: str, status: int) -> None:
    assert call(User.objects.get(username=name)).get(address(project)).status_code == status


def test_a_stranger_does_not(project: Project, call: As) -> None:
    assert call(None).get(address(project)).status_code == 401


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("action=run.deleted", 1),
        ("action=run.", 2),
        ("actor=olga", 1),
        ("object_type=run&object_id=2", 1),
        ("outcome=refused", 0),
        ("since=2999-01-01T00:00:00Z", 0),
        ("until=2999-01-01T00:00:00Z", 3),
    ],
)
def test_it_is_filtered(owner: User, project: Project, call: As, query: str, count: int) -> None:
    audit.record("run.started", object_type="run", object_id=1, project_id=project.pk)
    audit.record("run.deleted", object_type="run", object_id=2, project_id=project.pk)
    assert call(owner).get(f"{address(project)}?{query}").json()["count"] == count


@pytest.mark.parametrize("query", ["since=yesterday", "outcome=perhaps"])
def test_a_wrong_filter_is_said(owner: User, project: Project, call: As, query: str) -> None:
    assert call(owner).get(f"{address(project)}?{query}").status_code == 400


def test_nothing_can_be_written(owner: User, project: Project, call: As) -> None:
    for method in ("post", "put", "patch", "delete"):
        assert getattr(call(owner), method)(address(project), {}).status_code == 405
