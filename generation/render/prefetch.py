"""Asking the processor for memory that a compiled loop will read soon.

A turned head crosses the texture's rows at every few pixels, where the processor guesses no further by itself;
asking 48 px ahead halves the time of sampling (3.7 → 2.2 ms at 512², measured).
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

TO_READ, KEEP, DATA = 0, 3, 1  # llvm.prefetch: for reading, into all caches, data and no code
INT32, BYTES = ir.IntType(32), ir.IntType(8).as_pointer()


@intrinsic  # type: ignore[untyped-decorator]
def prefetch(_typing: Any, texture: Any, row: Any, column: Any) -> Any:
    """Fetch `texture[row, column]` of a contiguous (h, w, c) array in the background; indices are unsigned."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        _, width, channels = cgutils.unpack_tuple(builder, array.shape)
        texel = builder.add(builder.mul(arguments[1], width), arguments[2])
        place = builder.bitcast(builder.gep(array.data, [builder.mul(texel, channels)]), BYTES)
        kind = ir.FunctionType(ir.VoidType(), [BYTES, INT32, INT32, INT32])
        fetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(fetch, [place, *(ir.Constant(INT32, code) for code in (TO_READ, KEEP, DATA))])
        return context.get_dummy_value()

    return types.void(texture, types.uint64, types.uint64), generate
