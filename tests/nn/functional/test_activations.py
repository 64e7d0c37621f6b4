"""Activations: exact in the tails, at infinity, at their kinks, and equal to what they fuse."""

import numpy as np
import pytest

import autograd_core as ac
import nn.functional as F

POINTS = np.array([0, 1e-300, -1e-300, 1, -1, 40, -40, 745, -745, 1e4, -1e4])
INFINITE = np.array([np.inf, -np.inf])


def derivatives(function, x):
    """The value and two derivatives of a function that acts entry by entry."""
    slope = ac.elementwise_grad(function)
    return function(x), slope(x), ac.elementwise_grad(slope)(x)


def by_mpmath(branch, x, order):
    """A derivative in 320 digits of the smooth function that holds at a point."""
    mp = pytest.importorskip("mpmath")
    with mp.workdps(320):
        point = mp.mpf(float(x))
        return float(mp.diff(branch(mp, x), point, order) if order else branch(mp, x)(point))


def logistic(mp):
    """The logistic function in many digits."""
    return lambda x: 1 / (1 + mp.exp(-x))


def elu(alpha, scale=1.0):
    """The branch of scale · elu at a point."""

    def branch(mp, at):
        a, s = mp.mpf(alpha), mp.mpf(scale)
        return (lambda x: s * x) if at > 0 else (lambda x: s * a * mp.expm1(x))

    return branch


def line(slope):
    """The branch of a function that is x on the right, slope · x on the left."""
    return lambda mp, at: (lambda x: x) if at > 0 else (lambda x: mp.mpf(slope) * x)


def hard(left, middle):
    """The branch of a function that is 0 below -3, x or 1 above 3."""

    def branch(mp, at):
        return left(mp) if at < -3 else middle(mp)[0] if abs(at) <= 3 else middle(mp)[1]

    return branch


