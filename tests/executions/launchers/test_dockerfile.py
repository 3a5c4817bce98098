from __future__ import annotations

import posixpath
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yard.executions.launchers import dockerfile

PUBLISHED = """\
# syntax-less
ARG VERSION=26.03-py3
FROM nvcr.io/nvidia/pytorch:${VERSION}
ARG DEBIAN_FRONTEND=noninteractive
ENV TZ=Europe/Berlin LANG="C.UTF-8"
COPY docker-entrypoint.sh mount-s3.sh /
RUN chmod +x /docker-entrypoint.sh /mount-s3.sh && \\
    # a comment in between
    apt-get update \\

    && apt-get install -y jq
WORKDIR /usr/src/app
RUN rm -rf ./*
COPY config_to_args.py config.py dataset.py ./
COPY ["train.py", "util.py", "./"]
COPY --chown=0:0 requirements.txt train_config.json presets.json ./
COPY .env .
ENTRYPOINT ["/bin/bash", "/docker-entrypoint.sh"]
CMD $@
"""


def test_it_reads_a_published_dockerfile() -> None:
    found = dockerfile.parse_dockerfile(PUBLISHED)
    assert [(each.line, each.name) for each in found] == [
        (2, "ARG"),
        (3, "FROM"),
        (4, "ARG"),
        (5, "ENV"),
        (6, "COPY"),
        (7, "RUN"),
        (12, "WORKDIR"),
        (13, "RUN"),
        (14, "COPY"),
        (15, "COPY"),
        (16, "COPY"),
        (17, "COPY"),
        (18, "ENTRYPOINT"),
        (19, "CMD"),
    ]
    assert found[9].args == ("train.py", "util.py", "./")
    assert found[10].flags == {"chown": "0:0"}
    assert dockerfile.base_images(found) == [(3, "nvcr.io/nvidia/pytorch:26.03-py3")]
    assert dockerfile.final_workdir(found) == "/usr/src/app"
    assert dockerfile.environment(found) == {"TZ": "Europe/Berlin", "LANG": "C.UTF-8"}
    assert dockerfile.entrypoint(found) == ["/bin/bash", "/docker-entrypoint.sh", "/bin/sh", "-c", "$@"]
    assert (6, "mount-s3.sh") in dockerfile.copy_sources(found)


@pytest.mark.parametrize(
    ("filename", "place"),
    [
        ("train_config.json", "/usr/src/app/train_config.json"),
        ("docker-entrypoint.sh", "/docker-entrypoint.sh"),
        (".env", "/usr/src/app/.env"),
        ("train.py", "/usr/src/app/train.py"),
        ("not-copied.json", "/workspace/not-copied.json"),
    ],
)
def test_it_says_where_a_file_goes(filename: str, place: str) -> None:
    assert dockerfile.destination_of(PUBLISHED, filename) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("FROM a\nCOPY train_config.json /x/renamed.json", "/x/renamed.json"),
        ("FROM a\nWORKDIR /a\nWORKDIR b\nCOPY . .", "/a/b/train_config.json"),
        ("FROM a\nWORKDIR /a\nCOPY *.json ./conf/", "/a/conf/train_config.json"),
        ("FROM a\nWORKDIR /a\nCOPY . /app\nCOPY train_config.json /other/", "/app/train_config.json"),
        ("FROM a\nENV HOME_DIR=/srv/x\nWORKDIR $HOME_DIR\nCOPY train_config.json .", "/srv/x/train_config.json"),
        ("FROM a\nARG D=/d\nCOPY train_config.json ${D}/", "/d/train_config.json"),
        ("FROM a\nCOPY train_config.json ${NONE:-/e}/", "/e/train_config.json"),
        ("FROM a AS one\nCOPY train_config.json /one/\nFROM b\nCOPY train_config.json /two/", "/two/train_config.json"),
        ("FROM a AS one\nFROM b\nCOPY --from=one train_config.json /two/", "/workspace/train_config.json"),
        ("FROM a\nadd train_config.json /added/", "/added/train_config.json"),
        ("FROM a\r\nWORKDIR /win\r\nCOPY train_config.json ./\r\n", "/win/train_config.json"),
        ("# escape=`\nFROM a\nCOPY `\n train_config.json `\n /tick/\n", "/tick/train_config.json"),
        ("FROM a\nRUN <<EOF\nCOPY train_config.json /no/\nEOF\nCOPY train_config.json /yes/", "/yes/train_config.json"),
        ('FROM a\nWORKDIR /with space\nCOPY ["train_config.json", "a b/"]', "/with space/a b/train_config.json"),
        ("", "/workspace/train_config.json"),
    ],
)
def test_it_resolves_destinations(text: str, place: str) -> None:
    assert dockerfile.destination_of(text, "train_config.json") == place


