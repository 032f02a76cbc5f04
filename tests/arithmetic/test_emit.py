"""What the compiler makes of the kernels: wide registers, and nothing that changes a number."""

import re

import llvmlite.binding as llvm
import pytest

from dlbook.arithmetic.kernels import emit

FUSED = re.compile(r"\bvfn?m(?:add|sub)|\bfn?m(?:add|sub|la|ls)\b")


@pytest.fixture(scope="module")
def module():
    return emit.intermediate()


def improved(text: str, machine: llvm.TargetMachine) -> str:
    """The assembly of a module for that processor."""
    module = llvm.parse_assembly(text)
    emit.improve(module, machine)
    return machine.emit_assembly(module)


@pytest.mark.parametrize(
    ("processor", "register"), [("generic", "%xmm"), ("haswell", "%ymm"), ("znver4", "%zmm")]
)
def test_vectors_fill_the_registers_and_no_product_is_fused_with_a_sum(module, processor, register):
    if "x86_64" not in llvm.get_process_triple():
        processor, register = "generic", ".2d"
    assembly = improved(str(module), emit.compiler(processor, ""))
    assert assembly.count(register) > 500
    assert not FUSED.search(assembly)


def test_arm_is_not_told_to_fuse_either(module):
    """Its multiply-add is part of every such processor, and the habit of most compilers."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    triple = "aarch64-unknown-linux-gnu"
    text = re.sub('target (triple|datalayout) = ".*"', "", str(module))
    for processor in ("generic", "neoverse-v1", "apple-m1"):
        machine = llvm.Target.from_triple(triple).create_target_machine(cpu=processor, opt=3)
        assembly = improved(f'target triple = "{triple}"\n{text}', machine)
        assert assembly.count("fmul") > 100
        assert not FUSED.search(assembly)


PLANTED = """
define double @sum(double %a, double %b, double %c) {{
  {}
  ret double %y
}}
declare double @llvm.fmuladd.f64(double, double, double)
declare double @exp(double)
"""


@pytest.mark.parametrize(
    "line",
    [
        "%y = fadd fast double %a, %b",
        "%y = fadd reassoc double %a, %b",
        "%y = fmul contract double %a, %b",
        "%y = call double @llvm.fmuladd.f64(double %a, double %b, double %c)",
        "%y = call double @exp(double %a)",
    ],
)
def test_a_loose_instruction_or_a_librarys_function_is_refused(line):
    with pytest.raises(ValueError, match=r"may change a result here|call exp; write it out"):
        emit.refuse_loose(llvm.parse_assembly(PLANTED.format(line)))


def test_a_plain_sum_is_let_be():
    emit.refuse_loose(llvm.parse_assembly(PLANTED.format("%y = fadd double %a, %b")))
