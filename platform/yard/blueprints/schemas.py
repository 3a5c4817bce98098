"""JSON Schemas of forms: which draft they speak, what they allow, and the values a form starts with.

Drafts 7, 2019-09 and 2020-12, pydantic's output included. References stay inside the document.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft7Validator, Draft201909Validator, Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError, best_match
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from yard.core.patterns import search_text

Schema = Mapping[str, Any]
SchemaPath = tuple[str | int, ...]

MAX_ERRORS = 50
MAX_REFERENCES = 32
_DRAFTS: dict[str, type[Validator]] = {
    "http://json-schema.org/draft-07/schema": Draft7Validator,
    "https://json-schema.org/draft-07/schema": Draft7Validator,
    "https://json-schema.org/draft/2019-09/schema": Draft201909Validator,
    "https://json-schema.org/draft/2020-12/schema": Draft202012Validator,
}
# What older drafts say about forms, draft 7 says too; whether it really holds is checked.
_OLDER_DRAFTS = {f"http://json-schema.org/draft-0{number}/schema" for number in (3, 4, 6)}
_APPLICATORS = ("allOf", "anyOf", "oneOf")
_CONDITIONS = ("if", "then", "else")


class UnknownDraft(ValueError):
    """``$schema`` names a dialect that is not spoken here."""


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


def draft_of(schema: Any) -> type[Validator]:
    """The validator class for the schema's draft: 2020-12 unless it says otherwise or only draft 7 accepts it.

    Raises:
        UnknownDraft: For any other ``$schema``.
    """
    named = schema.get("$schema") if isinstance(schema, dict) else None
    if isinstance(named, str):
        named = named.rstrip("#")
        if named in _DRAFTS:
            return _DRAFTS[named]
        if named not in _OLDER_DRAFTS:
            raise UnknownDraft(f"$schema names {named[:200]!r}; drafts 7, 2019-09 and 2020-12 are understood.")
        return Draft7Validator
    if schema_errors(schema, Draft202012Validator) and not schema_errors(schema, Draft7Validator):
        return Draft7Validator
    return Draft202012Validator


def is_older_draft(schema: Any) -> bool:
    """Whether ``$schema`` names a draft before 7, which is read as draft 7."""
    named = schema.get("$schema") if isinstance(schema, dict) else None
    return isinstance(named, str) and named.rstrip("#") in _OLDER_DRAFTS


def schema_errors(schema: Any, draft: type[Validator]) -> list[SchemaViolation]:
    """Where the schema is no valid schema of this draft."""
    checked = {key: value for key, value in schema.items() if key != "$schema"} if isinstance(schema, dict) else schema
    try:
        errors = draft(draft.META_SCHEMA).iter_errors(checked)
        return [_violation(error) for _, error in zip(range(MAX_ERRORS), errors, strict=False)]
    except (RecursionError, Unresolvable, SchemaError) as error:
        return [SchemaViolation((), f"The schema cannot be read: {str(error)[:200]}", ())]


def violations(schema: Schema, value: Any) -> list[SchemaViolation]:
    """Every way in which the value breaks the schema, at most 50, in the order of the value's keys."""
    validator = _guarded(draft_of(schema))(schema, registry=Registry())
    try:
        errors = [error for _, error in zip(range(MAX_ERRORS), validator.iter_errors(value), strict=False)]
    except (RecursionError, Unresolvable) as error:
        return [SchemaViolation((), f"The schema of the form cannot be applied: {str(error)[:200]}", ())]
    return [_violation(error) for error in errors]


@cache
def _guarded(draft: type[Validator]) -> type[Validator]:
    """The draft with its ``pattern`` run in a child process: the schema is somebody's upload."""
    guarded: type[Validator] = extend(draft, {"pattern": _pattern})  # type: ignore[no-untyped-call]
    return guarded


def _pattern(_: Validator, pattern: Any, instance: Any, __: Schema) -> Iterator[ValidationError]:
    if isinstance(instance, str) and isinstance(pattern, str):
        found = search_text(pattern, instance)
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


# --- references -------------------------------------------------------------------------------------------------------


def resolved(node: Any, root: Any) -> Any:
    """The node with its ``$ref`` (within the document) followed; what stands beside the reference wins."""
    for _ in range(MAX_REFERENCES):
        if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
            return node
        target = pointed_at(root, node["$ref"])
        beside = {key: value for key, value in node.items() if key != "$ref"}
        node = {**target, **beside} if isinstance(target, dict) else beside
    return {}


def pointed_at(root: Any, reference: str) -> Any:
    """What a reference such as ``#/$defs/Optimizer`` points at; None when nothing is there."""
    if reference in {"#", "#/"}:
        return root
    if not reference.startswith("#/"):
        return _anchored(root, reference.removeprefix("#"))
    node = root
    for raw in reference[2:].split("/"):
        part = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and part in node:
            node = node[part]
        elif isinstance(node, list) and part.isascii() and part.isdigit() and int(part) < len(node):
            node = node[int(part)]
        else:
            return None
    return node


def _anchored(root: Any, name: str) -> Any:
    for _, node in subschemas(root):
        if isinstance(node, dict) and name in {node.get("$anchor"), node.get("$dynamicAnchor")}:
            return node
        if isinstance(node, dict) and node.get("$id") == f"#{name}":  # draft 7
            return node
    return None


