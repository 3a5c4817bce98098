"""Templates that somebody made to hurt, file by file: what the uploader reads, and what is taken all the same."""

from __future__ import annotations

import io
import json
import struct
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from tests.blueprints.replicas import mask_rcnn, zip_of
from yard.accounts.models import Project, User
from yard.blueprints.lint.arguments import check_arguments, read_arguments
from yard.blueprints.lint.dockerfile import base_image, check_dockerfile
from yard.blueprints.lint.report import Report
from yard.blueprints.services import UploadResult, template_upload
from yard.blueprints.validation import checked_upload
from yard.core.errors import InvalidInput
from yard.core.findings import Finding, Severity
from yard.executions.launchers import dockerfile

TOP = "train-container-publish"
BELOW = f"{TOP}/Torchvision/Instance Segmentation/Mask R-CNN"
HANGS_AFTER = 60.0


@pytest.fixture(autouse=True)
def _ends() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < HANGS_AFTER


def findings(data: bytes) -> list[Finding]:
    with checked_upload(io.BytesIO(data)) as result:
        return result.findings


def messages(data: bytes, severity: Severity = Severity.ERROR) -> list[str]:
    return [each.message for each in findings(data) if each.severity is severity]


def changed(name: str, text: str) -> bytes:
    replica = mask_rcnn()
    replica.files[name] = text
    return replica.zip()


def custom(**changes: Any) -> bytes:
    replica = mask_rcnn()
    replica.change_json("custom.json", **changes)
    return replica.zip()


# --- archives ---------------------------------------------------------------------------------------------------------


def named(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), b"x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("top/\u202etxt.exe", "top/?txt.exe"),
        ("top/a\u2066b", "top/a?b"),
        ("top/a\u200fb", "top/a?b"),
        ("top/a\tb", "top/a?b"),
        ("top/a\x9bb", "top/a?b"),
    ],
)
def test_a_name_that_shows_as_another_is_refused(name: str, shown: str) -> None:
    assert messages(named(name)) == [f"The ZIP has an entry {shown} that has control characters in its name."]


def test_a_name_cut_by_nul_is_refused() -> None:
    data = named("top/train.pyX.txt").replace(b"train.pyX.txt", b"train.py\0.txt")
    assert messages(data) == ["The ZIP has an entry top/train.py that has control characters in its name."]


@pytest.mark.parametrize(
    "names", [("train_a.py", "Train_A.py"), ("stra\u00dfe", "STRASSE"), ("caf\u00e9", "cafe\u0301")]
)
def test_names_that_other_machines_take_for_one_are_a_warning(names: tuple[str, str]) -> None:
    members = mask_rcnn().members()
    for name in names:
        members[f"{BELOW}/docker/{name}"] = "x"
    found = messages(zip_of(members), Severity.WARNING)
    assert [each for each in found if each.endswith("are one file on Windows and macOS.")]
    assert messages(zip_of(members)) == []


@pytest.mark.parametrize("name", ["豆.py", "naïve file.txt", "a'b\"c.py", "$(rm -rf ~).txt", "-rf", "a;b&c", "%s{}"])
def test_a_strange_name_that_can_be_shown_is_taken(name: str) -> None:
    members = {**mask_rcnn().members(), f"{BELOW}/docker/{name}": "x"}
    assert messages(zip_of(members)) == []


def test_entries_that_share_their_bytes_are_counted_each(settings: Settings) -> None:
    """An archive whose directory names one compressed megabyte a thousand times."""
    settings.TEMPLATE_MAX_UNPACKED_BYTES = 10 << 20
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("top/a000", bytes(range(256)) * 4096)
    data = buffer.getvalue()
    start = data.index(b"PK\x01\x02")
    entry, end = data[start : data.index(b"PK\x05\x06")], bytearray(data[data.index(b"PK\x05\x06") :])
    entries = b"".join(entry.replace(b"a000", b"a%03d" % number) for number in range(1000))
    struct.pack_into("<HHL", end, 8, 1000, 1000, len(entries))
    (message, *_) = messages(data[:start] + entries + bytes(end))
    assert "cannot be unpacked" in message or "is larger than 10 MiB" in message


