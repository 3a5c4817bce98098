"""What a report of a fault may hold where Django writes one (mails to ``ADMINS``, handlers a site adds to its log)."""

from __future__ import annotations

from types import FrameType, TracebackType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class NoValues(SafeExceptionReporterFilter):
    """Names of local variables and form fields, none of their values: one of them is a password sooner or later.

    With ``YARD_DEBUG=1`` everything is shown, as Django does it; that is for machines nobody else reaches.
    """

    def get_post_parameters(self, request: HttpRequest | None) -> Any:
        found = super().get_post_parameters(request)
        return dict.fromkeys(found, self.cleansed_substitute) if self.is_active(request) else found

    def get_traceback_frame_variables(self, request: Any, tb_frame: FrameType | TracebackType) -> Any:
        found = super().get_traceback_frame_variables(request, tb_frame)
        return [(name, self.cleansed_substitute) for name, _ in found] if self.is_active(request) else found
