"""How a run ended, in plain words. Every text about a failed run is in this file."""

from __future__ import annotations

from django.conf import settings

from yard.executions.kinds import Verdict
from yard.executions.launchers.base import Limit
from yard.executions.limits import resources_of
from yard.executions.models import Attempt, Execution
from yard.executions.states import Cause, State
from yard.runs.resources import size_text

_BY_CODE = {
    126: "a program it calls may not be executed",
    127: "a program it calls is not in the image",
    132: "it used an instruction this processor does not have",
    134: "it aborted itself",
    135: "it ran into a bus error, often too little shared memory",
    136: "it divided by zero or overflowed",
    137: "it was killed from outside",
    139: "it crashed with a memory access fault",
    143: "it was asked to end from outside",
    153: "it wrote a file larger than its disk limit",
    159: "it made a call to the kernel that boxes may not make",
}
_NO_PROCESS = (
    "Resource temporarily unavailable",  # the kernel's word for a refused fork
    "can't start new thread",  # Python's for a refused thread
    "pthread_create failed",
)
SEE_LOG = "The last lines of the log say more."


def failure_of(attempt: Attempt, execution: Execution) -> Verdict | None:
    """Why the attempt failed; None when it ended well."""
    ended_by_us = _limit_it_was_ended_for(attempt, execution)
    if ended_by_us:
        return _failed(ended_by_us)
    if attempt.exit_code is None:
        return Verdict(State.FAILED, attempt.message or "Its box ended without an exit code.", Cause.PLATFORM)
    if attempt.exit_code == 0:
        return None
    if attempt.message and not attempt.out_of_memory:
        # The launcher knows more than the code tells: the box did not end by itself.
        return Verdict(State.FAILED, f"{attempt.message} (Exit code {attempt.exit_code}.)", Cause.PLATFORM)
    return _failed(_failure_of_its_own(attempt, execution))


def _limit_it_was_ended_for(attempt: Attempt, execution: Execution) -> str:
    limits = resources_of(execution)
    if attempt.timed_out:
        return (
            f"It reached its time limit of {duration_text(execution.time_limit_seconds or 0)} and was ended. "
            f"Give it more time, or let it train for fewer epochs.{_killed(attempt)}"
        )
    if attempt.limit_hit == Limit.DISK:
        return (
            f"It filled its disk limit of {size_text(limits.disk_bytes or 0)} and was ended. Let it write less: fewer "
            "checkpoints, say, or remove what it no longer needs."
        )
    if attempt.limit_hit == Limit.FILES:
        return (
            f"It made more than the {limits.files:,} files and folders that a run may make, and was ended. "
            "Let it write fewer files, or remove what it no longer needs."
        )
    return ""


def _failure_of_its_own(attempt: Attempt, execution: Execution) -> str:
    if attempt.out_of_memory:
        return (
            f"It ran out of memory: its limit is {size_text(execution.memory_bytes)}. "
            f"Give it more memory, or a smaller batch. (Exit code {attempt.exit_code}.)"
        )
    meaning = _BY_CODE.get(attempt.exit_code or 0)
    because = f": {meaning}" if meaning else ""
    if attempt.limit_hit == Limit.PIDS:
        return (
            f"It hit its limit of {resources_of(execution).pids:,} processes and threads, and ended with exit code "
            f"{attempt.exit_code}{because}. Let it start fewer workers."
        )
    return f"The training ended with exit code {attempt.exit_code}{because}. {SEE_LOG}"


def limit_told_by(log_end: str) -> Limit | None:
    """The limit that the end of a failed training's log speaks of, where the engine itself does not tell."""
    return Limit.PIDS if any(words in log_end for words in _NO_PROCESS) else None


def _killed(attempt: Attempt) -> str:
    if attempt.kill_sent_at is None:
        return ""
    return f" It did not end when it was asked to, and was killed after {settings.STOP_GRACE_SECONDS} s."


def success(attempt: Attempt) -> Verdict:
    """It ended well; says so if a part of it was killed on the way."""
    if attempt.out_of_memory:
        text = "Finished, but one of its processes was killed for lack of memory on the way; check the log."
        return Verdict(State.SUCCEEDED, text)
    return Verdict(State.SUCCEEDED)


def no_model(paths: tuple[str, ...]) -> Verdict:
    """It ended well and left nothing."""
    where = " nor ".join(paths)
    neither = "neither " if len(paths) > 1 else "not even "
    return _failed(
        f"The training ended with exit code 0 but left no model: there is {neither}{where}. "
        "Correct model_filepath in the template's custom.json, or let train.py save its model there."
    )


def bad_model(reason: str) -> Verdict:
    """What it left cannot be stored."""
    return _failed(f"The training ended, but its model cannot be stored: {reason}")


def _failed(reason: str) -> Verdict:
    return Verdict(State.FAILED, reason, Cause.USER)


def duration_text(seconds: int) -> str:
    """Seconds for people: ``1 h 30 min``."""
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [(hours, "h"), (minutes, "min"), (seconds, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


def what_to_do(execution: Execution, attempt: Attempt) -> str:
    """A next step for somebody whose run failed; empty when the reason already says it."""
    if execution.cause == Cause.PLATFORM:
        return "This is not your fault. Run it again; if it fails again, tell your administrator."
    if attempt.limit_hit:
        return "Look into the log for what wrote or started so much, correct it, and run it again."
    if attempt.timed_out or attempt.out_of_memory:
        return "Run it again with larger limits or a smaller config."
    return "Read the end of the log, correct config, data set or template, and run it again."
