"""Polynomials: values, arithmetic, derivatives, zeros, fits."""

import numpy as np
import pytest
from harness import case, checks
from numpy.polynomial import polynomial

import autograd_core as ac
from autograd_core.rules.polynomials import characteristic

SAMPLES = np.array([-1.3, -0.4, 0.5, 1.1, 2.2, 3.0])
FLAT = [(1,), (4,)]


def samples(rng):
    """Where, and what, to fit; with weights."""
    return [SAMPLES, rng.normal(size=6), rng.uniform(0.5, 1.5, 6)]


def matrix(rng):
    """A matrix far from the identity, with complex eigenvalues."""
    return [rng.normal(size=(3, 3))]


def separated(rng):
    """Coefficients of a polynomial with three real zeros, and of two zeros at 0."""
    return [np.array([2.0, -3.1, -9.0, 4.2])]


def fitted(x, y, w=None, **options):
    """What a fit returns that is differentiable; the rank is constant."""
    out = np.polyfit(x, y, 2, w=w, **options)
    return [out[0], out[1], out[3]] if "full" in options else out


CASES = [
    case(np.polyval, shapes=[(3,), (2, 2)], also=[[(1,), ()], [(3,), (0,)], [(2, 2), (2,)]]),
    case(np.polyval, shapes=[()], call=lambda x: np.polyval([1, 2, 3], x)),
    case(np.vander, shapes=[(3,)], options=[
        {}, {"N": 0}, {"N": 1}, {"N": 5}, {"increasing": True, "N": 4},
    ]),
    case(np.polyadd, shapes=[(3,), (3,)], also=[[(2,), (4,)], [(4,), (2,)], [(), (3,)]]),
    case(np.polysub, shapes=[(2,), (4,)], also=[[(3,), (3,)], [(4,), (2,)], [(3,), ()]]),
    case(np.polymul, shapes=[(2,), (4,)], also=[[(1,), (1,)], [(), (3,)]]),
    case(np.polydiv, shapes=[(5,), (3,)], low=0.5, also=[[(2,), (3,)], [(3,), (3,)], [(3,), (1,)]],
         skip=["dtypes"]),  # what is nearly zero, and cut off, depends on the precision
    case(np.polydiv, shapes=[(4,), (2,)], low=0.5, call=lambda u, v: np.polydiv(u, v)[0]),
    case(np.polyder, shapes=[(5,)], options=[{}, {"m": 3}, {"m": 0}], also=[[s] for s in FLAT]),
    case(np.polyint, shapes=[(4,)], options=[
        {}, {"m": 3, "k": 0.5}, {"m": 2, "k": [1, 2]}, {"m": 0},
    ]),
    case(np.polyint, shapes=[(3,), (2,)], call=lambda p, k: np.polyint(p, 2, k)),
    case(np.poly, shapes=[(3,)]),
    case(np.poly, make=matrix, dtypes=("float32",)),
    case(np.poly, make=lambda rng: [np.array([[1.0, 1.0], [0.0, 1.0]])], dtypes=("float32",)),
    case(characteristic, make=matrix, dtypes=("float32",)),
    case(np.roots, make=separated, dtypes=("float32",)),
    case(np.roots, make=lambda rng: [np.array([1.0, 0.4, 2.0, 1.1, 0.0])], dtypes=("float32",)),
    case(np.polyfit, make=samples, call=fitted, complex=None, options=[
        {}, {"cov": True}, {"cov": "unscaled"}, {"full": True},
    ]),
    case(np.polyfit, make=lambda rng: [rng.normal(size=6) + 1j * rng.normal(size=6)],
         call=lambda y: np.polyfit(SAMPLES, y, 2), skip=["dtypes"]),  # complex alone
    case(np.polyfit, make=lambda rng: [SAMPLES, rng.normal(size=(6, 2))], call=fitted,
         complex=None, options=[{}, {"cov": True}, {"cov": "unscaled"}]),
    case(polynomial.polyval2d, shapes=[(2, 2), (2, 2), (3, 2)],
         also=[[(), (), (2,)], [(2,), (2,), (2, 1, 3)]]),
    case(polynomial.polygrid2d, shapes=[(2,), (3,), (3, 2)],
         also=[[(), (2,), (2, 2)], [(2, 1), (1,), (2, 1, 3)]]),
]  # fmt: skip


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


def test_product_of_zero():
    """A polynomial that is zero has a slope: the other factor."""
    other = np.array([2.0, 1.0])
    slopes = ac.jacobian(lambda p: np.polymul(p, other))(np.array([0.0]))

    assert slopes.tolist() == [[2], [1]]


def test_leading_zeros_are_cut_off():
    """As in NumPy; they get no cotangent."""
    p = np.array([0.0, 3.0, 1.0])

    assert np.polymul(ac.Variable(p), [1.0, 2.0]).shape == (3,)
    assert list(ac.grad(lambda p: np.sum(np.polymul(p, [1.0, 2.0])))(p)) == [0, 3, 3]


