"""The engine of 150 lines equals the library on 50 expressions, value and gradients."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import autograd_core as ac

PATH = Path(__file__).resolve().parent.parent / "examples" / "tiny_engine.py"

EXPRESSIONS = [  # of x (3, 2), y (3, 2), v (2,), w (2, 3) and s ()
    lambda x, y, v, w, s: np.sum(x + y),
    lambda x, y, v, w, s: np.sum(x - y * 2),
    lambda x, y, v, w, s: np.sum(x * y),
    lambda x, y, v, w, s: np.sum(x / (y + 5)),
    lambda x, y, v, w, s: np.sum(1 / (x + 5)),
    lambda x, y, v, w, s: np.sum(x**2),
    lambda x, y, v, w, s: np.sum(x**3 - y**2),
    lambda x, y, v, w, s: np.sum((x + 5) ** y),
    lambda x, y, v, w, s: np.sum(2.0**x),
    lambda x, y, v, w, s: np.sum(-x),
    lambda x, y, v, w, s: np.sum(np.exp(x)),
    lambda x, y, v, w, s: np.sum(np.log(x + 5)),
    lambda x, y, v, w, s: np.sum(np.sin(x) * np.cos(y)),
    lambda x, y, v, w, s: np.sum(np.tanh(x)),
    lambda x, y, v, w, s: np.sum(np.sqrt(x + 5)),
    lambda x, y, v, w, s: np.sum(np.square(x - y)),
    lambda x, y, v, w, s: np.sum(np.absolute(x)),
    lambda x, y, v, w, s: np.sum(np.maximum(x, 0)),
    lambda x, y, v, w, s: np.sum(np.maximum(x, y)),
    lambda x, y, v, w, s: np.sum(x @ w),
    lambda x, y, v, w, s: np.sum((x @ w) ** 2),
    lambda x, y, v, w, s: np.sum(w @ x),
    lambda x, y, v, w, s: np.sum((x @ w) @ y),
    lambda x, y, v, w, s: np.sum(x + v),
    lambda x, y, v, w, s: np.sum(x * v + s),
    lambda x, y, v, w, s: np.sum(v * s),
    lambda x, y, v, w, s: np.sum(x / v),
    lambda x, y, v, w, s: np.sum(s - x),
    lambda x, y, v, w, s: np.mean(x),
    lambda x, y, v, w, s: np.mean(x * x, axis=None),
    lambda x, y, v, w, s: np.sum(np.mean(x, axis=0) * v),
    lambda x, y, v, w, s: np.sum(np.sum(x, axis=0) * v),
    lambda x, y, v, w, s: np.sum(np.sum(x, axis=1, keepdims=True) * x),
    lambda x, y, v, w, s: np.sum(np.mean(x, axis=1, keepdims=True) * y),
    lambda x, y, v, w, s: np.sum(np.reshape(x, (2, 3)) * w),
    lambda x, y, v, w, s: np.sum(np.transpose(x) * w),
    lambda x, y, v, w, s: np.sum(np.transpose(w) @ np.transpose(x)),
    lambda x, y, v, w, s: np.sum(x[0] * v),
    lambda x, y, v, w, s: np.sum(x[:, 1] * y[:, 0]),
    lambda x, y, v, w, s: np.sum(x[np.array([0, 0, 2])] * y),
    lambda x, y, v, w, s: np.sum(x[np.arange(3), np.array([0, 1, 1])]),
    lambda x, y, v, w, s: s * s * s + s,
    lambda x, y, v, w, s: np.sin(s) + s * v[0],
    lambda x, y, v, w, s: np.exp(-(s**2) / 2),
    lambda x, y, v, w, s: np.sum(1 / (1 + np.exp(-x))),
    lambda x, y, v, w, s: np.sum(x * np.tanh(np.log(1 + np.exp(x)))),
    lambda x, y, v, w, s: np.mean((np.tanh(x @ w + s) @ y - v) ** 2),
    lambda x, y, v, w, s: np.sum(np.log(np.sum(np.exp(x), axis=1))),
    lambda x, y, v, w, s: np.sum((x - np.mean(x)) / np.sqrt(np.mean(x**2) + 1)),
    lambda x, y, v, w, s: np.sum(np.sqrt(np.sum(np.square(x - y), axis=1) + 1)),
]


@pytest.fixture(scope="module")
def tiny():
    """The example as a module."""
    spec = importlib.util.spec_from_file_location("tiny_engine", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def arrays():
    """One for each argument of an expression."""
    rng = np.random.default_rng(0)
    return [rng.standard_normal(shape) for shape in [(3, 2), (3, 2), (2,), (2, 3), ()]]


def test_there_are_fifty():
    """As many as the example says."""
    assert len(EXPRESSIONS) == 50


@pytest.mark.parametrize("number", range(50))
def test_equals_the_library(tiny, arrays, number):
    """The same value and the same gradients, to rounding; what is not used has none."""
    expression = EXPRESSIONS[number]
    tensors, variables = [tiny.Tensor(a) for a in arrays], [ac.Variable(a) for a in arrays]
    small, large = expression(*tensors), expression(*variables)
    small.backward()
    large.backward()

    np.testing.assert_allclose(small.data, large.item(), rtol=1e-13)
    for tensor, variable in zip(tensors, variables):
        expected = np.zeros(variable.shape) if variable.grad is None else variable.grad
        np.testing.assert_allclose(tensor.grad, expected, rtol=1e-11, atol=1e-13)


def test_cross_entropy_equals_the_library(tiny):
    """The loss the example is trained with."""
    rng = np.random.default_rng(0)
    scores, labels = rng.standard_normal((5, 3)), rng.integers(3, size=5)
    small, large = tiny.Tensor(scores), ac.Variable(scores)
    loss = tiny.cross_entropy(small, labels)
    loss.backward()
    reference = ac.nn.functional.cross_entropy(large, labels)
    reference.backward()

    np.testing.assert_allclose(loss.data, reference.item(), rtol=1e-13)
    np.testing.assert_allclose(small.grad, large.grad, rtol=1e-11)
