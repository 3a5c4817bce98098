"""Django's settings, embedded shape by default. ``.env.example`` explains every variable."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
import django_stubs_ext
from csp.constants import NONE, SELF

from yard.settings import env

django_stubs_ext.monkeypatch()

ROOT = Path(__file__).resolve().parents[3]
DATA_DIR = env.path("DATA_DIR", ROOT / "var")
DEBUG = env.boolean("DEBUG", False)


def _secret_key() -> str:
    """The given key, else one made at the first start and kept in the data folder."""
    given = env.secret("SECRET_KEY")
    if given:
        return given
    file = DATA_DIR / "secret_key"
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="utf-8") as new:
            file.chmod(0o600)
            new.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return file.read_text(encoding="utf-8")


SECRET_KEY = _secret_key()
# Keys of before, newest first: what they signed and encrypted stays readable until it is done anew.
SECRET_KEY_FALLBACKS = env.secret("SECRET_KEY_FALLBACKS").replace(",", " ").split()
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words("TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "yard.core.admin_config.YardAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "yard.core",  # before django_q: its qcluster is found first
    "django_q",
    "yard.storage",
    "yard.accounts",
    "yard.executions",
    "yard.datasets",
    "yard.blueprints",
    "yard.registry",
    "yard.cvat",
    "yard.runs",
    "yard.operations",
]

MIDDLEWARE = [
    "yard.operations.metrics.requests.count_requests",
    "yard.core.origin.OriginMiddleware",
    "yard.core.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "yard.core.plain_requests.plain_requests",
    "yard.core.static_files.StaticFilesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "yard.urls"
ASGI_APPLICATION = "yard.asgi.application"
FRONTEND_DIST = ROOT / "frontend" / "dist"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- database ---------------------------------------------------------------------------------------------------------


def database(url: str) -> dict[str, Any]:
    """Django's database settings for a URL; SQLite gets WAL and immediate transactions (no lock errors)."""
    settings: dict[str, Any] = dict(dj_database_url.parse(url))
    if settings["ENGINE"].endswith("sqlite3"):
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
    else:
        # Worker and supervisor keep their connections (management commands set this); web closes them per request,
        # as persistent connections under ASGI belong to threads that never come back.
        settings["CONN_MAX_AGE"] = env.integer("DATABASE_CONN_MAX_AGE", 0)
    return settings


