"""Labelled image data: a working state that changes, and versions that never do."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from yard.core.models import TimestampedModel


class Dataset(TimestampedModel):
    """Named, labelled images. Its files lie readable under ``datasets/<id>/`` in its owner's bucket."""

    project = models.ForeignKey("accounts.Project", on_delete=models.CASCADE, related_name="datasets")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    bucket = models.CharField(max_length=63, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    image_count = models.IntegerField(default=0)
    annotated_count = models.IntegerField(default=0, help_text="Images with at least one shape or tag")
    shape_count = models.IntegerField(default=0)
    total_bytes = models.BigIntegerField(default=0)
    # Digest of the annotations.xml as uploaded while nothing has changed since: it is then mounted byte for byte.
    # (or as we wrote it from the rows). Empty: the rows have changed since, and it is written anew when it is needed.
    annotations_digest = models.CharField(max_length=64, blank=True)
    kind_counts = models.JSONField(default=dict, help_text="shape kind → shapes")
    cover = models.JSONField(default=list, help_text="Ids of up to four images to show in lists")
    revision = models.BigIntegerField(default=0, help_text="Moves with every change of images, shapes, labels or split")
    split = models.ForeignKey(
        "Split", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="New versions carry it"
    )
    last_version = models.IntegerField(default=0, help_text="Highest number a version ever had; none is given twice")
    checked_revision = models.BigIntegerField(null=True, blank=True, help_text="That the findings are about")
    archived_at = models.DateTimeField(null=True, blank=True, help_text="Hidden from lists; nothing can be changed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="dataset_name_unique")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class Label(models.Model):
    """A class of a data set."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="labels")
    name = models.CharField(max_length=255)
    color = models.CharField(max_length=9, help_text="#rrggbb")
    type = models.CharField(max_length=20, default="any", help_text="The kind of shape it is for")
    # [{"name", "mutable", "input_type", "default_value", "values"}], as the labelling tool declares them.
    attributes = models.JSONField(default=list, blank=True)
    shape_count = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "name"], name="label_name_unique")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Image(models.Model):
    """One image of a data set's working state. Names are flat and unique."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="images")
    name = models.CharField(max_length=255)
    path = models.CharField(max_length=1024, blank=True, help_text="As it was uploaded, folders included")
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField(help_text="Bytes")
    width = models.IntegerField(help_text="Pixels, upright (after EXIF rotation), as shapes are drawn on it")
    height = models.IntegerField()
    media_type = models.CharField(max_length=40)
    shape_count = models.IntegerField(default=0)
    # What follows from the shapes is kept by yard.datasets.shapes, the only one that changes them.
    labels = models.JSONField(default=dict, blank=True, help_text="class → its shapes on this image")
    annotations_digest = models.CharField(max_length=64, blank=True, help_text="Of its shapes; empty: it has none")
    revision = models.IntegerField(default=0, help_text="Moves with every change of its shapes")
    orientation = models.SmallIntegerField(default=1, help_text="EXIF: 1 upright, 2 to 8 turned or mirrored")
    perceptual_hash = models.BigIntegerField(
        null=True, blank=True, help_text="64 bits, alike for images that look alike; None: not computed yet"
    )
    dataset_import = models.ForeignKey(
        "Import", null=True, blank=True, on_delete=models.SET_NULL, related_name="images", help_text="That brought it"
    )
    # Of the last change by hand, for whoever comes too late with another one.
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_revision = models.IntegerField(default=0, help_text="That the last change by hand made")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "name"], name="image_name_unique")]
        indexes = [
            # With the id, which decides among equals in lists.
            models.Index(fields=["dataset", "shape_count", "id"], name="image_by_shape_count"),
            models.Index(fields=["dataset", "size", "id"], name="image_by_size"),
            models.Index(fields=["dataset", "id"], name="image_by_id"),
            models.Index(fields=["dataset", "digest"], name="image_by_digest"),
        ]
        ordering = ["dataset", "name"]

    def __str__(self) -> str:
        return self.name


class ShapeKind(models.TextChoices):
    """Kinds of annotation, named as in CVAT for images 1.1."""

    TAG = "tag", "Tag"
    BOX = "box", "Box"
    POLYGON = "polygon", "Polygon"
    POLYLINE = "polyline", "Polyline"
    POINTS = "points", "Points"
    MASK = "mask", "Mask"
    ELLIPSE = "ellipse", "Ellipse"
    CUBOID = "cuboid", "Cuboid"
    SKELETON = "skeleton", "Skeleton"


