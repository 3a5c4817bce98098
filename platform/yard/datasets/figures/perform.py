"""Working a figure out: in the worker, under a lease; may be killed anywhere and called again."""

from __future__ import annotations

from yard.datasets.figures.kinds import KINDS
from yard.datasets.models import Figure, WorkState
from yard.datasets.work import Claim, work_perform

OUR_FAULT = "A fault of the platform kept this from being worked out; the log of its worker tells more."


def figure_perform(figure_id: int) -> None:
    """Work it out for the state that the data set is in now; nothing happens when that is done or done elsewhere."""
    work_perform(Figure, figure_id, _perform, fault=OUR_FAULT)


def _perform(claim: Claim[Figure]) -> None:
    figure = claim.work
    kind = KINDS[figure.kind]
    # Before anything is read: what changes meanwhile makes the answer one of before.
    stamp = kind.stamp(figure.dataset, figure.question)
    claim.write(wanted=stamp)
    value = kind.work_out(figure.dataset, figure.question, claim.tell)
    claim.finish(WorkState.SUCCEEDED, "", value=value, stamp=stamp)
