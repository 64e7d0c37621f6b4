"""scipy.linalg on Variables: triangular, banded and Cholesky systems, functions of matrices.

Arguments are SciPy's own, batches included; nothing is overwritten, for a tape may still need it.
Cotangents pair without conjugation, so that a textbook's Aᴴ is Aᵀ here.

Sources: M. Giles, "An extended collection of matrix derivative results" (2008); N. Higham,
"Functions of Matrices" (2008), §3; R. Mathias, "A chain rule for matrix functions" (1996).
"""

import warnings
from typing import Any

import numpy as np

from ..errors import require
from ..forms import composite, primitive, pullback
from ..rules.decompositions import cholesky_pullback

LINALG = require("scipy.linalg", extra="scipy", feature="autograd_core.scipy.linalg")


def columns(vector: bool, *values: Any) -> list[Any]:
    """Vectors as matrices of one column, where the right side of a system was a vector."""
    return [value[..., None] for value in values] if vector else list(values)


# --- triangular systems ---------------------------------------------------------------------------
@primitive
def triangular(a: Any, b: Any, transposed: bool, lower: bool, unit: bool, check: bool) -> Any:
    """A⁻¹ b, or A⁻ᵀ b, of a triangular A."""
    return LINALG.solve_triangular(a, b, int(transposed), lower, unit, check_finite=check)


@pullback(triangular, at=(0, 1))
def triangular_pullback(
    g: Any, out: Any, a: Any, _b: Any, transposed: bool, lower: bool, unit: bool, _check: bool
) -> Any:
    """b̄ = A⁻ᵀ ḡ, Ā = -b̄ xᵀ on the triangle that was read (Giles, §2.3.1)."""
    vector = _b.ndim == 1
    g, out = columns(vector, g, out)
    pulled = triangular(a, g, not transposed, lower, unit, False)

    def by_matrix() -> Any:
        full = -(out @ pulled.mT) if transposed else -(pulled @ out.mT)
        return np.tril(full, -int(unit)) if lower else np.triu(full, int(unit))

    return by_matrix, pulled[..., 0] if vector else pulled


def solve_triangular(
    a: Any,
    b: Any,
    trans: int | str = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
    overwrite_b: bool = False,  # noqa: ARG001 (a permission that is not used)
    check_finite: bool = True,
) -> Any:
    """Solve a x = b for a triangular matrix a.

    Args:
        a: (…, n, n); the other triangle is not read.
        b: (n,) or (…, n, k).
        trans: 0 or "N" for a x = b, 1 or "T" for aᵀ x = b, 2 or "C" for aᴴ x = b.
        lower: a is lower triangular.
        unit_diagonal: the diagonal is taken as ones, and not read.
        overwrite_b: as in SciPy; b is left as it is.
        check_finite: raise ValueError for nan and inf.
    Raises:
        numpy.linalg.LinAlgError: a is singular.

    >>> a = np.array([[2.0, 0.0], [1.0, 4.0]])
    >>> solve_triangular(a, np.array([2.0, 9.0]), lower=True)
    array([1., 2.])
    """
    if trans in (2, "C"):
        a, trans = np.conjugate(a), 1
    return triangular(a, b, trans in (1, "T"), lower, unit_diagonal, check_finite)


# --- Cholesky -------------------------------------------------------------------------------------
@primitive
def cholesky_factor(a: Any, lower: bool, check: bool) -> Any:
    """The factor in one triangle, and what a has in the other."""
    return LINALG.cho_factor(a, lower, check_finite=check)[0]


@pullback(cholesky_factor, at=0)
def cholesky_factor_pullback(g: Any, out: Any, _a: Any, lower: bool, _check: bool) -> Any:
    """That of the factor, and the cotangent itself for the entries that were left alone."""
    part, rest = (np.tril, np.triu(g, 1)) if lower else (np.triu, np.tril(g, -1))
    return cholesky_pullback(part(g), part(out), None, upper=not lower) + rest


