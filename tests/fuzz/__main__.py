"""Fuzzes one reader until the time is up or a bug is found: ``python -m tests.fuzz cvat 600 folder``.

New inputs that reach new code, and the one that made the reader fail (``crash-…``, ``timeout-…``, ``oom-…``), go to the
folder. The exit status is not 0 when one did.
"""

from __future__ import annotations

import importlib
import os
import sys
import zipfile
from pathlib import Path

import django

INPUT_MAX_BYTES = 4096
SLOW_SECONDS = 20
MEMORY_MB = 2048
WATCHED = ["yard.datasets", "yard.blueprints", "yard.core", "yard.executions.launchers.dockerfile", "zipfile"]


def main() -> None:
    """Run the fuzzer; it ends the process itself."""
    import atheris

    name, seconds, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yard.settings.test")
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "platform"))
    # Only what is imported in here is watched for new paths; Django's own code is none of it.
    with atheris.instrument_imports(include=WATCHED):
        importlib.reload(zipfile)
        django.setup()
        from tests.fuzz.readers import READERS, found_inputs
    reader = READERS[name]
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for index, seed in enumerate([*reader.seeds(), *(path.read_bytes() for path in found_inputs(name))]):
        (corpus / f"seed-{index}").write_bytes(seed)
    words = folder / "words"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in reader.words), encoding="ascii")
    options = [
        f"-max_total_time={seconds}", f"-max_len={INPUT_MAX_BYTES}", f"-timeout={SLOW_SECONDS}",
        f"-rss_limit_mb={MEMORY_MB}", f"-artifact_prefix={folder}/", f"-dict={words}", "-print_final_stats=1",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(corpus)], reader)
    atheris.Fuzz()


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


if __name__ == "__main__":
    main()
