"""Checking a whole template, and keeping what the checks learned of it."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from yard.blueprints import archive, context
from yard.blueprints.layout import TemplateName, check_tree, find_template
from yard.blueprints.lint import arguments, custom, dockerfile, environment
from yard.blueprints.lint import schema as schema_lint
from yard.blueprints.lint.json_source import JsonSource, json_source
from yard.blueprints.lint.report import Report
from yard.blueprints.schemas import properties_of, resolved, schema_defaults
from yard.core.findings import Finding

PACKAGE_FOLDER = "train-container-publish"
README_MAX_CHARACTERS = 256 << 10
TEXT_MAX_BYTES = 1 << 20
SCHEMA_FILE, CUSTOM_FILE, PRESETS_FILE = "config/config.jsonschema", "config/custom.json", "config/presets.json"
_TASKS = {
    "instance segmentation": "instance_segmentation",
    "semantic segmentation": "semantic_segmentation",
    "segmentation": "instance_segmentation",
    "detection": "object_detection",
    "classification": "classification",
}


@dataclass(frozen=True, slots=True)
class CheckedTemplate:
    """A template that passed; its two files live as long as the check's ``with`` block.

    Attributes:
        context: The build context as a tar, ``context_digest`` its SHA-256.
        package: The template as a ZIP in the published layout.
        content_digest: Of names and files, without the platform's helpers.
    """

    name: TemplateName
    config_schema: Mapping[str, Any]
    presets: Mapping[str, Any]
    custom: Mapping[str, Any]
    environment: Mapping[str, str]
    dockerfile: str
    base_image: str
    readme: str
    task_types: list[str]
    context: Path
    context_digest: str
    package: Path
    content_digest: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check found; ``template`` is None when the findings hold an error."""

    template: CheckedTemplate | None
    findings: list[Finding]


@contextmanager
def checked_upload(file: BinaryIO) -> Iterator[CheckResult]:
    """Check an uploaded ZIP, which must be seekable. Never raises for what is in it."""
    report = Report()
    with tempfile.TemporaryDirectory(prefix="trainyard-template-") as scratch:
        unpacked = Path(scratch, "unpacked")
        unpacked.mkdir()
        template = None
        if archive.unpack(file, unpacked, report):
            found = find_template(unpacked, report)
            if found is not None:
                check_tree(found.root, "common.json", "", report)
                package = Path(scratch, "package.zip")
                template = _check(found.name, found.folder, Path(scratch), report, package)
                if template is not None:
                    _copy(file, package)
        yield CheckResult(template, report.findings)


@contextmanager
def checked_folder(folder: Path, name: TemplateName) -> Iterator[CheckResult]:
    """Check a template that lies unpacked in a folder (a bundled one); its package is made here."""
    report = Report()
    with tempfile.TemporaryDirectory(prefix="trainyard-template-") as scratch:
        package = Path(scratch, "package.zip")
        template = _check(name, folder, Path(scratch), report, package)
        if template is not None:
            _make_package(folder, name, package)
        yield CheckResult(template, report.findings)


def _copy(file: BinaryIO, target: Path) -> None:
    file.seek(0)
    with target.open("wb") as copy:
        while part := file.read(1 << 20):
            copy.write(part)


def _make_package(folder: Path, name: TemplateName, target: Path) -> None:
    """A ZIP as package.sh makes it, the same bytes for the same content."""
    below = f"{PACKAGE_FOLDER}/{name.provider}/{name.category}/{name.architecture}"
    members = [(f"{below}/{file.relative_to(folder).as_posix()}", file) for file in context.files_in(folder)]
    for helpers in ("common", "datasets"):
        source = settings.TRAIN_TEMPLATES_DIR / helpers
        members += [
            (f"{PACKAGE_FOLDER}/{file.relative_to(source).as_posix()}", file) for file in context.files_in(source)
        ]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for member, file in sorted(members):
            info = zipfile.ZipInfo(member, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o100755 if file.stat().st_mode & 0o100 else 0o100644) << 16
            package.writestr(info, file.read_bytes())


