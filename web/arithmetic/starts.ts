/** Initial weights of a layer, of dlbook/mathematics/initial.py, in its order. */
import { bytesOf } from "./lanes";
import { normal, Stream, uniform } from "./streams";

const XAVIER = 0, XAVIER_WITH_BIASES = 1, HE = 2, FAN_IN = 3, ONES = 5, SPREAD_KINKS = 6;
const LECUN = 7, STANDARD = 8, STANDARD_WITH_BIASES = 9, TWENTIETH = 10, HUNDREDTH_WITH_BIASES = 12;

/** Write weights (inputs, outputs), row by row, and then the biases. */
export function start<T>(
  scheme: i32, stream: Stream, w: usize, inputs: i32, outputs: i32,
): void {
  const weights = inputs * outputs, b = w + bytesOf(weights);
  memory.fill(w, 0, bytesOf(weights + outputs));
  if (scheme == XAVIER || scheme == XAVIER_WITH_BIASES) {
    uniforms(stream, w, weights, sqrt(6.0 / <f64>(inputs + outputs)));
    if (scheme == XAVIER_WITH_BIASES) uniforms(stream, b, outputs, sqrt(3.0 / <f64>outputs));
  } else if (scheme == HE || scheme == LECUN) {
    normals<T>(stream, w, weights, sqrt((scheme == HE ? 2.0 : 1.0) / <f64>inputs));
  } else if (scheme == FAN_IN) {
    uniforms(stream, w, weights + outputs, 1.0 / sqrt(<f64>inputs));
  } else if (scheme == ONES) {
    for (let i = 0; i < weights + outputs; i += 1) store<f64>(w + bytesOf(i), 1.0);
  } else if (scheme == SPREAD_KINKS) {
    normals<T>(stream, w, weights, 20.0);
    for (let i: usize = 0; i < bytesOf(outputs); i += 8) {
      store<f64>(b + i, -load<f64>(w + i) * uniform(stream, -1.0, 1.0));
    }
  } else if (scheme >= STANDARD) {
    const isWhole = scheme == STANDARD_WITH_BIASES || scheme == HUNDREDTH_WITH_BIASES;
    const std = scheme < TWENTIETH ? 1.0 : scheme == TWENTIETH ? 0.05 : 0.01;
    normals<T>(stream, w, isWhole ? weights + outputs : weights, std);
  }
}

function uniforms(stream: Stream, to: usize, count: i32, limit: f64): void {
  for (let i = 0; i < count; i += 1) store<f64>(to + bytesOf(i), uniform(stream, -limit, limit));
}

function normals<T>(stream: Stream, to: usize, count: i32, scale: f64): void {
  for (let i = 0; i < count; i += 1) store<f64>(to + bytesOf(i), normal<T>(stream) * scale);
}
