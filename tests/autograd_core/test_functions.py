"""Operations of the user's own: classes with forward and backward, and black boxes."""

import math
from collections import namedtuple

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Function, Variable, custom_gradient
from autograd_core.errors import ArgumentError, DtypeError, NoRuleError, ShapeError

Pair = namedtuple("Pair", "first second")


class Square(Function):
    """Keeps its argument."""

    def forward(self, x):
        """x²."""
        self.x = x
        return x**2

    def backward(self, g):
        """2 g x."""
        return 2 * g * self.x


class Exp(Function):
    """Keeps its result."""

    def forward(self, x):
        """e to the x."""
        self.y = np.exp(x)
        return self.y

    def backward(self, g):
        """The result again."""
        return g * self.y


class Sine(Function):
    """Keeps an intermediate, in a container."""

    def __init__(self, factor=1.0):
        self.factor = factor

    def forward(self, x):
        """The sine of a multiple."""
        self.kept = {"cos": [np.cos(self.factor * x)]}
        return np.sin(self.factor * x)

    def backward(self, g):
        """By the cosine."""
        return g * self.factor * self.kept["cos"][0]


class Scale(Function):
    """Takes arrays, options, and a keyword."""

    def forward(self, x, n, y, *, shift=0.0):
        """x·y·n, shifted."""
        self.x, self.y, self.n = x, y, n
        return x * y * n + shift

    def backward(self, g):
        """None for the whole number."""
        return g * self.y * self.n, None, g * self.x * self.n


@pytest.mark.parametrize(
    ("operation", "plain"),
    [
        (Square.apply, lambda x: x**2),
        (Square(), lambda x: x**2),
        (Exp.apply, np.exp),
        (Sine(2.0), lambda x: np.sin(2 * x)),
        (lambda x: Scale.apply(x, 3, np.exp(x), shift=1.0), lambda x: 3 * x * np.exp(x)),
    ],
    ids=["argument", "instance", "result", "intermediate", "several"],
)
def test_derivatives_of_every_order(operation, plain):
    """Whatever forward keeps: reverse, forward, and nested three deep."""
    x = np.array([0.3, -1.2])

    np.testing.assert_allclose(ac.elementwise_grad(operation)(x), ac.elementwise_grad(plain)(x))
    np.testing.assert_allclose(
        ac.jvp(operation, (x,), (np.ones(2),))[1], ac.elementwise_grad(plain)(x)
    )
    second = ac.elementwise_grad(ac.elementwise_grad(operation))
    np.testing.assert_allclose(second(x), ac.elementwise_grad(ac.elementwise_grad(plain))(x))
    np.testing.assert_allclose(
        ac.elementwise_grad(second)(x),
        ac.elementwise_grad(ac.elementwise_grad(ac.elementwise_grad(plain)))(x),
    )
    ac.gradcheck(operation, x)


def test_backward_on_variables():
    """As any operation of NumPy's."""
    x = Variable([1.0, 2.0])

    y = Square()(x)
    y.backward(np.ones(2))

    assert x.grad.tolist() == [2.0, 4.0]


def test_one_instance_serves_many_calls():
    """Each call keeps its own."""
    square, x, y = Square(), Variable(2.0), Variable(5.0)

    (square(x) + square(y)).backward()

    assert (x.grad, y.grad) == (4.0, 10.0)
    assert not hasattr(square, "x")


def test_containers_on_self_belong_to_one_call():
    """A list made in __init__ and filled in forward."""

    class Stack(Function):
        def __init__(self):
            self.kept = []

        def forward(self, x):
            self.kept.append(x)
            return x**2

        def backward(self, g):
            (x,) = self.kept
            return 2 * g * x

    stack, x, y = Stack(), Variable(2.0), Variable(5.0)
    (stack(x) + stack(y)).backward()

    assert (x.grad, y.grad, stack.kept) == (4.0, 10.0, [])
    assert ac.grad(ac.grad(stack))(3.0) == 2.0


def test_a_black_box_may_keep_its_result():
    """It is known by identity, so the second derivative is right."""

    class Exponential(Function):
        def forward(self, x):
            self.y = math.exp(x)
            return self.y

        def backward(self, g):
            return g * self.y

    assert ac.grad(ac.grad(Exponential.apply))(0.5) == math.exp(0.5)


def test_plain_arrays_give_plain_results():
    """Nothing is recorded."""
    assert type(Square.apply(np.ones(2))) is np.ndarray
    assert not Square.apply(Variable([1.0], requires_grad=False)).requires_grad
    with ac.no_grad():
        assert not Square.apply(Variable([1.0])).requires_grad


