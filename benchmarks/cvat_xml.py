"""Reading a CVAT file of 20,000 images with 100,000 shapes as a stream: images per second, and memory while at it.

The peer is datumaro, installed into an environment of its own when the package index can be reached (it keeps the whole
data set in memory, which is not its fault: that is what it is for).
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, TextIO

from PIL import Image as Pillow

from benchmarks._table import Row, report

ROOT = Path(__file__).resolve().parent.parent
IMAGES = 20_000
BOXES, POLYGONS, CORNERS = 4, 1, 8
LABELS = ("pear", "leaf", "stem", "soil", "stone")
TRIES = 3
PEER = "datumaro==1.13.12"

# Each runs in a process of its own and prints seconds, MB grown, images, shapes, processor seconds.
MEASURE = """
import json, re, sys, time
{prepare}
def peak():  # of this program; getrusage would count the one that started it, too
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
grown = peak()
began, busy = time.perf_counter(), time.process_time()
{read}
seconds, busy = time.perf_counter() - began, time.process_time() - busy
grown = (peak() - grown) / 1024
print(json.dumps([seconds, grown, images, shapes, busy]))
"""
OURS = MEASURE.format(
    prepare="""
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yard.settings")
sys.path.insert(0, "platform")
from yard.datasets.annotations.cvat_reader import CvatDocument
""",
    read="""
images = shapes = 0
with open(sys.argv[1], "rb") as file:
    for image in CvatDocument(file):
        images += 1
        shapes += len(image.shapes)
""",
)
THEIRS = MEASURE.format(
    prepare="from datumaro.components.dataset import Dataset",
    read="""
images = shapes = 0
for item in Dataset.import_from(sys.argv[1], "cvat"):
    images += 1
    shapes += len(item.annotations)
""",
)


def main() -> int:
    """Returns the process's exit code."""
    with tempfile.TemporaryDirectory(prefix="trainyard-bench-") as folder:
        file = Path(folder) / "annotations.xml"
        with file.open("w", encoding="utf-8") as target:
            _write(target)
        _link_images(Path(folder) / "images")
        megabytes = file.stat().st_size / 1e6
        runs = [_measure([sys.executable, "-c", OURS, str(file)]) for _ in range(TRIES)]
        peer = _peer(Path(folder), file)
    seconds = statistics.median(run[0] for run in runs)
    busy = statistics.median(run[4] for run in runs)
    images, shapes = runs[0][2:4]
    assert (images, shapes) == (IMAGES, IMAGES * (BOXES + POLYGONS))
    rows = [
        Row("images read", images / seconds, "1/s", images / peer[0] if peer else None, _name(peer), "≥ 40000"),
        Row("images read, by processor time", images / busy, "1/s", images / peer[4] if peer else None, _name(peer)),
        Row("shapes read", shapes / seconds, "1/s", peer[3] / peer[0] if peer else None, _name(peer)),
        Row("memory grown by", max(run[1] for run in runs), "MB", peer[1] if peer else None, _name(peer), "< 60"),
        Row("size of the file", megabytes, "MB"),
    ]
    if peer:
        assert (peer[2], peer[3]) == (images, shapes)
        rows.insert(0, Row("times as fast as the peer", peer[0] / seconds, "×"))
    report("cvat_xml", rows)
    return 0


def _write(target: TextIO) -> None:
    """The file as CVAT lays it out: four boxes and a polygon of eight corners on each image."""
    chance = random.Random(7)
    labels = "".join(f"<label><name>{name}</name><attributes>\n</attributes></label>\n" for name in LABELS)
    target.write('<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n')
    target.write(f"  <meta><task><name>bench</name><size>{IMAGES}</size><labels>\n{labels}</labels></task></meta>\n")
    for index in range(IMAGES):
        target.write(f'  <image id="{index}" name="frame_{index:06d}.jpg" width="1920" height="1080">\n')
        for number in range(BOXES + POLYGONS):
            target.write(_shape(chance, LABELS[number % len(LABELS)], is_box=number < BOXES))
        target.write("  </image>\n")
    target.write("</annotations>\n")


def _link_images(folder: Path) -> None:
    """The peer refuses annotations whose images are not there; one small picture under 20,000 names will do."""
    folder.mkdir()
    first = folder / "frame_000000.jpg"
    Pillow.new("L", (8, 8)).save(first)
    for index in range(1, IMAGES):
        (folder / f"frame_{index:06d}.jpg").hardlink_to(first)


def _shape(chance: random.Random, label: str, *, is_box: bool) -> str:
    x, y = chance.uniform(0, 1800), chance.uniform(0, 1000)
    same = f'label="{label}" source="manual" occluded="0"'
    if is_box:
        place = f'xtl="{x:.2f}" ytl="{y:.2f}" xbr="{x + 80:.2f}" ybr="{y + 60:.2f}"'
        return f'    <box {same} {place} z_order="0">\n    </box>\n'
    points = ";".join(f"{x + chance.uniform(0, 80):.2f},{y + chance.uniform(0, 60):.2f}" for _ in range(CORNERS))
    return f'    <polygon {same} points="{points}" z_order="0">\n    </polygon>\n'


def _peer(folder: Path, file: Path) -> Any:
    """The peer's figures; None, with the reason on the screen, where it cannot be had."""
    environment = folder / "peer"
    uv = [sys.executable, "-m", "uv"]
    python = environment / "bin" / "python"
    try:
        _run([*uv, "venv", "-q", "-p", "3.11", str(environment)])
        _run([*uv, "pip", "install", "-q", "-p", str(python), PEER])
        return _measure([str(python), "-c", THEIRS, str(file)])
    except (OSError, subprocess.SubprocessError) as error:
        print(f"The peer ({PEER}) could not be measured: {getattr(error, 'stderr', '') or error}", file=sys.stderr)
        return None


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=900)


def _measure(command: list[str]) -> Any:
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True, timeout=900)
    return json.loads(done.stdout.splitlines()[-1])


def _name(peer: Any) -> str:
    return PEER if peer else ""


if __name__ == "__main__":
    sys.exit(main())
