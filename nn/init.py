"""Initializers: the arrays that parameters start from, drawn for a shape.

``init.name(shape, rng=...)`` returns an array; ``init.name_(parameter, rng=...)`` fills one in
place. A layer is given a name, a function of ``(shape, rng=, dtype=)``, or ``partial`` of one of
these. The file knows nothing of layers.
"""

import math
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from autograd_core import ArgumentError, ShapeError, Variable

from .choices import choice
from .defaults import Seed, generator, get_default_dtype
from .fans import Shape, calculate_gain, fans, lengths_of

__all__ = [
    "calculate_gain", "constant", "constant_", "dirac", "dirac_", "fans", "get", "glorot_normal",
    "glorot_normal_", "glorot_uniform", "glorot_uniform_", "he_normal", "he_normal_", "he_uniform",
    "he_uniform_", "identity", "identity_", "kaiming_normal", "kaiming_normal_", "kaiming_uniform",
    "kaiming_uniform_", "lecun_normal", "lecun_normal_", "lecun_uniform", "lecun_uniform_",
    "normal", "normal_", "ones", "ones_", "orthogonal", "orthogonal_", "sparse", "sparse_",
    "truncated_normal", "truncated_normal_", "uniform", "uniform_", "xavier_normal",
    "xavier_normal_", "xavier_uniform", "xavier_uniform_", "zeros", "zeros_",
]  # fmt: skip

Dtype = DTypeLike | None
Array = NDArray[Any]
Initializer = Callable[..., Array]


def get(name: str | Initializer) -> Initializer:
    """The initializer of a name; a function is returned as it is.

    Args:
        name: one of this module's, or a function of ``(shape, *, rng=None, dtype=None)``.
    Raises:
        ArgumentError: nothing has this name; the message proposes the nearest.

    >>> get("kaiming_normal") is kaiming_normal
    True
    """
    return name if callable(name) else choice("init", name, _INITIALIZERS)


# --- constants ------------------------------------------------------------------------------------
def zeros(shape: Shape, *, rng: Seed = None, dtype: Dtype = None) -> Array:
    """Zeros.

    >>> zeros(2)
    array([0., 0.])
    """
    return constant(shape, 0.0, rng=rng, dtype=dtype)


def ones(shape: Shape, *, rng: Seed = None, dtype: Dtype = None) -> Array:
    """Ones.

    >>> ones((1, 2))
    array([[1., 1.]])
    """
    return constant(shape, 1.0, rng=rng, dtype=dtype)


def constant(
    shape: Shape,
    value: float,
    *,
    rng: Seed = None,  # noqa: ARG001 (every initializer is called in the same way)
    dtype: Dtype = None,
) -> Array:
    """One value everywhere.

    >>> constant(2, 0.5)
    array([0.5, 0.5])
    """
    return np.full(lengths_of(shape), value, _dtype(dtype))


def identity(
    shape: Shape,
    *,
    gain: float = 1.0,
    rng: Seed = None,  # noqa: ARG001
    dtype: Dtype = None,
) -> Array:
    """The matrix that hands on as many features as fit.

    Raises:
        ShapeError: not two axes.

    >>> identity((2, 3))
    array([[1., 0., 0.],
           [0., 1., 0.]])
    """
    lengths = lengths_of(shape)
    if len(lengths) != 2:
        raise ShapeError(
            f"init.identity got shape {lengths}.",
            "an identity has two axes.",
            "init.dirac for the kernels of a convolution",
        )
    return np.eye(*lengths, dtype=_dtype(dtype)) * gain


