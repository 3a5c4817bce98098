"""How a run's configuration becomes the command line of train.py (section 2.3 of the contract)."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.train_templates.box import TEMPLATES

RESERVED = ("train-split", "test-split")


@pytest.mark.parametrize(
    ("config", "arguments"),
    [
        ({"a": None, "b": "", "c": [], "d": False}, []),
        ({"train-split": 0.8, "test-split": 0.2}, []),
        ({"pretrained": True}, ["--pretrained"]),
        ({"freeze": [0, 1, 2]}, ["--freeze", "0", "1", "2"]),
        ({"patience": 0, "dropout": 0.0, "save": -1}, ["--patience", "0", "--dropout", "0.0", "--save", "-1"]),
        ({"lr": 1e-05, "model": "yolo11m.pt"}, ["--lr", "1e-05", "--model", "yolo11m.pt"]),
        ({"name": "two words; $(touch x) *"}, ["--name", "two words; $(touch x) *"]),
        ({"a": "--flag", "b": "-x", "c": -1e-05, "d": -0.5}, ["--a=--flag", "--b=-x", "--c=-1e-05", "--d", "-0.5"]),
        ({"nested": {"a": [1]}}, ["--nested", '{"a": [1]}']),
    ],
)  # fmt: skip
def test_it_follows_the_published_rules(helpers: SimpleNamespace, config: dict, arguments: list[str]) -> None:
    assert helpers.config_to_args.config_to_args(config) == arguments


def test_it_keeps_the_line_of_a_published_template(tmp_path: Path) -> None:
    config = {
        "train-split": 0.8, "architecture": "efficientnet_v2_s", "pretrained": True, "epochs": 50,
        "swa-learning-rate": 0, "label-smoothing": 0, "metrics-average": "micro", "output-dir": "/train",
    }  # fmt: skip
    assert printed(tmp_path, config) == (
        "--architecture efficientnet_v2_s --pretrained --epochs 50 --swa-learning-rate 0 --label-smoothing 0 "
        "--metrics-average micro --output-dir /train\n"
    )


def test_a_shell_that_evaluates_the_line_runs_no_value(tmp_path: Path) -> None:
    config = {"name": "$(touch caught) `touch caught` ; touch caught", "glob": "*", "quote": "it's"}
    script = "eval printf '%s\\\\n' \"$(cat)\""
    line = printed(tmp_path, config)
    result = subprocess.run(
        ["bash", "-c", script], input=line, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert not (tmp_path / "caught").exists()
    assert result.stdout.splitlines() == ["--name", config["name"], "--glob", "*", "--quote", "it's"]


def printed(folder: Path, config: dict, *options: str) -> str:
    """Output of the script itself, started in a folder with this configuration."""
    (folder / "train_config.json").write_text(json.dumps(config))
    command = [sys.executable, TEMPLATES / "common" / "config_to_args.py", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def test_the_null_mode_separates_arguments_by_null_bytes(tmp_path: Path) -> None:
    assert printed(tmp_path, {"a": "x y\nz", "b": True}, "--null") == "--a\0x y\nz\0--b\0"


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
keys = st.text(st.characters(categories=("Ll", "Nd"), include_characters="-_"), min_size=1)
configs = st.dictionaries(keys, scalars | st.lists(scalars) | st.dictionaries(keys, scalars), max_size=8)


@given(config=configs)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_configuration_survives_a_shell(helpers: SimpleNamespace, config: dict) -> None:
    arguments = helpers.config_to_args.config_to_args(config)
    assert shlex.split(" ".join(shlex.quote(argument) for argument in arguments)) == arguments
    assert not any("\0" in argument for argument in arguments)
    left_out = (None, False, "", [])
    for key, value in config.items():
        reserved = key in ("train-split", "test-split")
        is_left_out = reserved or any(value is one or (value == one and not is_number(value)) for one in left_out)
        assert is_left_out or any(each == f"--{key}" or each.startswith(f"--{key}=") for each in arguments)


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
