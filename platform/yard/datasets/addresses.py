"""What the addresses of data sets begin with, below ``/api/v1/``."""

from __future__ import annotations

ONE = "datasets/<int:dataset_id>/"
IMAGE = f"{ONE}images/<int:image_id>/"
SPLIT = f"{ONE}splits/<int:split_id>/"
VERSION = f"{ONE}versions/<int:number>/"
DATUM = f"{VERSION}data/<int:index>/"
