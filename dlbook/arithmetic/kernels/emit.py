"""From the kernels to machine code for one processor, and a look at what the compiler made of them.

numba turns each entry into LLVM's text, and makes nothing better. The entries become one module,
which is improved as a whole, and is without a reference to anything outside: numba and Python are
not needed to run it.
"""

import re

import llvmlite.binding as llvm
from numba import cfunc

from dlbook.arithmetic.kernels.exports import ENTRIES
from dlbook.arithmetic.kernels.tiles import compiler
from dlbook.base import progress

_OUTSIDE = re.compile(r"llvm\.|memset$|memcpy$|memmove$")
_CALL = re.compile(r"\bcall\b.*? @([\w.$]+)\(")
_LOOSE = re.compile(
    r"= (?:tail )?(?:f(?:add|sub|mul|div|neg|cmp)|call|select|phi)"
    r" (?:fast|reassoc|contract|afn|arcp|nnan|ninf|nsz)\b"
    r"|\bcall\b.*@llvm\.(?:fma|fmuladd)\b"
)
_WHAT = "compiling the arithmetic, once on this machine"


def _entry(name: str) -> llvm.ModuleRef:
    """The module of one entry, which is the only thing that it shows."""
    function, signature = ENTRIES[name]
    made = cfunc(signature, error_model="numpy", forceinline=True)(function)
    module = llvm.parse_assembly(made.inspect_llvm())
    for each in module.functions:
        if each.name == made._wrapper_name:
            each.name = name
        elif not each.is_declaration:
            each.linkage = "internal"
    return module


def intermediate(*names: str) -> llvm.ModuleRef:
    """The entries of these names, all if there is none, as one module of LLVM, as written."""
    names = names or tuple(ENTRIES)
    whole = _entry(names[0])
    for number in progress.steps(len(names) - 1, _WHAT):
        whole.link_in(_entry(names[number + 1]))
    whole.triple = llvm.get_process_triple()
    whole.verify()
    return whole


def improve(module: llvm.ModuleRef, machine: llvm.TargetMachine) -> None:
    """Let LLVM make the module better for that processor.

    It goes over it twice: only then it sees that no entry can fail, so that none needs Python.

    Raises:
        ValueError: see :func:`refuse_loose`.
    """
    settings = llvm.create_pipeline_tuning_options(speed_level=3)
    settings.loop_vectorization = True
    for _ in range(2):
        passes = llvm.create_pass_builder(machine, settings)
        passes.getModulePassManager().run(module, passes)
    refuse_loose(module)


def refuse_loose(module: llvm.ModuleRef) -> None:
    """Refuse a module whose numbers could differ from what was written.

    Raises:
        ValueError: it calls something outside, or an instruction may be fused or reordered.
    """
    text = str(module)
    called = set(_CALL.findall(text)) & {
        function.name for function in module.functions if function.is_declaration
    }
    outside = sorted(name for name in called if not _OUTSIDE.match(name))
    if outside:
        raise ValueError(f"the kernels call {', '.join(outside)}; write it out instead")
    loose = [line.strip() for line in text.splitlines() if _LOOSE.search(line)]
    if loose:
        raise ValueError(f"the compiler may change a result here: {loose[0]}")


def object_file(processor: str, features: str, *names: str) -> bytes:
    """The object file of those entries."""
    module, machine = intermediate(*names), compiler(processor, features)
    improve(module, machine)
    code: bytes = machine.emit_object(module)
    return code
