"""The built pages' files, also those that came after the process had started."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.datasets.conftest import body_of


@pytest.fixture
def built(tmp_path: Path, settings: Any) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    settings.STATICFILES_DIRS = [("app", folder)]
    settings.WHITENOISE_AUTOREFRESH = False
    finders.get_finder.cache_clear()
    return folder


@pytest.fixture(autouse=True)
def tidy() -> Any:
    yield
    finders.get_finder.cache_clear()


def test_pages_that_were_built_anew_are_found(built: Path) -> None:
    (built / "assets" / "old.js").write_text("old")
    client = Client()
    assert body_of(client.get("/static/app/assets/old.js")) == b"old"
    (built / "assets" / "new.js").write_text("new")
    assert body_of(client.get("/static/app/assets/new.js")) == b"new", "the process has listed its files before"


@pytest.mark.parametrize("path", ["assets/none.js", "../secret", "assets/%00.js", "assets", "assets/", "%2e%2e/secret"])
def test_nothing_else_is(built: Path, path: str) -> None:
    (built.parent / "secret").write_text("secret")
    answer = Client().get(f"/static/app/{path}")
    assert answer.status_code in {400, 404}
    assert body_of(answer) != b"secret"
