"""What the compiler makes of the kernels: wide registers, and nothing that changes a number."""

import json
import os
import re
import subprocess
import sys
from functools import cache

import llvmlite.binding as llvm
import pytest

from dlbook.arithmetic import compiled
from dlbook.arithmetic.kernels import emit
from dlbook.arithmetic.kernels.tiles import compiler, tile_of
from tests.arithmetic.runs import VECTORS
from tests.arithmetic.test_elementary import runs_avx2
from tests.turns import turn

FUSED = re.compile(r"\bvfn?m(?:add|sub)|\bfn?m(?:add|sub|la|ls)\b")


@pytest.fixture(scope="module")
def module():
    return emit.intermediate()


@pytest.fixture(scope="module")
def better(module):
    """The module, made better for a processor of this kind of machine, once for each."""

    @cache
    def improved_for(processor: str) -> llvm.ModuleRef:
        whole = llvm.parse_assembly(str(module))
        emit.improve(whole, compiler(processor, ""))
        return whole

    return improved_for


@pytest.mark.parametrize(
    ("processor", "register"),
    turn("registers", [("generic", "%xmm"), ("haswell", "%ymm"), ("znver4", "%zmm")]),
)
def test_vectors_fill_the_registers_and_no_product_is_fused_with_a_sum(better, processor, register):
    if "x86_64" not in llvm.get_process_triple():
        processor, register = "generic", ".2d"
    assembly = compiler(processor, "").emit_assembly(better(processor))
    assert assembly.count(register) > 500
    assert not FUSED.search(assembly)


def test_tiles_are_chosen_by_the_length_of_the_registers():
    if "x86_64" in llvm.get_process_triple():
        assert tile_of("znver4", "") == (4, 6)
        assert tile_of("haswell", "") == (2, 2)
    assert tile_of("generic", "") == (2, 2)


@pytest.mark.parametrize("processor", turn("arm", ["generic", "neoverse-v1", "apple-m1"]))
def test_arm_is_not_told_to_fuse_either(module, processor):
    """Its multiply-add is part of every such processor, and the habit of most compilers."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    triple = "aarch64-unknown-linux-gnu"
    text = re.sub('target (triple|datalayout) = ".*"', "", str(module))
    machine = llvm.Target.from_triple(triple).create_target_machine(cpu=processor, opt=3)
    whole = llvm.parse_assembly(f'target triple = "{triple}"\n{text}')
    emit.improve(whole, machine)
    assembly = machine.emit_assembly(whole)
    assert assembly.count("fmul") > 100
    assert not FUSED.search(assembly)


def test_planted_fused_products_and_sums_end_with_other_weights(better, tmp_path):
    """Where nobody looks at what the compiler may fuse, the hashes of final weights tell."""
    processor = "haswell" if runs_avx2() else llvm.get_host_cpu_name()
    machine = compiler(processor, "")
    loose = re.sub(r"= (f(?:add|mul)) ", r"= \1 contract ", str(better(processor)))
    with pytest.raises(ValueError, match="the compiler may change a result here"):
        emit.refuse_loose(llvm.parse_assembly(loose))
    code = machine.emit_object(llvm.parse_assembly(loose))
    (tmp_path / f"arithmetic-{compiled.source_key(processor, '')}.o").write_bytes(code)
    code_of_a_run = "from tests.arithmetic.runs import digest; print(digest('batches'))"
    done = subprocess.run(
        [sys.executable, "-c", code_of_a_run],
        env={**os.environ, "DLBOOK_CACHE": str(tmp_path), "NUMBA_CPU_NAME": processor,
             "NUMBA_CPU_FEATURES": ""},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() != json.loads(VECTORS.read_text(encoding="utf-8"))["batches"]


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
