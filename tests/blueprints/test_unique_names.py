from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from yard.blueprints.models import Blueprint


@pytest.mark.django_db
def test_a_bundled_name_is_there_once_on_every_database() -> None:
    name = {"provider": "Torchvision", "category": "Classification", "architecture": "ResNet"}
    Blueprint.objects.create(**name)
    with pytest.raises(IntegrityError), transaction.atomic():
        Blueprint.objects.create(**name)
    assert Blueprint.objects.count() == 1
