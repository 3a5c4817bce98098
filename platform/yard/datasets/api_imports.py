"""Imports and resumable uploads over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yard.accounts.models import Role
from yard.core.parsers import StrictJSON
from yard.datasets import selectors, tus, uploads
from yard.datasets.filters import ImportFilter
from yard.datasets.imports import services as import_services
from yard.datasets.imports.serializers import ImportOptionsSerializer
from yard.datasets.models import Import, Upload, UploadKind
from yard.datasets.selectors import user_of
from yard.datasets.serializers import ImportBriefSerializer, ImportSerializer, UploadSerializer
from yard.datasets.tus import UnknownVersion


def _header(name: str, description: str, *, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, required=required, description=description)


def _response_header(name: str, status_code: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(
        name, OpenApiTypes.STR, OpenApiParameter.HEADER, response=[status_code], description=description
    )


RESUMABLE = _header("Tus-Resumable", "1.0.0")
CHECKSUM = _header("Upload-Checksum", "sha1 or sha256, a space, and the digest of this body in base64")
BYTES = {tus.CONTENT_TYPE: OpenApiTypes.BINARY}


def _expires(status_code: str) -> OpenApiParameter:
    return _response_header("Upload-Expires", status_code, "Until when an unfinished upload is kept at least")


class ImportListApi(ListAPIView[Import]):
    """The imports of a data set, newest first."""

    serializer_class = ImportBriefSerializer
    filterset_class = ImportFilter
    queryset = Import.objects.none()

    def get_queryset(self) -> QuerySet[Import]:
        dataset = selectors.dataset_get_for(user=self.request.user, dataset_id=self.kwargs["dataset_id"])
        return dataset.imports.all()

    @extend_schema(request=ImportOptionsSerializer, responses={201: ImportSerializer})
    def post(self, request: Request, dataset_id: int) -> Response:
        """Begin an import; upload files into it, then start it."""
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        options = ImportOptionsSerializer(data=request.data)
        options.is_valid(raise_exception=True)
        found = import_services.import_create(dataset=dataset, user=user_of(request), **options.validated_data)
        return Response(ImportSerializer(found).data, status=status.HTTP_201_CREATED)


class ImportDetailApi(APIView):
    """One import with its report."""

    @extend_schema(responses=ImportSerializer)
    def get(self, request: Request, import_id: int) -> Response:
        return Response(ImportSerializer(selectors.import_get_for(user=request.user, import_id=import_id)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, import_id: int) -> Response:
        """Remove it with its uploads; before it has started, while it asks, or after it has failed or was cancelled."""
        found = selectors.import_get_for(user=request.user, import_id=import_id, role=Role.EDITOR)
        import_services.import_delete(dataset_import=found)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ImportStartApi(APIView):
    """Start an import whose uploads are complete; a failed one begins anew."""

    @extend_schema(request=None, responses={202: ImportSerializer})
    def post(self, request: Request, import_id: int) -> Response:
        found = selectors.import_get_for(user=request.user, import_id=import_id, role=Role.EDITOR)
        import_services.import_start(dataset_import=found, user=user_of(request))
        return Response(ImportSerializer(found).data, status=status.HTTP_202_ACCEPTED)


class ImportCancelApi(APIView):
    """End an import that is at work."""

    @extend_schema(request=None, responses={202: ImportSerializer})
    def post(self, request: Request, import_id: int) -> Response:
        """Images that it has added go again; it ends as ``cancelled`` and keeps its uploads, to be started again."""
        found = selectors.import_get_for(user=request.user, import_id=import_id, role=Role.EDITOR)
        import_services.import_cancel(dataset_import=found, user=user_of(request))
        return Response(ImportSerializer(found).data, status=status.HTTP_202_ACCEPTED)


class _TusApi(APIView):
    """What all addresses of resumable uploads have in common."""

    refusals = {
        "412": "The client speaks another version of tus",
        "460": "The bytes do not have the checksum that was sent with them",
    }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Takes the method that a client means which can only send POST."""
        meant = request.headers.get(tus.OVERRIDE, "").upper()
        if request.method == "POST" and meant in tus.OVERRIDABLE:
            request.method = meant
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method != "OPTIONS":
            tus.check_version(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        """Errors carry the protocol's headers too."""
        for name, value in tus.headers().items():
            response.headers.setdefault(name, value)
        if response.status_code == UnknownVersion.status:
            response.headers["Tus-Version"] = tus.VERSION
        return super().finalize_response(request, response, *args, **kwargs)

    @extend_schema(exclude=True)
    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override]
        return Response(status=status.HTTP_204_NO_CONTENT, headers=tus.capabilities())


