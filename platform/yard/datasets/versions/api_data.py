"""The data of a version over the API, as training code wants it: counted, listed, one by one, or as streams.

A version never changes, so an index means the same image for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yard.datasets import selectors
from yard.datasets.annotation_rows import MEDIA_TYPE
from yard.datasets.images import THUMBNAIL_MEDIA_TYPE
from yard.datasets.models import Dataset, DatasetVersion
from yard.datasets.versions.api import BINARY, NOT_MODIFIED, note_download, version_of
from yard.datasets.versions.compare import Change, ChangedImages, State, label_counts, versions_compare
from yard.datasets.versions.content import content_response, media_type_of, thumbnail_response
from yard.datasets.versions.lines import manifest_response, records_response
from yard.datasets.versions.records import annotations_entry, records_open
from yard.datasets.versions.selecting import Choice, records_choose
from yard.datasets.versions.serializers import (
    WORKING,
    ChangedQuerySerializer,
    ChangedSerializer,
    CompareQuerySerializer,
    ComparisonSerializer,
    DataQuerySerializer,
    DatumListedSerializer,
    DatumSerializer,
    VersionLabelSerializer,
)

LINES = "application/x-ndjson"


class DataListApi(GenericAPIView[Any]):
    """The images of a version, in their order."""

    serializer_class = DatumListedSerializer
    filter_backends: Sequence[Any] = []

    @extend_schema(parameters=[DataQuerySerializer], responses=DatumListedSerializer(many=True))
    def get(self, request: Request, dataset_id: int, number: int) -> Response:
        version = version_of(request, dataset_id, number)
        asked = DataQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        chosen = records_choose(version, Choice(values["split"], values["label"], values["search"]))
        page = self.paginate_queryset(chosen)
        context = {"version": version, "with_shapes": values["annotations"]}
        return self.get_paginated_response(DatumListedSerializer(page, many=True, context=context).data)


class DatumApi(APIView):
    """One image of a version with its annotations, by its index."""

    @extend_schema(responses=DatumSerializer)
    def get(self, request: Request, dataset_id: int, number: int, index: int) -> Response:
        version = version_of(request, dataset_id, number)
        record = records_open(version).get(index)
        return Response(DatumSerializer(record, context={"version": version}).data)


class DatumContentApi(APIView):
    """The bytes of an image of a version; ranges and ETag are obeyed."""

    @extend_schema(responses={(200, "image/*"): BINARY, (206, "image/*"): BINARY, 304: NOT_MODIFIED})
    def get(self, request: Request, dataset_id: int, number: int, index: int) -> HttpResponseBase:
        version = version_of(request, dataset_id, number)
        record = records_open(version).get(index)
        return content_response(
            request, version, record.entry, media_type=media_type_of(record.name), filename=record.name
        )


class DatumThumbnailApi(APIView):
    """An image of a version, at most 320 pixels a side, upright."""

    @extend_schema(responses={(200, THUMBNAIL_MEDIA_TYPE): BINARY, 304: NOT_MODIFIED})
    def get(self, request: Request, dataset_id: int, number: int, index: int) -> HttpResponseBase:
        version = version_of(request, dataset_id, number)
        return thumbnail_response(request, version, records_open(version).get(index))


class VersionLabelsApi(APIView):
    """The classes of a version sorted by name, each with its index and its shapes."""

    @extend_schema(responses=VersionLabelSerializer(many=True))
    def get(self, request: Request, dataset_id: int, number: int) -> Response:
        counts = version_of(request, dataset_id, number).label_counts
        labels = [
            {"index": index, "name": name, "shape_count": counts[name]} for index, name in enumerate(sorted(counts))
        ]
        return Response(VersionLabelSerializer(labels, many=True).data)


class VersionAnnotationsApi(APIView):
    """The annotations of a version as CVAT for images 1.1; the very file that train containers see."""

    @extend_schema(responses={(200, MEDIA_TYPE): BINARY, (206, MEDIA_TYPE): BINARY, 304: NOT_MODIFIED})
    def get(self, request: Request, dataset_id: int, number: int) -> HttpResponseBase:
        version = version_of(request, dataset_id, number)
        entry = annotations_entry(version.fileset)
        note_download(request, version)
        return content_response(request, version, entry, media_type=MEDIA_TYPE, filename="annotations.xml")


class VersionManifestApi(APIView):
    """The files of a version with size, digest, image size, part and classes: one JSON object per line, by name."""

    @extend_schema(responses={(200, LINES): BINARY, 304: NOT_MODIFIED})
    def get(self, request: Request, dataset_id: int, number: int) -> HttpResponseBase:
        """The ETag is the version's digest, which is the SHA-256 of these lines."""
        version = version_of(request, dataset_id, number)
        note_download(request, version)
        return manifest_response(request, version)


class VersionRecordsApi(APIView):
    """All images of a version with their annotations as one stream: one JSON object per line, in their order."""

    @extend_schema(responses={(200, LINES): BINARY, (206, LINES): BINARY, 304: NOT_MODIFIED})
    def get(self, request: Request, dataset_id: int, number: int) -> HttpResponseBase:
        """Ranges are obeyed, so a stream that broke off can be gone on with."""
        version = version_of(request, dataset_id, number)
        note_download(request, version)
        return records_response(request, version)


class CompareApi(APIView):
    """What became of the data set from this version to another one, or to what it is now."""

    @extend_schema(parameters=[CompareQuerySerializer], responses=ComparisonSerializer)
    def get(self, request: Request, dataset_id: int, number: int) -> Response:
        before = version_of(request, dataset_id, number)
        asked = CompareQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        after = _state(before.dataset, asked.validated_data["with"])
        found = versions_compare(before, after)
        shown = {
            "before": _brief(before),
            "after": _brief(after),
            "changes": {str(change): found.counts[change] for change in Change},
            "labels": _labels(before, after),
            "moves": [
                {"before": old, "after": new, "images": images} for (old, new), images in sorted(found.moves.items())
            ],
        }
        return Response(ComparisonSerializer(shown).data)


class ChangedImagesApi(GenericAPIView[Any]):
    """The images that differ between a version and another one, by kind of change."""

    serializer_class = ChangedSerializer
    filter_backends: Sequence[Any] = []

    @extend_schema(parameters=[ChangedQuerySerializer], responses=ChangedSerializer(many=True))
    def get(self, request: Request, dataset_id: int, number: int) -> Response:
        before = version_of(request, dataset_id, number)
        asked = ChangedQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        after = _state(before.dataset, asked.validated_data["with"])
        places = versions_compare(before, after).places[asked.validated_data["change"]]
        page = self.paginate_queryset(ChangedImages(before, after, places))
        context = {"dataset": before.dataset_id, "before": before.number, "after": _number(after)}
        return self.get_paginated_response(ChangedSerializer(page, many=True, context=context).data)


def _state(dataset: Dataset, asked: str) -> State:
    if asked == WORKING:
        dataset.refresh_from_db()
        return dataset
    return selectors.version_get(dataset=dataset, number=int(asked))


def _number(state: State) -> int | None:
    return state.number if isinstance(state, DatasetVersion) else None


def _brief(state: State) -> dict[str, Any]:
    return {
        "number": _number(state),
        "image_count": state.image_count,
        "shape_count": state.shape_count,
        "annotated_count": state.annotated_count,
    }


def _labels(before: State, after: State) -> list[dict[str, Any]]:
    old, new = label_counts(before), label_counts(after)
    return [{"name": name, "before": old.get(name, 0), "after": new.get(name, 0)} for name in sorted({*old, *new})]
