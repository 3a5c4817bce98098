"""Who calls the API: bearer tokens, and what tokens of limited scope may reach."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework.authentication import TokenAuthentication as _Base
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from yard.accounts.models import ApiToken, Session, User
from yard.accounts.session_store import stored_key
from yard.accounts.tokens import token_for, valid_now
from yard.core import origin
from yard.core.errors import NotAllowed


class TokenAuthentication(_Base):
    """``Authorization: Bearer <token>``; ``request.auth`` is the ``ApiToken``.

    A token with a scope passes only where the view says so: ``token_scope = "attempt"`` lets ``attempt:<id>`` in, and
    the view then compares the id (``require_scope``). Every other view refuses it, whatever its permissions are.
    """

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        found: tuple[User, ApiToken] | None = super().authenticate(request)
        if found is not None:
            _check_reach(found[1], request)
        return found

    def authenticate_credentials(self, key: str) -> tuple[User, ApiToken]:
        token = token_for(key)
        if token is None:
            raise AuthenticationFailed("This token is not valid: unknown, revoked or expired. Make a new one.")
        origin.current().token_id = token.pk
        return token.user, token


def require_scope(request: Request, scope: str) -> ApiToken:
    """The request's token, when it has exactly this scope. Raises ``NotAllowed``."""
    token: Any = request.auth
    if not isinstance(token, ApiToken) or token.scope != scope:
        raise NotAllowed(f"This needs the token of {scope.replace(':', ' ')}.")
    return token


def is_still_let_in(request: Request) -> bool:
    """Whether the session or token the request came with is good now; streams that last for hours ask now and then."""
    if request.user.pk is None or not User.objects.filter(pk=request.user.pk, is_active=True).exists():
        return False
    if isinstance(request.auth, ApiToken):
        return ApiToken.objects.filter(valid_now(), pk=request.auth.pk).exists()
    key = request._request.session.session_key
    return key is None or Session.objects.filter(pk=stored_key(key), expire_date__gt=timezone.now()).exists()


def _check_reach(token: ApiToken, request: Request) -> None:
    if not token.scope:
        return
    # Looked up here and not in a permission, which a view could leave out.
    view = (request.parser_context or {}).get("view")
    if token.scope.partition(":")[0] != getattr(view, "token_scope", None):
        raise PermissionDenied("This token reaches only the endpoints of its own attempt.")
