"""``.env.example`` explains every setting that is read, and none that is not."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ROOT / "platform" / "yard" / "settings" / "base.py"
EXAMPLE = ROOT / ".env.example"
READERS = {"text", "boolean", "integer", "number", "words", "path", "secret"}
# Read before Django's settings, by the start script and the compose file.
ELSEWHERE = {"YARD_PORT", "YARD_BIND"}


def read_by_settings() -> dict[str, str]:
    """Variable → the reader's name, from the calls of ``env.<reader>("NAME", …)``."""
    calls = [node for node in ast.walk(ast.parse(SETTINGS.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    return {
        f"YARD_{call.args[0].value}": call.func.attr
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in READERS
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "env"
        and isinstance(call.args[0], ast.Constant)
    }


def explained() -> set[str]:
    """The platform's variables of the example, set or commented out."""
    return set(re.findall(r"^#? ?(YARD_[A-Z0-9_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))


def test_every_setting_is_explained() -> None:
    assert read_by_settings().keys() - explained() == set()


def test_no_explained_setting_is_unknown() -> None:
    readers = read_by_settings()
    files = {f"{name}_FILE" for name, reader in readers.items() if reader == "secret"}
    assert explained() - readers.keys() - files - ELSEWHERE == set()


def test_example_lines_are_comments_or_variables() -> None:
    lines = [line for line in EXAMPLE.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert [line for line in lines if not re.match(r"#|[A-Z][A-Z0-9_]*=", line)] == []
