"""Read Dockerfiles without running them: their instructions, what they copy, and where a file ends up.

Understands what the classic builder understands (continuation lines, comments between them, the ``escape`` directive,
JSON and shell forms, flags, variables of ARG and ENV) and steps over here-documents, which that builder lacks.
"""

from __future__ import annotations

import json
import posixpath
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from yard.executions.launchers.loader_variables import runs_code

DEFAULT_WORKDIR = "/workspace"
DIRECTIVE = re.compile(r"#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.*?)\s*$")
FLAG = re.compile(r"--([a-z][a-z-]*)(?:=(\S*))?(?:\s+|$)")
HEREDOC = re.compile(r"<<-?\s*([\"']?)([A-Za-z_][A-Za-z0-9_]*)\1")
MAX_VALUE_CHARACTERS = 4096
"""Of a variable, once others are filled in: ENV lines that each double the one before would fill any memory."""
VARIABLE = re.compile(r"\\(.)|\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+])([^}]*))?\})")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction of a Dockerfile.

    Attributes:
        line: Line it starts on, from 1.
        name: In capitals, e.g. ``COPY``.
        args: The words behind it, flags taken off. For shell forms (RUN, CMD, ENTRYPOINT without brackets) one word:
            the command line. For ENV and LABEL: ``key=value`` each.
        flags: ``--from=x`` as ``{"from": "x"}``.
        raw: The text as written, continuation lines included.
        json_form: Whether the words were given as a JSON list.
    """

    line: int
    name: str
    args: tuple[str, ...] = ()
    flags: Mapping[str, str] = field(default_factory=dict)
    raw: str = ""
    json_form: bool = False


@dataclass(frozen=True, slots=True)
class Copy:
    """A COPY or ADD from the build context, with its destination made absolute.

    Attributes:
        into_folder: Whether the destination is certainly a folder (it ends with ``/`` or there are several sources).
    """

    line: int
    sources: tuple[str, ...]
    destination: str
    into_folder: bool


# --- reading ------------------------------------------------------------------------------------------------------


def parse_dockerfile(text: str) -> list[Instruction]:
    """The instructions in order. Never fails: what is no instruction comes out with the name it seems to have."""
    return [_parse_instruction(line, logical, raw) for line, logical, raw in _logical_lines(text)]


def base_images(instructions: Iterable[Instruction]) -> list[tuple[int, str]]:
    """Line and name of every image the file starts FROM, stages of its own left out; ARGs before FROM are filled in."""
    variables: dict[str, str] = {}
    stages: set[str] = set()
    found = []
    for each in instructions:
        if each.name == "ARG":
            variables.update(_defaults(each))
        elif each.name == "FROM" and each.args:
            base = substitute(each.args[0], variables)
            if base.lower() not in stages:
                found.append((each.line, base))
            if len(each.args) == 3 and each.args[1].lower() == "as":
                stages.add(each.args[2].lower())
    return found


def copies(instructions: Iterable[Instruction], *, workdir: str = DEFAULT_WORKDIR) -> list[Copy]:
    """What the last stage copies out of the build context.

    Args:
        workdir: Working directory of the base image, for a file that sets none before copying.
    """
    found = []
    for each, scope in _with_scope(instructions, workdir):
        copy = _context_copy(each, scope)
        if copy is not None:
            found.append(copy)
    return found


def copy_sources(instructions: Iterable[Instruction]) -> list[tuple[int, str]]:
    """Line and path (or pattern) of everything any stage copies from the build context."""
    variables: dict[str, str] = {}
    found = []
    for each in instructions:
        if each.name in ("ARG", "ENV"):
            variables.update(_defaults(each))
        copy = _context_copy(each, _Scope(DEFAULT_WORKDIR, variables))
        if copy is not None:
            found += [(copy.line, source) for source in copy.sources]
    return found


def destination_of(text: str, filename: str, *, workdir: str = DEFAULT_WORKDIR) -> str:
    """Absolute path at which a file from the root of the build context lies in the image.

    The first COPY that takes the file decides, joined to the last WORKDIR before it. Where none does, the file is
    expected in the last WORKDIR's default, ``/workspace``.
    """
    for copy in copies(parse_dockerfile(text), workdir=workdir):
        for source in copy.sources:
            target = _file_target(copy, source, filename)
            if target is not None:
                return target
    return posixpath.join(DEFAULT_WORKDIR, filename)


def final_workdir(instructions: Iterable[Instruction], *, workdir: str = DEFAULT_WORKDIR) -> str:
    """Working directory of the finished image."""
    return _last_scope(instructions, workdir).workdir


def environment(instructions: Iterable[Instruction]) -> dict[str, str]:
    """Variables the last stage sets by ENV, but for those that make programs run code (``LD_PRELOAD``)."""
    found: dict[str, str] = {}
    for each, scope in _with_scope(instructions, DEFAULT_WORKDIR):
        if each.name == "ENV":
            found.update({name: scope.variables.get(name, "") for name in _defaults(each) if not runs_code(name)})
    return found


def entrypoint(instructions: Iterable[Instruction]) -> list[str]:
    """The last stage's ENTRYPOINT and CMD as one command; empty when it sets neither."""
    entry: list[str] | None = None
    shell_entry = False
    command: list[str] = []
    for each, _ in _with_scope(instructions, DEFAULT_WORKDIR):
        if each.name == "ENTRYPOINT":
            entry, shell_entry, command = _command(each), not each.json_form, []
        elif each.name == "CMD":
            command = _command(each)
    # A shell-form ENTRYPOINT takes no arguments from CMD.
    return (entry or []) + ([] if shell_entry else command)