@pytest.mark.parametrize("cut", [1, 22, 60, 200])
def test_a_cut_archive_is_refused(cut: int) -> None:
    (message,) = messages(mask_rcnn().zip()[:-cut])
    assert message.startswith("This is not a ZIP file that can be read:")


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_DEFLATED])
def test_a_bomb_of_any_kind_is_refused(kind: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        archive.writestr("top/zeros", b"\0" * (32 << 20))
    assert messages(buffer.getvalue()) == ["top/zeros is compressed suspiciously well, as in a ZIP bomb."]


def test_a_zip_inside_is_a_file_like_any_other() -> None:
    members = mask_rcnn().members()
    inner = zip_of({"../../evil": "x"})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
        archive.writestr(f"{BELOW}/docker/inner.zip", inner)
    assert messages(buffer.getvalue()) == []


@pytest.mark.parametrize("level", ["\u202eevil", "\u200b", "a\u00adb"])
def test_a_template_whose_name_cannot_be_seen_is_refused(level: str) -> None:
    data = zip_of({name.replace("Torchvision", level): text for name, text in mask_rcnn().members().items()})
    assert messages(data)


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "{{7*7}}", "javascript:alert(1)", "'; DROP TABLE x"])
def test_names_with_markup_are_names(owner: User, project: Project, name: str) -> None:
    data = zip_of({path.replace("Mask R-CNN", name): text for path, text in mask_rcnn().members().items()})
    found = template_upload(user=owner, project=project, file=io.BytesIO(data), filename="x.zip")
    assert found.blueprint.architecture == name


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_a_sentence(data: bytes) -> None:
    assert messages(data)


GOOD = mask_rcnn().zip()


def try_archive(data: bytes) -> None:
    for each in findings(data):
        json.dumps(each.as_dict()).encode()
        assert each.message


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=6))
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_any_damage_to_an_archive_is_told_or_harmless(damage: list[tuple[int, int]]) -> None:
    data = bytearray(GOOD)
    for place, value in damage:
        data[place] = value
    try_archive(bytes(data))


@pytest.mark.soak
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=12))
@settings(max_examples=2000, suppress_health_check=list(HealthCheck))
def test_any_damage_to_an_archive_is_told_or_harmless_for_long(damage: list[tuple[int, int]]) -> None:
    data = bytearray(GOOD)
    for place, value in damage:
        data[place] = value
    try_archive(bytes(data))


# --- custom.json and presets.json -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/train/*.pt", "must be one path; patterns (*, ?, [) are not expanded"),
        ("/train/model[1].pt", "must be one path; patterns (*, ?, [) are not expanded"),
        ("/train/a\nb.pt", "must not hold control characters"),
        ("/train/\u202ept.model", "must not hold control characters"),
        ("/train/../../etc/shadow", "must not hold '..'"),
        ("/proc/self/environ", "must lie where a training can write, e.g. /train/model.pt"),
        ("/dev/zero", "must lie where a training can write, e.g. /train/model.pt"),
        ("/run/trainyard/token", "must lie where a training can write, e.g. /train/model.pt"),
        ("/minio/datasets/1/annotations/annotations.xml", "must lie where a training can write, e.g. /train/model.pt"),
        ("//", "must name a file or a folder of its own"),
        ("~/model.pt", "must be absolute, e.g. /train/model.pt"),
        ("C:\\model.pt", "must be absolute, e.g. /train/model.pt"),
        ("/" + "x" * 600, "must have at most 500 characters"),
    ],
)
def test_a_model_path_outside_of_the_training_is_refused(path: str, problem: str) -> None:
    assert messages(custom(model_filepath=path)) == [f"model_filepath {problem}; it is {path[:200]!r}."]


