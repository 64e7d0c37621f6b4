"""Distributions: values are SciPy's, on and off the support; derivatives by every parameter."""

import numpy as np
import pytest

import autograd_core as ac

peer = pytest.importorskip("scipy.stats")
from autograd_core.scipy import stats  # noqa: E402

KINDS = ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf")
SHAPES = {"norm": (), "t": (3.5,), "beta": (2.3, 0.7), "gamma": (1.7,), "chi2": (2.6,)}
WITHOUT_SHAPES = ("cdf", "logcdf", "sf", "logsf")  # the functions behind them have no such rule
X = np.array([0.3, 0.9, 1.4])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", SHAPES)
def test_derivatives(name, kind):
    """By the variable, the shapes, loc and scale, to second order."""
    method, shapes = getattr(getattr(stats, name), kind), SHAPES[name]
    if kind in WITHOUT_SHAPES:
        ac.gradcheck(lambda x, loc, scale: method(x, *shapes, loc, scale), X, -0.2, 2.1, order=2)
    else:
        ac.gradcheck(method, X, *shapes, -0.2, 2.1, order=2)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", SHAPES)
def test_values(name, kind):
    """SciPy's, also outside of the support, at its ends, for nan, and for bad parameters."""
    places = np.array([-np.inf, -3.0, 0.0, 0.4, 1.0, 1.6, 40.0, np.inf, np.nan])
    shapes = SHAPES[name]
    for loc, scale in ((0.0, 1.0), (0.5, 2.0), (0.0, -1.0), (0.0, 0.0)):
        with np.errstate(all="ignore"):
            expected = getattr(getattr(peer, name), kind)(places, *shapes, loc, scale)
            found = getattr(getattr(stats, name), kind)(ac.Variable(places), *shapes, loc, scale)
            plain = getattr(getattr(stats, name), kind)(places, *shapes, loc, scale)
        np.testing.assert_array_equal(plain, expected)
        np.testing.assert_allclose(found.detach(), expected, rtol=1e-13, atol=1e-300)
    if shapes:
        with np.errstate(all="ignore"):
            bad = [-s for s in shapes]
            assert np.isnan(getattr(getattr(stats, name), kind)(ac.Variable(0.5), *bad).item())


@pytest.mark.parametrize("name", ["beta", "gamma", "chi2"])
def test_nothing_outside_of_the_support(name):
    """The density is zero there, its gradient too, and never nan."""
    x = np.array([-1.0, 0.5, 7.0])
    for kind in ("pdf", "cdf", "sf", "logpdf"):
        gradient = ac.grad(
            lambda x: np.sum(getattr(getattr(stats, name), kind)(x, *SHAPES[name])[[0, 1]])
        )(x)
        assert gradient[0] == 0
        assert np.isfinite(gradient).all()


def test_arguments_as_in_scipy():
    """By position and by name, frozen too; broadcast; anything else is SciPy's own error."""
    v = ac.Variable(0.4)
    expected = peer.beta.logpdf(0.4, 2.0, 3.0, -0.1, 1.5)
    beta = stats.beta
    for found in (
        beta.logpdf(v, 2.0, 3.0, -0.1, 1.5),
        beta.logpdf(v, 2.0, b=3.0, scale=1.5, loc=-0.1),
        beta(2.0, 3.0, -0.1, scale=1.5).logpdf(v),
        beta(2.0, ac.Variable(3.0), -0.1, scale=1.5).logpdf(0.4),
    ):
        assert isinstance(found, ac.Variable)
        assert found.item() == pytest.approx(expected, rel=1e-14)
    assert stats.norm(1.0, 2.0).cdf(0.3) == peer.norm(1.0, 2.0).cdf(0.3)
    assert stats.norm.pdf(ac.Variable(np.ones((3, 1))), np.zeros(2)).shape == (3, 2)
    with pytest.raises(TypeError):
        stats.norm.pdf(v, 0.0, 1.0, 2.0)
    with pytest.raises(TypeError):
        stats.gamma.pdf(v)
    assert repr(stats.norm) == "autograd_core.scipy.stats.norm"


def test_shapes_without_a_rule():
    """The derivative of a distribution function by a shape is refused where it has no formula."""
    with pytest.raises(ac.NoRuleError):
        stats.gamma.cdf(0.5, ac.Variable(2.0))


def test_tails():
    """Logarithms are those of SciPy where the functions themselves vanish."""
    gradient = ac.grad(lambda x: stats.norm.logcdf(x))(-40.0)
    assert gradient == pytest.approx(40.0249, rel=1e-5)
    assert stats.norm.logsf(ac.Variable(40.0)).item() == peer.norm.logsf(40.0)


def test_student_with_infinitely_many_degrees():
    """Is normal."""
    found = stats.t.logpdf(ac.Variable(X), np.array([1.0, np.inf, 1e8]))

    np.testing.assert_allclose(found.detach(), peer.t.logpdf(X, [1.0, np.inf, 1e8]), rtol=1e-12)
    ac.gradcheck(lambda x: stats.t.logpdf(x, np.inf), X)


