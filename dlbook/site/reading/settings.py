"""Names and values of settings in the reader's language: ``学习率 = 0.01``, ``start = Xavier``.

Records hold them as the scripts call them, ``init = fan_in_uniform``. What the tables do not know
is shown as it is.
"""

import json
from typing import Any

from dlbook.base.language import Pair, say

_NAMES: dict[str, Pair] = {
    "activation": ("激活", "activation"),
    "adam_rate": ("Adam 的学习率", "Adam’s rate"),
    "bias": ("偏置的标准差", "deviation of biases"),
    "biased": ("偏置也随机", "biases drawn too"),
    "bits": ("位数", "bits"),
    "branch": ("跳跃旁边分支的分量", "weight of the branch"),
    "choosing_seeds": ("选学习率的种子", "seeds to choose a rate on"),
    "curve": ("曲线", "curve"),
    "constant": ("起点的常数", "constant at first"),
    "cut": ("切开的比例", "share of the cut"),
    "deep": ("深的", "deep"),
    "depth": ("层数", "layers"),
    "error": ("误差", "error"),
    "family": ("哪类函数", "functions"),
    "fate": ("结局", "outcome"),
    "flip": ("翻转的标签", "labels flipped"),
    "folds": ("折叠次数", "folds"),
    "function": ("函数", "function"),
    "gates": ("门", "gates"),
    "given": ("给网络的", "given"),
    "how": ("怎样得到", "how"),
    "init": ("起点", "start"),
    "inputs": ("输入", "inputs"),
    "kind": ("特征的种类", "kind of feature"),
    "layers": ("层数", "layers"),
    "loss": ("损失", "loss"),
    "low": ("输入的下界", "lowest input"),
    "margin": ("容许的差", "margin"),
    "mean_seeds": ("算均值的种子", "seeds for the mean"),
    "method": ("方法", "method"),
    "moons_init": ("半月的起点", "start on the moons"),
    "near_rate": ("从近处出发的学习率", "rate from nearby"),
    "net": ("网络", "net"),
    "noise": ("噪声", "noise"),
    "noisy_seeds": ("有噪声时的种子", "seeds with noise"),
    "optimiser": ("优化器", "optimiser"),
    "outputs": ("两个输出", "both outputs"),
    "pair": ("哪两个波", "waves"),
    "patient_seeds": ("多走几倍步数的种子", "seeds for more steps"),
    "rare": ("见过的长发男生", "long-haired boys seen"),
    "rate": ("学习率", "rate"),
    "rates": ("学习率", "rates"),
    "ratio": ("每个参数的标签", "labels per parameter"),
    "reach": ("区间的一半", "half of the interval"),
    "relation": ("关系", "relation"),
    "relative": ("噪声按权重的比例", "noise in proportion to weights"),
    "rule": ("规则", "rule"),
    "samples": ("样本", "samples"),
    "scale": ("起点乘以", "start times"),
    "scaled": ("输入标准化", "inputs scaled"),
    "scheme": ("单元与起点", "units and start"),
    "seeds": ("种子", "seeds"),
    "shallow": ("浅的", "shallow"),
    "shape": ("形状", "shape"),
    "shots": ("每类的图", "images of each digit"),
    "signs": ("符号个数", "signs"),
    "size": ("候选函数", "candidates"),
    "slope": ("斜率", "slope"),
    "small": ("算小的权重", "small weights"),
    "spread": ("样本的噪声", "noise of the samples"),
    "stalled": ("反向权重的长度", "length of the wrong weights"),
    "start": ("起点", "start"),
    "step": ("从几段到几段", "step"),
    "steps": ("步数", "steps"),
    "strength": ("λ", "λ"),
    "summed": ("平方相加", "squares added"),
    "times": ("用了几次", "applications"),
    "to": ("增加到", "up to"),
    "train": ("训练数据", "training data"),
    "units": ("单元数", "units"),
    "visible": ("算工作的影响", "share that counts as working"),
    "what": ("相同的是", "equal"),
    "when": ("什么时候", "when"),
    "width": ("单元数", "units"),
    "world": ("线索", "cues"),
    "xavier": ("Xavier 起点取", "Xavier’s start is"),
    "xor_init": ("XOR 的起点", "start on XOR"),
    "xor_rate": ("XOR 的学习率", "rate on XOR"),
    "xor_seeds": ("XOR 的种子", "seeds on XOR"),
}
_VALUES: dict[str, Pair] = {
    "1 before 4": ("k = 1 在 4 之前", "k = 1 before 4"),
    "4 before 8": ("k = 4 在 8 之前", "k = 4 before 8"),
    "abs": ("|x|", "|x|"),
    "absolute": ("|x|", "|x|"),
    "adam": ("Adam", "Adam"),
    "additive": ("相加", "add"),
    "AND–OR": ("与或", "AND–OR"),
    "bits": ("若干位", "bits"),
    "certain": ("确定", "certain"),
    "corner": ("|x|", "|x|"),
    "corner 2 to 3": ("|x|，2 到 3", "|x|, 2 to 3"),
    "cross_entropy": ("交叉熵", "cross-entropy"),
    "deep": ("深的", "deep"),
    "deep memory": ("独热，深的", "one-hot, deep"),
    "descent": ("梯度下降", "gradient descent"),
    "end": ("训练以后", "after training"),
    "everything": ("全部", "all"),
    "failed": ("没学会", "failed"),
    "false": ("否", "no"),
    "fan_in_uniform": ("torch 的默认", "torch’s default"),
    "he": ("ReLU，He", "ReLU, He"),
    "he_normal": ("He", "He"),
    "inputs": ("输入", "inputs"),
    "jump": ("跳跃", "a jump"),
    "largest": ("最大", "largest"),
    "lecun_normal": ("LeCun", "LeCun"),
    "linear": ("没有隐藏层", "no hidden layer"),
    "majority": ("多数", "majority"),
    "mean": ("取平均", "mean"),
    "memory": ("独热", "one-hot"),
    "noisy": ("有噪声", "noisy"),
    "one bit": ("一位", "one bit"),
    "parity": ("奇偶", "parity"),
    "parameters": ("参数个数", "parameters"),
    "pole": ("1/x", "1/x"),
    "polynomial": ("四次多项式", "the quartic"),
    "product": ("乘积", "product"),
    "quartic": ("四次多项式", "the quartic"),
    "quartic last": ("四次多项式，最后一次加倍", "the quartic, last doubling"),
    "relu": ("ReLU", "ReLU"),
    "reversed": ("反过来", "reversed"),
    "root": ("√|x|", "√|x|"),
    "root last": ("√|x|，最后一次加倍", "√|x|, last doubling"),
    "root mean square": ("均方根", "root mean square"),
    "sample": ("抽出的答案", "answers that were drawn"),
    "shallow": ("浅的", "shallow"),
    "sigmoid": ("sigmoid", "sigmoid"),
    "sin": ("sin x", "sin x"),
    "sine": ("sin 12x", "sin 12x"),
    "sine 2 to 4": ("sin 12x，2 到 4", "sin 12x, 2 to 4"),
    "sine last": ("sin 12x，最后一次加倍", "sin 12x, last doubling"),
    "small": ("ReLU，太小", "ReLU, too small"),
    "softmax_squared_error": ("softmax 后的平方误差", "squared error after softmax"),
    "solved": ("学会", "learned"),
    "square": ("x²", "x²"),
    "squared": ("平方误差", "squared error"),
    "start": ("训练以前", "before training"),
    "start xavier": ("Xavier", "Xavier"),  # of a value that elsewhere means more
    "sum": ("相加", "sum"),
    "tanh": ("tanh", "tanh"),
    "tiny": ("N(0, 0.01²)", "N(0, 0.01²)"),
    "the best": ("最合适", "the best"),
    "the same": ("相同", "the same"),
    "threshold": ("阈值", "threshold"),
    "trained": ("训练", "trained"),
    "true": ("是", "yes"),
    "units": ("单元", "units"),
    "whole line": ("整条直线上的 sin 12x", "sin 12x on the whole line"),
    "wide": ("单隐层", "one layer"),
    "width": ("每层宽度", "width of layers"),
    "written down": ("直接写下", "written down"),
    "xavier": ("ReLU，Xavier", "ReLU, Xavier"),
    "xavier_uniform": ("Xavier", "Xavier"),
    "xavier_uniform_with_biases": ("Xavier，偏置也随机", "Xavier, biases too"),
}


def setting(name: str, value: Any, lang: str) -> str:
    """One setting in words, ``学习率 = 0.01``."""
    own = f"{name} {value}"
    return f"{_said(_NAMES, name, lang)} = {setting_value(own if own in _VALUES else value, lang)}"


def setting_value(value: Any, lang: str) -> str:
    """What a setting is set to: a number as it is, a name in words."""
    if isinstance(value, list):
        is_shape = all(isinstance(each, int) for each in value)
        return ("-" if is_shape else ", ").join(map(str, value))
    text = value if isinstance(value, str) else json.dumps(value)
    return _said(_VALUES, text, lang)


def is_known(name: str, value: Any) -> bool:
    """Whether both have words of their own."""
    is_named = isinstance(value, str) and not value.startswith("[")
    return name in _NAMES and (not is_named or value in _VALUES)


def _said(table: dict[str, Pair], key: str, lang: str) -> str:
    return say(table[key], lang) if key in table else key