def _check(name: TemplateName, folder: Path, scratch: Path, report: Report, package: Path) -> CheckedTemplate | None:
    check_tree(folder, "template.json", "", report)
    sources = {file: json_source(folder / file, file, report) for file in _present(folder)}
    schema, custom_json, presets = (sources.get(file) for file in (SCHEMA_FILE, CUSTOM_FILE, PRESETS_FILE))
    properties = _check_configs(schema, custom_json, presets, report)
    limit = settings.TEMPLATE_DOCKERFILE_MAX_BYTES
    text = _text(folder / "docker" / "Dockerfile", dockerfile.FILE, report, limit)
    pairs = _environment(folder, report)
    _check_args(folder, properties, presets, report)
    if schema is None or custom_json is None or presets is None or text is None or not _is_complete(folder):
        return None
    built = scratch / "context"
    built.mkdir()
    # A schema that failed may not be followed: its references could be endless.
    defaults = {} if properties is None else schema_defaults(schema.value)
    context.assemble(folder, built, defaults=defaults, report=report)
    dockerfile.check_dockerfile(text, built, report)
    if report.failed:
        return None
    tar = scratch / "context.tar"
    with tar.open("w+b") as target:
        digest = context.pack(built, target)
    return CheckedTemplate(
        name=name,
        config_schema=schema.value,
        presets=presets.value,
        custom=custom_json.value,
        environment=pairs,
        dockerfile=text,
        base_image=dockerfile.base_image(text),
        readme=_readme(folder),
        task_types=custom_json.value.get("task_types") or _task_types(name.category),
        context=tar,
        context_digest=digest,
        package=package,
        content_digest=context.content_digest(folder, (name.provider, name.category, name.architecture)),
    )


def _present(folder: Path) -> list[str]:
    return [file for file in (SCHEMA_FILE, CUSTOM_FILE, PRESETS_FILE) if (folder / file).is_file()]


def _is_complete(folder: Path) -> bool:
    return (folder / "docker").is_dir()


def _check_configs(
    schema: JsonSource | None, custom_json: JsonSource | None, presets: JsonSource | None, report: Report
) -> dict[str, Any] | None:
    """The form's properties; None when the schema is of no use."""
    properties = None
    if schema is not None and schema_lint.check_schema(schema, report):
        found = properties_of(schema.value)
        properties = {key: resolved(node, schema.value) for key, node in found.items()}
    if custom_json is not None:
        custom.check_custom(custom_json, report)
    if presets is not None:
        custom.check_presets(presets, set(properties or ()), report)
    return properties


def _check_args(folder: Path, properties: dict[str, Any] | None, presets: JsonSource | None, report: Report) -> None:
    if properties is None or presets is None or not isinstance(presets.value, dict):
        return
    file = folder / "docker" / "args.py"
    text = _text(file, arguments.FILE, report) if file.is_file() else None
    if text is not None or not file.exists():
        arguments.check_arguments(text, properties, presets.value, report)


def _environment(folder: Path, report: Report) -> dict[str, str]:
    file = folder / "docker" / context.ENVIRONMENT_FILE
    text = _text(file, environment.FILE, report) if file.is_file() else None
    return environment.read_environment(text, report) if text else {}


def _text(file: Path, shown: str, report: Report, limit: int = TEXT_MAX_BYTES) -> str | None:
    """The file's text; None when it is absent (reported elsewhere) or no text (reported here)."""
    if not file.is_file():
        return None
    if file.stat().st_size > limit:
        report.error("long_file", f"{shown} is larger than {limit >> 10} KiB.", file=shown)
        return None
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        report.error("not_text", f"{shown} is not UTF-8 text (byte {error.start}).", file=shown)
        return None
    if "\0" in text:
        report.error("not_text", f"{shown} holds a NUL character.", file=shown)
        return None
    return text


def _readme(folder: Path) -> str:
    for place in (folder, folder / "docker"):
        for file in sorted(place.iterdir()):
            if file.is_file() and file.name.lower() in {"readme.md", "readme", "readme.txt"}:
                with file.open("rb") as content:
                    text = content.read(README_MAX_CHARACTERS).decode("utf-8", "replace")
                return text.replace("\0", "")
    return ""


def _task_types(category: str) -> list[str]:
    lowered = category.lower()
    return next(([task] for words, task in _TASKS.items() if words in lowered), [])