def test_characteristic_polynomial_of_equal_eigenvalues():
    """Right to the second order, although the vectors have no derivative: λ² - tr λ + det."""
    hessian = ac.hessian(lambda a: np.poly(a)[2])(np.eye(2)).reshape(4, 4)

    expected = np.zeros((4, 4))
    expected[0, 3] = expected[3, 0] = 1
    expected[1, 2] = expected[2, 1] = -1
    np.testing.assert_allclose(hessian, expected, atol=1e-15)


def test_conjugate_zeros_make_a_real_polynomial():
    """Of complex zeros, the real part is taken where they come in pairs."""
    zeros = np.array([1 + 2j, 1 - 2j])
    out = np.poly(ac.Variable(zeros))
    out[1].backward()

    assert out.dtype == float
    assert list(out.data) == [1, -2, 5]


@pytest.mark.parametrize("p", [[0.0, 0.0], [], [3.0]])
def test_no_zeros(p):
    """A constant has none: nothing, and gradient zero."""
    g = ac.grad(lambda p: np.sum(np.abs(np.roots(p))))(np.array(p))

    assert list(g) == [0] * len(p)


def test_a_zero_at_zero_moves():
    """By -1 / p'(0), where the last coefficient vanishes."""
    p = np.array([1.0, -3.0, 2.0, 0.0])
    g = ac.grad(lambda p: np.roots(p)[2])(p)

    assert list(g) == [0, 0, 0, -0.5]


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_repeated_zeros_move_without_bound():
    """No finite number stands for the slope of √."""
    g = ac.grad(lambda p: np.sum(np.roots(p) * [1, 2]))(np.array([1.0, 0.0, 0.0]))

    assert np.isinf(g[2])


def test_poly1d_needs_no_rule():
    """np.poly1d and its operators work on coefficients that are Variables."""
    c = ac.Variable(np.array([1.0, -3.0, 0.5]))
    p = np.poly1d(c)
    q = (p * p + 2 * p - np.poly1d([1.0, 0.0])).deriv().integ(k=1.0)
    q(2.0).backward()

    value = np.polyval([1.0, -3.0, 0.5], 2.0)
    np.testing.assert_allclose(c.grad, [8 * (value + 1), 4 * (value + 1), 2 * (value - 0.5)])
    assert np.poly1d(c).roots.requires_grad


@pytest.mark.parametrize("call", [
    lambda p, c: np.polyval(c, p),
    lambda p, c: np.polyval(p, c),
    lambda p, c: np.polyadd(p, c),
    lambda p, c: np.polysub(c, p),
    lambda p, c: np.polymul(p, c),
    lambda p, c: np.polydiv(c, p)[0],
    lambda p, c: np.polydiv(c, p)[1],
])  # fmt: skip
def test_a_polynomial_and_a_variable(call):
    """The result is a np.poly1d wherever NumPy gives one; the Variable is its coefficients."""
    c = np.array([1.0, -3.0, 0.5])
    p = np.poly1d([2.0, 0.7])
    expected, actual = call(p, c), call(p, ac.Variable(c))

    assert type(expected) is np.poly1d or isinstance(actual, ac.Variable)
    if isinstance(expected, np.poly1d):
        assert type(actual) is np.poly1d
        actual, expected = actual.coeffs, expected.coeffs
    assert actual.requires_grad
    np.testing.assert_allclose(actual.data, expected, rtol=1e-14)


def test_a_poor_fit_is_warned_of():
    """As by NumPy, and at the user's line."""
    x = ac.Variable(np.ones(4))
    with pytest.warns(np.exceptions.RankWarning, match="poorly conditioned") as caught:
        np.polyfit(x, np.arange(4.0), 1)

    assert caught[0].filename == __file__


@pytest.mark.parametrize("call", [
    lambda x: np.polyfit(x, x, -1),
    lambda x: np.polyfit(x[:, None], x, 1),
    lambda x: np.polyfit(x[:0], x[:0], 1),
    lambda x: np.polyfit(x, x[:2], 1),
    lambda x: np.polyfit(x, np.sum(x), 1),
    lambda x: np.polyfit(x, x, 1, w=x[:2]),
    lambda x: np.polyfit(x, x, 1, w=x[:, None]),
    lambda x: np.polyfit(x, x, 2, cov=True),
    lambda x: np.polyder(x, -1),
    lambda x: np.polyder(np.sum(x)),
    lambda x: np.polydiv(x[:0], x + 1),
    lambda x: np.polyint(x, -1),
    lambda x: np.polyint(x, 3, [1.0, 2.0]),
    lambda x: np.poly(np.stack([x, x])),
    lambda x: np.roots(np.stack([x, x])),
    lambda x: np.vander(np.stack([x, x])),
    lambda x: np.polymul(np.stack([x, x]), x),
    lambda x: polynomial.polyval2d(x, x[:2], [[1.0]]),
])  # fmt: skip
def test_impossible_calls_are_numpys_errors(call):
    """The same error, with the same text."""
    with pytest.raises((ValueError, TypeError, IndexError)) as expected:
        call(np.arange(3.0))

    with pytest.raises(type(expected.value)) as actual:
        call(ac.Variable(np.arange(3.0)))
    assert str(actual.value) == str(expected.value)
