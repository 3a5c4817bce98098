"""Exports over the API: which formats there are, what each would lose, and the files."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yard.core.audit import record_download
from yard.datasets import selectors
from yard.datasets.annotations.formats.base import Format
from yard.datasets.annotations.formats.registry import ALIASES, FORMATS, format_get
from yard.datasets.exports.packing import loss_report, single_file, zip_entries
from yard.datasets.exports.serializers import ExportQuerySerializer, FormatSerializer, LossReportSerializer
from yard.datasets.exports.sources import Exportable, of_dataset, of_version
from yard.datasets.models import Dataset
from yard.storage.http import file_response, zip_response

FILE = {(200, "application/zip"): OpenApiTypes.BINARY, (200, "application/octet-stream"): OpenApiTypes.BINARY}
QUERY = [ExportQuerySerializer]


def format_shown(found: Format) -> dict[str, Any]:
    """The format as the API shows it."""
    holds = {**asdict(found.holds), "kinds": sorted(found.holds.kinds)}
    aliases = [alias for alias, key in ALIASES.items() if key == found.key]
    return {
        "key": found.key,
        "title": found.title,
        "summary": found.summary,
        "single": found.single,
        "aliases": aliases,
        "holds": holds,
    }


class FormatListApi(APIView):
    """The formats that can be read and written."""

    @extend_schema(responses=FormatSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What each can hold."""
        shown = [format_shown(found) for found in FORMATS.values()]
        return Response(FormatSerializer(shown, many=True).data)


class _ExportApi(APIView):
    """Shared by the working state and versions."""

    def query(self, request: Request) -> tuple[Format, bool]:
        """Which format, and whether with images."""
        given = ExportQuerySerializer(data=request.query_params)
        given.is_valid(raise_exception=True)
        return format_get(given.validated_data["to"]), given.validated_data["images"]

    def exportable(self, request: Request, dataset_id: int, **more: int) -> tuple[Dataset, Exportable]:
        """What is exported: the working state, or the version with this number."""
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id)
        if "number" in more:
            return dataset, of_version(selectors.version_get(dataset=dataset, number=more["number"]))
        return dataset, of_dataset(dataset)

    def send(self, request: Request, dataset_id: int, **more: int) -> HttpResponseBase:
        """The files."""
        found, with_images = self.query(request)
        dataset, exportable = self.exportable(request, dataset_id, **more)
        record_download(
            request,
            "dataset.exported",
            object_type="dataset",
            object_id=dataset.pk,
            object_name=dataset.name,
            project_id=dataset.project_id,
            format=found.key,
            **({"version": more["number"]} if more else {}),
        )
        export = exportable.export
        if not with_images and found.write_single is not None and not (exportable.has_parts and found.splits_files):
            suffix = found.single.rsplit(".", 1)[-1]
            return file_response(request, filename=f"{export.name}.{suffix}", parts=single_file(found, export))
        open_image = exportable.open_image if with_images or not found.has_labels else None
        entries = zip_entries(found.write(export), export, open_image, found.title)
        return zip_response(request, filename=f"{export.name} {found.key}.zip", entries=entries)

    def report(self, request: Request, dataset_id: int, **more: int) -> Response:
        """The loss report."""
        found, _ = self.query(request)
        _, exportable = self.exportable(request, dataset_id, **more)
        return Response(LossReportSerializer(loss_report(found, exportable.export)).data)


class DatasetExportApi(_ExportApi):
    """The data set as it is now, in any format."""

    @extend_schema(parameters=QUERY, responses=FILE)
    def get(self, request: Request, dataset_id: int) -> HttpResponseBase:
        """A ZIP, or without images the one file of formats that are one. The ZIP tells what was lost."""
        return self.send(request, dataset_id)


class DatasetExportReportApi(_ExportApi):
    """What an export would lose."""

    @extend_schema(parameters=QUERY, responses=LossReportSerializer)
    def get(self, request: Request, dataset_id: int) -> Response:
        """Counts, with examples."""
        return self.report(request, dataset_id)


class VersionExportApi(_ExportApi):
    """A version in any format."""

    @extend_schema(parameters=QUERY, responses=FILE)
    def get(self, request: Request, dataset_id: int, number: int) -> HttpResponseBase:
        """A ZIP, or without images the one file of formats that are one. The ZIP tells what was lost."""
        return self.send(request, dataset_id, number=number)


class VersionExportReportApi(_ExportApi):
    """What the export of a version would lose."""

    @extend_schema(parameters=QUERY, responses=LossReportSerializer)
    def get(self, request: Request, dataset_id: int, number: int) -> Response:
        """Counts, with examples."""
        return self.report(request, dataset_id, number=number)
