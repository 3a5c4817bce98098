"""Fills the database of the settings with 100,000 images and 500,000 shapes, then asks for pages of the gallery.

``benchmarks.gallery`` starts it; the last line it prints is JSON: milliseconds by name.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from benchmarks._large import CLASSES, fill

IMAGES = int(os.environ.get("GALLERY_IMAGES", "100000"))
TRIES = 40

Ask = Callable[[str, dict[str, Any]], int]


def main() -> None:
    """Fill, measure, print."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from rest_framework.test import APIClient

    import yard.asgi  # noqa: F401 - as the web process begins

    call_command("migrate", verbosity=0)
    user, dataset = fill(IMAGES)
    with connection.cursor() as cursor:
        # As autovacuum does within a minute, and SQLite's own upkeep.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    client = APIClient(HTTP_HOST="localhost")
    client.force_authenticate(user)

    def ask(path: str, query: dict[str, Any]) -> int:
        response = client.get(f"/api/v1/datasets/{dataset.pk}/{path}?{urlencode(query, doseq=True)}")
        assert response.status_code == 200, response.content
        return int(json.loads(response.content)["count"])

    figures = {}
    for name, query in QUERIES.items():
        cold = timed(partial(ask, "gallery/", {**query, "limit": 100}))
        count = ask("gallery/", {**query, "limit": 0})
        pages = [timed(partial(ask, "gallery/", window(count, query))) for _ in range(TRIES)]
        figures[name] = {"first": cold, "p50": statistics.median(pages), "p95": p95(pages)}
        print(name, {key: round(value) for key, value in figures[name].items()}, file=sys.stderr)
    plain = [timed(lambda: ask("images/", numbered_page())) for _ in range(TRIES // 4)]
    figures["peer: numbered pages with whole shapes"] = {
        "first": plain[0],
        "p50": statistics.median(plain),
        "p95": p95(plain),
    }
    figures.update(further(dataset, user, client, ask))
    print(json.dumps(figures))


QUERIES: dict[str, dict[str, Any]] = {
    "all, by name": {},
    "all, newest": {"ordering": "-id"},
    "all, by size": {"ordering": "-size"},
    "all, by objects": {"ordering": "-shape_count"},
    "of one class": {"label": CLASSES[3]},
    "of any of three classes, by objects": {"label": CLASSES[:3], "ordering": "-shape_count"},
    "without a class": {"label_none": CLASSES[3]},
    "polygons": {"kind": "polygon"},
    "class, boxes under 20 px": {"label": CLASSES[3], "kind": "box", "shape_width_max": 20},
    "any box under 20 px": {"shape_width_max": 20},
    "flat shapes": {"shape_aspect_min": 4},
    "centre in the upper left": {"center_x_max": 0.1, "center_y_max": 0.1},
    "part val": {"part": "val"},
    "in no part": {"part": "none"},
    "with a finding": {"finding": "shape.degenerate"},
    "text": {"search": "77"},
    "not annotated": {"annotated": "false"},
}


def window(count: int, query: dict[str, Any]) -> dict[str, Any]:
    """Somewhere in the set, as the scroll bar goes."""
    return {**query, "limit": 100, "offset": random.randrange(max(1, count - 100))}


def numbered_page() -> dict[str, Any]:
    """As lists ask that count pages."""
    return {"page": random.randrange(1, IMAGES // 100), "page_size": 100}


def further(dataset: Any, user: Any, client: Any, ask: Ask) -> dict[str, dict[str, float]]:
    """Neighbours of an image, statistics, and the saving of an edit."""
    from yard.datasets.editing.annotations import image_annotate
    from yard.datasets.models import Image

    ids = list(dataset.images.order_by("name").values_list("pk", flat=True))
    places = [timed(lambda: ask(f"images/{random.choice(ids)}/place/", {})) for _ in range(TRIES)]
    drawn = {"kind": "box", "label": CLASSES[0], "geometry": {"x1": 1, "y1": 1, "x2": 9, "y2": 9}}

    def save() -> None:
        image = Image.objects.get(pk=random.choice(ids))
        image_annotate(dataset=dataset, image_id=image.pk, revision=image.revision, shapes=[drawn], user=user)

    def count() -> None:
        response = client.get(f"/api/v1/datasets/{dataset.pk}/statistics/")
        # 202: they are the worker's to count, which works within the request here.
        assert response.status_code in {200, 202}, response.content

    return {
        "place of an image": told(places),
        "save an edit": told([timed(save) for _ in range(TRIES)]),
        "statistics": told([timed(count) for _ in range(3)]),
    }


def told(values: list[float]) -> dict[str, float]:
    """The figures of several tries."""
    return {"first": values[0], "p50": statistics.median(values), "p95": p95(values)}


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def p95(values: list[float]) -> float:
    """The value that 95 of 100 stay below."""
    return sorted(values)[max(0, round(0.95 * len(values)) - 1)]


if __name__ == "__main__":
    main()
