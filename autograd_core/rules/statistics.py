"""Averages, variances and correlations: means, and of squared distances from the mean."""

import math
import warnings

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..forms import composite, elementwise, primitive, pullback
from .creation import stacked
from .guards import ratio
from .reductions import unreduce
from .sorting import plainly


def freedom(a, axis, where, correction):
    """count - correction of each slice, reduced axes kept; nan where that is not positive.

    A Python number, which widens nothing; with ``where`` an array of float64.
    """
    if where is True:
        axes = normalize_axis_tuple(range(a.ndim) if axis is None else axis, a.ndim)
        left = math.prod(a.shape[k] for k in axes) - correction
        return left if left > 0 else math.nan
    left = np.sum(np.broadcast_to(where, a.shape), axis=axis, keepdims=True) - correction
    return np.where(left > 0, left, np.nan)


def selected(a, where, axis):
    """a with zeros for what ``where`` leaves out, and the option that says so to NumPy.

    Where it leaves out a whole slice, the zeros stay in: NumPy would warn at their mean.
    """
    if where is True:
        return a, {}
    some = np.any(np.broadcast_to(where, a.shape), axis=axis, keepdims=True)
    return np.where(where, a, 0), {"where": where | ~some}


@pullback(np.var)
def var_pullback(g, _out, a, axis=None, ddof=0, keepdims=False, where=True, correction=None):
    """2 (a - mean) / (count - ddof); what ``where`` leaves out takes nothing."""
    if not a.size:  # NumPy would warn at its mean
        return None
    a, only = selected(a, where, axis)
    distance = (a - np.mean(a, axis=axis, keepdims=True, **only)).conj()
    scale = 2 / freedom(a, axis, where, ddof if correction is None else correction)
    if only:
        scale = scale.astype(np.finfo(a.dtype).dtype)
    pulled = unreduce(g, a, axis, keepdims) * scale * distance
    return np.where(where, pulled, 0) if only else pulled


@pullback(np.std)
def std_pullback(g, out, a, axis=None, ddof=0, keepdims=False, where=True, correction=None):
    """That of the variance over 2 std; 0 where all values are equal."""
    return var_pullback(ratio(g / 2, out), None, a, axis, ddof, keepdims, where, correction)


@composite(np.var)
def var_composite(
    a, axis=None, dtype=None, ddof=0, keepdims=False, *, where=True, mean=None, correction=None
):
    """The variance about a given mean, or in another dtype."""
    a = stacked(a)
    absolute = a.dtype.kind == "c"  # NumPy squares a real operand, even in a complex dtype
    a, only = selected(a if dtype is None else a.astype(dtype), where, axis)
    if mean is None:
        mean = np.mean(a, axis=axis, keepdims=True, **only)
    distance = a - mean
    squares = (distance * distance.conj()).real if absolute else distance * distance
    total = np.sum(squares, axis=axis, dtype=dtype, keepdims=True, **only)
    left = freedom(a, axis, where, ddof if correction is None else correction)
    if np.any(np.isnan(left)):
        warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=2)
    variance = total / (left.astype(total.dtype) if only else left)
    return variance if keepdims else np.squeeze(variance, axis=axis)


@composite(np.std)
def std_composite(
    a, axis=None, dtype=None, ddof=0, keepdims=False, *, where=True, mean=None, correction=None
):
    """The root of that variance, with derivative 0 where it is 0."""
    lost = ddof if correction is None else correction
    return root(var_composite(a, axis, dtype, lost, keepdims, where=where, mean=mean))


def root(variance):
    """The standard deviation, with derivative 0 where it is 0."""
    flat = variance == 0
    return np.where(flat, 0, np.sqrt(np.where(flat, 1, variance)))


# --- averages -------------------------------------------------------------------------------------
def aligned(weights, a, axis):
    """Weights as an array that broadcasts with a; those of the axes alone may be given."""
    if weights.shape == a.shape:
        return weights
    if axis is None or weights.shape != tuple(a.shape[k] for k in axis):
        plainly(np.average, a, axis, weights)  # NumPy's own error
    weights = weights.transpose(np.argsort(axis).tolist())
    return weights.reshape([n if k in axis else 1 for k, n in enumerate(a.shape)])


