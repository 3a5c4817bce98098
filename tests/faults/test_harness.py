"""The harness itself: an undisturbed run passes every check, and a disturbed one would not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.harness import execution_of, yard

pytestmark = [pytest.mark.faults, pytest.mark.timeout(280)]


def test_an_undisturbed_run_passes_and_what_is_wrong_is_noticed(tmp_path: Path) -> None:
    with yard(tmp_path / "site") as site:
        run = site.job().start(epochs=5)
        assert site.until_ended(run) == ["succeeded"]
        site.check()
        site.kill("worker", "supervisor")
        with (site.folder / "witness" / "started").open("a") as file:
            file.write(f"{site.attempt_of(run)} again\n")
        site.change("UPDATE executions_execution SET state = 'running' WHERE id = %s", [execution_of(run)])
        with pytest.raises(AssertionError) as caught:
            site.check()
        assert "its training ran 2 times" in str(caught.value)
        assert "its history ends elsewhere" in str(caught.value)
