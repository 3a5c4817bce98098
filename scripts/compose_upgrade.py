"""Brings the compose stack to another release, and back when that one does not come up healthy.

    python3 -m scripts.compose_upgrade [--image NAME] [--backup PLACE] [--wait SECONDS]
    python3 -m scripts.compose_upgrade --roll-back

Trainings go on meanwhile: only web, worker and supervisor stand still. The database is written to ``backups/`` while
they do, so going back gives exactly what was there. Objects need no way back: a release adds objects and rewrites none.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from scripts.compose import Stack
from scripts.console import fail, say, start_output
from scripts.places import ROOT
from scripts.problems import Problem

_OURS = ("web", "worker", "supervisor")
_HEALTHY_WITHIN_S = 180
# The way back must not fail for want of time: the old release ran, so it comes up, however busy the machine is.
_BACK_WITHIN_S = 900
_SPARE = "trainyard_restored"


@dataclass(frozen=True)
class Upgrade:
    """One change of release. ``state`` is started, done or rolled back."""

    stamp: str
    old: str  # a tag of its own, so that no build takes it away
    new: str
    dump: str
    state: str = "started"


def main(arguments: list[str] | None = None) -> int:
    """Returns the process's exit code: 0 only when the wanted release runs."""
    parser = argparse.ArgumentParser(prog="python3 -m scripts.compose_upgrade")
    parser.add_argument("--image", help="the new release's image; without it, it is built from this clone")
    parser.add_argument("--backup", help="first make a whole backup there (manage.py backup)")
    parser.add_argument("--wait", type=float, default=_HEALTHY_WITHIN_S, help="seconds until all must be healthy")
    parser.add_argument("--roll-back", action="store_true", help="go back to before the last upgrade")
    options = parser.parse_args(arguments)
    start_output()
    try:
        upgrader = Upgrader(ROOT, Stack(ROOT), options.wait)
        if options.roll_back:
            upgrader.roll_back()
        else:
            upgrader.upgrade(options.image, options.backup)
    except Problem as problem:
        return fail(problem)
    except OSError as error:
        return fail(Problem(f"{error.filename}: {error.strerror}."))
    return 0


