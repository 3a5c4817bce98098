"""The single-page application: every address that is not the API's gets its page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe


@require_safe
@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    """The built page; 503 with a sentence while it is not built."""
    file = settings.FRONTEND_DIST / "index.html"
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return HttpResponse(
            "The pages are not built yet: run `make setup`.\n", status=503, content_type="text/plain; charset=utf-8"
        )
    answer = HttpResponse(content, content_type="text/html; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer
