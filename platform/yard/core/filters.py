"""Filters that more than one list has."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django_filters.fields import IsoDateTimeField


class MomentField(IsoDateTimeField):  # type: ignore[misc]
    """A time; one that no calendar has in UTC is refused here, as databases and Python refuse it with faults."""

    def clean(self, value: Any) -> Any:
        """The time, or None. Raises ``ValidationError``."""
        moment = super().clean(value)
        if isinstance(moment, datetime):
            try:
                moment.astimezone(UTC)
            except OverflowError as error:
                raise ValidationError("This time is out of range.") from error
        return moment


class MomentFilter(django_filters.IsoDateTimeFilter):  # type: ignore[misc]
    """By a time."""

    field_class = MomentField
