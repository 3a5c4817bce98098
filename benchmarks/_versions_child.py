"""Fills the database of the settings with a large data set, then makes, compares, restores and deletes versions of it.

``benchmarks.versions`` starts it; the last line it prints is JSON: by name the seconds it took, and the longest that
another writer waited meanwhile.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from benchmarks._large import CLASSES, fill

IMAGES = int(os.environ.get("VERSIONS_IMAGES", "100000"))
EDITED = 1_000
PAUSE_S = 0.02


def main() -> None:
    """Fill, measure, print."""
    import django
    from django.conf import settings

    # Before it is read: what follows a version is the worker's, and there is none here.
    settings.Q_CLUSTER["sync"] = False
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    user, dataset = fill(IMAGES)
    print(f"filled in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    dataset.versions.all().delete()  # of the last try
    type(dataset).objects.filter(pk=dataset.pk).update(annotations_digest="", last_version=0)
    found = {}
    for name, work in steps(dataset, user):
        found[name] = measured(work)
        print(name, found[name], file=sys.stderr)
    print(json.dumps(found))


def steps(dataset: Any, user: Any) -> list[tuple[str, Callable[[], object]]]:
    """What is measured, in this order."""
    from yard.datasets.annotations.types import ShapeAnnotation
    from yard.datasets.editing.annotations import image_annotate
    from yard.datasets.labels import LabelBook
    from yard.datasets.models import DatasetVersion, Image
    from yard.datasets.shapes import shapes_replace
    from yard.datasets.versions.compare import versions_compare
    from yard.datasets.versions.create import version_create
    from yard.datasets.versions.records import records_open
    from yard.datasets.versions.restore import version_restore
    from yard.datasets.versions.services import version_delete
    from yard.datasets.working_state import changing

    drawn = {"x1": 1.0, "y1": 1.0, "x2": 9.0, "y2": 9.0, "rotation": 0.0}

    def version(number: int) -> DatasetVersion:
        return DatasetVersion.objects.select_related("fileset", "dataset").get(dataset=dataset, number=number)

    def make() -> object:
        return version_create(dataset=dataset, user=user)

    def edit_one() -> None:
        image = dataset.images.order_by("-pk")[0]
        shapes = [{"kind": "box", "label": CLASSES[0], "geometry": drawn}]
        image_annotate(dataset=dataset, image_id=image.pk, revision=image.revision, shapes=shapes, user=user)

    def edit_many() -> None:
        with changing(dataset, user=user, action="dataset.changed") as locked:
            ids = Image.objects.filter(dataset=locked).order_by("pk").values_list("pk", flat=True)[:EDITED]
            shape = ShapeAnnotation("box", CLASSES[1], drawn)
            shapes_replace({pk: [shape] for pk in ids}, LabelBook(locked))

    return [
        ("first version", make),
        ("the same again", make),
        ("its records", lambda: records_open(version(1))),
        ("an edit of one image", edit_one),
        ("version after an edit of one image", make),
        (f"a change of {EDITED} images", edit_many),
        (f"version after a change of {EDITED} images", make),
        ("compare two versions", lambda: versions_compare(version(1), version(3)).counts),
        ("bring the first back", lambda: version_restore(dataset=dataset, version=version(1), user=user)),
        ("delete a version", lambda: version_delete(version=version(3), user=user)),
    ]


def measured(work: Callable[[], object]) -> dict[str, float]:
    """Seconds, those of this process's processor, and the longest that a writer of another connection waited."""
    with _Writer() as writer:
        began, used = time.perf_counter(), time.process_time()
        work()
        took, used = time.perf_counter() - began, time.process_time() - used
    return {"seconds": took, "cpu": used, "waited": writer.longest}


class _Writer:
    """Writes a small row all the time, and notes the longest wait."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._write)

    def __enter__(self) -> _Writer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _write(self) -> None:
        from django.db import OperationalError, connection

        from yard.accounts.models import User

        while not self._done.wait(PAUSE_S):
            began = time.perf_counter()
            try:
                User.objects.filter(username="nobody").update(username="nobody", is_active=True)
            except OperationalError as error:
                print(f"a writer gave up: {error}", file=sys.stderr)
            self.longest = max(self.longest, time.perf_counter() - began)
        connection.close()


if __name__ == "__main__":
    main()
