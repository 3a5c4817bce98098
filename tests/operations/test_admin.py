from __future__ import annotations

import pytest
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.test import Client
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from tests.runs.factories import make_user


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(make_user("root", is_staff=True, is_superuser=True))
    return client


def _queued(name: str) -> OrmQ:
    task = {"id": "a" * 32, "name": name, "func": "yard.core.nothing.at_all", "args": (), "kwargs": {}}
    return OrmQ.objects.create(key="trainyard", payload=SignedPackage.dumps(task))


@pytest.fixture
def a_task_comes_amid_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page counts no rows and then finds one, as it happens where tasks come and go."""
    whole = ChangeList.get_results

    def counted_too_early(self: ChangeList, request: HttpRequest) -> None:
        found: QuerySet[OrmQ] = self.queryset
        self.queryset, self.root_queryset = found.none(), found.none()
        whole(self, request)
        self.result_list = found.all()

    monkeypatch.setattr(ChangeList, "get_results", counted_too_early)


def test_the_queue_is_shown_whatever_comes_amid_its_page(admin: Client, a_task_comes_amid_the_page: None) -> None:
    _queued("shown")
    page = admin.get("/admin/django_q/ormq/").content.decode()
    assert "shown" in page
    assert "action-select" not in page, "boxes without the bar of actions break the script of Django's page"


def test_a_task_can_be_looked_at_and_taken_out(admin: Client) -> None:
    task = _queued("stuck")
    assert "stuck" in admin.get(f"/admin/django_q/ormq/{task.pk}/change/").content.decode()
    admin.post(f"/admin/django_q/ormq/{task.pk}/delete/", {"post": "yes"})
    assert not OrmQ.objects.exists()