DATABASES = {"default": database(env.secret("DATABASE_URL", f"sqlite:///{DATA_DIR / 'trainyard.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- accounts ---------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "/sign-in"
SECURE_COOKIES = env.boolean("SECURE_COOKIES", False)
# Browsers take a cookie of this prefix only by HTTPS, for all addresses, and from this very host: no neighbour below
# the same domain can put one in its place.
COOKIE_PREFIX = "__Host-" if SECURE_COOKIES else ""
SESSION_ENGINE = "yard.accounts.session_store"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_AGE = env.integer("SESSION_MAX_SECONDS", 30 * 86_400)  # from sign-in on, whatever happens
SESSION_IDLE_SECONDS = max(env.integer("SESSION_IDLE_SECONDS", 7 * 86_400), 600)  # use is noted every five minutes
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
CSRF_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_SAMESITE = "Lax"
DEVICE_COOKIE_NAME = f"{COOKIE_PREFIX}device"
# Failures before the first wait, and the longest one.
SIGN_IN_FREE_FAILURES = env.integer("SIGN_IN_FREE_FAILURES", 5)
SIGN_IN_MAX_WAIT_SECONDS = env.integer("SIGN_IN_MAX_WAIT_SECONDS", 900)
AUDIT_KEEP_DAYS = env.integer("AUDIT_KEEP_DAYS", 0)  # 0: for ever
if env.boolean("BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Sent over HTTPS only. Not for subdomains: those are not ours to decide on.
SECURE_HSTS_SECONDS = env.integer("HSTS_SECONDS", 365 * 86_400 if SECURE_COOKIES else 0)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        # The hash of the empty string lets MUI's style engine make its sheet; rules are then inserted by script.
        "style-src": [SELF, "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# --- watching it ------------------------------------------------------------------------------------------------------

METRICS_TOKEN = env.secret("METRICS_TOKEN")  # empty: only this machine itself may read /metrics

# --- API --------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "yard.accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["yard.core.parsers.StrictJSON"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "yard.core.negotiation.OneFormat",
    "DEFAULT_PAGINATION_CLASS": "yard.core.pagination.Pages",
    "PAGE_SIZE": 50,
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "yard.core.openapi.Operation",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    # Proxies in front of us whose X-Forwarded-For we believe: 0 believes nobody, so it cannot dodge the throttle.
    "NUM_PROXIES": env.integer("PROXIES", 0),
    "DEFAULT_THROTTLE_RATES": {
        "user": env.text("THROTTLE_USER", "6000/min"),
    },
    "EXCEPTION_HANDLER": "yard.core.exception_handler.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Trainyard",
    "DESCRIPTION": "Train vision models on your own data and machines.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SORT_OPERATIONS": True,
    "ENUM_NAME_OVERRIDES": {
        "ConflictAnswer": "yard.datasets.imports.serializers.ANSWERS",
        "ExecutionState": "yard.executions.states.State.choices",
        "TemplateImageState": ["none", "building", "ready", "failed"],
        "ConversionFormat": "yard.datasets.conversions.serializers.KEYS",
        "ImportState": "yard.datasets.models.ImportState.choices",
        "ShapeKind": "yard.datasets.models.ShapeKind.choices",
        "WorkState": "yard.datasets.models.WorkState.choices",
        "ModelFileRole": "yard.registry.models.FileRole.choices",
        "MemberRole": "yard.accounts.models.Role.choices",
        "SplitPart": "yard.datasets.models.Part.choices",
        "SplitMethod": "yard.datasets.models.SplitMethod.choices",
        "SplitGroupSource": "yard.datasets.splits.grouping.GroupSource.choices",
        "CvatTransferKind": "yard.cvat.models.TransferKind.choices",
        "CvatRemoteKind": "yard.cvat.models.RemoteKind.choices",
        "CvatSignIn": "yard.cvat.models.SignIn.choices",
    },
}

# --- tasks ------------------------------------------------------------------------------------------------------------

Q_CLUSTER = {
    "name": "trainyard",
    "orm": "default",
    "workers": env.integer("WORKERS", 2),
    "poll": 0.2,
    # A task that outlives `timeout` is ended; `retry` must stay above it, or a task would run twice at once.
    "timeout": 900,
    "retry": 960,
    "max_attempts": 3,
    "ack_failures": True,
    "save_limit": 1000,
    "catch_up": False,
    "label": "Tasks",
}

# --- storage ----------------------------------------------------------------------------------------------------------

STORAGE = env.text("STORAGE", "local")  # local | minio
STORAGE_DIR = env.path("STORAGE_DIR", DATA_DIR / "storage")
PLATFORM_BUCKET = env.text("PLATFORM_BUCKET", "trainyard-platform")  # bundled templates, logs of their builds
S3_ENDPOINT = env.text("S3_ENDPOINT", "127.0.0.1:9000")
S3_ACCESS_KEY = env.secret("S3_ACCESS_KEY")
S3_SECRET_KEY = env.secret("S3_SECRET_KEY")
S3_REGION = env.text("S3_REGION", "us-east-1")
S3_SECURE = env.boolean("S3_SECURE", False)
S3_TIMEOUT_SECONDS = env.number("S3_TIMEOUT_SECONDS", 30)  # how long to wait for an answer, twice at most

# Where `manage.py backup s3://…` finds its server; what is empty is taken from S3_… above.
BACKUP_S3_ENDPOINT = env.text("BACKUP_S3_ENDPOINT", "")
BACKUP_S3_ACCESS_KEY = env.secret("BACKUP_S3_ACCESS_KEY")
BACKUP_S3_SECRET_KEY = env.secret("BACKUP_S3_SECRET_KEY")
BACKUP_S3_REGION = env.text("BACKUP_S3_REGION", "")
BACKUP_S3_SECURE = env.boolean("BACKUP_S3_SECURE", True)

# --- executions -------------------------------------------------------------------------------------------------------

# Tells this platform's boxes from those of others on the same engine; never change it while boxes run.
INSTANCE = env.text("INSTANCE", hashlib.sha256([SECRET_KEY, *SECRET_KEY_FALLBACKS][-1].encode()).hexdigest()[:8])
LAUNCHER = env.text("LAUNCHER", "auto")  # auto | docker | process
DOCKER_HOST = env.text("DOCKER_HOST", "")  # empty: the engine's usual socket
ALLOW_UNSANDBOXED = env.boolean("ALLOW_UNSANDBOXED", False)
ALLOW_HOST_NETWORK = env.boolean("ALLOW_HOST_NETWORK", False)
EGRESS_NETWORK = env.text("EGRESS_NETWORK", "bridge")  # engine network of runs whose template may use the network
BOX_DISK_BYTES = env.integer("BOX_DISK_BYTES", 100 << 30)  # the most a run may write, and what it gets
BOX_FILES = env.integer("BOX_FILES", 1_000_000)
BOX_PROCESSES = env.integer("BOX_PROCESSES", 4096)
MODEL_MAX_BYTES = env.integer("MODEL_MAX_BYTES", 64 << 30)
MODEL_MAX_FILES = env.integer("MODEL_MAX_FILES", 10_000)
BUILD_NETWORK = env.text("BUILD_NETWORK", "")  # engine network of builds; empty: the engine's default; none: no network
PACKAGE_HOSTS = env.words("PACKAGE_HOSTS", ["pypi.org", "files.pythonhosted.org"])
BUILD_CPUS = env.number("BUILD_CPUS", 4.0)
BUILD_MEMORY_BYTES = env.integer("BUILD_MEMORY_BYTES", 8 << 30)
BUILD_PROCESSES = env.integer("BUILD_PROCESSES", 4096)
BUILD_DISK_BYTES = env.integer("BUILD_DISK_BYTES", 100 << 30)
BUILD_SECONDS = env.integer("BUILD_SECONDS", 4 * 3600)
STOP_GRACE_SECONDS = env.integer("STOP_GRACE_SECONDS", 10)
# Passed to the build of every template that declares ARG TORCH_CUDA_INDEX; empty: the template's own default.
TORCH_CUDA_INDEX = env.text("TORCH_CUDA_INDEX", "")
EXECUTIONS_DIR = env.path("EXECUTIONS_DIR", DATA_DIR / "executions")  # private working folders of attempts
ENVIRONMENTS_DIR = env.path("ENVIRONMENTS_DIR", DATA_DIR / "environments")  # cached environments (process launcher)
DATA_CACHE_DIR = env.path("DATA_CACHE_DIR", DATA_DIR / "data-cache")  # data sets as runs see them
# Bytes of data sets kept there for further runs; the ones used longest ago go first, those in use stay.
DATA_CACHE_MAX_BYTES = env.integer("DATA_CACHE_MAX_BYTES", 200 << 30)
LOG_CAP_BYTES = env.integer("LOG_CAP_BYTES", 1 << 30)

# --- annotation doctor ------------------------------------------------------------------------------------------------

DOCTOR_AUTOMATIC = env.boolean("DOCTOR_AUTOMATIC", True)  # examine data sets after each change
DOCTOR_DELAY_SECONDS = env.number("DOCTOR_DELAY_SECONDS", 20)  # how long they must have been still

# --- CVAT -------------------------------------------------------------------------------------------------------------

# Which servers projects may name: on-premise CVAT usually has a private address; this machine itself is refused.
CVAT_ALLOW_PRIVATE = env.boolean("CVAT_ALLOW_PRIVATE", True)
CVAT_ALLOW_LOOPBACK = env.boolean("CVAT_ALLOW_LOOPBACK", False)
CVAT_HOSTS = env.words("CVAT_HOSTS", [])  # empty: any host with an allowed address
CVAT_CA_FILE = env.text("CVAT_CA_FILE", "")  # PEM file of the site's own authority; empty: the machine's
CVAT_TIMEOUT_SECONDS = env.number("CVAT_TIMEOUT_SECONDS", 30)  # how long to wait for an answer
CVAT_WAIT_SECONDS = env.number("CVAT_WAIT_SECONDS", 1800)  # how long for what CVAT does in the background

# --- limits of uploads ------------------------------------------------------------------------------------------------

UPLOAD_MAX_BYTES = env.integer("UPLOAD_MAX_BYTES", 64 << 30)
UPLOAD_CHUNK_MAX_BYTES = env.integer("UPLOAD_CHUNK_MAX_BYTES", 64 << 20)
ARCHIVE_MAX_BYTES = env.integer("ARCHIVE_MAX_BYTES", 256 << 30)  # unpacked
ARCHIVE_MAX_FILES = env.integer("ARCHIVE_MAX_FILES", 1_000_000)
ARCHIVE_MAX_RATIO = env.integer("ARCHIVE_MAX_RATIO", 200)
# Machines inside the network that imports from buckets may read: names, name:port, addresses, or ranges of them.
IMPORT_ALLOWED_HOSTS = env.words("IMPORT_ALLOWED_HOSTS", [])
IMAGE_MAX_BYTES = env.integer("IMAGE_MAX_BYTES", 4 << 30)
IMAGE_MAX_PIXELS = env.integer("IMAGE_MAX_PIXELS", 500_000_000)
IMAGE_MAX_MEMORY_BYTES = env.integer("IMAGE_MAX_MEMORY_BYTES", 4 << 30)
IMAGE_MAX_SECONDS = env.integer("IMAGE_MAX_SECONDS", 60)
ANNOTATIONS_MAX_BYTES = env.integer("ANNOTATIONS_MAX_BYTES", 8 << 30)
ANNOTATIONS_MAX_IMAGE_BYTES = env.integer("ANNOTATIONS_MAX_IMAGE_BYTES", 512 << 20)
ANNOTATIONS_MAX_LABELS = env.integer("ANNOTATIONS_MAX_LABELS", 10_000)
CONVERSION_MAX_BYTES = env.integer("CONVERSION_MAX_BYTES", 4 << 30)
CONVERSION_NOW_MAX_BYTES = env.integer("CONVERSION_NOW_MAX_BYTES", 16 << 20)
TEMPLATE_MAX_BYTES = env.integer("TEMPLATE_MAX_BYTES", 64 << 20)
TEMPLATE_MAX_UNPACKED_BYTES = env.integer("TEMPLATE_MAX_UNPACKED_BYTES", 512 << 20)
TEMPLATE_MAX_FILES = env.integer("TEMPLATE_MAX_FILES", 5000)
TEMPLATE_DOCKERFILE_MAX_BYTES = env.integer("TEMPLATE_DOCKERFILE_MAX_BYTES", 64 << 10)
# With every reference replaced by what it points at: the form, its defaults and every check have that size.
TEMPLATE_SCHEMA_MAX_NODES = env.integer("TEMPLATE_SCHEMA_MAX_NODES", 20_000)
TEMPLATE_SCHEMA_MAX_CHARACTERS = env.integer("TEMPLATE_SCHEMA_MAX_CHARACTERS", 4 << 20)
CONFIG_MAX_VALUES = env.integer("CONFIG_MAX_VALUES", 2000)
CONFIG_MAX_DEPTH = env.integer("CONFIG_MAX_DEPTH", 12)
CONFIG_MAX_TEXT_CHARACTERS = env.integer("CONFIG_MAX_TEXT_CHARACTERS", 10_000)
CONFIG_MAX_CHARACTERS = env.integer("CONFIG_MAX_CHARACTERS", 1 << 20)  # all texts of one config together
CONFIG_CHECK_SECONDS = env.integer("CONFIG_CHECK_SECONDS", 5)

# --- texts and files --------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS: list[Path | str | tuple[str, Path]] = [("app", FRONTEND_DIST)] if FRONTEND_DIST.is_dir() else []
WHITENOISE_USE_FINDERS = True
FILE_UPLOAD_TEMP_DIR = None
# Bodies of requests; chunks of uploads are read as streams.
DATA_UPLOAD_MAX_MEMORY_SIZE = env.integer("REQUEST_MAX_BYTES", 16 << 20)

TRAIN_TEMPLATES_DIR = ROOT / "train_templates"
VALIDATION_DIR = ROOT / "validation"

DEFAULT_EXCEPTION_REPORTER_FILTER = "yard.core.fault_reports.NoValues"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)-7s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