@pytest.mark.parametrize(
    "path", ["/train/model.pt", "/train/saved model/", "/train/a..b.pt", "/train/$(x).pt", "/processed/x", "/runs/é.pt"]
)
def test_a_model_path_of_the_training_is_taken(path: str) -> None:
    assert messages(custom(model_filepath=path)) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"score_name": "a\nb"}, "score_name must be one line of text without control characters."),
        ({"metrics": {"a\x1bb": "(a)"}}, "The name of a metric must have 1 to 200 characters that can be seen."),
        ({"metrics": {f"m{n}": "(a)" for n in range(60)}}, "'metrics' names more than 50 metrics."),
        ({"task_types": ["x"] * 30}, "'task_types' must be at most 20 words of at most 100 characters."),
        ({"task_types": ["x" * 200]}, "'task_types' must be at most 20 words of at most 100 characters."),
        ({"score_regexp": "(a)" * 100_000}, "score_regexp: The pattern is longer than 2000 characters."),
        ({"score_regexp": "(" * 1000 + ")" * 1000}, "score_regexp: The pattern is nested too deeply; make it simpler."),
        ({"score_regexp": "(?P<a>x)(?P<a>y)"}, "score_regexp: The pattern is not a regular expression: redefinition"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_hostile_custom_json_is_refused(change: dict[str, Any], message: str) -> None:
    assert [each for each in messages(custom(**change)) if each.startswith(message)], messages(custom(**change))


def test_a_score_pattern_of_hundreds_of_groups_is_taken() -> None:
    assert messages(custom(score_regexp=r"Accuracy (\d+)" + "(x)?" * 450)) == []


@pytest.mark.parametrize("text", ["$(rm -rf /)", "`id`", "a'b\"c", "a\nb", "--flag", "; shutdown", "${HOME}", "*"])
def test_presets_with_shell_text_are_kept_as_they_are(upload: Callable[..., UploadResult], text: str) -> None:
    replica = mask_rcnn()
    replica.change_json("presets.json", **{"output-dir": text})
    assert upload(replica).version.presets["output-dir"] == text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.jsonschema", '"text"'),
        ("config.jsonschema", "true"),
        ("config.jsonschema", "null"),
        ("custom.json", "null"),
        ("presets.json", "[1]"),
        ("presets.json", '{"a": ' + "9" * 5000 + "}"),
        ("presets.json", '{"a": 1e400}'),
        ("presets.json", '{"\\ud800": 1}'),
        ("presets.json", "{" + ",".join(f'"k{n}": 1' for n in range(90_000)) + "}"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_json_that_is_not_what_it_should_be_is_refused(name: str, content: str) -> None:
    assert any(each.startswith(f"config/{name} ") for each in messages(changed(name, content)))


# --- args.py ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "-" * 200_000 + "1",
        "a" + ".b" * 100_000,
        "f" + "()" * 100_000,
        "1" + "+1" * 100_000,
        "not " * 100_000 + "a",
        "lambda:" * 50_000 + "1",
        "1 if 1 else " * 40_000 + "1",
        "if 1: pass\n" + "elif 1: pass\n" * 40_000,
        "[" * 5000 + "]" * 5000,
        'f"' + "{" * 2001,
        "# -*- coding: nonsense -*-\nx = (",
        "\x00",
    ],
    ids=lambda text: ascii(text[:16]),
)
def test_python_that_breaks_parsers_is_a_syntax_error(text: str) -> None:
    with pytest.raises(SyntaxError):
        read_arguments(text)


@pytest.mark.parametrize(
    "call",
    [
        "p.add_argument('--a', default=0x" + "f" * 20_000 + ")",
        "p.add_argument('--a', default=1j, type=int)",
        "p.add_argument('--a', default=b'\\xff')",
        "p.add_argument(*['--a'], **{})",
        "p.add_argument('--a', nargs=...)",
        "p.add_argument('--a\\ud800', '--a\\0')",
        "# -*- coding: latin-1 -*-\np.add_argument('--a')",
        "class p:\n  add_argument = print\np.add_argument('--a')",
    ],
    ids=ascii,
)
def test_strange_calls_are_read_and_what_is_told_of_them_can_be_stored(call: str) -> None:
    report = Report()
    check_arguments(call, {"a": {"type": "integer"}, "b": {"type": "string"}}, {}, report)
    for each in report.findings:
        json.dumps(each.as_dict(), ensure_ascii=False).encode()
        assert "\0" not in each.message + each.hint


@given(st.text(max_size=100) | st.text(alphabet="p.add_argument('--a',type=int)\n =[]{}lambda:", max_size=100))
def test_any_text_is_python_or_a_syntax_error(text: str) -> None:
    report = Report()
    check_arguments(text.replace("\0", ""), {"a": {}}, {"b": 1}, report)
    for each in report.findings:
        json.dumps(each.as_dict(), ensure_ascii=False).encode()


# --- Dockerfiles ------------------------------------------------------------------------------------------------------


def lines(text: str, folder: Path) -> list[str]:
    (folder / "train.py").touch()
    (folder / "train_config.json").touch()
    report = Report()
    check_dockerfile(text, folder, report)
    return [f"{each.severity}: {each.message}" for each in report.findings]


