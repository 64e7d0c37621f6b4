"""scipy.special on Variables: what is no ufunc has SciPy's values, and derivatives."""

import numpy as np
import pytest

sp = pytest.importorskip("scipy.special")

import autograd_core as ac  # noqa: E402
from autograd_core.scipy import special  # noqa: E402

RNG = np.random.default_rng(11)
X = RNG.normal(size=(3, 4))
Z = X + 1j * RNG.normal(size=(3, 4))
B = RNG.uniform(0.3, 2.0, (3, 4))
POSITIVE = np.abs(X) + 1.6

CALLS = {
    "logsumexp": (lambda s, x: s.logsumexp(x), X),
    "logsumexp, an axis": (lambda s, x: s.logsumexp(x, axis=1), X),
    "logsumexp, axes": (lambda s, x: s.logsumexp(x, axis=(0, -1), keepdims=True), X),
    "logsumexp, factors": (lambda s, x: s.logsumexp(x, axis=0, b=B), X),
    "logsumexp, of factors": (lambda s, b: s.logsumexp(X, axis=0, b=b), B),
    "logsumexp, sign": (lambda s, x: s.logsumexp(x, axis=1, b=X, return_sign=True)[0], X),
    "logsumexp, complex": (lambda s, z: s.logsumexp(z, axis=1, b=B), Z),
    "logsumexp, complex magnitude": (lambda s, z: s.logsumexp(z, axis=1, return_sign=True)[0], Z),
    "logsumexp, complex sign": (lambda s, z: s.logsumexp(z, axis=1, return_sign=True)[1], Z),
    "logsumexp, a number": (lambda s, x: s.logsumexp(x), np.float64(0.7)),
    "softmax": (lambda s, x: s.softmax(x), X),
    "softmax, an axis": (lambda s, x: s.softmax(x, axis=1), X),
    "log_softmax": (lambda s, x: s.log_softmax(x), X),
    "log_softmax, axes": (lambda s, x: s.log_softmax(x, axis=(0, 1)), X),
    "multigammaln": (lambda s, x: s.multigammaln(x, 3), POSITIVE),
    "polygamma": (lambda s, x: s.polygamma(2, x), POSITIVE),
    "polygamma, orders": (lambda s, x: s.polygamma(np.array([0, 1, 2, 3]), x), POSITIVE),
    "factorial": (lambda s, x: s.factorial(x), POSITIVE),
    "factorial, extended": (lambda s, x: s.factorial(x, extend="complex"), Z),
    "comb": (lambda s, x: s.comb(x, 1.2), POSITIVE),
    "comb, of k": (lambda s, x: s.comb(9.5, x), POSITIVE),
    "comb, repetition": (lambda s, x: s.comb(x, 1.2, repetition=True), POSITIVE),
    "perm": (lambda s, x: s.perm(x, 1.2), POSITIVE),
    "perm, of k": (lambda s, x: s.perm(9.5, x), POSITIVE),
    **{
        f"{name}, {n}{', derivative' * d}": (
            lambda s, x, name=name, n=n, d=d: getattr(s, name)(n, x, derivative=d),
            POSITIVE,
        )
        for name in ("spherical_jn", "spherical_yn", "spherical_in", "spherical_kn")
        for n in (0, 2)
        for d in (False, True)
    },
    "spherical_jn, orders": (lambda s, x: s.spherical_jn(np.arange(4), x), POSITIVE),
    "spherical_jn, complex": (lambda s, z: s.spherical_jn(2, z), Z + 2),
}


@pytest.mark.parametrize(("call", "x"), CALLS.values(), ids=CALLS)
def test_value_and_derivatives(call, x):
    """The value is SciPy's to 8 ulps, of its type, and both modes and orders are right."""
    expected = call(sp, x)
    actual = call(special, ac.Variable(x))

    assert (actual.shape, actual.dtype) == (expected.shape, expected.dtype)
    scale = np.max(np.abs(expected))
    np.testing.assert_allclose(actual.data, expected, rtol=8 * 2.3e-16, atol=8 * 2.3e-16 * scale)
    assert np.array_equal(call(special, x), expected) or np.allclose(call(special, x), expected)
    assert not isinstance(call(special, x), ac.Variable)
    ac.gradcheck(lambda x: call(special, x), x, order=2)


