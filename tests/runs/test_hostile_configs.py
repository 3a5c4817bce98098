"""What somebody types into a form reaches train.py letter by letter, and no shell on the way ever runs it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from tests.runs.test_main_job_process import (  # noqa: F401 - fixtures
    _data_cache,
    client,
    dataset,
    drive,
    ended,
    launcher,
    supervisor,
)
from tests.runs.tiny_template import SCHEMA, tiny_template
from yard.accounts.models import Project, User
from yard.blueprints.config import config_arguments, validate_config
from yard.blueprints.models import BlueprintVersion
from yard.blueprints.services import template_upload
from yard.datasets.models import Dataset
from yard.executions.supervisor import Supervisor
from yard.registry.models import ModelFile
from yard.runs.config_files import config_bytes
from yard.runs.kind import template_environment
from yard.runs.models import Run, RunOutput
from yard.storage.objects import object_read

TEXTS = {
    "command": "$(touch /train/caught; rm -rf /)",
    "ticks": "`touch /train/caught`",
    "semicolon": "; touch /train/caught #",
    "pipe": "| tee /train/caught && exit 1",
    "quotes": "it's \"quoted\" 'twice'",
    "backslash": "a\\nb\\\\c\\",
    "newline": "first\nsecond\r\n--epochs 9",
    "tab": "\ta\vb\fc ",
    "option": "--epochs",
    "short": "-x",
    "dashes": "-- a -- b --",
    "joined": "--rate=9",
    "glob": "* ? [a] ~ {a,b}",
    "variable": "$HOME ${PATH} $1 $$ !! %PATH%",
    "unicode": "\U0001f984 \u202eabc \u00e9 e\u0301 \u2028 \ufeff",
    "escape": "\x1b[31mred\x07",
    "markup": "<script>alert(1)</script> {{7*7}} %s {0}",
    "sql": "'; DROP TABLE runs; --",
    "blank": "  ",
    "long": "x" * 9_999,
}
NUMBERS = {"whole": 10**18, "negative": -(10**18), "tiny": -1e-300, "huge": 1e300, "zero": -0.5}
NESTED = {"tree": {"a": [1, {"b": "$(id)"}], "c": None}, "words": ["a b", "$(id)", "it's", "*"]}

ARGS = f"""
import argparse, json


def get_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--output-dir")
    for name in {list(TEXTS)!r}:
        parser.add_argument("--" + name)
    for name in {list(NUMBERS)!r}:
        parser.add_argument("--" + name, type=float)
    parser.add_argument("--tree", type=json.loads)
    parser.add_argument("--words", nargs="+")
    return parser.parse_args()
"""
TRAIN = """
import json, os
from args import get_args

args = vars(get_args())
os.makedirs("/train", exist_ok=True)
with open("train_config.json", encoding="utf-8") as file:
    config = json.load(file)
with open("/train/model.pt", "w", encoding="utf-8") as file:
    json.dump({"args": args, "config": config, "caught": os.path.exists("/train/caught")}, file)
