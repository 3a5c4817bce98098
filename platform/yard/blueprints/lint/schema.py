"""``config.jsonschema``: a schema that a form can be made from, safely."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.conf import settings

from yard.blueprints import schemas
from yard.blueprints.lint.json_source import JsonSource
from yard.blueprints.lint.report import Report
from yard.blueprints.schema_violations import schema_errors, violations
from yard.core.patterns import check_pattern

MAX_TRAIL = 128
MAX_PATTERNS = 20
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_LISTS = {"items", "prefixItems", "additionalItems", "contains"}


class _Endless(Exception):
    """Following the references never ends."""


class _TooLarge(Exception):
    """The schema is larger than allowed once every reference is replaced by what it points at."""


def check_schema(source: JsonSource, report: Report) -> bool:
    """Report what is wrong with the form's schema; True when it is a valid schema that can be followed."""
    schema, file = source.value, source.file
    if not isinstance(schema, dict):
        report.error(
            "schema_not_object", f"{file} must hold one JSON object, a JSON Schema.", file=file, at=source.at()
        )
        return False
    if not _has_few_parts(source, report) or not _draft_is_known(source, report):
        return False
    if not _references_are_safe(source, report):
        return False
    wrong = schema_errors(schema, schemas.draft_of(schema))
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


def _has_few_parts(source: JsonSource, report: Report) -> bool:
    """Looked at first, as all that follows takes its time with each part."""
    limit: int = settings.TEMPLATE_SCHEMA_MAX_NODES
    if sum(1 for _ in islice(schemas.subschemas(source.value), limit + 1)) > limit:
        return _report_large(source, report)
    return True


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
    places = {id(node) for _, node in schemas.subschemas(source.value)}
    for path, node in schemas.subschemas(source.value):
        for key in ("$schema", "$id"):
            named = node.get(key)
            if path and isinstance(named, str) and not (key == "$id" and named.startswith("#")):
                text = f"{key} may stand at the top of the file only."
                report.error(f"nested_{key[1:]}", text, file=source.file, at=source.at(*path, key))
                good = False
        for key in _REFERENCES:
            problem = _reference_problem(node.get(key), source.value, places)
            if problem:
                report.error("bad_reference", problem, file=source.file, at=source.at(*path, key))
                good = False
    return good and _size_is_good(source, report)


def _size_is_good(source: JsonSource, report: Report) -> bool:
    try:
        _Expansion(source.value).measure()
    except _TooLarge:
        return _report_large(source, report)
    except _Endless:
        text = "Following the schema's references never ends; a form cannot be made from it."
        hint = "A list of itself, or itself or null (anyOf), is fine."
        report.error("endless_reference", text, file=source.file, at=source.at(), hint=hint)
        return False
    return True


def _report_large(source: JsonSource, report: Report) -> bool:
    text = (
        f"The schema is larger than {settings.TEMPLATE_SCHEMA_MAX_NODES} parts or "
        f"{settings.TEMPLATE_SCHEMA_MAX_CHARACTERS} characters once every reference is replaced by what it points at; "
        "a form cannot be made from it."
    )
    report.error("large_schema", text, file=source.file, at=source.at())
    return False


def _reference_problem(reference: Any, root: Any, places: set[int]) -> str:
    if not isinstance(reference, str):
        return ""
    if not reference.startswith("#"):
        return f"The reference {reference[:200]!r} leaves the file; only references such as #/$defs/name are followed."
    target = schemas.pointed_at(root, reference)
    if target is None:
        return f"The reference {reference[:200]!r} points at nothing."
    if not isinstance(target, bool) and id(target) not in places:
        return f"The reference {reference[:200]!r} points at something that is no schema."
    return ""


@dataclass(frozen=True, slots=True)
class _Step:
    """One step on the way to a node: the node, and what the step went through."""

    node: int
    through_list: bool = False
    through_property: bool = False
    through_null: bool = False


class _Expansion:
    """How large the schema is with every reference replaced by what it points at."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._known: dict[int, tuple[int, int]] = {}
        self._trail: list[_Step] = []

    def measure(self) -> tuple[int, int]:
        """Nodes and characters. Raises ``_Endless`` or ``_TooLarge``."""
        return self._size(self._root, _Step(0))

    def _size(self, node: Any, step: _Step) -> tuple[int, int]:
        if not isinstance(node, dict | list):
            return 1, len(node) if isinstance(node, str) else 1
        if id(node) in self._known:
            return self._known[id(node)]
        step = replace(step, node=id(node))
        if self._comes_back(step):
            return 1, 1
        self._trail.append(step)
        nodes, characters = 1, 1
        for part, next_step in self._parts(node):
            more_nodes, more_characters = self._size(part, next_step)
            nodes, characters = nodes + more_nodes, characters + more_characters
            if nodes > settings.TEMPLATE_SCHEMA_MAX_NODES or characters > settings.TEMPLATE_SCHEMA_MAX_CHARACTERS:
                raise _TooLarge
        self._trail.pop()
        self._known[id(node)] = nodes, characters
        return nodes, characters

    def _comes_back(self, step: _Step) -> bool:
        """Whether the way here is a circle, and one that a form ends: an empty list, a null.

        Raises:
            _Endless: It is a circle that nothing ends.
        """
        if len(self._trail) > MAX_TRAIL:
            raise _Endless
        at = next((index for index, each in enumerate(self._trail) if each.node == step.node), None)
        if at is None:
            return False
        circle = [*self._trail[at + 1 :], step]
        ends_by_null = any(each.through_null for each in circle) and any(each.through_property for each in circle)
        if not ends_by_null and not any(each.through_list for each in circle):
            raise _Endless
        return True

    def _parts(self, node: Any) -> Iterator[tuple[Any, _Step]]:
        if isinstance(node, list):
            yield from ((part, _Step(0)) for part in node)
            return
        for key, value in node.items():
            is_null_or_more = key in {"anyOf", "oneOf"} and isinstance(value, list) and _allows_null(value)
            yield key, _Step(0)
            if key in schemas.DATA:
                yield from ((leaf, _Step(0)) for leaf in _leaves(value))
                continue
            yield value, _Step(0, key in _LISTS, key == "properties", is_null_or_more)
            if key in _REFERENCES and isinstance(value, str):
                yield schemas.pointed_at(self._root, value), _Step(0)


def _leaves(value: Any) -> Iterator[Any]:
    """Everything in a value that is no schema, names included."""
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, dict):
            todo += [part for pair in item.items() for part in pair]
        elif isinstance(item, list):
            todo += item
        else:
            yield item


def _allows_null(alternatives: list[Any]) -> bool:
    return any(isinstance(each, dict) and each.get("type") == "null" for each in alternatives)


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
        if "patternProperties" in node:
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
    for each in violations(source.value, defaults):
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
