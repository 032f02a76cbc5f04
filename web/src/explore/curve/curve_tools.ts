/** Curves through a reader's own data, and what a reader takes along of "curve". */
import type { OwnData } from "../../kit/own_data.ts";
import type { Taken } from "../../kit/pytorch.ts";
import { say } from "../../kit/words.ts";
import { REPLAYED, type Curve } from "./curves.ts";
import { curveSamples, run } from "./relus.ts";
import type { Scene } from "./scene.ts";

/** Straight from point to point; where several stand at one x, through their mean. */
export function through({ samples: { x, y } }: OwnData): Curve {
  const at = new Map<number, { sum: number; n: number }>();
  x.forEach((each, i) => {
    const { sum, n } = at.get(each) ?? { sum: 0, n: 0 };
    at.set(each, { sum: sum + y[i]!, n: n + 1 });
  });
  const places = [...at.keys()];
  const heights = places.map((each) => at.get(each)!.sum / at.get(each)!.n);
  return {
    at(each) {
      const next = places.findIndex((place) => place >= each);
      if (next <= 0) return heights.at(next)!; // the first, or beyond the last
      const part = (each - places[next - 1]!) / (places[next]! - places[next - 1]!);
      return (1 - part) * heights[next - 1]! + part * heights[next]!;
    },
    bend: null, kink: null,
  };
}

/** The run that training makes of the corners, and what it sees. */
export function ordered({ state, now, own }: Scene) {
  const isOwn = state.curve === "own" && own !== null;
  return {
    run: run(state.curve, state.knots, now.heights, Number(state.steps)),
    samples: isOwn ? own.samples : curveSamples(now.f),
  };
}

export function curveTaken(scene: Scene): Taken {
  const { run: order, samples } = ordered(scene);
  const { curve, knots } = scene.state;
  const title = REPLAYED[curve] ?? (curve === "own" ? say(["自己的数据", "own data"]) : curve);
  return {
    file: "curve", run: order, start: order.start!,
    title: say(["{title}：{n} 段折线，写成 ReLU 网络。", "{title}: a polyline of {n} pieces, as a net of ReLUs."], {
      title, n: knots.length - 1,
    }),
    called: say(["摆好的折点", "the corners as laid"]),
    ...(!REPLAYED[curve] && { given: samples }),
  };
}
