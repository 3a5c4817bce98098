"""Members of a project: who adds, changes and removes them, and that an admin stays."""

from __future__ import annotations

from typing import Any

import pytest

from tests.accounts.conftest import As
from yard.accounts.models import Membership, Project, Role, User


def members(project: Project) -> str:
    return f"/api/v1/projects/{project.pk}/members/"


def member(project: Project, user: User) -> str:
    return f"{members(project)}{user.pk}/"


def roles(project: Project) -> dict[str, str]:
    return dict(Membership.objects.filter(project=project).values_list("user__username", "role"))


def test_every_member_sees_them_and_no_outsider(
    project: Project, owner: User, viewer: User, outsider: User, call: As
) -> None:
    for user in (owner, viewer):
        shown = call(user).get(members(project)).json()["results"]
        assert [(m["user"]["username"], m["role"]) for m in shown] == [
            ("edgar", "editor"),
            ("olga", "admin"),
            ("victor", "viewer"),
        ]
    assert call(outsider).get(members(project)).status_code == 404


def test_an_admin_adds_changes_and_removes(project: Project, owner: User, outsider: User, call: As) -> None:
    client = call(owner)
    added = client.post(members(project), {"username": "otto", "role": "viewer"})
    assert added.status_code == 201
    assert added.json()["user"] == {"id": outsider.pk, "username": "otto"}
    assert client.patch(member(project, outsider), {"role": "admin"}).json()["role"] == "admin"
    assert client.delete(member(project, outsider)).status_code == 204
    assert roles(project) == {"olga": "admin", "edgar": "editor", "victor": "viewer"}


def test_nobody_else_does(project: Project, owner: User, editor: User, viewer: User, outsider: User, call: As) -> None:
    before = roles(project)
    for user, status in ((editor, 403), (viewer, 403), (outsider, 404), (None, 401)):
        client = call(user)
        assert client.post(members(project), {"username": "otto", "role": "admin"}).status_code == status
        assert client.patch(member(project, viewer), {"role": "admin"}).status_code == status
        assert client.delete(member(project, owner)).status_code == status
    assert roles(project) == before


def test_a_member_may_leave(project: Project, viewer: User, call: As) -> None:
    assert call(viewer).delete(member(project, viewer)).status_code == 204
    assert call(viewer).get(members(project)).status_code == 404


def test_the_last_admin_stays(project: Project, owner: User, editor: User, call: As) -> None:
    client = call(owner)
    for response in (client.delete(member(project, owner)), client.patch(member(project, owner), {"role": "viewer"})):
        assert response.status_code == 409
        assert response.json()["code"] == "last_admin"
    assert client.patch(member(project, owner), {"role": "admin"}).status_code == 200
    client.patch(member(project, editor), {"role": "admin"})
    assert client.delete(member(project, owner)).status_code == 204
    assert roles(project) == {"edgar": "admin", "victor": "viewer"}


def test_an_admin_who_may_not_sign_in_does_not_count(project: Project, owner: User, editor: User, call: As) -> None:
    Membership.objects.filter(user=editor).update(role=Role.ADMIN)
    User.objects.filter(pk=editor.pk).update(is_active=False)
    assert call(owner).delete(member(project, owner)).status_code == 409


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"username": "nobody", "role": "viewer"}, "username"),
        ({"username": "otto", "role": "king"}, "role"),
        ({"username": "otto"}, "role"),
        ({"role": "viewer"}, "username"),
    ],
)
def test_it_says_what_is_wrong(
    project: Project, owner: User, outsider: User, call: As, body: dict[str, Any], path: str
) -> None:
    response = call(owner).post(members(project), body)
    assert response.status_code == 400
    assert response.json()["extra"]["errors"][0]["path"] == [path]


def test_nobody_is_a_member_twice(project: Project, owner: User, call: As) -> None:
    assert call(owner).post(members(project), {"username": "victor", "role": "admin"}).status_code == 409
    assert roles(project)["victor"] == "viewer"


def test_a_stranger_is_no_member(project: Project, owner: User, outsider: User, call: As) -> None:
    assert call(owner).patch(member(project, outsider), {"role": "viewer"}).status_code == 404
    assert call(owner).delete(member(project, outsider)).status_code == 404


def test_the_list_takes_few_queries(
    project: Project, owner: User, call: As, django_assert_max_num_queries: Any
) -> None:
    for number in range(15):
        Membership.objects.create(project=project, user=User.objects.create_user(f"u{number}"), role=Role.VIEWER)
    client = call(owner)
    with django_assert_max_num_queries(6):
        assert client.get(members(project)).json()["count"] == 18