def dirac(
    shape: Shape,
    *,
    groups: int = 1,
    rng: Seed = None,  # noqa: ARG001
    dtype: Dtype = None,
) -> Array:
    """Kernels ``(out, in // groups, *k)`` that hand on as many channels as fit: 1 in the middle.

    Raises:
        ShapeError: no kernel axes, or ``groups`` does not divide the outputs.

    >>> dirac((1, 1, 3))
    array([[[0., 1., 0.]]])
    """
    lengths = lengths_of(shape)
    if len(lengths) < 3 or lengths[0] % groups:
        raise ShapeError(
            f"init.dirac got shape {lengths} and groups={groups}.",
            "it needs (out, in // groups, *kernel), out divisible by groups.",
            "init.identity for a matrix",
        )
    kernels = np.zeros(lengths, _dtype(dtype))
    middle: Any = tuple(k // 2 for k in lengths[2:])
    per_group = lengths[0] // groups
    for channel in range(min(per_group, lengths[1])):
        kernels[channel::per_group, channel][..., *middle] = 1
    return kernels


# --- random numbers of a given spread -------------------------------------------------------------
def normal(
    shape: Shape, mean: float = 0.0, std: float = 0.01, *, rng: Seed = None, dtype: Dtype = None
) -> Array:
    """Normal numbers: small ones, unless told otherwise.

    Raises:
        ArgumentError: ``std`` is negative.

    >>> normal((2, 3), rng=0).shape
    (2, 3)
    """
    _check(std >= 0, f"init.normal got std={std}.", f"std={abs(std)}")
    return generator(rng).normal(mean, std, lengths_of(shape)).astype(_dtype(dtype))


def uniform(
    shape: Shape,
    low: float = -0.05,
    high: float = 0.05,
    *,
    rng: Seed = None,
    dtype: Dtype = None,
) -> Array:
    """Numbers from the interval between ``low`` and ``high``.

    Raises:
        ArgumentError: ``low`` is above ``high``.

    >>> uniform((2, 3), rng=0).shape
    (2, 3)
    """
    _check(low <= high, f"init.uniform got low={low} and high={high}.", f"low={high}, high={low}")
    return generator(rng).uniform(low, high, lengths_of(shape)).astype(_dtype(dtype))


def truncated_normal(
    shape: Shape,
    std: float = 0.01,
    cutoff: float = 2.0,
    *,
    rng: Seed = None,
    dtype: Dtype = None,
) -> Array:
    """Normal numbers within ``cutoff`` times ``std``; what lies outside is drawn again.

    Raises:
        ArgumentError: ``std`` is negative, or ``cutoff`` is below 0.01.

    >>> x = truncated_normal(1000, std=1.0, rng=0)
    >>> bool(np.abs(x).max() <= 2)
    True
    """
    _check(std >= 0, f"init.truncated_normal got std={std}.", f"std={abs(std)}")
    _check(cutoff >= 0.01, f"init.truncated_normal got cutoff={cutoff}.", "cutoff=2.0")
    draw = generator(rng)
    values = draw.standard_normal(lengths_of(shape))
    outside = np.abs(values) > cutoff
    while outside.any():
        values[outside] = draw.standard_normal(np.count_nonzero(outside))
        outside = np.abs(values) > cutoff
    return (values * std).astype(_dtype(dtype))


# --- random numbers whose spread follows from the shape -------------------------------------------
def kaiming_normal(
    shape: Shape, *, gain: float = math.sqrt(2), rng: Seed = None, dtype: Dtype = None
) -> Array:
    """Normal numbers with std gain/√fan_in, which keeps the size of signals from layer to layer.

    Raises:
        ShapeError: fewer than two axes.

    Source: He et al., "Delving deep into rectifiers" (2015), equation 10.

    >>> kaiming_normal((784, 100), rng=0).std().item()
    0.0505
    """
    return normal(shape, 0.0, gain / _root(fans(shape)[0]), rng=rng, dtype=dtype)


def kaiming_uniform(
    shape: Shape, *, gain: float = math.sqrt(2), rng: Seed = None, dtype: Dtype = None
) -> Array:
    """Uniform numbers up to gain·√(3/fan_in): the spread of ``kaiming_normal``.

    Raises:
        ShapeError: fewer than two axes.

    Source: He et al., "Delving deep into rectifiers" (2015), equation 10.

    >>> bool(np.abs(kaiming_uniform((6, 100), rng=0)).max() <= 1)
    True
    """
    return _within(gain * math.sqrt(3) / _root(fans(shape)[0]), shape, rng, dtype)


def xavier_normal(
    shape: Shape, *, gain: float = 1.0, rng: Seed = None, dtype: Dtype = None
) -> Array:
    """Normal numbers with std gain·√(2/(fan_in + fan_out)).

    Raises:
        ShapeError: fewer than two axes.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
    networks" (2010), equation 12.

    >>> xavier_normal((784, 100), rng=0).std().item()
    0.0476
    """
    return normal(shape, 0.0, gain * math.sqrt(2) / _root(sum(fans(shape))), rng=rng, dtype=dtype)


def xavier_uniform(
    shape: Shape, *, gain: float = 1.0, rng: Seed = None, dtype: Dtype = None
) -> Array:
    """Uniform numbers up to gain·√(6/(fan_in + fan_out)).

    Raises:
        ShapeError: fewer than two axes.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
    networks" (2010), equation 16.

    >>> bool(np.abs(xavier_uniform((2, 4), rng=0)).max() <= 1)
    True
    """
    return _within(gain * math.sqrt(6) / _root(sum(fans(shape))), shape, rng, dtype)


def lecun_normal(
    shape: Shape, *, gain: float = 1.0, rng: Seed = None, dtype: Dtype = None
) -> Array:
    """Normal numbers with std gain/√fan_in.

    Raises:
        ShapeError: fewer than two axes.

    Source: LeCun et al., "Efficient backprop" (1998), §4.6.

    >>> lecun_normal((784, 100), rng=0).std().item()
    0.0357
    """
    return kaiming_normal(shape, gain=gain, rng=rng, dtype=dtype)


def lecun_uniform(
    shape: Shape, *, gain: float = 1.0, rng: Seed = None, dtype: Dtype = None
) -> Array:
    """Uniform numbers up to gain·√(3/fan_in).

    Raises:
        ShapeError: fewer than two axes.

    Source: LeCun et al., "Efficient backprop" (1998), §4.6.

    >>> bool(np.abs(lecun_uniform((3, 100), rng=0)).max() <= 1)
    True
    """
    return kaiming_uniform(shape, gain=gain, rng=rng, dtype=dtype)


# --- matrices with a structure --------------------------------------------------------------------
def orthogonal(shape: Shape, *, gain: float = 1.0, rng: Seed = None, dtype: Dtype = None) -> Array:
    """A matrix with orthonormal rows or columns, whichever are fewer, drawn evenly among them.

    Kernels of a convolution are made orthogonal as rows ``(out, in·∏k)``.

    Raises:
        ShapeError: fewer than two axes.

    Source: Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear
    neural networks" (2013); the signs of R's diagonal as in Mezzadri (2007), §5.

    >>> q = orthogonal((3, 2), rng=0)
    >>> bool(np.allclose(q.T @ q, np.eye(2)))
    True
    """
    lengths = lengths_of(shape)
    fans(lengths)  # its error for a vector
    rows, columns = lengths[0], math.prod(lengths[1:])
    drawn = generator(rng).standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(drawn)
    q = q * np.where(np.diagonal(r) < 0, -1, 1)
    q = q.T if rows < columns else q
    return np.ascontiguousarray((gain * q).reshape(lengths), _dtype(dtype))


def sparse(
    shape: Shape, sparsity: float, std: float = 0.01, *, rng: Seed = None, dtype: Dtype = None
) -> Array:
    """A matrix ``(in, out)`` of normal numbers, a share of which is zero in each column.

    Raises:
        ShapeError: not two axes.
        ArgumentError: ``sparsity`` is outside ``[0, 1]``, or ``std`` is negative.

    Source: Martens, "Deep learning via Hessian-free optimization" (2010), §5.

    >>> np.count_nonzero(sparse((10, 3), 0.8, rng=0), axis=0)
    array([2, 2, 2])
    """
    lengths = lengths_of(shape)
    if len(lengths) != 2:
        raise ShapeError(
            f"init.sparse got shape {lengths}.", "it fills a matrix (in, out).", "init.normal"
        )
    _check(0 <= sparsity <= 1, f"init.sparse got sparsity={sparsity}.", "sparsity=0.9")
    draw = generator(rng)
    weights = normal(lengths, 0.0, std, rng=draw, dtype=dtype)
    zeros_per_column = math.ceil(sparsity * lengths[0])
    order = np.argsort(draw.random(lengths), axis=0)
    np.put_along_axis(weights, order[:zeros_per_column], 0, axis=0)
    return weights


# --- in place -------------------------------------------------------------------------------------
def _in_place(initializer: Initializer, example: str = "np.empty((2, 2))") -> Callable[..., Any]:
    """The form that fills a Parameter, or an array, and returns it."""

    @wraps(initializer)
    def fill(parameter: Any, *args: Any, **options: Any) -> Any:
        drawn = initializer(parameter.shape, *args, dtype=parameter.dtype, **options)
        if parameter.shape:
            array = parameter.data if isinstance(parameter, Variable) else parameter
            array[...] = drawn
        else:
            parameter.data = drawn  # a number has no places to write to
        return parameter

    name = initializer.__name__
    fill.__name__ = fill.__qualname__ = f"{name}_"
    fill.__doc__ = f"""Fill a Parameter or an array in place, as ``{name}`` draws it.

    >>> np.isfinite({name}_({example}, rng=0)).all().item()
    True
    """
    return fill


zeros_, ones_ = _in_place(zeros), _in_place(ones)
constant_ = _in_place(constant, "np.empty(3), 0.5")
identity_, dirac_ = _in_place(identity), _in_place(dirac, "np.empty((2, 2, 3))")
normal_, uniform_ = _in_place(normal), _in_place(uniform)
truncated_normal_ = _in_place(truncated_normal)
kaiming_normal_, kaiming_uniform_ = _in_place(kaiming_normal), _in_place(kaiming_uniform)
xavier_normal_, xavier_uniform_ = _in_place(xavier_normal), _in_place(xavier_uniform)
lecun_normal_, lecun_uniform_ = _in_place(lecun_normal), _in_place(lecun_uniform)
orthogonal_, sparse_ = _in_place(orthogonal), _in_place(sparse, "np.empty((2, 2)), 0.5")

he_normal, he_normal_ = kaiming_normal, kaiming_normal_
he_uniform, he_uniform_ = kaiming_uniform, kaiming_uniform_
glorot_normal, glorot_normal_ = xavier_normal, xavier_normal_
glorot_uniform, glorot_uniform_ = xavier_uniform, xavier_uniform_

_INITIALIZERS: dict[str, Initializer] = {
    f.__name__: f
    for f in (
        zeros, ones, identity, dirac, normal, uniform, truncated_normal, kaiming_normal,
        kaiming_uniform, xavier_normal, xavier_uniform, lecun_normal, lecun_uniform, orthogonal,
    )
} | {
    "he_normal": he_normal,
    "he_uniform": he_uniform,
    "glorot_normal": glorot_normal,
    "glorot_uniform": glorot_uniform,
}  # fmt: skip


# --- what they share ------------------------------------------------------------------------------
def _dtype(dtype: Dtype) -> np.dtype[Any]:
    return get_default_dtype() if dtype is None else np.dtype(dtype)


def _root(fan: int) -> float:
    """√fan, and 1 for a layer without inputs, which has no weights to scale."""
    return math.sqrt(fan) if fan else 1.0


def _within(bound: float, shape: Shape, rng: Seed, dtype: Dtype) -> Array:
    return uniform(shape, -bound, bound, rng=rng, dtype=dtype)


def _check(holds: bool, what: str, hint: str) -> None:
    if not holds:
        raise ArgumentError(what, hint=hint)
