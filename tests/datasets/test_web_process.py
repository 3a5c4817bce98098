"""What heavy libraries the web server loads when it is asked for figures: none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# In a process of its own: the tests' has everything loaded already.
SCRIPT = """
import random, sys
import yard.asgi
from django.core.management import call_command
call_command("migrate", verbosity=0)
from rest_framework.test import APIClient
from tests.datasets.conftest import _user
from yard.accounts.models import Membership, Project, Role
from yard.datasets import services
from yard.datasets.counts import dataset_refresh_counts
from yard.datasets.models import Image

user = _user("olga")
project = Project.objects.create(name="Beans", created_by=user)
Membership.objects.create(project=project, user=user, role=Role.EDITOR)
dataset = services.dataset_create(project=project, name="Leaves", user=user)
source = random.Random(1)
Image.objects.bulk_create(
    Image(dataset=dataset, name=f"{n}.png", digest=f"{n % 390:064x}", size=1, width=8, height=8, media_type="image/png",
          perceptual_hash=source.getrandbits(64) - (1 << 63))
    for n in range(400)
)
dataset_refresh_counts(dataset)
client = APIClient(HTTP_HOST="localhost")
client.force_authenticate(user)
one = f"/api/v1/datasets/{dataset.pk}/"
recipe = {"method": "group", "shares": {"train": 60, "val": 20, "test": 20}, "group_by": "near"}
assert client.post(one + "splits/preview/", recipe, format="json").status_code == 200
del recipe["group_by"]
made = client.post(one + "splits/", {**recipe, "method": "random", "name": "x"}, format="json")
assert made.status_code == 201, made.content
for path in (f"splits/{made.json()['id']}/leaks/", "statistics/", "gallery/", "facets/"):
    answer = client.get(one + path)
    assert answer.status_code == 200, answer.content
print([name for name in ("numpy", "cv2", "torch", "scipy", "pandas", "sklearn") if name in sys.modules])
"""


def test_figures_are_given_without_numpy(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("YARD_")}
    env |= {
        "YARD_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "yard.settings.test",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "platform"), str(ROOT)]),
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[-1] == "[]"
