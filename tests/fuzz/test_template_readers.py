"""The readers of a template's files take what a fuzzer begins with, whole and cut."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from tests.fuzz.template_readers import TEMPLATE_READERS

FOUND = Path(__file__).with_name("found")


@pytest.mark.parametrize("name", TEMPLATE_READERS)
def test_it_reads_what_the_fuzzer_begins_with_whole_and_cut(name: str) -> None:
    read, errors, seeds, _ = TEMPLATE_READERS[name]
    for content in seeds():
        read(content)
        for cut in range(0, len(content), max(7, len(content) // 40)):
            with contextlib.suppress(*errors):
                read(content[:cut])


@pytest.mark.parametrize("name", TEMPLATE_READERS)
def test_it_reads_what_once_made_it_fail(name: str) -> None:
    read, errors, _, _ = TEMPLATE_READERS[name]
    for path in sorted((FOUND / name).glob("[!.]*")):
        with contextlib.suppress(*errors):
            read(path.read_bytes())
