"""Writes an object; fails where that is not possible."""

import io
import os
from pathlib import Path

from minio import Minio

user, password = (Path(os.environ[f"MINIO_ROOT_{name}_FILE"]).read_text().strip() for name in ("USER", "PASSWORD"))
client = Minio(endpoint="127.0.0.1:9000", access_key=user, secret_key=password, secure=False, region="us-east-1")
if not client.bucket_exists(bucket_name="ready-probe"):
    client.make_bucket(bucket_name="ready-probe")
client.put_object(bucket_name="ready-probe", object_name="probe", data=io.BytesIO(b"1"), length=1)