class Shape(models.Model):
    """One annotation of an image."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="shapes")
    # Its own index would be the beginning of the one below.
    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="shapes", db_index=False)
    kind = models.CharField(max_length=10, choices=ShapeKind.choices)
    # By kind; see yard.datasets.annotations.types for the exact keys.
    geometry = models.JSONField(default=dict)
    attributes = models.JSONField(default=dict, blank=True)
    z_order = models.IntegerField(default=0)
    occluded = models.BooleanField(default=False)
    source = models.CharField(max_length=30, blank=True)
    group = models.IntegerField(default=0)
    # Upright bounds and area in pixels, for statistics and filters; see yard.datasets.annotations.measures. Tags: None.
    left = models.FloatField(null=True)
    top = models.FloatField(null=True)
    width = models.FloatField(null=True)
    height = models.FloatField(null=True)
    area = models.FloatField(null=True)

    class Meta:
        indexes = [
            # Answers what filters and statistics ask of a class's shapes without reading their geometries.
            models.Index(fields=["label", "kind", "width", "height", "area", "image"], name="shape_by_label")
        ]
        ordering = ["image", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.label_id}"


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


class VersionOrigin(models.TextChoices):
    """Why a version was made."""

    USER = "user", "By hand"
    RUN = "run", "For a run"
    REPAIR = "repair", "By a repair"
    CVAT = "cvat", "After a pull from CVAT"


class DatasetVersion(TimestampedModel):
    """An immutable snapshot: which files with which content, and the annotations that go with them."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    # Holds every image and annotations/annotations.xml; the same digest means the same version.
    fileset = models.ForeignKey("storage.FileSet", on_delete=models.PROTECT, related_name="+")
    image_count = models.IntegerField()
    annotated_count = models.IntegerField()
    shape_count = models.IntegerField()
    label_counts = models.JSONField(default=dict, help_text="label → shapes")
    kind_counts = models.JSONField(default=dict, help_text="shape kind → shapes")
    split_name = models.CharField(max_length=100, blank=True, help_text="Of the split it carries; empty: none")
    split_counts = models.JSONField(default=dict, blank=True, help_text="part → images")
    origin = models.CharField(max_length=10, choices=VersionOrigin.choices, default=VersionOrigin.USER)
    note = models.TextField(blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="dataset_version_number_unique"),
            models.UniqueConstraint(fields=["dataset", "fileset"], name="dataset_version_content_unique"),
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.dataset} v{self.number}"


class WorkState(models.TextChoices):
    """Where a piece of work of the worker is."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class Work(TimestampedModel):
    """Something that a worker does under a lease; may be killed anywhere and is then done again.

    Every kind has a ``dataset``. ``event`` is what its events call it.
    """

    event: ClassVar[str]

    state = models.CharField(max_length=10, choices=WorkState.choices, default=WorkState.QUEUED)
    progress = models.FloatField(default=0, help_text="0 to 1")
    message = models.TextField(blank=True)
    interruptions = models.IntegerField(default=0, help_text="Times its worker was gone before it had ended")
    lease_owner = models.CharField(max_length=160, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Pinning(Work):
    """Making a version of a data set that is too large for a request to wait for it."""

    event = "pinning"

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="pinnings")
    revision = models.BigIntegerField(help_text="Of the data set, when it was asked for")
    origin = models.CharField(max_length=10, choices=VersionOrigin.choices, default=VersionOrigin.USER)
    note = models.TextField(blank=True)
    version = models.ForeignKey(
        DatasetVersion, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="That was made"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"version of {self.dataset_id} as it is at {self.revision}"


class Figure(Work):
    """Something about a data set that takes long to work out. The last answer is shown until there is a newer one."""

    event = "figure"

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="figures")
    kind = models.CharField(max_length=20, help_text="What is worked out; see yard.datasets.figures")
    question = models.CharField(max_length=300, blank=True, help_text="About which part of it: a class, a split, …")
    wanted = models.CharField(max_length=120, help_text="The state of the data set that it is (to be) worked out for")
    stamp = models.CharField(max_length=120, blank=True, help_text="The state that the value is about; empty: none yet")
    value = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "kind", "question"], name="figure_unique")]
        ordering = ["dataset", "kind", "question"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.dataset_id}"


class Restore(Work):
    """Bringing the working state back to a version; may be killed anywhere and goes on."""

    event = "restore"

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="restores")
    version = models.ForeignKey(DatasetVersion, null=True, on_delete=models.SET_NULL, related_name="+")
    # The working state as it was, pinned first: nothing is lost by a restore.
    before = models.ForeignKey(DatasetVersion, null=True, on_delete=models.SET_NULL, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset"], condition=models.Q(state__in=["queued", "running"]), name="restore_active_once"
            )
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"restore {self.pk} of {self.dataset}"


class ImportState(models.TextChoices):
    """Where an import is."""

    UPLOADING = "uploading", "Uploading"
    ASKING = "asking", "Waits for an answer"
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class OnConflict(models.TextChoices):
    """What becomes of a file whose name an image of the data set has already, with other content."""

    ASK = "ask", "Ask"
    KEEP = "keep", "Keep the old one"
    REPLACE = "replace", "Replace the old one"
    RENAME = "rename", "Keep both"


class OnDuplicate(models.TextChoices):
    """What becomes of a file whose content the data set has already under another name."""

    KEEP = "keep", "Keep both"
    SKIP = "skip", "Leave it out"


class Import(TimestampedModel):
    """Uploads that are unpacked, checked and matched together; ends with a report.

    One that failed or was cancelled keeps its uploads: files can be added or removed, and it can be started again.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="imports")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.UPLOADING)
    progress = models.FloatField(default=0, help_text="0 to 1")
    message = models.TextField(blank=True)
    report = models.JSONField(default=dict, blank=True, help_text="See yard.datasets.imports.report")
    # How far it came, so that a killed one goes on from there instead of from the beginning.
    cursor = models.IntegerField(default=0, help_text="Image files dealt with")
    compared = models.IntegerField(default=0, help_text="Image files compared with what the data set has")
    newest_label = models.BigIntegerField(null=True, help_text="The last class that there was when it began; 0: none")
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    on_conflict = models.CharField(max_length=7, choices=OnConflict.choices, default=OnConflict.RENAME)
    on_duplicate = models.CharField(max_length=4, choices=OnDuplicate.choices, default=OnDuplicate.KEEP)
    remote = models.JSONField(default=dict, blank=True, help_text="The S3 bucket it reads; see yard.datasets.remote")
    interruptions = models.IntegerField(default=0, help_text="Times it was taken over since the cursor last moved")
    lease_owner = models.CharField(max_length=160, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            # Two imports that give names to files of one data set would get into each other's way.
            models.UniqueConstraint(fields=["dataset"], condition=models.Q(state="running"), name="import_running_once")
        ]
        indexes = [models.Index(fields=["state", "lease_until"], name="import_by_state")]

    def __str__(self) -> str:
        return f"import {self.pk} into {self.dataset}"


