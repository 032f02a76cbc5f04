"""What each operation of :mod:`dlbook.arithmetic.kernels.lanes` is to the compiler.

Three tables say it: the function, how many arguments it takes, and what LLVM emits for it. What
follows them tells numba.
"""

import operator
from collections.abc import Callable
from functools import partial
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import lower_builtin, lower_cast, models, register_model

from dlbook.arithmetic.kernels import lanes as operations
from dlbook.arithmetic.kernels.lanes import LANES
from dlbook.arithmetic.kernels.tiles import COLUMNS, LINE, ROWS

Emit = Callable[..., Any]  # (builder, *values) -> value


class _VectorType(types.Type):
    """Numba's name for a :class:`dlbook.arithmetic.kernels.lanes.Vector`."""


class _MaskType(types.Type):
    """Numba's name for a :class:`dlbook.arithmetic.kernels.lanes.Mask`."""


vector, mask = _VectorType("vector"), _MaskType("mask")
number, answer, pointer = types.float64, types.boolean, types.CPointer(types.float64)
_DOUBLE, _WORD, _SHORT = ir.DoubleType(), ir.IntType(64), ir.IntType(32)
_EIGHT = ir.VectorType(_DOUBLE, LANES)


def _like(value: Any, constant: int) -> Any:
    """That integer of 64 bits, once for a number, eight times for a vector."""
    if value.type == _DOUBLE:
        return ir.Constant(_WORD, constant)
    return ir.Constant(ir.VectorType(_WORD, LANES), [constant] * LANES)


def _on_bits(builder: Any, x: Any, change: Callable[[Any], Any]) -> Any:
    return builder.bitcast(change(builder.bitcast(x, _like(x, 0).type)), x.type)


def _power_of_two(builder: Any, t: Any) -> Any:
    return _on_bits(builder, t, lambda bits: builder.shl(bits, _like(t, 52)))


def _exponent(builder: Any, x: Any) -> Any:
    two_to_52 = _like(x, (1023 + 52) << 52)
    shift = _like(x, 52)
    return _on_bits(builder, x, lambda bits: builder.or_(builder.lshr(bits, shift), two_to_52))


def _mantissa(builder: Any, x: Any) -> Any:
    low, one = _like(x, (1 << 52) - 1), _like(x, 1023 << 52)
    return _on_bits(builder, x, lambda bits: builder.or_(builder.and_(bits, low), one))


def _named(name: str, builder: Any, *values: Any) -> Any:
    """A call of LLVM's own function of that name."""
    kind = values[0].type
    full = name + (".f64" if kind == _DOUBLE else f".v{LANES}f64")
    function = builder.module.globals.get(full)
    if function is None:
        form = ir.FunctionType(kind, [kind] * len(values))
        function = ir.Function(builder.module, form, full)
    return builder.call(function, values)


def _address(builder: Any, source: Any, index: Any) -> Any:
    return builder.gep(source, [builder.mul(index, _WORD(LANES))])


def _beyond(builder: Any, source: Any, index: Any) -> Any:
    return builder.gep(source, [index])


def _fetch(builder: Any, source: Any, index: Any) -> Any:
    place = builder.bitcast(_address(builder, source, index), _EIGHT.as_pointer())
    return builder.load(place, align=8)


def _every(builder: Any, condition: Any) -> Any:
    word = ir.IntType(LANES)
    return builder.icmp_unsigned("==", builder.bitcast(condition, word), word(2**LANES - 1))


def _put(builder: Any, target: Any, index: Any, value: Any) -> Any:
    place = builder.bitcast(_address(builder, target, index), _EIGHT.as_pointer())
    builder.store(value, place, align=8)
    return ir.Constant(ir.IntType(8).as_pointer(), None)  # Python's None, as numba has it


def _add_tile(
    rows: int, columns: int, builder: Any, C: Any, ca: Any, cb: Any, S: Any, sa: Any, sb: Any,
    A: Any, aa: Any, ak: Any, B: Any, bb: Any, bk: Any, nk: Any,
) -> Any:  # fmt: skip
    """A loop over k, whose turn takes a row of A and a column of B and adds their products."""

    def place(i: Any, by_i: Any, j: Any, by_j: Any) -> Any:
        return builder.add(builder.mul(i, by_i), builder.mul(j, by_j))

    row, column = [_WORD(i) for i in range(rows)], [_WORD(j) for j in range(columns)]
    cells = [(i, j) for i in range(rows) for j in range(columns)]
    starts = [_fetch(builder, S, place(row[i], sa, column[j], sb)) for i, j in cells]
    before, loop = builder.block, builder.append_basic_block("sums")
    after = builder.append_basic_block("summed")
    builder.branch(loop)
    builder.position_at_end(loop)
    k, sums = builder.phi(_WORD), [builder.phi(_EIGHT) for _ in cells]
    a = [_fetch(builder, A, place(i, aa, k, ak)) for i in row]
    b = [_fetch(builder, B, place(j, bb, k, bk)) for j in column]
    grown = [
        builder.fadd(total, builder.fmul(a[i], b[j]))
        for total, (i, j) in zip(sums, cells, strict=True)
    ]
    after_k = builder.add(k, _WORD(1))
    for value, start, new in zip([k, *sums], [_WORD(0), *starts], [after_k, *grown], strict=True):
        value.add_incoming(start, before)
        value.add_incoming(new, loop)
    builder.cbranch(builder.icmp_signed("<", after_k, nk), loop, after)
    builder.position_at_end(after)
    for (i, j), total in zip(cells, grown, strict=True):
        _put(builder, C, place(row[i], ca, column[j], cb), total)
    return ir.Constant(ir.IntType(8).as_pointer(), None)