def cho_factor(
    a: Any,
    lower: bool = False,
    overwrite_a: bool = False,  # noqa: ARG001 (a permission that is not used)
    check_finite: bool = True,
) -> tuple[Any, bool]:
    """The Cholesky decomposition of a, for ``cho_solve``.

    Args:
        a: (…, n, n), Hermitian and positive definite; one triangle is read.
        lower: the lower triangle is read, and factored.
        overwrite_a: as in SciPy; a is left as it is.
        check_finite: raise ValueError for nan and inf.
    Returns:
        (c, lower): the factor in one triangle of c (…, n, n), entries of a in the other.
    Raises:
        numpy.linalg.LinAlgError: a is not positive definite.

    >>> c, lower = cho_factor(np.array([[4.0, 2.0], [2.0, 5.0]]), lower=True)
    >>> np.tril(c)
    array([[2., 0.],
           [1., 2.]])
    """
    return cholesky_factor(a, lower, check_finite), lower


@primitive
def cho_solve(
    c_and_lower: tuple[Any, bool],
    b: Any,
    overwrite_b: bool = False,  # noqa: ARG001 (a permission that is not used)
    check_finite: bool = True,
) -> Any:
    """Solve a x = b, given ``cho_factor(a)``.

    Args:
        c_and_lower: what ``cho_factor`` returned.
        b: (n,) or (…, n, k).
        overwrite_b: as in SciPy; b is left as it is.
        check_finite: raise ValueError for nan and inf.

    >>> cho_solve(cho_factor(np.array([[4.0, 2.0], [2.0, 5.0]])), np.array([8.0, 12.0]))
    array([1., 2.])
    """
    return LINALG.cho_solve(c_and_lower, b, check_finite=check_finite)


@composite(cho_solve)
def cho_solve_composite(
    c_and_lower: tuple[Any, bool], b: Any, _overwrite_b: bool = False, check_finite: bool = True
) -> Any:
    """Two triangular systems."""
    c, lower = c_and_lower
    first, second = (0, 2) if lower else (2, 0)
    half = solve_triangular(c, b, first, lower, check_finite=check_finite)
    if np.ndim(b) == 1 and np.ndim(half) > 1:  # one vector, many matrices
        return solve_triangular(c, half[..., None], second, lower, check_finite=False)[..., 0]
    return solve_triangular(c, half, second, lower, check_finite=False)


# --- banded systems -------------------------------------------------------------------------------
@primitive
def solve_banded(
    l_and_u: tuple[int, int],
    ab: Any,
    b: Any,
    overwrite_ab: bool = False,  # noqa: ARG001 (a permission that is not used)
    overwrite_b: bool = False,  # noqa: ARG001 (a permission that is not used)
    check_finite: bool = True,
) -> Any:
    """Solve a x = b for a matrix of few diagonals.

    Args:
        l_and_u: the numbers of diagonals below and above the main one.
        ab: (…, l + u + 1, n), the diagonals: ``ab[u + i - j, j] == a[i, j]``.
        b: (n,) or (…, n, k).
        overwrite_ab, overwrite_b: as in SciPy; both are left as they are.
        check_finite: raise ValueError for nan and inf.
    Raises:
        numpy.linalg.LinAlgError: a is singular.

    >>> solve_banded((0, 1), np.array([[0.0, 1.0], [2.0, 4.0]]), np.array([4.0, 8.0]))
    array([1., 2.])
    """
    return LINALG.solve_banded(l_and_u, ab, b, check_finite=check_finite)


@pullback(solve_banded, at=(1, 2))
def solve_banded_pullback(
    g: Any,
    out: Any,
    l_and_u: tuple[int, int],
    ab: Any,
    _b: Any,
    _overwrite_ab: bool = False,
    _overwrite_b: bool = False,
    _check_finite: bool = True,
) -> Any:
    """b̄ = A⁻ᵀ ḡ, Ā = -b̄ xᵀ on the diagonals that were read (Giles, §2.3.1)."""
    below, above = (int(k) for k in l_and_u)
    vector, n = _b.ndim == 1, ab.shape[-1]
    g, out = columns(vector, g, out)
    row, place = np.arange(below + above + 1)[:, None], np.arange(n)

    flipped = place + row - below  # the transposed matrix has the same entries, elsewhere
    inside = (flipped >= 0) & (flipped < n)
    entries = ab[..., below + above - row, flipped.clip(0, n - 1)]
    pulled = solve_banded((above, below), np.where(inside, entries, 0), g, check_finite=False)

    def by_diagonals() -> Any:
        left = place + row - above
        products = pulled[..., left.clip(0, n - 1), :] * out[..., None, :, :]
        return np.where((left >= 0) & (left < n), -np.sum(products, axis=-1), 0)

    return by_diagonals, pulled[..., 0] if vector else pulled


