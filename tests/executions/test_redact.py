from __future__ import annotations

from yard.executions.logs.redact import masker


def test_it_masks_every_secret_longest_first() -> None:
    mask = masker(["abcdef", "abcdefgh"])
    assert mask(b"x abcdefgh y abcdef z") == b"x ******** y ******** z"


def test_it_leaves_short_values_as_they_would_mask_words() -> None:
    assert masker(["a", ""])(b"a cat") == b"a cat"
