"""Addresses of accounts, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from yard.accounts import audit_api, event_api, project_api, session_api, token_api

urlpatterns = [
    path("auth/session/", session_api.SessionApi.as_view(), name="session"),
    path("auth/sign-in/", session_api.SignInApi.as_view(), name="sign-in"),
    path("auth/sign-out/", session_api.SignOutApi.as_view(), name="sign-out"),
    path("auth/password/", session_api.PasswordApi.as_view(), name="password"),
    path("auth/sessions/", session_api.SessionListApi.as_view(), name="session-list"),
    path("auth/sessions/<str:session_id>/", session_api.SessionDetailApi.as_view(), name="session-detail"),
    path("tokens/", token_api.TokenListApi.as_view(), name="token-list"),
    path("tokens/<int:token_id>/", token_api.TokenDetailApi.as_view(), name="token-detail"),
    path("projects/", project_api.ProjectListApi.as_view(), name="project-list"),
    path("projects/<int:project_id>/", project_api.ProjectDetailApi.as_view(), name="project-detail"),
    path("projects/<int:project_id>/members/", project_api.MemberListApi.as_view(), name="member-list"),
    path(
        "projects/<int:project_id>/members/<int:user_id>/", project_api.MemberDetailApi.as_view(), name="member-detail"
    ),
    path("projects/<int:project_id>/audit/", audit_api.ProjectAuditApi.as_view(), name="project-audit"),
    path("events/", event_api.EventListApi.as_view(), name="event-list"),
    path("events/stream/", event_api.EventStreamApi.as_view(), name="event-stream"),
]
