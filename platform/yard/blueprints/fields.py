"""JSON that keeps the order of its keys."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


class OrderedJSONField(models.TextField[Any, Any]):
    """JSON as text: PostgreSQL's own type forgets the order of keys, which is the order of a form's fields."""

    description = "JSON, keys in order"
    # For the type checker: any value goes in and comes out.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any
    _pyi_lookup_exact_type: Any

    def from_db_value(self, value: str | None, *_: object) -> Any:
        """What the column's text says."""
        return None if value is None else json.loads(value)

    def to_python(self, value: Any) -> Any:
        """What a form's text says. Raises ``ValidationError`` when it is no JSON."""
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as error:
            raise ValidationError(f"This is not JSON: {error}") from error

    def get_prep_value(self, value: Any) -> str | None:
        """The text for the column."""
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def value_to_string(self, obj: models.Model) -> str:
        """The text for a fixture."""
        return json.dumps(self.value_from_object(obj), ensure_ascii=False)
