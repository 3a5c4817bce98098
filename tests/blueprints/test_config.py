"""Checking, merging and writing a run's values (checklist 11, 14, 15, 16, 17 and 18)."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yard.blueprints import config
from yard.blueprints.models import BlueprintVersion

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = {
    "type": "object",
    "required": ["epochs"],
    "properties": {
        "epochs": {"type": "integer", "minimum": 1},
        "batch-size": {"type": "integer"},
        "learning-rate": {"type": "number"},
        "freeze": {"type": "array", "items": {"type": "integer"}},
        "cos": {"type": "boolean"},
    },
}


def version(**more: Any) -> BlueprintVersion:
    return BlueprintVersion(config_schema={**SCHEMA, **more}, presets={"output-dir": "/train"})


def test_point_15_whole_numbers_become_whole_and_others_stay() -> None:
    given = {"epochs": 5.0, "learning-rate": 0.5, "batch-size": -1, "freeze": [0.0, 3.0], "cos": True}

    checked = config.validate_config(version(), given)

    assert checked.errors == []
    assert json.dumps(checked.config) == (
        '{"epochs": 5, "learning-rate": 0.5, "batch-size": -1, "freeze": [0, 3], "cos": true}'
    )


@pytest.mark.parametrize(
    ("given", "path", "message"),
    [
        ({"epochs": 0}, ["config", "epochs"], "0 is less than the minimum, 1."),
        ({}, ["config", "epochs"], "This value is required."),
        ({"epochs": 1, "freeze": [1, "x"]}, ["config", "freeze", 1], "'x' is not a whole number."),
        ({"epochs": 1.5}, ["config", "epochs"], "1.5 is not a whole number."),
        (
            {"epochs": 1, "batch_size": 3},
            ["config", "batch_size"],
            "The form has no 'batch_size'; did you mean 'batch-size'?",
        ),
        ([], ["config"], "It must be one JSON object."),
        (None, ["config"], "It must be one JSON object."),
        ({"epochs": 1, "x": "\0"}, ["config"], "It holds a text with a NUL character or half a character pair."),
        ({"epochs": 10**400}, ["config"], "It holds a number that is too large."),
        ({"x": [0] * 3000}, ["config"], "It holds more than 2000 values."),
        ({"x": "y" * 10_001}, ["config"], "It holds a text of more than 10000 characters."),
    ],
)
def test_point_11_a_value_that_breaks_the_schema_is_refused_with_its_path(
    given: Any, path: list[Any], message: str
) -> None:
    found = config.validate_config(version(), given).errors

    assert [(error["path"], error["message"]) for error in found] == [(path, message)]
    assert json.loads(json.dumps(found)) == found


def test_a_value_nested_too_deeply_is_refused() -> None:
    value: Any = 1
    for _ in range(5000):
        value = [value]

    (error,) = config.validate_config(version(), {"x": value}).errors

    assert error["message"] == "It is nested more than 12 levels deep."


def test_point_14_unknown_keys_are_dropped_as_the_form_does() -> None:
    """A finished run's file holds the presets too (contract 2.2)."""
    checked = config.validate_config(version(), {"epochs": 1, "output-dir": "/x", "colour": "red"})

    assert checked.config == {"epochs": 1}
    assert checked.dropped == ["output-dir", "colour"]
    assert checked.errors == []


def test_a_schema_may_forbid_or_allow_unknown_keys_itself() -> None:
    forbidden = config.validate_config(
        version(additionalProperties=False), {"epochs": 1, "colour": "red", "output-dir": 1}
    )
    allowed = config.validate_config(version(additionalProperties=True), {"epochs": 1, "colour": "red"})

    assert [error["path"] for error in forbidden.errors] == [["config"]]
    assert "'colour' was unexpected" in forbidden.errors[0]["message"]
    assert allowed.config == {"epochs": 1, "colour": "red"}


def test_point_16_nothing_is_left_out_but_the_empty_and_the_split() -> None:
    merged = {
        "a": None,
        "b": "",
        "c": [],
        "d": False,
        "e": True,
        "f": 0,
        "g": 0.5,
        "h": -1,
        "i": [1, 2],
        "j": "two words",
        "train-split": 0.8,
        "test-split": 0.2,
        "k": 1e-05,
    }

    assert config.config_arguments(merged) == (
        ["--e", "--f", "0", "--g", "0.5", "--h", "-1", "--i", "1", "2", "--j", "two words", "--k", "1e-05"]
    )


def test_point_17_presets_win() -> None:
    assert config.merge_presets({"epochs": 1, "output-dir": "/x"}, {"output-dir": "/train"}) == {
        "epochs": 1,
        "output-dir": "/train",
    }


def test_point_18_the_export_form_has_the_contracts_keys_and_valid_defaults() -> None:
    defaults = config.export_defaults()

    assert {"model_type", "input_names", "input_shapes", "input_types", "opset_version", "verbose"} <= defaults.keys()
    assert config.validate_config(version(), {"epochs": 1}, defaults).errors == []
    assert config.validate_config(version(), {"epochs": 1}, None).export_config is None


def test_errors_of_the_export_form_are_told_apart() -> None:
    defaults = {**config.export_defaults(), "input_types": ["float12"], "opset_version": 18.0}

    checked = config.validate_config(version(), {"epochs": 1}, defaults)

    assert [error["path"] for error in checked.errors] == [["export_config", "input_types", 0]]
    assert checked.export_config is not None
    assert str(checked.export_config["opset_version"]) == "18"


@pytest.fixture(scope="module")
def helper() -> ModuleType:
    """The helper script that runs in the box."""
    folder = ROOT / "train_templates" / "common"
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location("config_to_args", folder / "config_to_args.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop("config", None)
    return module


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=10)


@given(data=st.dictionaries(texts, scalars | texts | st.lists(scalars | texts, max_size=3), max_size=6))
def test_the_arguments_shown_are_those_that_the_helper_writes(helper: ModuleType, data: dict[str, Any]) -> None:
    assert config.config_arguments(data) == helper.config_to_args(data)
