"""Counts in bins. A count is flat in what is counted, linear in its weights; edges may move.

The edges of equal bins lie between the least and the greatest entry, or where ``range`` says. How
many bins there are is a constant.
"""

import numpy as np

from ..forms import composite, linear
from .creation import stacked
from .indexing import scatter
from .sorting import plainly

linear(np.bincount, lambda g, x, _weights, _minlength=0: g[np.asarray(x)], at=1)


def is_tracked(value):
    """Whether a derivative is wanted by this argument."""
    return getattr(value, "node", None) is not None


def ends(a, span):
    """Between what the bins of entries lie: as NumPy has it, which checked them before."""
    if span is not None:
        low, high = span
    elif a.size:
        low, high = np.min(a), np.max(a)
    else:
        low, high = 0, 1
    return (low - 0.5, high + 0.5) if low == high else (low, high)


def places(a, edges):
    """The bin of each entry, and whether there is one; the last bin has both of its edges."""
    place = np.searchsorted(edges, a, side="right") - 1
    place = np.where(a == edges[-1], len(edges) - 2, place)
    return place, (place >= 0) & (place < len(edges) - 1)


@composite(np.histogram_bin_edges)
def histogram_bin_edges_composite(a, bins=10, range=None, weights=None):
    """The given edges, or so many as NumPy says, linear between their ends."""
    a = stacked(a)
    plain = plainly(np.histogram_bin_edges, a, bins, range, weights)
    if not isinstance(bins, str) and np.ndim(bins) == 1:
        return stacked(bins)
    return np.linspace(*ends(a, range), plain.size, dtype=plain.dtype)


@composite(np.histogram)
def histogram_composite(a, bins=10, range=None, density=None, weights=None):
    """The sum of weights in each bin, and the edges; counts without tracked weights are plain."""
    a = np.ravel(stacked(a))
    weights = None if weights is None else np.ravel(stacked(weights))
    counts, plain = plainly(np.histogram, a, bins, range, None, weights)
    edges = np.histogram_bin_edges(a, bins, range, weights)
    if is_tracked(weights):
        place, inside = places(a, plain)
        counts = scatter(weights[inside], (place[inside],), counts.shape)
    if density:
        counts = counts / np.diff(edges).astype(float) / counts.sum()
    return counts, edges


@composite(np.histogramdd)
def histogramdd_composite(sample, bins=10, range=None, density=None, weights=None):
    """The same over a grid, of the columns of the sample or of a sequence of arrays."""
    if len(getattr(sample, "shape", ())) != 2:
        sample = np.atleast_2d(stacked(sample)).T
    weights = None if weights is None else stacked(weights)
    counts, plain = plainly(np.histogramdd, sample, bins, range, None, weights)
    columns = list(sample.T)
    several = isinstance(bins, list | tuple) or np.ndim(bins)
    bins = bins if several else [bins] * len(columns)
    spans = [None] * len(columns) if range is None else range
    edges = [
        stacked(b) if np.ndim(b) else np.linspace(*ends(column, span), known.size)
        for column, b, span, known in zip(columns, bins, spans, plain, strict=True)
    ]
    if is_tracked(weights):
        found = [places(column, known) for column, known in zip(columns, plain, strict=True)]
        inside = np.all([within for _, within in found], axis=0)
        flat = np.ravel_multi_index([place[inside] for place, _ in found], counts.shape)
        counts = np.bincount(flat, weights[inside], counts.size).reshape(counts.shape)
    if density:
        total = counts.sum()
        for k, along in enumerate(edges):
            counts = counts / np.diff(along).reshape(-1, *[1] * (counts.ndim - 1 - k))
        counts = counts / total
    return counts, type(plain)(edges)


@composite(np.histogram2d)
def histogram2d_composite(x, y, bins=10, range=None, density=None, weights=None):
    """That of two columns; one array of edges serves both."""
    if len(x) != len(y):
        plainly(np.histogram2d, x, y)  # NumPy's own error
    if (isinstance(bins, list | tuple) or np.ndim(bins)) and len(bins) not in (1, 2):
        bins = [bins, bins]
    counts, edges = np.histogramdd([x, y], bins, range, density, weights)
    return counts, edges[0], edges[1]
