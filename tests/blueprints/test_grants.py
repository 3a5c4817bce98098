"""What an administrator may allow a template's runs, who cannot, and which versions it holds for."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from tests.blueprints.replicas import mask_rcnn
from yard.accounts.models import Membership, Project, Role, User
from yard.blueprints.grants import POWERS, Grant, grants_of, power_of, template_grant
from yard.blueprints.models import Blueprint, BlueprintVersion
from yard.blueprints.services import UploadResult, template_upload
from yard.core.models import Event

ClientOf = Callable[[User], APIClient]
FIELDS = [grant.field for grant in Grant]


@pytest.fixture
def template(upload: Callable[..., UploadResult]) -> BlueprintVersion:
    return upload().version


@pytest.fixture
def admin_of_platform(staff: User, project: Project) -> User:
    """Staff who sees the project's templates as its viewer."""
    Membership.objects.create(project=project, user=staff, role=Role.VIEWER)
    return staff


def address(version: BlueprintVersion) -> str:
    return f"/api/v1/templates/{version.blueprint_id}/"


def next_version(version: BlueprintVersion, owner: User) -> BlueprintVersion:
    changed = mask_rcnn()
    changed.change_json("custom.json", score_name=f"after {version.number}")
    project = version.blueprint.project
    assert project is not None
    made = template_upload(user=owner, project=project, file=io.BytesIO(changed.zip()), filename="again.zip").version
    assert made.number == version.number + 1
    return made


def fresh(version: BlueprintVersion) -> list[str]:
    return [*grants_of(BlueprintVersion.objects.select_related("blueprint").get(pk=version.pk))]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.ADMIN])
def test_no_role_in_a_project_can_grant(
    client_of: ClientOf, template: BlueprintVersion, owner: User, role: Role, field: str
) -> None:
    """Not even the project's own administrator, who may have uploaded the template."""
    Membership.objects.filter(user=owner).update(role=role)
    client = client_of(owner)

    answer = client.patch(address(template), {field: True})

    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied"), answer.json()
    assert "grant" not in client.get(address(template)).json()["can"]
    assert fresh(template) == []
    assert not Event.objects.filter(kind="template.granted").exists()


def test_others_do_not_even_see_it(
    client_of: ClientOf, template: BlueprintVersion, outsider: User, staff: User
) -> None:
    for user in (outsider, staff):
        assert client_of(user).patch(address(template), {"allow_network": True}).status_code == 404
    assert APIClient().patch(address(template), {"allow_network": True}).status_code in {401, 403}
    assert fresh(template) == []


def test_an_uploaded_template_cannot_grant_itself_anything(
    client_of: ClientOf, owner: User, project: Project, upload: Callable[..., UploadResult]
) -> None:
    """Whatever stands in its files, and whatever else is sent along."""
    replica = mask_rcnn()
    replica.change_json("custom.json", allow_network=True, allow_root=True, allow_fuse=True, grants=["fuse"])
    result = template_upload(user=owner, project=project, file=io.BytesIO(replica.zip()), filename="t.zip")
    assert fresh(result.version) == []


@pytest.mark.parametrize("grant", Grant)
def test_an_administrator_gives_and_takes(
    client_of: ClientOf, template: BlueprintVersion, admin_of_platform: User, owner: User, grant: Grant
) -> None:
    client = client_of(admin_of_platform)

    given = client.patch(address(template), {grant.field: True})
    assert (given.status_code, given.json()[grant.field], given.json()["granted_version"]) == (200, True, 1)
    assert "grant" in given.json()["can"]
    shown = client_of(owner).get(f"/api/v1/template-versions/{template.pk}/").json()
    assert shown["grants"] == [grant.value]
    assert shown["template"][grant.field] is True

    taken = client.patch(address(template), {grant.field: False})
    assert (taken.status_code, taken.json()[grant.field]) == (200, False)
    assert fresh(template) == []

    events = Event.objects.filter(
        object_type="template", object_id=template.blueprint_id, actor_id=admin_of_platform.pk
    )
    assert [(event.kind, event.payload["grant"]) for event in events.order_by("pk")] == [
        ("template.granted", grant.value),
        ("template.revoked", grant.value),
    ]


