"""Defaults by the contract's rules (2.5), drafts, violations, whole numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yard.blueprints import schemas
from yard.blueprints.schema_violations import schema_errors, violations

PYDANTIC = {
    "$defs": {
        "Optimizer": {"enum": ["SGD", "Adam"], "title": "Optimizer", "type": "string"},
        "Schedule": {
            "properties": {"kind": {"const": "step", "type": "string"}, "size": {"type": "integer", "default": 30}},
            "type": "object",
        },
    },
    "properties": {
        "optimizer": {"$ref": "#/$defs/Optimizer", "default": "Adam"},
        "other": {"allOf": [{"$ref": "#/$defs/Optimizer"}]},
        "schedule": {"$ref": "#/$defs/Schedule"},
        "limit": {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}], "default": None},
        "mode": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        "maybe": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "size": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "integer"}]},
    },
    "required": ["mode"],
    "type": "object",
}


@pytest.mark.parametrize(
    ("node", "default"),
    [
        ({"type": "string", "default": "a"}, "a"),
        ({"type": "string", "enum": ["b", "c"]}, "b"),
        ({"type": "string"}, ""),
        ({"type": "integer"}, 0),
        ({"type": "integer", "minimum": 3}, 3),
        ({"type": "number", "minimum": 0.5}, 0.5),
        ({"type": "number", "default": 3.0}, 3),
        ({"type": "boolean"}, True),
        ({"type": "boolean", "default": False}, False),
        ({"type": "array", "items": {"type": "integer", "minimum": 2}}, [2]),
        ({"type": "array", "items": {"type": "array", "items": {"type": "integer"}}}, [[0]]),
        ({"type": "array"}, []),
        ({"type": "object", "properties": {"a": {"type": "integer"}}}, {"a": 0}),
        ({"type": "object"}, {}),
        ({"type": "null"}, None),
        ({}, None),
        ({"type": ["integer", "null"]}, None),
        ({"type": ["integer", "string"]}, 0),
    ],
)
def test_a_value_starts_as_the_contract_says(node: dict[str, Any], default: Any) -> None:
    found = schemas.schema_defaults({"type": "object", "properties": {"x": node}})

    assert json.dumps(found) == json.dumps({"x": default})


def test_a_condition_adds_the_defaults_of_its_then() -> None:
    schema = {
        "type": "object",
        "properties": {"kind": {"enum": ["a", "b"]}},
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": "a"}}},
                "then": {"properties": {"size": {"type": "integer", "default": 7}, "name": {"type": "string"}}},
            },
            {"if": {"properties": {"kind": {"const": "b"}}}, "then": {"properties": {"other": {"default": 8}}}},
        ],
    }

    assert schemas.schema_defaults(schema) == {"kind": "a", "size": 7}


def test_pydantics_schemas_have_defaults_and_are_valid() -> None:
    defaults = schemas.schema_defaults(PYDANTIC)

    assert defaults == {
        "optimizer": "Adam",
        "other": "SGD",
        "schedule": {"kind": "step", "size": 30},
        "limit": None,
        "mode": "",
        "maybe": None,
        "size": [0, 0],
    }
    assert schema_errors(PYDANTIC, schemas.draft_of(PYDANTIC)) == []
    assert violations(PYDANTIC, defaults) == []


def test_alternatives_say_what_is_wrong_with_the_one_that_fits_best() -> None:
    (violation,) = violations(PYDANTIC, {"mode": "x", "limit": 0})

    assert (violation.path, violation.message) == (("limit",), "0 is less than the minimum, 1.")


@pytest.mark.parametrize("draft", sorted(schemas._DRAFTS))
def test_drafts_are_understood_with_and_without_the_hash(draft: str) -> None:
    for name in (draft, f"{draft}#"):
        schema = {"$schema": name, "type": "object", "properties": {"a": {"type": "integer", "maximum": 3}}}
        assert schema_errors(schema, schemas.draft_of(schema)) == []
        assert [each.message for each in violations(schema, {"a": 4})] == ["4 is more than the maximum, 3."]


def test_a_schema_that_only_draft_7_accepts_is_read_as_draft_7() -> None:
    schema = {"type": "object", "properties": {"pair": {"type": "array", "items": [{"type": "integer"}]}}}

    assert schemas.draft_of(schema) is schemas.Draft7Validator
    assert violations(schema, {"pair": ["x"]})[0].path == ("pair", 0)


@pytest.mark.parametrize(
    ("node", "value", "message"),
    [
        ({"type": "integer"}, 0.5, "0.5 is not a whole number."),
        ({"type": ["integer", "null"]}, "x", "'x' is not a whole number or null."),
        ({"type": "boolean"}, 1, "1 is not true or false."),
        ({"enum": ["a", "b"]}, "c", "'c' is not one of ['a', 'b']."),
        ({"exclusiveMinimum": 0}, 0, "0 must be more than 0."),
        ({"multipleOf": 32}, 33, "33 is not a multiple of 32."),
        ({"type": "array", "minItems": 2}, [1], "At least 2 items are needed."),
        ({"type": "string", "maxLength": 2}, "abc", "At most 2 characters are allowed."),
        ({"pattern": "^a+$"}, "b", "'b' does not match the pattern '^a+$'."),
        ({"pattern": "(a+)+$"}, "a" * 60 + "!", "the pattern '(a+)+$' cannot be applied to it within a second."),
    ],
)
def test_a_violation_is_a_sentence(node: dict[str, Any], value: Any, message: str) -> None:
    (violation,) = violations({"properties": {"x": node}}, {"x": value})

    assert (violation.path, violation.message) == (("x",), message)


def test_each_missing_key_is_named() -> None:
    schema = {"type": "object", "required": ["a", "b"], "properties": {"a": {}, "b": {}}}

    found = violations(schema, {})

    assert [(each.path, each.message) for each in found] == [
        (("a",), "This value is required."),
        (("b",), "This value is required."),
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(json_values)
def test_whole_numbers_change_no_value_and_leave_no_needless_fraction(value: Any) -> None:
    found = schemas.whole_numbers(value)

    assert found == value
    assert schemas.whole_numbers(found) == found
    for leaf in _leaves(found):
        assert not (isinstance(leaf, float) and leaf.is_integer() and abs(leaf) < 1e21)


@given(json_values)
def test_booleans_stay_booleans(value: Any) -> None:
    before, after = list(_leaves(value)), list(_leaves(schemas.whole_numbers(value)))

    assert [isinstance(leaf, bool) for leaf in before] == [isinstance(leaf, bool) for leaf in after]


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in _leaves(part)]
    if isinstance(value, list):
        return [leaf for part in value for leaf in _leaves(part)]
    return [value]