def context_layout(
    instructions: Sequence[Instruction], context: Path, *, workdir: str = DEFAULT_WORKDIR
) -> dict[str, Path]:
    """Absolute path in the image → file of the context, for everything copied; later copies win. Links stay links."""
    found: dict[str, Path] = {}
    for copy in copies(instructions, workdir=workdir):
        places = [place for source in copy.sources for place in matches(context, source)]
        several = copy.into_folder or len(places) > 1
        for place in places:
            if place.is_dir() and not place.is_symlink():
                for file in _files_below(place):
                    found[posixpath.join(copy.destination, file.relative_to(place).as_posix())] = file
            else:
                target = posixpath.join(copy.destination, place.name) if several else copy.destination
                found[target] = place
    return found


# --- logical lines ------------------------------------------------------------------------------------------------


def _logical_lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Line number, joined text and raw text of each instruction."""
    lines = [line.rstrip("\r") for line in text.removeprefix("\ufeff").split("\n")]
    escape = _escape_character(lines)
    words = {line.strip() for line in lines}
    at = 0
    while at < len(lines):
        start = at
        if not lines[at].strip() or lines[at].lstrip().startswith("#"):
            at += 1
            continue
        parts = []
        while True:
            body = lines[at].rstrip()
            at += 1
            parts.append(body.removesuffix(escape))
            if not body.endswith(escape):
                break
            # Comments and empty lines between continued lines do not count.
            while at < len(lines) and (not lines[at].strip() or lines[at].lstrip().startswith("#")):
                at += 1
            if at >= len(lines):
                break
        joined = "".join(parts).strip()
        if not joined:
            continue
        at = _skip_heredocs(joined, lines, at, words)
        yield start + 1, joined, "\n".join(lines[start:at])


def _escape_character(lines: Sequence[str]) -> str:
    for line in lines:
        match = DIRECTIVE.match(line)
        if match is None:
            break
        if match[1].lower() == "escape" and match[2] in ("\\", "`"):
            return match[2]
    return "\\"


def _skip_heredocs(joined: str, lines: Sequence[str], at: int, words: Set[str]) -> int:
    if joined.split(None, 1)[0].upper() not in ("RUN", "COPY", "ADD"):
        return at
    for _, word in HEREDOC.findall(joined):
        # Not looked for where no line is like it: that would be all lines again for each such line.
        end = next((n for n in range(at, len(lines)) if lines[n].strip() == word), None) if word in words else None
        if end is None:  # no end: then it was something else that looked alike (a shift in a shell command, say)
            return at
        at = end + 1
    return at


def _parse_instruction(line: int, logical: str, raw: str) -> Instruction:
    name, _, rest = logical.replace("\t", " ").partition(" ")
    name, rest = name.upper(), logical[len(name) :].strip()
    flags: dict[str, str] = {}
    if name in ("FROM", "COPY", "ADD", "RUN", "HEALTHCHECK"):
        while match := FLAG.match(rest):
            flags[match[1]] = match[2] or ""
            rest = rest[match.end() :]
    if name in ("COPY", "ADD", "RUN", "CMD", "ENTRYPOINT", "SHELL", "VOLUME"):
        words = _json_words(rest)
        if words is not None:
            return Instruction(line, name, words, flags, raw, json_form=True)
    if name in ("RUN", "CMD", "ENTRYPOINT", "ONBUILD", "HEALTHCHECK"):
        return Instruction(line, name, (rest,) if rest else (), flags, raw)
    if name in ("ENV", "LABEL"):
        return Instruction(line, name, tuple(_pairs(rest)), flags, raw)
    if name == "WORKDIR":  # one path, spaces and all
        return Instruction(line, name, (_unquote(rest),) if rest else (), flags, raw)
    return Instruction(line, name, tuple(rest.split()), flags, raw)


def _json_words(rest: str) -> tuple[str, ...] | None:
    if not rest.startswith("["):
        return None
    try:
        words = json.loads(rest)
    except (ValueError, RecursionError):
        return None
    if isinstance(words, list) and all(isinstance(word, str) for word in words):
        return tuple(words)
    return None


def _pairs(rest: str) -> list[str]:
    """``k=v`` of ENV: either a list of ``k=v`` with quotes, or the old form ``k the whole rest``."""
    first, _, value = rest.partition(" ")
    if "=" not in first:
        return [f"{first}={value.strip()}"] if first else []
    try:
        return [word for word in shlex.split(rest) if "=" in word]
    except ValueError:  # an unclosed quote
        return [word for word in rest.split() if "=" in word]


def _unquote(word: str) -> str:
    return word[1:-1] if len(word) >= 2 and word[0] == word[-1] and word[0] in "\"'" else word


# --- variables, stages, working directories -----------------------------------------------------------------------


@dataclass
class _Scope:
    workdir: str
    variables: dict[str, str] = field(default_factory=dict)


def _with_scope(instructions: Iterable[Instruction], workdir: str) -> list[tuple[Instruction, _Scope]]:
    """Each instruction of the last stage with what holds after it."""
    found: list[tuple[Instruction, _Scope]] = []
    scope = _Scope(workdir)
    for each in instructions:
        if each.name == "FROM":
            found, scope = [], _Scope(workdir)
        elif each.name in ("ARG", "ENV"):
            new = {name: substitute(value, scope.variables) for name, value in _defaults(each).items()}
            scope = _Scope(scope.workdir, scope.variables | new)
        elif each.name == "WORKDIR" and each.args:
            place = substitute(each.args[0], scope.variables)
            scope = _Scope(_absolute(scope.workdir, place), scope.variables)
        found.append((each, scope))
    return found


def _last_scope(instructions: Iterable[Instruction], workdir: str) -> _Scope:
    scoped = _with_scope(instructions, workdir)
    return scoped[-1][1] if scoped else _Scope(workdir)


def _defaults(instruction: Instruction) -> dict[str, str]:
    pairs = (word.partition("=") for word in instruction.args)
    return {name: _unquote(value) for name, equals, value in pairs if equals}


def substitute(word: str, variables: Mapping[str, str]) -> str:
    """Fill in ``$X``, ``${X}``, ``${X:-default}`` and ``${X:+instead}``; unknown variables become empty.

    Words are cut at ``MAX_VALUE_CHARACTERS`` before and after.
    """

    def value_of(match: re.Match[str]) -> str:
        if match[1] is not None:
            return match[1] if match[1] == "$" else match[0]
        value = variables.get(match[2] or match[3], "")
        if match[4] in (":-", "-"):
            return value or match[5]
        if match[4] in (":+", "+"):
            return match[5] if value else ""
        return value

    return VARIABLE.sub(value_of, word[:MAX_VALUE_CHARACTERS])[:MAX_VALUE_CHARACTERS]


def _absolute(workdir: str, path: str) -> str:
    return "/" + posixpath.normpath(posixpath.join(workdir, path)).lstrip("/")


# --- copies -------------------------------------------------------------------------------------------------------


def _context_copy(instruction: Instruction, scope: _Scope) -> Copy | None:
    """The copy an instruction makes from the context; None for other instructions and other sources."""
    if instruction.name not in ("COPY", "ADD") or "from" in instruction.flags or len(instruction.args) < 2:
        return None
    words = [substitute(word, scope.variables) for word in instruction.args]
    remote = ("http://", "https://", "git@", "<<")
    sources = tuple(_tidy(word) for word in words[:-1] if not word.startswith(remote))
    if not sources:
        return None
    target = words[-1]
    into_folder = target.endswith(("/", "/.")) or target in (".", "") or len(words) > 2
    return Copy(instruction.line, sources, _absolute(scope.workdir, target), into_folder)


def _tidy(source: str) -> str:
    """A source relative to the context; ``..`` and leading slashes do not leave it."""
    return posixpath.normpath("/" + source).lstrip("/") or "."


def _file_target(copy: Copy, source: str, filename: str) -> str | None:
    """Where this copy puts a file of the context's root; None when it does not take it."""
    if source == ".":
        return posixpath.join(copy.destination, filename)
    if source == filename and not copy.into_folder:
        return copy.destination
    if source == filename or ("/" not in source and _pattern(source).fullmatch(filename)):
        return posixpath.join(copy.destination, filename)
    return None


