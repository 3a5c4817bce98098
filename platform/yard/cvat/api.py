"""CVAT over the API: the servers of a project, and what a data set is linked to."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yard.accounts import access
from yard.accounts.access import AnyUser
from yard.accounts.models import Role
from yard.core.errors import Conflict, InvalidInput, NotFound
from yard.cvat import selectors, services
from yard.cvat.models import CvatServer, RemoteKind, SignIn
from yard.cvat.serializers import (
    CvatCreateSerializer,
    CvatLinkInputSerializer,
    CvatServerChangeSerializer,
    CvatServerInputSerializer,
    CvatServerSerializer,
    DatasetCvatSerializer,
)
from yard.datasets.models import Dataset
from yard.datasets.selectors import dataset_get_for, user_of


def _server(request: Request, server: CvatServer) -> dict[str, Any]:
    context = {"may_manage": access.may(request.user, server.project_id, Role.ADMIN)}
    return dict(CvatServerSerializer(server, context=context).data)


class CvatServerListApi(ListAPIView[CvatServer]):
    """The CVAT servers of a project."""

    serializer_class = CvatServerSerializer
    filter_backends = []
    queryset = CvatServer.objects.none()

    def get_queryset(self) -> QuerySet[CvatServer]:
        project = access.project_get_for(user=self.request.user, project_id=self.kwargs["project_id"])
        return selectors.server_list(project)

    def get_serializer_context(self) -> dict[str, Any]:
        may_manage = access.may(self.request.user, self.kwargs.get("project_id", 0), Role.ADMIN)
        return {**super().get_serializer_context(), "may_manage": may_manage}

    @extend_schema(request=CvatServerInputSerializer, responses={201: CvatServerSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        """Add a server. It is signed in to first; one that refuses is not added, and its words are in the error."""
        project = access.project_get_for(user=request.user, project_id=project_id, role=Role.ADMIN)
        form = CvatServerInputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = {**form.validated_data, "sign_in": SignIn(form.validated_data["sign_in"])}
        server = services.server_create(project=project, user=user_of(request), **given)
        return Response(_server(request, server), status=status.HTTP_201_CREATED)


class CvatServerDetailApi(APIView):
    """One CVAT server."""

    @extend_schema(responses=CvatServerSerializer)
    def get(self, request: Request, server_id: int) -> Response:
        return Response(_server(request, selectors.server_get_for(user=request.user, server_id=server_id)))

    @extend_schema(request=CvatServerChangeSerializer, responses=CvatServerSerializer)
    def patch(self, request: Request, server_id: int) -> Response:
        """Change it; it is signed in to with the new values first."""
        server = selectors.server_get_for(user=request.user, server_id=server_id, role=Role.ADMIN)
        form = CvatServerChangeSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        services.server_update(server=server, user=user_of(request), **form.validated_data)
        return Response(_server(request, server))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, server_id: int) -> Response:
        """Forget it and its password; 409 while data sets are linked to it."""
        server = selectors.server_get_for(user=request.user, server_id=server_id, role=Role.ADMIN)
        services.server_delete(server=server, user=user_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class CvatServerTestApi(APIView):
    """Whether a CVAT server answers and takes the credentials."""

    @extend_schema(request=None, responses=CvatServerSerializer)
    def post(self, request: Request, server_id: int) -> Response:
        """Sign in to it now; ``fault`` in the answer is empty when that went well."""
        server = selectors.server_get_for(user=request.user, server_id=server_id, role=Role.ADMIN)
        return Response(_server(request, services.server_test(server=server)))


def _shown(user: AnyUser, dataset: Dataset) -> dict[str, Any]:
    link = selectors.link_get(dataset)
    current = selectors.transfer_current(dataset)
    may_edit = access.may(user, dataset.project_id, Role.EDITOR)
    shown = {
        "link": link,
        "current": current,
        "history": selectors.transfer_history(dataset),
        "can": _verbs(dataset, linked=link is not None, ready=bool(link and link.ready), busy=current is not None)
        if may_edit
        else [],
    }
    return dict(DatasetCvatSerializer(shown).data)


def _verbs(dataset: Dataset, *, linked: bool, ready: bool, busy: bool) -> list[str]:
    if busy:
        return ["cancel", *(["pull"] if ready else [])]
    if dataset.archived_at is not None:
        return ["unlink"] if linked else []
    if not linked:
        return ["create", "link"]
    return ["pull", "unlink"] if ready else ["create", "unlink"]


class DatasetCvatApi(APIView):
    """The link of a data set to CVAT."""

    @extend_schema(responses=DatasetCvatSerializer)
    def get(self, request: Request, dataset_id: int) -> Response:
        dataset = dataset_get_for(user=request.user, dataset_id=dataset_id)
        return Response(_shown(request.user, dataset))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, dataset_id: int) -> Response:
        """Unlink it. Nothing in CVAT is changed or deleted."""
        dataset = dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        services.link_delete(link=selectors.link_required(dataset), user=user_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class DatasetCvatCreateApi(APIView):
    """Make a task or project in CVAT from a data set."""

    @extend_schema(request=CvatCreateSerializer, responses={202: DatasetCvatSerializer})
    def post(self, request: Request, dataset_id: int) -> Response:
        """With its images, labels and annotations. After a failure the same request goes on where it was."""
        dataset = dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        form = CvatCreateSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        services.link_create(
            dataset=dataset,
            server=_server_of(request, given["server"]),
            user=user_of(request),
            kind=RemoteKind(given["kind"]),
            name=given.get("name", ""),
            images_per_job=given["images_per_job"],
        )
        return Response(_shown(request.user, dataset), status=status.HTTP_202_ACCEPTED)


class DatasetCvatLinkApi(APIView):
    """Link a data set to a task or project that is in CVAT already."""

    @extend_schema(request=CvatLinkInputSerializer, responses={202: DatasetCvatSerializer})
    def post(self, request: Request, dataset_id: int) -> Response:
        """Its images are compared with the data set's by name; at least one has to match."""
        dataset = dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        form = CvatLinkInputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        services.link_existing(
            dataset=dataset,
            server=_server_of(request, given["server"]),
            user=user_of(request),
            kind=RemoteKind(given["kind"]),
            remote_id=given["remote_id"],
        )
        return Response(_shown(request.user, dataset), status=status.HTTP_202_ACCEPTED)


class DatasetCvatPullApi(APIView):
    """Pull annotations from CVAT."""

    @extend_schema(request=None, responses={202: DatasetCvatSerializer})
    def post(self, request: Request, dataset_id: int) -> Response:
        """Images get the annotations that CVAT has now; versions are made before and after."""
        dataset = dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        services.pull_request(dataset=dataset, user=user_of(request))
        return Response(_shown(request.user, dataset), status=status.HTTP_202_ACCEPTED)


class DatasetCvatCancelApi(APIView):
    """End what is going on with CVAT."""

    @extend_schema(request=None, responses={202: DatasetCvatSerializer})
    def post(self, request: Request, dataset_id: int) -> Response:
        """What was sent to CVAT so far stays there."""
        dataset = dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        current = selectors.transfer_current(dataset)
        if current is None:
            raise Conflict("Nothing is going on with CVAT, so there is nothing to cancel.")
        services.transfer_cancel(transfer=current, user=user_of(request))
        return Response(_shown(request.user, dataset), status=status.HTTP_202_ACCEPTED)


def _server_of(request: Request, server_id: int) -> CvatServer:
    try:
        return selectors.server_get_for(user=request.user, server_id=server_id)
    except NotFound as error:
        raise InvalidInput(error.message, extra={"errors": [{"path": ["server"], "message": error.message}]}) from error
