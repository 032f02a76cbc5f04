"""How many sums run side by side: as many as the registers of the processor hold.

A tile takes rows of one factor and columns of the other, so that each number that is read serves
several sums. The numbers do not know of it: each sum runs in its own order.
"""

import llvmlite.binding as llvm

from dlbook.arithmetic.target import target

_SUM = """
define <8 x double> @sum(<8 x double> %a, <8 x double> %b) {
  %y = fadd <8 x double> %a, %b
  ret <8 x double> %y
}
"""


def compiler(processor: str, features: str) -> llvm.TargetMachine:
    """The compiler for a processor of this kind of machine; the features as LLVM writes them."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    kind = llvm.Target.from_triple(llvm.get_process_triple())
    return kind.create_target_machine(
        cpu=processor, features=features, opt=3, reloc="default", codemodel="jitdefault", jit=True
    )


def tile_of(processor: str, features: str) -> tuple[int, int]:
    """Rows and columns: with registers of 512 bits there are 32 of them, and a vector fits one."""
    assembly = compiler(processor, features).emit_assembly(llvm.parse_assembly(_SUM))
    return (4, 6) if "zmm" in assembly else (2, 2)


ROWS, COLUMNS = tile_of(*target())
LINE = 4  # sums side by side where a single column is left
