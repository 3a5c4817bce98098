"""Projects and their members."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.filters import OrderingFilter
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yard.accounts.access import project_get_for, signed_in
from yard.accounts.models import Membership, Project, Role, User
from yard.accounts.selectors import member_list, membership_get, project_list, project_shown
from yard.accounts.serializers import (
    MemberInputSerializer,
    MemberRoleSerializer,
    MemberSerializer,
    ProjectInputSerializer,
    ProjectSerializer,
)
from yard.accounts.services import (
    member_add,
    member_remove,
    member_update,
    project_create,
    project_delete,
    project_update,
)

SEARCH = OpenApiParameter("search", OpenApiTypes.STR, description="Part of the name or description")


class ProjectListApi(ListAPIView[Project]):
    """The caller's projects, and a new one, whose admin the caller becomes."""

    serializer_class = ProjectSerializer
    filter_backends = [OrderingFilter]
    ordering_fields = ["name", "created_at", "updated_at"]
    ordering = ["name"]
    queryset = Project.objects.none()

    def get_queryset(self) -> QuerySet[Project]:
        return project_list(user=self.request.user, search=self.request.query_params.get("search", "").strip())

    @extend_schema(parameters=[SEARCH])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(request=ProjectInputSerializer, responses={201: ProjectSerializer})
    def post(self, request: Request) -> Response:
        form = ProjectInputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        assert isinstance(request.user, User)
        project = project_create(user=request.user, **form.validated_data)
        return Response(_shown(request, project), status=status.HTTP_201_CREATED)


class ProjectDetailApi(APIView):
    """One project."""

    @extend_schema(responses=ProjectSerializer)
    def get(self, request: Request, project_id: int) -> Response:
        return Response(_shown(request, project_get_for(user=request.user, project_id=project_id)))

    @extend_schema(request=ProjectInputSerializer, responses=ProjectSerializer)
    def patch(self, request: Request, project_id: int) -> Response:
        project = project_get_for(user=request.user, project_id=project_id, role=Role.ADMIN)
        form = ProjectInputSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        project_update(project=project, changes=form.validated_data, user=signed_in(request.user))
        return Response(_shown(request, project))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int) -> Response:
        """Only when it holds nothing; 409 with counts otherwise."""
        project = project_get_for(user=request.user, project_id=project_id, role=Role.ADMIN)
        project_delete(project=project, user=signed_in(request.user))
        return Response(status=status.HTTP_204_NO_CONTENT)


class MemberListApi(ListAPIView[Membership]):
    """The members of a project, and a new one."""

    serializer_class = MemberSerializer
    filter_backends = []
    queryset = Membership.objects.none()

    def get_queryset(self) -> QuerySet[Membership]:
        return member_list(project=project_get_for(user=self.request.user, project_id=self.kwargs["project_id"]))

    @extend_schema(request=MemberInputSerializer, responses={201: MemberSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        project = project_get_for(user=request.user, project_id=project_id, role=Role.ADMIN)
        form = MemberInputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        membership = member_add(project=project, actor=signed_in(request.user), **form.validated_data)
        return Response(MemberSerializer(membership).data, status=status.HTTP_201_CREATED)


class MemberDetailApi(APIView):
    """One member of a project."""

    @extend_schema(request=MemberRoleSerializer, responses=MemberSerializer)
    def patch(self, request: Request, project_id: int, user_id: int) -> Response:
        project = project_get_for(user=request.user, project_id=project_id, role=Role.ADMIN)
        form = MemberRoleSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        membership = membership_get(project=project, user_id=user_id)
        role = Role(form.validated_data["role"])
        member_update(membership=membership, role=role, actor=signed_in(request.user))
        return Response(MemberSerializer(membership).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int, user_id: int) -> Response:
        """An admin removes anybody; every member may leave."""
        leaving = request.user.pk == user_id
        role = Role.VIEWER if leaving else Role.ADMIN
        project = project_get_for(user=request.user, project_id=project_id, role=role)
        membership = membership_get(project=project, user_id=user_id)
        member_remove(membership=membership, actor=signed_in(request.user))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _shown(request: Request, project: Project) -> dict[str, Any]:
    return dict(ProjectSerializer(project_shown(user=request.user, project=project)).data)
