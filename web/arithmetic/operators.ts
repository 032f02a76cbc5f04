// What the compiler's library leaves out, and takes from here: + - * / and comparisons of vectors.
// So a formula is written alike for a number and for a vector of two.
@final @unmanaged
export abstract class V128 {
  @inline @operator("+") static add(a: v128, b: v128): v128 { return f64x2.add(a, b); }
  @inline @operator("-") static sub(a: v128, b: v128): v128 { return f64x2.sub(a, b); }
  @inline @operator("*") static mul(a: v128, b: v128): v128 { return f64x2.mul(a, b); }
  @inline @operator("/") static div(a: v128, b: v128): v128 { return f64x2.div(a, b); }
  @inline @operator("<") static less(a: v128, b: v128): v128 { return f64x2.lt(a, b); }
  @inline @operator(">") static more(a: v128, b: v128): v128 { return f64x2.gt(a, b); }
}
