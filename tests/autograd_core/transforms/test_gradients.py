"""Gradients of functions that return one number."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.errors import ArgumentError, DtypeError, NotScalarError


def rosenbrock(x):
    """The banana-shaped valley."""
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def rosenbrock_gradient(x):
    """By hand."""
    g = np.zeros_like(x)
    g[:-1] = -400 * x[:-1] * (x[1:] - x[:-1] ** 2) - 2 * (1 - x[:-1])
    g[1:] += 200 * (x[1:] - x[:-1] ** 2)
    return g


def test_a_gradient_is_what_it_is_by_hand():
    """Rosenbrock in twenty variables."""
    x = np.linspace(-1, 1, 20)

    np.testing.assert_allclose(ac.grad(rosenbrock)(x), rosenbrock_gradient(x), rtol=1e-13)


def test_value_and_gradient_come_together():
    """The value is that of the plain function, bit for bit."""
    x = np.linspace(-1, 1, 20)

    value, gradient = ac.value_and_grad(rosenbrock)(x)

    assert value == rosenbrock(x)
    assert gradient.tolist() == ac.grad(rosenbrock)(x).tolist()


def test_extras_pass_through():
    """As in JAX: (gradient, extras) and ((value, extras), gradient); extras are plain."""

    def f(x):
        return x * x, {"twice": 2 * x, "text": "as it is"}

    gradient, extras = ac.grad(f, has_aux=True)(3.0)
    (value, more), again = ac.value_and_grad(f, has_aux=True)(3.0)

    assert (gradient, again, value) == (6.0, 6.0, 9.0)
    assert extras == more == {"twice": 6.0, "text": "as it is"}
    assert type(extras["twice"]) is np.float64


@pytest.mark.parametrize("output", [3.0, 0, np.float64(2), np.array([1.0]), ac.Variable(2.0)])
def test_an_output_that_does_not_depend_gives_zeros(output):
    """Never None."""
    gradient = ac.grad(lambda x: output)(np.ones((2, 3), np.float32))

    gradient = gradient.numpy() if isinstance(gradient, ac.Variable) else gradient
    assert gradient.tolist() == [[0, 0, 0], [0, 0, 0]]
    assert gradient.dtype == np.float32


def test_unused_inputs_get_zeros():
    """Each in its own shape."""
    a, b = ac.grad(lambda x, y: np.sum(x), (0, 1))(np.ones(2), {"w": 3.0})

    assert a.tolist() == [1.0, 1.0]
    assert b == {"w": 0.0}


@pytest.mark.parametrize(
    ("f", "text"),
    [
        (lambda x: x, "returned an array of shape (3,)"),
        (lambda x: None, "returned None"),
        (lambda x: (np.sum(x), 1), "returned a tuple"),
        (lambda x: [np.sum(x)], "returned a list"),
    ],
)
def test_more_or_less_than_one_number_is_refused(f, text):
    """The message says what came instead, and what to call."""
    with pytest.raises(NotScalarError) as caught:
        ac.grad(f)(np.ones(3))

    assert text in str(caught.value)
    assert "\n  try: " in str(caught.value)


def test_extras_that_are_missing_are_asked_for():
    """With has_aux there are two results."""
    with pytest.raises(ArgumentError, match=r"returns \(value, extras\); it returned an array"):
        ac.grad(lambda x: x * x, has_aux=True)(3.0)


def test_a_comparison_has_no_gradient():
    """A boolean result is a slip."""
    with pytest.raises(DtypeError, match="result of dtype bool"):
        ac.grad(lambda x: x > 1)(3.0)


# --- complex numbers ------------------------------------------------------------------------------
def test_a_complex_gradient_points_uphill():
    """∂L/∂Re + i ∂L/∂Im: of |z|² it is 2z."""
    assert ac.grad(lambda z: np.abs(z) ** 2)(1 + 2j) == 2 + 4j


def test_a_holomorphic_derivative_is_not_conjugated():
    """The derivative of z³ is 3z²."""
    z = np.complex128(1 + 2j)

    np.testing.assert_allclose(ac.grad(lambda z: z**3, holomorphic=True)(z), 3 * z**2)
    value, slope = ac.value_and_grad(np.exp, holomorphic=True)(z)
    np.testing.assert_allclose([value, slope], [np.exp(z), np.exp(z)])
    second = ac.grad(ac.grad(lambda z: z**3, holomorphic=True), holomorphic=True)(z)
    np.testing.assert_allclose(second, 6 * z)


def test_a_complex_result_needs_holomorphic():
    """There is no steepest ascent of a complex number."""
    with pytest.raises(DtypeError, match="complex result"):
        ac.grad(lambda z: z * z)(1 + 2j)


def test_holomorphic_needs_complex_arguments():
    """A real argument is probably a slip."""
    with pytest.raises(DtypeError, match="needs complex arguments"):
        ac.grad(lambda x: x * x, holomorphic=True)(2.0)


def test_holomorphic_needs_a_complex_result():
    """|z| has no complex derivative; a constant has a zero one."""
    with pytest.raises(DtypeError, match="got a real result"):
        ac.grad(lambda z: np.abs(z), holomorphic=True)(1 + 2j)
    assert ac.grad(lambda z: 3.0, holomorphic=True)(1 + 2j) == 0


def test_a_real_argument_has_a_real_gradient():
    """Through complex intermediates too."""
    gradient = ac.grad(lambda x: np.real(np.exp(1j * x)))(0.5)

    assert gradient == -np.sin(0.5)
    assert gradient.dtype == np.float64


# --- elementwise, and none ------------------------------------------------------------------------
def test_the_derivative_of_each_entry():
    """Of tanh: 1 - tanh²; nested to the third."""
    x = np.linspace(-2, 2, 9)
    f = np.tanh
    y = np.tanh(x)

    for expected in (1 - y**2, -2 * y * (1 - y**2), (1 - y**2) * (6 * y**2 - 2)):
        f = ac.elementwise_grad(f)
        np.testing.assert_allclose(f(x), expected, atol=1e-14)


def test_elementwise_by_another_argument():
    """By its name too, and in a complex variable."""
    x, y = np.array([1.0, 2.0]), np.array([3.0, 4.0])

    assert ac.elementwise_grad(lambda x, y: x * y, "y")(x, y).tolist() == [1.0, 2.0]
    found = ac.elementwise_grad(lambda z: z**2, holomorphic=True)(x + 1j)
    np.testing.assert_allclose(found, 2 * (x + 1j))


def test_nothing_is_differentiated_through_a_stopped_value():
    """Of nested structures as well; plain values stay as they are."""

    def f(p):
        q = ac.stop_gradient({"a": p["a"], "b": 5.0})
        return p["a"] * q["a"] * q["b"]

    assert ac.grad(f)({"a": 3.0}) == {"a": 15.0}
    assert ac.grad(ac.grad(lambda x: x * ac.stop_gradient(x**2)))(3.0) == 0.0
