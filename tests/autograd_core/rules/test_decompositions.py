"""Cholesky, eigenvalues, singular values, QR: each shape and option, what phases leave alone."""

import numpy as np
import pytest
from harness import case, checks

import autograd_core as ac
from autograd_core.rules import decompositions


def normal(*shape):
    """A matrix without structure."""
    return lambda rng: [rng.normal(size=shape)]


def definite(a):
    """A positive definite matrix from any, (…, n, n) → (…, n, n)."""
    return a @ a.mT.conj() + 2 * np.eye(a.shape[-1])


def hermitian(a):
    """Its Hermitian part."""
    return (a + a.mT.conj()) / 2


def squares(a):
    """What phases and signs leave alone."""
    return (a * a.conj()).real


def projectors(v):
    """For each column the matrix v vᴴ, which phases and signs leave alone."""
    v = v.mT
    return v[..., :, None] * v[..., None, :].conj()


def eigh(a, **options):
    """Values and projectors of a Hermitian matrix."""
    w, v = np.linalg.eigh(hermitian(a), **options)
    return w, projectors(v)


def svd(a, **options):
    """Values, projectors, and the product that the vectors' phases leave alone."""
    u, s, vh = np.linalg.svd(a, **options)
    k = s.shape[-1]
    return s, projectors(u[..., :k]), projectors(vh.mT.conj()[..., :k]), u[..., :k] @ vh[..., :k, :]


def null_space(a):
    """What the columns that complete the bases say without their choice of basis."""
    u, s, vh = np.linalg.svd(a)
    k = s.shape[-1]
    left, right = u[..., k:], vh[..., k:, :].mT.conj()
    return left @ left.mT.conj() @ a[..., :1].conj() ** 2, right @ right.mT.conj()


def qr(a, **options):
    """Q and R, or R alone."""
    return np.linalg.qr(a, **options)


def complete_qr(a):
    """A complete QR, with Q's last columns as the projector they are."""
    q, r = np.linalg.qr(a, mode="complete")
    rest = q[..., a.shape[-1] :]
    return q[..., : a.shape[-1]], rest @ rest.mT.conj(), r


def eig(a):
    """Values and projectors, sorted by nothing but LAPACK."""
    w, v = np.linalg.eig(a)
    return w, projectors(v)


CASES = [
    case(np.linalg.cholesky, make=normal(2, 3, 3), options=[{}, {"upper": True}],
         call=lambda a, **o: np.linalg.cholesky(definite(a), **o)),
    case(decompositions.lower_inverse, make=lambda rng: [rng.normal(size=(3, 3)) + 2 * np.eye(3)],
         call=lambda a: decompositions.lower_inverse(np.tril(a))),
    case(decompositions.factor_cotangent, make=lambda rng: [
        rng.normal(size=(2, 3, 3)) + 3 * np.eye(3), rng.normal(size=(2, 3, 3))],
        call=lambda a, g: decompositions.factor_cotangent(np.tril(a), np.tril(g))),
    case(np.linalg.eigh, make=normal(2, 3, 3), options=[{}, {"UPLO": "U"}], call=eigh),
    case(np.linalg.eigvalsh, make=normal(2, 3, 3), options=[{}, {"UPLO": "U"}],
         call=lambda a, **o: np.linalg.eigvalsh(hermitian(a), **o)),
    case(np.linalg.eig, make=normal(2, 3, 3), call=eig),
    case(np.linalg.eigvals, make=normal(2, 3, 3)),
    case(np.linalg.svd, make=normal(2, 3, 3), options=[{}, {"full_matrices": False}], call=svd),
    case(np.linalg.svd, make=normal(4, 3), options=[{}, {"full_matrices": False}], call=svd),
    case(np.linalg.svd, make=normal(3, 4), options=[{}, {"full_matrices": False}], call=svd),
    case(np.linalg.svd, make=normal(4, 2), call=null_space),
    case(np.linalg.svd, make=normal(2, 4), call=null_space),
    case(np.linalg.svd, make=normal(4, 3), call=lambda a: np.linalg.svd(a, compute_uv=False)),
    case(np.linalg.svd, make=normal(3, 3), call=lambda a: svd(hermitian(a), hermitian=True)),
    case(np.linalg.svd, make=normal(3, 3),
         call=lambda a: np.linalg.svd(hermitian(a), hermitian=True, compute_uv=False)),
    case(np.linalg.svdvals, make=normal(2, 4, 3)),
    case(decompositions.orthogonal_factors, make=normal(4, 3), args=("reduced",)),
    case(np.linalg.qr, make=normal(2, 3, 3), call=qr),
    case(np.linalg.qr, make=normal(4, 3), call=qr),
    case(np.linalg.qr, make=normal(3, 5), call=qr),
    case(np.linalg.qr, make=normal(4, 3), call=complete_qr),
    case(np.linalg.qr, make=normal(3, 4), call=lambda a: qr(a, mode="complete")),
    case(np.linalg.qr, make=normal(4, 3), call=lambda a: qr(a, mode="r")),
    case(np.linalg.qr, make=normal(3, 4), call=lambda a: qr(a, mode="r")),
]  # fmt: skip


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


