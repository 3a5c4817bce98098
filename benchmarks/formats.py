"""Labels of 20,000 images with 100,000 shapes: CVAT XML into the database, and into COCO and YOLO.

Seconds of the processor stand beside those of the clock: on a busy machine they are the ones that can be compared.
What is written is what an export without images sends: one JSON file, and a ZIP of 20,000 texts. The peer is datumaro,
installed into an environment of its own when the package index can be reached; it writes folders.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks._table import Row, report
from benchmarks.cvat_xml import IMAGES, LABELS, MEASURE, PEER, ROOT, _link_images, _write

TRIES = 3
SETTINGS = """
import os, tempfile
os.environ["YARD_DATA_DIR"] = sys.argv[2]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yard.settings")
sys.path.insert(0, "platform")
import django; django.setup()
from yard.datasets.annotations.cvat_reader import CvatDocument
"""
WRITE = MEASURE.format(
    prepare=SETTINGS
    + """
from yard.datasets.annotations.formats.base import Export
from yard.datasets.annotations.formats.registry import FORMATS
from yard.datasets.annotations.types import LabelSpec
from yard.datasets.exports.packing import single_file, zip_entries
from yard.storage.zips import ZipParts
""",
    read=f"""
images, shapes = {IMAGES}, 0
with open(sys.argv[1], "rb") as file, tempfile.TemporaryFile() as target:
    found = FORMATS[sys.argv[3]]
    export = Export("bench", [LabelSpec(name) for name in {LABELS!r}], CvatDocument(file), images)
    if found.write_single:
        parts = single_file(found, export)
    else:
        parts = ZipParts(zip_entries(found.write(export), export, None, found.title))
    for part in parts:
        target.write(part)
    assert export.losses.count("polygon_dropped") == 0
""",
)
PARSE = MEASURE.format(
    prepare=SETTINGS,
    read="""
images = shapes = 0
with open(sys.argv[1], "rb") as file:
    for image in CvatDocument(file):
        images += 1
        shapes += len(image.shapes)
""",
)
# In a process of its own, or the migrations' memory would hide the import's.
PREPARE = f"""
import sys
{SETTINGS}
import io
from django.conf import settings
from django.core.management import call_command
call_command("migrate", verbosity=0)
from yard.accounts.models import Project, User
from yard.datasets import uploads
from yard.datasets.imports import services as import_services
from yard.datasets.models import Dataset, Image
Dataset.objects.all().delete()
user, _ = User.objects.get_or_create(username="bench", bucket="bench")
project, _ = Project.objects.get_or_create(name="bench", created_by=user)
dataset = Dataset.objects.create(project=project, name="bench", bucket="bench")
Image.objects.bulk_create(
    Image(dataset=dataset, name="frame_%06d.jpg" % number, digest="", size=1, width=1920, height=1080, media_type="")
    for number in range({IMAGES})
)
found = import_services.import_create(dataset=dataset, user=user)
with open(sys.argv[1], "rb") as file:
    content = file.read()
upload = uploads.upload_create(dataset_import=found, name="annotations.xml", size=len(content), user=user)
for at in range(0, len(content), settings.UPLOAD_CHUNK_MAX_BYTES):
    part = content[at : at + settings.UPLOAD_CHUNK_MAX_BYTES]
    uploads.upload_append(upload=upload, offset=at, source=io.BytesIO(part), size=len(part))
import_services.import_start(dataset_import=found)
print("[]")
"""
# The whole of what the worker does: check, match, look for oddities, store, keep the file, count, and report.
STORE = MEASURE.format(
    prepare=SETTINGS
    + """
from yard.core.collector import collector_spare_loaded
from yard.datasets.imports.run import import_perform
from yard.datasets.models import Import, Shape
collector_spare_loaded()  # as the worker does
found = Import.objects.latest("pk")
""",
    read="""
import_perform(found.pk)
images, shapes = found.dataset.images.filter(shape_count__gt=0).count(), Shape.objects.count()
""",
)
THEIRS = MEASURE.format(
    prepare="from datumaro.components.dataset import Dataset\nimport tempfile",
    read="""