def _pattern(source: str) -> re.Pattern[str]:
    """Go's ``filepath.Match`` for one path part: ``*``, ``?`` and ``[…]``.

    What stands between two stars is taken where it comes first, and never tried elsewhere (atomic groups), so that a
    pattern of many stars cannot take for ever.
    """
    runs: list[list[str]] = [[]]
    for piece in re.findall(r"\[[^\]/]+\]|\\.|.", source, flags=re.DOTALL):
        if piece == "*":
            runs.append([])
        elif piece == "?":
            runs[-1].append("[^/]")
        elif len(piece) > 2 and piece[0] == "[":
            inner = piece[1:-1]
            negated, inner = inner.startswith("^"), inner.removeprefix("^")
            ranges = re.escape(inner).replace(r"\-", "-")
            runs[-1].append(f"[{'^' if negated else ''}{ranges}]")
        else:
            runs[-1].append(re.escape(piece[-1]))
    first, *rest = ("".join(run) for run in runs)
    between = "".join(f"(?>[^/]*?{run})" for run in rest[:-1] if run)
    try:
        return re.compile(first + between + (f"[^/]*{rest[-1]}" if rest else ""))
    except re.error:  # a range from high to low
        return re.compile(re.escape(source))


def matches(context: Path, source: str) -> list[Path]:
    """Files and folders of the context that a source (a path or a pattern) names."""
    places = [context]
    for part in [] if source == "." else source.split("/"):
        pattern = _pattern(part)
        places = [
            each
            for place in places
            if place.is_dir() and not place.is_symlink()
            for each in sorted(place.iterdir())
            if each.name == part or pattern.fullmatch(each.name)
        ]
    return places


def _files_below(folder: Path) -> Iterator[Path]:
    """Files and links, at any depth; links are not followed."""
    for each in sorted(folder.iterdir()):
        if each.is_dir() and not each.is_symlink():
            yield from _files_below(each)
        else:
            yield each


def _command(instruction: Instruction) -> list[str]:
    if instruction.json_form:
        return list(instruction.args)
    return ["/bin/sh", "-c", instruction.args[0]] if instruction.args else []