# --- functions of matrices ------------------------------------------------------------------------
def chained(function: Any, a: Any, e: Any) -> Any:
    """The derivative of a matrix function at a, along e.

    It stands in the corner of f([[a, e], [0, a]]) (Mathias; Higham, theorem 3.6).
    """
    n = a.shape[-1]
    upper = np.concatenate([a, e], axis=-1)
    lower = np.concatenate([np.zeros(e.shape, e.dtype), a], axis=-1)
    return function(np.concatenate([upper, lower], axis=-2))[..., :n, n:]


def doubled(a: Any) -> Any:
    """In double precision, which the algorithms below are made for."""
    return a.astype(complex if a.dtype.kind == "c" else float)


@primitive
def expm(A: Any) -> Any:
    """The exponential of matrices (…, n, n).

    >>> expm(np.array([[0.0, 1.0], [0.0, 0.0]]))
    array([[1., 1.],
           [0., 1.]])
    """
    return LINALG.expm(A)


@primitive
def expm_slope(a: Any, e: Any) -> Any:
    """The derivative of ``expm`` at a, along e.

    Source: A. Al-Mohy and N. Higham, "Computing the Fréchet derivative of the matrix exponential,
    with an application to condition number estimation" (2009).
    """
    out = np.empty(e.shape, np.result_type(a, e))
    a, e = doubled(a), doubled(e)
    for k in np.ndindex(*e.shape[:-2]):
        out[k] = LINALG.expm_frechet(a[k], e[k], compute_expm=False, check_finite=False)
    return out


@composite(expm_slope)
def expm_slope_composite(a: Any, e: Any) -> Any:
    """As a corner of an exponential, which can be differentiated in turn."""
    return chained(expm, a, e)


pullback(expm)(lambda g, _out, A: expm_slope(A.mT, g))


@primitive
def logarithm(a: Any, quiet: bool) -> Any:
    """The logarithm, without SciPy's estimate of its own error if ``quiet``."""
    with warnings.catch_warnings():
        if quiet:
            warnings.simplefilter("ignore", RuntimeWarning)
        return LINALG.logm(a)


@pullback(logarithm, at=0)
def logarithm_pullback(g: Any, _out: Any, a: Any, _quiet: bool) -> Any:
    """The derivative of the logarithm at Aᵀ, along ḡ.

    Eigenvalues may lie on the branch cut if it is complex; log A = 2 log √A leads away from there.
    """
    quietly = lambda block: logarithm(block, True)  # noqa: E731
    if _out.dtype.kind != "c":
        return chained(quietly, a.mT, g)
    root = sqrtm(a).mT
    return solve_sylvester(root, root, chained(quietly, root, 2 * g))


def logm(A: Any) -> Any:
    """The principal logarithm of matrices (…, n, n).

    >>> logm(np.array([[1.0, 1.0], [0.0, 1.0]]))
    array([[0., 1.],
           [0., 0.]])
    """
    return logarithm(A, False)


@primitive
def sqrtm(A: Any) -> Any:
    """The principal square root of matrices (…, n, n).

    >>> sqrtm(np.array([[4.0, 1.0], [0.0, 4.0]]))
    array([[2.  , 0.25],
           [0.  , 2.  ]])
    """
    return LINALG.sqrtm(A)


@pullback(sqrtm)
def sqrtm_pullback(g: Any, out: Any, _A: Any) -> Any:
    """Ā with Xᵀ Ā + Ā Xᵀ = ḡ, for X dX + dX X = dA (Higham, §6)."""
    return solve_sylvester(out.mT, out.mT, g)