class Upgrader:
    """The steps. What was begun is kept in ``backups/upgrade.json``, so that a killed one can be taken back."""

    def __init__(self, root: Path, stack: Stack, wait: float) -> None:
        self._root = root
        self._stack = stack
        self._wait = wait
        self._folder = root / "backups"

    def upgrade(self, image: str | None, place: str | None) -> None:
        """Go to another release; go back and raise ``Problem`` when it does not come up."""
        self._refuse_half_done()
        self._stack.wait_until_healthy(self._wait)
        stamp = datetime.now(tz=UTC).strftime("%Y%m%d-%H%M%S")
        new = image or self._build(stamp)
        self._stack.docker("image", "inspect", new)  # a name that is wrong shall fail now
        if place:
            say(f"→ Whole backup to {place}")
            self._stack.inside("worker", "python3", "manage.py", "backup", place)
        old = f"trainyard:before-{stamp}"
        self._stack.docker("tag", self._stack.image_of("web"), old)
        step = Upgrade(stamp, old, new, str(self._folder / f"{stamp}.dump"))
        self._note(step)
        say("→ Web, worker and supervisor stop; trainings go on")
        self._stack.call("stop", *_OURS)
        say(f"→ The database goes to {step.dump}")
        self._dump(Path(step.dump))
        say(f"→ {new} starts")
        try:
            self._start(new, self._wait)
        except Problem as problem:
            self._show_log()
            self._go_back(step)
            raise Problem(
                f"{new} did not come up: {problem}\nThe platform runs as before, on the image {old}, with the database "
                f"as it was. The lines above are from the new release."
            ) from problem
        _set_image(self._root / ".env", new)
        self._note(step, state="done")
        say(f"✓ {new} runs. To go back (work done since is lost): make compose-rollback")

    def roll_back(self) -> None:
        """Undo the last upgrade, finished or not. Raises ``Problem`` when there is none."""
        step = self._last()
        if step is None or step.state == "rolled back":
            raise Problem(f"There is no upgrade to take back in {self._folder}.")
        self._stack.call("stop", *_OURS)
        self._go_back(step)
        say(f"✓ {step.old} runs, with the database of before the upgrade.")

    def _refuse_half_done(self) -> None:
        last = self._last()
        if last and last.state == "started":
            raise Problem("An earlier upgrade was interrupted. First take it back: make compose-rollback")

    def _build(self, stamp: str) -> str:
        image = f"trainyard:{stamp}"
        say(f"→ Building {image}")
        self._stack.call("build", "web", image=image)
        return image

    def _start(self, image: str, wait: float) -> None:
        # docker-compose 1.29 waits for ever for one that ends and comes back again and again.
        self._stack.call("up", "-d", image=image, within=wait)
        self._stack.wait_until_healthy(wait)

    def _show_log(self) -> None:
        say("\n── the new release's log " + "─" * 60)
        self._stack.call("logs", "--tail", "40", "prepare", *_OURS)
        say("─" * 85 + "\n")

    def _go_back(self, step: Upgrade) -> None:
        dump = Path(step.dump)
        say("→ Going back: the new release stops, the database comes back")
        self._stack.call("stop", *_OURS)
        if dump.exists():  # else nothing of the new release has run yet
            self._restore(dump)
        _set_image(self._root / ".env", step.old)
        self._start(step.old, max(self._wait, _BACK_WITHIN_S))
        self._note(step, state="rolled back")

    # --- database -----------------------------------------------------------------------------------------------------

    def _dump(self, file: Path) -> None:
        """Whole or not there: a name that ends in .dump is a dump that was written to its end."""
        unfinished = file.with_suffix(".part")
        with unfinished.open("wb") as target:
            unfinished.chmod(0o600)
            self._stack.inside("db", "pg_dump", "-U", "trainyard", "-Fc", "trainyard", into=target)
        unfinished.rename(file)

    def _restore(self, file: Path) -> None:
        """Load beside the present database, then take its place: a failure on the way changes nothing."""
        self._sql(f"DROP DATABASE IF EXISTS {_SPARE} WITH (FORCE)", f"CREATE DATABASE {_SPARE} OWNER trainyard")
        with file.open("rb") as source:
            self._stack.inside(
                "db", "pg_restore", "-U", "trainyard", "--exit-on-error", "--no-owner", "-d", _SPARE, given=source
            )
        self._sql(
            "DROP DATABASE IF EXISTS trainyard WITH (FORCE)",
            f"ALTER DATABASE {_SPARE} RENAME TO trainyard",
        )

    def _sql(self, *statements: str) -> None:
        commands = [word for statement in statements for word in ("-c", statement)]
        self._stack.inside("db", "psql", "-U", "trainyard", "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-q", *commands)

    # --- notes --------------------------------------------------------------------------------------------------------

    def _last(self) -> Upgrade | None:
        try:
            return Upgrade(**json.loads((self._folder / "upgrade.json").read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None

    def _note(self, step: Upgrade, state: str = "started") -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        file = self._folder / "upgrade.json"
        new = file.with_suffix(".part")
        new.write_text(json.dumps({**asdict(step), "state": state}, indent=2) + "\n", encoding="utf-8")
        new.replace(file)


def _set_image(file: Path, image: str) -> None:
    """Write TRAINYARD_IMAGE into .env, in place of what it says now."""
    text = file.read_text(encoding="utf-8")
    line = f"TRAINYARD_IMAGE={image}"
    text, count = re.subn(r"^TRAINYARD_IMAGE=.*$", line, text, flags=re.MULTILINE)
    file.write_text(text if count else f"{text.rstrip()}\n{line}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
