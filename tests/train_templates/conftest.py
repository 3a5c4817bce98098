"""What tests of the train templates share: helper scripts as modules, small data sets, and the real ones."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from xml.sax.saxutils import quoteattr

import pytest

from tests.train_templates.box import TEMPLATES

HELPER_MODULES = ("config", "config_to_args", "dataset", "cvat_dataset", "export")


@pytest.fixture
def helpers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The helper scripts as modules, in an empty working directory, with a container's folders moved under tmp_path."""
    for folder in ("common", "datasets", "export"):
        monkeypatch.syspath_prepend(str(TEMPLATES / folder))
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    monkeypatch.chdir(workspace)
    monkeypatch.setenv("DATASET_ID", "7")
    forget_helpers()
    modules = SimpleNamespace(**{name: importlib.import_module(name) for name in HELPER_MODULES})
    monkeypatch.setattr(modules.dataset, "MOUNTED_DATASETS_ROOT_PATH", str(tmp_path / "minio"))
    monkeypatch.setattr(modules.cvat_dataset, "DATASETS_ROOT_PATH", str(tmp_path / "datasets"))
    monkeypatch.setattr(modules.cvat_dataset, "SPLIT_FILEPATH", str(tmp_path / "split.json"))
    modules.samples = tmp_path / "minio" / "7"
    (modules.samples / "annotations").mkdir(parents=True)
    yield modules
    forget_helpers()


def forget_helpers() -> None:
    for name in HELPER_MODULES:
        sys.modules.pop(name, None)


def cvat_xml(images: dict[str, str], labels: list[str], meta: str = "task", size: tuple[int, int] = (100, 80)) -> str:
    """An un-indented CVAT file; ``images`` maps names to the XML of their shapes."""
    names = "".join(f"<label><name>{label}</name></label>" for label in labels)
    elements = "".join(
        f'<image id="{number}" name={quoteattr(name)} width="{size[0]}" height="{size[1]}">{shapes}</image>'
        for number, (name, shapes) in enumerate(images.items())
    )
    return (
        f"<annotations><version>1.1</version><meta><{meta}><labels>{names}</labels></{meta}></meta>"
        f"{elements}</annotations>"
    )


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 handwritten digits as small PNG files, one tag each."""
    from PIL import Image
    from sklearn.datasets import load_digits

    folder = tmp_path_factory.mktemp("digits")
    data = load_digits()
    images = {}
    for number in range(300):
        name = f"digit-{number:03}.png"
        pixels = (data.images[number] * 15.9).astype("uint8")
        Image.fromarray(pixels).resize((32, 32)).save(folder / name)
        images[name] = f'<tag label="{data.target[number]}" source="manual"></tag>'
    (folder / "annotations").mkdir()
    xml = cvat_xml(images, [str(digit) for digit in range(10)], size=(32, 32))
    (folder / "annotations" / "annotations.xml").write_text(xml)
    return folder


@pytest.fixture(scope="session")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 scenes of 128 x 128 pixels, each with three digits of two kinds and their boxes."""
    import numpy
    from PIL import Image
    from sklearn.datasets import load_digits

    folder = tmp_path_factory.mktemp("scenes")
    data = load_digits()
    random = numpy.random.default_rng(0)
    choice = numpy.flatnonzero(numpy.isin(data.target, [0, 1]))
    images = {}
    for number in range(60):
        scene = numpy.full((128, 128), 40, dtype="uint8")
        boxes = []
        for slot in random.permutation(4)[:3]:
            index, size = random.choice(choice), int(random.integers(28, 48))
            left, top = (int(random.integers(0, 64 - size)) + 64 * int(part) for part in (slot % 2, slot // 2))
            pixels = Image.fromarray((data.images[index] * 13).astype("uint8") + 40).resize((size, size))
            scene[top : top + size, left : left + size] = numpy.asarray(pixels)
            boxes.append(
                f'<box label="{["zero", "one"][data.target[index]]}" xtl="{left}" ytl="{top}" xbr="{left + size}"'
                f' ybr="{top + size}"></box>'
            )
        name = f"scene-{number:02}.png"
        Image.fromarray(scene).save(folder / name)
        images[name] = "".join(boxes)
    (folder / "annotations").mkdir()
    (folder / "annotations" / "annotations.xml").write_text(cvat_xml(images, ["zero", "one"], size=(128, 128)))
    return folder


def read_json(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))
