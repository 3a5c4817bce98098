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