@composite(np.average)
def average_composite(a, axis=None, weights=None, returned=False, *, keepdims=False):
    """The weighted sum over the sum of weights."""
    a = stacked(a)
    if axis is not None:
        axis = normalize_axis_tuple(axis, a.ndim, "axis")
    if weights is None:
        mean = np.mean(a, axis=axis, keepdims=keepdims)
        total = mean.dtype.type(a.size / mean.size)
    else:
        weights = aligned(stacked(weights), a, axis)
        whole = a.dtype.kind in "biu"
        dtype = np.result_type(a.dtype, weights.dtype, *[np.float64] * whole)
        total = np.sum(weights, axis=axis, dtype=dtype, keepdims=keepdims)
        if np.any(total == 0):
            raise ZeroDivisionError("Weights sum to zero, can't be normalized")
        products = np.multiply(a, weights, dtype=dtype)
        mean = np.sum(products, axis=axis, keepdims=keepdims) / total
    return (mean, np.broadcast_to(total, mean.shape).copy()[()]) if returned else mean


# --- covariances and correlations -----------------------------------------------------------------
ROW_STAYS = np.lib.NumpyVersion(np.__version__) < "2.2.0"  # of m, if rowvar=False; of y it does


def in_rows(m, rowvar, row_stays):
    """One variable in each row; a vector is one variable, and a single row may be taken for one."""
    if m.ndim < 2:
        return m.reshape(1, -1)
    return m if rowvar or (row_stays and len(m) == 1) else m.T


@composite(np.cov)
def cov_composite(
    m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None, *, dtype=None
):
    """The weighted products of distances from the weighted means, over the degrees of freedom."""
    given = [stacked(part) for part in (m, y) if part is not None]
    if any(part.ndim > 2 for part in given):
        plainly(np.cov, m, y)  # NumPy's own error
    dtype = np.result_type(*given, np.float64) if dtype is None else dtype
    x = in_rows(given[0].astype(dtype), rowvar, ROW_STAYS)
    if not len(x):
        return np.zeros((0, 0))
    if y is not None:
        x = np.concatenate([x, in_rows(given[1].astype(dtype), rowvar, True)])
    count = x.shape[1]
    weighting = {"fweights": fweights, "aweights": aweights}
    plainly(np.cov, np.zeros((1, count)), bias=bias, ddof=ddof, **weighting)  # and its checks
    ddof = int(bias == 0) if ddof is None else ddof
    weights = None if fweights is None else np.asarray(fweights, float)
    if aweights is not None:
        aweights = stacked(aweights).astype(float)
        weights = aweights if weights is None else weights * aweights
    mean, total = np.average(x, axis=1, weights=weights, returned=True)
    total = np.real(total[0])
    if weights is None:
        left = count - ddof
    elif ddof == 0:
        left = total
    elif aweights is None:
        left = total - ddof
    else:
        left = total - ddof * np.sum(weights * aweights) / total
    x = x - mean.astype(x.dtype)[:, None]
    scaled = x if weights is None else x * weights
    products = x @ scaled.T.conj()
    share = np.true_divide(1, left if left > 0 else 0.0).astype(np.finfo(products.dtype).dtype)
    return np.squeeze(products * share)


@primitive
def bounded(c):
    """Real and imaginary parts between -1 and 1, which rounding leaves; the derivative is 1."""
    if c.dtype.kind != "c":
        return np.clip(c, -1, 1)
    return np.clip(c.real, -1, 1) + 1j * np.clip(c.imag, -1, 1)


elementwise(bounded, 1)


@composite(np.corrcoef)
def corrcoef_composite(x, y=None, rowvar=True, *, dtype=None):
    """Covariances over both standard deviations."""
    c = np.cov(x, y, rowvar, dtype=dtype)
    if not c.ndim:
        return c / c
    deviation = np.sqrt(np.diagonal(c).real)
    return bounded(c / deviation[:, None] / deviation[None, :])
