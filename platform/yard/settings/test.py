"""Settings of the test suite: everything in a temporary folder, cheap password hashes, tasks in the caller."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_SCRATCH = Path(tempfile.mkdtemp(prefix="trainyard-test-"))
os.environ.setdefault("YARD_DATA_DIR", str(_SCRATCH))
os.environ.setdefault("YARD_SECRET_KEY", "for tests only")

from yard.settings.base import *  # noqa: E402, F403
from yard.settings.base import DATA_DIR, DATABASES, Q_CLUSTER, REST_FRAMEWORK  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
Q_CLUSTER = {**Q_CLUSTER, "sync": True}
REST_FRAMEWORK = {
    **REST_FRAMEWORK,
    "DEFAULT_THROTTLE_CLASSES": [],
    "DEFAULT_THROTTLE_RATES": {"user": None},
}
LAUNCHER = "fake"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in production: threads of one process share an in-memory database in ways a file does not.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
(DATA_DIR / "static").mkdir(parents=True, exist_ok=True)
# Every test client loads the middleware anew; without this it would list all static files each time.
WHITENOISE_AUTOREFRESH = True
# Doubles of CVAT run on this machine, and no test talks to anything else.
CVAT_ALLOW_LOOPBACK = True
CVAT_HOSTS = ["127.0.0.1", "localhost"]