ZERO = lambda mp: lambda x: 0 * x  # noqa: E731
SMOOTH = {
    "sigmoid": (F.sigmoid, lambda mp, _: logistic(mp)),
    "log_sigmoid": (F.log_sigmoid, lambda mp, _: lambda x: -mp.log1p(mp.exp(-x))),
    "softplus": (F.softplus, lambda mp, _: lambda x: mp.log1p(mp.exp(x))),
    "silu": (F.silu, lambda mp, _: lambda x: x * logistic(mp)(x)),
    "mish": (F.mish, lambda mp, _: lambda x: x * mp.tanh(mp.log1p(mp.exp(x)))),
    "gelu": (F.gelu, lambda mp, _: lambda x: x * mp.erfc(-x / mp.sqrt(2)) / 2),
    "gelu by tanh": (
        lambda x: F.gelu(x, "tanh"),
        lambda mp, _: (
            lambda x: x * logistic(mp)(2 * mp.sqrt(2 / mp.pi) * (x + mp.mpf(0.044715) * x**3))
        ),
    ),
    "softsign": (F.softsign, lambda mp, at: lambda x: x / (1 + x if at >= 0 else 1 - x)),
    "relu": (F.relu, line(0.0)),
    "leaky_relu": (F.leaky_relu, line(0.01)),
    "elu": (lambda x: F.elu(x, 1.5), elu(1.5)),
    "celu": (F.celu, elu(1.0)),
    "selu": (F.selu, elu(1.6732632423543772848, 1.0507009873554804934)),
    "relu6": (F.relu6, lambda mp, at: (lambda x: x) if 0 < at < 6 else ZERO(mp)),
    "hardtanh": (F.hardtanh, lambda mp, at: (lambda x: x) if abs(at) <= 1 else ZERO(mp)),
    "hardsigmoid": (F.hardsigmoid, hard(ZERO, lambda mp: (lambda x: x / 6, ZERO(mp)))),
    "hardswish": (
        F.hardswish,
        hard(ZERO, lambda mp: (lambda x: x * (x + 3) / 6, lambda x: x)),
    ),
}
OFFSETS = {  # constants that the branches above leave out of a value
    "relu6": lambda x: 6.0 * (x >= 6),
    "hardtanh": lambda x: np.sign(x) * (np.abs(x) > 1),
    "hardsigmoid": lambda x: 0.5 * (np.abs(x) <= 3) + (x > 3),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_values_and_derivatives_to_twelve_digits(name):
    """Value, slope and curvature have a relative error below 1e-12, also far out and near 0."""
    function, branch = SMOOTH[name]
    found = derivatives(function, POINTS)

    for order in range(3):
        expected = np.array([by_mpmath(branch, x, order) for x in POINTS])
        if order == 0:
            expected = expected + OFFSETS.get(name, lambda x: 0.0)(POINTS)
        where = POINTS != 0 if (name, order) == ("softsign", 2) else slice(None)
        np.testing.assert_allclose(found[order][where], expected[where], rtol=1e-12, atol=1e-307)


def test_tanh_by_its_output():
    """tanh is NumPy's; its derivative 1 - y² is exact to 1e-15 of its maximum."""
    value, slope, _ = derivatives(F.tanh, POINTS)

    np.testing.assert_allclose(value, np.tanh(POINTS), rtol=0)
    np.testing.assert_allclose(slope, 1 / np.cosh(np.clip(POINTS, -99, 99)) ** 2, atol=1e-15)


@pytest.mark.parametrize("name", SMOOTH)
def test_infinity_and_nan(name):
    """At ±inf the value is the limit and derivatives are numbers; a nan stays one."""
    function = SMOOTH[name][0]
    value, slope, curvature = derivatives(function, INFINITE)
    far = function(np.array([1e300, -1e300]))

    assert not np.isnan([value, slope, curvature]).any()
    bounded = np.abs(far) < 1e290
    np.testing.assert_allclose(value[bounded], far[bounded])
    assert (np.abs(value[~bounded]) > 1e290).all()
    assert np.isnan(function(np.array([np.nan]))).all()


@pytest.mark.parametrize("name", SMOOTH)
def test_dtype(name):
    """float32 and float16 stay, forward and backward, and do not overflow at ±1e4."""
    function = SMOOTH[name][0]
    for dtype in (np.float16, np.float32):
        x = np.array([-1e4, -3.0, 0.0, 3.0, 1e4], dtype)
        values = derivatives(function, x)
        assert [v.dtype for v in values] == [np.dtype(dtype)] * 3
        assert np.isfinite(values).all()


def test_slopes_at_kinks():
    """The left side counts at a kink; the clips pass the gradient on their closed interval."""
    zero = np.zeros(1)
    kinks = {
        0.0: [F.relu, F.relu6],
        0.01: [F.leaky_relu],
        1.0: [F.elu, F.celu, F.hardtanh],
        1 / 6: [F.hardsigmoid],
    }

    found = {s: [ac.elementwise_grad(f)(zero)[0] for f in fs] for s, fs in kinks.items()}

    assert found == {s: [s] * len(fs) for s, fs in kinks.items()}
    ends = np.array([-1.0, 1.0])
    assert ac.elementwise_grad(F.hardtanh)(ends).tolist() == [1.0, 1.0]
    assert ac.elementwise_grad(F.hardsigmoid)(3 * ends).tolist() == [1 / 6, 1 / 6]
    assert ac.elementwise_grad(F.relu6)(np.array([6.0])).tolist() == [0.0]


def softmax(x):
    """exp(x) / Σ exp(x), as one would write it."""
    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)


PLAIN = {
    "sigmoid": (F.sigmoid, lambda x: 1 / (1 + np.exp(-x))),
    "softplus": (lambda x: F.softplus(x, 2.0), lambda x: np.log(1 + np.exp(2 * x)) / 2),
    "log_sigmoid": (F.log_sigmoid, lambda x: -np.log(1 + np.exp(-x))),
    "softsign": (F.softsign, lambda x: x / (1 + np.abs(x))),
    "relu": (F.relu, lambda x: np.where(x > 0, x, 0)),
    "relu6": (F.relu6, lambda x: np.minimum(np.maximum(x, 0), 6)),
    "leaky_relu": (F.leaky_relu, lambda x: np.where(x > 0, x, 0.01 * x)),
    "elu": (F.elu, lambda x: np.where(x > 0, x, np.exp(x) - 1)),
    "celu": (lambda x: F.celu(x, 2.0), lambda x: np.where(x > 0, x, 2 * (np.exp(x / 2) - 1))),
    "hardsigmoid": (F.hardsigmoid, lambda x: np.clip(x / 6 + 0.5, 0, 1)),
    "silu": (F.silu, lambda x: x / (1 + np.exp(-x))),
    "mish": (F.mish, lambda x: x * np.tanh(np.log(1 + np.exp(x)))),
    "gelu by tanh": (
        lambda x: F.gelu(x, "tanh"),
        lambda x: x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x * x * x))),
    ),
    "hardswish": (F.hardswish, lambda x: x * np.clip(x / 6 + 0.5, 0, 1)),
    "softmax": (F.softmax, softmax),
    "log_softmax": (F.log_softmax, lambda x: np.log(softmax(x))),
}


