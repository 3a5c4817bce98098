"""The readers of a template's files that are fuzzed: what each is given, what it may raise, and where to begin."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from unittest import mock

from tests.blueprints.replicas import mask_rcnn
from yard.blueprints import schemas
from yard.blueprints.config import validate_config
from yard.blueprints.lint.arguments import check_arguments
from yard.blueprints.lint.json_source import JsonSource, JsonTextError, parse
from yard.blueprints.lint.report import Report
from yard.blueprints.lint.schema import check_schema
from yard.blueprints.models import BlueprintVersion
from yard.blueprints.validation import checked_upload
from yard.core.errors import YardError
from yard.executions.launchers import dockerfile

Parts = tuple[Callable[[bytes], None], tuple[type[Exception], ...], Callable[[], Iterable[bytes]], tuple[bytes, ...]]
"""Of one reader: what reads, the errors that people may see, good inputs to begin with, words of the format."""


def read_template(content: bytes) -> None:
    """Whatever the ZIP holds: findings that can be stored, and none that says nothing."""
    with checked_upload(io.BytesIO(content)) as result:
        _check_findings([finding.as_dict() for finding in result.findings])
        assert result.template is not None or result.findings


def read_dockerfile(content: bytes) -> None:
    """Every question about a Dockerfile has an answer, and paths are absolute."""
    text = content.decode("utf-8", "replace")
    instructions = dockerfile.parse_dockerfile(text)
    dockerfile.copy_sources(instructions)
    dockerfile.base_images(instructions)
    assert dockerfile.destination_of(text, "train_config.json").startswith("/")
    assert dockerfile.final_workdir(instructions).startswith("/")
    assert all(copy.destination.startswith("/") for copy in dockerfile.copies(instructions))
    assert not any(dockerfile.runs_code(name) for name in dockerfile.environment(instructions))


def read_args(content: bytes) -> None:
    """Python, or a finding that says where it is none."""
    report = Report()
    text = content.decode("utf-8", "replace").replace("\0", "")
    check_arguments(text, {"epochs": {"type": "integer"}, "a": {"type": "array"}}, {"b": 1}, report)
    _check_findings([finding.as_dict() for finding in report.findings])


def read_schema(content: bytes) -> None:
    """A schema that passes makes a form: its defaults can be stored, and checking them ends."""
    schema = parse(content.decode("utf-8", "replace"))
    report = Report()
    # Patterns have a process each, and tests of their own.
    with mock.patch("yard.blueprints.lint.schema.check_pattern", return_value=None):
        good = check_schema(JsonSource("schema", schema, json.dumps(schema), {}), report)
    _check_findings([finding.as_dict() for finding in report.findings])
    if good:
        defaults = schemas.schema_defaults(schema)
        json.dumps(defaults, allow_nan=False)
        validate_config(BlueprintVersion(config_schema=schema, presets={}), defaults)


def _check_findings(found: list[dict[str, object]]) -> None:
    json.dumps(found, ensure_ascii=False).encode()
    assert all(str(each["message"]).strip() for each in found)


def _template_seeds() -> Iterable[bytes]:
    yield mask_rcnn().zip()
    replica = mask_rcnn()
    replica.files["custom.json"] = "{}"
    yield replica.zip()


def _file_seeds(name: str) -> Callable[[], Iterable[bytes]]:
    return lambda: [mask_rcnn().files[name].encode()]


TEMPLATE_READERS: dict[str, Parts] = {
    "template": (
        read_template,
        (YardError,),
        _template_seeds,
        (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"config/"),
    ),
    "dockerfile": (
        read_dockerfile,
        (),
        _file_seeds("Dockerfile"),
        (b"FROM ", b"COPY ", b"ENV ", b"ARG ", b"WORKDIR ", b"${", b":-", b"<<EOF", b"\\\n", b"# escape=`", b"--from="),
    ),
    "arguments": (
        read_args,
        (),
        _file_seeds("args.py"),
        (b"add_argument(", b"--", b"type=int", b"nargs=", b"default=", b"lambda:", b"0x", b"f'{", b"\\ud800"),
    ),
    "schema": (
        read_schema,
        (JsonTextError,),
        _file_seeds("config.jsonschema"),
        (
            b'"$ref"',
            b'"#/$defs/',
            b'"allOf"',
            b'"anyOf"',
            b'"items"',
            b'"properties"',
            b'"type"',
            b'"default"',
            b'"$anchor"',
        ),
    ),
}
