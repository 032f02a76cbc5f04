"""The site's own words, in Chinese and in English."""

from collections.abc import Callable, Mapping
from typing import Any

from dlbook import numbers

LANGUAGES = ("zh", "en")

_WORDS: dict[str, tuple[str, str]] = {
    "figure": ("图 {number}", "Figure {number}"),
    "numbered": ("　", ". "),
    "stop": ("。", ". "),
    "gap": ("", " "),
    "about": ("出处与数据", "Source and data"),
    "source": ("代码", "Code"),
    "data": ("数值", "Values"),
    "arrays": ("数组", "Arrays"),
    "picture": ("矢量图", "Picture"),
    "again": ("重跑", "Run it"),
    "config": ("配置", "Configuration"),
    "seeds": ("种子", "Seeds"),
    "versions": ("版本", "Versions"),
    "cpu": ("计算时间", "Computing time"),
    "seconds": ("{value} CPU 秒", "{value} CPU seconds"),
    "key": ("键", "Key"),
    "problems": ("这一页有待修正之处", "This page needs mending"),
    "supported": ("成立", "supported"),
    "refuted": ("不成立", "refuted"),
    "inconclusive": ("未定", "inconclusive"),
    "claim": ("论断", "Claim"),
    "verdict": ("判定", "Verdict"),
    "evidence": ("证据", "Evidence"),
    "truth": ("实情", "What is true"),
    "control": ("对照：", "Control: "),
    "effect": ("事先写下的界：{value}", "Bound written down before: {value}"),
    "exact": ("{value}（精确，n\u00a0=\u00a0{n}）", "{value} (exact, n\u00a0=\u00a0{n})"),
    "sampled": ("{value}，n\u00a0=\u00a0{n}", "{value}, n\u00a0=\u00a0{n}"),
    "colon": ("：", ": "),
    "claims": ("{figure}判定的论断", "Claims judged by {figure}"),
    "tally": ("{claims} 条论断，{figures} 幅图", "{claims} claims, {figures} figures"),
    "theorem": ("定理", "theorem"),
    "construction": ("构造", "construction"),
    "finding": ("实验发现", "finding"),
    "cited": ("引用", "cited"),
    "analogy": ("类比", "analogy"),
    "definition": ("定义", "definition"),
}


def word(key: str, lang: str, **parts: object) -> str:
    """The word ``key`` in ``lang``, its ``{parts}`` filled in."""
    return _WORDS[key][LANGUAGES.index(lang)].format(**parts)


def writer(lang: str) -> Callable[..., str]:
    """:func:`word` with the language settled."""
    return lambda key, **parts: word(key, lang, **parts)


def estimate(value: Mapping[str, Any], lang: str) -> str:
    """An estimate with its interval and the number of cases or seeds that it rests on."""
    n = numbers.format_value(value, "n", lang)
    if value["low"] == value["high"]:
        return word("exact", lang, value=numbers.format_value(value, None, lang), n=n)
    return word("sampled", lang, value=numbers.format_value(value, "ci", lang), n=n)
