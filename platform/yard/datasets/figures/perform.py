"""Working a figure out: in the worker, under a lease; may be killed anywhere and called again."""

from __future__ import annotations

import logging
from datetime import timedelta

from yard.core.errors import Unavailable, YardError
from yard.datasets.figures.kinds import KINDS
from yard.datasets.models import Figure, WorkState
from yard.datasets.work import MOST_INTERRUPTIONS, Claim, ClaimLost
from yard.storage.base import StoreFull

logger = logging.getLogger(__name__)

OUR_FAULT = "A fault of the platform kept this from being worked out; the log of its worker tells more."
TOO_OFTEN = "This was interrupted several times; the machine may have too little memory for it."
AGAIN = timedelta(seconds=30)


def figure_perform(figure_id: int) -> None:
    """Work it out for the state that the data set is in now; nothing happens when that is done or done elsewhere."""
    claim = Claim.take(Figure, figure_id)
    if claim is None:
        return
    try:
        _perform(claim)
    except ClaimLost:
        logger.info("Figure %s was taken over by another process.", figure_id)
    except (Unavailable, StoreFull) as error:
        claim.release(f"{error.message} Trying again.", wait=AGAIN)
    except YardError as error:
        claim.finish(WorkState.FAILED, error.message)
    except Exception:
        logger.exception("Figure %s failed by a fault of ours.", figure_id)
        claim.finish(WorkState.FAILED, OUR_FAULT)


def _perform(claim: Claim[Figure]) -> None:
    figure = claim.work
    if figure.interruptions >= MOST_INTERRUPTIONS:
        claim.finish(WorkState.FAILED, TOO_OFTEN)
        return
    kind = KINDS[figure.kind]
    # Before anything is read: what changes meanwhile makes the answer one of before.
    stamp = kind.stamp(figure.dataset, figure.question)
    claim.write(wanted=stamp)
    value = kind.work_out(figure.dataset, figure.question, claim.tell)
    claim.finish(WorkState.SUCCEEDED, "", value=value, stamp=stamp)
