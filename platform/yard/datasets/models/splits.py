"""Which part of a data set each image belongs to."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from yard.core.models import TimestampedModel
from yard.datasets.models.contents import Dataset, Image


class Part(models.TextChoices):
    """What the images of a part of a split are for."""

    TRAIN = "train", "Train"
    VAL = "val", "Validation"
    TEST = "test", "Test"


class SplitMethod(models.TextChoices):
    """How the images were dealt out."""

    RANDOM = "random", "Random"
    STRATIFIED = "stratified", "Stratified by class"
    GROUP = "group", "By group"
    LISTS = "lists", "From lists"
    MANUAL = "manual", "By hand"


class Split(TimestampedModel):
    """A named way to deal the images out to train, val and test. Images without a part are in none of them."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="splits")
    name = models.CharField(max_length=100)
    method = models.CharField(max_length=10, choices=SplitMethod.choices)
    seed = models.BigIntegerField(null=True, blank=True)
    options = models.JSONField(default=dict, blank=True, help_text="Shares, and what groups are made of")
    counts = models.JSONField(default=dict, blank=True, help_text="part → images")
    revision = models.IntegerField(
        default=0, help_text="Moves with every change, so that two at once notice each other"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "name"], name="split_name_unique")]
        ordering = ["dataset", "name"]

    def __str__(self) -> str:
        return self.name


class SplitMember(models.Model):
    """The part that an image is in."""

    split = models.ForeignKey(Split, on_delete=models.CASCADE, related_name="members")
    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="parts")
    part = models.CharField(max_length=5, choices=Part.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["split", "image"], name="split_member_unique")]
        indexes = [models.Index(fields=["split", "part"], name="split_member_by_part")]

    def __str__(self) -> str:
        return f"{self.image_id} in {self.part}"
