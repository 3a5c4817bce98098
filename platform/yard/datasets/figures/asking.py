"""Asking for a figure: what is known is given at once, what is newer is on its way."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from yard.datasets.figures.kinds import KINDS
from yard.datasets.models import Dataset, Figure, WorkState
from yard.datasets.work import WORKING, work_queue


def figure_get(dataset: Dataset, kind: str, question: str = "") -> Figure:
    """The figure as it is known: ``value`` is an answer when ``stamp`` is not empty, and the newest one when
    ``is_current`` says so. Else the worker has been asked for it, and ``state`` tells how that is going."""
    stamp = KINDS[kind].stamp(dataset, question)
    found = dataset.figures.filter(kind=kind, question=question).first()
    if found is not None and _will_do(found, stamp):
        return found
    try:
        with transaction.atomic():
            Dataset.objects.select_for_update().get(pk=dataset.pk)  # who asks at the same moment waits for this one
            found = dataset.figures.filter(kind=kind, question=question).first() or Figure(
                dataset=dataset, kind=kind, question=question
            )
            if found.pk is None or not _will_do(found, stamp):
                found.wanted, found.message = stamp, ""
                work_queue(found)
    except IntegrityError:  # SQLite locks no row: somebody else at this moment
        found = dataset.figures.get(kind=kind, question=question)
    return found


def is_current(figure: Figure) -> bool:
    """Whether the value holds for the data set as it was when the figure was asked for last."""
    return figure.stamp != "" and figure.stamp == figure.wanted


def _will_do(figure: Figure, stamp: str) -> bool:
    """Whether nothing has to be begun: it is the answer, it is being worked out, or that has failed for this state."""
    if figure.state in WORKING:
        return True
    return figure.stamp == stamp or (figure.state == WorkState.FAILED and figure.wanted == stamp)
