"""Conversions over the API: by the worker for any size, at once for small files."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yard.core.errors import Conflict, InvalidInput, TooLarge
from yard.datasets import tus
from yard.datasets.annotations.formats.registry import format_get
from yard.datasets.conversions import services
from yard.datasets.conversions.convert import Converted, convert
from yard.datasets.conversions.serializers import (
    ConversionCreateSerializer,
    ConversionSerializer,
    ConvertNowSerializer,
)
from yard.datasets.models import Conversion, ConversionState
from yard.datasets.selectors import user_of
from yard.storage import keys
from yard.storage.base import Parts
from yard.storage.http import file_response, object_response
from yard.storage.local import room_errors

FILE = {(200, "application/octet-stream"): OpenApiTypes.BINARY}
LOSSES_HEADER = "Trainyard-Losses"


class RawParser(tus.StreamParser):
    """Leaves the body alone: the view reads it as a stream."""

    media_type = "application/octet-stream"


class ConversionListApi(ListAPIView[Conversion]):
    """The caller's conversions, newest first."""

    serializer_class = ConversionSerializer
    queryset = Conversion.objects.none()

    def get_queryset(self) -> QuerySet[Conversion]:
        return Conversion.objects.filter(created_by=user_of(self.request))

    @extend_schema(request=ConversionCreateSerializer, responses={201: ConversionSerializer})
    def post(self, request: Request) -> Response:
        """Begin one; send the file's content next."""
        given = ConversionCreateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        conversion = services.conversion_create(user=user_of(request), **given.validated_data)
        return Response(ConversionSerializer(conversion).data, status=status.HTTP_201_CREATED)


class ConversionDetailApi(APIView):
    """One conversion with its report."""

    @extend_schema(responses=ConversionSerializer)
    def get(self, request: Request, conversion_id: int) -> Response:
        found = services.conversion_get_for(user=user_of(request), conversion_id=conversion_id)
        return Response(ConversionSerializer(found).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, conversion_id: int) -> Response:
        """Remove it with its files."""
        found = services.conversion_get_for(user=user_of(request), conversion_id=conversion_id)
        services.conversion_delete(conversion=found)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ConversionContentApi(APIView):
    """The file to be converted."""

    parser_classes = [RawParser]

    @extend_schema(request={"application/octet-stream": OpenApiTypes.BINARY}, responses={202: ConversionSerializer})
    def put(self, request: Request, conversion_id: int) -> Response:
        """Send its bytes as the body; then the worker begins."""
        found = services.conversion_get_for(user=user_of(request), conversion_id=conversion_id)
        with tus.body(request) as body:
            services.conversion_feed(conversion=found, content=body.source, size=body.size)
        return Response(ConversionSerializer(found).data, status=status.HTTP_202_ACCEPTED)


class ConversionResultApi(APIView):
    """What became of the file."""

    refusals = {"409": "There is no result yet, or the conversion failed"}

    @extend_schema(responses=FILE)
    def get(self, request: Request, conversion_id: int) -> HttpResponseBase:
        """The file; 409 while there is none."""
        found = services.conversion_get_for(user=user_of(request), conversion_id=conversion_id)
        if found.state != ConversionState.SUCCEEDED:
            raise Conflict("There is no result yet." if not found.message else found.message)
        return object_response(
            request,
            bucket=found.bucket,
            key=keys.conversion_result(found.pk),
            size=found.result_size,
            digest="",
            media_type="application/zip" if found.result_name.endswith(".zip") else "application/octet-stream",
            filename=found.result_name,
        )


class ConvertNowApi(APIView):
    """A small file, converted while the caller waits; the address is that of the train-container contract."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        request={"multipart/form-data": ConvertNowSerializer},
        responses=FILE,
        parameters=[
            OpenApiParameter(
                LOSSES_HEADER,
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                response=[200],
                description="What was lost: JSON of codes and how often",
            )
        ],
    )
    def post(self, request: Request, source: str, target: str) -> HttpResponseBase:
        """``label_file`` in, the converted file out. Formats are named by key, or as the contract names them."""
        given = ConvertNowSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        file: Any = given.validated_data["label_file"]
        most = settings.CONVERSION_NOW_MAX_BYTES
        if file.size > most:
            raise TooLarge(f"At most {most} bytes are converted at once. Larger files go through /api/v1/conversions/.")
        if not file.size:
            raise InvalidInput("The file is empty.")
        keys_of = format_get(source).key, format_get(target).key
        with room_errors("the temporary files of the conversion, in TMPDIR"):
            result = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the parts that are sent
            try:
                done: Converted = convert(
                    file, result, name=file.name or "labels", source_key=keys_of[0], target_key=keys_of[1]
                )
            except BaseException:
                result.close()
                raise
        result.seek(0)
        response = file_response(request, filename=done.name, parts=_TemporaryParts(result))
        lost = {loss["code"]: loss["count"] for loss in done.report["losses"]}
        response[LOSSES_HEADER] = json.dumps(lost, separators=(",", ":"))
        return response


class _TemporaryParts(Parts):
    """The bytes of a temporary file, which is gone afterwards."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._parts: Iterator[bytes] = iter(lambda: file.read(1 << 18), b"")

    def __next__(self) -> bytes:
        return next(self._parts)

    def close(self) -> None:
        self._file.close()
