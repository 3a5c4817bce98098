"""The ``Dockerfile``: what it starts from, and that everything it copies is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from yard.blueprints.lint.report import Report
from yard.executions.launchers.dockerfile import (
    DIRECTIVE,
    Instruction,
    base_images,
    copies,
    copy_sources,
    matches,
    parse_dockerfile,
)
from yard.executions.launchers.loader_variables import runs_code

FILE = "docker/Dockerfile"
BASE_IMAGE_MAX = 300
SECRET = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL", re.IGNORECASE)
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
    _check_directives(text, report)
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
        if not matches(context, source):
            text = f"Line {line} copies {source[:200]!r}, which is not in the build context."
            hint = "The context holds the files of docker/ and the platform's helpers, all in one flat folder."
            report.error("missing_copy_source", text, file=FILE, at=(line, 1), hint=hint)


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
    for code, text in _doubts(each):
        report.warning(code, text, file=FILE, at=at)
    if each.name in {"COPY", "ADD"} and "from" not in each.flags:
        for word in each.args[:-1]:
            if ".." in word.split("/"):
                text = f"Line {each.line} copies {word[:200]!r}, which leaves the build context."
                report.error("copy_outside", text, file=FILE, at=at)


def _doubts(each: Instruction) -> Iterator[tuple[str, str]]:
    """Code and sentence of each thing that will surprise."""
    if each.name == "ADD" and any(word.startswith(("http://", "https://", "git@")) for word in each.args):
        yield "remote_add", "ADD fetches from the network at build time; what it brings may change from build to build."
    if each.flags.get("security") == "insecure" or "--privileged" in each.raw:
        yield "privileged", "Privileged steps are not allowed; builds and runs have no special rights here."
    if each.name == "RUN" and ({"mount", "network"} & each.flags.keys() or "<<" in each.raw.split("\n", 1)[0]):
        yield "needs_buildkit", "RUN --mount and here-documents need BuildKit; the classic builder refuses them."
    if each.name in {"COPY", "ADD"} and {"link", "chmod", "parents", "exclude"} & each.flags.keys():
        flags = f"Flags of {each.name} such as --chmod and --link need BuildKit; the classic builder refuses them."
        yield "needs_buildkit", flags
    if each.name == "ONBUILD":
        yield "onbuild", "ONBUILD has no effect in a train image."
    if each.name == "FROM" and each.args and each.args[0] == "scratch":
        yield "from_scratch", "FROM scratch starts from nothing: there is no Python in it, nor a shell."
    if each.name == "HEALTHCHECK" and each.args[:1] != ("NONE",):
        yield "healthcheck", "HEALTHCHECK has no effect: a training is watched by its log and its exit code."
    if each.name in {"ENV", "ARG"}:
        yield from _doubtful_variables(each)


def _doubtful_variables(each: Instruction) -> Iterator[tuple[str, str]]:
    for name, equals, value in (word.partition("=") for word in each.args):
        if each.name == "ENV" and runs_code(name):
            yield "loader_env", f"{name[:40]} makes programs load code; the process launcher leaves it out."
        if equals and value and SECRET.search(name):
            text = f"{name[:40]} looks like a secret, and whoever has the image can read it. Leave it out."
            yield "secret_in_image", text


def _check_directives(text: str, report: Report) -> None:
    for number, line in enumerate(text.split("\n")[:10], start=1):
        match = DIRECTIVE.match(line)
        if match is None:
            return
        if match[1].lower() == "syntax":
            text_ = f"The front end {match[2][:100]!r} is not used: images are made by the engine's own builder."
            report.warning("remote_frontend", text_, file=FILE, at=(number, 1))
