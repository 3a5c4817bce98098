"""The administration pages of users, projects, tokens and secrets."""

from __future__ import annotations

import pytest
from django.test import Client

from yard.accounts.models import ApiToken, Membership, Project, Secret, User
from yard.accounts.secrets import secret_set
from yard.accounts.services import project_create
from yard.accounts.tokens import token_create, token_for
from yard.datasets.models import Dataset
from yard.storage.models import FileSet, StoredObject


@pytest.fixture
def root(db: None) -> User:
    return User.objects.create_superuser("root", password="x")


@pytest.fixture
def pages(root: User) -> Client:
    client = Client()
    client.force_login(root)
    return client


MODELS = {
    "accounts/user": User,
    "accounts/project": Project,
    "accounts/membership": Membership,
    "accounts/apitoken": ApiToken,
    "accounts/secret": Secret,
    "storage/storedobject": StoredObject,
    "storage/fileset": FileSet,
}


@pytest.mark.parametrize("model", MODELS)
def test_every_page_opens_and_searches(pages: Client, root: User, project: Project, model: str) -> None:
    token_create(user=root, name="laptop")
    secret_set(project=project, name="registry", kind="password", value="hunter2", user=root)
    StoredObject.objects.create(bucket="b", key="k", digest="0" * 64, size=1)
    FileSet.objects.create(bucket="b", digest="0" * 64, manifest_key="m", file_count=1, total_bytes=1)
    for query in ("", "?q=a"):
        assert pages.get(f"/admin/{model}/{query}").status_code == 200
    row = MODELS[model]._base_manager.latest("pk")
    assert pages.get(f"/admin/{model}/{row.pk}/change/").status_code == 200


def test_a_user_made_there_gets_a_bucket_that_cannot_be_changed(pages: Client) -> None:
    form = {
        "username": "Anna@example.org",
        "password1": "a long passphrase",
        "password2": "a long passphrase",
        "usable_password": "true",
    }
    inline = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    assert pages.post("/admin/accounts/user/add/", {**form, **inline}).status_code == 302
    user = User.objects.get(username="Anna@example.org")
    assert user.bucket == "anna-example-org"
    page = pages.get(f"/admin/accounts/user/{user.pk}/change/").content.decode()
    assert "anna-example-org" in page
    assert 'name="bucket"' not in page


def test_tokens_can_be_revoked_but_not_read(pages: Client, root: User) -> None:
    token, text = token_create(user=root, name="laptop")
    assert token.digest not in pages.get(f"/admin/accounts/apitoken/{token.pk}/change/").content.decode()
    pages.post("/admin/accounts/apitoken/", {"action": "revoke", "_selected_action": [token.pk]})
    assert token_for(text) is None


def test_a_project_with_content_is_not_deleted_there(pages: Client, root: User) -> None:
    project = project_create(name="Beans", user=root)
    Dataset.objects.create(project=project, name="a", created_by=root, bucket=root.bucket)
    pages.post(f"/admin/accounts/project/{project.pk}/delete/", {"post": "yes"})
    assert Project.objects.filter(pk=project.pk).exists()
    assert "1 dataset" in pages.get(f"/admin/accounts/project/{project.pk}/change/").content.decode()
