from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.datasets.conftest import BOX, Importer, cvat, picture, upload
from yard.accounts.models import User
from yard.datasets import models
from yard.datasets.imports import services as import_services
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
    models.Split,
    models.SplitMember,
    models.Finding,
    models.Examination,
    models.Repair,
    models.Restore,
    models.Pinning,
    models.Figure,
]


@pytest.fixture
def admin_pages(import_files: Importer, dataset: Dataset, owner: User) -> Client:
    import_files({"a.png": picture(), "annotations.xml": cvat({"a.png": BOX})})
    version = version_create(dataset=dataset, user=owner)
    _work(dataset, version)
    upload(import_services.import_create(dataset=dataset, user=owner), "b.png", picture())
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="x", bucket="bucket-root"))
    return client


def _work(dataset: Dataset, version: models.DatasetVersion) -> None:
    """One of everything that the worker does, and what it is about."""
    image = dataset.images.get()
    split = models.Split.objects.create(dataset=dataset, name="main", method="random")
    models.SplitMember.objects.create(split=split, image=image, part="train")
    models.Finding.objects.create(dataset=dataset, code="a.b", severity="error", message="odd", image=image)
    models.Examination.objects.create(dataset=dataset)
    models.Repair.objects.create(dataset=dataset, code="clip", before=version)
    models.Restore.objects.create(dataset=dataset, version=version)
    models.Pinning.objects.create(dataset=dataset, revision=1, version=version)
    models.Figure.objects.create(dataset=dataset, kind="statistics", wanted="1")


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
