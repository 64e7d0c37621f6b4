"""Medians, quantiles and percentiles: one or two entries of each slice, and their weights.

Where a quantile lies among the sorted entries NumPy itself says: it is the same quantile of the
ranks 0, 1, 2, …, the number j + f. So every method, all weights and every count are NumPy's own;
the entry of rank j takes 1 - f of the cotangent, the next one f. Equal entries keep their order.
Where a slice has a nan, the nan takes the cotangent; the nan-functions give none to any.

Source: R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages" (1996).
"""

import numpy as np

from ..forms import composite, pullback
from .indexing import scatter
from .reductions import joined
from .sorting import stable_order

PLOTTING = {  # (α, β) of the methods that move with q: h = n q + α + q (1 - α - β) - 1
    "interpolated_inverted_cdf": (0, 1),
    "hazen": (1 / 2, 1 / 2),
    "weibull": (0, 0),
    "linear": (1, 1),
    "median_unbiased": (1 / 3, 1 / 3),
    "normal_unbiased": (3 / 8, 3 / 8),
}
NARROW = np.lib.NumpyVersion(np.__version__) < "2.4.0"  # it reads a number q in the dtype of a


class Located:
    """Where the quantiles of an array lie: Q of them in each of L slices, of n entries each.

    Args:
        a: the array, not empty.
        axis: of the slices.
        skip: whether nan are left out of the slices.
        position: (ranks, axis) → the positions j + f among them.
        weighted: whether that depends on the places of the ranks.
    """

    def __init__(self, a, axis, skip, position, weighted=False):
        moved, axes = joined(a, axis)
        n = moved.shape[-1]
        flat = moved.reshape(-1, n)
        self.shape, self.back = [a.shape[k] for k in axes], np.argsort(axes).tolist()
        self.lost, self.skip = np.isnan(flat), skip
        order, missing = stable_order(flat), np.count_nonzero(self.lost, axis=-1)
        self.entries, self.count = flat, np.full(missing.shape, n)
        if missing.any():
            self.entries = np.where(self.lost, 0, flat)
            if skip:  # where nothing is left all stay, lest NumPy warn again
                self.count = np.where(missing < n, n - missing, n)
        if weighted or np.any(self.count < n):
            ranks = np.empty(flat.shape)
            np.put_along_axis(ranks, order, np.arange(float(n)), -1)
            ranks[self.lost & (self.count < n)[:, None]] = np.nan
            h = position(self.restored(ranks), axis).reshape(-1, len(flat))
        else:  # all slices are alike
            h = position(np.arange(float(n)), 0).reshape(-1, 1) + np.zeros(len(flat))
        j = np.clip(np.floor(h), 0, self.count - 1).astype(np.intp)
        if missing.any() and not skip:
            h, j = (np.where(missing, n - 1, k) for k in (h, j))
        rows = np.broadcast_to(np.arange(len(flat)), j.shape)
        self.part = h - j
        self.lower = rows, order[rows, j]
        self.upper = rows, order[rows, np.minimum(j + 1, self.count - 1)]

    def restored(self, flat):
        """From (L, n) to the shape of the array."""
        return flat.reshape(self.shape).transpose(self.back)

    def spread(self, g):
        """The cotangent of the array."""
        g = g.reshape(self.part.shape)
        after = g * self.part.astype(g.dtype)
        shape = self.entries.shape
        pulled = scatter(g - after, self.lower, shape) + scatter(after, self.upper, shape)
        return self.restored(np.where(self.lost, 0, pulled) if self.skip else pulled)

    def slope(self, g, q, method):
        """The cotangent of q: (n + 1 - α - β) times the gap, but nothing below the first entry."""
        alpha, beta = PLOTTING[method]
        levels = np.reshape(q, (-1, 1))
        above = self.count * levels + (alpha + levels * (1 - alpha - beta)) >= 1
        rate = (above * (self.count + (1 - alpha - beta))).astype(g.dtype)
        gap = self.entries[self.upper] - self.entries[self.lower]
        return (g.reshape(self.part.shape) * gap * rate).sum(-1).reshape(q.shape).astype(q.dtype)


def median_rule(op, skip):
    """Declare a median: that of an even count is half of each of the middle two."""

    @pullback(op)
    def median_pullback(g, _out, a, axis=None, _keepdims=False):
        if not a.size:
            return None
        return Located(a, axis, skip, lambda ranks, axis: op(ranks, axis=axis)).spread(g)

    @composite(op)  # the option allows to sort in place, which is not taken up
    def median_composite(a, axis=None, _overwrite_input=False, keepdims=False):
        return op(a, axis=axis, keepdims=keepdims)


def weighting(weights):
    """The option, if it is given."""
    return {} if weights is None else {"weights": weights}


def quantile_rule(op, skip, levels):
    """Declare quantiles of ``levels(q, a)``, in the array, the levels, and weights that take none.

    The positions move with q by the same operation on the ranks: that is the derivative of f.
    """
    quantile = np.nanquantile if skip else np.quantile

    @pullback(op, at=(0, 1, 5))
    def quantile_pullback(g, _out, a, q, axis=None, method="linear", _keepdims=False, weights=None):
        if not a.size:
            return None, None, None
        if NARROW and isinstance(q, int | float):
            q = a.dtype.type(q)
        q = levels(q, a)

        def position(ranks, axis):
            return quantile(ranks, q, axis=axis, method=method, **weighting(weights))

        found = Located(a, axis, skip, position, weights is not None)
        by_level = None if method not in PLOTTING else lambda: levels(found.slope(g, q, method), a)
        return lambda: found.spread(g), by_level, None

    @composite(op)
    def quantile_composite(
        a, q, axis=None, _overwrite_input=False, method="linear", keepdims=False, weights=None
    ):
        return op(a, q, axis=axis, method=method, keepdims=keepdims, **weighting(weights))


for _median, _quantile, _percentile, _skip in (
    (np.median, np.quantile, np.percentile, False),
    (np.nanmedian, np.nanquantile, np.nanpercentile, True),
):
    median_rule(_median, _skip)
    quantile_rule(_quantile, _skip, lambda q, _a: q)
    quantile_rule(_percentile, _skip, lambda q, a: q / (a.dtype.type(100) if NARROW else 100))
