"""Sums of products, four side by side, each in ascending order: what every layer consists of."""

from dlbook.arithmetic.kernels.lanes import Pointer, at, fetch, kernel, put


@kernel
def add_products(
    C: Pointer, ca: int, cb: int, S: Pointer, sa: int, sb: int, A: Pointer, aa: int, ak: int,
    B: Pointer, bb: int, bk: int, na: int, nb: int, nk: int,
) -> None:  # fmt: skip
    """C[i ca + j cb] = S[i sa + j sb] + Σₖ A[i aa + k ak] · B[j bb + k bk], i < na, j < nb.

    Two rows of B meet all of A before the next two, which suits a B that is larger than A.
    """
    for j in range(0, nb - 1, 2):
        for i in range(0, na - 1, 2):
            s, a, b = at(S, i * sa + j * sb), at(A, i * aa), at(B, j * bb)
            c00, c01, c10, c11 = fetch(s, 0), fetch(s, sb), fetch(s, sa), fetch(s, sa + sb)
            for k in range(nk):
                a0, a1 = fetch(a, k * ak), fetch(a, aa + k * ak)
                b0, b1 = fetch(b, k * bk), fetch(b, bb + k * bk)
                c00, c01 = c00 + a0 * b0, c01 + a0 * b1
                c10, c11 = c10 + a1 * b0, c11 + a1 * b1
            c = at(C, i * ca + j * cb)
            put(c, 0, c00)
            put(c, cb, c01)
            put(c, ca, c10)
            put(c, ca + cb, c11)
    if nb % 2 == 1:
        j = nb - 1
        _add_column(at(C, j * cb), ca, at(S, j * sb), sa, A, aa, ak, at(B, j * bb), bk, na, nk)
    if na % 2 == 1:  # a row is a column of the transposed
        i = na - 1
        _add_column(
            at(C, i * ca), cb, at(S, i * sa), sb, B, bb, bk, at(A, i * aa), ak, nb - nb % 2, nk
        )


@kernel
def _add_column(
    C: Pointer,
    c: int,
    S: Pointer,
    s: int,
    A: Pointer,
    aa: int,
    ak: int,
    B: Pointer,
    bk: int,
    na: int,
    nk: int,
) -> None:
    """C[i c] = S[i s] + Σₖ A[i aa + k ak] · B[k bk], for i < na."""
    whole = na - na % 4
    for i in range(0, whole, 4):
        c0, c1 = fetch(S, i * s), fetch(S, (i + 1) * s)
        c2, c3 = fetch(S, (i + 2) * s), fetch(S, (i + 3) * s)
        for k in range(nk):
            b = fetch(B, k * bk)
            c0 = c0 + fetch(A, i * aa + k * ak) * b
            c1 = c1 + fetch(A, (i + 1) * aa + k * ak) * b
            c2 = c2 + fetch(A, (i + 2) * aa + k * ak) * b
            c3 = c3 + fetch(A, (i + 3) * aa + k * ak) * b
        put(C, i * c, c0)
        put(C, (i + 1) * c, c1)
        put(C, (i + 2) * c, c2)
        put(C, (i + 3) * c, c3)
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
