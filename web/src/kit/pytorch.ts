/** A run as a script in plain PyTorch, for readers who go on without this book's code. */
import { CURVES, type Samples } from "../engine/data.ts";
import type { Run } from "../engine/train.ts";
import { say, type Pair } from "./words.ts";

/** What is taken along. */
export interface Taken {
  /** The file's name, without its ending; in the head, what is trained. */
  readonly file: string;
  readonly title: string;
  readonly run: Run;
  /** The seed's initial weights as the page has them, laid out as in engine/net.ts. */
  readonly start: ArrayLike<number>;
  /** What the reader calls the run, such as "seed 7". */
  readonly called: string;
  /** The data, where they are not the run's own by name. */
  readonly given?: Samples;
  /** When a network counts as one that has learned: a line of Python, in `layers`, giving (s). Runs of seeds have it. */
  readonly success?: { readonly words: string; readonly code: string };
}

const WIDTH = 100; // of a line

const ACTIVATION_CODE: Readonly<Record<string, string>> = {
  relu: "torch.relu(z)",
  sigmoid: "torch.sigmoid(z)",
  tanh: "torch.tanh(z)",
  abs: "torch.abs(z)",
  sin: "torch.sin(z)",
  softplus: "functional.softplus(z, threshold=40)",
  hard_tanh: "functional.hardtanh(z)",
};
const LOSS_CODE: Readonly<Record<string, string>> = {
  mean_squared_error: "functional.mse_loss",
  binary_cross_entropy: "functional.binary_cross_entropy_with_logits",
};
const OPTIMISER_CODE: Readonly<Record<string, string>> = {
  adam: "torch.optim.Adam(parameters, lr=RATE, fused=True)",
  sgd: "torch.optim.SGD(parameters, lr=RATE, fused=True)",
};
const CURVE_CODE: Readonly<Record<string, string>> = {
  "sin 12x": "torch.sin(12 * X)",
  "-2x^4 + x^3 + x^2 - 2x": "(((-2 * X + 1) * X + 1) * X - 2) * X",
  "|x|": "torch.abs(X)",
};

/** Initial weights W (s, in, out) and biases b (s, 1, out) of a layer, by their law. */
const LAW_CODE: Readonly<Record<string, readonly string[]>> = {
  xavier_uniform: [
    "limit = math.sqrt(6 / (fan_in + fan_out))",
    "W = torch.empty(s, fan_in, fan_out).uniform_(-limit, limit)",
    "return W, torch.zeros(s, 1, fan_out)",
  ],
  xavier_uniform_with_biases: [
    "limit, far = math.sqrt(6 / (fan_in + fan_out)), math.sqrt(3 / fan_out)",
    "W = torch.empty(s, fan_in, fan_out).uniform_(-limit, limit)",
    "return W, torch.empty(s, 1, fan_out).uniform_(-far, far)",
  ],
  he_normal: [
    "W = torch.randn(s, fan_in, fan_out) * math.sqrt(2 / fan_in)",
    "return W, torch.zeros(s, 1, fan_out)",
  ],
  fan_in_uniform: [
    "limit = 1 / math.sqrt(fan_in)",
    "W = torch.empty(s, fan_in, fan_out).uniform_(-limit, limit)",
    "return W, torch.empty(s, 1, fan_out).uniform_(-limit, limit)",
  ],
  lecun_normal: [
    "W = torch.randn(s, fan_in, fan_out) / math.sqrt(fan_in)",
    "return W, torch.zeros(s, 1, fan_out)",
  ],
  ...Object.fromEntries(
    ([["standard_normal", "1"], ["normal_0_05", "0.05"], ["normal_0_01", "0.01"]] as const).flatMap(
      ([law, std]) => {
        const W = `W = ${std} * torch.randn(s, fan_in, fan_out)`;
        return [
          [law, [W, "return W, torch.zeros(s, 1, fan_out)"]],
          [`${law}_with_biases`, [W, `return W, ${std} * torch.randn(s, 1, fan_out)`]],
        ];
      },
    ),
  ),
  spread_kinks: [
    "W = 20 * torch.randn(s, fan_in, fan_out)",
    "return W, -W * torch.empty(s, 1, fan_out).uniform_(-1, 1)",
  ],
};

function code(table: Readonly<Record<string, string>>, name: string): string {
  const found = table[name];
  if (!found) throw new Error(`no PyTorch for '${name}'; there is for ${Object.keys(table).join(", ")}`);
  return found;
}

/** A double as Python reads it back, to the bit. */
function float(value: number): string {
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** A list of doubles, or of rows of them, broken where lines end. */
function list(items: readonly string[]): string {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + item.length + 2 < WIDTH) lines[lines.length - 1] = `${last} ${item},`;
    else lines.push(`    ${item},`);
  }
  return `torch.tensor([\n${lines.join("\n")}\n])`;
}

