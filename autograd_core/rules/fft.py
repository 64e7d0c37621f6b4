"""Discrete Fourier transforms: linear maps that are their own transposes.

With F the transform of length n, F = Fᵀ, so that the cotangent is the same transform of ``g``, cut
or padded to the operand's length. Of real input only the real part counts; the engine takes it.
Transforms in several axes are those in one, axis after axis, as in NumPy.
"""

import numpy as np

from ..forms import composite, linear

SWAPPED = {None: "forward", "backward": "forward", "ortho": "ortho", "forward": "backward"}


def fitted(g, length, axis):
    """g cut to a length along an axis, or padded with zeros; the operand was padded, or cut."""
    missing = length - g.shape[axis]
    if missing <= 0:
        return g if missing == 0 else g[along(axis, g.ndim, slice(0, length))]
    shape = list(g.shape)
    shape[axis] = missing
    return np.concatenate([g, np.zeros(shape, g.dtype)], axis)


def along(axis, ndim, part):
    """The index that takes a part along one axis."""
    return (slice(None),) * (axis % ndim) + (part,)


def transform_transpose(fft):
    """That of a transform between complex numbers."""

    def transpose(g, a, _n=None, axis=-1, norm=None):
        return fitted(fft(g, axis=axis, norm=norm), a.shape[axis], axis)

    return transpose


def rfft_transpose(g, a, n=None, axis=-1, norm=None):
    """The real part of the transform of g, padded with zeros for the half that was left out."""
    n = a.shape[axis] if n is None else n
    return fitted(np.fft.fft(g, n, axis, norm), a.shape[axis], axis)


def irfft_transpose(g, a, n=None, axis=-1, norm=None):
    """Twice the conjugate of rfft(g), but once at 0 and n/2, which were read once."""
    n = g.shape[axis] if n is None else n
    half = np.fft.rfft(g, axis=axis, norm=SWAPPED[norm]).conj()
    weights = np.full(half.shape[axis], 2, np.finfo(half.dtype).dtype)
    weights[0] = 1
    if n % 2 == 0:
        weights[-1] = 1
    shape = (-1,) + (1,) * (g.ndim - 1 - axis % g.ndim)
    return fitted(half * weights.reshape(shape), a.shape[axis], axis)


linear(np.fft.fft, transform_transpose(np.fft.fft))
linear(np.fft.ifft, transform_transpose(np.fft.ifft))
linear(np.fft.rfft, rfft_transpose)
linear(np.fft.irfft, irfft_transpose)
linear(np.fft.fftshift, lambda g, _x, axes=None: np.fft.ifftshift(g, axes))
linear(np.fft.ifftshift, lambda g, _x, axes=None: np.fft.fftshift(g, axes))


# --- several axes ---------------------------------------------------------------------------------
def lengths_and_axes(a, s, axes, inverse_real=False):
    """The length along each axis that is transformed, as NumPy completes what is given."""
    if axes is None:
        axes = list(range(a.ndim) if s is None else range(-len(s), 0))
    if s is None:
        s = [a.shape[axis] for axis in axes]
        if inverse_real:
            s[-1] = 2 * (a.shape[axes[-1]] - 1)
    elif len(s) != len(axes):
        raise ValueError("Shape and axes have different lengths.")
    return [a.shape[axis] if n == -1 else n for n, axis in zip(s, axes, strict=True)], axes


def composed(fft, axes=None):
    """A transform between complex numbers, from the last axis to the first."""

    def transformed(a, s=None, axes=axes, norm=None):
        lengths, axes = lengths_and_axes(a, s, axes)
        for n, axis in reversed(list(zip(lengths, axes, strict=True))):
            a = fft(a, n, axis, norm)
        return a

    return transformed


def composed_real(axes=None):
    """That of real numbers: a real one in the last axis, then complex ones."""

    def transformed(a, s=None, axes=axes, norm=None):
        lengths, axes = lengths_and_axes(a, s, axes)
        a = np.fft.rfft(a, lengths[-1], axes[-1], norm)
        for n, axis in reversed(list(zip(lengths[:-1], axes[:-1], strict=True))):
            a = np.fft.fft(a, n, axis, norm)
        return a

    return transformed


def composed_inverse_real(axes=None):
    """Back to real numbers: complex ones, then a real one in the last axis."""

    def transformed(a, s=None, axes=axes, norm=None):
        lengths, axes = lengths_and_axes(a, s, axes, inverse_real=True)
        for n, axis in zip(lengths[:-1], axes[:-1], strict=True):
            a = np.fft.ifft(a, n, axis, norm)
        return np.fft.irfft(a, lengths[-1], axes[-1], norm)

    return transformed


composite(np.fft.fftn)(composed(np.fft.fft))
composite(np.fft.ifftn)(composed(np.fft.ifft))
composite(np.fft.fft2)(composed(np.fft.fft, (-2, -1)))
composite(np.fft.ifft2)(composed(np.fft.ifft, (-2, -1)))
composite(np.fft.rfftn)(composed_real())
composite(np.fft.rfft2)(composed_real((-2, -1)))
composite(np.fft.irfftn)(composed_inverse_real())
composite(np.fft.irfft2)(composed_inverse_real((-2, -1)))


# --- Hermitian symmetry ---------------------------------------------------------------------------
@composite(np.fft.hfft)
def hfft_composite(a, n=None, axis=-1, norm=None):
    """Of a signal with Hermitian symmetry: the inverse real transform, scaled the other way."""
    n = 2 * (a.shape[axis] - 1) if n is None else n
    return np.fft.irfft(np.conjugate(a), n, axis, norm=SWAPPED[norm])


@composite(np.fft.ihfft)
def ihfft_composite(a, n=None, axis=-1, norm=None):
    """The inverse of ``hfft``."""
    return np.conjugate(np.fft.rfft(a, n, axis, norm=SWAPPED[norm]))
