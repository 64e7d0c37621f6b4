"""What has no derivative, or derivative zero wherever it exists: the results are plain.

A constant masks, indexes and branches; a function of constants alone has gradient zero. Questions
of form, and what prints or saves, are answered from the values. The file ends with what to write
instead of functions that are refused.
"""

import numpy as np

from ..forms import constant

# --- functions of numbers, on the real line; a complex result (np.sign of one) is refused ---------
constant(np.sign, np.floor, np.ceil, np.trunc, np.rint, np.fix, np.round, np.around)
constant(np.floor_divide, np.signbit, np.spacing)
constant(np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal)
constant(np.logical_and, np.logical_or, np.logical_not, np.logical_xor)
constant(np.isfinite, np.isinf, np.isnan, np.isnat, np.isneginf, np.isposinf)
constant(np.iscomplex, np.isreal, np.isclose, np.isin, np.digitize)

# --- functions of whole numbers; NumPy's own TypeError on floats passes through -------------------
constant(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.bitwise_count)
constant(np.left_shift, np.right_shift, np.gcd, np.lcm, np.packbits, np.unpackbits)
constant(np.unravel_index, np.ravel_multi_index)

# --- which one, where, how many -------------------------------------------------------------------
constant(np.argmax, np.argmin, np.nanargmax, np.nanargmin)
constant(np.argsort, np.argpartition, np.lexsort, np.searchsorted)
constant(np.nonzero, np.flatnonzero, np.argwhere, np.count_nonzero, np.linalg.matrix_rank)
constant(np.all, np.any, np.allclose, np.array_equal, np.array_equiv)
constant(np.diag_indices_from, np.tril_indices_from, np.triu_indices_from)

# --- of the same form -----------------------------------------------------------------------------
constant(np.zeros_like, np.ones_like, np.empty_like, np._core.umath._ones_like)
constant(np.shape, np.ndim, np.size, np.iscomplexobj, np.isrealobj)
constant(np.result_type, np.common_type, np.min_scalar_type, np.can_cast)
constant(np.may_share_memory, np.shares_memory, np.einsum_path)

# --- in words, and on disk ------------------------------------------------------------------------
constant(np.array_repr, np.array_str, np.array2string)
constant(np.save, np.savez, np.savez_compressed, np.savetxt)

REMOVED = [getattr(np, name, None) for name in ("in1d",)]  # absent from NumPy 2.4
constant(*filter(None, REMOVED))

# --- methods of the ufuncs above ------------------------------------------------------------------
for ufunc in (
    *(np.logical_and, np.logical_or, np.logical_xor, np.floor_divide, np.bitwise_and),
    *(np.bitwise_or, np.bitwise_xor, np.left_shift, np.right_shift, np.gcd, np.lcm),
):
    constant(ufunc.reduce, ufunc.accumulate, ufunc.reduceat, ufunc.outer)
for ufunc in (np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal):
    constant(ufunc.outer)

_DATES = "plain dates: a Variable holds floats"
INSTEAD = {  # by function, or by the module that it belongs to
    "np.strings": "plain text: a Variable holds numbers",
    "np.char": "plain text: a Variable holds numbers",
    "np.lib.recfunctions": "x.data: structured arrays hold no gradients",
    np.ufunc: 'ac.custom_gradient(f, jac="2-point") differentiates by differences',
    np.sign: "z / np.abs(z) for a complex z",
    np.busday_count: _DATES,
    np.busday_offset: _DATES,
    np.is_busday: _DATES,
    np.datetime_as_string: _DATES,
}
