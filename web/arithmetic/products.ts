/** Sums of products, side by side and each in ascending order: what every layer consists of. */
import { bytesOf, fetch, lanes, put, spread, step } from "./lanes";

/**
 * C[i, j] = S[j] + Σₖ A[i, k] B[k, j], for i < rows, j < columns. C and B lie row by row; A is told by
 * the bytes from row to row and from term to term. C is none of the others.
 *
 * A tile is four rows by two vectors, eight sums that need not wait for one another. Where rows or
 * columns end, a tile takes the last ones once more, and writes what is written there already.
 */
export function addProducts<T>(
  C: usize, S: usize, A: usize, row: usize, term: usize, B: usize,
  rows: i32, columns: i32, terms: i32,
): void {
  const width = bytesOf(columns), last = columns - lanes<T>(), below = rows - 1;
  for (let i = 0; i < rows; i += 4) {
    const i1 = min(i + 1, below), i2 = min(i + 2, below), i3 = min(i + 3, below);
    const A0 = A + <usize>i * row, A1 = A + <usize>i1 * row;
    const A2 = A + <usize>i2 * row, A3 = A + <usize>i3 * row;
    const C0 = C + <usize>i * width, C1 = C + <usize>i1 * width;
    const C2 = C + <usize>i2 * width, C3 = C + <usize>i3 * width;
    for (let j = 0; j < columns; j += 2 * lanes<T>()) {
      const left = bytesOf(min(j, last)), right = bytesOf(min(j + lanes<T>(), last));
      let a0 = A0, a1 = A1, a2 = A2, a3 = A3, b0 = B + left, b1 = B + right;
      const s0 = fetch<T>(S + left), s1 = fetch<T>(S + right);
      let c00 = s0, c01 = s1, c10 = s0, c11 = s1, c20 = s0, c21 = s1, c30 = s0, c31 = s1;
      for (const end = b0 + <usize>terms * width; b0 < end; ) {
        const u = fetch<T>(b0), v = fetch<T>(b1);
        const x0 = spread<T>(a0), x1 = spread<T>(a1), x2 = spread<T>(a2), x3 = spread<T>(a3);
        c00 = c00 + x0 * u, c01 = c01 + x0 * v;
        c10 = c10 + x1 * u, c11 = c11 + x1 * v;
        c20 = c20 + x2 * u, c21 = c21 + x2 * v;
        c30 = c30 + x3 * u, c31 = c31 + x3 * v;
        a0 += term, a1 += term, a2 += term, a3 += term;
        b0 += width, b1 += width;
      }
      put(C0 + left, c00), put(C0 + right, c01);
      put(C1 + left, c10), put(C1 + right, c11);
      put(C2 + left, c20), put(C2 + right, c21);
      put(C3 + left, c30), put(C3 + right, c31);
    }
  }
}

/** C[i, j] = S[j] + A[i] B[j], with a single term: C is written row by row. */
export function addOuter<T>(
  C: usize, S: usize, A: usize, row: usize, B: usize, rows: i32, columns: i32,
): void {
  const last = bytesOf(columns - lanes<T>());
  for (let i = 0; i < rows; i += 1, A += row, C += bytesOf(columns)) {
    const x = spread<T>(A);
    for (let j: usize = 0; j < last; j += step<T>()) {
      put(C + j, fetch<T>(S + j) + x * fetch<T>(B + j));
    }
    put(C + last, fetch<T>(S + last) + x * fetch<T>(B + last));
  }
}

/** C[j] = S[j] + Σₖ A[k] B[k, j], with a single row: four vectors side by side. */
export function addRow<T>(
  C: usize, S: usize, A: usize, term: usize, B: usize, columns: i32, terms: i32,
): void {
  const width = bytesOf(columns), last = columns - lanes<T>();
  for (let j = 0; j < columns; j += 4 * lanes<T>()) {
    const j0 = bytesOf(min(j, last)), j1 = bytesOf(min(j + lanes<T>(), last));
    const j2 = bytesOf(min(j + 2 * lanes<T>(), last)), j3 = bytesOf(min(j + 3 * lanes<T>(), last));
    let c0 = fetch<T>(S + j0), c1 = fetch<T>(S + j1), c2 = fetch<T>(S + j2), c3 = fetch<T>(S + j3);
    for (let k = 0, a = A, b = B; k < terms; k += 1, a += term, b += width) {
      const x = spread<T>(a);
      c0 = c0 + x * fetch<T>(b + j0), c1 = c1 + x * fetch<T>(b + j1);
      c2 = c2 + x * fetch<T>(b + j2), c3 = c3 + x * fetch<T>(b + j3);
    }
    put(C + j0, c0), put(C + j1, c1), put(C + j2, c2), put(C + j3, c3);
  }
}

/** C[i] = S + Σₖ A[i, k] B[k], with a single column: four rows side by side. */
export function addColumn(
  C: usize, S: usize, A: usize, row: usize, term: usize, B: usize, rows: i32, terms: i32,
): void {
  const below = rows - 1, s = load<f64>(S);
  for (let i = 0; i < rows; i += 4) {
    const i1 = min(i + 1, below), i2 = min(i + 2, below), i3 = min(i + 3, below);
    let a0 = A + <usize>i * row, a1 = A + <usize>i1 * row;
    let a2 = A + <usize>i2 * row, a3 = A + <usize>i3 * row;
    let c0 = s, c1 = s, c2 = s, c3 = s;
    for (let k = 0, b = B; k < terms; k += 1, b += 8) {
      const x = load<f64>(b);
      c0 = c0 + load<f64>(a0) * x, c1 = c1 + load<f64>(a1) * x;
      c2 = c2 + load<f64>(a2) * x, c3 = c3 + load<f64>(a3) * x;
      a0 += term, a1 += term, a2 += term, a3 += term;
    }
    store<f64>(C + bytesOf(i), c0), store<f64>(C + bytesOf(i1), c1);
    store<f64>(C + bytesOf(i2), c2), store<f64>(C + bytesOf(i3), c3);
  }
}

/** Write the transpose of B, (rows, columns), to C. */
export function transpose(C: usize, B: usize, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1, B += 8) {
      store<f64>(C + bytesOf(j * rows + i), load<f64>(B));
    }
  }
}
