"""A large data set as rows: what benchmarks of a hundred thousand images measure on. No image has any bytes."""

from __future__ import annotations

import random
from typing import Any

SHAPES_PER_IMAGE = 5
CLASSES = [f"class {number:02}" for number in range(10)]
BATCH = 5_000
_SIDES = [(640, 480), (1280, 720), (1920, 1080), (800, 800)]


def fill(count: int) -> tuple[Any, Any]:
    """A user and a data set of hers with so many images, five shapes on each but every twentieth, a split, findings.

    Always the same; the one that an earlier try made is taken when it is there. Needs Django, set up and migrated.
    """
    from yard.accounts.models import Membership, Project, Role, User
    from yard.core.bulk import tables_analyze
    from yard.datasets import services
    from yard.datasets.counts import dataset_refresh_counts
    from yard.datasets.models import Dataset, Finding, Image, Label, Shape, Split, SplitMember

    random.seed(1)
    if (found := Dataset.objects.filter(name="Large").first()) is not None:
        return found.created_by, found
    user = User.objects.create_user("olga", password="x", bucket="bucket-olga")
    project = Project.objects.create(name="Bench", created_by=user)
    Membership.objects.create(project=project, user=user, role=Role.EDITOR)
    dataset = services.dataset_create(project=project, name="Large", user=user)
    labels = Label.objects.bulk_create([Label(dataset=dataset, name=name, color="#3cb44b") for name in CLASSES])
    split = Split.objects.create(dataset=dataset, name="main", method="random")
    for start in range(0, count, BATCH):
        _fill_some(dataset, split, labels, range(start, min(start + BATCH, count)), count)
    dataset.split = split
    dataset.save()
    dataset_refresh_counts(dataset)
    tables_analyze(Image, Shape, SplitMember, Finding)  # as an import does at its end
    return user, dataset


def _fill_some(dataset: Any, split: Any, labels: list[Any], numbers: range, count: int) -> None:
    from yard.datasets.annotations.digests import annotations_digest
    from yard.datasets.models import Finding, Image, Shape, SplitMember
    from yard.datasets.shapes import shape_row
    from yard.storage import keys
    from yard.storage.models import StoredObject

    drawn = {}
    images = []
    for number in numbers:
        width, height = random.choice(_SIDES)
        shapes = [_shape(width, height) for _ in range(0 if number % 20 == 0 else SHAPES_PER_IMAGE)]
        names = [shape.label for shape in shapes]
        images.append(
            Image(
                dataset=dataset,
                name=f"image {number * 7919 % count:06}.jpg",
                digest=f"{number:064x}",
                size=random.randrange(10_000, 900_000),
                width=width,
                height=height,
                media_type="image/jpeg",
                shape_count=len(shapes),
                labels={name: names.count(name) for name in sorted(set(names))},
                annotations_digest=annotations_digest(shapes),
                # As films have them: scenes of some dozen frames that look alike, and scenes that do not.
                perceptual_hash=random.Random(number // 30).getrandbits(64) - (1 << 63) ^ 1 << random.randrange(62),
            )
        )
        drawn[images[-1].name] = shapes
    images = Image.objects.bulk_create(images)
    by_name = {label.name: label for label in labels}
    rows = [
        shape_row(shape, image_id=image.pk, label=by_name[shape.label])
        for image in images
        for shape in drawn[image.name]
    ]
    Shape.objects.bulk_create(rows, BATCH)
    SplitMember.objects.bulk_create(
        SplitMember(split=split, image=image, part=random.choice(["train"] * 8 + ["val", "test"]))
        for image in images
        if image.pk % 10
    )
    Finding.objects.bulk_create(
        Finding(dataset=dataset, code="shape.degenerate", severity="error", message="none", image=image)
        for image in images[::50]
    )
    StoredObject.objects.bulk_create(
        StoredObject(
            bucket=dataset.bucket,
            key=keys.dataset_file(dataset.pk, image.name),
            digest=image.digest,
            size=image.size,
        )
        for image in images
    )


def _shape(image_width: int, image_height: int) -> Any:
    """A box or, one time in five, a polygon of eight corners."""
    from yard.datasets.annotations.types import ShapeAnnotation

    label = CLASSES[min(int(random.expovariate(0.5)), len(CLASSES) - 1)]
    width, height = min(random.expovariate(1 / 90) + 4, image_width), min(random.expovariate(1 / 90) + 4, image_height)
    left, top = random.random() * (image_width - width), random.random() * (image_height - height)
    if random.random() < 0.2:
        points = [[left + random.random() * width, top + random.random() * height] for _ in range(8)]
        return ShapeAnnotation("polygon", label, {"points": points})
    geometry = {"x1": left, "y1": top, "x2": left + width, "y2": top + height, "rotation": 0.0}
    return ShapeAnnotation("box", label, geometry)
