"""Projects: made, shown, changed, deleted, and by whom."""

from __future__ import annotations

from typing import Any

import pytest

from tests.accounts.conftest import As
from yard.accounts.models import Membership, Project, Role, User
from yard.accounts.services import project_create
from yard.datasets.models import Dataset

PROJECTS = "/api/v1/projects/"


def address(project: Project) -> str:
    return f"{PROJECTS}{project.pk}/"


def test_its_maker_becomes_admin(owner: User, call: As) -> None:
    response = call(owner).post(PROJECTS, {"name": "Peas", "description": "green"})
    assert response.status_code == 201
    shown = response.json()
    assert (shown["name"], shown["description"], shown["role"], shown["member_count"]) == ("Peas", "green", "admin", 1)
    assert (shown["dataset_count"], shown["run_count"]) == (0, 0)


def test_everybody_sees_her_own_projects_with_her_role(
    project: Project, owner: User, editor: User, viewer: User, outsider: User, call: As
) -> None:
    for user, role in ((owner, "admin"), (editor, "editor"), (viewer, "viewer")):
        found = call(user).get(PROJECTS).json()["results"]
        assert [(p["name"], p["role"], p["member_count"]) for p in found] == [("Beans", role, 3)]
        assert call(user).get(address(project)).json() == found[0]
    assert call(outsider).get(PROJECTS).json()["results"] == []
    assert call(outsider).get(address(project)).status_code == 404
    assert call(None).get(PROJECTS).status_code == 401


def test_a_superuser_is_admin_everywhere(project: Project, call: As) -> None:
    root = User.objects.create_superuser("root")
    assert call(root).get(address(project)).json()["role"] == "admin"
    assert call(root).get(PROJECTS).json()["count"] == 1
    assert call(root).get(f"{PROJECTS}99999/").status_code == 404


def test_only_an_admin_changes_it(
    project: Project, owner: User, editor: User, viewer: User, outsider: User, call: As
) -> None:
    for user, status in ((viewer, 403), (editor, 403), (outsider, 404), (None, 401)):
        assert call(user).patch(address(project), {"name": "Other"}).status_code == status
        assert call(user).delete(address(project)).status_code == status
    project.refresh_from_db()
    assert project.name == "Beans"
    response = call(owner).patch(address(project), {"description": "white"})
    assert (response.json()["name"], response.json()["description"]) == ("Beans", "white")


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": "x" * 101}, {"name": "beans"}, {"name": None}, [], {"name": "a\0b"}]
)
def test_it_says_what_is_wrong_with_the_name(project: Project, owner: User, call: As, body: Any) -> None:
    response = call(owner).post(PROJECTS, body)
    assert response.status_code == 400
    if isinstance(body, dict):
        assert response.json()["extra"]["errors"][0]["path"] == ["name"]
    assert Project.objects.count() == 1


def test_a_rename_keeps_names_unique(project: Project, owner: User, call: As) -> None:
    other = project_create(name="Peas", user=owner)
    assert call(owner).patch(address(other), {"name": "BEANS"}).status_code == 400
    assert call(owner).patch(address(other), {"name": "PEAS"}).json()["name"] == "PEAS"


def test_an_empty_one_is_deleted(project: Project, owner: User, call: As) -> None:
    assert call(owner).delete(address(project)).status_code == 204
    assert not Membership.objects.exists()


def test_one_with_content_is_kept(project: Project, owner: User, call: As) -> None:
    for name in ("a", "b"):
        Dataset.objects.create(project=project, name=name, created_by=owner, bucket=owner.bucket)
    response = call(owner).delete(address(project))
    assert response.status_code == 409
    assert response.json()["code"] == "project_not_empty"
    assert response.json()["extra"]["counts"] == {"datasets": 2}
    assert call(owner).get(address(project)).json()["dataset_count"] == 2


def test_the_list_is_searched_and_sorted(owner: User, call: As) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        project_create(name=name, description="greek", user=owner)
    client = call(owner)

    def names(query: str) -> list[str]:
        return [project["name"] for project in client.get(f"{PROJECTS}?{query}").json()["results"]]

    assert names("") == ["Alpha", "Beta", "Gamma"]
    assert names("ordering=-name") == ["Gamma", "Beta", "Alpha"]
    assert names("search=ALPH") == ["Alpha"]
    assert names("search=greek&page_size=2&page=2") == ["Gamma"]


def test_the_list_takes_few_queries(owner: User, viewer: User, call: As, django_assert_max_num_queries: Any) -> None:
    for number in range(15):
        project = project_create(name=str(number), user=owner)
        Membership.objects.create(project=project, user=viewer, role=Role.VIEWER)
    client = call(viewer)
    with django_assert_max_num_queries(4):
        assert client.get(PROJECTS).json()["count"] == 15
