"""The admin shows every model of blueprints, and changes no history."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from yard.accounts.models import User
from yard.blueprints import images
from yard.blueprints.models import Blueprint
from yard.blueprints.services import UploadResult


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="x", bucket="bucket-root"))
    return client


@pytest.mark.parametrize("model", ["blueprint", "blueprintversion", "imagebuild"])
def test_it_lists_searches_and_shows(admin: Client, upload: Callable[..., UploadResult], model: str) -> None:
    result = upload()
    build = images.build_request(version=result.version, launcher_name="fake", user=None)
    row = {"blueprint": result.blueprint, "blueprintversion": result.version, "imagebuild": build}[model]

    assert admin.get(reverse(f"admin:blueprints_{model}_changelist"), {"q": "Mask"}).status_code == 200
    assert admin.get(reverse(f"admin:blueprints_{model}_change", args=[row.pk])).status_code == 200
    assert admin.get(reverse(f"admin:blueprints_{model}_add")).status_code == 403


def test_an_administrator_may_allow_the_network_there(admin: Client, db: None) -> None:
    blueprint = Blueprint.objects.create(provider="P", category="C", architecture="A")

    admin.post(reverse("admin:blueprints_blueprint_change", args=[blueprint.pk]), {"allow_network": "on"})

    blueprint.refresh_from_db()
    assert blueprint.allow_network is True
    assert blueprint.provider == "P"


def test_a_version_cannot_be_changed(admin: Client, upload: Callable[..., UploadResult]) -> None:
    version = upload().version

    answer = admin.post(reverse("admin:blueprints_blueprintversion_change", args=[version.pk]), {"score_name": "x"})

    assert answer.status_code == 403
