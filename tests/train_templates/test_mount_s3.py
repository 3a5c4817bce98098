"""mount-s3.sh: nothing to do where data is mounted, else credentials from the S3 server and a mount."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from tests.train_templates.box import TEMPLATES

ANSWER = """<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult><Credentials>
    <AccessKeyId>KEY</AccessKeyId><SecretAccessKey>SEC/RET+</SecretAccessKey>
    <SessionToken>SESSION==</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration>
  </Credentials></AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>"""


class Sts(ThreadingHTTPServer):
    answer = ANSWER
    status = 200
    fields: dict[str, list[str]]


class Handler(BaseHTTPRequestHandler):
    server: Sts

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.fields = parse_qs(self.rfile.read(length).decode())
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.answer.encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def sts() -> Iterator[Sts]:
    with Sts(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def mount(tmp_path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the script with a stand-in for s3fs that writes down how it was called."""
    programs = tmp_path / "bin"
    programs.mkdir(exist_ok=True)
    (programs / "s3fs").write_text(f'#!/bin/bash\nprintf "%s\\n" "$@" >{tmp_path}/s3fs-call\n')
    (programs / "s3fs").chmod(0o755)
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(tmp_path / "home"), "DATASET_ID": "7"}
    return subprocess.run(
        ["bash", TEMPLATES / "common" / "mount-s3.sh", *options],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def url(server: Sts) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def test_mounted_data_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "minio" / "datasets" / "7").mkdir(parents=True)
    (tmp_path / "minio" / "datasets" / "7" / "a.png").touch()
    result = mount(tmp_path, "-t", "", "-s", "", "-b", "", "-m", str(tmp_path / "minio"))
    assert result.returncode == 0
    assert "already mounted" in result.stdout
    assert not (tmp_path / "s3fs-call").exists()


@pytest.mark.parametrize(
    ("options", "code"),
    [((), 1), (("-x", "1"), 2), (("-t",), 3), (("-t", "", "-s", "", "-b", "", "-m", "/nowhere"), 4)],
)
def test_wrong_calls_have_their_exit_codes(tmp_path: Path, options: tuple[str, ...], code: int) -> None:
    assert mount(tmp_path, *options).returncode == code


def test_it_gets_credentials_and_mounts(tmp_path: Path, sts: Sts) -> None:
    credentials = tmp_path / "home" / ".aws" / "credentials"
    credentials.parent.mkdir(parents=True)
    credentials.write_text("[dataset]\naws_access_key_id = OLD\n[other]\naws_access_key_id = KEEP\n")
    target = tmp_path / "minio"
    result = mount(tmp_path, "-t", "to ken&=", "-s", url(sts), "-b", "anna", "-m", str(target))
    assert result.returncode == 0, result.stderr
    assert sts.fields == {
        "Action": ["AssumeRoleWithWebIdentity"], "WebIdentityToken": ["to ken&="], "DurationSeconds": ["604800"],
        "Version": ["2011-06-15"],
    }  # fmt: skip
    text = credentials.read_text()
    assert "OLD" not in text
    assert "KEEP" in text
    for value in ("KEY", "SEC/RET+", "SESSION=="):
        assert f"= {value}\n" in text
    assert credentials.stat().st_mode & 0o777 == 0o600
    call = (tmp_path / "s3fs-call").read_text().splitlines()
    assert call[:2] == ["anna", str(target)]
    assert {f"url={url(sts)}", "profile=dataset", "use_path_request_style", "ro"} <= set(call)


def test_a_refusal_and_half_an_answer_have_their_exit_codes(tmp_path: Path, sts: Sts) -> None:
    options = ("-t", "token", "-s", url(sts), "-b", "anna", "-m", str(tmp_path / "minio"))
    sts.answer = ANSWER.replace("<SessionToken>SESSION==</SessionToken>", "")
    assert mount(tmp_path, *options).returncode == 5
    sts.status = 403
    result = mount(tmp_path, *options)
    assert result.returncode == 4
    assert "token" not in result.stderr.replace("access token", "")
    assert not (tmp_path / "s3fs-call").exists()