@pytest.mark.parametrize("name", [n for n in CALLS if "sign" not in n and "orders" not in n])
def test_single_precision_stays(name):
    """float32 in, float32 out, and so is the gradient."""
    call, x = CALLS[name]
    x = x.astype(np.complex64 if np.iscomplexobj(x) else np.float32)
    v = ac.Variable(x)

    y = call(special, v)
    y.backward(np.ones_like(y.data))
    assert (y.dtype, v.grad.dtype) == (call(sp, x).dtype, x.dtype)


def test_logsumexp_at_its_ends():
    """Infinities share, a factor of 0 counts for nothing, a negative sum is nan."""
    inf = np.inf

    def slope(a, **options):
        return ac.grad(lambda a: special.logsumexp(a, **options))(np.array(a)).tolist()

    assert slope([-inf, 0.0]) == [0, 1]
    assert slope([inf, 0.0]) == [1, 0]
    assert slope([inf, inf]) == [0.5, 0.5]
    assert slope([-inf, -inf]) == [0.5, 0.5]
    assert slope([inf, 1.0], b=np.array([0.0, 2.0])) == [0, 1]
    assert slope([1e10, 1e10]) == [0.5, 0.5]
    assert slope([0.0, -100.0])[1] == pytest.approx(np.exp(-100), rel=1e-13)
    assert np.isnan(special.logsumexp(ac.Variable(np.zeros(2)), b=np.array([1.0, -2.0])).data)
    assert np.isneginf(special.logsumexp(ac.Variable(np.zeros(0))).data)


def test_softmax_does_not_overflow():
    """The largest exponent is subtracted first, and has no derivative of its own."""
    x = np.array([1000.0, 1000.0, 0.0])
    slope = ac.jacobian(special.softmax)(x)

    np.testing.assert_allclose(slope, [[0.25, -0.25, 0], [-0.25, 0.25, 0], [0, 0, 0]], atol=1e-300)
    np.testing.assert_allclose(special.log_softmax(ac.Variable(x)).data, sp.log_softmax(x))


def test_zeros_beyond_the_domain():
    """Where there is nothing to choose, the value is 0 and so is the derivative."""
    for f in (lambda n: special.comb(n, 2.0), lambda n: special.perm(n, 2.0)):
        assert ac.grad(lambda n: np.sum(f(n)))(np.array([1.0, -1.0])).tolist() == [0, 0]
    assert ac.grad(special.factorial)(-1.0) == 0


def test_whole_numbers_are_refused():
    """exact=True and orders have no derivative; constants pass."""
    v = ac.Variable(4.0)
    for call in (lambda: special.factorial(v, exact=True), lambda: special.comb(v, 2, exact=True),
                 lambda: special.perm(v, 2, exact=True), lambda: special.polygamma(v, 1.0),
                 lambda: special.spherical_jn(v, 1.0)):  # fmt: skip
        with pytest.raises(ac.NoRuleError):
            call()
    assert special.factorial(5, exact=True) == 120
    assert special.comb(5, 2, exact=True) == 10
    assert special.perm(5, 2, exact=True) == 20


def test_scipys_own_errors():
    """Bad arguments raise what SciPy raises."""
    with pytest.raises(ValueError, match="not met"):
        special.multigammaln(ac.Variable(0.5), 3)
    with pytest.raises(ValueError, match="positive integer"):
        special.multigammaln(ac.Variable(2.0), 1.5)
    with pytest.raises(ValueError, match="extend"):
        special.factorial(ac.Variable(2.0), extend="neither")


def test_everything_else_is_scipys_own():
    """The module hands out the ufuncs under the same names."""
    assert special.erf is sp.erf
    with pytest.raises(AttributeError):
        special.no_such_function  # noqa: B018


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_torch_agrees():
    """So does PyTorch, where it has the function."""
    torch = pytest.importorskip("torch")
    pairs = [
        (lambda x: special.logsumexp(x, 1), lambda t: torch.logsumexp(t, 1)),
        (lambda x: special.softmax(x, 1), lambda t: torch.softmax(t, 1)),
        (lambda x: special.log_softmax(x, 1), lambda t: torch.log_softmax(t, 1)),
        (lambda x: special.multigammaln(x, 3), lambda t: torch.special.multigammaln(t, 3)),
        (lambda x: special.polygamma(2, x), lambda t: torch.special.polygamma(2, t)),
    ]
    for ours, theirs in pairs:
        t = torch.tensor(POSITIVE, requires_grad=True)
        (theirs(t) ** 2).sum().backward()
        actual = ac.grad(lambda x: np.sum(ours(x) ** 2))(POSITIVE)
        np.testing.assert_allclose(actual, t.grad.numpy(), rtol=1e-12, atol=1e-13)
