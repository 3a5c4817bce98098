"""Conversions as the API shows and takes them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from yard.datasets.annotations.formats.registry import ALIASES, FORMATS
from yard.datasets.models import Conversion, ConversionState
from yard.datasets.serializers import ImportFindingSerializer, LossSerializer, NameAndWhySerializer

KEYS = [*FORMATS, *ALIASES]


class ConversionCreateSerializer(serializers.Serializer[Any]):
    """A conversion to be made."""

    name = serializers.CharField(max_length=255, help_text="The file's name")
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=KEYS, required=False, allow_blank=True, default="", help_text="Empty: found out by the content"
    )
    target = serializers.ChoiceField(choices=KEYS)
    with_images = serializers.BooleanField(default=False, help_text="Put the images of the archive into the result")


class ConversionReportSerializer(serializers.Serializer[Any]):
    """What was read and what could not be kept; lists are cut at 1000."""

    source = serializers.CharField(default="", help_text="That was found")  # type: ignore[assignment]
    target = serializers.CharField(default="")
    images = serializers.IntegerField(default=0)
    images_empty = serializers.IntegerField(default=0, help_text="Without objects; they are kept")
    shapes = serializers.IntegerField(default=0)
    labels = serializers.IntegerField(default=0)
    findings = ImportFindingSerializer(many=True, default=list)
    findings_total = serializers.IntegerField(default=0)
    losses = LossSerializer(many=True, default=list)
    skipped = NameAndWhySerializer(many=True, default=list)


class ConversionSerializer(serializers.ModelSerializer[Conversion]):
    """A conversion and, in the end, its report."""

    state = serializers.ChoiceField(choices=ConversionState.choices)
    report = ConversionReportSerializer()

    class Meta:
        model = Conversion
        fields = [
            "id",
            "name",
            "source",
            "target",
            "with_images",
            "state",
            "progress",
            "message",
            "size",
            "result_name",
            "result_size",
            "report",
            "created_at",
        ]


class ConvertNowSerializer(serializers.Serializer[Any]):
    """A small file to be converted."""

    label_file = serializers.FileField()
