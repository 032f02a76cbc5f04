"""Products of matrices whose columns lie in lanes: eight sums at once, each in ascending order."""

from dlbook.arithmetic.kernels.lanes import Pointer, Wholes, beyond, fetch, put

# What the description says, by place: how many pairs of matrices; rows of A and C; columns of A,
# which are the rows of B; vectors in a row of B and C; how many numbers lie between two A, two B.
PAIRS, ROWS, TERMS, VECTORS, BETWEEN_A, BETWEEN_B = range(6)


def add_matrices(shape: Wholes, a: Pointer, b: Pointer, c: Pointer) -> None:
    """C += A B for pairs of matrices; four rows go side by side, so that no sum waits for itself.

    ``c`` holds the sums' start values. Rows of B and C are whole vectors, those of A are not.
    """
    rows, terms, vectors = shape[ROWS], shape[TERMS], shape[VECTORS]
    whole = rows - rows % 4
    for pair in range(shape[PAIRS]):
        A, B = beyond(a, pair * shape[BETWEEN_A]), beyond(b, pair * shape[BETWEEN_B])
        first = pair * rows * vectors
        for j in range(vectors):
            for i in range(0, whole, 4):
                C = first + i * vectors + j
                t0, t1 = fetch(c, C), fetch(c, C + vectors)
                t2, t3 = fetch(c, C + 2 * vectors), fetch(c, C + 3 * vectors)
                for k in range(terms):
                    row, at = fetch(B, k * vectors + j), i * terms + k
                    t0, t1 = t0 + A[at] * row, t1 + A[at + terms] * row
                    t2, t3 = t2 + A[at + 2 * terms] * row, t3 + A[at + 3 * terms] * row
                put(c, C, t0)
                put(c, C + vectors, t1)
                put(c, C + 2 * vectors, t2)
                put(c, C + 3 * vectors, t3)
            for i in range(whole, rows):
                total = fetch(c, first + i * vectors + j)
                for k in range(terms):
                    total = total + A[i * terms + k] * fetch(B, k * vectors + j)
                put(c, first + i * vectors + j, total)