function rowsOf(values: ArrayLike<number>, width: number): string[] {
  return Array.from({ length: values.length / width }, (_, i) =>
    `[${Array.from({ length: width }, (_, j) => float(values[i * width + j]!)).join(", ")}]`);
}

/** X and Y: written out, or by their formula. */
function dataCode({ run, given }: Taken): string[] {
  if (given) {
    return [
      `# ${say(["训练看到的点", "The points that training sees"])}`,
      `X = ${list(rowsOf(given.x, run.widths[0]!))}`,
      `Y = ${list(rowsOf(given.y, run.widths.at(-1)!))}`,
    ];
  }
  if (run.data === "xor") {
    return [
      "X = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])",
      "Y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])",
    ];
  }
  if (!(run.data in CURVES)) throw new Error(`no data '${run.data}' without samples`);
  const last = run.points - 1;
  // One division for each place, as in the page: linspace would round some otherwise, and where a
  // ReLU bends at a sample the last bit decides.
  const places = say(["{n} 个点，从 −1 到 1，间隔相等", "{n} places from -1 to 1, equally spaced"], { n: run.points });
  return [
    `# ${places}`,
    `X = ((2 * torch.arange(${run.points}) - ${last}) / ${last})[:, None]`,
    `Y = ${code(CURVE_CODE, run.data)}`,
  ];
}

/** The functions that begin s networks anew; none where every seed starts from the same weights. */
function freshCode({ run: { init } }: Taken): string[] {
  if (!init.length) return [];
  const laws = [...new Set(init)].flatMap((law) => {
    const lines = LAW_CODE[law];
    if (!lines) throw new Error(`no PyTorch for the start '${law}'`);
    return [`def ${law}(s, fan_in, fan_out):`, ...lines.map((line) => `    ${line}`), "", ""];
  });
  return [
    ...laws,
    "def fresh(s):",
    `    """${say(["s 个网络，初值按书中的规则，由 torch 的随机数抽取。", "s networks, begun by the book's law from torch's random numbers."])}"""`,
    `    laws = [${init.join(", ")}]`,
    "    return [law(s, *fans) for law, *fans in zip(laws, WIDTHS, WIDTHS[1:])]",
    "", "",
    "def interval(passed, n):",
    `    """${say(["比例的 95% 区间（Wilson 1927）。", "The 95% interval of a share (Wilson 1927)."])}"""`,
    "    z, share = 1.96, passed / n",
    "    centre = (share + z * z / (2 * n)) / (1 + z * z / n)",
    "    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))",
    "    return centre - half, centre + half",
    "", "",
  ];
}

function mainCode({ run: { init }, called, success }: Taken): string[] {
  const seeds: Pair = ["训练这么多个网络，初值由 torch 抽取", "train as many networks begun by torch"];
  const alone = [
    "    layers = from_the_page()",
    "    loss = train(layers).item()",
    `    print(f"${say(["{called}：{steps} 步之后损失为 {loss}", "{called}: a loss of {loss} after {steps} steps"], {
      called, steps: "{STEPS}", loss: "{loss:.10g}",
    })}")`,
    ...(success ? [
      `    print(f"${say(["学会了：{answer}", "has learned: {answer}"], { answer: "{bool(learned(layers))}" })}")`,
    ] : []),
  ];
  if (!init.length) return ["def main():", ...alone];
  return [
    "def main():",
    "    parser = argparse.ArgumentParser()",
    `    parser.add_argument("--seeds", type=int, help="${say(seeds)}")`,
    '    parser.add_argument("--torch-seed", type=int, default=0)',
    "    asked = parser.parse_args()",
    "    if asked.seeds is None:",
    ...alone.map((line) => `    ${line}`),
    "        return",
    "    torch.manual_seed(asked.torch_seed)",
    "    layers = fresh(asked.seeds)",
    "    train(layers)",
    "    passed = int(learned(layers).sum())",
    "    low, high = interval(passed, asked.seeds)",
    "    share = passed / asked.seeds",
    `    print(f"${say(["{n} 个里学会了 {passed} 个：{share}", "{passed} of {n} have learned: {share}"], {
      n: "{asked.seeds}", passed: "{passed}", share: "{share:.1%}",
    })}", end=" ")`,
    `    print(f"${say(["（95% 区间：{low} 到 {high}）", "(95% interval: {low} to {high})"], {
      low: "{low:.1%}", high: "{high:.1%}",
    })}")`,
  ];
}

