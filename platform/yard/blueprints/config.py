"""The values of a run: checked against the template's form, merged with its presets, written as arguments.

These are the rules of the published contract, so the arguments shown before a run are those that train.py gets.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from yard.blueprints.lint.arguments import RESERVED_KEYS
from yard.blueprints.models import BlueprintVersion
from yard.blueprints.schema_violations import SchemaViolation, violations
from yard.blueprints.schemas import (
    SchemaPath,
    properties_of,
    schema_defaults,
    whole_numbers,
)
from yard.core.json_text import unstorable

_NEGATIVE = re.compile(r"-\d+|-\d*\.\d+", re.ASCII)
"""What argparse knows as a negative number."""

__all__ = [
    "ValidatedConfig",
    "config_arguments",
    "export_defaults",
    "export_schema",
    "merge_presets",
    "schema_defaults",
    "validate_config",
]


@dataclass(frozen=True, slots=True)
class ValidatedConfig:
    """A checked config.

    Attributes:
        config: With whole numbers whole, and without what the form does not know.
        export_config: Likewise; None when the export is off.
        errors: ``{"path", "message", "schema_path"}`` each; paths begin with ``config`` or ``export_config``.
        dropped: Keys that were left out because the form does not know them.
    """

    config: dict[str, Any]
    export_config: dict[str, Any] | None
    errors: list[dict[str, Any]] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


def validate_config(version: BlueprintVersion, config: Any, export_config: Any = None) -> ValidatedConfig:
    """The config as it will be kept, and everything that is wrong with it. Never raises for what it holds.

    Unknown keys are dropped, as the form does (the presets among them, which a finished run's file holds), unless the
    schema forbids them or one looks like a slip of the pen.
    """
    clean, errors, dropped = _checked("config", config, version.config_schema, version.presets)
    export: dict[str, Any] | None = None
    if export_config is not None:
        export, export_errors, _ = _checked("export_config", export_config, export_schema(), {})
        errors += export_errors
    return ValidatedConfig(clean, export, errors, dropped)


def merge_presets(config: Mapping[str, Any], presets: Mapping[str, Any]) -> dict[str, Any]:
    """The config as train.py sees it: presets win over the form."""
    return {**config, **presets}


def config_arguments(merged: Mapping[str, Any]) -> list[str]:
    """The arguments of train.py, in key order.

    Null, false, empty texts and empty lists are left out, true is a bare flag, lists are spread; the two keys that
    steer the split never appear.
    """
    arguments: list[str] = []
    for key, value in merged.items():
        if key not in RESERVED_KEYS:
            arguments += _option(key, value)
    return arguments


def _option(key: str, value: Any) -> list[str]:
    if value is None or value is False or value in ("", []):
        return []
    if value is True:
        return [f"--{key}"]
    if isinstance(value, list):
        return [f"--{key}", *(_argument(item) for item in value)]
    text = _argument(value)
    if text.startswith("-") and not _NEGATIVE.fullmatch(text):
        return [f"--{key}={text}"]  # argparse would take it for an option of its own
    return [f"--{key}", text]


def _argument(value: Any) -> str:
    # As the platform's own helper writes nested values: readable by json.loads.
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


# --- the export form --------------------------------------------------------------------------------------------------


def export_schema() -> dict[str, Any]:
    """The schema of the export form, one for the whole platform."""
    path = settings.TRAIN_TEMPLATES_DIR / "export" / "export.jsonschema"
    return _read_schema(str(path), path.stat().st_mtime_ns)


def export_defaults() -> dict[str, Any]:
    """The values the export form starts with."""
    return schema_defaults(export_schema())


@lru_cache(maxsize=4)
def _read_schema(path: str, _changed: int) -> dict[str, Any]:
    with Path(path).open(encoding="utf-8") as file:
        schema: dict[str, Any] = json.load(file)
    return schema


# --- checking ---------------------------------------------------------------------------------------------------------


def _checked(
    root: str, value: Any, schema: Mapping[str, Any], presets: Mapping[str, Any]
) -> tuple[dict[str, Any], list[dict[str, Any]], list[str]]:
    problem = _unusable(value)
    if problem:
        return {}, [_error(root, SchemaViolation((), problem, ()))], []
    clean: dict[str, Any] = whole_numbers(value)
    clean, slips, dropped = _without_unknown(clean, schema, presets)
    errors = [*slips, *violations(schema, clean)]
    return clean, [_error(root, each) for each in errors], dropped


def _unusable(value: Any) -> str:
    if not isinstance(value, dict):
        return "It must be one JSON object."
    problem = unstorable(value, max_depth=settings.CONFIG_MAX_DEPTH)
    return f"It {problem}" if problem else _too_much(value)


def _too_much(value: dict[str, Any]) -> str:
    """Which limit the config exceeds; empty when none."""
    count, characters, todo = 0, 0, [value]
    while todo:
        item: Any = todo.pop()
        count += 1
        if isinstance(item, dict):
            todo += [part for pair in item.items() for part in pair]
            count -= len(item)  # names are no values
        elif isinstance(item, list):
            todo += item
        elif isinstance(item, str):
            characters += len(item)
            if len(item) > settings.CONFIG_MAX_TEXT_CHARACTERS:
                return f"It holds a text of more than {settings.CONFIG_MAX_TEXT_CHARACTERS} characters."
        if count > settings.CONFIG_MAX_VALUES:
            return f"It holds more than {settings.CONFIG_MAX_VALUES} values."
        if characters > settings.CONFIG_MAX_CHARACTERS:
            return f"Its texts have more than {settings.CONFIG_MAX_CHARACTERS} characters together."
    return ""


def _without_unknown(
    value: dict[str, Any], schema: Mapping[str, Any], presets: Mapping[str, Any]
) -> tuple[dict[str, Any], list[SchemaViolation], list[str]]:
    known = properties_of(schema)
    unknown = [key for key in value if key not in known]
    presets_given = {key for key in unknown if key in presets}
    free = schema.get("additionalProperties", schema.get("unevaluatedProperties"))
    if free is False:
        # The schema says no itself; presets come from the file of a finished run.
        return {key: part for key, part in value.items() if key not in presets_given}, [], sorted(presets_given)
    if free is not None:
        return value, [], []
    slips = [_slip(key, known, value) for key in unknown if key not in presets_given]
    kept = {key: part for key, part in value.items() if key in known}
    return kept, [slip for slip in slips if slip is not None], unknown


def _slip(key: str, known: Mapping[str, Any], value: Mapping[str, Any]) -> SchemaViolation | None:
    """An error for a key that resembles one of the form's which is missing."""
    similar = difflib.get_close_matches(key[:100], [name for name in known if name not in value], n=1, cutoff=0.8)
    if not similar:
        return None
    return SchemaViolation((key,), f"The form has no {key[:100]!r}; did you mean {similar[0]!r}?", ("properties",))


def _error(root: str, violation: SchemaViolation) -> dict[str, Any]:
    path: SchemaPath = (root, *violation.path)
    return {"path": list(path), "message": violation.message, "schema_path": list(violation.schema_path)}
