"""scipy.linalg: every option, batches, complex numbers; values are SciPy's."""

import numpy as np
import pytest
from harness import case, checks

import autograd_core as ac

scipy_linalg = pytest.importorskip("scipy.linalg")
from autograd_core.scipy import linalg  # noqa: E402


def near_identity(*shape, scale=1.0):
    """Matrices whose eigenvalues lie to the right."""
    return lambda rng: [scale * rng.normal(size=shape) + 3 * np.eye(shape[-1])]


def system(matrix, right):
    """Such matrices and a right side."""
    return lambda rng: [*near_identity(*matrix)(rng), rng.normal(size=right)]


def normal(*shapes):
    """Numbers without structure."""
    return lambda rng: [rng.normal(size=shape) for shape in shapes]


def band(lower, upper, n, right, batch=()):
    """Diagonals with a heavy main one, and a right side."""

    def make(rng):
        ab = rng.normal(size=(*batch, lower + upper + 1, n))
        ab[..., upper, :] += 4
        return [ab, rng.normal(size=right)]

    return make


def definite(a):
    """A Hermitian and positive definite matrix from any."""
    return a @ a.mT.conj() + np.eye(a.shape[-1])


def cholesky_solution(a, b, lower=False):
    """A system solved by its Cholesky factor."""
    return linalg.cho_solve(linalg.cho_factor(definite(a), lower), b)


TRIANGULAR = [
    {"trans": 0}, {"trans": "N", "lower": True, "unit_diagonal": True}, {"trans": 1},
    {"trans": "T", "lower": True}, {"trans": 2, "unit_diagonal": True},
    {"trans": "C", "lower": True},
]  # fmt: skip

CASES = [
    case(linalg.triangular, make=system((3, 3), (3,)), call=linalg.solve_triangular,
         options=TRIANGULAR),
    case(linalg.triangular, make=system((3, 3), (3, 2)), call=linalg.solve_triangular,
         options=[{}, {"lower": True, "trans": "T"}, {"check_finite": False}]),
    case(linalg.triangular, make=system((2, 3, 3), (3,)), call=linalg.solve_triangular),
    case(linalg.triangular, make=system((2, 1, 3, 3), (4, 3, 2)), call=linalg.solve_triangular),
    case(linalg.cholesky_factor, make=normal((3, 3)), options=[{}, {"lower": True}],
         call=lambda a, lower=False: linalg.cho_factor(definite(a), lower)[0]),
    case(linalg.cholesky_factor, make=normal((2, 3, 3)),
         call=lambda a: linalg.cho_factor(definite(a))[0]),
    case(linalg.cho_solve, make=normal((3, 3), (3,)), options=[{}, {"lower": True}],
         call=cholesky_solution),
    case(linalg.cho_solve, make=normal((3, 3), (3, 2)), call=cholesky_solution),
    case(linalg.cho_solve, make=normal((2, 3, 3), (3,)), call=cholesky_solution),
    *[case(linalg.solve_banded, make=band(lower, upper, 4, right, batch),
           call=lambda ab, b, size=(lower, upper): linalg.solve_banded(size, ab, b))
      for lower, upper, right, batch in [
          (1, 1, (4,), ()), (2, 1, (4,), ()), (0, 2, (4, 2), ()), (1, 0, (4, 2), ()),
          (0, 0, (4,), ()), (1, 2, (4,), (2,)), (1, 1, (2, 4, 3), (2,))]],
    case(linalg.expm, make=normal((3, 3))),
    case(linalg.expm, make=normal((2, 2, 2))),
    case(linalg.expm, make=lambda rng: [8 * rng.normal(size=(3, 3))], dtypes=("float32",)),
    case(linalg.expm_slope, make=normal((2, 2), (2, 2)), dtypes=("float32",)),
    case(linalg.logarithm, make=near_identity(2, 2), call=linalg.logm),
    case(linalg.logarithm, make=near_identity(2, 2, 2), call=linalg.logm, complex=None,
         skip=["zoo", "second"]),  # slow
    case(linalg.sqrtm, make=near_identity(3, 3)),
    case(linalg.sqrtm, make=near_identity(2, 2, 2)),
    case(linalg.solve_sylvester, make=lambda rng: [
        *near_identity(3, 3)(rng), *near_identity(2, 2)(rng), rng.normal(size=(3, 2))]),
    case(linalg.solve_sylvester, make=lambda rng: [
        *near_identity(2, 1, 3, 3)(rng), *near_identity(2, 2)(rng), rng.normal(size=(3, 3, 2))]),
    case(linalg.block_diag, shapes=[(2, 3), (2,), ()]),
    case(linalg.block_diag, shapes=[(4, 1, 2), (3, 1, 2, 2), (1, 3)]),
    case(linalg.toeplitz, shapes=[(3,)]),
    case(linalg.toeplitz, shapes=[(3,), (4,)]),
    case(linalg.toeplitz, shapes=[(2, 1, 3), (4, 2)]),
]  # fmt: skip


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