def subschemas(root: Any) -> Iterator[tuple[SchemaPath, Any]]:
    """Every object in the document with its path, the document itself first."""
    todo: list[tuple[SchemaPath, Any]] = [((), root)]
    while todo:
        path, node = todo.pop()
        if isinstance(node, dict):
            yield path, node
            todo += [((*path, key), value) for key, value in reversed(node.items())]
        elif isinstance(node, list):
            todo += [((*path, index), value) for index, value in reversed(list(enumerate(node)))]


def properties_of(schema: Any, root: Any = None, depth: int = 0) -> dict[str, Any]:
    """Every property that an object of this schema may have, those of its alternatives and conditions included."""
    root = schema if root is None else root
    node = resolved(schema, root)
    if not isinstance(node, dict) or depth > MAX_REFERENCES:
        return {}
    own = node.get("properties")
    found: dict[str, Any] = dict(own) if isinstance(own, dict) else {}
    parts = [part for key in _APPLICATORS if isinstance(node.get(key), list) for part in node[key]]
    parts += [node[key] for key in _CONDITIONS if key in node]
    if isinstance(node.get("dependentSchemas"), dict):
        parts += node["dependentSchemas"].values()
    for part in parts:
        for name, value in properties_of(part, root, depth + 1).items():
            found.setdefault(name, value)
    return found


# --- defaults ---------------------------------------------------------------------------------------------------------


def schema_defaults(schema: Any) -> Any:
    """The values a form starts with, by the rules of the published contract.

    ``default`` if given, else the first of ``enum``, else by type: text "", numbers their minimum or 0, booleans
    **true**, objects their properties' defaults, lists one default item, no type null. ``if``/``then`` pairs add the
    defaults of ``then`` when a ``const`` of ``if`` equals what was chosen. Whole numbers are whole.
    """
    return whole_numbers(_default(schema, schema, 0))


def _default(node: Any, root: Any, depth: int) -> Any:
    node = _merged(resolved(node, root), root)
    if not isinstance(node, dict) or depth > MAX_REFERENCES:
        return None
    for key in ("default", "const"):
        if key in node:
            return copy.deepcopy(node[key])
    if isinstance(node.get("enum"), list) and node["enum"]:
        return copy.deepcopy(node["enum"][0])
    if "type" not in node and "properties" not in node:
        return _default_of_alternatives(node, root, depth)
    return _default_by_type(node, root, depth)


def _merged(node: Any, root: Any) -> Any:
    """The node with the unconditional parts of its ``allOf`` laid under it (as pydantic writes a reference)."""
    if not isinstance(node, dict) or not isinstance(node.get("allOf"), list):
        return node
    merged: dict[str, Any] = {}
    for part in (resolved(each, root) for each in node["allOf"]):
        if isinstance(part, dict) and "if" not in part:
            properties = {**merged.get("properties", {}), **_dict(part.get("properties"))}
            merged = {**merged, **part, **({"properties": properties} if properties else {})}
    properties = {**merged.get("properties", {}), **_dict(node.get("properties"))}
    return {**merged, **node, **({"properties": properties} if properties else {})}


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _default_of_alternatives(node: dict[str, Any], root: Any, depth: int) -> Any:
    for key in ("anyOf", "oneOf"):
        alternatives = node.get(key)
        if isinstance(alternatives, list) and alternatives:
            if any(_dict(resolved(each, root)).get("type") == "null" for each in alternatives):
                return None
            return _default(alternatives[0], root, depth + 1)
    return None


def _default_by_type(node: dict[str, Any], root: Any, depth: int) -> Any:
    kind = node.get("type", "object")
    if isinstance(kind, list):
        kind = "null" if "null" in kind or not kind else kind[0]
    match kind:
        case "string":
            return ""
        case "integer" | "number":
            return node.get("minimum", 0)
        case "boolean":
            return True
        case "array":
            return _default_items(node, root, depth)
        case "object":
            return _default_object(node, root, depth)
    return None


def _default_items(node: dict[str, Any], root: Any, depth: int) -> list[Any]:
    listed = node.get("prefixItems", node.get("items"))
    if isinstance(listed, list):
        return [_default(item, root, depth + 1) for item in listed]
    return [_default(listed, root, depth + 1)] if isinstance(listed, dict) and listed else []


def _default_object(node: dict[str, Any], root: Any, depth: int) -> dict[str, Any]:
    values = {key: _default(part, root, depth + 1) for key, part in _dict(node.get("properties")).items()}
    conditions = [node, *(part for part in node.get("allOf") or [] if isinstance(part, dict))]
    for condition in conditions:
        if _condition_holds(condition.get("if"), values, root):
            then = _dict(resolved(condition.get("then"), root)).get("properties")
            parts = {key: resolved(part, root) for key, part in _dict(then).items()}
            values |= {key: copy.deepcopy(part["default"]) for key, part in parts.items() if "default" in _dict(part)}
    return values


def _condition_holds(condition: Any, values: dict[str, Any], root: Any) -> bool:
    tests = _dict(_dict(resolved(condition, root)).get("properties"))
    return any(
        isinstance(test, dict) and "const" in test and key in values and values[key] == test["const"]
        for key, test in tests.items()
    )


# --- numbers ----------------------------------------------------------------------------------------------------------

_WHOLE_UP_TO = 1e21
"""From here on a browser writes whole numbers with an exponent, too."""


def whole_numbers(value: Any) -> Any:
    """The value with 3.0 as 3 everywhere, as a browser would send it: a template's ``type=int`` refuses "3.0"."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE_UP_TO:
        return int(value)
    if isinstance(value, dict):
        return {key: whole_numbers(part) for key, part in value.items()}
    if isinstance(value, list):
        return [whole_numbers(part) for part in value]
    return value