@primitive
def solve_sylvester(a: Any, b: Any, q: Any) -> Any:
    """The solution x of a x + x b = q.

    Args:
        a: (…, m, m).
        b: (…, n, n); no eigenvalue is that of -a.
        q: (…, m, n).

    >>> solve_sylvester(np.array([[1.0]]), np.array([[3.0]]), np.array([[8.0]]))
    array([[2.]])
    """
    a, b, q = np.asarray(a), np.asarray(b), np.asarray(q)
    if np.result_type(a, b, q).kind == "c":  # SciPy is wrong where one is real, another complex
        a, b, q = (x.astype(np.result_type(x, np.complex64)) for x in (a, b, q))
    return LINALG.solve_sylvester(a, b, q)


@pullback(solve_sylvester)
def solve_sylvester_pullback(g: Any, out: Any, a: Any, b: Any, _q: Any) -> Any:
    """q̄ with aᵀ q̄ + q̄ bᵀ = ḡ; ā = -q̄ xᵀ, b̄ = -xᵀ q̄.

    Source: the rule of linear systems (Giles, §2.3.1), for (I ⊗ a + bᵀ ⊗ I) vec x = vec q.
    """
    pulled = solve_sylvester(a.mT, b.mT, g)
    return lambda: -(pulled @ out.mT), lambda: -(out.mT @ pulled), pulled


# --- matrices with a structure --------------------------------------------------------------------
@primitive
def block_diag(*arrs: Any) -> Any:
    """Matrices along a diagonal, zeros elsewhere; a vector is a row, batches are broadcast.

    >>> block_diag(1.0, [2.0, 3.0])
    array([[1., 0., 0.],
           [0., 2., 3.]])
    """
    return LINALG.block_diag(*arrs)


@composite(block_diag)
def block_diag_composite(*arrs: Any) -> Any:
    """Each matrix between zeros, one below the other."""
    blocks = [np.atleast_2d(a) for a in arrs]
    batch = np.broadcast_shapes(*[a.shape[:-2] for a in blocks])
    dtype = np.result_type(*[a.dtype for a in blocks])
    total, before, rows = sum(a.shape[-1] for a in blocks), 0, []
    for a in blocks:
        m, n = a.shape[-2:]
        after = total - before - n
        left, right = np.zeros((*batch, m, before), dtype), np.zeros((*batch, m, after), dtype)
        rows.append(np.concatenate([left, np.broadcast_to(a, (*batch, m, n)), right], axis=-1))
        before += n
    return np.concatenate(rows, axis=-2)


@primitive
def toeplitz(c: Any, r: Any = None) -> Any:
    """The matrix of constant diagonals, given its first column and its first row.

    Args:
        c: (…, m).
        r: (…, n), its first entry is not read; the conjugate of c by default.

    >>> toeplitz(np.array([1.0, 2.0]), np.array([0.0, 5.0, 6.0]))
    array([[1., 5., 6.],
           [2., 1., 5.]])
    """
    return LINALG.toeplitz(c, r)


@composite(toeplitz)
def toeplitz_composite(c: Any, r: Any = None) -> Any:
    """Entries of the reversed column followed by the row."""
    c = np.atleast_1d(c)
    r = np.conjugate(c) if r is None else np.atleast_1d(r)
    m, n = c.shape[-1], r.shape[-1]
    batch = np.broadcast_shapes(c.shape[:-1], r.shape[:-1])
    column = np.broadcast_to(c, (*batch, m))[..., ::-1]
    values = np.concatenate([column, np.broadcast_to(r, (*batch, n))[..., 1:]], axis=-1)
    return values[..., np.arange(m - 1, -1, -1)[:, None] + np.arange(n)]


__all__ = [
    "block_diag",
    "cho_factor",
    "cho_solve",
    "expm",
    "logm",
    "solve_banded",
    "solve_sylvester",
    "solve_triangular",
    "sqrtm",
    "toeplitz",
]
