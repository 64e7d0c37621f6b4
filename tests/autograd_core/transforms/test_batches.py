"""A batch of cotangents gives what as many sweeps give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core.tape import ancestors
from autograd_core.transforms.batches import SHIFTED

RNG = np.random.default_rng(7)
X = RNG.standard_normal((2, 3)) + 3
A, B = RNG.standard_normal((3, 4)), RNG.standard_normal((5, 2))
BIG = RNG.standard_normal((2, 3, 1000))  # leased, not copied


class Twice(ac.Function):
    """An operation of the user's, pulled once for each cotangent."""

    def forward(self, x):
        """2 x."""
        return 2 * x

    def backward(self, g):
        """2 g, of one cotangent."""
        assert g.shape == (2, 3)
        return 2 * g


def hooked(x):
    """A hook that sees one cotangent at a time."""
    y = x * x
    y.register_hook(lambda g: g * 3 if g.shape == (2, 3) else None)
    return y


# fmt: off
PROGRAMS = {
    "elementwise":     lambda x: np.sin(x) * x / np.exp(x),
    "broadcast up":    lambda x: x[0] * np.ones((4, 2, 3)) + x,
    "broadcast one":   lambda x: x[:, :1] * x + x[:1],
    "number":          lambda x: x[0, 0] * x ** 2,
    "sum":             lambda x: np.sum(x * x) * x,
    "sum of axis":     lambda x: np.sum(x * x, axis=0) * np.sum(x, axis=-1)[:, None],
    "sum of axes":     lambda x: np.sum(x[None] * x, axis=(0, -1)) ** 2,
    "sum, kept":       lambda x: x / np.sum(x * x, axis=1, keepdims=True),
    "sum, selected":   lambda x: np.sum(x * x, axis=0, where=X > 3),
    "method sum":      lambda x: (x * x).sum(1) * x.sum(),
    "mean":            lambda x: x - np.mean(x * x, axis=0) - np.mean(x),
    "maximum":         lambda x: np.max(x, axis=1) * np.maximum(x, 3).sum(1),
    "reshape":         lambda x: (x.reshape(3, 2) @ B.T).ravel() ** 2,
    "transpose":       lambda x: np.transpose(x * x) @ x,
    "permutation":     lambda x: np.transpose(x[None, :, :, None] * A, (2, 0, 3, 1)) ** 2,
    "T, mT":           lambda x: x.T * np.matrix_transpose(x),
    "expand, squeeze": lambda x: np.squeeze(np.expand_dims(x * x, (0, 2)), axis=(0, 2)),
    "basic index":     lambda x: x[1:, ::-1] * x[..., None, 1:2, 0],
    "one array":       lambda x: x[np.array([1, 0, 1, 1])] ** 2,
    "mask":            lambda x: x[X > 3] ** 2,
    "boolean index":   lambda x: x[True] ** 2 * x[0, 0].sum(axis=0),
    "several arrays":  lambda x: x[[0, 1, 1], [2, 0, 2]] ** 2 + x[:, [0, 0, 1]][1],
    "assignment":      lambda x: written(x),
    "concatenate":     lambda x: np.concatenate([x, x * x, np.ones((2, 1))], axis=1),
    "concatenate -1":  lambda x: np.concatenate([x, x * x], axis=-1) ** 2,
    "concatenate all": lambda x: np.concatenate([x, x[0] * x[1]], axis=None) ** 2,
    "stack":           lambda x: np.stack([x, np.ones((2, 3)), x * x], axis=1) ** 2,
    "stack -1":        lambda x: np.stack([x, x * x], axis=-1) ** 2,
    "where":           lambda x: np.where(X > 3, x * x, np.sum(x)),
    "broadcast_to":    lambda x: np.broadcast_to(x[:, :1] ** 2, (4, 2, 3)),
    "copy":            lambda x: np.copy(x) * x.copy(),
    "cast":            lambda x: x.astype(np.float32).astype(float) * x,
    "matrix matrix":   lambda x: (x @ A) ** 2 + B[:2] @ x @ A,
    "both":            lambda x: x @ x.T @ x,
    "matrix vector":   lambda x: x @ x[0] + np.dot(x, x[1]),
    "vector matrix":   lambda x: x[0] @ A + np.dot(x[:, 0], x) @ A,
    "vector vector":   lambda x: (x[0] @ x[1]) * x + np.dot(x[0], x[0]),
    "stacked product": lambda x: x[None] @ RNG_3,
    "number dot":      lambda x: np.dot(x[0, 0], x),
    "einsum":          lambda x: np.einsum("ij,kj->ik", x, x),
    "cumsum":          lambda x: np.cumsum(x * x, axis=1),
    "split":           lambda x: np.split(x * x, 3, axis=1)[1] * x[:, :1],
    "two outputs":     lambda x: np.split(x * x, 3, axis=1)[0] * np.split(x, 3, axis=1)[2],
    "large constant":  lambda x: np.sum(x[..., None] ** 2 * BIG, axis=2),
    "own operation":   lambda x: Twice.apply(x * x),
    "hook":            hooked,
    "checkpoint":      ac.checkpoint(lambda x: np.sin(x) * x),
    "complex":         lambda x: np.exp(1j * x) * x,
    "through complex": lambda x: np.real(np.exp(x * (1 + 2j))) + np.imag(x * x * 1j),
    "constant":        lambda x: x * 0 + np.floor(x),
}
# fmt: on
RNG_3 = RNG.standard_normal((4, 3, 2))


