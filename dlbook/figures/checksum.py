"""A short text by which a page knows that it has computed the very numbers of a figure."""

import struct

from torch import Tensor

_START, _PRIME = 0xCBF29CE484222325, 0x100000001B3


def checksum(values: Tensor) -> str:
    """FNV-1a, 64 bits, of the bytes of doubles ``(n)``, in hexadecimal.

    Each double counts with its eight bytes, the lowest first, on every machine.
    ``web/src/engine/checksum.ts`` says the same.
    """
    numbers = values.double().tolist()
    found = _START
    for byte in struct.pack(f"<{len(numbers)}d", *numbers):
        found = (found ^ byte) * _PRIME % 2**64
    return f"{found:016x}"
