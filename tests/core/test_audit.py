"""The audit log: written with the change, never changed afterwards, readable for those it concerns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from yard.core import audit, audit_guard
from yard.core.audit_retention import prune, prune_by_setting
from yard.core.events import emit
from yard.core.models import AppendOnly, AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def guarded(db: None) -> None:
    """With all triggers, as outside of the tests; the test's roll-back takes them away again."""
    audit_guard.remove(connection)
    audit_guard.install(connection)


@pytest.fixture
def administrator(db: None) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("root", password="a long passphrase"))
    return client


def age(entry: AuditEntry, days: int) -> None:
    """Make the entry older than it is, which only a hand in the database can."""
    audit_guard.remove(connection)
    with connection.cursor() as cursor:
        at = timezone.now() - timedelta(days=days)
        cursor.execute("UPDATE core_auditentry SET at = %s WHERE id = %s", [at, entry.pk])
    audit_guard.install(connection)


def test_the_model_refuses_every_change() -> None:
    entry = audit.record("trial", object_name="before")
    entry.object_name = "after"
    for attempt in (
        entry.save,
        entry.delete,
        lambda: AuditEntry.objects.update(object_name="after"),
        lambda: AuditEntry.objects.filter(pk=entry.pk).delete(),
        lambda: AuditEntry.objects.bulk_update([entry], ["object_name"]),
        lambda: AuditEntry.objects.update_or_create(pk=entry.pk, defaults={"object_name": "after"}),
    ):
        with pytest.raises(AppendOnly, match="append-only"), transaction.atomic():
            attempt()
    assert AuditEntry.objects.get(pk=entry.pk).object_name == "before"


@pytest.mark.parametrize("statement", ["UPDATE core_auditentry SET action = 'x'", "DELETE FROM core_auditentry"])
def test_the_database_refuses_every_change(guarded: None, statement: str) -> None:
    entry = audit.record("trial")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.get().action == entry.action


def test_an_entry_goes_with_its_change() -> None:
    @transaction.atomic
    def delete_and_fail() -> None:
        emit(kind="model.deleted", object_type="model", object_id=1, project_id=1, payload={"name": "Dots"})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        delete_and_fail()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("kind", ["template.granted", "template.revoked"])
def test_capabilities_given_and_taken_are_written_down(kind: str) -> None:
    emit(kind=kind, object_type="template", object_id=7, project_id=3, payload={"name": "a/b/c", "capability": "x"})
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_type, entry.object_id, entry.object_name) == (kind, "template", "7", "a/b/c")
    assert (entry.project_id, entry.details) == (3, {"capability": "x"})


def test_progress_is_no_entry() -> None:
    emit(kind="run.progress", object_type="run", object_id=7, project_id=3)
    assert not AuditEntry.objects.exists()


def test_only_old_entries_can_be_pruned_and_that_is_an_entry(guarded: None) -> None:
    old, new = audit.record("old"), audit.record("new")
    age(old, 100)
    assert prune(90) == 1
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["audit.pruned", "new"]
    assert prune(0) == 0, "what is younger than thirty days stays, whatever is asked"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_auditentry")
    assert AuditEntry.objects.filter(pk=new.pk).exists()


def test_the_command_keeps_a_month(guarded: None) -> None:
    with pytest.raises(CommandError, match="30 days are always kept"):
        call_command("prune_audit", "--days", "29")


def test_the_setting_prunes_by_itself(guarded: None, settings: Any) -> None:
    age(audit.record("old"), 100)
    assert prune_by_setting() == 0
    settings.AUDIT_KEEP_DAYS = 60
    assert prune_by_setting() == 1


def test_changes_in_the_administration_are_entries_too(administrator: Client) -> None:
    user = get_user_model().objects.create_user("anna", password="a long passphrase")
    form = {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"}
    made = {"name": "Made here", "description": "", "created_by": user.pk, "memberships-TOTAL_FORMS": 0}
    made |= {"memberships-INITIAL_FORMS": 0}
    assert administrator.post("/admin/accounts/project/add/", made).status_code == 302
    added = AuditEntry.objects.get(action="admin.added")
    assert (added.actor_name, added.object_type, added.object_name) == ("root", "accounts.project", "Made here")
    assert added.address == "127.0.0.1"
    assert added.request_id
    get_user_model().objects.create_user("ben", password="a long passphrase")
    ben = get_user_model().objects.get(username="ben")
    administrator.post("/admin/accounts/user/", {**form, "_selected_action": [ben.pk]})
    assert AuditEntry.objects.get(action="admin.deleted").object_name == "ben"
    change = f"/admin/accounts/user/{user.pk}/password/"
    new = {"password1": "quite another phrase", "password2": "quite another phrase", "usable_password": "true"}
    assert administrator.post(change, new).status_code == 302
    assert AuditEntry.objects.filter(action="user.password_changed", object_name="anna").exists()
    assert "quite" not in str(list(AuditEntry.objects.values()))


def test_administrators_search_filter_and_export(administrator: Client) -> None:
    audit.record("token.created", object_type="token", object_id=9, object_name="=cmd|' /C calc'!A0")
    audit.record("run.deleted", object_type="run", object_id=12, object_name="first", project_id=4)
    page = "/admin/core/auditentry/"
    assert b"run.deleted" in administrator.get(f"{page}?q=first").content
    assert b"cmd|" not in administrator.get(f"{page}?q=first").content
    assert administrator.get(f"{page}?action=token.created&object_type=token").status_code == 200
    ids = list(AuditEntry.objects.values_list("pk", flat=True))
    exported = administrator.post(page, {"action": "export", "_selected_action": ids})
    assert exported["Content-Type"].startswith("text/csv")
    lines = exported.content.decode().splitlines()
    assert len(lines) == 1 + len(ids)
    assert "'=cmd|" in exported.content.decode(), "a spreadsheet must not take a name for a formula"
    first = ids[0]
    for verb in ("change", "delete"):
        answer = administrator.post(f"{page}{first}/{verb}/", {"post": "yes", "action": "x"})
        assert answer.status_code in {302, 403}
    assert administrator.get(f"{page}add/").status_code == 403
    assert AuditEntry.objects.filter(pk=first).exists()
