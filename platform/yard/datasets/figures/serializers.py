"""Figures on their way, as the API shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from yard.datasets.figures.asking import is_current
from yard.datasets.models import Figure, WorkState


class PendingSerializer(serializers.Serializer[Any]):
    """How working it out is going."""

    state = serializers.ChoiceField(choices=WorkState.choices)
    progress = serializers.FloatField(help_text="0 to 1")
    message = serializers.CharField(allow_blank=True)


class OnItsWaySerializer(serializers.Serializer[Any]):
    """There is no answer yet; ask again."""

    pending = PendingSerializer()


def pending_of(figure: Figure) -> dict[str, Any] | None:
    """What to tell of a figure beside its value; None when that is the newest there can be."""
    if is_current(figure):
        return None
    return dict(PendingSerializer(figure).data)