POISSON = ("pmf", "logpmf", "cdf", "logcdf", "sf", "logsf")


@pytest.mark.parametrize("kind", POISSON)
def test_poisson(kind):
    """By the mean, at whole numbers and elsewhere."""
    method = getattr(stats.poisson, kind)
    k, mu = np.array([0, 1, 4]), np.array([0.5, 1.7, 3.2])
    ac.gradcheck(lambda mu: method(k, mu), mu, order=2)
    ac.gradcheck(lambda mu: method(k, mu, loc=-1), mu)
    with np.errstate(all="ignore"):
        for mu in (2.0, 0.0, -1.0):
            places = np.array([-1.0, 0.0, 0.5, 3.0, np.nan])
            expected = getattr(peer.poisson, kind)(places, mu)
            found = method(places, ac.Variable(mu)).detach()
            np.testing.assert_allclose(found, expected, rtol=1e-13)
    with pytest.raises(ac.NoRuleError, match="by 'k'"):
        method(ac.Variable(2.0), 1.0)


def test_dirichlet():
    """By place and concentration; with and without the last component."""
    alpha, x = np.array([0.4, 5.0, 15.0]), np.array([[0.2, 0.1], [0.3, 0.4]])
    whole = np.vstack([x, 1 - x.sum(0)])

    for kind in ("pdf", "logpdf"):
        ours, theirs = getattr(stats.dirichlet, kind), getattr(peer.dirichlet, kind)
        for place in (x, whole, whole[:, 0]):
            found = ours(place, ac.Variable(alpha)).detach()
            np.testing.assert_allclose(found, theirs(place, alpha), rtol=1e-12)
        ac.gradcheck(lambda x: ours(x, alpha), x, order=2)
        ac.gradcheck(lambda a: ours(x, a / 10), 10 * alpha, order=2)
        ac.gradcheck(lambda a: ours(whole, a), alpha)
    with pytest.raises(ValueError, match="greater than 0"):
        stats.dirichlet.logpdf(whole, ac.Variable(-alpha))


COV = np.array([[2.0, 0.3, 0.1], [0.3, 1.5, -0.2], [0.1, -0.2, 1.2]])


@pytest.mark.parametrize("kind", ["pdf", "logpdf"])
def test_multivariate_normal(kind):
    """By place, mean and covariance, in every form that SciPy takes."""
    ours, theirs = getattr(stats.multivariate_normal, kind), getattr(peer.multivariate_normal, kind)
    rng = np.random.default_rng(0)
    mean = rng.normal(size=3)
    for x, m, cov in (
        (rng.normal(size=3), mean, COV), (rng.normal(size=(4, 3)), mean, COV),
        (rng.normal(size=(2, 2, 3)), mean, 1.5), (rng.normal(size=3), mean, np.ones(3)),
        (rng.normal(size=5), 0.4, 2.0), (0.3, None, 1.0), (rng.normal(size=3), None, COV),
    ):  # fmt: skip
        found = ours(ac.Variable(x), m, cov)
        np.testing.assert_allclose(found.detach(), theirs(x, m, cov), rtol=1e-12)
        assert found.shape == np.shape(theirs(x, m, cov))
    x = rng.normal(size=(2, 3))
    ac.gradcheck(lambda x, m, s: ours(x, m, s @ s.T + np.eye(3)), x, mean, COV, order=2)
    frozen = getattr(stats.multivariate_normal(mean, COV), kind)
    assert frozen(ac.Variable(mean)).item() == pytest.approx(theirs(mean, mean, COV))
    ac.gradcheck(lambda c: ours(mean, np.zeros(3), c), np.array([1.0, 2.0, 0.5]))


def test_multivariate_normal_refusals():
    """Singular and indefinite covariances, and Covariance objects."""
    v, cov = ac.Variable(np.zeros(3)), peer.Covariance.from_diagonal(np.ones(3))
    logpdf = stats.multivariate_normal.logpdf
    with pytest.raises(ac.NoRuleError, match="allow_singular"):
        logpdf(v, None, COV, allow_singular=True)
    with pytest.raises(ac.NoRuleError, match="Covariance"):
        logpdf(v, np.zeros(3), cov)
    with pytest.raises(np.linalg.LinAlgError):
        logpdf(v, None, np.ones((3, 3)))
    with pytest.raises(ValueError, match="positive semidefinite"):
        logpdf(v, None, -COV)


@pytest.mark.slow
def test_against_jax():
    """The gradients are those of jax.scipy.stats."""
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    theirs = pytest.importorskip("jax.scipy.stats")
    for name, shapes in SHAPES.items():
        for kind in ("pdf", "logpdf"):
            if not hasattr(getattr(theirs, name), kind):
                continue
            numbers = tuple(range(len(shapes) + 3))
            args = (0.6, *shapes, -0.2, 2.1)
            ours = ac.grad(getattr(getattr(stats, name), kind), numbers)(*args)
            other = jax.grad(getattr(getattr(theirs, name), kind), numbers)(*args)
            np.testing.assert_allclose(ours, np.asarray(other), rtol=1e-11, atol=1e-13)