# --- one triangle is read -------------------------------------------------------------------------
@pytest.mark.parametrize("function", [
    np.linalg.cholesky,
    lambda a: np.linalg.cholesky(a, upper=True),
    np.linalg.eigvalsh,
    lambda a: np.linalg.eigvalsh(a, "U"),
    lambda a: np.linalg.pinv(a, hermitian=True),
    lambda a: np.linalg.svd(a, hermitian=True)[1],
])  # fmt: skip
@pytest.mark.parametrize("imaginary", [0, 0.5])
def test_the_cotangent_lies_on_the_triangle_that_was_read(function, imaginary):
    """As finite differences say, entry by entry."""
    a = definite(np.array([[1.0, 2.0, 0.3], [0.4, -1.0, 1.0], [0.2, 0.7, 2.0]]))
    a = a + imaginary * 1j * np.array([[0, 1, -1], [-1, 0, 0.5], [1, -0.5, 0]])

    ac.gradcheck(lambda a: np.sum(np.real(function(a)) * np.arange(1.0, 4)), a, order=2)


# --- equal values ---------------------------------------------------------------------------------
def test_equal_values_have_derivatives():
    """Sums of eigenvalues and singular values are smooth where single values are not."""
    np.testing.assert_allclose(
        ac.grad(lambda a: np.sum(np.linalg.eigvalsh(a)))(np.eye(3)), np.eye(3)
    )
    np.testing.assert_allclose(
        ac.grad(lambda a: np.sum(np.linalg.svdvals(a) ** 2))(np.eye(3)), 2 * np.eye(3)
    )
    np.testing.assert_allclose(
        ac.grad(lambda a: np.sum(np.real(np.linalg.eigvals(a))))(np.diag([1.0, 1, 2])), np.eye(3)
    )


def test_vectors_of_equal_values_have_none():
    """nan, never a wrong number; in silence."""
    with np.errstate(all="raise"):
        g = ac.grad(lambda a: np.sum(np.linalg.eigh(a)[1] ** 4))(np.eye(2))
        h = ac.grad(lambda a: np.sum(np.linalg.svd(a)[0] ** 4))(np.eye(2))
    assert np.isnan(g).any()
    assert np.isnan(h).any()


def test_named_results():
    """By name and by position."""
    a = ac.Variable(definite(np.eye(2)))

    assert np.linalg.eigh(a).eigenvalues.requires_grad
    assert np.linalg.svd(a).Vh.requires_grad
    assert np.linalg.svd(a, hermitian=True).S.requires_grad
    assert np.linalg.qr(a).R.requires_grad
    assert np.linalg.eig(a).eigenvectors.requires_grad


# --- what has no derivative -----------------------------------------------------------------------
@pytest.mark.parametrize("function", [
    lambda a: np.real(np.linalg.eigh(a)[1]).sum(),
    lambda a: np.real(np.linalg.eig(a)[1]).sum(),
    lambda a: np.real(np.linalg.svd(a)[0]).sum(),
])  # fmt: skip
def test_the_phase_of_a_vector_is_not_differentiated(function):
    """LAPACK's choice of a phase has no derivative; said when the sweep sees that it is wanted."""
    a = hermitian(np.array([[1 + 1j, 2, 0.3j], [0.4, -1j, 1.0], [0.2, 0.7 - 2j, 2.0]]))
    with pytest.raises(ac.NoRuleError, match="phase"):
        ac.grad(function)(a)


def test_raw_reflections_are_refused():
    """At the call, with the modes that have a derivative."""
    with pytest.raises(ac.NoRuleError, match=r"raw.*reduced"):
        np.linalg.qr(ac.Variable(np.eye(2)), mode="raw")


def test_what_is_not_definite_is_numpys_error():
    """As NumPy says it."""
    with pytest.raises(np.linalg.LinAlgError, match="positive definite"):
        np.linalg.cholesky(ac.Variable(-np.eye(2)))


def test_a_large_triangle_is_inverted_by_halves():
    """The value is that of the inverse; gradients of large factors agree with a composition."""
    rng = np.random.default_rng(0)
    lower = np.tril(rng.normal(size=(70, 70))) / 8 + 3 * np.eye(70)

    np.testing.assert_allclose(
        decompositions.lower_inverse(lower), np.linalg.inv(lower), atol=1e-12
    )
    spread = definite(rng.normal(size=(150, 150)) / 12)
    logdet = ac.grad(lambda a: 2 * np.sum(np.log(np.linalg.cholesky(a).diagonal())))(spread)
    np.testing.assert_allclose(hermitian(logdet), np.linalg.inv(spread), atol=1e-12)