@pytest.mark.parametrize("name", PLAIN)
def test_fused_equals_composed(name):
    """What is one operation here equals its plain composition, to the second derivative."""
    fused, plain = PLAIN[name]
    x = np.random.default_rng(0).normal(scale=2.0, size=(2, 4))
    weights = np.random.default_rng(1).normal(size=(2, 4))

    def value(function):
        return lambda x: np.sum(weights * function(x) ** 2)

    for transform in (lambda f: f, ac.grad, ac.hessian):
        one, other = transform(value(fused))(x), transform(value(plain))(x)
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-11)


def test_prelu_by_its_slope():
    """prelu has derivatives by x and by the slope, to second order."""
    x = np.array([[-1.0, 2.0], [3.0, -0.5]])

    assert ac.gradcheck(F.prelu, x, np.array([0.1, 0.3]), order=2)


def test_softmax_of_extreme_logits():
    """Large logits overflow nowhere; what is -inf gets no share, also where all are."""
    x = np.array([[1e4, -1e4, 0.0], [-np.inf, 1.0, 1.0], [-np.inf] * 3])

    p = F.softmax(x)
    logs = F.log_softmax(x)

    assert p.tolist() == [[1, 0, 0], [0, 0.5, 0.5], [0, 0, 0]]
    assert logs[:2].tolist() == [[0, -2e4, -1e4], [-np.inf, -np.log(2), -np.log(2)]]
    assert np.isfinite(ac.grad(lambda x: np.sum(F.softmax(x) ** 2))(x)).all()


def test_softmax_over_axes():
    """axis= and dim= name the same thing, and the gradient follows."""
    x = np.random.default_rng(0).normal(size=(2, 3, 4))

    for axis in (0, 1, -1):
        np.testing.assert_allclose(F.softmax(x, axis).sum(axis), 1)
        assert (F.softmax(x, dim=axis) == F.softmax(x, axis)).all()
        assert (F.log_softmax(x, dim=axis) == F.log_softmax(x, axis)).all()
        assert ac.gradcheck(lambda x, axis=axis: F.softmax(x, dim=axis), x, order=2)
        assert ac.gradcheck(lambda x, axis=axis: F.log_softmax(x, dim=axis), x, order=2)


def test_numbers_integers_and_arrays():
    """Arrays give arrays, numbers numbers, whole numbers floating-point ones."""
    assert F.sigmoid(0.0) == 0.5
    assert type(F.softmax(np.ones(2))) is np.ndarray
    assert F.softmax(np.array([1, 1])).tolist() == [0.5, 0.5]
    assert F.log_softmax([0.0, 0.0]).tolist() == [-np.log(2)] * 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.celu(np.ones(2), alpha=0.0), "celu got alpha=0.0."),
        (lambda: F.softplus(np.ones(2), beta=0.0), "softplus got beta=0.0."),
        (lambda: F.gelu(np.ones(2), "erf"), "gelu got approximate='erf'."),
        (lambda: F.hardtanh(np.ones(2), 1, -1), "hardtanh got min_val=1 and max_val=-1."),
        (lambda: F.glu(np.ones((2, 3))), "glu needs an even number of features in axis -1"),
        (lambda: F.softmax(np.ones(2) + 1j), "An activation got numbers of dtype complex128."),
    ],
)
def test_what_is_refused(call, message):
    """An option or shape that makes no sense raises, and says what would."""
    with pytest.raises(ac.AutogradError) as caught:
        call()

    assert message in str(caught.value)
    assert caught.value.hint
