"""JSON Schemas of forms: which draft they speak, what they allow, and the values a form starts with.

Drafts 7, 2019-09 and 2020-12, pydantic's output included. References stay inside the document.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jsonschema import Draft7Validator, Draft201909Validator, Draft202012Validator
from jsonschema.protocols import Validator

SchemaPath = tuple[str | int, ...]

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


def draft_of(schema: Any) -> type[Validator]:
    """The validator class for the schema's draft: 2020-12 unless it says otherwise or uses what only draft 7 accepts.

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
    return Draft7Validator if any(_is_draft_7(node) for _, node in subschemas(schema)) else Draft202012Validator


def _is_draft_7(node: dict[str, Any]) -> bool:
    """Whether the node has what later drafts took away: a list of ``items``, a name in ``$id``."""
    return isinstance(node.get("items"), list) or str(node.get("$id", "")).startswith("#")


def is_older_draft(schema: Any) -> bool:
    """Whether ``$schema`` names a draft before 7, which is read as draft 7."""
    named = schema.get("$schema") if isinstance(schema, dict) else None
    return isinstance(named, str) and named.rstrip("#") in _OLDER_DRAFTS


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
        elif isinstance(node, list) and part.isascii() and part.isdigit() and len(part) < 10 and int(part) < len(node):
            node = node[int(part)]
        else:
            return None
    return node


def _anchored(root: Any, name: str) -> Any:
    return _anchors(_Document(root)).get(name)


class _Document:
    """A schema as a key of a cache: the same object is the same document."""

    def __init__(self, root: Any) -> None:
        self.root = root

    def __hash__(self) -> int:
        return id(self.root)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Document) and other.root is self.root


@lru_cache(maxsize=8)
def _anchors(document: _Document) -> dict[str, Any]:
    """Every named place of the document; the first of a name counts."""
    found: dict[str, Any] = {}
    for _, node in subschemas(document.root):
        named = node.get("$id")
        own = [named[1:]] if isinstance(named, str) and named.startswith("#") else []  # draft 7
        for name in [node.get("$anchor"), node.get("$dynamicAnchor"), *own]:
            if isinstance(name, str):
                found.setdefault(name, node)
    return found


_MAPS = {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"}
DATA = {"default", "const", "enum", "examples", "example", "required", "dependentRequired", "title", "description"}


def subschemas(root: Any) -> Iterator[tuple[SchemaPath, dict[str, Any]]]:
    """Every schema in the document with its path, the document itself first.

    What a ``default`` or an ``enum`` holds is data, and what ``properties`` holds are names. Below a keyword that no
    draft knows, everything may be a schema.
    """
    todo: list[tuple[SchemaPath, Any]] = [((), root)]
    while todo:
        path, node = todo.pop()
        if isinstance(node, list):
            todo += [((*path, index), value) for index, value in reversed(list(enumerate(node)))]
        elif isinstance(node, dict):
            yield path, node
            todo += reversed(list(_parts(path, node)))


def _parts(path: SchemaPath, node: dict[str, Any]) -> Iterator[tuple[SchemaPath, Any]]:
    for key, value in node.items():
        if key in _MAPS and isinstance(value, dict):
            yield from (((*path, key, name), part) for name, part in value.items())
        elif key not in DATA:
            yield (*path, key), value


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


def schema_defaults(schema: Any) -> dict[str, Any]:
    """The values a form starts with, by the rules of the published contract.

    ``default`` if given, else the first of ``enum``, else by type: text "", numbers their minimum or 0, booleans
    **true**, objects their properties' defaults, lists one default item, no type null. ``if``/``then`` pairs add the
    defaults of ``then`` when a ``const`` of ``if`` equals what was chosen. Whole numbers are whole.
    """
    found = whole_numbers(_default(schema, _Place(schema, frozenset({"#"})), 0))
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a default is made: the document, and the references that are being followed."""

    root: Any
    following: frozenset[str]

    def behind(self, node: Any) -> _Place:
        """The same place with the node's reference followed."""
        reference = node.get("$ref") if isinstance(node, dict) else None
        return _Place(self.root, self.following | {reference}) if isinstance(reference, str) else self

    def is_behind(self, node: Any) -> bool:
        """Whether the node leads back to something that is being made: a list of such things starts empty."""
        return isinstance(node, dict) and node.get("$ref") in self.following


def _default(node: Any, place: _Place, depth: int) -> Any:
    if place.is_behind(node) and "default" not in node:
        return None
    place, root = place.behind(node), place.root
    node = _merged(resolved(node, root), root)
    if not isinstance(node, dict) or depth > MAX_REFERENCES:
        return None
    for key in ("default", "const"):
        if key in node:
            return copy.deepcopy(node[key])
    if isinstance(node.get("enum"), list) and node["enum"]:
        return copy.deepcopy(node["enum"][0])
    if "type" not in node and "properties" not in node:
        return _default_of_alternatives(node, place, depth)
    return _default_by_type(node, place, depth)


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


def _default_of_alternatives(node: dict[str, Any], place: _Place, depth: int) -> Any:
    for key in ("anyOf", "oneOf"):
        alternatives = node.get(key)
        if isinstance(alternatives, list) and alternatives:
            if any(_dict(resolved(each, place.root)).get("type") == "null" for each in alternatives):
                return None
            return _default(alternatives[0], place, depth + 1)
    return None


def _default_by_type(node: dict[str, Any], place: _Place, depth: int) -> Any:
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
            return _default_items(node, place, depth)
        case "object":
            return _default_object(node, place, depth)
    return None


def _default_items(node: dict[str, Any], place: _Place, depth: int) -> list[Any]:
    listed = node.get("prefixItems", node.get("items"))
    if isinstance(listed, list):
        return [_default(item, place, depth + 1) for item in listed if not place.is_behind(item)]
    if not isinstance(listed, dict) or not listed or place.is_behind(listed):
        return []
    return [_default(listed, place, depth + 1)]


def _default_object(node: dict[str, Any], place: _Place, depth: int) -> dict[str, Any]:
    values = {key: _default(part, place, depth + 1) for key, part in _dict(node.get("properties")).items()}
    conditions = [node, *(part for part in node.get("allOf") or [] if isinstance(part, dict))]
    for condition in conditions:
        if _condition_holds(condition.get("if"), values, place.root):
            then = _dict(resolved(condition.get("then"), place.root)).get("properties")
            parts = {key: resolved(part, place.root) for key, part in _dict(then).items()}
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