def test_an_array_written_between_forward_and_backward_does_no_harm():
    """What forward was given is a copy, or leased."""
    w = Variable(np.ones(3))
    data = w.data
    y = Square.apply(w)
    data[:] = 99
    c = np.ones(3)
    z = Scale.apply(w * 1.0, 1, c)
    c[:] = 77

    y.backward(np.ones(3))
    assert w.grad.tolist() == [2.0, 2.0, 2.0]
    w.grad = None
    z.backward(np.ones(3))
    assert w.grad.tolist() == [1.0, 1.0, 1.0]


def test_a_large_constant_is_read_only_until_it_is_swept():
    """NumPy refuses the write at the line that tries it."""
    x, c = Variable(np.ones(5000)), np.ones(5000)
    y = Scale.apply(x, 1, c)

    with pytest.raises(ValueError, match="read-only"):
        c[0] = 77
    y.backward(np.ones(5000))
    c[0] = 77

    assert x.grad.tolist() == [1.0] * 5000


def test_forward_cannot_write_into_its_arguments():
    """They are the tape's own values."""

    class Careless(Function):
        def forward(self, x):
            x += 1
            return x

    x = Variable([1.0, 2.0])

    with pytest.raises(ValueError, match="read-only"):
        Careless.apply(x)
    assert x.numpy().tolist() == [1.0, 2.0]


def test_a_view_whose_base_was_written_is_up_to_date():
    """It is derived again before it is used."""
    x = Variable([1.0, 2.0])
    y = x * 1
    view = y[:1]
    y[0] = 5.0

    Square.apply(view).backward(np.ones(1))

    assert view.item() == 5.0
    assert x.grad.tolist() == [0.0, 0.0]


def test_results_may_be_named():
    """A namedtuple comes back as one."""

    class Polar(Function):
        def forward(self, x, y):
            self.x, self.y = x, y
            return Pair(x + y, x - y)

        def backward(self, first, second):
            return first + second, first - second

    x = Variable(2.0)
    found = Polar.apply(x, 3.0)
    found.second.backward()

    assert type(found) is Pair
    assert x.grad == 1.0


def test_a_result_that_is_its_argument_is_copied():
    """The Variable returned is not the one that was given."""

    class Through(Function):
        def forward(self, x):
            return x

        def backward(self, g):
            return 3 * g

    x = np.ones(2)

    assert ac.elementwise_grad(Through.apply)(x).tolist() == [3.0, 3.0]


def test_a_straight_through_estimator():
    """Rounded forward, the identity backward."""

    class Round(Function):
        def forward(self, x):
            return np.round(x)

        def backward(self, g):
            return g

    assert ac.grad(lambda x: Round.apply(x) * x)(2.7) == 3.0 + 2.7


def test_complex_gradients_are_those_of_the_user():
    """Of |z|² it is 2 g z."""

    class Norm(Function):
        def forward(self, z):
            self.z = z
            return np.abs(z) ** 2

        def backward(self, g):
            return 2 * g * self.z

    assert ac.grad(Norm.apply)(1 + 2j) == 2 + 4j


def test_broadcast_gradients_are_summed():
    """A gradient only has to broadcast with its argument."""

    class Plus(Function):
        def forward(self, x, y):
            return x + y

        def backward(self, g):
            return g, g

    a, b = ac.grad(lambda x, y: np.sum(Plus.apply(x, y)), (0, 1))(np.ones((2, 3)), 1.0)

    assert a.shape == (2, 3)
    assert b == 6.0


def test_a_wrong_number_of_gradients_is_refused():
    """Nothing is lost because it was forgotten."""

    class Bad(Function):
        def forward(self, x, y):
            return x * y

        def backward(self, g):
            return g

    with pytest.raises(ArgumentError, match=r"Bad.backward returned 1 gradients for 2 arguments"):
        Bad.apply(Variable(1.0), Variable(2.0)).backward()


@pytest.mark.parametrize(
    "call", [lambda v: Square()(x=v), lambda v: Square.apply([v]), lambda v: Square.apply({"x": v})]
)
def test_a_hidden_variable_is_refused(call):
    """In a keyword or a container it would lose its gradient."""
    with pytest.raises(ArgumentError, match="in a keyword or a container"):
        call(Variable(2.0))


def test_a_result_without_derivative_is_refused():
    """Integers and booleans."""

    class Sign(Function):
        def forward(self, x):
            return x > 0

    with pytest.raises(DtypeError, match="returned dtype bool"):
        Sign.apply(Variable(2.0))


def test_what_is_not_defined_is_named():
    """A class without forward or backward."""

    class Half(Function):
        def forward(self, x):
            return x

    with pytest.raises(NotImplementedError, match="Function does not define forward"):
        Function.apply(Variable(1.0))
    with pytest.raises(NotImplementedError, match="Half does not define backward"):
        Half.apply(Variable(1.0)).backward()


def test_an_intermediate_that_numpy_cannot_trace_is_refused_at_second_order():
    """First order works; the second would be wrong, so it raises."""

    class Opaque(Function):
        def forward(self, x):
            self.slope = np.float64(math.cos(x))
            return np.float64(math.sin(x))

        def backward(self, g):
            return g * self.slope

    assert ac.grad(Opaque.apply)(0.5) == math.cos(0.5)
    with pytest.raises(NoRuleError, match="backward of Opaque cannot be differentiated"):
        ac.grad(ac.grad(Opaque.apply))(0.5)


# --- black boxes ----------------------------------------------------------------------------------
def gauss(x):
    """The derivative of the error function."""
    return 2 / math.pi**0.5 * np.exp(-x * x)


def box(x, n):
    """Sums of powers, element by element, as C code might compute them."""
    return np.array([sum(float(v) ** k for v in x) for k in range(1, n + 1)])


def box_jacobian(x, n):
    """Of shape (n, len(x))."""
    return np.stack([k * x ** (k - 1) for k in range(1, n + 1)])


def test_a_black_box_with_its_jacobian():
    """A number in, a number out; differentiable as often as the Jacobian is."""
    erf = custom_gradient(math.erf, jac=gauss)

    assert ac.grad(erf)(0.3) == gauss(0.3)
    np.testing.assert_allclose(ac.grad(ac.grad(erf))(0.3), -0.6 * gauss(0.3))
    ac.gradcheck(lambda x: erf(x) * x, 0.3)


@pytest.mark.parametrize(("jac", "digits"), [(box_jacobian, 14), ("2-point", 6), ("3-point", 9)])
def test_arrays_in_and_out(jac, digits):
    """The Jacobian has the shape of the output, then of the input."""
    f = custom_gradient(box, jac=jac)
    x = np.array([0.5, 1.5, -2.0])

    found = ac.jacobian(lambda x: f(x, 4) ** 2)(x)

    expected = 2 * box(x, 4)[:, None] * box_jacobian(x, 4)
    np.testing.assert_allclose(found, expected, rtol=10.0**-digits, atol=10.0**-digits)


def test_several_arguments_have_a_jacobian_each():
    """A tuple of one for each; None where there is none."""
    f = custom_gradient(lambda x, y: x @ y, jac=lambda x, y: (y, x))
    half = custom_gradient(lambda x, y: x @ y, jac=lambda x, y: (y, None))
    x, y = np.array([1.0, 2.0]), np.array([3.0, 4.0])

    assert [g.tolist() for g in ac.grad(f, (0, 1))(x, y)] == [[3.0, 4.0], [1.0, 2.0]]
    assert [g.tolist() for g in ac.grad(half, (0, 1))(x, y)] == [[3.0, 4.0], [0.0, 0.0]]


def test_it_decorates():
    """Name and documentation are kept."""

    @custom_gradient(jac="3-point")
    def cube(x):
        """x³."""
        return float(x) ** 3

    np.testing.assert_allclose(ac.grad(cube)(2.0), 12.0, rtol=1e-9)
    assert (cube.__name__, cube.__doc__) == ("cube", "x³.")
    assert cube(2.0) == 8.0


def test_differences_have_no_second_derivative():
    """The message says how to nest them."""
    f = custom_gradient(math.sin, jac="3-point")

    with pytest.raises(NoRuleError, match="has no second derivative"):
        ac.grad(ac.grad(f))(0.5)


def test_nested_differences_have_one():
    """As that message proposes."""
    slope = custom_gradient(math.cos, jac="3-point")
    f = custom_gradient(math.sin, jac=slope)

    np.testing.assert_allclose(ac.grad(ac.grad(f))(0.5), -math.sin(0.5), rtol=1e-9)


def test_a_jacobian_of_another_shape_is_refused():
    """The expected shape is in the message."""
    f = custom_gradient(lambda x: x * 2, jac=lambda x: np.ones(3))

    with pytest.raises(ShapeError, match=r"return an array of shape \(2, 2\)"):
        ac.jacobian(f)(np.ones(2))


def test_a_jacobian_that_is_neither_function_nor_method_is_refused():
    """At once."""
    with pytest.raises(ArgumentError, match="jac is '4-point'"):
        custom_gradient(math.sin, jac="4-point")
