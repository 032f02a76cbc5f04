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
  lost: [
    "第 {step} 步之后，有的参数不再是有限的数；请降低学习率",
    "after step {step} some parameter is no finite number; lower the learning rate",
  ],
  withoutWebAssembly: [
    "这个浏览器没有 WebAssembly（或已把它关掉），这里没法训练。",
    "This browser has no WebAssembly, or has it switched off; nothing can be trained here.",
  ],
  seed: ["种子", "Seed"],
  activation: ["激活函数", "Activation"],
  steps: ["步数", "steps"],
  error: ["均方误差", "mean squared error"],
  yours: ["你的", "yours"],
} as const satisfies Readonly<Record<string, Pair>>;
