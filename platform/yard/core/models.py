"""Base models, and the outbox of events."""

from __future__ import annotations

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
    webhooks, the bell and the audit log. Append-only.
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
