"""Formats and losses as the API shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from yard.datasets.annotations.formats.registry import FORMATS
from yard.datasets.serializers import LossSerializer


class HoldsSerializer(serializers.Serializer[Any]):
    """What a format can say."""

    kinds = serializers.ListField(child=serializers.CharField(), help_text="Kinds of shape")
    turned = serializers.BooleanField(help_text="Boxes may be turned")
    attributes = serializers.BooleanField()
    z_order = serializers.BooleanField()
    occluded = serializers.BooleanField()
    group = serializers.BooleanField()
    split = serializers.BooleanField(help_text="train, val and test")
    empty_images = serializers.BooleanField(help_text="Images without objects are named")
    label_details = serializers.BooleanField(help_text="Colours and attributes of classes")
    needs_size = serializers.BooleanField(help_text="The size of each image must be known")


class FormatSerializer(serializers.Serializer[Any]):
    """An annotation format."""

    key = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    single = serializers.CharField(
        help_text="The one file that it is without images; empty: it is many", allow_blank=True
    )
    aliases = serializers.ListField(child=serializers.CharField(), help_text="Other names for it in addresses")
    holds = HoldsSerializer()


class LossReportSerializer(serializers.Serializer[Any]):
    """What a translation into a format costs; an empty list: nothing."""

    format = serializers.CharField()
    image_count = serializers.IntegerField()
    losses = LossSerializer(many=True)


class ExportQuerySerializer(serializers.Serializer[Any]):
    """How to export."""

    # Not called "format", which DRF takes for its own renderers.
    to = serializers.ChoiceField(choices=list(FORMATS), default="cvat", help_text="The format's key")
    images = serializers.BooleanField(default=True, help_text="Whether the images come along")