REST = 'COPY train.py train_config.json ./\nCMD ["python", "train.py"]\n'


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("COPY ../secret /x", "error: Line 2 copies '../secret', which leaves the build context."),
        ("COPY a/../../train.py /x", "error: Line 2 copies 'a/../../train.py', which leaves the build context."),
        ("ADD http://169.254.169.254/latest /x", "warning: ADD fetches from the network at build time; what it brings"),
        ("ADD https://example.org/x.tar.gz /x", "warning: ADD fetches from the network at build time; what it brings"),
        ("RUN --security=insecure id", "warning: Privileged steps are not allowed; builds and runs have no special"),
        (
            "# docker run --privileged\nRUN echo --privileged",
            "warning: Privileged steps are not allowed; builds and runs",
        ),
        ("RUN --mount=type=secret,id=x cat /run/secrets/x", "warning: RUN --mount and here-documents need BuildKit"),
        ("RUN --mount=type=bind,source=/,target=/host ls", "warning: RUN --mount and here-documents need BuildKit"),
        ("RUN --mount=type=ssh git clone x", "warning: RUN --mount and here-documents need BuildKit"),
        ("RUN --network=host curl x", "warning: RUN --mount and here-documents need BuildKit"),
        ("RUN <<EOF\nrm -rf /\nEOF", "warning: RUN --mount and here-documents need BuildKit"),
        ("ONBUILD RUN id", "warning: ONBUILD has no effect in a train image."),
        ("HEALTHCHECK CMD curl x", "warning: HEALTHCHECK has no effect: a training is watched by its log"),
        ("ENV LD_PRELOAD=/workspace/evil.so", "warning: LD_PRELOAD makes programs load code; the process launcher"),
        ("ENV AWS_SECRET_ACCESS_KEY=abc", "warning: AWS_SECRET_ACCESS_KEY looks like a secret"),
        ("ARG GITHUB_TOKEN=abc", "warning: GITHUB_TOKEN looks like a secret"),
        ("INCLUDE x", "error: Line 2 begins with 'INCLUDE', which is no instruction of a Dockerfile."),
        ("COPY train_*_?.py*[ /x", "error: Line 2 copies 'train_*_?.py*[', which is not in the build context."),
        ("COPY **/**/**/**/**/**/**/**/**/x /x", "error: Line 2 copies '**/**/**/**/**/**/**/**/**/x', which is not"),
    ],
)
def test_a_line_that_hurts_is_told(tmp_path: Path, line: str, finding: str) -> None:
    found = lines(f"FROM python:3.11\n{line}\n{REST}", tmp_path)
    assert [each for each in found if each.startswith(finding)], found


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            f"# syntax=evil.example/frontend:1\nFROM x\n{REST}",
            "warning: The front end 'evil.example/frontend:1' is not",
        ),
        (f"FROM scratch\n{REST}", "warning: FROM scratch starts from nothing: there is no Python in it, nor a shell."),
        (f"ARG BASE\nFROM $BASE\n{REST}", "error: FROM names no image once its variables are filled in."),
        (f"FROM\n{REST}", "error: FROM names no image."),
        (f"RUN id\nFROM x\n{REST}", "error: RUN stands before FROM; only ARG may."),
        ("", "error: The Dockerfile has no FROM, so there is nothing to build on."),
    ],
)
def test_a_beginning_that_hurts_is_told(tmp_path: Path, text: str, finding: str) -> None:
    assert [each for each in lines(text, tmp_path) if each.startswith(finding)], lines(text, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        f"FROM python@sha256:{'0' * 64}\n{REST}",
        f"FROM registry.example.org:5000/team/base:1.2 AS base\n{REST}",
        f"ARG TAG=3.11\nFROM --platform=linux/amd64 python:${{TAG:-3}}\n{REST}",
        f"FROM a AS one\nFROM b\nCOPY --from=one /x /x\n{REST}",
        f"FROM x\nUSER root\nVOLUME /train\nSTOPSIGNAL SIGINT\nEXPOSE 80\nLABEL a=b\n{REST}",
        f'FROM x\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN a \\\n  && b\n{REST}',
        f"# escape=`\nFROM x\nRUN a `\n  b\n{REST}",
        f"FROM x\nENV A=1 B='two words' PATH=/x:$PATH\nHEALTHCHECK NONE\nARG TOKEN\n{REST}",
        f"FROM x\nCOPY --chown=1000:1000 train*.py ./\n{REST}",
        f"FROM x\nCOPY ./train.py /x/..hidden\n{REST}",
        f"\ufeffFROM x\r\n{REST}",
    ],
)
def test_what_a_good_dockerfile_does_is_taken_without_a_word(tmp_path: Path, text: str) -> None:
    assert lines(text, tmp_path) == []