images, shapes = 0, 0
with tempfile.TemporaryDirectory() as folder:
    Dataset.import_from(sys.argv[1], "cvat").export(folder, sys.argv[2], save_media=False)
""",
)


def main() -> int:
    """Returns the process's exit code."""
    with tempfile.TemporaryDirectory(prefix="trainyard-bench-") as folder:
        file = Path(folder) / "annotations.xml"
        with file.open("w", encoding="utf-8") as target:
            _write(target)
        _link_images(Path(folder) / "images")
        parse = _median(PARSE, file, folder)
        store = _median(STORE, file, folder, prepare=PREPARE)
        coco = _median(WRITE, file, folder, "coco")
        yolo = _median(WRITE, file, folder, "yolo")
        peers = _peers(Path(folder), file)
    assert (store[2], store[3]) == (IMAGES, 5 * IMAGES)
    peer_coco, peer_yolo = peers.get("coco"), peers.get("yolo")
    name = PEER if peers else ""
    report(
        "formats",
        [
            Row("CVAT XML parsed", IMAGES / parse[0], "images/s", goal="≥ 40000"),
            Row("… by processor time", IMAGES / parse[4], "images/s"),
            Row("CVAT XML imported by the worker", IMAGES / store[0], "images/s", goal="≥ 5000"),
            Row("… by processor time", IMAGES / store[4], "images/s"),
            Row("memory grown by that", store[1], "MB", goal="< 100"),
            Row("CVAT XML to COCO, reading included", coco[0], "s", peer_coco and peer_coco[0], name, "≤ 1.5"),
            Row("… by processor time", coco[4], "s", peer_coco and peer_coco[4], name),
            Row("memory grown by that", coco[1], "MB", peer_coco and peer_coco[1], name, "< 100"),
            Row("CVAT XML to YOLO, reading included", yolo[0], "s", peer_yolo and peer_yolo[0], name),
            Row("… by processor time", yolo[4], "s", peer_yolo and peer_yolo[4], name),
            Row("written only", max(yolo[0] - parse[0], 0), "s", goal="≤ 0.8"),
            Row("… by processor time", max(yolo[4] - parse[4], 0), "s"),
            Row("memory grown by that", yolo[1], "MB", peer_yolo and peer_yolo[1], name, "< 100"),
            *_ratios(coco, yolo, peer_coco, peer_yolo),
        ],
    )
    return 0


def _ratios(coco: Any, yolo: Any, peer_coco: Any, peer_yolo: Any) -> list[Row]:
    pairs = (("COCO", coco, peer_coco), ("YOLO", yolo, peer_yolo))
    return [Row(f"to {name}: times as fast as the peer", peer[0] / ours[0], "×") for name, ours, peer in pairs if peer]


def _median(code: str, file: Path, folder: str, *more: str, prepare: str = "") -> Any:
    """The try whose time is in the middle; ``prepare`` is run before each, in a process of its own."""
    runs = []
    for _ in range(TRIES):
        if prepare:
            _measure([sys.executable, "-c", prepare, str(file), folder])
        runs.append(_measure([sys.executable, "-c", code, str(file), folder, *more]))
    return sorted(runs)[len(runs) // 2]


def _peers(folder: Path, file: Path) -> dict[str, Any]:
    """The peer's figures by format; empty, with the reason on the screen, where it cannot be had."""
    python = folder / "peer" / "bin" / "python"
    uv = [sys.executable, "-m", "uv"]
    try:
        _run([*uv, "venv", "-q", "-p", "3.11", str(folder / "peer")])
        _run([*uv, "pip", "install", "-q", "-p", str(python), PEER])
        return {key: _measure([str(python), "-c", THEIRS, str(file), key]) for key in ("coco", "yolo")}
    except (OSError, subprocess.SubprocessError) as error:
        print(f"The peer ({PEER}) could not be measured: {getattr(error, 'stderr', '') or error}", file=sys.stderr)
        return {}


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=900)


def _measure(command: list[str]) -> Any:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "platform")}
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=900, env=env)
    if done.returncode:
        print(done.stderr[-3000:], file=sys.stderr)
        done.check_returncode()
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    sys.exit(main())
