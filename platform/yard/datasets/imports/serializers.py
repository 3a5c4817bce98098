"""Questions, answers and buckets of imports as the API shows and takes them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from yard.datasets.models import Import, NameConflict, OnConflict, OnDuplicate

ANSWERS = [choice for choice in OnConflict.choices if choice[0] != OnConflict.ASK]
ANSWERS_MAX = 10_000
URL_MAX = 1500


class ImportOptionsSerializer(serializers.Serializer[Any]):
    """What becomes of files that are there already in one way or the other."""

    on_conflict = serializers.ChoiceField(
        choices=OnConflict.choices,
        default=OnConflict.RENAME,
        help_text="A file's name is taken by an image with other content: ask (the import waits for answers), keep the "
        "old one, replace it, or rename the new one, so that both stay",
    )
    on_duplicate = serializers.ChoiceField(
        choices=OnDuplicate.choices,
        default=OnDuplicate.KEEP,
        help_text="A file's content is there under another name: keep both, or skip the new one",
    )


class BucketImportSerializer(ImportOptionsSerializer):
    """A bucket to read. The keys are never shown again."""

    url = serializers.CharField(
        max_length=URL_MAX, help_text="https://server[:port]/bucket/folder or s3://bucket/folder"
    )
    region = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    access_key = serializers.CharField(max_length=200, required=False, allow_blank=True, default="", write_only=True)
    secret_key = serializers.CharField(max_length=500, required=False, allow_blank=True, default="", write_only=True)
    saved = serializers.CharField(
        max_length=80,
        required=False,
        allow_blank=True,
        default="",
        help_text="With keys: save them for the project under this name. Without: use the keys saved under it.",
    )


class SavedBucketSerializer(serializers.Serializer[Any]):
    """Keys that the project has saved, by name."""

    name = serializers.CharField(max_length=80)


class OldImageSerializer(serializers.Serializer[Any]):
    """The image that is there."""

    id = serializers.IntegerField()
    size = serializers.IntegerField(help_text="Bytes")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    shape_count = serializers.IntegerField()
    imported_at = serializers.DateTimeField(source="dataset_import.created_at", allow_null=True, default=None)
    thumbnail_url = serializers.SerializerMethodField()

    def get_thumbnail_url(self, image: Any) -> str:
        return reverse("api:dataset-image-thumbnail", args=[image.dataset_id, image.pk])


class ConflictSerializer(serializers.ModelSerializer[NameConflict]):
    """A file whose name is taken by an image with other content."""

    old = OldImageSerializer(source="image", allow_null=True, help_text="null: it was removed meanwhile")
    thumbnail_url = serializers.SerializerMethodField(help_text="Of the new one")
    answer = serializers.ChoiceField(choices=ANSWERS, allow_blank=True)

    class Meta:
        model = NameConflict
        fields = ["id", "path", "name", "size", "width", "height", "modified_at", "thumbnail_url", "old", "answer"]

    @extend_schema_field(serializers.CharField())
    def get_thumbnail_url(self, found: NameConflict) -> str:
        return reverse("api:import-conflict-thumbnail", args=[found.dataset_import_id, found.pk])


class AnswerSerializer(serializers.Serializer[Any]):
    """What becomes of one file."""

    conflict = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    answer = serializers.ChoiceField(choices=ANSWERS)


class AnswersSerializer(serializers.Serializer[Any]):
    """What becomes of files; the import goes on when none is left."""

    answers = AnswerSerializer(many=True, required=False, default=list, max_length=ANSWERS_MAX)  # type: ignore[call-arg]
    rest = serializers.ChoiceField(
        choices=ANSWERS, required=False, allow_blank=True, default="", help_text="For all that have no answer yet"
    )


def remote_text(found: Import) -> str:
    """The bucket an import reads, for people; empty when it takes uploads."""
    remote = found.remote
    return f"{remote['endpoint']}/{remote['bucket']}/{remote['prefix']}" if remote else ""
