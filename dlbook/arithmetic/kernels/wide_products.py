"""Sums of products of numbers with vectors: what a layer consists of when its outputs lie in lanes.

Two rows by two vectors of sums run side by side, each in ascending order. Long sums go on in
blocks, so that the part of B that two vectors of sums need stays in the first cache for all rows.
"""

from dlbook.arithmetic.kernels.lanes import Pointer, at, beyond, fetch, kernel, put

_BLOCK = 64


@kernel
def add_wide_products(
    C: Pointer, c: int, S: Pointer, s: int, A: Pointer, aa: int, ak: int, B: Pointer, b: int,
    na: int, nb: int, nk: int,
) -> None:  # fmt: skip
    """C[i c + j] = S[i s + j] + Σₖ A[i aa + k ak] · B[k b + j], for i < na, j < nb.

    A is counted in numbers, the others in vectors. Where s is 0, S is one row for all.
    """
    for first in range(0, nk, _BLOCK):
        n = min(_BLOCK, nk - first)
        for j in range(0, nb - 1, 2):
            _add_pair(at(C, j), c, at(S, j), s, A, aa, ak, at(B, j), b, na, n)
        if nb % 2 == 1:
            last = nb - 1
            _add_single(at(C, last), c, at(S, last), s, A, aa, ak, at(B, last), b, na, n)
        S, s, A, B = C, c, beyond(A, n * ak), at(B, n * b)


@kernel
def _add_pair(
    C: Pointer, c: int, S: Pointer, s: int, A: Pointer, aa: int, ak: int, B: Pointer, b: int,
    na: int, nk: int,
) -> None:  # fmt: skip
    """Add two vectors of each row."""
    for i in range(0, na - 1, 2):
        c00, c01 = fetch(S, i * s), fetch(S, i * s + 1)
        c10, c11 = fetch(S, (i + 1) * s), fetch(S, (i + 1) * s + 1)
        for k in range(nk):
            a0, a1 = A[i * aa + k * ak], A[(i + 1) * aa + k * ak]
            b0, b1 = fetch(B, k * b), fetch(B, k * b + 1)
            c00, c01 = c00 + a0 * b0, c01 + a0 * b1
            c10, c11 = c10 + a1 * b0, c11 + a1 * b1
        put(C, i * c, c00)
        put(C, i * c + 1, c01)
        put(C, (i + 1) * c, c10)
        put(C, (i + 1) * c + 1, c11)
    if na % 2 == 1:
        i = na - 1
        c0, c1 = fetch(S, i * s), fetch(S, i * s + 1)
        for k in range(nk):
            a = A[i * aa + k * ak]
            c0, c1 = c0 + a * fetch(B, k * b), c1 + a * fetch(B, k * b + 1)
        put(C, i * c, c0)
        put(C, i * c + 1, c1)


@kernel
def _add_single(
    C: Pointer, c: int, S: Pointer, s: int, A: Pointer, aa: int, ak: int, B: Pointer, b: int,
    na: int, nk: int,
) -> None:  # fmt: skip
    """Add one vector of each row."""
    whole = na - na % 4
    for i in range(0, whole, 4):
        c0, c1 = fetch(S, i * s), fetch(S, (i + 1) * s)
        c2, c3 = fetch(S, (i + 2) * s), fetch(S, (i + 3) * s)
        for k in range(nk):
            b0 = fetch(B, k * b)
            c0, c1 = c0 + A[i * aa + k * ak] * b0, c1 + A[(i + 1) * aa + k * ak] * b0
            c2, c3 = c2 + A[(i + 2) * aa + k * ak] * b0, c3 + A[(i + 3) * aa + k * ak] * b0
        put(C, i * c, c0)
        put(C, (i + 1) * c, c1)
        put(C, (i + 2) * c, c2)
        put(C, (i + 3) * c, c3)
    for i in range(whole, na):
        total = fetch(S, i * s)
        for k in range(nk):
            total = total + A[i * aa + k * ak] * fetch(B, k * b)
        put(C, i * c, total)
