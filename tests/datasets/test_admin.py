from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.datasets.conftest import BOX, Importer, cvat, picture, upload
from yard.accounts.models import User
from yard.datasets import models, services
from yard.datasets.models import Dataset
from yard.datasets.versions.create import version_create

MODELS = [
    models.Dataset,
    models.DatasetVersion,
    models.Label,
    models.Image,
    models.Shape,
    models.Import,
    models.Upload,
    models.UploadChunk,
]


@pytest.fixture
def admin_pages(import_files: Importer, dataset: Dataset, owner: User) -> Client:
    import_files({"a.png": picture(), "annotations.xml": cvat({"a.png": BOX})})
    version_create(dataset=dataset, user=owner)
    upload(services.import_create(dataset=dataset, user=owner), "b.png", picture())
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="x", bucket="bucket-root"))
    return client


@pytest.mark.parametrize("model", MODELS)
def test_every_model_can_be_looked_at_and_searched(admin_pages: Client, model: type[models.Dataset]) -> None:
    name = f"admin:datasets_{model._meta.model_name}"
    assert admin_pages.get(reverse(f"{name}_changelist")).status_code == 200
    assert admin_pages.get(reverse(f"{name}_changelist"), {"q": "a"}).status_code == 200
    row = model.objects.first()
    assert row is not None
    assert admin_pages.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200


@pytest.mark.parametrize("model", MODELS[1:])
def test_what_must_not_change_cannot_be_changed(admin_pages: Client, model: type[models.Dataset]) -> None:
    name = f"admin:datasets_{model._meta.model_name}"
    row = model.objects.first()
    assert row is not None
    assert admin_pages.post(reverse(f"{name}_change", args=[row.pk]), {}).status_code == 403
    assert admin_pages.get(reverse(f"{name}_add")).status_code == 403
    assert admin_pages.get(reverse(f"{name}_delete", args=[row.pk])).status_code == 403


def test_a_data_sets_name_can_be_put_right(admin_pages: Client, dataset: Dataset) -> None:
    where = reverse("admin:datasets_dataset_change", args=[dataset.pk])
    answer = admin_pages.post(where, {"name": "Better", "description": "", **_inlines()})
    assert answer.status_code == 302
    dataset.refresh_from_db()
    assert (dataset.name, dataset.image_count) == ("Better", 1)
    assert admin_pages.get(reverse("admin:datasets_dataset_delete", args=[dataset.pk])).status_code == 403


def _inlines() -> dict[str, str]:
    return {
        f"{prefix}-{field}": "0"
        for prefix in ("labels", "versions")
        for field in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }
