"""Arguments are chosen by position or by name, and transformed functions stay functions."""

import inspect
import pickle
import weakref

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.errors import ArgumentError


def power(base, exponent, *, scale=1.0):
    """Raise to a power."""
    return scale * base**exponent


@pytest.mark.parametrize(
    ("argnum", "expected"),
    [
        (0, 6.0 * 2),
        (1, 9.0 * np.log(3) * 2),
        (-1, 9.0 * np.log(3) * 2),
        ("base", 12.0),
        ("exponent", 18.0 * np.log(3)),
        ("scale", 9.0),
        ((1, 0), (18.0 * np.log(3), 12.0)),
        (["base"], (12.0,)),
        (("base", "scale"), (12.0, 9.0)),
    ],
)
def test_arguments_are_chosen_by_position_or_name(argnum, expected):
    """One gives a gradient, several a tuple of them."""
    found = ac.grad(power, argnum)(3.0, 2.0, scale=2.0)

    assert type(found) is type(expected) or isinstance(found, float)
    np.testing.assert_allclose(found, expected)


def test_argnums_is_another_spelling():
    """As in JAX."""
    assert ac.grad(lambda x, y: x * y, argnums=(0, 1))(2.0, 3.0) == (3.0, 2.0)
    assert ac.grad(lambda x, y: x * y, argnums=1)(2.0, 3.0) == 2.0


def test_an_argument_may_be_passed_by_keyword():
    """Also where it was chosen by its position."""
    assert ac.grad(power)(base=3.0, exponent=2.0) == 6.0
    assert ac.grad(power, 1)(3.0, exponent=1.0) == 3.0 * np.log(3)


def test_a_default_can_be_differentiated_by():
    """Its value is that of the default."""
    assert ac.grad(power, "scale")(3.0, 2.0) == 9.0


def test_free_keywords_can_be_chosen():
    """A function that takes any keyword has no list of names."""
    assert ac.grad(lambda **p: p["a"] * p["b"], "a")(a=2.0, b=5.0) == 5.0


@pytest.mark.parametrize("argnum", ["bsae", 2.5, None, True])
def test_what_cannot_be_chosen_is_refused_at_once(argnum):
    """The message lists the parameters."""
    with pytest.raises(ArgumentError, match=r"has no parameter|a position or a parameter's name"):
        ac.grad(power, argnum)


def test_a_missing_argument_is_named():
    """Neither passed nor a default."""
    with pytest.raises(ArgumentError, match="by argument 1; it was called with 1 positional"):
        ac.grad(power, 1)(3.0)


def test_a_number_is_no_function():
    """The commonest slip: grad(f(x))."""
    with pytest.raises(ArgumentError, match="grad takes a function; it got a float"):
        ac.grad(power(3.0, 2.0))


TRANSFORMS = [ac.grad, ac.value_and_grad, ac.elementwise_grad, ac.jacobian, ac.hessian]


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_name_documentation_and_signature_are_those_of_the_function(transform):
    """SciPy and help() look at them."""
    new = transform(power)

    assert (new.__name__, new.__doc__, new.__wrapped__) == ("power", "Raise to a power.", power)
    assert inspect.signature(new) == inspect.signature(power)
    assert "power" in repr(new)


@pytest.mark.parametrize("transform", [*TRANSFORMS, ac.checkpoint, ac.curve_fit_jac])
def test_a_transformed_function_can_be_pickled(transform):
    """If the function inside can."""
    new = pickle.loads(pickle.dumps(transform(np.sin)))

    assert repr(new) == repr(transform(np.sin))


def test_a_pickled_gradient_works():
    """Another process gets the same numbers."""
    new = pickle.loads(pickle.dumps(ac.grad(power, "exponent")))

    assert new(3.0, 2.0) == ac.grad(power, 1)(3.0, 2.0)


def test_a_callable_object_is_a_function():
    """Also one that cannot be hashed."""

    class Scaled:
        __hash__ = None

        def __call__(self, x, factor=3.0):
            return factor * x**2

    assert ac.grad(Scaled(), "x")(2.0) == 12.0
    assert ac.grad(Scaled(), "factor")(2.0) == 4.0
    assert ac.grad(Scaled())(x=2.0) == 12.0


def test_a_function_is_not_kept_alive():
    """Nor what it has captured."""
    captured = np.ones(3)
    alive = weakref.ref(captured)

    def f(x, y=1.0, c=captured):
        return np.sum(c) * x * y

    assert ac.grad(f, "y")(2.0) == 6.0
    del f, captured
    assert alive() is None


def test_a_transform_decorates_methods():
    """``self`` is the first argument."""

    class Well:
        depth = 3.0

        def value(self, x):
            return self.depth * x**2

        slope = ac.grad(value, "x")

    assert Well().slope(2.0) == 12.0
