"""The web process."""

import os

from django.core.asgi import get_asgi_application
from django.urls import get_resolver

from yard.core.collector import collector_spare_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yard.settings")

application = get_asgi_application()
_ = get_resolver().url_patterns  # now and not by the first request, so that what it loads is spared, too
collector_spare_loaded()
