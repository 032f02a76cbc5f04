"""The kind of machine: numbers agree to the bit on one kind, and only nearly between two."""

import hashlib
import platform
from functools import cache
from pathlib import Path

from dlbook.engine.key import version


def processor() -> str:
    """The model name of the processor, as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def instructions() -> str:
    """The instructions that torch computes with; a virtual machine may mask what its name has."""
    import torch

    return str(torch.backends.cpu.get_cpu_capability())


@cache
def made_on() -> str:
    """A short hash of the processor's model, its instructions, the versions of torch and numpy."""
    kind = "\n".join([processor(), instructions(), version("torch"), version("numpy")])
    return hashlib.sha256(kind.encode()).hexdigest()[:12]
