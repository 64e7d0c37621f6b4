"""Three bilinear operations, each made of the others' transposes."""

from itertools import product

import numpy as np
import pytest

import autograd_core as ac
from nn.functional import correlation
from nn.functional.correlation import correlate, correlate_windows, scatter_windows
from nn.functional.geometry import Geometry

GEOMETRIES = [
    Geometry(stride, padding, dilation, groups)
    for stride, padding, dilation, groups in product(
        [(1, 1), (2, 1), (1, 2)],
        [((0, 0), (0, 0)), ((1, 0), (2, 3))],
        [(1, 1), (2, 1)],
        [1, 2],
    )
]


def drawn(geometry):
    """Images, kernels and results, of numbers that are exact in float64."""
    rng = np.random.default_rng(0)
    x = rng.integers(-9, 10, (3, 4, 6, 5)).astype(float)
    w = rng.integers(-9, 10, (6, 4 // geometry.groups, 3, 2)).astype(float)
    g = rng.integers(-9, 10, (3, 6, *geometry.outputs((6, 5), (3, 2)))).astype(float)
    return x, w, g


def by_sums(x, w, geometry):
    """The definition: one sum for each result."""
    x = np.pad(x, [(0, 0), (0, 0), *geometry.padding])
    lengths = geometry._replace(padding=((0, 0), (0, 0))).outputs(x.shape[2:], w.shape[2:])
    y = np.zeros((len(x), len(w), *lengths))
    depth, filters = w.shape[1], len(w) // geometry.groups
    (s, u), (d, e) = geometry.stride, geometry.dilation
    for o, i, j in np.ndindex(len(w), *lengths):
        first = o // filters * depth
        seen = x[:, first : first + depth, i * s : i * s + 2 * d + 1 : d, j * u : j * u + e + 1 : e]
        y[:, o, i, j] = (seen * w[o]).sum((1, 2, 3))
    return y


@pytest.fixture(params=product([1, 10**6], [0, 10**6], [1, 2**19]))
def way(request, monkeypatch):
    """Every way to compute: kernels cut or whole, gathered or scattered, in blocks or at once."""
    for name, value in zip(["DEEP", "WIDE", "BLOCK"], request.param):
        monkeypatch.setattr(correlation, name, value)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("geometry", GEOMETRIES, ids=str)
def test_definition_and_transposes(geometry):
    """The value is the definition's; ⟨g, x * w⟩ is the same number with each pair of operands."""
    x, w, g = drawn(geometry)

    y = correlate(x, w, geometry)

    np.testing.assert_array_equal(y, by_sums(x, w, geometry))
    assert np.sum(scatter_windows(g, w, (6, 5), geometry) * x) == np.sum(g * y)
    assert np.sum(correlate_windows(x, g, (3, 2), geometry) * w) == np.sum(g * y)


@pytest.mark.parametrize("geometry", GEOMETRIES[::5], ids=str)
def test_derivatives(geometry):
    """Every one of the three has its derivatives, of second order too."""
    x, w, g = drawn(geometry)
    cases = [
        (lambda x, w: correlate(x, w, geometry), x, w),
        (lambda g, w: scatter_windows(g, w, (6, 5), geometry), g, w),
        (lambda x, g: correlate_windows(x, g, (3, 2), geometry), x, g),
    ]

    for function, first, second in cases:
        ac.gradcheck(function, first[:1] / 9, second[:1] / 9 if second is g else second / 9)


def test_images_that_need_no_gradient_get_none(monkeypatch):
    """The way back to untracked images is not computed."""
    geometry = Geometry((1,), ((0, 0),), (1,), 1)
    w = ac.Variable(np.ones((1, 1, 2)))
    y = correlate(np.ones((2, 1, 5)), w, geometry)
    calls = []
    monkeypatch.setattr(correlation, "scatter_windows", lambda *args: calls.append(args))

    y.sum().backward()

    assert calls == []
    assert w.grad.tolist() == [[[8.0, 8.0]]]


def test_the_tape_keeps_no_columns():
    """Between the sweeps only what was given is held: some kilobytes beside the result."""
    import tracemalloc

    x, w = np.ones((4, 8, 20, 20)), ac.Variable(np.ones((8, 8, 5, 5)))
    geometry = Geometry((1, 1), ((2, 2), (2, 2)), (1, 1), 1)
    correlate(x, w, geometry)
    tracemalloc.start()
    y = correlate(x, w, geometry)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert held < y.data.nbytes + 20_000


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble, np.complex64])
def test_dtypes_are_kept(dtype):
    """Results and gradients have the dtype of the operands."""
    geometry = Geometry((1,), ((1, 1),), (1,), 1)
    x, w = ac.Variable(np.ones((2, 1, 5), dtype)), ac.Variable(np.ones((3, 1, 2), dtype))

    y = correlate(x, w, geometry)
    y.sum().real.backward()

    assert {y.dtype, x.grad.dtype, w.grad.dtype} == {np.dtype(dtype)}


def test_any_memory_order():
    """Transposed, broadcast and read-only operands give what contiguous ones give."""
    geometry = Geometry((1, 1), ((0, 0), (1, 1)), (1, 1), 1)
    x, w, g = drawn(geometry)
    shuffled = np.ascontiguousarray(x.transpose(3, 1, 0, 2)).transpose(2, 1, 3, 0)
    flat = np.broadcast_to(g[:1, :1, :1, :1], g.shape)

    np.testing.assert_array_equal(correlate(x, w, geometry), correlate(shuffled, w, geometry))
    np.testing.assert_array_equal(
        correlate_windows(x, flat, (3, 2), geometry),
        correlate_windows(x, flat.copy(), (3, 2), geometry),
    )
