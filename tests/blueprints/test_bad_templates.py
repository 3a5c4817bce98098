"""What is refused, in the very words that a user reads, with file and place (checklist 3, 5, 6, and our own checks)."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Callable

import pytest

from tests.blueprints.replicas import HELPERS, Replica, mask_rcnn, zip_of
from yard.blueprints.validation import checked_upload
from yard.core.findings import Finding, Severity

SCHEMA, CUSTOM, PRESETS = "config/config.jsonschema", "config/custom.json", "config/presets.json"
TOP = "train-container-publish"
BELOW = f"{TOP}/Torchvision/Instance Segmentation/Mask R-CNN"
Change = Callable[[Replica], None]


def findings_of(data: bytes) -> list[Finding]:
    with checked_upload(io.BytesIO(data)) as result:
        assert (result.template is None) == any(each.severity is Severity.ERROR for each in result.findings)
        return result.findings


def errors_of(data: bytes) -> list[Finding]:
    return [finding for finding in findings_of(data) if finding.severity is Severity.ERROR]


def text(name: str, content: str) -> Change:
    return lambda replica: replica.files.__setitem__(name, content)


def without(name: str) -> Change:
    return lambda replica: replica.files.__delitem__(name) if name in replica.files else None


def custom(**changes: object) -> Change:
    return lambda replica: replica.change_json("custom.json", **changes)


def dockerfile(old: str, new: str) -> Change:
    def change(replica: Replica) -> None:
        assert old in replica.files["Dockerfile"]
        replica.files["Dockerfile"] = replica.files["Dockerfile"].replace(old, new)

    return change


def prop(name: str, **node: object) -> Change:
    def change(replica: Replica) -> None:
        schema = replica.json("config.jsonschema")
        schema["properties"][name] = node
        replica.files["config.jsonschema"] = json.dumps(schema, indent=2)

    return change


def schema(**changes: object) -> Change:
    return lambda replica: replica.change_json("config.jsonschema", **changes)


@pytest.mark.parametrize("missing", ["config.py", "config_to_args.py", "docker-entrypoint.sh", "mount-s3.sh"])
def test_point_3_a_missing_helper_is_named(missing: str) -> None:
    replica = mask_rcnn()
    del replica.files[missing]

    assert [error.message for error in errors_of(replica.zip())] == [f"The file {missing} is missing."]


@pytest.mark.parametrize(
    ("missing", "path"),
    [
        ("config.jsonschema", SCHEMA),
        ("custom.json", CUSTOM),
        ("presets.json", PRESETS),
        ("Dockerfile", "docker/Dockerfile"),
        ("setup.py", "docker/setup.py"),
        ("train.py", "docker/train.py"),
    ],
)
def test_point_3_a_missing_template_file_is_named(missing: str, path: str) -> None:
    replica = mask_rcnn()
    del replica.files[missing]

    errors = {error.message: error for error in errors_of(replica.zip())}

    assert f"The file {path} is missing." in errors
    assert errors[f"The file {path} is missing."].file == path


def test_an_empty_docker_folder_asks_whether_package_sh_stopped_early() -> None:
    """Contract 1.1: its chain breaks when a file that it removes is not there."""
    members = {
        name: content for name, content in mask_rcnn().members().items() if not name.startswith(f"{BELOW}/docker/")
    }
    members[f"{BELOW}/docker/"] = ""

    first = errors_of(zip_of(members))[0]

    assert first.message == "The file docker/Dockerfile is missing."
    assert "did package.sh stop early?" in first.hint


@pytest.mark.parametrize(
    ("name", "content", "message", "place"),
    [
        (
            "config.jsonschema",
            '{\n  "type": "object",\n  oops\n}',
            "is not valid JSON: Expecting property name enclosed in double quotes (line 3, column 3).",
            (3, 3),
        ),
        ("custom.json", "{} {}", "is not valid JSON: Extra data (line 1, column 4).", (1, 4)),
        ("presets.json", "", "is not valid JSON: Expecting value (line 1, column 1).", (1, 1)),
        ("presets.json", '{"a": NaN}', "is not valid JSON: NaN is not a number in JSON.", (None, None)),
        ("presets.json", '{"a": 1e999}', "holds a number that is not finite.", (None, None)),
        (
            "presets.json",
            '{"a": "\\u0000"}',
            "holds a text with a NUL character or half a character pair.",
            (None, None),
        ),
        ("presets.json", "[" * 5000 + "]" * 5000, "is nested too deeply.", (None, None)),
        ("presets.json", "[" * 100 + "]" * 100, "is nested more than 64 levels deep.", (None, None)),
        (
            "presets.json",
            "\ufeff{}",
            "begins with a byte order mark, which Python's json module refuses; save it without.",
            (None, None),
        ),
    ],
)
def test_point_5_broken_json_is_refused_with_its_place(
    name: str, content: str, message: str, place: tuple[int | None, int | None]
) -> None:
    replica = mask_rcnn()
    replica.files[name] = content

    (error,) = errors_of(replica.zip())

    assert error.message == f"config/{name} {message}"
    assert (error.file, error.line, error.column) == (f"config/{name}", *place)


PACK = "package.sh makes the right layout: <folder>/<provider>/<category>/<architecture>/{config,docker}."


def _moved(old: str, new: str) -> bytes:
    return zip_of({name.replace(old, new): content for name, content in mask_rcnn().members().items()})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (lambda: b"this is no ZIP", "This is not a ZIP file that can be read: File is not a zip file."),
        (lambda: b"", "This is not a ZIP file that can be read: File is not a zip file."),
        (lambda: zip_of({}), "The ZIP is empty."),
        (lambda: zip_of({"train.py": ""}), "The ZIP holds the single file train.py instead of one top folder."),
        (
            lambda: zip_of({"config/custom.json": "", "docker/Dockerfile": ""}),
            "The ZIP must hold exactly one top folder; it holds 2 entries: config, docker.",
        ),
        (lambda: zip_of({"top/a/b/c/docker/": ""}), "The ZIP has no folder called config."),
        (
            lambda: _moved("/Torchvision/", "/"),
            "The config folder lies 1 level too high: between the top folder and config there must be "
            "provider / category / architecture, not Instance Segmentation / Mask R-CNN.",
        ),
        (
            lambda: _moved("/Torchvision/", "/x/y/Torchvision/"),
            "The config folder lies 2 levels too deep: between the top folder and config there must be "
            "provider / category / architecture, not x / y / Torchvision / Instance Segmentation / Mask R-CNN.",
        ),
        (
            lambda: zip_of({**mask_rcnn().members(), f"{TOP}/Torchvision/Other/Model/config/custom.json": "{}"}),
            f"The ZIP has 2 config folders ({BELOW}/config, {TOP}/Torchvision/Other/Model/config); "
            "upload one template at a time.",
        ),
    ],
)
def test_point_6_a_wrong_layout_is_explained(data: Callable[[], bytes], message: str) -> None:
    assert [error.message for error in errors_of(data())][:1] == [message]


def test_a_folder_in_the_place_of_a_file_is_no_file() -> None:
    """Upstream only looks whether something of that name is there (contract 1.3, 5)."""
    members = mask_rcnn().members()
    del members[f"{BELOW}/docker/setup.py"]
    members[f"{BELOW}/docker/setup.py/x"] = ""

    assert "docker/setup.py must be a file; it is a folder." in [error.message for error in errors_of(zip_of(members))]


def test_what_macos_adds_is_left_out() -> None:
    members = {**mask_rcnn().members(), "__MACOSX/._config": "x", f"{BELOW}/.DS_Store": "x"}

    assert errors_of(zip_of(members)) == []


@pytest.mark.parametrize(
    ("change", "message", "place"),
    [
        (text("config.jsonschema", "[]"), "config/config.jsonschema must hold one JSON object, a JSON Schema.", SCHEMA),
        (schema(type="array"), "The schema must describe an object; its type is 'array'.", SCHEMA),
        (prop("epochs", type="whole"), "properties.epochs.type: 'whole' is not one of", SCHEMA),
        (
            schema(**{"$schema": "http://example.org/mine"}),
            "$schema names 'http://example.org/mine'; drafts 7, 2019-09 and 2020-12 are understood.",
            SCHEMA,
        ),
        (
            prop("epochs", **{"$ref": "https://example.org/x.json"}),
            "The reference 'https://example.org/x.json' leaves the file; only references such as #/$defs/name are "
            "followed.",
            SCHEMA,
        ),
        (prop("epochs", **{"$ref": "#/$defs/none"}), "The reference '#/$defs/none' points at nothing.", SCHEMA),
        (
            prop("epochs", **{"$ref": "#"}),
            "Following the schema's references never ends; a form cannot be made from it.",
            SCHEMA,
        ),
        (
            prop("epochs", type="integer", default=0, minimum=1),
            "The default of 'epochs' breaks the schema: 0 is less than the minimum, 1.",
            SCHEMA,
        ),
        (
            prop("epochs", type="integer", default="ten"),
            "The default of 'epochs' breaks the schema: 'ten' is not a whole number.",
            SCHEMA,
        ),
        (
            prop("optimizer", type="string", default="x", pattern="("),
            "The pattern is not a regular expression: missing ), unterminated subpattern at position 0.",
            SCHEMA,
        ),
        (
            prop("optimizer", type="object", patternProperties={"a": {}}),
            "patternProperties cannot be shown in a form; name the properties.",
            SCHEMA,
        ),
        (text("custom.json", "[]"), "config/custom.json must hold one JSON object.", CUSTOM),
        (text("custom.json", "{}"), "config/custom.json has no 'model_filepath'.", CUSTOM),
        (custom(score_name=3), "'score_name' must be a text.", CUSTOM),
        (custom(score_name=" "), "'score_name' is empty.", CUSTOM),
        (custom(score_name="x" * 101), "score_name is longer than 100 characters.", CUSTOM),
        (
            custom(model_filepath="model.pt"),
            "model_filepath must be absolute, e.g. /train/model.pt; it is 'model.pt'.",
            CUSTOM,
        ),
        (
            custom(model_filepath="/train/../etc/passwd"),
            "model_filepath must not hold '..'; it is '/train/../etc/passwd'.",
            CUSTOM,
        ),
        (custom(model_filepath="/"), "model_filepath must name a file or a folder of its own; it is '/'.", CUSTOM),
        (
            custom(score_regexp="acc ("),
            "score_regexp: The pattern is not a regular expression: missing ), unterminated subpattern at position 4.",
            CUSTOM,
        ),
        (custom(metrics=["loss"]), "'metrics' must be an object: name → regular expression.", CUSTOM),
        (
            custom(metrics={"loss": "*"}),
            "metrics.loss: The pattern is not a regular expression: nothing to repeat at position 0.",
            CUSTOM,
        ),
        (custom(metrics={" ": "(a)"}), "The name of a metric must have 1 to 200 characters.", CUSTOM),
        (custom(task_types="x"), "'task_types' must be a list of texts, e.g. [\"classification\"].", CUSTOM),
        (text("presets.json", "3"), "config/presets.json must hold one JSON object.", PRESETS),
        (
            dockerfile("COPY .env ./", "COPY weights.pt ./"),
            "Line 15 copies 'weights.pt', which is not in the build context.",
            "docker/Dockerfile",
        ),
        (
            text("Dockerfile", "RUN true\n"),
            "The Dockerfile has no FROM, so there is nothing to build on.",
            "docker/Dockerfile",
        ),
        (
            dockerfile("ENV TZ", "ENVIRONMENT TZ"),
            "Line 3 begins with 'ENVIRONMENT', which is no instruction of a Dockerfile.",
            "docker/Dockerfile",
        ),
        (text("args.py", "def get_args(:\n"), "args.py is not valid Python: invalid syntax.", "docker/args.py"),
        (
            text("args.py", "import argparse\np = argparse.ArgumentParser()\np.add_argument('--batch_size')\n"),
            "args.py has no option --batch-size, which the form passes; train.py would end with exit code 2.",
            "docker/args.py",
        ),
        (
            text("args.py", "import argparse\np = argparse.ArgumentParser()\np.add_argument('--batch_size')\n"),
            "args.py has no option --output-dir, which presets.json passes; train.py would end with exit code 2.",
            "docker/args.py",
        ),
    ],
)
def test_a_fault_inside_a_file_is_told_with_the_file(change: Change, message: str, place: str) -> None:
    replica = mask_rcnn()
    change(replica)

    errors = errors_of(replica.zip())

    matching = [error for error in errors if error.message.startswith(message)]
    assert matching, [error.message for error in errors]
    assert matching[0].file == place


@pytest.mark.parametrize(
    ("change", "message", "line"),
    [
        (prop("epochs", type="integer", default=0, minimum=1), "The default of 'epochs'", '"default": 0'),
        (custom(score_regexp="("), "score_regexp:", '"score_regexp"'),
        (dockerfile("COPY .env ./", "COPY weights.pt ./"), "Line 15 copies", "COPY weights.pt"),
    ],
)
def test_the_line_of_a_fault_is_right(change: Change, message: str, line: str) -> None:
    replica = mask_rcnn()
    change(replica)

    (error,) = [error for error in errors_of(replica.zip()) if error.message.startswith(message)]

    content = replica.files[error.file.rsplit("/", 1)[1]].split("\n")
    assert error.line is not None
    assert line in content[error.line - 1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (without(".env"), "The Dockerfile copies .env, but docker/ has none; an empty one was added."),
        (
            custom(score_regexp="accuracy"),
            "score_regexp: The pattern has no group: put round brackets around the number.",
        ),
        (
            custom(score_regexp="(a+)+b"),
            "score_regexp: The pattern takes very long on some plain lines; avoid repetitions inside repetitions, as "
            "in (a+)+.",
        ),
        (
            dockerfile("ENV TZ", "ADD https://example.org/x /x\nENV TZ"),
            "ADD fetches from the network at build time; what it brings may change from build to build.",
        ),
        (
            dockerfile("RUN rm", "RUN --security=insecure rm"),
            "Privileged steps are not allowed; builds and runs have no special rights here.",
        ),
        (
            dockerfile("RUN rm", "RUN --mount=type=cache,target=/x rm"),
            "RUN --mount and here-documents need BuildKit; the classic builder refuses them.",
        ),
        (prop("train-split", type="number", exclusiveMinimum=0), "The default of 'train-split' breaks the schema: "),
        (prop("epochs", title="no type"), "'epochs' has no type, so the form cannot show a field for it."),
        (schema(**{"$schema": "http://json-schema.org/draft-04/schema#"}), "$schema names a draft before 7; "),
        (
            text(".env", "A=1\nthis is no pair\nDATASET_ID=3\n"),
            "'this is no pair' is no NAME=value, so it is left out.",
        ),
        (text(".env", "DATASET_ID=3\n"), "DATASET_ID is set by the platform for each run; leave it out."),
        (text("presets.json", '{"a": 1, "a": 2, "epochs": 3}'), "config/presets.json has the key 'a' twice; "),
        (
            text("presets.json", '{"epochs": 3}'),
            "'epochs' is in the form, too; the value of config/presets.json always ",
        ),
    ],
)
def test_something_doubtful_is_a_warning(change: Change, message: str) -> None:
    replica = mask_rcnn()
    change(replica)

    warnings = [each.message for each in findings_of(replica.zip()) if each.severity is Severity.WARNING]

    assert any(each.startswith(message) for each in warnings), warnings


def test_all_faults_are_told_at_once() -> None:
    replica = mask_rcnn()
    custom(score_regexp="(", model_filepath="model.pt")(replica)
    dockerfile("COPY .env ./", "COPY weights.pt ./")(replica)
    del replica.files["mount-s3.sh"]

    assert {error.code for error in errors_of(replica.zip())} == {
        "template.missing_file",
        "template.bad_regexp",
        "template.bad_model_path",
        "template.missing_copy_source",
    }


# --- hostile archives -------------------------------------------------------------------------------------------------


def hostile(name: str, content: bytes = b"x", *, mode: int = 0o100644) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (hostile("../evil"), "The ZIP has an entry ../evil that leaves the folder it is unpacked into."),
        (hostile("top/../../evil"), "The ZIP has an entry top/../../evil that leaves the folder it is unpacked into."),
        (hostile("/etc/passwd"), "The ZIP has an entry /etc/passwd that leaves the folder it is unpacked into."),
        (hostile("..\\evil"), "The ZIP has an entry ../evil that leaves the folder it is unpacked into."),
        (hostile("C:/evil"), "The ZIP has an entry C:/evil that leaves the folder it is unpacked into."),
        (
            hostile("top/link", b"/etc/passwd", mode=stat.S_IFLNK | 0o777),
            "The ZIP has an entry top/link that is a symbolic link; pack the file itself.",
        ),
        (
            hostile("top/fifo", mode=stat.S_IFIFO | 0o666),
            "The ZIP has an entry top/fifo that is neither a file nor a folder.",
        ),
        (hostile("top/a\nb"), "The ZIP has an entry top/a?b that has control characters in its name."),
        (hostile("x" * 300), f"The ZIP has an entry {'x' * 117}… that has no name, or one that is too long."),
    ],
)
def test_an_unsafe_entry_is_refused(data: bytes, message: str) -> None:
    assert [error.message for error in errors_of(data)] == [message]


def test_a_bomb_is_refused_before_it_is_unpacked(settings: object) -> None:
    data = hostile("top/zeros", b"\0" * (64 << 20))

    (error,) = errors_of(data)

    assert error.message == "top/zeros is compressed suspiciously well, as in a ZIP bomb."


def test_too_much_and_too_many_are_refused(settings: object) -> None:
    settings.TEMPLATE_MAX_UNPACKED_BYTES = 1000  # type: ignore[attr-defined]
    settings.TEMPLATE_MAX_FILES = 5  # type: ignore[attr-defined]

    large = errors_of(hostile("top/large", bytes(range(256)) * 8))
    many = errors_of(zip_of({f"top/{number}": "" for number in range(6)}))
    very_many = errors_of(zip_of({f"top/{number}": "" for number in range(60)}))

    assert large[0].message == "Unpacked, the ZIP is larger than 0 MiB. Leave out data and weights."
    assert many[0].message == very_many[0].message == "The ZIP holds more than 5 files."


def test_two_entries_of_one_name_and_a_file_that_is_a_folder_are_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("top/a", "1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("top/a", "2")
        archive.writestr("top/a/b", "3")

    assert [error.message for error in errors_of(buffer.getvalue())] == [
        "The ZIP has two entries called top/a.",
        "The ZIP has top/a as a file and as a folder.",
    ]


def test_a_damaged_archive_is_refused() -> None:
    data = bytearray(mask_rcnn().zip())
    start = data.find(b"FROM nvcr") if b"FROM nvcr" in data else len(data) // 3
    data[start : start + 60] = b"\xff" * 60

    assert errors_of(bytes(data))
    assert errors_of(mask_rcnn().zip()[:-40])


def test_an_encrypted_entry_is_refused() -> None:
    data = bytearray(hostile("top/secret"))
    local, central = data.find(b"PK\x03\x04"), data.find(b"PK\x01\x02")
    data[local + 6] |= 1
    data[central + 8] |= 1

    assert [error.message for error in errors_of(bytes(data))] == ["The ZIP has an entry top/secret that is encrypted."]


def test_the_helpers_are_those_of_the_contract() -> None:
    assert set(HELPERS) <= set(mask_rcnn().files)
