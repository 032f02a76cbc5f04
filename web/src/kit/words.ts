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
  silent: [
    "过了 {seconds} 秒，训练还没有回音。也许这个浏览器不许页面在后台计算；可以换一个浏览器，或者从网站上打开这一页。",
    "After {seconds} seconds training has not answered. This browser may not let a page compute in the " +
      "background; try another one, or open the page from the site.",
  ],
  unstarted: [
    "这个浏览器不许这一页在后台计算，所以没法训练：{message}",
    "This browser does not let the page compute in the background, so nothing can be trained: {message}",
  ],
  sideways: ["{label}，左右", "{label}, sideways"],
  upAndDown: ["{label}，上下", "{label}, up and down"],
  everySeed: ["训练全部种子", "Train every seed"],
  ownData: ["用自己的数据", "Your data"],
  script: ["带走 PyTorch 脚本", "Take as PyTorch"],
  copy: ["复制", "Copy"],
  copied: ["已复制", "copied"],
  uncopied: ["复制不了，请手选", "could not be copied; select it"],
  seed: ["种子", "Seed"],
  activation: ["激活函数", "Activation"],
  steps: ["步数", "steps"],
  error: ["均方误差", "mean squared error"],
  yours: ["你的", "yours"],
} as const satisfies Readonly<Record<string, Pair>>;
