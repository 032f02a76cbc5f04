"""Sums of products, several side by side, each in ascending order: what every layer consists of."""

from dlbook.arithmetic.kernels.lanes import (
    Pointer,
    add_line,
    add_pair,
    add_tile,
    at,
    fetch,
    kernel,
    put,
)
from dlbook.arithmetic.kernels.tiles import COLUMNS, LINE, ROWS


@kernel
def add_products(
    C: Pointer, ca: int, cb: int, S: Pointer, sa: int, sb: int, A: Pointer, aa: int, ak: int,
    B: Pointer, bb: int, bk: int, na: int, nb: int, nk: int,
) -> None:  # fmt: skip
    """C[i ca + j cb] = S[i sa + j sb] + Σₖ A[i aa + k ak] · B[j bb + k bk], i < na, j < nb.

    Some columns of B meet all of A before the next, which suits a B that is larger than A.
    """
    rows, tiles, pairs = na - na % ROWS, nb - nb % COLUMNS, nb - nb % 2
    for j in range(0, tiles, COLUMNS):
        for i in range(0, rows, ROWS):
            c, s = at(C, i * ca + j * cb), at(S, i * sa + j * sb)
            add_tile(c, ca, cb, s, sa, sb, at(A, i * aa), aa, ak, at(B, j * bb), bb, bk, nk)
    for j in range(tiles, pairs, 2):  # none where tiles have two columns
        for i in range(0, rows, ROWS):
            c, s = at(C, i * ca + j * cb), at(S, i * sa + j * sb)
            add_pair(c, ca, cb, s, sa, sb, at(A, i * aa), aa, ak, at(B, j * bb), bb, bk, nk)
    for j in range(pairs, nb):
        _add_column(at(C, j * cb), ca, at(S, j * sb), sa, A, aa, ak, at(B, j * bb), bk, na, nk)
    for i in range(rows, na):  # a row is a column of the transposed
        _add_column(at(C, i * ca), cb, at(S, i * sa), sb, B, bb, bk, at(A, i * aa), ak, pairs, nk)


@kernel
def _add_column(
    C: Pointer, c: int, S: Pointer, s: int, A: Pointer, aa: int, ak: int, B: Pointer, bk: int,
    na: int, nk: int,
) -> None:  # fmt: skip
    """C[i c] = S[i s] + Σₖ A[i aa + k ak] · B[k bk], for i < na."""
    whole = na - na % LINE
    for i in range(0, whole, LINE):
        add_line(at(C, i * c), c, 0, at(S, i * s), s, 0, at(A, i * aa), aa, ak, B, 0, bk, nk)
    for i in range(whole, na):
        total = fetch(S, i * s)
        for k in range(nk):
            total = total + fetch(A, i * aa + k * ak) * fetch(B, k * bk)
        put(C, i * c, total)


@kernel
def add_errors(b: Pointer, e: Pointer, n: int, outputs: int) -> None:
    """Add to each bias's derivative the errors of n samples, four of them side by side."""
    whole = outputs - outputs % 4
    for j in range(0, whole, 4):
        b0, b1, b2, b3 = fetch(b, j), fetch(b, j + 1), fetch(b, j + 2), fetch(b, j + 3)
        for s in range(n):
            row = at(e, s * outputs + j)
            b0, b1 = b0 + fetch(row, 0), b1 + fetch(row, 1)
            b2, b3 = b2 + fetch(row, 2), b3 + fetch(row, 3)
        put(b, j, b0)
        put(b, j + 1, b1)
        put(b, j + 2, b2)
        put(b, j + 3, b3)
    for j in range(whole, outputs):
        total = fetch(b, j)
        for s in range(n):
            total = total + fetch(e, s * outputs + j)
        put(b, j, total)
