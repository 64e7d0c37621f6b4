"""What JAX says of the same programs, to third order and with modes mixed."""

import numpy as np
import pytest

import autograd_core as ac

jax = pytest.importorskip("jax")
jnp = pytest.importorskip("jax.numpy")
pytestmark = pytest.mark.slow  # JAX compiles every program

RNG = np.random.default_rng(0)
A, B = RNG.standard_normal((4, 4)), RNG.standard_normal((4, 3))
X, V = RNG.standard_normal((2, 4))
# fmt: off
PROGRAMS = [  # of a namespace and a vector of four
    lambda n, x: n.sum(n.sin(x @ A) * x[::-1]),
    lambda n, x: n.sum(n.exp(-x**2) * n.tanh(x)[1:].sum() + n.log(1 + x**2)),
    lambda n, x: n.log(n.sum(n.exp(x @ B))) + n.max(x) * n.mean(x**3),
    lambda n, x: n.prod(n.cos(x)) + n.var(x) * n.std(x),
    lambda n, x: n.sum(n.cumsum(x) ** 2 / n.sqrt(1 + x**2)) + n.sum(n.outer(x, x) * A),
    lambda n, x: n.sum(n.where(x > 0, x**3, n.sin(x))) + n.sum(n.sort(x) * n.arange(4.0)),
    lambda n, x: n.sum(n.concatenate([x, x**2])[::2] * n.stack([x, 2 * x]).reshape(-1)[1::2]),
]
TRANSFORMS = {
    "gradient":        lambda t, f: t.grad(f)(X),
    "hessian":         lambda t, f: t.hessian(f)(X),
    "third":           lambda t, f: jacobian(t)(t.hessian(f))(X),
    "forward":         lambda t, f: t.jvp(f, (X,), (V,))[1],
    "forward reverse": lambda t, f: t.jvp(t.grad(f), (X,), (V,))[1],
    "reverse forward": lambda t, f: t.grad(lambda x: t.jvp(f, (x,), (V,))[1])(X),
    "forward forward": lambda t, f: t.jvp(lambda x: t.jvp(f, (x,), (V,))[1], (X,), (V,))[1],
    "pullback":        lambda t, f: t.vjp(t.grad(f), X)[1](V)[0],
}
# fmt: on


def jacobian(library):
    """The same transform under its two names."""
    return ac.jacobian if library is ac else jax.jacrev


@pytest.fixture(autouse=True, scope="module")
def _double_precision():
    """JAX computes in single precision unless it is told otherwise."""
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", False)


@pytest.mark.parametrize("program", range(len(PROGRAMS)))
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_jax_agrees(program, transform):
    """To ten digits."""
    f, t = PROGRAMS[program], TRANSFORMS[transform]

    ours, theirs = t(ac, lambda x: f(np, x)), t(jax, lambda x: f(jnp, x))

    np.testing.assert_allclose(ours, np.asarray(theirs), rtol=1e-10, atol=1e-10)
