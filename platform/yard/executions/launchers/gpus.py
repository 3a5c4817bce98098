"""The NVIDIA GPUs of this machine, as the driver's own tool lists them."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from yard.executions.launchers.base import GpuFacts

QUERY = "uuid,index,name,memory.total,pci.bus_id"
SECONDS = 20
PROC = Path("/proc/driver/nvidia/gpus")
SHARED_DEVICES = ("nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia-modeset")


@dataclass(frozen=True, slots=True)
class HostGpu:
    """A GPU and the number of its device file (``/dev/nvidia<minor>``)."""

    facts: GpuFacts
    minor: int


def host_gpus() -> Sequence[GpuFacts]:
    """What ``nvidia-smi`` lists; empty without driver, tool or GPU."""
    return tuple(each.facts for each in list_gpus())


def list_gpus() -> list[HostGpu]:
    """As ``host_gpus``, with device numbers."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return []
    command = [tool, f"--query-gpu={QUERY}", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return parse_gpus(done.stdout) if done.returncode == 0 else []


def parse_gpus(text: str) -> list[HostGpu]:
    """The tool's lines: uuid, index, name, memory in MiB, PCI address. Lines of another shape are left out."""
    found = []
    for row in csv.reader(text.splitlines(), skipinitialspace=True):
        if len(row) == 5 and row[1].isdigit():
            # Cards with unified memory print "[N/A]" for it.
            memory = int(row[3]) * 1024 * 1024 if row[3].isdigit() else 0
            facts = GpuFacts(uuid=row[0], index=int(row[1]), name=row[2], memory_bytes=memory)
            found.append(HostGpu(facts, _minor(row[4], facts.index)))
    return found


def device_files(gpu_ids: Sequence[str], gpus: Sequence[HostGpu], dev: Path = Path("/dev")) -> list[Path]:
    """The device files a box needs for these GPUs (named by uuid or index).

    Raises:
        LookupError: An id that no GPU here has.
    """
    chosen = []
    for gpu_id in gpu_ids:
        matching = [each for each in gpus if gpu_id in (each.facts.uuid, str(each.facts.index))]
        if not matching:
            raise LookupError(gpu_id)
        chosen.append(dev / f"nvidia{matching[0].minor}")
    shared = [dev / name for name in SHARED_DEVICES]
    return [*chosen, *(path for path in shared if path.exists())]


def _minor(pci_address: str, index: int) -> int:
    """Device number by the driver's own table; the index where there is no table (they usually agree)."""
    # The tool prints an eight-digit domain, the driver's folder has four.
    domain, _, rest = pci_address.lower().partition(":")
    try:
        text = (PROC / f"{domain[-4:]}:{rest}" / "information").read_text()
    except OSError:
        return index
    for line in text.splitlines():
        if line.startswith("Device Minor:"):
            return int(line.split(":", 1)[1])
    return index
