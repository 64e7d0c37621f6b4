"""The same entries in another form."""

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..forms import composite, linear


def inverse(axes, ndim):
    """The permutation that undoes this one; axes may be negative."""
    return None if axes is None else np.argsort(normalize_axis_tuple(axes, ndim))


linear(np.reshape, lambda g, a, _shape: g.reshape(a.shape))
linear(np.ravel, lambda g, a: g.reshape(a.shape))
linear(np.transpose, lambda g, a, axes=None: g.transpose(inverse(axes, a.ndim)))
linear(np.matrix_transpose, lambda g, _x: g.mT)
linear(np.swapaxes, lambda g, _a, axis1, axis2: g.swapaxes(axis1, axis2))
linear(np.moveaxis, lambda g, _a, source, destination: np.moveaxis(g, destination, source))
linear(np.squeeze, lambda g, a, _axis=None: g.reshape(a.shape))
linear(np.expand_dims, lambda g, a, _axis: g.reshape(a.shape))
linear(np.broadcast_to, lambda g, _array, _shape: g)
linear(np.flip, lambda g, _m, axis=None: np.flip(g, axis))
