"""``args.py``: knows every key that the platform passes. Read as a syntax tree; it is never run."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from yard.blueprints.lint.report import Report

FILE = "docker/args.py"
RESERVED_KEYS = frozenset({"train-split", "test-split"})
_FLAG_ACTIONS = {"store_true", "store_false", "store_const", "append_const", "count", "BooleanOptionalAction"}
_MAX_CHARACTERS = 512 << 10


@dataclass(slots=True)
class Option:
    """One ``add_argument`` call: what it is called, and what it takes."""

    line: int
    names: list[str]
    settings: dict[str, str] = field(default_factory=dict)
    true_by_default: bool = False

    @property
    def is_flag(self) -> bool:
        """Whether it takes no value."""
        return self.settings.get("action", "") in _FLAG_ACTIONS

    @property
    def takes_nothing_too(self) -> bool:
        """Whether it may stand without a value."""
        return self.is_flag or self.settings.get("nargs", "") in {"?", "*"}


@dataclass(slots=True)
class ArgumentParserFacts:
    """What the file says about its options.

    Attributes:
        complete: False when some option's name is computed, or unknown options are accepted; then nothing is missing.
    """

    options: dict[str, Option]
    complete: bool = True


def read_arguments(text: str) -> ArgumentParserFacts:
    """The options of the argument parser in a Python file. Raises ``SyntaxError`` when it is no Python."""
    if len(text) > _MAX_CHARACTERS:
        raise SyntaxError("the file is too long to be read")
    try:
        tree = ast.parse(text)
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(f"the file cannot be read: {error}") from error
    facts = ArgumentParserFacts({})
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "add_argument":
                _note_option(node, facts)
            elif node.func.attr == "parse_known_args":
                facts.complete = False
    return facts


def _note_option(call: ast.Call, facts: ArgumentParserFacts) -> None:
    names = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if len(names) != len(call.args) or not names:
        facts.complete = False
    option = Option(call.lineno, names)
    for keyword in call.keywords:
        if keyword.arg is None:
            facts.complete = False
        else:
            option.settings[keyword.arg] = _word(keyword.value)
            if keyword.arg == "default" and isinstance(keyword.value, ast.Constant):
                option.true_by_default = keyword.value.value is True
    for name in names:
        facts.options[name] = option


def _word(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        # Of a number only that it is one matters, and Python refuses to write very long ones.
        return str(node.value) if isinstance(node.value, str | bool | None) else ""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def check_arguments(
    text: str | None, properties: Mapping[str, Any], presets: Mapping[str, Any], report: Report
) -> None:
    """Report every key that ``args.py`` does not know, and every option that will not take what the form sends.

    Args:
        text: The file, None when the template has none (then train.py reads its arguments in its own way).
        properties: The form's, references resolved.
        presets: Of ``presets.json``.
    """
    if text is None:
        _check_without_parser(properties, report)
        return
    try:
        facts = read_arguments(text)
    except SyntaxError as error:
        at = (error.lineno or 1, error.offset or 1)
        report.error("bad_args_py", f"args.py is not valid Python: {error.msg}.", file=FILE, at=at)
        return
    for key, source in {**dict.fromkeys(presets, "presets.json"), **dict.fromkeys(properties, "the form")}.items():
        if key not in RESERVED_KEYS:
            _check_key(key, source, facts, properties.get(key), presets.get(key), report)
    if not facts.complete:
        text_ = "Not every option of args.py can be read without running it, so missing ones are not reported."
        report.info("args_unclear", text_, file=FILE)


def _check_without_parser(properties: Mapping[str, Any], report: Report) -> None:
    for key, node in properties.items():
        if isinstance(node, Mapping) and node.get("type") == "boolean" and node.get("default") is True:
            text = f"{key!r} is on by default, but false is never passed: switching it off only leaves it out."
            report.warning("false_is_not_passed", text, file="config/config.jsonschema")


def _check_key(  # noqa: PLR0917
    key: str, source: str, facts: ArgumentParserFacts, node: Any, preset: Any, report: Report
) -> None:
    option = facts.options.get(f"--{key}")
    if option is None:
        _report_unknown(key, source, facts, preset, report)
        return
    at = (option.line, 1)
    for problem in _type_problems(key, option, node):
        report.warning("argument_type", problem, file=FILE, at=at)
    if isinstance(node, Mapping) and node.get("type") == "boolean" and option.true_by_default:
        text = f"--{key} is on by default in args.py, and false is never passed: it cannot be switched off."
        report.warning("false_is_not_passed", text, file=FILE, at=at)


def _report_unknown(key: str, source: str, facts: ArgumentParserFacts, preset: Any, report: Report) -> None:
    if not facts.complete or preset is False or (preset in (None, "", []) and source == "presets.json"):
        return
    longer = [name for name in facts.options if name.startswith(f"--{key}")]
    if len(longer) == 1:
        text = f"args.py has no option --{key}; argparse takes it for {longer[0]}. Write the name in full."
        report.warning("abbreviated_argument", text, file=FILE, at=(facts.options[longer[0]].line, 1))
        return
    text = f"args.py has no option --{key}, which {source} passes; train.py would end with exit code 2."
    other = f"--{key.replace('-', '_')}" if "-" in key else f"--{key.replace('_', '-')}"
    hint = f"It has {other}: spell both alike." if other in facts.options else f'Add parser.add_argument("--{key}", …).'
    report.error("unknown_argument", text, file=FILE, hint=hint)


def _type_problems(key: str, option: Option, node: Any) -> list[str]:
    if not isinstance(node, Mapping):
        return []
    kind, problems = node.get("type"), []
    if kind == "number" and option.settings.get("type") == "int":
        problems.append(f"The form allows any number for {key!r}, but --{key} takes whole numbers only (type=int).")
    if kind == "boolean" and not option.takes_nothing_too:
        problems.append(f"{key!r} is passed as a bare --{key}, but that option wants a value (use store_true).")
    if kind == "array" and "nargs" not in option.settings and option.settings.get("action") not in {"append", "extend"}:
        problems.append(f"{key!r} is a list, but --{key} takes one value (use nargs).")
    if kind in {"integer", "number", "string"} and option.is_flag:
        problems.append(f"{key!r} is passed with a value, but --{key} takes none.")
    return problems