def written(x):
    """Writes into a copy, and through a view."""
    y = x * 1
    y[0] = x[1] ** 2
    y.T[1:] *= 3
    return y


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_batch_is_as_many_sweeps(name):
    """Row by row, and against forward mode."""
    f = PROGRAMS[name]

    batched = ac.jacobian(f, mode="reverse")(X)

    np.testing.assert_allclose(batched, by_rows(f, X), rtol=1e-12, atol=1e-12)
    if name != "hook":  # a hook is called in reverse mode only
        forward = ac.jacobian(f, mode="forward")(X)
        digits = 1e-6 if name == "cast" else 1e-12
        np.testing.assert_allclose(batched, forward, rtol=digits, atol=digits)


def by_rows(f, x):
    """The Jacobian from one pullback per entry of the output."""
    value, pullback = ac.vjp(f, x)
    rows = []
    for index in np.ndindex(value.shape):
        unit = np.zeros_like(value)
        unit[index] = 1
        row = pullback(unit)[0]
        if np.iscomplexobj(value):  # of real inputs, Re and Im come from two cotangents
            row = row + 1j * pullback(1j * unit)[0]
        rows.append(row)
    return np.array(rows).reshape(value.shape + x.shape)


def test_every_shifted_operation_is_tested():
    """A table that grows needs programs that use it."""
    used = set()
    for f in PROGRAMS.values():
        output = f(ac.Variable(X))
        nodes, _ = ancestors([output.node])
        used |= {getattr(node.rule.rule, "op", None) for node in nodes if node.rule is not None}

    names = {getattr(op, "__name__", op) for op in set(SHIFTED) - used}
    assert names <= {"ravel", "identity", "matrix_transpose", "scatter"}


def test_second_derivatives_go_through_it_too():
    """The tape of a gradient holds the transposes: scatter, broadcasts, products."""
    for name, f in PROGRAMS.items():
        if name in ("hook", "complex", "own operation", "cast"):
            continue

        def g(x, f=f):
            return np.sum(np.sin(f(x)))

        one, other = ac.hessian(g, mode="reverse")(X), ac.hessian(g, mode="forward")(X)
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-10, err_msg=name)


@given(st.integers(1, 5), st.integers(1, 5))
def test_shapes_that_could_be_confused(n, m):
    """As many outputs as rows or columns: nothing may be aligned by accident."""
    x = RNG.standard_normal((n, m))

    def f(x):
        return np.sum(x, axis=0) * x[0] + x.T @ x[:, 0] * np.mean(x)

    np.testing.assert_allclose(ac.jacobian(f, mode="reverse")(x), by_rows(f, x), atol=1e-12)


def test_strong_zeros_hold_for_every_cotangent():
    """The square root at 0, of other entries' derivatives."""
    x = np.array([0.0, 4.0])

    with ac.strong_zeros(), np.errstate(divide="ignore", invalid="ignore"):
        found = ac.jacobian(np.sqrt, mode="reverse")(x)

    assert found.tolist() == [[np.inf, 0.0], [0.0, 0.25]]


def test_large_jacobians_are_swept_in_parts(monkeypatch):
    """The batch is bounded; the result is the same."""
    from autograd_core.transforms import jacobians

    def f(x):
        return np.tanh(A.T @ x) * 2

    whole = ac.jacobian(f, mode="reverse")(X[0])
    monkeypatch.setattr(jacobians, "LARGEST", 13)

    assert ac.jacobian(f, mode="reverse")(X[0]).tolist() == whole.tolist()