def test_it_knows_stages_from_images() -> None:
    found = dockerfile.parse_dockerfile("FROM a:1 AS build\nFROM --platform=linux/amd64 b\nFROM build\n")
    assert dockerfile.base_images(found) == [(1, "a:1"), (2, "b")]


def test_a_shell_entrypoint_takes_no_command() -> None:
    found = dockerfile.parse_dockerfile('FROM a\nENTRYPOINT python train.py\nCMD ["x"]')
    assert dockerfile.entrypoint(found) == ["/bin/sh", "-c", "python train.py"]


def test_it_lays_out_a_context(tmp_path: Path) -> None:
    for name in ("a.py", "b.py", "pkg/c.py", "pkg/deep/d.py", "e.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    text = (
        "FROM x\nWORKDIR /w\nCOPY *.py ./\nCOPY pkg /lib/pkg\nCOPY e.txt renamed.txt\nCOPY ../../etc/passwd gone ./\n"
    )
    layout = dockerfile.context_layout(dockerfile.parse_dockerfile(text), tmp_path)
    assert {target: file.relative_to(tmp_path).as_posix() for target, file in layout.items()} == {
        "/w/a.py": "a.py",
        "/w/b.py": "b.py",
        "/lib/pkg/c.py": "pkg/c.py",
        "/lib/pkg/deep/d.py": "pkg/deep/d.py",
        "/w/renamed.txt": "e.txt",
    }


PIECES = st.sampled_from(
    ["FROM", "COPY", "ADD", "RUN", "ENV", "WORKDIR", "ARG", "CMD", "ENTRYPOINT", "a", ".", "/x", "..", "$A", "${A:-b}",
     "\\", "\n", " ", "#", "[", "]", '"', "'", "=", "--from=a", "<<EOF", "EOF", "*", "?", "[a-z]", "[z-a]", "\r", "\t"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=60).map(" ".join) | st.text(max_size=200))
def test_it_never_fails_and_never_leaves_the_root(text: str) -> None:
    found = dockerfile.parse_dockerfile(text)
    lines = text.count("\n") + 1
    assert all(1 <= each.line <= lines for each in found)
    for place in (dockerfile.destination_of(text, "train_config.json"), dockerfile.final_workdir(found)):
        assert place.startswith("/")
        assert ".." not in place.split("/")
    for _, source in dockerfile.copy_sources(found):
        assert not source.startswith("/")
        assert ".." not in source.split("/")
    assert all(isinstance(word, str) for word in dockerfile.entrypoint(found))
    dockerfile.environment(found)
    dockerfile.base_images(found)


# A word that begins with a dash is a flag of COPY, not a file.
NAMES = st.text(string.ascii_letters + string.digits + "_-", min_size=1, max_size=12).filter(lambda n: n[0] != "-")


@given(
    workdirs=st.lists(st.tuples(st.booleans(), NAMES), max_size=4), target=NAMES, filename=NAMES, noise=st.lists(NAMES)
)
def test_a_destination_follows_the_working_directories(
    workdirs: list[tuple[bool, str]], target: str, filename: str, noise: list[str]
) -> None:
    place, text = "/workspace", "FROM x\n"
    for absolute, name in workdirs:
        place = f"/{name}" if absolute else posixpath.join(place, name)
        text += f"WORKDIR {place if absolute else name}\n"
    text += "".join(f"RUN echo {word} \\\n  && true\n" for word in noise)
    text += f"COPY {filename} {target}/\n"
    assert dockerfile.destination_of(text, filename) == f"{place}/{target}/{filename}"