def _spread(_context: Any, builder: Any, _given: Any, _wanted: Any, value: Any) -> Any:
    undefined = ir.Constant(_EIGHT, ir.Undefined)
    first = builder.insert_element(undefined, value, _SHORT(0))
    everywhere = ir.Constant(ir.VectorType(_SHORT, LANES), [0] * LANES)
    return builder.shuffle_vector(first, undefined, everywhere)


_ON_REALS: dict[Any, tuple[int, Emit]] = {
    operations.sqrt: (1, partial(_named, "llvm.sqrt")),
    operations.absolute: (1, partial(_named, "llvm.fabs")),
    operations.copysign: (2, partial(_named, "llvm.copysign")),
    operations.power_of_two: (1, _power_of_two),
    operations.exponent: (1, _exponent),
    operations.mantissa: (1, _mantissa),
}
_ON_VECTORS: dict[Any, tuple[int, Emit, Any]] = {  # numba has them for numbers
    operator.add: (2, lambda builder, a, b: builder.fadd(a, b), vector),
    operator.sub: (2, lambda builder, a, b: builder.fsub(a, b), vector),
    operator.mul: (2, lambda builder, a, b: builder.fmul(a, b), vector),
    operator.truediv: (2, lambda builder, a, b: builder.fdiv(a, b), vector),
    operator.neg: (1, lambda builder, a: builder.fneg(a), vector),
    operator.lt: (2, lambda builder, a, b: builder.fcmp_ordered("<", a, b), mask),
    operator.gt: (2, lambda builder, a, b: builder.fcmp_ordered(">", a, b), mask),
}
_TILED = (
    pointer, types.intp, types.intp, pointer, types.intp, types.intp, pointer, types.intp,
    types.intp, pointer, types.intp, types.intp, types.intp,
)  # fmt: skip
_ON_FIXED: dict[Any, tuple[Emit, Any, tuple[Any, ...]]] = {
    operations.add_tile: (partial(_add_tile, ROWS, COLUMNS), types.none, _TILED),
    operations.add_pair: (partial(_add_tile, ROWS, 2), types.none, _TILED),
    operations.add_line: (partial(_add_tile, LINE, 1), types.none, _TILED),
    operations.fetch: (_fetch, vector, (pointer, types.intp)),
    operations.put: (_put, types.none, (pointer, types.intp, vector)),
    operations.at: (_address, pointer, (pointer, types.intp)),
    operations.beyond: (_beyond, pointer, (pointer, types.intp)),
    operations.every: (_every, types.boolean, (mask,)),
    operations.spread: (lambda _builder, value: value, vector, (vector,)),
}


def _of_reals(args: Any, both: bool, result: Any = None) -> Any:
    """The signature of an operation on reals; ``None`` where it is not one of ours."""
    if not all(kind == vector or isinstance(kind, types.Float) for kind in args):
        return None
    if vector in args:
        return signature(result or vector, *(vector for _ in args))
    return signature(number, *(number for _ in args)) if both else None


def _of_choice(args: Any) -> Any:
    chosen = _of_reals(args[1:], both=True)
    if chosen is None or args[0] not in (mask, answer):
        return None
    if args[0] == mask:
        return signature(vector, mask, vector, vector)
    return signature(chosen.return_type, answer, *chosen.args)


def _of_fixed(args: Any, result: Any, kinds: tuple[Any, ...]) -> Any:
    return signature(result, *kinds) if len(args) == len(kinds) else None


def _typed(function: Any, judge: Callable[[Any], Any]) -> None:
    """Let numba type calls of ``function`` by what ``judge`` says of the arguments' types."""

    class Template(AbstractTemplate):
        key = function

        def generic(self, args: Any, _kws: Any) -> Any:
            return judge(args)

    infer_global(function)(Template)


def _lowered(function: Any, emit: Emit, kinds: tuple[Any, ...]) -> None:
    """Let numba emit ``function`` for arguments of these types."""

    def lower(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return emit(builder, *values)

    lower_builtin(function, *kinds)(lower)


def _modelled(kind: type, element: ir.Type) -> None:
    """Let numba hold values of that type as eight elements in a register."""

    class Model(models.PrimitiveModel):
        def __init__(self, manager: Any, frontend: Any) -> None:
            super().__init__(manager, frontend, ir.VectorType(element, LANES))

    register_model(kind)(Model)


def _tell() -> None:
    _modelled(_VectorType, _DOUBLE)
    _modelled(_MaskType, ir.IntType(1))
    lower_cast(types.Float, _VectorType)(_spread)
    for function, (count, emit) in _ON_REALS.items():
        _typed(function, partial(_of_reals, both=True))
        for kind in (vector, number):
            _lowered(function, emit, (kind,) * count)
    for function, (count, emit, result) in _ON_VECTORS.items():
        _typed(function, partial(_of_reals, both=False, result=result))
        _lowered(function, emit, (vector,) * count)
    for function, (emit, result, kinds) in _ON_FIXED.items():
        _typed(function, partial(_of_fixed, result=result, kinds=kinds))
        _lowered(function, emit, kinds)
    _typed(operations.select, _of_choice)
    for kinds in ((mask, vector, vector), (answer, vector, vector), (answer, number, number)):
        _lowered(operations.select, lambda builder, *values: builder.select(*values), kinds)


_tell()
