"""Moments of parts are the moments of the whole."""

import numpy as np

from nn.moments import Moments


def test_parts_make_the_whole():
    """Mean and deviation equal those of all rows at once, with weights as repetitions."""
    rng = np.random.default_rng(0)
    x, weights = rng.normal(1e6, 1.0, (30, 3)), rng.integers(1, 4, 30).astype(float)
    moments = Moments()

    for part in np.split(np.arange(30), [1, 7, 20]):
        moments.update(x[part], weights[part])
    repeated = np.repeat(x, weights.astype(int), axis=0)
    np.testing.assert_allclose(moments.mean, repeated.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(moments.deviation, repeated.std(axis=0), rtol=1e-9)


def test_constant_columns_are_left_alone():
    """Also where rounding makes them vary a little."""
    moments = Moments()
    moments.update(np.array([[0.1, 0.0]] * 7), np.array([0.1, 0.7, 1, 1, 1, 1, 3]))

    np.testing.assert_array_equal(moments.deviation, [1.0, 1.0])


def test_the_way_back():
    """inverse undoes transform."""
    x = np.random.default_rng(0).normal(5.0, 3.0, (10, 2))
    moments = Moments()
    moments.update(x, np.ones(10))

    np.testing.assert_allclose(moments.inverse(moments.transform(x)), x, rtol=1e-14)
    np.testing.assert_allclose(moments.transform(x).mean(axis=0), 0, atol=1e-14)
