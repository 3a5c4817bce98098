"""How a run ended, in plain words. Every text about a failed run is in this file."""

from __future__ import annotations

from yard.executions.kinds import Verdict
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
}
SEE_LOG = "The last lines of the log say more."


def failure_of(attempt: Attempt, execution: Execution) -> Verdict | None:
    """Why the attempt failed; None when it ended well."""
    if attempt.timed_out:
        return _failed(
            f"It reached its time limit of {duration_text(execution.time_limit_seconds or 0)} and was ended. "
            "Give it more time, or let it train for fewer epochs."
        )
    if attempt.exit_code is None:
        return Verdict(State.FAILED, attempt.message or "Its box ended without an exit code.", Cause.PLATFORM)
    if attempt.exit_code == 0:
        return None
    if attempt.out_of_memory:
        return _failed(
            f"It ran out of memory: its limit is {size_text(execution.memory_bytes)}. "
            f"Give it more memory, or a smaller batch. (Exit code {attempt.exit_code}.)"
        )
    if attempt.message:
        # The launcher knows more than the code tells: the box did not end by itself.
        return Verdict(State.FAILED, f"{attempt.message} (Exit code {attempt.exit_code}.)", Cause.PLATFORM)
    meaning = _BY_CODE.get(attempt.exit_code)
    because = f": {meaning}" if meaning else ""
    return _failed(f"The training ended with exit code {attempt.exit_code}{because}. {SEE_LOG}")


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
    if attempt.timed_out or attempt.out_of_memory:
        return "Run it again with larger limits or a smaller config."
    return "Read the end of the log, correct config, data set or template, and run it again."
