"""checkpoint: the same numbers, from a tape that keeps less."""

import tracemalloc

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable

X = np.array([0.3, 1.2])


def chain(x):
    """Ten operations, each of which would keep its result."""
    for _ in range(5):
        x = np.tanh(np.sin(x) + x * x)
    return x


def test_values_and_gradients_are_the_same_bits():
    """The function is run again on the same numbers."""
    plain, again = Variable(X), Variable(X)

    one, other = chain(plain), ac.checkpoint(chain)(again)
    one.backward(np.ones(2))
    other.backward(np.ones(2))

    assert one.numpy().tolist() == other.numpy().tolist()
    assert plain.grad.tolist() == again.grad.tolist()


def test_the_tape_keeps_one_operation():
    """Between forward and backward there is one node."""
    x = Variable(X)

    y = ac.checkpoint(chain)(x)

    assert y.node.parents is x.node


def test_captured_variables_get_their_gradients():
    """Nothing is lost because it was not an argument."""
    w, v = Variable(2.0), Variable(3.0)
    double = w * 2

    y = ac.checkpoint(lambda x: np.sin(x) * double * v)(Variable(0.5))
    y.backward()

    assert w.grad == np.sin(0.5) * 6
    np.testing.assert_allclose(v.grad, np.sin(0.5) * 4)


def test_nothing_but_captured_variables():
    """A function without tracked arguments."""
    w = Variable(2.0)

    ac.checkpoint(lambda x: x * w**3)(5.0).backward()

    assert w.grad == 60.0


def test_nested_arguments_and_results():
    """Structures as everywhere; what is constant stays as it is."""

    def f(p, *, scale):
        return {"y": p["a"] * p["b"] * scale, "c": 7.0, "same": p["a"]}

    a, b, scale = Variable(2.0), Variable(3.0), Variable(5.0)
    out = ac.checkpoint(f)({"a": a, "b": b}, scale=scale)
    (out["y"] + out["same"]).backward()

    assert (a.grad, b.grad, scale.grad) == (16.0, 10.0, 6.0)
    assert out["c"] == 7.0


@pytest.mark.parametrize(
    "transform",
    [
        lambda f: ac.hessian(lambda x: np.sum(f(x)))(X),
        lambda f: ac.jacobian(f, mode="forward")(X),
        lambda f: ac.jvp(f, (X,), (X,))[1],
        lambda f: ac.grad(lambda x: ac.hvp(lambda v: np.sum(f(v)))(x, X) @ X)(X),
    ],
    ids=["hessian", "forward", "jvp", "third"],
)
def test_every_transform_works_through_it(transform):
    """Both modes, higher order, and one checkpoint inside another."""
    expected = transform(chain)

    np.testing.assert_allclose(transform(ac.checkpoint(chain)), expected, rtol=1e-12)
    nested = ac.checkpoint(lambda x: ac.checkpoint(np.sin)(ac.checkpoint(chain)(x)))
    np.testing.assert_allclose(transform(nested), transform(lambda x: np.sin(chain(x))), rtol=1e-11)


def test_plain_arrays_pass_through():
    """Nothing is recorded, and the result is the function's own."""
    assert ac.checkpoint(chain)(X).tolist() == chain(X).tolist()
    with ac.no_grad():
        assert not ac.checkpoint(chain)(Variable(X)).requires_grad


def test_a_second_backward_needs_the_graph():
    """What is kept is released, as of any operation."""
    x = Variable(0.5)
    y = ac.checkpoint(np.sin)(x)
    y.backward()

    with pytest.raises(ac.GraphFreedError):
        y.backward()


def test_memory_falls():
    """Ten segments of twenty operations keep ten arguments, and one segment at a time."""

    def layer(x):
        for _ in range(10):
            x = np.sin(x) * 1.01
        return x

    def peak(wrap):
        def f(x):
            for _ in range(10):
                x = wrap(layer)(x)
            return np.sum(x)

        ac.grad(f)(np.ones(10))
        tracemalloc.start()
        ac.grad(f)(np.ones(10_000))
        bytes_used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return bytes_used

    assert peak(ac.checkpoint) < peak(lambda f: f) / 3


def test_chains_are_deep():
    """A segment of many operations, and many segments."""

    def deep(x):
        for _ in range(20_000):
            x = x + 1e-6
        return x

    assert ac.grad(ac.checkpoint(deep))(1.0) == 1.0

    def long(x):
        for _ in range(2_000):
            x = ac.checkpoint(lambda v: v + 1e-6)(x)
        return x

    assert ac.grad(long)(1.0) == 1.0


def test_constants_are_those_of_the_call():
    """A small array that is overwritten between call and sweep leaves the gradient alone."""
    x, p = Variable(0.5), np.array([1.0])
    y = ac.checkpoint(lambda u, w: np.tanh(u) * w)(x, p)
    p[...] = 5.0
    y.sum().backward()

    assert x.grad == pytest.approx(1 - np.tanh(0.5) ** 2, rel=1e-12)


def test_large_constants_are_leased():
    """NumPy refuses the write; one through an older view is found in the sweep."""
    x, p = Variable(0.5), np.ones(5000)
    older = p[:]
    y = ac.checkpoint(lambda u, w: (np.tanh(u) * w).sum())(x, p)

    with pytest.raises(ValueError, match="read-only"):
        p[0] = 2.0
    older[:] = 2.0
    with pytest.raises(ac.MutationError, match="checkpoint"):
        y.backward()


def test_an_untracked_variable_stays_one():
    """The function finds the same kind of argument when it is computed again."""
    x, w = Variable(0.5), Variable([1.0, 2.0], requires_grad=False)
    seen = []

    def f(u, w):
        seen.append(type(w))
        return (u * w).sum()

    ac.checkpoint(f)(x, w).backward()
    assert seen == [Variable, Variable]
    assert x.grad == 3


def test_what_is_captured_must_not_change():
    """A write into it between call and sweep is an error."""
    x, c = Variable(0.5), Variable([1.0, 2.0]) * 1.0
    y = ac.checkpoint(lambda u: (u * c).sum())(x)
    c[0] = 3.0

    with pytest.raises(ac.MutationError, match="reads from outside"):
        y.backward()