def test_a_later_version_goes_without_until_it_is_confirmed(
    client_of: ClientOf, template: BlueprintVersion, admin_of_platform: User, owner: User
) -> None:
    client = client_of(admin_of_platform)
    client.patch(address(template), {"allow_network": True})

    second = next_version(template, owner)
    assert fresh(template) == ["network"]
    assert fresh(second) == []
    assert client_of(owner).get(f"/api/v1/template-versions/{second.pk}/").json()["grants"] == []

    client.patch(address(template), {"allow_network": True})
    assert fresh(second) == ["network"]
    assert fresh(next_version(second, owner)) == []


def test_a_bundled_template_has_it_in_every_version(staff: User) -> None:
    """It comes with the platform, so whoever upgrades has looked at it."""
    blueprint = Blueprint.objects.create(provider="P", category="C", architecture="A")
    template_grant(blueprint=blueprint, changes={Grant.NETWORK: True}, user=staff)
    assert grants_of(BlueprintVersion(blueprint=blueprint, number=7)) == [Grant.NETWORK]


def test_nothing_said_or_nonsense_is_refused(
    client_of: ClientOf, template: BlueprintVersion, admin_of_platform: User
) -> None:
    client = client_of(admin_of_platform)
    bodies: list[dict[str, Any]] = [{}, {"allow_network": "perhaps"}, {"allow_root": None}, {"allow_privileged": True}]
    for body in bodies:
        assert client.patch(address(template), body).status_code == 400, body
    assert fresh(template) == []


def test_no_grant_gives_everything() -> None:
    """None is a privileged container, or gives what reaches the kernel or other processes."""
    every = power_of([*Grant])
    forbidden = {"ALL", "SYS_PTRACE", "SYS_MODULE", "SYS_RAWIO", "NET_ADMIN", "NET_RAW", "SYS_BOOT", "MKNOD", "BPF"}
    assert not forbidden & set(every.capabilities)
    assert every.devices == ("/dev/fuse",)
    assert POWERS[Grant.NETWORK].capabilities == ()


def test_the_admin_writes_the_same_events(
    template: BlueprintVersion, staff: User, owner: User, django_user_model: type[User]
) -> None:
    staff.user_permissions.add(*Permission.objects.filter(codename__in=["change_blueprint", "view_blueprint"]))
    client = Client()
    client.force_login(staff)
    page = reverse("admin:blueprints_blueprint_change", args=[template.blueprint_id])

    assert client.post(page, {"allow_fuse": "on"}).status_code == 302
    assert fresh(template) == ["fuse"]
    second = next_version(template, owner)
    assert client.post(page, {"allow_fuse": "on"}).status_code == 302  # saving other things confirms nothing
    assert fresh(second) == []

    chosen = {"action": "confirm_grants", "index": 0, "_selected_action": [template.blueprint_id]}
    answer = client.post(reverse("admin:blueprints_blueprint_changelist"), chosen)
    assert answer.status_code == 302, answer.content.decode()[:9000]
    assert fresh(second) == ["fuse"]
    assert client.post(page, {}).status_code == 302
    assert fresh(second) == []
    kinds = Event.objects.filter(kind__in=["template.granted", "template.revoked"]).order_by("pk")
    assert [event.kind for event in kinds] == ["template.granted", "template.granted", "template.revoked"]
    assert {event.actor_id for event in kinds} == {staff.pk}


def test_staff_without_the_permission_cannot_in_the_admin(template: BlueprintVersion, staff: User) -> None:
    client = Client()
    client.force_login(staff)
    page = reverse("admin:blueprints_blueprint_change", args=[template.blueprint_id])
    assert client.post(page, {"allow_fuse": "on"}).status_code == 403
    assert fresh(template) == []