@pytest.mark.parametrize(
    "text",
    [
        "FROM x\nENV A=xxxxxxxxxx\n" + "ENV A=$A$A$A$A$A$A\n" * 2000,
        "ARG A=x\n" + "ARG A=$A$A\n" * 64 + "FROM $A\n",
        "FROM x\n" + "".join(f"ENV A{number}=x\n" for number in range(4000)),
        "FROM x\nENV A=" + "${a-" * 15_000,
        "FROM x\n" + "RUN <<A\n" * 8000,
        "FROM x\nCOPY " + "*?" * 2000 + " x\n",
        "FROM x\nCOPY " + "*a" * 30 + "b x\n",
        "FROM x\nCOPY " + "**/" * 5000 + "a b\n",
        "FROM x\nRUN " + "\\\n" * 30_000,
        "FROM x\nENV " + 'a="b\\" ' * 9000,
        "FROM x\nRUN " + "[" * 60_000,
    ],
    ids=lambda text: ascii(text[:30]),
)
def test_a_dockerfile_that_makes_parsers_work_for_ever_is_read_soon(tmp_path: Path, text: str) -> None:
    (tmp_path / ("a" * 200)).touch()
    assert len(text) <= 64 << 10
    lines(text, tmp_path)
    instructions = dockerfile.parse_dockerfile(text)
    dockerfile.destination_of(text, "train_config.json")
    assert all(len(value) <= 4096 for value in dockerfile.environment(instructions).values())
    assert len(base_image(text)) <= 300


def test_a_dockerfile_that_is_too_long_is_refused() -> None:
    assert messages(changed("Dockerfile", "FROM x\n" + "#" * (64 << 10))) == [
        "docker/Dockerfile is larger than 64 KiB."
    ]


def test_variables_that_run_code_do_not_reach_the_programs_that_make_a_sandbox(
    upload: Callable[..., UploadResult],
) -> None:
    names = ["LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "GLIBC_TUNABLES", "BASH_ENV", "GCONV_PATH", "PYTHONSTARTUP"]
    pairs = "".join(f"{name}=/workspace/evil\n" for name in names)
    text = "FROM x\n" + "".join(f"ENV {line}\n" for line in pairs.split()) + "ENV GOOD=1 PYTHONPATH=/x\n"
    assert dockerfile.environment(dockerfile.parse_dockerfile(text)) == {"GOOD": "1", "PYTHONPATH": "/x"}
    replica = mask_rcnn()
    replica.files[".env"] = f"{pairs}MODE=fast\n"
    version = upload(replica).version
    assert version.environment == {"MODE": "fast"}
    assert [each for each in version.findings if each["message"].startswith("LD_PRELOAD is not passed on")]


def try_dockerfile(text: str) -> None:
    instructions = dockerfile.parse_dockerfile(text)
    dockerfile.copies(instructions)
    dockerfile.copy_sources(instructions)
    dockerfile.environment(instructions)
    dockerfile.entrypoint(instructions)
    assert dockerfile.destination_of(text, "train_config.json").startswith("/")
    assert dockerfile.final_workdir(instructions).startswith("/")


WORDS = ["FROM", "COPY", "ENV", "ARG", "RUN", "WORKDIR", "ENTRYPOINT", "ONBUILD", "${A:-x}", "$A", "A=1", "--from=a"]
WORDS += ["*", "[", "..", "/", "\\", "\n", '["a"]', "<<EOF", "EOF", "# escape=`", "`", '"', "'", "a", " ", "as", "\t"]
WORDS += ["\r", "\ufeff"]


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=40).map(" ".join))
def test_any_text_is_read_as_a_dockerfile(text: str) -> None:
    try_dockerfile(text)


@pytest.mark.soak
@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=60).map(" ".join))
@settings(max_examples=50_000)
def test_any_text_is_read_as_a_dockerfile_for_long(text: str) -> None:
    try_dockerfile(text)


def test_nothing_is_left_of_what_was_refused(upload: Callable[..., UploadResult], settings: Settings) -> None:
    replica = mask_rcnn()
    replica.files["presets.json"] = "["
    with pytest.raises(InvalidInput):
        upload(replica)
    assert not [file for file in Path(settings.STORAGE_DIR).rglob("*") if file.is_file()]
