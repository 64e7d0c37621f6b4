"""Putting arrays together, and taking them apart."""

import numpy as np

from ..forms import linear

linear(np.concatenate, lambda g, arrays, axis=0: np.split(g, np.cumsum([a.shape[axis] for a in arrays])[:-1], axis))
linear(np.split, lambda g, _ary, _indices_or_sections, axis=0: np.concatenate(g, axis))
linear(np.stack, lambda g, arrays, axis=0: [g[(slice(None),) * (axis % g.ndim) + (k,)] for k in range(len(arrays))])
