"""The GPUs of this machine, and how many workers share each.

One worker leaves a card idle while it works out sound, joins windows and scores: so as many share
it as there are memory and cores for, and some more than cores, since some always wait for the card.
Measured: docs/performance.md, "On a GPU".
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

#: What a worker takes of a card: for CUDA and a batch of windows, and that many times its weights
#: for what they make of the batch [bytes].
BATCH, TIMES = 1 << 30, 5
#: What a worker takes of the machine's memory beside its weights, which it reads [bytes].
OWN = 3 << 29
#: Workers for every two cores beside a card.
FOR_TWO_CORES = 3


def count() -> int:
    """GPUs that this process may use."""
    import ctranslate2

    try:
        return int(ctranslate2.get_cuda_device_count())
    except (RuntimeError, ValueError):  # a driver without a card
        return 0


def name(gpu: int) -> str:
    """The system's name for one of the GPUs that this process may use."""
    allowed = os.environ.get("CUDA_VISIBLE_DEVICES", "")
    return allowed.split(",")[gpu].strip() if allowed else str(gpu)


def free(gpu: int) -> int:
    """Bytes of a GPU's memory that nothing holds; 0 where its driver does not say."""
    asked = ["nvidia-smi", f"--id={name(gpu)}", "--query-gpu=memory.free"]
    try:
        told = subprocess.run(
            [*asked, "--format=csv,noheader,nounits"], capture_output=True, check=True, timeout=60
        )
        return int(told.stdout) << 20
    except (OSError, ValueError, subprocess.SubprocessError):
        return 0


def memory() -> int:
    """Bytes of this machine's memory."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def sharing(gpu: int, cores: int, weights: Path) -> int:
    """How many workers share a GPU with so many cores beside it, each with a model of its own."""
    size = (weights / "model.bin").stat().st_size
    room = min(free(gpu) // (BATCH + TIMES * size), memory() // count() // (OWN + size))
    return max(1, min(FOR_TWO_CORES * cores // 2, room))
