"""The site's own words, in Chinese and in English."""

from collections.abc import Callable, Mapping
from typing import Any

from dlbook.base.language import Pair, say
from dlbook.record import numbers

_WORDS: dict[str, Pair] = {
    "figure": ("图 {number}", "Figure {number}"),
    "elsewhere": ("《{page}》{figure}", "{figure} of “{page}”"),
    "numbered": ("　", ". "),
    "stop": ("。", ". "),
    "gap": ("", " "),
    "legend": ("怎样看这幅图", "How to read it"),
    "sideways": ("左右滑动，看全图", "Swipe sideways for the rest"),
    "enlarge": ("放大", "Enlarge"),
    "close": ("关闭", "Close"),
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
    "key": ("键", "Key"),
    "explore_open": ("动手试试", "Try it"),
    "explore_scriptless": (
        "这些要用 JavaScript，而这里没有它。各章的图和文字不用它也能读。",
        "All of it needs JavaScript, which is not here. Figures and text can be read without.",
    ),
    "explore_chapter": ("它出自《{title}》一章。", "From the chapter {title}."),
    "explore_loading": ("正在加载……", "Loading…"),
    "explore_failed": (
        "没有加载成功，请检查网络后再试一次。",
        "It could not be loaded. Check the connection and try again.",
    ),
    "lab": ("实验 · {title}", "Lab · {title}"),
    "lab_description": (
        "《{title}》一章的实验本（notebook）：各图的脚本、数字与图，可以下载，改了参数自己重跑。",
        "The notebook of “{title}”: scripts, numbers and pictures, to download, change and run.",
    ),
    "lab_about": (
        "这是[《{title}》]({chapter})一章的实验本，也就是可以运行的笔记本（notebook）：各图的脚本按书中的次序切成单元格，"
        "印出的数和图就是书里的那些。",
        "This is the notebook of the chapter [{title}]({chapter}): the script of each figure, cut "
        "into cells, in the book's order. The numbers and pictures below are the book's own.",
    ),
    "lab_run": (
        "要运行它，先解压[全书源码]({archive})，在那个文件夹里 "
        "`pip install -c constraints.txt . jupyterlab`。`Config()` 是书中的规模；"
        "`QUICK = True` 改用 `SMALL`，每幅图只要几秒，数字自然不同。",
        "To run it, unpack the [source of the book]({archive}) and, in its folder, "
        "`pip install -c constraints.txt . jupyterlab`. "
        "`Config()` is the scale of the book; `QUICK = True` takes `SMALL` instead, seconds for "
        "each figure, and finds other numbers.",
    ),
    "order": ("次序", "Order"),
    "order_chapter": ("按章", "by chapter"),
    "order_claim": ("按编号", "by number"),
    "order_verdict": ("按判定", "by verdict"),
    "order_evidence": ("按证据的种类", "by kind of evidence"),
    "lab_where": ("这本书在：{addresses}。", "The book is at {addresses}."),
    "lab_order": (
        "每一节先说材料怎么讲、要你试什么，再给一格 `CHANGE`：改里面的数，从那一格往下运行，"
        "判定就按新的数重做。书里的结果折起来了，先猜再打开。章末的练习也在这里。",
        "Each section first says what is claimed and what to try, then has a cell `CHANGE`: change "
        "a number in it, run on from there, and the claims are judged anew. What the book found is "
        "folded, so guess before you open it. The chapter's exercises are here too.",
    ),
    "lab_figure": (
        "[书中的图 {number}]({place})。",
        "[Figure {number} in the book]({place}).",
    ),
    "lab_drawing": ("画图的代码", "The code that draws it"),
    "lab_claims": (
        "要判的话。先猜一猜，哪些成立：",
        "What is claimed. Guess which of it holds:",
    ),
    "lab_said": (
        "[{id}]({place})（{source}）{statement}",
        "[{id}]({place}) ({source}). {statement}",
    ),
    "lab_tasks": ("试一试", "Try it"),
    "lab_task": ("{asks}（改 {settings}）", "{asks} (Change {settings}.)"),
    "lab_change": (
        "改这里，再从这一格往下运行；现在的数是书里的",
        "Change this, then run on from this cell; the numbers are the book's",
    ),
    "lab_quick": (
        "True 时每幅图只要几秒，数字也不同",
        "True takes seconds for each figure, and finds other numbers",
    ),
    "lab_bounds": (
        "怎样判定：量什么，运行之前写下的界是多少。",
        "How each is judged: what is measured, and the bound that was written down.",
    ),
    "lab_claim": (
        "{id} 量的是：{quantity}。界：{bound}",
        "{id} measures: {quantity}. Bound: {bound}",
    ),
    "lab_found": ("我们看到的：数与图", "What we found: numbers and picture"),
    "lab_found_words": ("我们看到的：怎么说", "What we found, in words"),
    "lab_verdict": ("{id} {verdict}。{truth}", "{id}: {verdict}. {truth}"),
    "exercises": ("练习", "Exercises"),
    "exercise": ("第 {number} 题", "Exercise {number}"),
    "lab_exercises": (
        "[书里的练习]({way})，答案折着。",
        "The [exercises of the chapter]({way}), their answers folded.",
    ),
    "lab_download": ("下载实验本（notebook）", "Download the notebook"),
    "lab_link": (
        "[在实验本里运行这一章]({lab})：改一个参数，换一批种子，自己判定。",
        "[Run this chapter in a notebook]({lab}): change a parameter, draw other seeds, judge for "
        "yourself.",
    ),
    "exercise_link": ("第 {number} 题的链接", "Link to exercise {number}"),
    "claim_link": ("这条论断的链接", "Link to this claim"),
    "problems": ("这一页有待修正之处", "This page needs mending"),
    "supported": ("成立", "supported"),
    "conditional": ("有条件", "conditional"),
    "refuted": ("不成立", "refuted"),
    "inconclusive": ("未定", "inconclusive"),
    "claim": ("论断", "Claim"),
    "verdict": ("判定", "Verdict"),
    "evidence": ("证据", "Evidence"),
    "truth": ("实情", "What is true"),
    "in_ledger": ("总账里的这一条", "in the ledger"),
    "control": ("对照：", "Control: "),
    "bound": ("界：{bound}", "Bound: {bound}"),
    "exact": ("{value}（精确，n\u00a0=\u00a0{n}）", "{value} (exact, n\u00a0=\u00a0{n})"),
    "case_holds": ("{cases}符合", "{cases}"),
    "cases_hold": ("{cases}都符合", "{cases}"),
    "sampled": ("{value}，n\u00a0=\u00a0{n}", "{value}, n\u00a0=\u00a0{n}"),
    "colon": ("：", ": "),
    "claims": ("{figure}判定的论断", "Claims judged by {figure}"),
    "one_claim": ("{number} 条论断", "{number} claim"),
    "many_claim": ("{number} 条论断", "{number} claims"),
    "one_figure": ("{number} 幅图", "{number} figure"),
    "many_figure": ("{number} 幅图", "{number} figures"),
    "reading_time": ("约 {minutes} 分钟", "about {minutes} minutes"),
    "takes": ("读完", "Takes"),
    "needs": ("要会", "Needs"),
    "read_before": ("先读", "Read first"),
    "heart": ("能表示 ≠ 能找到 ≠ 能泛化", "representable ≠ reachable ≠ generalising"),
    "representable": ("能表示", "representable"),
    "reachable": ("能找到", "reachable"),
    "generalising": ("能泛化", "generalising"),
    "asks_representable": (
        "有没有一组参数，算的正是它？",
        "Is there a choice of weights that computes it?",
    ),
    "asks_reachable": ("训练找得到这组参数吗？", "Does training find those weights?"),
    "asks_generalising": (
        "没见过的数据，它也答得对吗？",
        "Is it right about data that it has not seen?",
    ),
    "map_label": ("XOR 的全部起点", "XOR from every start"),
    "map_told": (
        "一格是一个随机的起点：{all} 次训练，{learned} 次学会了。",
        "One square for each random start: of {all} runs, {learned} learned XOR.",
    ),
    "map_learned": ("学会了", "learned"),
    "map_failed": ("没学会", "did not"),
    "map_open": ("在你的机器上重新训练一遍", "Train them all again, on your machine"),
    "to_come": ("待写", "to come"),
    "thread_count": (
        "全书 {planned} 章，已写 {written} 章；灰的待写。",
        "{written} of {planned} chapters are written; those in grey are to come.",
    ),
    "remarks": ("不作判定的", "without a verdict"),
    "apart": ("不作判定，另行计数", "No verdict, counted apart"),
    "one_definition": ("条定义", "definition"),
    "many_definition": ("条定义", "definitions"),
    "one_analogy": ("条类比", "analogy"),
    "many_analogy": ("条类比", "analogies"),
    "one_opinion": ("条观点", "opinion"),
    "many_opinion": ("条观点", "opinions"),
    "one_citation": ("条引用", "citation"),
    "many_citation": ("条引用", "citations"),
    "undated": ("无日期", "n.d."),
    "list": ("、", ", "),
    "and": (" 和 ", " and "),
    "ampersand": (" 和 ", " & "),
    "et-al": ("{name} 等", "{name} et al."),
    "narrative": ("{names}（{year}）", "{names} ({year})"),
    "parenthetical": ("{names}，{year}", "{names}, {year}"),
    "brackets": ("（{inside}）", "({inside})"),
    "comma": ("，", ", "),
    "semicolon": ("；", "; "),
    "back": ("回到正文：{work}，第 {number} 处引用", "Back to citation {number} of {work}"),
    "its-claims": ("论断", "claims"),
    "cited-in": ("见", "cited in"),
    "further": ("延伸阅读", "further reading"),
    "whole": ("全书的文献", "All references of the book"),
    "equation": ("式\u00a0({number})", "Eq.\u00a0({number})"),
    "used-in": ("见", "used in"),
    "theorem": ("定理", "theorem"),
    "construction": ("构造", "construction"),
    "finding": ("实验发现", "finding"),
    "cause": ("因果", "cause"),
    "named": ("单独改变{name}", "{name} alone"),
    "rival": ("对照：单独改变{name}", "rival: {name} alone"),
    "crosses": ("越过界", "crosses the bound"),
    "short": ("没有越过界", "falls short of the bound"),
    "open": ("未定", "undecided"),
    "carried_alone": (
        "单靠它就有这个效应，换别的因素都没有。",
        "It alone carries the effect, and no rival does.",
    ),
    "carried_rival": (
        "有这个效应的是对照因素，不是它。",
        "A rival alone has the effect: it is not what carries it.",
    ),
    "carried_each": (
        "单靠它有这个效应，单靠对照因素也有。",
        "It alone has the effect, and so has a rival alone.",
    ),
    "carried_together": (
        "单独改变哪一个都不够，合在一起才有这个效应。",
        "None alone has the effect, only all together.",
    ),
    "carried_undecided": (
        "由哪个因素引起，还没有定论。",
        "Which factor carries the effect is undecided.",
    ),
    "budget_flat": (
        "步数最后一次加倍，它变了 {change}；在 ±{within} 以内，已经走平。",
        "Over the last doubling of steps it changed by {change}: flat, within ±{within}.",
    ),
    "budget_open": (
        "步数最后一次加倍，它变了 {change}；不在 ±{within} 以内，还在变。",
        "Over the last doubling of steps it changed by {change}: still changing, not within "
        "±{within}.",
    ),
    "ungridded": (
        "还没有换过约定，所以未定。",
        "Its conventions have not been varied yet, so nothing is settled.",
    ),
    "varied": ("换过的约定：{names}；{seeds}。", "Conventions varied: {names}; {seeds}."),
    "cells": ("{total} 种设定：{counts}。", "{total} settings: {counts}."),
    "cells_agrees": ("{count} 种同意（■）", "{count} agree (■)"),
    "cells_contradicts": ("{count} 种相反（✕）", "{count} contradict (✕)"),
    "cells_undecided": ("{count} 种未定（–）", "{count} undecided (–)"),
    "cells_divided": ("{count} 种内部不一（◩）", "{count} divided in themselves (◩)"),
    "hangs_on": ("取决于：{names}。", "It hangs on: {names}."),
    "where_agrees": ("成立于：{ways}。", "It holds at: {ways}."),
    "where_contradicts": ("不成立于：{ways}。", "It fails at: {ways}."),
    "where_undecided": ("未定于：{ways}。", "It is undecided at: {ways}."),
    "where_divided": ("内部不一于：{ways}。", "It is divided in itself at: {ways}."),
    "cell_agrees": ("同意", "agrees"),
    "cell_contradicts": ("相反", "contradicts"),
    "cell_undecided": ("未定", "undecided"),
    "cell_divided": ("内部不一", "divided in itself"),
    "as_the_book": ("书中的选择", "the book’s choice"),
    "confirmed": (
        "这个条件是看过结果才发现的，新种子证实了它。",
        "This condition was found after looking, and fresh seeds have confirmed it.",
    ),
    "after_looking": (
        "这个条件是看过结果才发现的，还没有用新种子证实。",
        "This condition was found after looking, and fresh seeds have not confirmed it yet.",
    ),
    "citation": ("引用", "cited"),
    "opinion": ("观点", "opinion"),
    "analogy": ("类比", "analogy"),
    "definition": ("定义", "definition"),
    "ledger": ("全书的论断", "The claims of the book"),
    "interval": (
        "标尺从 {start} 到 {end}：估计 {value}，界：{bound}",
        "Scale from {start} to {end}: estimate {value}, bound: {bound}",
    ),
    "work": ("{names}：{title}", "{names}: {title}"),
    "papers": ("论文与本书", "Papers, and this book"),
    "own_after": ("本书（参见：{source}）", "this book (after {source})"),
    "place_in": ("{name}，{place}", "{name}, {place}"),
    "chapter": ("章", "Chapter"),
    "said_in": ("出处", "Source"),
    "unplaced": ("还没有写进正文", "Not in a chapter yet"),
    "total": ("合计", "Total"),
    "by_chapter": ("各章论断的判定", "Verdicts by chapter"),
    "by_source": ("各出处论断的判定", "Verdicts by source"),
    "sums": ("各章、各出处有多少", "How many, by chapter and by source"),
    "jumps": ("跳到一章", "Go to a chapter"),
    "ledger_data": (
        "同样的内容也有数据：{file}，每条论断一项。",
        "The same as data: {file}, an entry for each claim.",
    ),
    "filters": ("筛选论断", "Filter the claims"),
    "all": ("全部", "All"),
    "choice": ("{label}（{count}）", "{label} ({count})"),
    "reset": ("清除筛选", "Clear filters"),
    "shown": ("显示 {shown} 条，共 {all} 条", "{shown} of {all} claims shown"),
    "no_history": (
        "这份拷贝不带 git 历史，所以看不到数字的变动。完整的历史在代码仓库里。",
        "This copy comes without its git history, so what moved cannot be told. The repository"
        " of the book holds all of it.",
    ),
    "cut": (
        "这份拷贝只有最近一段历史；更早的变动，要在完整的代码仓库里看。",
        "This copy holds recent history only; the whole repository shows what moved before.",
    ),
    "nothing_moved": ("至今没有变动。", "Nothing has moved so far."),
    "pending": ("尚未提交", "Not yet committed"),
    "added": ("新的图", "New figures"),
    "removed": ("不再有的图", "Figures that are gone"),
    "turned_changed": (
        "“{statement}”原判{before}，现判{after}。",
        "“{statement}” was {before}; it is {after} now.",
    ),
    "turned_first": ("“{statement}”判为{after}。", "“{statement}” is {after}."),
    "turned_remarked": (
        "“{statement}”原判{before}；现在不再判定（{after}）。",
        "“{statement}” was {before}; it has no verdict any more ({after}).",
    ),
    "turned_gone": (
        "“{statement}”原判{before}；现在没有这一条了。",
        "“{statement}” was {before}; the claim is gone.",
    ),
    "turns_first": ("第一次判定的：{count} 条", "Judged for the first time: {count}"),
    "turns_remarked": ("不再判定的：{count} 条", "No longer judged: {count}"),
    "turns_gone": ("去掉的：{count} 条", "Claims that are gone: {count}"),
    "sum_changed": ("{count} 条改判", "verdicts that changed: {count}"),
    "sum_first": ("{count} 条第一次判定", "judged for the first time: {count}"),
    "sum_remarked": ("{count} 条不再判定", "no longer judged: {count}"),
    "sum_gone": ("{count} 条去掉了", "claims that are gone: {count}"),
    "sum_sentences": ("{count} 句话里的数变了", "sentences with another number: {count}"),
    "sum_added": ("{count} 幅新图", "new figures: {count}"),
    "sum_removed": ("{count} 幅图去掉了", "figures that are gone: {count}"),
    "sum_behind": (
        "读者看到的话没有变，变的是图背后的数。",
        "No sentence reads otherwise; numbers behind the figures moved.",
    ),
    "sum_registered": (
        "还没有结果，只登记了要判什么。",
        "No results yet; what is to be judged was registered.",
    ),
    "stopped": ("{text}。", "{text}."),
    "sentences": (
        "数变了的句子，照现在的写法：",
        "Sentences whose numbers changed, as they read now:",
    ),
    "more_sentences": ("另有 {count} 句", "{count} more"),
    "was": ("（原来是 {value}）", " (was {value})"),
    "fields": ("登记、字段与原始数字", "Registrations, fields and raw numbers"),
    "why": ("原因：{why}", "Why: {why}"),
    "no_why": ("没有写明。", "not said."),
    "moved_value": ("{what}", "{what}"),
    "moved_estimate": ("{what} 的估计", "estimate of {what}"),
    "moved_bound": ("{what} 的界", "bound of {what}"),
    "more_moved": ("另有 {count} 个数也变了", "and {count} more numbers"),
    "registered_first": ("运行之前登记：{what}", "Registered before its runs: {what}"),
    "registered_anew": ("重新登记：{what}。理由：{why}", "Registered anew: {what}. Why: {why}"),
    "registered_claims": ("{figure}（{claims}）", "{figure} ({claims})"),
    "bound_with_result": ("界与结果一起写下", "bound written together with its result"),
    "bound_registered": ("界在运行前登记", "bound registered before its runs"),
    "outcome_known": (
        "界在运行前登记，当时已知道结果",
        "bound registered before its runs, with the outcome known",
    ),
    "of_known": ("{claim}，当时已知道结果", "{claim}, outcome known"),
    "sum_of_bounds": ("界是什么时候写下的：{parts}。", "When bounds were written down: {parts}."),
    "sum_bound_registered": ("{count} 条在运行前登记", "{count} registered before their runs"),
    "sum_outcome_known": (
        "{count} 条在运行前登记，但当时已知道结果",
        "{count} registered before their runs with the outcome known",
    ),
    "sum_bound_with_result": (
        "{count} 条与结果一起写下，无法证明在先",
        "{count} written together with their results, so that nothing proves they came first",
    ),
    "entries": ("{count} 项", "list of {count}"),
    "dark_picture": ("矢量图（深色）", "Picture (dark)"),
    "cite": (
        "引用：《为什么要深》，图“{title}”，版本 {version}，",
        "Cite as: Why deep, “{title}”, version {version}, ",
    ),
    "archive": (
        "[全书源码]({archive})就在本站（zip{version}），锁定的版本和全部记录都在里面：解压，进入那个文件夹。",
        "The [source of the whole book]({archive}) is part of this site (zip{version}), with its "
        "pinned versions and all its records: unpack it and enter its folder.",
    ),
    "archive_version": ("，提交 `{commit}`", ", commit `{commit}`"),
    "archive_repository": (
        "代码仓库：[{repository}]({repository})。",
        " The repository: [{repository}]({repository}).",
    ),
    "colophon_licence": (
        "代码 MIT，文字与图 CC\u00a0BY\u00a04.0",
        "Code MIT, text and figures CC\u00a0BY\u00a04.0",
    ),
    "colophon_notices": ("所含他人作品的许可", "Licences of what it contains"),
    "colophon_source": ("全书源码（zip）", "Source of the book (zip)"),
    "colophon_repository": ("代码仓库", "Repository"),
    "own_page": ("这幅图的专页", "The figure’s own page"),
    "in_text": ("正文里的{figure}", "{figure} in the text"),
    "appendix": ("附录", "Appendix"),
    "figure_pages": ("每幅图", "Figure by figure"),
    "figure_description": (
        "图“{title}”：判定、配置、代码、数据，以及怎样重跑。",
        "The figure “{title}”: verdicts, configuration, code, data, and how to run it.",
    ),
    "figure_place": (
        "[《{page}》{figure}]({way})，脚本 `{name}`。",
        "[{figure} of “{page}”]({way}), script `{name}`.",
    ),
    "figure_nowhere": (
        "还没有写进正文；脚本 `{name}`。",
        "Not in a chapter yet; script `{name}`.",
    ),
    "section_claims": ("判定", "Verdicts"),
    "section_run": ("重跑", "Run it"),
    "section_config": ("配置", "Configuration"),
    "section_script": ("脚本", "The script"),
    "part_setup": ("配置与导入", "Imports and configuration"),
    "part_experiment": ("计算", "Experiment"),
    "part_drawing": ("画图", "Drawing"),
    "part_judging": ("怎样判定", "Judging"),
    "run_figure": (
        "在书的文件夹里，下面的命令从头算出这幅图，印出数和判定，写出矢量图：",
        "In the book’s folder this computes the figure anew, prints its numbers and verdicts "
        "and writes the pictures:",
    ),
    "run_replay": (
        "也可以只重跑其中一次训练，印出它的损失和结局：",
        "One of its training runs can be repeated alone; this prints its loss and how it ended:",
    ),
    "replay_choice": ("可选项", "Choice"),
    "replay_default": ("默认", "Default"),
    "config_name": ("参数", "Name"),
    "config_value": ("值", "Value"),
    "script_uses": ("用到：{modules}。", "It uses {modules}."),
    "reference_title": ("模块 {package}", "Package {package}"),
    "reference_description": (
        "{package} 的参考：各模块的函数与类，签名和说明取自源代码。",
        "Reference of {package}: functions and classes of its modules, from the source code.",
    ),
    "reference_about": (
        "图的脚本可以用的模块。签名和说明取自源代码，说明是英文。",
        "Modules that a figure’s script may use. Signatures and texts are those of the source.",
    ),
}


def word(key: str, lang: str, **parts: object) -> str:
    """The word ``key`` in ``lang``, its ``{parts}`` filled in."""
    return say(_WORDS[key], lang).format(**parts)


def writer(lang: str) -> Callable[..., str]:
    """:func:`word` with the language settled."""
    return lambda key, **parts: word(key, lang, **parts)


def estimate(value: Mapping[str, Any], lang: str) -> str:
    """An estimate with its interval and the number of cases or seeds that it rests on."""
    n = numbers.format_value(value, "n", lang)
    if value["low"] == value["high"]:
        return word("exact", lang, value=numbers.format_value(value, None, lang), n=n)
    return word("sampled", lang, value=numbers.format_value(value, "ci", lang), n=n)
