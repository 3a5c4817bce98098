"""Every key of the object store is named here, and nowhere else.

Readable ones, so that people find their files with any S3 tool:

    datasets/<id>/<file>                            the samples of a data set
    datasets/<id>/annotations/annotations.xml       their annotations
    models/<id>/<file>                              the files of a model version

The platform's own: ``blobs/`` (content that only file sets still need), ``manifests/`` (file sets), ``uploads/``
(chunks), ``staging/`` (objects on their way), ``templates/``, ``logs/``, ``thumbnails/``, ``records/`` (what file sets
of data sets say about each image; derived, so it may be missing), ``conversions/`` (label files and what became of
them, for a day).
"""

from __future__ import annotations

import re
import unicodedata
import uuid

from yard.core.errors import InvalidInput

MAX_BYTES = 1024  # S3's limit of a key
MAX_COMPONENT_BYTES = 255  # a file system's limit of a name

BLOBS = "blobs/"
STAGING = "staging/"
UPLOADS = "uploads/"
DATASETS = "datasets/"
RECORDS = "records/"
THUMBNAILS = "thumbnails/"

_OURS = (
    DATASETS,
    "models/",
    BLOBS,
    "manifests/",
    UPLOADS,
    STAGING,
    "templates/",
    "logs/",
    THUMBNAILS,
    RECORDS,
    "conversions/",
)

_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def dataset_prefix(dataset_id: int) -> str:
    """Where everything of a data set lies."""
    return f"{DATASETS}{dataset_id}/"


def dataset_file(dataset_id: int, name: str) -> str:
    """A sample of a data set."""
    return check_key(f"{dataset_prefix(dataset_id)}{check_name(name)}")


def dataset_annotations(dataset_id: int) -> str:
    """The annotations of a data set."""
    return f"{dataset_prefix(dataset_id)}annotations/annotations.xml"


def model_prefix(version_id: int) -> str:
    """Where everything of a model version lies."""
    return f"models/{version_id}/"


def model_file(version_id: int, name: str) -> str:
    """A file of a model version."""
    return check_key(f"{model_prefix(version_id)}{check_name(name)}")


def blob(digest: str) -> str:
    """Content that lost its readable key and that a file set still needs."""
    return f"{BLOBS}{check_digest(digest)[:2]}/{digest}"


def manifest(digest: str) -> str:
    """The list of files of a file set."""
    return f"manifests/{check_digest(digest)[:2]}/{digest}.jsonl.gz"


def upload_prefix(upload_id: uuid.UUID | str) -> str:
    """Where the chunks of an upload lie; their keys sort by offset."""
    return f"{UPLOADS}{uuid.UUID(str(upload_id))}/"


def upload_chunk(upload_id: uuid.UUID | str, offset: int, token: str = "") -> str:
    """One chunk of an upload, by where in the file it begins (bytes); ``token`` tells rivals for one offset apart."""
    return check_key(f"{upload_prefix(upload_id)}{offset:020d}{'-' if token else ''}{token}")


def staging() -> str:
    """A key nobody has used, for an object that is not at its place yet."""
    return f"{STAGING}{uuid.uuid4()}"


def template_context(digest: str) -> str:
    """The build context of a template version."""
    return f"templates/{check_digest(digest)}/context.tar"


def template_zip(digest: str) -> str:
    """A template as it was uploaded."""
    return f"templates/{check_digest(digest)}/template.zip"


def attempt_log(attempt_id: int) -> str:
    """The whole log of an attempt that has ended."""
    return f"logs/attempts/{attempt_id}.log"


def conversion_prefix(conversion_id: int) -> str:
    """Where the files of a conversion lie."""
    return f"conversions/{conversion_id}/"


def conversion_source(conversion_id: int) -> str:
    """The file that is to be converted."""
    return f"{conversion_prefix(conversion_id)}source"


def conversion_result(conversion_id: int) -> str:
    """What became of it."""
    return f"{conversion_prefix(conversion_id)}result"


def thumbnail(digest: str) -> str:
    """The small picture of the image with this digest."""
    return f"{THUMBNAILS}{check_digest(digest)[:2]}/{digest}"


def records(digest: str) -> str:
    """One line per image of the file set with this digest."""
    return f"{RECORDS}{check_digest(digest)[:2]}/{digest}.jsonl"


def records_index(digest: str) -> str:
    """Where in the records each line begins; written last, so where it is the records are too."""
    return f"{RECORDS}{check_digest(digest)[:2]}/{digest}.index"


def is_ours(key: str | None) -> bool:
    """Whether the platform makes keys like this one; people may keep other things in their buckets."""
    return bool(key) and str(key).startswith(_OURS)


def check_name(name: str) -> str:
    """The name of a file inside a data set, model or file set, if it can be stored; folders with ``/``.

    Raises ``InvalidInput`` with the reason.
    """
    return _checked(name, "a file name")


def check_key(key: str) -> str:
    """The key, if every store can hold it. Raises ``InvalidInput`` with the reason."""
    return _checked(key, "an object key")


def check_prefix(prefix: str) -> str:
    """The beginning of keys, perhaps empty or ending amid a name. Raises ``InvalidInput`` with the reason."""
    if prefix:
        _checked(prefix.removesuffix("/"), "an object key")
    return prefix


def check_bucket(bucket: str) -> str:
    """The bucket's name, if every S3 server takes it. Raises ``InvalidInput``."""
    if not _BUCKET.fullmatch(bucket):
        raise InvalidInput(
            f"{bucket!r} cannot be the name of a bucket: 3 to 63 lower-case letters, digits and inner hyphens."
        )
    return bucket


def check_digest(digest: str) -> str:
    """The SHA-256 in 64 hexadecimal characters. Raises ``InvalidInput``."""
    if not _DIGEST.fullmatch(digest):
        raise InvalidInput(f"{digest[:80]!r} is not a SHA-256 in 64 lower-case hexadecimal characters.")
    return digest


def _checked(text: str, what: str) -> str:
    reason = _fault(text)
    if reason:
        raise InvalidInput(f"{text[:80]!r} cannot be {what}: {reason}.")
    return text


def _fault(text: str) -> str:
    """Why this cannot be a key; empty when it can."""
    # Cc: control characters, NUL among them. Cs: half characters, which UTF-8 cannot write.
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in text):
        return "it holds a control character or is not proper Unicode"
    if "\\" in text:  # some servers take it for a slash
        return "it holds a backslash"
    if len(text.encode()) > MAX_BYTES:
        return f"it is longer than {MAX_BYTES} bytes"
    for part in text.split("/"):
        if part in {"", ".", ".."}:
            return "it is empty, starts or ends with a slash, or has an empty part, '.' or '..' between its slashes"
        if len(part.encode()) > MAX_COMPONENT_BYTES:
            return f"a part of it is longer than {MAX_COMPONENT_BYTES} bytes"
    return ""