class NameConflict(models.Model):
    """A file of an import whose name an image of the data set has, with other content; and what becomes of it."""

    dataset_import = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="conflicts")
    image = models.ForeignKey(Image, null=True, on_delete=models.SET_NULL, related_name="+", help_text="The old one")
    position = models.IntegerField(help_text="Of the file among those of the import")
    path = models.CharField(max_length=1024, help_text="As it was uploaded, folders included")
    name = models.CharField(max_length=255, help_text="That both would have")
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField(help_text="Bytes")
    width = models.IntegerField(null=True, help_text="Pixels; None: it is no image that can be read")
    height = models.IntegerField(null=True)
    modified_at = models.DateTimeField(null=True, help_text="When the file was last changed, where that is known")
    answer = models.CharField(max_length=7, blank=True, choices=OnConflict.choices, help_text="Empty: not answered yet")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset_import", "position"], name="name_conflict_once"),
        ]
        ordering = ["dataset_import", "position"]

    def __str__(self) -> str:
        return f"{self.path} of {self.dataset_import}"


class UploadKind(models.TextChoices):
    """What the bytes of an upload are."""

    FILE = "file", "A file"
    BUNDLE = "bundle", "Many files behind one another"  # a tar; see yard.datasets.bundles
    PART = "part", "A part of a file"  # tus: concatenation
    LISTING = "listing", "The files of a bucket"  # see yard.datasets.remote


class Upload(TimestampedModel):
    """A resumable upload of one file (tus); its chunks lie in the store until it is imported."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="uploads")
    dataset_import = models.ForeignKey(Import, null=True, blank=True, on_delete=models.CASCADE, related_name="uploads")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=7, choices=UploadKind.choices, default=UploadKind.FILE)
    name = models.CharField(max_length=1024, blank=True, help_text="As the browser named it, folders included")
    size = models.BigIntegerField(null=True, help_text="Bytes; None: the client says so later")
    offset = models.BigIntegerField(default=0, help_text="Bytes acknowledged so far")
    metadata = models.TextField(blank=True, help_text="Upload-Metadata, as the client sent it")
    fingerprint = models.CharField(max_length=100, blank=True, help_text="By which the client knows its files again")
    whole = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="parts", help_text="What it is a part of"
    )

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.offset}/{self.size})"

    @property
    def is_complete(self) -> bool:
        """Whether every byte is there."""
        return self.offset == self.size


class UploadChunk(models.Model):
    """Acknowledged bytes of an upload. Each has a key nobody else writes to, so a late rival cannot change them."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="chunks")
    offset = models.BigIntegerField()
    size = models.BigIntegerField()
    key = models.CharField(max_length=1024)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "offset"], name="upload_chunk_unique")]
        ordering = ["upload", "offset"]

    def __str__(self) -> str:
        return f"{self.offset}+{self.size} of {self.upload_id}"


