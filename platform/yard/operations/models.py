"""What this installation did to itself: backups it made, the backup it was made from, and who is alive."""

from __future__ import annotations

from django.db import models


class BackupRecord(models.Model):
    """A backup that was made whole. Not itself part of backups."""

    name = models.CharField(max_length=40)
    place = models.CharField(max_length=1000)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(db_index=True)
    rows = models.BigIntegerField()
    objects_count = models.BigIntegerField()
    total_bytes = models.BigIntegerField(help_text="Of everything in it")
    added_bytes = models.BigIntegerField(help_text="That older backups of the place did not have")
    missing_count = models.IntegerField(default=0, help_text="Objects on record that the store did not have")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} in {self.place}"


class Restoration(models.Model):
    """The rows of this database came out of a backup. While ``finished_at`` is empty, the last steps are missing."""

    name = models.CharField(max_length=40)
    place = models.CharField(max_length=1000)
    made_at = models.DateTimeField(help_text="When the backup was made")
    loaded_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"from {self.name} in {self.place}"


class Heartbeat(models.Model):
    """When a part of the platform last did something, and what it found out about its machine."""

    part = models.CharField(max_length=120, unique=True, help_text="worker, or supervisor@<host>")
    at = models.DateTimeField()
    facts = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"{self.part} at {self.at}"