function head({ file, title, run, called }: Taken): string[] {
  const calls: readonly (readonly [string, Pair])[] = [
    [`python ${file}.py`, ["{called}：从页面上的那组初值训练", "{called}, from the page's own initial weights"]],
    ...(run.init.length ? [[
      `python ${file}.py --seeds 256`,
      ["256 个网络，初值由 torch 抽取：学会的占多少", "256 networks begun by torch: what share learns?"],
    ] as const] : []),
  ];
  return [
    `"""${title}`,
    "",
    ...calls.map(([line, about]) => `    ${line.padEnd(file.length + 25)}${say(about, { called })}`),
    "",
    ...say([
      "只需要 torch 2.4 或更新的版本（pip install torch）。用的是双精度；torch 的舍入与页面差在最后几位，\n" +
        "所以前几百步几乎处处相同，几千步之后个别训练可能走到别处。许可：MIT。",
      "Needs torch 2.4 or newer (pip install torch) and nothing else. Numbers are doubles. torch rounds\n" +
        "the last bits otherwise than the page does: for some hundred steps both agree, after thousands\n" +
        "a run may have gone elsewhere. Licence: MIT.",
    ]).split("\n"),
    '"""',
  ];
}

/** The script, in the page's language. */
export function pytorch(taken: Taken): string {
  const { run, start, success, called } = taken;
  if (run.batch !== null || run.l2 !== 0) throw new Error("batches and decay have no PyTorch here");
  const [steps, rate] = [run.steps, float(run.rate)];
  const doc = (words: Pair) => `    """${say(words)}"""`;
  return [
    ...head(taken),
    "",
    ...(run.init.length ? ["import argparse", "import math", ""] : []),
    "import torch",
    "from torch.nn import functional",
    "",
    "torch.set_default_dtype(torch.float64)",
    "",
    `WIDTHS = [${run.widths.join(", ")}]`,
    `STEPS, RATE = ${steps}, ${rate}`,
    "",
    ...dataCode(taken),
    "",
    `# ${say(["起点（{called}）：逐层先 W（输入 × 输出，逐行），后 b", "Where {called} starts: layer by layer W (in, out), row by row, then b"], { called })}`,
    `START = ${list(Array.from(start, float))}`,
    "", "",
    "def activation(z):",
    `    return ${code(ACTIVATION_CODE, run.activation)}`,
    "", "",
    "def outputs(layers):",
    doc([
      "s 个网络一起算：X (n, in) 变成 (s, n, out)；每层是 W (s, in, out) 和 b (s, 1, out)。",
      "Of s networks at once, (s, n, out); a layer is W (s, in, out) and b (s, 1, out).",
    ]),
    "    h = X.expand(len(layers[0][0]), *X.shape)",
    "    for W, b in layers[:-1]:",
    "        h = activation(torch.baddbmm(b, h, W))",
    "    W, b = layers[-1]",
    "    return torch.baddbmm(b, h, W)",
    "", "",
    "def losses(layers):",
    doc(["每个网络的平均损失，(s)。", "The mean loss of each network, (s)."]),
    "    o = outputs(layers)",
    `    each = ${code(LOSS_CODE, run.loss)}(o, Y.expand_as(o), reduction="none")`,
    "    return each.mean((1, 2))",
    "", "",
    "def train(layers, steps=STEPS):",
    doc([
      "各自下降（和的梯度就是各自的梯度）；返回最后的损失 (s)。",
      "Each descends by itself: the gradient of a sum is that of its parts. The last losses, (s).",
    ]),
    "    parameters = [part.requires_grad_() for layer in layers for part in layer]",
    `    optimizer = ${code(OPTIMISER_CODE, run.optimiser)}`,
    "    for _ in range(steps):",
    "        optimizer.zero_grad()",
    "        losses(layers).sum().backward()",
    "        optimizer.step()",
    "    return losses(layers).detach()",
    "", "",
    ...(success ? [
      "@torch.no_grad()",
      "def learned(layers):",
      `    """${success.words}"""`,
      `    return ${success.code}`,
      "", "",
    ] : []),
    "def from_the_page():",
    doc(["一个网络，初值是 START。", "One network that starts at START."]),
    "    layers, left = [], START",
    "    for fan_in, fan_out in zip(WIDTHS, WIDTHS[1:]):",
    "        sizes = [fan_in * fan_out, fan_out, len(left) - (fan_in + 1) * fan_out]",
    "        W, b, left = left.split(sizes)",
    "        layers.append((W.view(1, fan_in, fan_out).clone(), b.view(1, 1, fan_out).clone()))",
    "    return layers",
    "", "",
    ...freshCode(taken),
    ...mainCode(taken),
    "", "",
    'if __name__ == "__main__":',
    "    main()",
    "",
  ].join("\n");
}
