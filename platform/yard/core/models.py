"""Base models, the outbox of events, and the audit log."""

from __future__ import annotations

from typing import Any, Never

from django.db import models


class TimestampedModel(models.Model):
    """A row that knows when it was made and last changed."""

    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class Event(models.Model):
    """Something that happened to an object; written in the transaction that made it happen.

    Ids grow in commit order, so a reader that asks for "after N" misses nothing. Feeds event streams, later also
    webhooks and the bell. Append-only.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    # Plain numbers, not relations: core knows neither projects nor users, and events outlive them.
    project_id = models.BigIntegerField(null=True, blank=True)
    actor_id = models.BigIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    payload = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["project_id", "id"], name="event_by_project"),
            models.Index(fields=["object_type", "object_id", "id"], name="event_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.kind} {self.object_type}/{self.object_id}"


class LineageRole(models.TextChoices):
    """What an object was to the work it is linked with."""

    INPUT = "input", "Input"
    OUTPUT = "output", "Output"


class Lineage(models.Model):
    """An object went into a piece of work, or came out of it. Append-only.

    Any two objects can be linked, whichever apps they belong to, so types and ids are plain values as in ``Event``.
    """

    work_type = models.CharField(max_length=40)
    work_id = models.BigIntegerField()
    role = models.CharField(max_length=6, choices=LineageRole.choices)
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["work_type", "work_id", "role", "object_type", "object_id"], name="lineage_unique"
            )
        ]
        indexes = [models.Index(fields=["object_type", "object_id"], name="lineage_by_object")]

    def __str__(self) -> str:
        return f"{self.object_type}/{self.object_id} is {self.role} of {self.work_type}/{self.work_id}"


class AuditOutcome(models.TextChoices):
    """How it ended: done; refused by a rule of ours (a wrong password, a missing right); failed for another reason."""

    OK = "ok", "Done"
    REFUSED = "refused", "Refused"
    FAILED = "failed", "Failed"


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Reads and adds only."""

    def update(self, **changes: Any) -> Never:
        raise AppendOnly

    def delete(self) -> Never:
        raise AppendOnly


class AppendOnly(TypeError):
    """Code tried to change or delete an entry of the audit log."""

    def __init__(self) -> None:
        super().__init__("The audit log is append-only; manage.py prune_audit removes entries that are old enough.")


class AuditEntry(models.Model):
    """Somebody did something. Append-only: the model refuses changes, and so do triggers of the database."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    action = models.CharField(max_length=60, help_text="What was done, as in token.created")
    outcome = models.CharField(max_length=10, choices=AuditOutcome.choices, default=AuditOutcome.OK)
    # Plain values, not relations: entries outlive users, tokens, projects and objects.
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=200, blank=True, help_text="Empty: the platform, or nobody known")
    token_id = models.BigIntegerField(null=True, blank=True, help_text="The API token it was done with")
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    object_type = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    object_name = models.CharField(max_length=200, blank=True)
    project_id = models.BigIntegerField(null=True, blank=True)
    details = models.JSONField(default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "audit log entry"
        verbose_name_plural = "audit log"
        indexes = [
            models.Index(fields=["project_id", "id"], name="audit_by_project"),
            models.Index(fields=["object_type", "object_id", "id"], name="audit_by_object"),
            models.Index(fields=["actor_id", "id"], name="audit_by_actor"),
            models.Index(fields=["action", "id"], name="audit_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.action} {self.object_type}/{self.object_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Adds the entry. Raises ``AppendOnly`` for one that is stored already."""
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        raise AppendOnly
