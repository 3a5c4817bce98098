"""The ``Dockerfile``: what it starts from, and that everything it copies is there."""

from __future__ import annotations

from pathlib import Path

from yard.blueprints.lint.report import Report
from yard.executions.launchers.dockerfile import (
    Instruction,
    base_images,
    copies,
    copy_sources,
    parse_dockerfile,
)

FILE = "docker/Dockerfile"
BASE_IMAGE_MAX = 300
KNOWN_INSTRUCTIONS = frozenset(
    {
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
        "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    }
)  # fmt: skip


def check_dockerfile(text: str, context: Path, report: Report) -> None:
    """Report what is wrong with the Dockerfile.

    Args:
        context: The assembled build context: helpers, the template's files, default configs.
    """
    instructions = parse_dockerfile(text)
    _check_instructions(instructions, report)
    _check_base(instructions, report)
    _check_sources(instructions, context, report)
    _check_entrypoint(instructions, report)
    _check_config(instructions, report)
    for each in instructions:
        _check_doubtful(each, report)


def base_image(text: str) -> str:
    """The image that the last stage is made from; empty when there is none."""
    images = base_images(parse_dockerfile(text))
    return images[-1][1][:BASE_IMAGE_MAX] if images else ""


def declares_argument(text: str, name: str) -> bool:
    """Whether the Dockerfile has ``ARG name``."""
    return any(
        each.name == "ARG" and any(word.partition("=")[0] == name for word in each.args)
        for each in parse_dockerfile(text)
    )


def _check_instructions(instructions: list[Instruction], report: Report) -> None:
    for each in instructions:
        if each.name not in KNOWN_INSTRUCTIONS:
            text = f"Line {each.line} begins with {each.name[:40]!r}, which is no instruction of a Dockerfile."
            report.error("unknown_instruction", text, file=FILE, at=(each.line, 1))


def _check_base(instructions: list[Instruction], report: Report) -> None:
    froms = [each for each in instructions if each.name == "FROM"]
    if not froms:
        report.error("no_from", "The Dockerfile has no FROM, so there is nothing to build on.", file=FILE, at=(1, 1))
        return
    first = next(each for each in instructions if each.name != "ARG")
    if first.name != "FROM" and first.name in KNOWN_INSTRUCTIONS:
        text = f"{first.name} stands before FROM; only ARG may."
        report.error("before_from", text, file=FILE, at=(first.line, 1))
    for each in froms:
        if not each.args:
            report.error("no_from", "FROM names no image.", file=FILE, at=(each.line, 1))
    for line, name in base_images(instructions):
        if not name or len(name) > BASE_IMAGE_MAX:
            text = "FROM names no image once its variables are filled in."
            report.error("no_from", text, file=FILE, at=(line, 1))


def _check_sources(instructions: list[Instruction], context: Path, report: Report) -> None:
    for line, source in copy_sources(instructions):
        if not _exists(context, source):
            text = f"Line {line} copies {source[:200]!r}, which is not in the build context."
            hint = "The context holds the files of docker/ and the platform's helpers, all in one flat folder."
            report.error("missing_copy_source", text, file=FILE, at=(line, 1), hint=hint)


def _exists(context: Path, source: str) -> bool:
    if source == ".":
        return True
    if (context / source).exists():
        return True
    try:
        return any(True for _ in context.glob(source))
    except (ValueError, NotImplementedError, IndexError):
        return False


def _check_entrypoint(instructions: list[Instruction], report: Report) -> None:
    if not any(each.name in {"ENTRYPOINT", "CMD"} for each in instructions):
        text = "The Dockerfile sets neither ENTRYPOINT nor CMD; whatever its base image starts will run."
        report.warning("no_entrypoint", text, file=FILE)


def _check_config(instructions: list[Instruction], report: Report) -> None:
    takes = any(
        source == "." or source.rsplit("/", 1)[-1] == "train_config.json" or "*" in source
        for copy in copies(instructions)
        for source in copy.sources
    )
    if not takes:
        text = "No COPY takes train_config.json; the values of the form are put into /workspace then."
        report.warning("config_not_copied", text, file=FILE)


def _check_doubtful(each: Instruction, report: Report) -> None:
    at = (each.line, 1)
    if each.name == "ADD" and any(word.startswith(("http://", "https://", "git@")) for word in each.args):
        text = "ADD fetches from the network at build time; what it brings may change from build to build."
        report.warning("remote_add", text, file=FILE, at=at)
    if each.flags.get("security") == "insecure" or "--privileged" in each.raw:
        text = "Privileged steps are not allowed; builds and runs have no special rights here."
        report.warning("privileged", text, file=FILE, at=at)
    if each.name == "RUN" and ("mount" in each.flags or "<<" in each.raw.split("\n", 1)[0]):
        text = "RUN --mount and here-documents need BuildKit; the classic builder refuses them."
        report.warning("needs_buildkit", text, file=FILE, at=at)
    if each.name in {"COPY", "ADD"} and {"link", "chmod", "parents", "exclude"} & each.flags.keys():
        text = f"Flags of {each.name} such as --chmod and --link need BuildKit; the classic builder refuses them."
        report.warning("needs_buildkit", text, file=FILE, at=at)
    if each.name == "ONBUILD":
        report.warning("onbuild", "ONBUILD has no effect in a train image.", file=FILE, at=at)
