"""Whatever bytes come, unpacking ends with files below its folder or with findings."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.blueprints.replicas import mask_rcnn, zip_of
from yard.blueprints.archive import unpack
from yard.blueprints.lint.report import Report

GOOD = mask_rcnn().zip()
# Without NUL, at which zipfile cuts a name off before it writes it.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
names = texts | st.sampled_from(["../x", "a/../../x", "/x", "a/b", "a", "a/", "..", ".", "a//b", "C:\\x"])


def check(data: bytes) -> None:
    report = Report()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "inner")
        folder.mkdir()
        unpacked = unpack(io.BytesIO(data), folder, report)

        assert unpacked is not report.failed
        assert list(Path(scratch).iterdir()) == [folder]
        for path in folder.rglob("*"):
            assert not path.is_symlink()
            assert path.resolve().is_relative_to(folder.resolve())


@given(st.binary(max_size=300))
def test_random_bytes(data: bytes) -> None:
    check(data)


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
def test_a_template_with_some_bytes_changed(at: int, noise: bytes) -> None:
    check(GOOD[:at] + noise + GOOD[at + len(noise) :])


@given(st.integers(0, len(GOOD)))
def test_a_template_cut_short(size: int) -> None:
    check(GOOD[:size])


@given(st.dictionaries(names, st.binary(max_size=9)))
def test_any_names(members: dict[str, bytes]) -> None:
    check(zip_of(members))
