"""``config.jsonschema``: a schema that a form can be made from, safely."""

from __future__ import annotations

from typing import Any

from yard.blueprints import schemas
from yard.blueprints.lint.json_source import JsonSource
from yard.blueprints.lint.report import Report
from yard.core.patterns import check_pattern

MAX_EXPANDED_NODES = 20_000
MAX_DEPTH = 32
MAX_PATTERNS = 20


class _Endless(Exception):
    """Following the references never ends, or nearly so."""


def check_schema(source: JsonSource, report: Report) -> bool:
    """Report what is wrong with the form's schema; True when it is a valid schema that can be followed."""
    schema, file = source.value, source.file
    if not isinstance(schema, dict):
        report.error(
            "schema_not_object", f"{file} must hold one JSON object, a JSON Schema.", file=file, at=source.at()
        )
        return False
    if not _draft_is_known(source, report) or not _references_are_safe(source, report):
        return False
    wrong = schemas.schema_errors(schema, schemas.draft_of(schema))
    for each in wrong:
        report.error("bad_schema", f"{_where(each.path)}{each.message}", file=file, at=source.at(*each.path))
    if wrong:
        return False
    _check_root(source, report)
    if _patterns_are_good(source, report):
        _check_defaults(source, report)
    _check_properties(source, report)
    return True


def _where(path: schemas.SchemaPath) -> str:
    return f"{'.'.join(str(part) for part in path)}: " if path else ""


def _draft_is_known(source: JsonSource, report: Report) -> bool:
    at = source.at("$schema")
    try:
        schemas.draft_of(source.value)
    except schemas.UnknownDraft as error:
        report.error("unknown_draft", str(error), file=source.file, at=at)
        return False
    if schemas.is_older_draft(source.value):
        text = "$schema names a draft before 7; it is read as draft 7. Name draft 7 or a later one."
        report.warning("old_draft", text, file=source.file, at=at)
    return True


def _references_are_safe(source: JsonSource, report: Report) -> bool:
    good = True
    for path, node in schemas.subschemas(source.value):
        if path and "$schema" in node and isinstance(node["$schema"], str):
            text = "$schema may stand at the top of the file only."
            report.error("nested_draft", text, file=source.file, at=source.at(*path, "$schema"))
            good = False
        for key in ("$ref", "$dynamicRef", "$recursiveRef"):
            problem = _reference_problem(node.get(key), source.value)
            if problem:
                report.error("bad_reference", problem, file=source.file, at=source.at(*path, key))
                good = False
    if good:
        try:
            _expanded_size(source.value, source.value, {}, [])
        except _Endless:
            text = "Following the schema's references never ends, or takes very long; a form cannot be made from it."
            report.error("endless_reference", text, file=source.file, at=source.at())
            good = False
    return good


def _reference_problem(reference: Any, root: Any) -> str:
    if not isinstance(reference, str):
        return ""
    if not reference.startswith("#"):
        return f"The reference {reference[:200]!r} leaves the file; only references such as #/$defs/name are followed."
    if schemas.pointed_at(root, reference) is None:
        return f"The reference {reference[:200]!r} points at nothing."
    return ""


def _expanded_size(node: Any, root: Any, known: dict[int, int], trail: list[int]) -> int:
    """How many nodes the schema has with every reference replaced by what it points at."""
    if not isinstance(node, dict | list):
        return 1
    if id(node) in known:
        return known[id(node)]
    if id(node) in trail or len(trail) > 4 * MAX_DEPTH:
        raise _Endless
    trail.append(id(node))
    parts = list(node.values()) if isinstance(node, dict) else list(node)
    if isinstance(node, dict):
        parts += [
            schemas.pointed_at(root, node[key]) for key in ("$ref", "$dynamicRef") if isinstance(node.get(key), str)
        ]
    size = 1 + sum(_expanded_size(part, root, known, trail) for part in parts)
    trail.pop()
    if size > MAX_EXPANDED_NODES:
        raise _Endless
    known[id(node)] = size
    return size


def _check_root(source: JsonSource, report: Report) -> None:
    schema = source.value
    kind = schema.get("type")
    if kind is not None and kind != "object":
        text = f"The schema must describe an object; its type is {kind!r}."
        report.error("schema_not_object", text, file=source.file, at=source.at("type"))
    elif not schemas.properties_of(schema):
        text = "The schema has no properties, so the form will be empty."
        report.info("no_properties", text, file=source.file, at=source.at())


def _patterns_are_good(source: JsonSource, report: Report) -> bool:
    good, count = True, 0
    for path, node in schemas.subschemas(source.value):
        if "patternProperties" in node and (not path or path[-1] not in {"properties", "$defs", "definitions"}):
            text = "patternProperties cannot be shown in a form; name the properties."
            report.error("pattern_properties", text, file=source.file, at=source.at(*path, "patternProperties"))
            good = False
        pattern = node.get("pattern")
        if isinstance(pattern, str):
            count += 1
            problem = check_pattern(pattern) if count <= MAX_PATTERNS else None
            if problem is not None and (problem.fatal or "very long" in problem.message):
                report.error("bad_pattern", problem.message, file=source.file, at=source.at(*path, "pattern"))
                good = False
    return good


def _check_defaults(source: JsonSource, report: Report) -> None:
    defaults = schemas.schema_defaults(source.value)
    properties = schemas.properties_of(source.value)
    for each in schemas.violations(source.value, defaults):
        name = each.path[0] if each.path else ""
        part = schemas.resolved(properties.get(str(name)), source.value)
        given = isinstance(part, dict) and "default" in part
        text = f"The default of {name!r} breaks the schema: {each.message}" if name else each.message
        at = source.at("properties", name, "default") if given else source.at("properties", name)
        if given:
            report.error("bad_default", text, file=source.file, at=at)
        else:
            hint = "Give the property a default that is valid."
            report.warning("no_valid_default", f"{text} It has none of its own.", file=source.file, at=at, hint=hint)


def _check_properties(source: JsonSource, report: Report) -> None:
    for name, part in schemas.properties_of(source.value).items():
        node = schemas.resolved(part, source.value)
        at = source.at("properties", name)
        if not isinstance(node, dict) or not ({"type", "enum", "const", "anyOf", "oneOf", "allOf"} & node.keys()):
            text = f"{name!r} has no type, so the form cannot show a field for it."
            report.warning("untyped_property", text, file=source.file, at=at)
        if not name or name.startswith("-") or any(character.isspace() for character in name):
            text = f"{name!r} cannot become an argument of train.py (--{name})."
            report.warning("bad_argument_name", text, file=source.file, at=at)