class UploadCreateApi(_TusApi):
    """Announce a file of an import."""

    parser_classes = [tus.StreamParser, StrictJSON]

    @extend_schema(
        request=BYTES,
        responses={201: UploadSerializer},
        parameters=[
            RESUMABLE,
            CHECKSUM,
            _header("Upload-Length", "The file's bytes; not with Upload-Defer-Length or a final Upload-Concat"),
            _header("Upload-Defer-Length", "1: the length comes with a later PATCH"),
            _header(
                "Upload-Metadata",
                "filename and its name in base64, folders included; bundle: the bytes are a tar of many files; "
                "fingerprint: by which the client knows its files again",
            ),
            _header("Upload-Concat", "partial, or final; and the addresses of the parts"),
            _response_header("Location", "201", "Where to send the bytes"),
            _response_header("Upload-Offset", "201", "Bytes that have arrived"),
            _expires("201"),
        ],
    )
    def post(self, request: Request, import_id: int) -> Response:
        """A new upload; a body that comes along (at most one chunk) becomes its first bytes."""
        found = selectors.import_get_for(user=request.user, import_id=import_id, role=Role.EDITOR)
        concat = tus.concat(request)
        if concat is not None and concat.is_final:
            return self._created(self._put_together(request, found, concat))
        upload = uploads.upload_create(
            dataset_import=found,
            name="" if concat else tus.file_name(request),
            size=tus.length(request),
            user=user_of(request),
            kind=UploadKind.PART if concat else tus.kind(request),
            metadata=tus.metadata(request),
            fingerprint=tus.fingerprint(request),
        )
        if request.content_type == tus.CONTENT_TYPE:
            self._take_body(request, upload)
        return self._created(upload)

    def _put_together(self, request: Request, found: Import, concat: tus.Concat) -> Upload:
        return uploads.upload_concatenate(
            dataset_import=found,
            parts=concat.parts,
            name=tus.file_name(request),
            user=user_of(request),
            kind=tus.kind(request),
            metadata=tus.metadata(request),
            fingerprint=tus.fingerprint(request),
        )

    def _created(self, upload: Upload) -> Response:
        location = reverse("api:upload-detail", args=[upload.pk])
        return Response(
            UploadSerializer(upload).data,
            status=status.HTTP_201_CREATED,
            headers=tus.headers(Location=location, Upload_Offset=upload.offset) | _until(upload),
        )

    def _take_body(self, request: Request, upload: Upload) -> None:
        try:
            with tus.body(request) as body:
                uploads.upload_append(
                    upload=upload,
                    offset=0,
                    source=body.source,
                    size=body.size,
                    checksum=request.headers.get("Upload-Checksum", ""),
                )
        except BaseException:
            # The caller never learnt the upload's address, so nothing of it may stay.
            uploads.upload_delete(upload=upload)
            raise


class UploadDetailApi(_TusApi):
    """One upload."""

    parser_classes = [tus.StreamParser, StrictJSON]

    @extend_schema(
        responses={200: None},
        parameters=[
            RESUMABLE,
            _response_header("Upload-Offset", "200", "Bytes that have arrived: where to go on"),
            _response_header("Upload-Length", "200", "The file's bytes"),
            _response_header("Upload-Defer-Length", "200", "1 while the length is not known"),
            _response_header("Upload-Metadata", "200", "As it was sent"),
            _response_header("Upload-Concat", "200", "Of a part, or of a file that was put together"),
            _expires("200"),
        ],
    )
    def head(self, request: Request, upload_id: UUID) -> Response:
        """How far the upload is."""
        return Response(headers=_how_far(selectors.upload_get_for(user=request.user, upload_id=upload_id)))

    @extend_schema(responses=UploadSerializer)
    def get(self, request: Request, upload_id: UUID) -> Response:
        """The upload as JSON."""
        upload = selectors.upload_get_for(user=request.user, upload_id=upload_id)
        return Response(UploadSerializer(upload).data, headers=_how_far(upload))

    @extend_schema(
        request=BYTES,
        responses={204: None},
        parameters=[
            RESUMABLE,
            CHECKSUM,
            _header("Upload-Offset", "Where these bytes begin; must be where the upload ends", required=True),
            _header("Upload-Length", "The file's bytes, where they were not known at first"),
            _response_header("Upload-Offset", "204", "Bytes that have arrived now"),
            _expires("204"),
        ],
    )
    def patch(self, request: Request, upload_id: UUID) -> Response:
        """Append bytes. 409 when the offset is not where the upload ends; ask for it with HEAD, then go on."""
        upload = selectors.upload_get_for(user=request.user, upload_id=upload_id)
        if request.content_type != tus.CONTENT_TYPE:
            self._refuse_media_type(request)
        with tus.body(request) as body:
            uploads.upload_append(
                upload=upload,
                offset=tus.whole_number(request, "Upload-Offset"),
                source=body.source,
                size=body.size,
                checksum=request.headers.get("Upload-Checksum", ""),
                length=tus.later_length(request),
            )
        headers = tus.headers(Upload_Offset=upload.offset) | _until(upload)
        return Response(status=status.HTTP_204_NO_CONTENT, headers=headers)

    @extend_schema(responses={204: None}, parameters=[RESUMABLE])
    def delete(self, request: Request, upload_id: UUID) -> Response:
        """Give the upload up; its bytes are removed."""
        upload = selectors.upload_get_for(user=request.user, upload_id=upload_id)
        uploads.upload_delete(upload=upload)
        return Response(status=status.HTTP_204_NO_CONTENT, headers=tus.headers())

    def _refuse_media_type(self, request: Request) -> None:
        raise UnsupportedMediaType(request.content_type or "", f"Send the bytes as {tus.CONTENT_TYPE}.")


def _how_far(upload: Upload) -> dict[str, str]:
    return (
        tus.headers(
            Upload_Offset=upload.offset, Upload_Metadata=upload.metadata or None, Upload_Concat=_concat_of(upload)
        )
        | tus.length_headers(upload.size)
        | _until(upload)
    )


def _concat_of(upload: Upload) -> str | None:
    if upload.kind == UploadKind.PART:
        return "partial"
    parts = upload.parts.order_by("created_at").values_list("pk", flat=True)
    return "final;" + " ".join(reverse("api:upload-detail", args=[pk]) for pk in parts) if parts else None


def _until(upload: Upload) -> dict[str, str]:
    """A complete upload waits for its import and does not expire by itself."""
    return {} if upload.is_complete else tus.expires(uploads.expires_at(upload))
