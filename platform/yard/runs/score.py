"""The score of a run: found in its whole log with the template's pattern, or with a corrected one."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput
from yard.core.events import emit
from yard.core.patterns import ScoreResult, check_pattern, scrape_score
from yard.executions.logs import store
from yard.executions.models import Attempt
from yard.registry import services as registry_services
from yard.runs.log_text import plain_text
from yard.runs.models import Run

MESSAGE_CHARACTERS = 2000


def score_find(*, run: Run, log: Path, user: User | None = None) -> ScoreResult:
    """Search the log file with the run's pattern, and keep what was found; twice changes nothing."""
    found = scrape_score(run.score_regexp, log)
    _keep(run, found, user)
    return found


def run_score_set(*, run: Run, score_regexp: str, user: User) -> Run:
    """Search the run's log with another pattern, which the run keeps; its models get the new score.

    Raises:
        InvalidInput: The pattern cannot be used; the run is as before.
        Conflict: The run has printed nothing yet.
    """
    problem = check_pattern(score_regexp)
    if problem is not None and problem.fatal:
        where = {"path": ["score_regexp"], "message": problem.message}
        raise InvalidInput(problem.message, extra={"errors": [where]})
    attempt = _latest_with_log(run)
    found = scrape_score(score_regexp, store.parts(attempt))
    with transaction.atomic():
        Run.objects.filter(pk=run.pk).update(score_regexp=score_regexp)
        run.score_regexp = score_regexp
        _keep(run, found, user)
    return run


def _latest_with_log(run: Run) -> Attempt:
    attempt = Attempt.objects.filter(execution_id=run.execution_id, log_bytes__gt=0).order_by("-number").first()
    if attempt is None:
        raise Conflict("The run has no log yet, so there is nothing to search for a score.")
    return attempt


@transaction.atomic
def _keep(run: Run, found: ScoreResult, user: User | None) -> None:
    """Store the result, in the run and in the models it made, with one event if anything is different."""
    before = (run.score, run.score_line, run.score_message)
    run.score = found.score
    run.score_line = plain_text(found.line)[:MESSAGE_CHARACTERS]
    run.score_message = plain_text(found.message)[:MESSAGE_CHARACTERS]
    run.save(update_fields=["score", "score_line", "score_message", "updated_at"])
    for output in run.outputs.select_related("model_version"):
        if output.model_version.score != found.score:
            registry_services.score_set(version=output.model_version, score=found.score)
    if before != (run.score, run.score_line, run.score_message):
        emit(
            kind="run.score",
            object_type="run",
            object_id=run.pk,
            project_id=run.project_id,
            actor=user,
            payload={"run": run.pk, "score": run.score, "score_name": run.score_name},
        )
