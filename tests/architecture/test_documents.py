"""The documents hang together: links lead somewhere, every page can be reached, decisions are counted in one row."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)>\s]+)>?\)")


def documents() -> list[Path]:
    """Every Markdown file under version control, or not ignored by it; all but dependencies where there is none."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return sorted(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file())
    skipped = {"node_modules", ".venv", ".node", ".cache", "var"}
    return sorted(path for path in ROOT.rglob("*.md") if not skipped & set(path.relative_to(ROOT).parts))


DOCUMENTS = documents()


@cache
def text_of(document: Path) -> str:
    """The document without its fenced examples, in which brackets are no links."""
    return re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def links_of(document: Path) -> list[tuple[str, Path, str]]:
    """Each relative link as written, the file it leads to, and the place there (may be empty)."""
    found = []
    for link in LINK.findall(text_of(document)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, place = unquote(link).partition("#")
        found.append((link, (document.parent / path).resolve() if path else document, place))
    return found


def places_in(document: Path) -> set[str]:
    """The names of a document's headings as links write them."""
    headings = re.findall(r"^#+ (.+)$", text_of(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    broken = [
        link
        for link, target, place in links_of(document)
        if not target.exists() or (place and target.suffix == ".md" and place not in places_in(target))
    ]
    assert broken == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    coming = [ROOT / "README.md"]
    while coming:
        page = coming.pop()
        if page not in reached and page.suffix == ".md" and page.is_file():
            reached.add(page)
            coming += [target for _, target, _ in links_of(page)]
    pages = {path for path in DOCUMENTS if path.is_relative_to(ROOT / "docs")}
    assert pages, "no documents were found"
    assert {path.relative_to(ROOT).as_posix() for path in pages - reached} == set()


def test_decisions_are_numbered_in_one_row() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    assert [file.name for file in files if not text_of(file).startswith(f"# {int(file.name[:4])}. ")] == []


def test_every_make_command_of_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {
        command
        for page in pages
        for command in re.findall(
            r"(?:^|`)(?:[A-Z_]+=\S+ )*make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    assert named, "the documents name no command"
    assert named - targets == set()
