"""Removing images: those that do not belong, and all but one of those that are there several times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Count

from yard.core.errors import InvalidInput
from yard.datasets.doctor.checks.duplicate_images import DUPLICATE, worth
from yard.datasets.doctor.facts import ImageFacts
from yard.datasets.doctor.reading import images_seen
from yard.datasets.doctor.repairs.base import Example, Order, Outcome, Remedy, image_ids, refuse_option
from yard.datasets.models import Dataset, Finding, Image, Shape, Split, SplitMember
from yard.datasets.shapes import in_batches

KEEP = ("labelled", "first")


class RemoveImages(Remedy):
    """Takes images away with their shapes. Of images that are alike one stays."""

    code = "remove_images"
    title = "Remove the images"
    explanation = (
        "The images are removed with their shapes; of images that are alike one stays. Versions keep them all."
    )

    def checked(self, dataset: Dataset, options: dict[str, Any]) -> dict[str, Any]:
        keep = options.get("keep", KEEP[0])
        if keep not in KEEP:
            raise refuse_option(
                "keep", f"keep is one of {', '.join(KEEP)}: the image with the most labels, or the first by name."
            )
        return {"keep": keep}

    def carry_out(self, order: Order, *, dry: bool) -> Outcome:
        findings = order.findings()
        known = _facts(order.dataset, findings)
        findings = [finding for finding in findings if _is_still_about(finding, known)]
        doomed = _doomed(findings, known, keep=order.options.get("keep", KEEP[0]))
        if order.code == "image.unlabelled":
            doomed = [image for image in doomed if not image.shape_count]  # somebody has labelled it since
        if doomed and len(doomed) >= order.dataset.image_count:
            raise InvalidInput("This would remove every image of the data set. Choose some of them.")
        outcome = Outcome(images=len(doomed), files=[image.name for image in doomed])
        outcome.count("images removed", len(doomed))
        outcome.count("shapes removed", sum(image.shape_count for image in doomed))
        labelled = sum(image.shape_count > 0 for image in doomed)
        if labelled:
            outcome.notes.append(f"{labelled} of these images have labels, which go with them.")
        for image in doomed:
            outcome.show(Example(image.id))
        if not dry:
            images_remove(order.dataset, [image.id for image in doomed])
        return outcome


def images_remove(dataset: Dataset, ids: Sequence[int]) -> None:
    """Take the rows of these images away with all that hangs on them; their files are the caller's.

    Call it in a transaction.
    """
    for some in in_batches(ids):
        Finding.objects.filter(image_id__in=some).delete()
        Finding.objects.filter(other_image_id__in=some).delete()
        Shape.objects.filter(image_id__in=some).delete()
        Image.objects.filter(pk__in=some).delete()
    _recount_splits(dataset)


def _recount_splits(dataset: Dataset) -> None:
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    members = SplitMember.objects.filter(split__dataset=dataset).order_by().values_list("split_id", "part")
    for split_id, part, count in members.annotate(count=Count("pk")):
        counts[split_id][part] = count
    for split in Split.objects.filter(dataset=dataset):
        split.counts = counts[split.pk]
        split.save(update_fields=["counts", "updated_at"])


def _facts(dataset: Dataset, findings: Sequence[Finding]) -> dict[int, ImageFacts]:
    others = [finding.other_image_id for finding in findings if finding.other_image_id is not None]
    seen = images_seen(dataset, shapes=False, ids={*image_ids(findings), *others})
    return {image.id: image for image, _ in seen}


def _is_still_about(finding: Finding, known: dict[int, ImageFacts]) -> bool:
    """Whether the images still have the content that it was found in: somebody may have uploaded better files since."""
    image, other = known.get(finding.image_id or 0), known.get(finding.other_image_id or 0)
    if image is None or (finding.other_image_id is not None and other is None):
        return False
    if finding.code == DUPLICATE.code:
        return other is not None and image.digest == other.digest
    return "digest" not in finding.details or finding.details["digest"] == image.digest


def _doomed(findings: Sequence[Finding], known: dict[int, ImageFacts], *, keep: str) -> list[ImageFacts]:
    """The images to be removed, by name: those that were found, and all but one of each group that is alike."""
    alone = {finding.image_id for finding in findings if finding.other_image_id is None}
    pairs = [(finding.image_id, finding.other_image_id) for finding in findings]
    doomed = {pk for pk in alone if pk in known}
    for group in _groups([(one, other) for one, other in pairs if one in known and other in known]):
        doomed |= set(sorted(group, key=lambda pk: _sorts(known[pk], keep))[1:])
    return sorted((known[pk] for pk in doomed), key=lambda image: image.name)


def _groups(pairs: Sequence[tuple[int, int]]) -> list[set[int]]:
    """What is connected by pairs."""
    group_of: dict[int, set[int]] = {}
    for one, other in pairs:
        joined = group_of.get(one, {one}) | group_of.get(other, {other})
        for member in joined:
            group_of[member] = joined
    return list({id(group): group for group in group_of.values()}.values())


def _sorts(image: ImageFacts, keep: str) -> tuple[int, int, str]:
    return worth(image) if keep == "labelled" else (0, 0, image.name)
