"""What a process has loaded is not looked at by Python's collector again and again."""

from __future__ import annotations

import subprocess
import sys

from scripts.places import ROOT

WEB = "import gc, sys; sys.path.insert(0, 'platform'); import yard.asgi; print(gc.get_freeze_count())"


def test_the_web_process_spares_what_it_has_loaded() -> None:
    done = subprocess.run([sys.executable, "-c", WEB], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) > 100_000
