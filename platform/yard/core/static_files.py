"""Static files, listed when the process starts, and found later when the pages were built anew meanwhile."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

PAGES = "/static/app/"


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]
    """As WhiteNoise's own; a file of the pages that it does not know is looked for once more.

    Else the page, which is read from disk, would name scripts that only a restart makes known: it would stay blank.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The file, or what comes behind."""
        path = request.path_info
        if path.startswith(PAGES) and path not in self.files and not self.autorefresh:
            found = self.find_file(path)
            if found is not None:
                self.files[path] = found
        response: HttpResponseBase = super().__call__(request)
        return response
