"""For which processor the arithmetic is compiled; its numbers are the same for all."""

import os

import llvmlite.binding as llvm


def target() -> tuple[str, str]:
    """The processor to compile for, and its features, as LLVM writes them."""
    name = os.environ.get("NUMBA_CPU_NAME")
    if name is None:
        return llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    return name, os.environ.get("NUMBA_CPU_FEATURES", "")
