"""Every key of a JSON file is found at its line and column."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yard.blueprints.lint.json_source import JsonSource, json_source
from yard.blueprints.lint.report import Report

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5), inner, max_size=3
        )
    ),
    max_leaves=15,
)


def source_of(text: str) -> JsonSource:
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "x.json")
        file.write_bytes(text.encode())
        source = json_source(file, "x.json", report)
    assert source is not None, report.findings
    return source


@given(values, st.sampled_from([None, 2]), st.booleans())
def test_every_key_and_item_is_found_where_it_stands(value: Any, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)

    source = source_of(text)

    assert source.value == value
    for path, expected in _paths(value, ()):
        line, column = source.at(*path)
        rest = "\n".join(text.split("\n")[line - 1 :])[column - 1 :]
        found, _ = json.JSONDecoder().raw_decode(rest)
        assert found == (path[-1] if path and isinstance(path[-1], str) else expected)


def _paths(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        yield from _paths(part, (*path, key))


def test_a_path_that_is_not_there_is_shown_at_what_is_around_it() -> None:
    source = source_of('{\n  "a": {\n    "b": 1\n  }\n}')

    assert source.at("a", "c", "d") == (2, 3)
    assert source.at("x") == (1, 1)


@pytest.mark.parametrize(
    "text", ['{"a": "}{,:\\"", "b": 2}', '{ "a" :\t[ ] , "b":"" }', '{"a": -1.5e3, "b": [{}, []]}']
)
def test_strings_and_numbers_do_not_lead_it_astray(text: str) -> None:
    line, column = source_of(text).at("b")

    assert (line, text[column - 1 : column + 2]) == (1, '"b"')
