"""Schemas that somebody made to hurt: told in a sentence at upload, and never able to hold a web server up."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from yard.blueprints import config, schemas
from yard.blueprints.lint.json_source import JsonSource, JsonTextError, parse
from yard.blueprints.lint.report import Report
from yard.blueprints.lint.schema import check_schema
from yard.blueprints.models import BlueprintVersion
from yard.blueprints.schema_violations import MAX_ERRORS, violations
from yard.core.findings import Severity

ENDLESS = "Following the schema's references never ends; a form cannot be made from it."
LARGE = (
    "The schema is larger than 20000 parts or 4194304 characters once every reference is replaced by what it points "
    "at; a form cannot be made from it."
)
HANGS_AFTER = 60.0
"""Seconds; what takes for ever takes longer, what is good takes far less on any machine."""


@pytest.fixture(autouse=True)
def _ends() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < HANGS_AFTER


def errors(schema: Any) -> list[str]:
    report = Report()
    check_schema(JsonSource("config/config.jsonschema", schema, json.dumps(schema), {}), report)
    return [each.message for each in report.findings if each.severity is Severity.ERROR]


def form(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def explosion(levels: int, key: str) -> dict[str, Any]:
    """Each level refers to the next one twice: 2^levels parts."""
    defs: dict[str, Any] = {f"n{level}": {key: [{"$ref": f"#/$defs/n{level + 1}"}] * 2} for level in range(levels)}
    return {**form(x={"$ref": "#/$defs/n0"}), "$defs": {**defs, f"n{levels}": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (form(a={"$ref": "#/properties/a"}), ENDLESS),
        ({"type": "object", "$ref": "#"}, ENDLESS),
        ({**form(), "allOf": [{"$ref": "#"}]}, ENDLESS),
        ({**form(a={"$ref": "#/$defs/x"}), "$defs": {"x": {"$ref": "#/$defs/y"}, "y": {"$ref": "#/$defs/x"}}}, ENDLESS),
        ({**form(a={"$ref": "#/$defs/x"}), "$defs": {"x": form(next={"$ref": "#/$defs/x"})}}, ENDLESS),
        (
            {**form(a={"$dynamicRef": "#x"}), "$defs": {"x": {"$dynamicAnchor": "x", "not": {"$dynamicRef": "#x"}}}},
            ENDLESS,
        ),
        (
            {"$schema": "https://json-schema.org/draft/2019-09/schema", "$recursiveAnchor": True, "$recursiveRef": "#"},
            ENDLESS,
        ),
        ({**form(), "anyOf": [{"$ref": "#"}, {"$ref": "#"}, {"type": "null"}]}, ENDLESS),
        (explosion(40, "allOf"), LARGE),
        (explosion(40, "anyOf"), LARGE),
        (explosion(40, "oneOf"), LARGE),
        (form(**{f"p{number}": {"type": "integer"} for number in range(30_000)}), LARGE),
        (
            {
                **form(**{f"p{number}": {"$ref": "#/$defs/long"} for number in range(1000)}),
                "$defs": {"long": {"type": "string", "default": "x" * 100_000}},
            },
            LARGE,
        ),
        (
            form(a={"$ref": "http://127.0.0.1:1/x.json"}),
            "The reference 'http://127.0.0.1:1/x.json' leaves the file; only references such as #/$defs/name are",
        ),
        (
            form(a={"$ref": "file:///etc/passwd"}),
            "The reference 'file:///etc/passwd' leaves the file; only references such as #/$defs/name are followed.",
        ),
        (
            form(a={"$ref": "other.json#/x"}),
            "The reference 'other.json#/x' leaves the file; only references such as #/$defs/name are followed.",
        ),
        (
            form(a={"$ref": "../../../etc/passwd"}),
            "The reference '../../../etc/passwd' leaves the file; only references such as #/$defs/name are followed.",
        ),
        (form(a={"$ref": ""}), "The reference '' leaves the file; only references such as #/$defs/name are followed."),
        (form(a={"$id": "http://other.example/", "$ref": "#/x"}), "$id may stand at the top of the file only."),
        (form(a={"$schema": "http://json-schema.org/draft-07/schema#"}), "$schema may stand at the top of the file"),
        (form(a={"$ref": "#/properties"}), "The reference '#/properties' points at something that is no schema."),
        (
            form(a={"default": {"pattern": "x"}, "type": "object"}, b={"$ref": "#/properties/a/default"}),
            "The reference '#/properties/a/default' points at something that is no schema.",
        ),
        (form(a={"$ref": f"#/enum/{'9' * 5000}"}), f"The reference '#/enum/{'9' * 193}' points at nothing"),
        (form(properties={"patternProperties": {"(a+)+$": {}}}), "patternProperties cannot be shown in a form"),
        (
            form(a={"type": "string", "pattern": "^(a+)+$"}),
            "The pattern takes very long on some plain lines; avoid repetitions inside repetitions, as in (a+)+.",
        ),
        (
            form(a={"type": "object", "propertyNames": {"pattern": "^(a|a)*$"}}),
            "The pattern takes very long on some plain lines",
        ),
        (form(a={"type": "string", "pattern": "("}), "The pattern is not a regular expression"),
        (form(a={"type": "string", "pattern": "a" * 3000}), "The pattern is longer than 2000 characters."),
        (form(a={"multipleOf": 0}), "properties.a.multipleOf: 0 must be more than 0."),
        (form(a={"type": "integer", "default": "\u202e"}), "The default of 'a' breaks the schema:"),
        (form(a={"enum": [1], "default": 2}), "The default of 'a' breaks the schema: 2 is not one of [1]."),
        (form(a={"type": "object", "properties": {"b": {"type": "integer", "default": "x"}}}), ""),
    ],
)  # fmt: skip
def test_a_hostile_schema_is_refused_with_the_reason(schema: Any, message: str) -> None:
    found = errors(schema)
    assert (not message) or any(each.startswith(message.rstrip(".")) for each in found), found


def tree() -> dict[str, Any]:
    node = form(name={"type": "string"}, children={"type": "array", "items": {"$ref": "#/$defs/node"}})
    return {**form(root={"$ref": "#/$defs/node"}), "$defs": {"node": node}}


def chain() -> dict[str, Any]:
    optional = {"anyOf": [{"$ref": "#/$defs/Layer"}, {"type": "null"}], "default": None}
    return {**form(layers={"$ref": "#/$defs/Layer"}), "$defs": {"Layer": form(size={"type": "integer"}, next=optional)}}


@pytest.mark.parametrize(
    ("schema", "defaults"),
    [
        (tree(), {"root": {"name": "", "children": []}}),
        (form(children={"type": "array", "items": {"$ref": "#"}}), {"children": []}),
        (chain(), {"layers": {"size": 0, "next": None}}),
        ({**form(a={"$ref": "#size"}), "$defs": {"s": {"$anchor": "size", "type": "integer"}}}, {"a": 0}),
        ({**form(a={"$ref": "#/$defs/a~1b"}), "$defs": {"a/b": {"type": "integer"}}}, {"a": 0}),
        (form(a={"type": "integer"}, b={"$ref": "#/properties/a"}), {"a": 0, "b": 0}),
        ({"$id": "https://example.org/form.json", **form(a={"type": "integer"})}, {"a": 0}),
        ({"$id": "file:///etc/passwd", **form(a={"$ref": "#/$defs/x"}), "$defs": {"x": {"const": 1}}}, {"a": 1}),
        (form(a={"type": "object", "default": {"$ref": "http://x", "pattern": "("}}), None),
        (form(pattern={"type": "string"}, patternProperties={"type": "string"}), None),
        (form(a={"type": "string", "pattern": r"^[a-z]{0,20}(\.[a-z]+)?$"}), {"a": ""}),
        (form(**{f"p{number}": {"type": "integer"} for number in range(2000)}), {f"p{n}": 0 for n in range(2000)}),
        (form(a={"type": "string", "default": "it's \"quoted\" $(echo) `x` \n ; --flag"}), None),
        ({"components": {"x": {"type": "integer"}}, **form(a={"$ref": "#/components/x"})}, {"a": 0}),
        (explosion(8, "allOf"), None),
    ],
)  # fmt: skip
def test_a_legal_neighbour_is_taken(schema: Any, defaults: Any) -> None:
    assert errors(schema) == []
    if defaults is not None:
        assert schemas.schema_defaults(schema) == defaults


def test_a_tree_is_checked_as_deep_as_it_goes() -> None:
    good = {"root": {"name": "a", "children": [{"name": "b", "children": []}]}}
    bad = {"root": {"name": "a", "children": [{"name": 3, "children": []}]}}
    assert violations(tree(), good) == []
    (found,) = violations(tree(), bad)
    assert (found.path, found.message) == (("root", "children", 0, "name"), "3 is not a text.")


def checked(schema: dict[str, Any], values: dict[str, Any]) -> list[str]:
    version = BlueprintVersion(config_schema=schema, presets={})
    return [each["message"] for each in config.validate_config(version, values).errors]


def test_rules_that_double_the_work_with_every_level_are_given_up(settings: Settings) -> None:
    """unevaluatedProperties below allOf evaluates all below it again; 25 levels are 30 million times."""
    settings.CONFIG_CHECK_SECONDS = 1
    schema: dict[str, Any] = form(a={"type": "integer"})
    for _ in range(25):
        schema = {"allOf": [schema], "unevaluatedProperties": False}
    assert checked({**schema, **form(a={"type": "integer"})}, {"a": 1}) == [
        "Checking the values against the form's schema takes longer than 1 s."
    ]


def test_many_values_that_a_slow_pattern_is_tried_on_cost_one_try() -> None:
    """Patterns are tried at upload, but none of the tried texts has to be the bad one."""
    schema = form(a={"type": "array", "items": {"type": "string", "pattern": "^(q+)+$"}})
    found = checked(schema, {"a": ["q" * 40 + "!"] * 1500})
    assert len(found) == MAX_ERRORS
    assert found[0] == "the pattern '^(q+)+$' cannot be applied to it within a second."


def test_many_good_values_share_one_child_process() -> None:
    schema = form(a={"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$"}})
    with mock.patch("yard.core.patterns.subprocess.Popen", wraps=__import__("subprocess").Popen) as popen:
        assert checked(schema, {"a": ["abc"] * 1500}) == []
    assert popen.call_count == 1


def test_long_texts_that_every_rule_repeats_are_refused_first() -> None:
    schema = form(a={"anyOf": [{"type": "integer", "minimum": n} for n in range(3000)]})
    assert checked(schema, {"a": ["x" * 10_000] * 200}) == ["Its texts have more than 1048576 characters together."]


@pytest.mark.parametrize("value", [1e308, 5e-324, -1e300, 10**299, 0.1, 1e22])
def test_extreme_numbers_are_checked_without_a_fault(value: float) -> None:
    for rule in ({"multipleOf": 5e-324}, {"multipleOf": 1e308}, {"maximum": 1e308}, {"multipleOf": 0.01}, {"const": 1}):
        checked(form(a={"type": "number", **rule}), {"a": value})


def test_nothing_is_ever_fetched() -> None:
    """Also by what is stored already, or was changed in the database."""
    with mock.patch("socket.socket.connect", side_effect=AssertionError("fetched")):
        for reference in ("http://127.0.0.1:1/x", "https://example.org/x", "file:///etc/passwd", "x.json", "//x/y"):
            for key in ("$ref", "$dynamicRef"):
                (found,) = checked(form(a={key: reference}), {"a": 1})
                assert found.startswith("The schema of the form cannot be applied:")


KEYWORDS = st.sampled_from(
    ["properties", "items", "allOf", "anyOf", "oneOf", "if", "then", "not", "$ref", "$defs", "enum", "const", "default",
     "type", "pattern", "minimum", "multipleOf", "required", "additionalProperties", "unevaluatedProperties", "$id",
     "$anchor", "$dynamicRef", "$schema", "prefixItems", "dependentSchemas", "uniqueItems", "propertyNames", "contains"]
)  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
)
REFERENCES = st.sampled_from(
    ["#", "#/$defs/a", "#/properties/a", "#a", "#/items/0", "x", "integer", "object", "string", "array"]
)
SCHEMAS = st.recursive(
    LEAVES | REFERENCES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYWORDS | st.just("a"), inner, max_size=4),
    max_leaves=25,
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("a") | KEYWORDS, inner, max_size=3),
    max_leaves=8,
)


def try_schema(schema: Any, value: Any) -> None:
    """Whatever they are: sentences, never a fault; and what passed makes a form whose defaults can be stored."""
    report = Report()
    with mock.patch("yard.blueprints.lint.schema.check_pattern", return_value=None):  # a process each; tested by itself
        passed = check_schema(JsonSource("s", schema, json.dumps(schema), {}), report)
    if passed and not report.failed:
        defaults = schemas.schema_defaults(schema)
        assert isinstance(defaults, dict)
        json.dumps(defaults, allow_nan=False)
        found = config.validate_config(BlueprintVersion(config_schema=schema, presets={}), value)
        json.dumps(found.errors)


@given(schema=st.dictionaries(KEYWORDS, SCHEMAS, max_size=5), value=VALUES)
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_any_schema_is_read_or_refused(schema: Any, value: Any) -> None:
    try_schema(schema, value)


@pytest.mark.soak
@given(schema=st.dictionaries(KEYWORDS, SCHEMAS, max_size=5), value=VALUES)
@settings(max_examples=20_000, suppress_health_check=list(HealthCheck))
def test_any_schema_is_read_or_refused_for_long(schema: Any, value: Any) -> None:
    try_schema(schema, value)


@given(st.text(max_size=60) | st.text(alphabet='{}[]:,"\\u0 1e9-', max_size=60))
def test_any_text_is_json_or_refused(text: str) -> None:
    try:
        parse(text)
    except JsonTextError as error:
        assert str(error).endswith(".")  # noqa: PT017 - to be read and to be refused are both right
