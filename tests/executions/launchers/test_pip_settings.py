from __future__ import annotations

import os
from pathlib import Path

from yard.executions.launchers.pip_settings import local_paths, uv_environment, uv_options


def test_it_says_in_uvs_words_what_pip_was_told(tmp_path: Path) -> None:
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nindex-url = https://index.example/simple\nextra-index-url = https://a.example\n  https://b.example\n"
        f"find-links = {tmp_path} https://c.example/links\ncert = {config}\ntimeout = 60\n"
        "[install]\ntrusted-host = index.example\nno-index = false\n"
    )
    found = uv_environment({"PIP_CONFIG_FILE": str(config), "PIP_TIMEOUT": "90", "HOME": "/nowhere"})
    assert found["UV_DEFAULT_INDEX"] == "https://index.example/simple"
    assert found["UV_INDEX"] == "https://a.example https://b.example"
    assert found["UV_INDEX_STRATEGY"] == "unsafe-best-match"
    assert found["UV_FIND_LINKS"] == f"{tmp_path},https://c.example/links"
    assert found["SSL_CERT_FILE"] == str(config)
    assert found["UV_INSECURE_HOST"] == "index.example"
    assert found["UV_HTTP_TIMEOUT"] == "90"
    assert uv_options({"PIP_CONFIG_FILE": str(config)}) == []
    assert uv_options({"PIP_CONFIG_FILE": str(config), "PIP_NO_INDEX": "1"}) == ["--no-index"]
    assert local_paths(found) == sorted([tmp_path, config])


def test_variables_win_over_files_and_uvs_own_over_all(tmp_path: Path) -> None:
    config = tmp_path / "pip.conf"
    config.write_text("[global]\nindex-url = https://file.example\n")
    variables = {"PIP_CONFIG_FILE": str(config), "PIP_INDEX_URL": "https://variable.example"}
    assert uv_environment(variables)["UV_DEFAULT_INDEX"] == "https://variable.example"
    variables["UV_DEFAULT_INDEX"] = "https://own.example"
    assert uv_environment(variables)["UV_DEFAULT_INDEX"] == "https://own.example"


def test_a_broken_file_is_passed_over(tmp_path: Path) -> None:
    config = tmp_path / "pip.conf"
    config.write_text("this is no configuration")
    assert "https://" not in str(uv_environment({"PIP_CONFIG_FILE": str(config), "HOME": "/nowhere"}))
    assert uv_environment({"PIP_CONFIG_FILE": "/dev/null"}) == {}


def test_a_local_index_comes_with_the_files_its_pages_link_to(tmp_path: Path) -> None:
    (tmp_path / "mirror" / "simple").mkdir(parents=True)
    found = uv_environment({"PIP_EXTRA_INDEX_URL": f"file://{tmp_path}/mirror/simple", "PIP_CONFIG_FILE": os.devnull})
    assert tmp_path / "mirror" in local_paths(found)