class Severity(models.TextChoices):
    """How bad a finding is."""

    ERROR = "error", "Error"
    WARNING = "warning", "Warning"
    INFO = "info", "Info"


class Finding(models.Model):
    """Something the annotation doctor noticed. All are made anew at each examination."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="findings")
    code = models.CharField(max_length=40, help_text="What kind of finding; see yard.datasets.doctor.kinds")
    severity = models.CharField(max_length=7, choices=Severity.choices)
    message = models.TextField()
    image = models.ForeignKey(Image, null=True, blank=True, on_delete=models.CASCADE, related_name="findings")
    other_image = models.ForeignKey(Image, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    shape = models.ForeignKey(Shape, null=True, blank=True, on_delete=models.CASCADE, related_name="findings")
    label = models.ForeignKey(Label, null=True, blank=True, on_delete=models.CASCADE, related_name="findings")
    details = models.JSONField(default=dict, blank=True)
    # The same as long as the same is found about the same content, so that "intended" outlives examinations.
    fingerprint = models.CharField(max_length=64, blank=True)
    intended = models.BooleanField(default=False, help_text="Somebody has said that it is meant to be so")

    class Meta:
        indexes = [models.Index(fields=["dataset", "code"], name="finding_by_code")]
        ordering = ["dataset", "code", "id"]

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Intention(TimestampedModel):
    """Somebody's word that what the doctor noticed is meant to be so."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="intentions")
    code = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=64)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "code", "fingerprint"], name="intention_unique")]
        ordering = ["dataset", "code", "id"]

    def __str__(self) -> str:
        return f"{self.code} is intended in {self.dataset_id}"


class Examination(Work):
    """The newest examination of a data set by the annotation doctor."""

    event = "examination"

    dataset = models.OneToOneField(Dataset, on_delete=models.CASCADE, related_name="examination")
    # Of whoever asked; None: it was begun after a change.
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    options = models.JSONField(default=dict, blank=True, help_text="See yard.datasets.doctor.options")
    revision = models.BigIntegerField(null=True, help_text="Of the data set, that it looks or looked at")
    beyond = models.JSONField(default=dict, blank=True, help_text="code → how many more were found than are kept")
    # What reading the files has brought so far, so that a killed one need not read them again.
    reading = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"examination of {self.dataset_id}"


class Repair(Work):
    """A one-click repair: the versions before and after it, so that it can be undone."""

    event = "repair"

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="repairs")
    code = models.CharField(max_length=40, help_text="Which repair; see yard.datasets.doctor.repairs")
    finding_code = models.CharField(max_length=40, blank=True, help_text="What kind of finding it is for")
    options = models.JSONField(default=dict, blank=True, help_text="What was chosen")
    summary = models.TextField(blank=True)
    details = models.JSONField(default=dict, blank=True)
    before = models.ForeignKey(DatasetVersion, null=True, on_delete=models.SET_NULL, related_name="+")
    after = models.ForeignKey(DatasetVersion, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_revision = models.BigIntegerField(null=True, help_text="Of the data set, right after the change")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    undoing = models.BooleanField(default=False, help_text="The worker is to take it back")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.summary


class ConversionState(models.TextChoices):
    """Where a conversion is."""

    UPLOADING = "uploading", "Uploading"
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"


class Conversion(TimestampedModel):
    """A label file of one format made into another; its user's own, and gone after a day."""

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conversions")
    bucket = models.CharField(max_length=63, editable=False)
    name = models.CharField(max_length=255, help_text="Of the uploaded file")
    source = models.CharField(max_length=40, blank=True, help_text="Key of its format; empty: found out by its content")
    target = models.CharField(max_length=40, help_text="Key of the format that it becomes")
    with_images = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=ConversionState.choices, default=ConversionState.UPLOADING)
    progress = models.FloatField(default=0, help_text="0 to 1")
    message = models.TextField(blank=True)
    report = models.JSONField(default=dict, blank=True, help_text="See yard.datasets.conversions.convert")
    size = models.BigIntegerField(default=0)
    result_name = models.CharField(max_length=255, blank=True)
    result_size = models.BigIntegerField(default=0)
    attempts = models.IntegerField(default=0, help_text="Times a worker began with it")
    lease = models.CharField(max_length=40, blank=True, help_text="Of the task that works on it")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "updated_at"], name="conversion_by_state")]

    def __str__(self) -> str:
        return f"{self.name} to {self.target}"
