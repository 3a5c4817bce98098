"""Users, projects, memberships, tokens and secrets for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from yard.accounts import sessions, sign_in_guard
from yard.accounts.access import signed_in
from yard.accounts.models import ApiToken, Membership, Project, Secret, Session, SignInTries, User
from yard.accounts.secrets import secret_delete
from yard.accounts.selectors import project_contents
from yard.accounts.tokens import token_revoke
from yard.core.admin import ReadOnly, link


class MembershipInline(admin.TabularInline[Membership, Project]):
    model = Membership
    extra = 0
    autocomplete_fields = ["user", "project"]


@admin.register(User)
class UserAdmin(BaseUserAdmin[User]):
    list_display = ["username", "email", "bucket", "is_active", "is_staff", "last_login"]
    search_fields = ["username", "email", "bucket", "first_name", "last_name"]
    readonly_fields = ["bucket", "last_login", "date_joined"]
    fieldsets = (*(BaseUserAdmin.fieldsets or ()), ("Storage", {"fields": ["bucket"]}))
    inlines = [MembershipInline]
    actions = ["end_sessions"]

    @admin.action(description="Sign the selected users out everywhere", permissions=["change"])
    def end_sessions(self, request: HttpRequest, users: QuerySet[User]) -> None:
        count = sum(sessions.sessions_revoke(user=user, actor=signed_in(request.user)) for user in users)
        self.message_user(request, f"{count} sessions ended. API tokens stay valid; revoke them by themselves.")


@admin.register(Session)
class SessionAdmin(ReadOnly, admin.ModelAdmin[Session]):
    list_display = ["user", "device", "address", "signed_in_at", "last_seen_at", "expire_date"]
    list_filter = ["last_seen_at"]
    list_select_related = ["user"]
    search_fields = ["user__username", "=address", "agent"]
    fields = ["user", "agent", "address", "signed_in_at", "last_seen_at", "expire_date"]
    actions = ["revoke"]

    @admin.display(description="Device")
    def device(self, row: Session) -> str:
        return sessions.device_name(row.agent)

    @admin.action(description="End the selected sessions", permissions=["revoke"])
    def revoke(self, request: HttpRequest, found: QuerySet[Session]) -> None:
        for session in found:
            sessions.session_revoke(session=session, actor=signed_in(request.user))
        self.message_user(request, "The sessions are ended.")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.delete_session")


@admin.register(SignInTries)
class SignInTriesAdmin(ReadOnly, admin.ModelAdmin[SignInTries]):
    """Says how much is being tried; what is counted is kept as a digest."""

    list_display = ["id", "failures", "last_at"]
    actions = ["forgive"]

    @admin.action(description="End the waits of everybody", permissions=["forgive"])
    def forgive(self, request: HttpRequest, tries: QuerySet[SignInTries]) -> None:
        sign_in_guard.forgive_all()
        self.message_user(request, "Everybody may try again at once.", messages.SUCCESS)

    def has_forgive_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.delete_signintries")


@admin.register(Project)
class ProjectAdmin(admin.ModelAdmin[Project]):
    list_display = ["name", "member_count", "owner", "created_at"]
    list_filter = ["created_at"]
    search_fields = ["name", "description", "created_by__username"]
    autocomplete_fields = ["created_by"]
    readonly_fields = ["created_at", "updated_at", "holds"]
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Project]:
        return super().get_queryset(request).select_related("created_by").annotate(members_now=Count("memberships"))

    def has_delete_permission(self, request: HttpRequest, obj: Project | None = None) -> bool:
        """Its content would go with it, past the services that clean up behind it."""
        return super().has_delete_permission(request, obj) and (obj is not None and not project_contents(obj))

    @admin.display(description="Members", ordering="members_now")
    def member_count(self, row: Any) -> int:
        return int(row.members_now)

    @admin.display(description="Made by", ordering="created_by__username")
    def owner(self, row: Project) -> str:
        return link(row.created_by)

    @admin.display(description="Holds")
    def holds(self, row: Project) -> str:
        return ", ".join(f"{count} {name}" for name, count in project_contents(row).items()) or "nothing"


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin[Membership]):
    list_display = ["user", "project", "role", "created_at"]
    list_filter = ["role", ("project", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["user", "project"]
    search_fields = ["user__username", "project__name"]
    autocomplete_fields = ["user", "project"]


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnly, admin.ModelAdmin[ApiToken]):
    list_display = ["name", "prefix", "owner", "kind", "scope", "last_used_at", "expires_at", "revoked_at"]
    list_filter = ["kind", ("revoked_at", admin.EmptyFieldListFilter), "last_used_at"]
    list_select_related = ["user"]
    search_fields = ["name", "prefix", "user__username", "scope"]
    exclude = ["digest"]
    actions = ["revoke"]

    @admin.display(description="User", ordering="user__username")
    def owner(self, row: ApiToken) -> str:
        return link(row.user)

    @admin.action(description="Revoke the selected tokens", permissions=["revoke"])
    def revoke(self, request: HttpRequest, tokens: QuerySet[ApiToken]) -> None:
        actor = signed_in(request.user)
        count = sum(token_revoke(token=token, actor=actor) for token in tokens.select_related("user"))
        self.message_user(request, f"{count} tokens revoked.")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.change_apitoken")


@admin.register(Secret)
class SecretAdmin(ReadOnly, admin.ModelAdmin[Secret]):
    """The value is never shown, only that there is one; it can be removed."""

    list_display = ["name", "kind", "project", "created_by", "updated_at"]
    list_filter = ["kind", ("project", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["project", "created_by"]
    search_fields = ["name", "project__name"]
    exclude = ["ciphertext"]

    def has_delete_permission(self, request: HttpRequest, obj: Secret | None = None) -> bool:
        return request.user.has_perm("accounts.delete_secret")

    def delete_model(self, request: HttpRequest, obj: Secret) -> None:
        secret_delete(secret=obj, user=signed_in(request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Secret]) -> None:
        for secret in queryset:
            secret_delete(secret=secret, user=signed_in(request.user))
