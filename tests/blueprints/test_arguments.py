"""``args.py`` is read, never run."""

from __future__ import annotations

from pathlib import Path

import pytest

from yard.blueprints.lint.arguments import check_arguments, read_arguments
from yard.blueprints.lint.report import Report
from yard.core.findings import Severity


def messages(text: str | None, properties: dict[str, object], presets: dict[str, object] | None = None) -> list[str]:
    report = Report()
    check_arguments(text, properties, presets or {}, report)
    return [f"{finding.severity}: {finding.message}" for finding in report.findings]


def test_it_is_never_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"

    read_arguments(f"open({str(mark)!r}, 'w')\nparser.add_argument('--a')\n")

    assert not mark.exists()


@pytest.mark.parametrize(
    ("text", "node", "message"),
    [
        ("p.add_argument('--a', action='store_true')", {"type": "boolean"}, []),
        ("p.add_argument('--a', action=argparse.BooleanOptionalAction)", {"type": "boolean"}, []),
        ("p.add_argument('-a', '--a', nargs='+', type=int)", {"type": "array"}, []),
        (
            "p.add_argument('--a', type=int)",
            {"type": "array"},
            ["warning: 'a' is a list, but --a takes one value (use nargs)."],
        ),
        (
            "p.add_argument('--a')",
            {"type": "boolean"},
            ["warning: 'a' is passed as a bare --a, but that option wants a value (use store_true)."],
        ),
        (
            "p.add_argument('--a', action='store_true')",
            {"type": "integer"},
            ["warning: 'a' is passed with a value, but --a takes none."],
        ),
        (
            "p.add_argument('--a', action='store_true', default=True)",
            {"type": "boolean"},
            ["warning: --a is on by default in args.py, and false is never passed: it cannot be switched off."],
        ),
        (
            "p.add_argument('--abc', type=int)",
            {"type": "integer"},
            ["warning: args.py has no option --a; argparse takes it for --abc. Write the name in full."],
        ),
    ],
)
def test_an_option_must_take_what_the_form_sends(text: str, node: dict[str, object], message: list[str]) -> None:
    assert messages(f"import argparse\np = argparse.ArgumentParser()\n{text}\n", {"a": node}) == message


def test_computed_options_cannot_be_missed() -> None:
    text = "for name in names:\n    p.add_argument(f'--{name}')\n"

    assert messages(text, {"a": {"type": "integer"}}) == [
        "info: Not every option of args.py can be read without running it, so missing ones are not reported."
    ]


def test_what_is_never_passed_need_not_be_known() -> None:
    assert messages("", {"train-split": {}, "test-split": {}}, {"a": False, "b": None, "c": "", "d": []}) == []


def test_the_other_spelling_is_pointed_out() -> None:
    report = Report()
    check_arguments("p.add_argument('--batch_size')", {"batch-size": {}}, {}, report)

    (finding,) = report.findings
    assert finding.severity is Severity.ERROR
    assert finding.hint == "It has --batch_size: spell both alike."


@pytest.mark.parametrize("text", ["(" * 100_000, "x = '\0'", "\x0c" * 10 + "def", "a" * (600 << 10)])
def test_hostile_python_is_a_syntax_error(text: str) -> None:
    with pytest.raises(SyntaxError):
        read_arguments(text)
