"""What lies in the object store: stored objects, and the file sets that name them for ever."""

from __future__ import annotations

from django.db import models

from yard.core.models import TimestampedModel


class StoredObject(TimestampedModel):
    """One object in the store, found by its readable key and by its digest.

    Before a readable key is overwritten or deleted, its old object is kept under its digest while a file set needs it.
    """

    bucket = models.CharField(max_length=63)
    key = models.CharField(max_length=1024)
    digest = models.CharField(max_length=64, help_text="SHA-256, hexadecimal")
    size = models.BigIntegerField(help_text="Bytes")
    pinned_at = models.DateTimeField(
        null=True,
        blank=True,
        db_index=True,
        help_text="When a file set last asked for this content; empty: none needs it, so it may go",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bucket", "key"], name="stored_object_key_unique")]
        indexes = [models.Index(fields=["bucket", "digest"], name="stored_object_by_digest")]

    def __str__(self) -> str:
        return f"{self.bucket}/{self.key}"


class FileSet(TimestampedModel):
    """An immutable manifest of files. The manifest itself is an object: gzipped JSON lines, one per file.

    Two sets with the same content are one set: ``digest`` is over the sorted manifest lines.
    """

    bucket = models.CharField(max_length=63)
    digest = models.CharField(max_length=64)
    manifest_key = models.CharField(max_length=1024)
    file_count = models.IntegerField()
    total_bytes = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bucket", "digest"], name="file_set_digest_unique")]

    def __str__(self) -> str:
        return f"{self.digest[:12]} ({self.file_count} files)"


class ContentHold(models.Model):
    """While one that has not run out is there, content stays in the store whoever deletes it; see ``holds``."""

    owner = models.CharField(max_length=120)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.owner} until {self.until}"
