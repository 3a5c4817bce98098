"""In which ways a value breaks a schema, as sentences, within a limit of time: the schema is somebody's upload."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from jsonschema.exceptions import SchemaError, ValidationError, best_match
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from yard.blueprints.schemas import SchemaPath, draft_of
from yard.core.patterns import PatternSearcher

Schema = Mapping[str, Any]

MAX_ERRORS = 50


@dataclass(frozen=True, slots=True)
class SchemaViolation:
    """One way in which a value breaks a schema.

    Attributes:
        path: Keys and indices to the value; a missing key is its last part.
        message: A sentence.
        schema_path: Keys and indices to the rule in the schema.
    """

    path: SchemaPath
    message: str
    schema_path: SchemaPath


def schema_errors(schema: Any, draft: type[Validator]) -> list[SchemaViolation]:
    """Where the schema is no valid schema of this draft."""
    checked = {key: value for key, value in schema.items() if key != "$schema"} if isinstance(schema, dict) else schema
    try:
        errors = draft(draft.META_SCHEMA).iter_errors(checked)
        return [_violation(error) for _, error in zip(range(MAX_ERRORS), errors, strict=False)]
    except (RecursionError, Unresolvable, SchemaError) as error:
        return [SchemaViolation((), f"The schema cannot be read: {str(error)[:200]}", ())]


class TooLong(Exception):
    """Checking the values against the schema was given up."""


class _Effort:
    """What one check may cost: time, and one child process for all patterns."""

    def __init__(self, searcher: PatternSearcher, seconds: float) -> None:
        self.searcher = searcher
        self._deadline = time.monotonic() + seconds

    def take(self) -> None:
        """Raises ``TooLong`` when the time is up."""
        if time.monotonic() > self._deadline:
            raise TooLong


_effort: ContextVar[_Effort] = ContextVar("effort")


def violations(schema: Schema, value: Any) -> list[SchemaViolation]:
    """Every way in which the value breaks the schema, at most 50, in the order of the value's keys.

    Takes at most ``CONFIG_CHECK_SECONDS``: rules inside rules can cost twice as much with every level.
    """
    validator = _guarded(draft_of(schema))(schema, registry=Registry())
    with PatternSearcher() as searcher:
        token = _effort.set(_Effort(searcher, settings.CONFIG_CHECK_SECONDS))
        try:
            errors = [error for _, error in zip(range(MAX_ERRORS), validator.iter_errors(value), strict=False)]
            return [_violation(error) for error in errors]
        except (RecursionError, Unresolvable) as error:
            return [SchemaViolation((), f"The schema of the form cannot be applied: {str(error)[:200]}", ())]
        except TooLong:
            text = f"Checking the values against the form's schema takes longer than {settings.CONFIG_CHECK_SECONDS} s."
            return [SchemaViolation((), text, ())]
        finally:
            _effort.reset(token)


@cache
def _guarded(draft: type[Validator]) -> type[Validator]:
    """The draft with a limit of time, and its ``pattern`` run in a child process: the schema is somebody's upload."""
    rules = {name: _limited(rule) for name, rule in draft.VALIDATORS.items()}
    guarded: type[Validator] = extend(draft, {**rules, "pattern": _pattern})  # type: ignore[no-untyped-call]
    return guarded


Rule = Callable[[Validator, Any, Any, Schema], Iterable[ValidationError] | None]


def _limited(rule: Rule) -> Rule:
    def limited(validator: Validator, value: Any, instance: Any, schema: Schema) -> Iterator[ValidationError]:
        effort = _effort.get()
        effort.take()
        for error in rule(validator, value, instance, schema) or ():
            effort.take()
            yield error

    return limited


def _pattern(_: Validator, pattern: Any, instance: Any, __: Schema) -> Iterator[ValidationError]:
    if isinstance(instance, str) and isinstance(pattern, str):
        effort = _effort.get()
        effort.take()
        found = effort.searcher.found(pattern, instance)
        if found is None:
            yield ValidationError(f"the pattern {pattern[:100]!r} cannot be applied to it within a second")
        elif not found:
            yield ValidationError(f"{instance[:100]!r} does not match the pattern {pattern[:100]!r}")


def _violation(error: ValidationError) -> SchemaViolation:
    error = _closest(error)
    path: SchemaPath = tuple(error.absolute_path)
    required: Any = error.validator_value
    if error.validator == "required" and isinstance(required, list):
        # jsonschema makes one error per missing key, and names it in the message only.
        missing = next((key for key in required if error.message.startswith(repr(key))), "")
        return SchemaViolation((*path, missing), "This value is required.", tuple(error.absolute_schema_path))
    return SchemaViolation(path, _sentence(error), tuple(error.absolute_schema_path))


def _closest(error: ValidationError) -> ValidationError:
    """For alternatives: the error of the alternative that fits best, which says more than "none fits"."""
    if error.validator in {"anyOf", "oneOf"} and error.context:
        candidates = [each for each in error.context if each.validator != "type" or each.validator_value != "null"]
        found: ValidationError | None = best_match(iter(candidates))
        return found or error
    return error


def _sentence(error: ValidationError) -> str:
    limit, value = error.validator_value, _short(error.instance)
    sentences = {
        "minimum": f"{value} is less than the minimum, {_short(limit)}.",
        "maximum": f"{value} is more than the maximum, {_short(limit)}.",
        "exclusiveMinimum": f"{value} must be more than {_short(limit)}.",
        "exclusiveMaximum": f"{value} must be less than {_short(limit)}.",
        "multipleOf": f"{value} is not a multiple of {_short(limit)}.",
        "type": f"{value} is not {_article(limit)}.",
        "enum": f"{value} is not one of {_short(limit)}.",
        "const": f"{value} must be {_short(limit)}.",
        "minItems": f"At least {_short(limit)} items are needed.",
        "maxItems": f"At most {_short(limit)} items are allowed.",
        "minLength": f"At least {_short(limit)} characters are needed.",
        "maxLength": f"At most {_short(limit)} characters are allowed.",
    }
    text = sentences.get(str(error.validator), error.message)
    text = text if len(text) <= 300 else text[:299] + "…"
    return text if text.endswith((".", "…")) else text + "."


def _short(value: Any) -> str:
    text = "true" if value is True else "false" if value is False else "null" if value is None else repr(value)
    return text if len(text) <= 120 else text[:119] + "…"


def _article(names: Any) -> str:
    words = {
        "integer": "a whole number",
        "number": "a number",
        "string": "a text",
        "boolean": "true or false",
        "array": "a list",
        "object": "an object",
        "null": "null",
    }
    listed = names if isinstance(names, list) else [names]
    return " or ".join(words.get(str(name), str(name)) for name in listed)
