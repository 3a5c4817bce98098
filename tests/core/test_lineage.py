from __future__ import annotations

import pytest

from yard.core.lineage import Thing, inputs_of, link, makers_of, outputs_of
from yard.core.models import Lineage

pytestmark = pytest.mark.django_db

RUN, DATA, MODEL = Thing("run", 7), Thing("dataset_version", 3), Thing("model_version", 5)


def test_work_knows_what_it_took_and_gave() -> None:
    link(work=RUN, inputs=(DATA, Thing("blueprint_version", 2)))
    link(work=RUN, outputs=(MODEL,))
    assert inputs_of(RUN) == [DATA, Thing("blueprint_version", 2)]
    assert outputs_of(RUN) == [MODEL]
    assert makers_of(MODEL) == [RUN]
    assert makers_of(DATA) == []


def test_noting_it_again_changes_nothing() -> None:
    link(work=RUN, inputs=(DATA,), outputs=(MODEL,))
    link(work=RUN, inputs=(DATA,), outputs=(MODEL,))
    assert Lineage.objects.count() == 2
