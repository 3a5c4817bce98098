"""Every bundled template, and the starter, keeps what the contract and the platform ask of a template."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from tests.train_templates.box import BASE_SETS, REPOSITORY, TEMPLATES, assemble_context, base_set_of, template_defaults
from tests.train_templates.conftest import read_json

BUNDLED = sorted(path.parents[1] for path in TEMPLATES.glob("*/*/*/config/config.jsonschema"))
ALL = [*BUNDLED, TEMPLATES / "starter"]
RESERVED = {"train-split", "test-split"}

each_template = pytest.mark.parametrize("template", ALL, ids=lambda path: path.name)


def test_there_are_at_least_three_bundled_templates() -> None:
    assert len(BUNDLED) >= 3


def paths_of(schema: list | dict, prefix: str = "") -> list[str]:
    """Files named by a schema shaped like the output of ``tree -J``."""
    entries = schema if isinstance(schema, list) else [schema]
    found = []
    for entry in entries:
        path = prefix if entry["name"] == "." else f"{prefix}{entry['name']}"
        if entry["type"] == "file":
            found.append(path)
        else:
            found += paths_of(entry["contents"], f"{path}/" if path else "")
    return found


def test_the_validation_files_name_what_the_contract_names() -> None:
    assert paths_of(json.loads((REPOSITORY / "validation" / "common.json").read_text())) == [
        "config.py", "config_to_args.py", "docker-entrypoint.sh", "mount-s3.sh",
    ]  # fmt: skip
    assert paths_of(json.loads((REPOSITORY / "validation" / "template.json").read_text())) == [
        "config/config.jsonschema", "config/custom.json", "config/presets.json",
        "docker/Dockerfile", "docker/setup.py", "docker/train.py",
    ]  # fmt: skip


@each_template
def test_it_has_every_required_file_and_a_readme(template: Path) -> None:
    required = paths_of(json.loads((REPOSITORY / "validation" / "template.json").read_text()))
    assert [name for name in [*required, "README.md"] if not (template / name).is_file()] == []
    assert not [path for path in template.rglob("config") if path != template / "config"]


@each_template
def test_its_form_is_a_valid_schema_whose_defaults_are_valid(template: Path) -> None:
    schema = read_json(template / "config" / "config.jsonschema")
    Draft7Validator.check_schema(schema)
    Draft7Validator(schema).validate(template_defaults(template))
    assert set(schema["properties"]) >= RESERVED
    assert re.search(r"Documentation: https://\S+$", schema["description"])
    for key, field in schema["properties"].items():
        assert field["title"], key
        assert field["description"], key
        if field["type"] == "integer":
            assert isinstance(field["default"], int)


@each_template
def test_its_custom_file_holds_working_patterns(template: Path) -> None:
    custom = read_json(template / "config" / "custom.json")
    assert set(custom) == {"model_filepath", "score_name", "score_regexp", "metrics"}
    assert custom["model_filepath"].startswith(read_json(template / "config" / "presets.json")["output-dir"] + "/")
    for pattern in (custom["score_regexp"], *custom["metrics"].values()):
        assert re.compile(pattern).groups == 1


@each_template
def test_args_py_covers_every_key(template: Path) -> None:
    tree = ast.parse((template / "docker" / "args.py").read_text())
    options = {
        node.args[0].value: {keyword.arg: keyword.value for keyword in node.keywords}
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add_argument"
    }
    schema = read_json(template / "config" / "config.jsonschema")["properties"]
    presets = read_json(template / "config" / "presets.json")
    assert set(options) == {f"--{key}" for key in {*schema, *presets} - RESERVED}
    for key, field in schema.items():
        if key not in RESERVED:
            is_flag = "action" in options[f"--{key}"]
            assert is_flag == (field["type"] == "boolean"), key
            if not is_flag:  # used when a form leaves the field empty
                assert ast.literal_eval(options[f"--{key}"]["default"]) == field["default"], key


@each_template
def test_every_copied_file_is_in_the_build_context(template: Path, tmp_path: Path) -> None:
    context = assemble_context(tmp_path / "context", template, {})
    copied = []
    for line in (template / "docker" / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY "):
            copied += line.split()[1:-1]
    assert [name for name in copied if not (context / name).exists()] == []
    needed = {"train_config.json", "export_config.json", "presets.json", "export.py", "cvat_dataset.py", ".env"}
    assert needed <= set(copied)
    own = {path.name for path in (template / "docker").iterdir()} - {"Dockerfile", "__pycache__"}
    assert own <= set(copied)


@each_template
def test_its_base_image_has_a_requirements_file(template: Path) -> None:
    assert base_set_of(template).is_file()


def pins_of(file: Path) -> dict[str, str]:
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("==") for line in lines)  # fails on anything that is not pinned


@each_template
def test_its_requirements_are_pinned(template: Path) -> None:
    assert not set(pins_of(template / "docker" / "requirements.txt")) & set(pins_of(base_set_of(template)))


def test_base_sets_agree_on_what_they_share() -> None:
    sets = [pins_of(file) for file in sorted(BASE_SETS.glob("*.txt"))]
    shared = [name for name in sets[0] if all(name in pins for pins in sets)]
    assert "numpy" in shared
    for name in shared:
        assert len({pins[name] for pins in sets}) == 1, name


def test_the_export_form_is_valid_and_has_the_published_keys() -> None:
    schema = json.loads((TEMPLATES / "export" / "export.jsonschema").read_text())
    Draft7Validator.check_schema(schema)
    defaults = {key: field["default"] for key, field in schema["properties"].items()}
    assert defaults == {
        "model_type": "pytorch", "input_names": [], "input_shapes": [[1, 3, 224, 224]], "input_types": ["float32"],
    }  # fmt: skip
    Draft7Validator(schema).validate(defaults)
    pytorch = schema["allOf"][0]["then"]["properties"]
    assert set(pytorch) == {"output_names", "verbose", "dynamo", "opset_version"}
    assert {"pytorch", "tensorflow", "keras"} <= set(schema["properties"]["model_type"]["enum"])
    assert json.loads((TEMPLATES / "export" / "export_config.json").read_text()) == {}