print("Accuracy 0.5")
"""


def schema() -> dict[str, Any]:
    properties = {
        "epochs": SCHEMA["properties"]["epochs"],
        **{name: {"type": "string", "title": name} for name in TEXTS},
        **{name: {"type": "number", "title": name} for name in NUMBERS},
        "tree": {"type": "object", "title": "tree"},
        "words": {"type": "array", "items": {"type": "string"}, "title": "words"},
    }
    return {"type": "object", "properties": properties}


def content(file: ModelFile) -> bytes:
    return b"".join(object_read(file.version.bucket, file.key))


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(240)
def test_every_text_reaches_the_training_as_it_was_typed(
    project: Project,
    owner: User,
    client: APIClient,  # noqa: F811
    dataset: Dataset,  # noqa: F811
    supervisor: Supervisor,  # noqa: F811
) -> None:
    archive = tiny_template(config=json.dumps(schema()), args=ARGS, train=TRAIN)
    template = template_upload(user=owner, project=project, file=archive, filename="tiny.zip").version
    values = {"epochs": 1, **TEXTS, **NUMBERS, **NESTED}
    body = {
        "project": project.pk,
        "dataset": dataset.pk,
        "template_version": template.pk,
        "config": values,
        "resources": {"cpus": 1, "memory_bytes": 256 << 20, "shared_memory_bytes": 16 << 20},
    }
    response = client.post("/api/v1/runs/", body, format="json")
    assert response.status_code == 201, response.content
    run = Run.objects.get(pk=response.json()["id"])
    drive(supervisor, ended(run))

    detail = client.get(f"/api/v1/runs/{run.pk}/").json()
    assert detail["state"] == "succeeded", (detail["reason"], detail["log_tail"])
    model = RunOutput.objects.get(run=run).model_version.files.get(name="model.pt")
    found = json.loads(content(model))
    expected = {name: value for name, value in values.items() if value != ""}
    assert found["args"] == {**expected, "output_dir": "/train"}
    assert found["config"] == {**values, "output-dir": "/train"}
    assert found["caught"] is False
    assert detail["config"] == values
    # The line that a user may copy into a shell of her own is quoted.
    assert shlex.split(detail["arguments"]) == config_arguments({**values, "output-dir": "/train"})
    stored = RunOutput.objects.get(run=run).model_version.files.get(name="train_config.json")
    assert json.loads(content(stored)) == values


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"epochs": 1e400}', "The request's JSON holds a number that is not finite."),
        ('{"epochs": 1' + "0" * 5000 + "}", "The request is not valid JSON: Exceeds the limit"),
        ('{"epochs": NaN}', "The request is not valid JSON: NaN is not a number in JSON."),
        ('{"epochs": "\\u0000"}', "The request's JSON holds a text with a NUL character or half a character pair."),
        ('{"epochs": "\\ud800"}', "The request's JSON holds a text with a NUL character or half a character pair."),
        ('{"x": ' + "[" * 30 + "]" * 30 + "}", "config: It is nested more than 12 levels deep."),
        ('{"x": [' + "0," * 3000 + "0]}", "config: It holds more than 2000 values."),
        ('{"x": "' + "y" * 10_001 + '"}', "config: It holds a text of more than 10000 characters."),
        ('{"epochs": 1, "epochs": 2}', "The request is not valid JSON: the key 'epochs' stands twice in one object."),
        ('{"epochs": "1"}', "config.epochs: '1' is not a whole number."),
        ('{"epochs": true}', "config.epochs: true is not a whole number."),
        ('{"epochs": [1]}', "config.epochs: [1] is not a whole number."),
        ('{"epochs": null}', "config.epochs: null is not a whole number."),
        ("[]", 'config: Expected a dictionary of items but got type "list".'),
        ('"x"', 'config: Expected a dictionary of items but got type "str".'),
        ("null", "config: This field may not be null."),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_config_that_cannot_be_is_refused_with_its_reason_and_starts_nothing(
    run: Run, client_of: Callable[[User], APIClient], owner: User, text: str, message: str
) -> None:
    dataset_id = run.dataset_version.dataset_id
    ids = {"project": run.project_id, "dataset": dataset_id, "template_version": run.blueprint_version_id}
    body = json.dumps(ids)[:-1] + f', "config": {text}}}'
    before = Run.objects.count()

    response = client_of(owner).post("/api/v1/runs/", body, content_type="application/json")

    assert response.status_code == 400
    assert response.json()["message"].startswith(message), response.json()["message"]
    assert Run.objects.count() == before


NUMBERS_OF_JSON = st.integers(-(10**200), 10**200) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS_OF_JSON | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=6))
@settings(suppress_health_check=list(HealthCheck))
def test_any_config_is_kept_exactly_or_refused(values: dict[str, Any]) -> None:
    version = BlueprintVersion(config_schema={"type": "object", "additionalProperties": True}, presets={})
    checked = validate_config(version, values)
    if checked.errors:
        assert all(error["message"].endswith((".", "…")) for error in checked.errors)
        return
    assert checked.config == values
    assert json.loads(config_bytes(checked.config)) == values
    assert all(isinstance(each, str) for each in config_arguments(checked.config))


def test_variables_that_run_code_outside_of_the_box_are_left_out_of_its_start() -> None:
    """Also of templates that were taken in before they were looked for."""
    pairs = {
        "LD_PRELOAD": "/workspace/evil.so",
        "LD_AUDIT": "x",
        "BASH_ENV": "x",
        "GLIBC_TUNABLES": "x",
        "MODE": "fast",
    }
    assert template_environment(pairs) == {"MODE": "fast"}
