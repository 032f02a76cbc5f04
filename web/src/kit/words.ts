/** The page's language, pairs of words (zh, en) in it, and the words that explorables share. */

export type Pair = readonly [zh: string, en: string];

export const isEnglish = document.documentElement.lang === "en";

/** The half of a pair in the page's language, its `{names}` replaced. */
export function say(pair: Pair, parts: Readonly<Record<string, string | number>> = {}): string {
  return pair[isEnglish ? 1 : 0].replace(/\{(\w+)\}/g, (_, name: string) => String(parts[name]));
}

/** What more than one explorable says. */
export const WORDS = {
  pause: ["暂停", "Pause"],
  resume: ["继续", "Resume"],
  cancel: ["取消", "Cancel"],
  progress: ["训练进度", "Progress of training"],
  failed: ["训练出错：{message}", "Training failed: {message}"],
  seed: ["种子", "Seed"],
  activation: ["激活函数", "Activation"],
  steps: ["步数", "steps"],
  error: ["均方误差", "mean squared error"],
  yours: ["你的", "yours"],
} as const satisfies Readonly<Record<string, Pair>>;