def test_values_are_scipys():
    """The same names give the same arrays."""
    rng = np.random.default_rng(0)
    a, b, q = rng.normal(size=(3, 3)) + 3 * np.eye(3), rng.normal(size=(2, 2)), rng.normal(size=3)
    calls = [
        ("solve_triangular", (a, q), {"lower": True}), ("expm", (a,), {}), ("logm", (a,), {}),
        ("sqrtm", (a,), {}), ("solve_sylvester", (a, b + 3 * np.eye(2), a[:, :2]), {}),
        ("solve_banded", ((1, 1), a, q), {}), ("block_diag", (a, 1.0, b), {}),
        ("toeplitz", (q, b[0]), {}), ("cho_solve", ((a, True), q), {}),
    ]  # fmt: skip
    for name, args, options in calls:
        expected = getattr(scipy_linalg, name)(*args, **options)
        np.testing.assert_array_equal(getattr(linalg, name)(*args, **options), expected, name)
    c, lower = linalg.cho_factor(definite(a))
    np.testing.assert_array_equal(c, scipy_linalg.cho_factor(definite(a))[0])
    assert lower is False


def test_nothing_is_overwritten():
    """overwrite_b is a permission that is not used."""
    a, b = np.eye(3) * 2.0, np.ones(3)
    v = ac.Variable(b)

    for x in (
        linalg.solve_triangular(a, v, overwrite_b=True),
        linalg.cho_solve((a, True), v, overwrite_b=True),
        linalg.solve_banded((0, 0), a[:1] + 2, v, overwrite_ab=True, overwrite_b=True),
    ):
        assert isinstance(x, ac.Variable)
    assert v.tolist() == b.tolist() == [1, 1, 1]
    factor, _ = linalg.cho_factor(ac.Variable(a), overwrite_a=True)
    np.testing.assert_allclose(factor.detach(), a / 2**0.5)
    assert a[0, 0] == 2


@pytest.mark.parametrize("wrap", [lambda x: x, ac.Variable], ids=["array", "Variable"])
def test_errors_are_scipys(wrap):
    """Singular, indefinite, infinite and misshapen input."""
    with pytest.raises(np.linalg.LinAlgError):
        linalg.solve_triangular(wrap(np.zeros((2, 2))), np.ones(2))
    with pytest.raises(np.linalg.LinAlgError):
        linalg.cho_factor(wrap(-np.eye(2)))
    with pytest.raises(ValueError, match="infs or NaNs"):
        linalg.solve_triangular(wrap(np.full((2, 2), np.nan)), np.ones(2))
    with pytest.raises(ValueError, match="square"):
        linalg.expm(wrap(np.ones((2, 3))))


def test_sylvester_with_real_and_complex_operands():
    """SciPy takes the real Schur form of one for that of complex numbers, and is wrong."""
    a, b = np.array([[0.0, 1.0], [-1.0, 0.5]]), np.array([[2.0 + 1j]])
    q = np.ones((2, 1))

    x = linalg.solve_sylvester(a, b, q)
    np.testing.assert_allclose(a @ x + x @ b, q)


def test_logm_of_negative_eigenvalues():
    """A real matrix has a complex logarithm; its gradient is real."""
    a = np.array([[-2.0, 1.0], [0.5, 3.0]])

    gradient = ac.grad(lambda a: np.sum(np.abs(linalg.logm(a)) ** 2))(a)
    assert gradient.dtype == np.float64
    ac.gradcheck(lambda a: np.sum(linalg.logm(a).real), a)


def test_defective_matrices():
    """A Jordan block has an exponential, a logarithm and a root, and each its derivatives."""
    a = np.array([[2.0, 1.0], [0.0, 2.0]])

    for f in (linalg.expm, linalg.logm, linalg.sqrtm):
        ac.gradcheck(f, a, order=2)


@pytest.mark.slow
def test_against_jax():
    """The gradients are those of jax.scipy.linalg."""
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    peer = pytest.importorskip("jax.scipy.linalg")
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(4, 4)) + 3 * np.eye(4), rng.normal(size=(4, 2))
    pairs = [
        (lambda m, a, _b: m.expm(a), 1e-12),
        (lambda m, a, b: m.solve_triangular(a, b, lower=True), 1e-12),
        (lambda m, a, b: m.cho_solve(m.cho_factor(a @ a.T), b), 1e-10),
        (lambda m, a, b: m.block_diag(a, b), 1e-14),
        (lambda m, a, b: m.toeplitz(a[0], b[:, 0]), 1e-14),
    ]
    for f, tolerance in pairs:
        ours = ac.grad(lambda a, b: (f(linalg, a, b) ** 2).sum(), (0, 1))(a, b)
        theirs = jax.grad(lambda a, b: (f(peer, a, b) ** 2).sum(), (0, 1))(a, b)
        for x, y in zip(ours, theirs):
            np.testing.assert_allclose(x, np.asarray(y), rtol=tolerance, atol=tolerance * 100)
