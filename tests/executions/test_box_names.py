from __future__ import annotations

from django.test import override_settings

from yard.executions.models import Attempt


def test_two_platforms_on_one_engine_have_no_box_name_in_common() -> None:
    with override_settings(INSTANCE="here"):
        mine = Attempt(pk=17).box_name
    with override_settings(INSTANCE="there"):
        theirs = Attempt(pk=17).box_name
    assert (mine, theirs) == ("yard-here-attempt-17", "yard-there-attempt-17")
