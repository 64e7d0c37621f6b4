"""Cholesky, eigenvalues, singular values, QR.

Sources: M. Giles, "An extended collection of matrix derivative results" (2008), §3; I. Murray,
"Differentiation of the Cholesky decomposition" (2016); J. Townsend, "Differentiating the singular
value decomposition" (2016); S. Walter and L. Lehmann, "Algorithmic differentiation of linear
algebra functions" (2010); D. Roberts and L. Roberts, "QR and LQ decomposition matrix
backpropagation algorithms for square, wide, and deep matrices" (2020); Wan and Zhang, "Automatic
differentiation for complex valued SVD" (2019). Their cotangents are the conjugates of ours.

Values have derivatives also where they are equal; vectors of equal values have none, and give nan.
"""

import math

import numpy as np

from ..errors import NoRuleError
from ..forms import composite, primitive, pullback
from .linalg import adjoint, bar, fold, triangle

SMALL = 32  # up to which a triangle is inverted at once
BLOCK = 64  # columns of a large Cholesky factor whose cotangents are computed together


def gaps(values):
    """1 / (vⱼ - vᵢ) of values (…, n), as (…, n, n); 0 on the diagonal, nan where two are equal."""
    distance = values[..., None, :] - values[..., :, None]
    same, own = distance == 0, np.eye(values.shape[-1], dtype=bool)
    return np.where(own, 0, np.where(same, math.nan, 1 / np.where(same, 1, distance)))


def reciprocal(values):
    """1 / v, nan for 0."""
    zero = values == 0
    return np.where(zero, math.nan, 1 / np.where(zero, 1, values))


def diagonals(a):
    """The diagonals of the last two axes, (…, n)."""
    return np.diagonal(a, axis1=-2, axis2=-1)


def on_diagonal(values):
    """Matrices with these diagonals, (…, n) → (…, n, n)."""
    return values[..., None] * np.eye(values.shape[-1], dtype=values.dtype)


def refuse_phases(what, seen, *cotangents):
    """Raise where plain cotangents move along the phase of a vector, which is arbitrary.

    ``seen`` has an imaginary part, not small beside the cotangents, where they do.

    Raises:
        NoRuleError: the derivative would depend on what LAPACK happened to choose.
    """
    if type(seen) is not np.ndarray or seen.dtype.kind != "c":
        return
    scale = max(np.max(np.abs(g), initial=0) for g in cotangents if g is not None)
    if np.any(np.abs(seen.imag) > 1e-6 * scale):
        raise NoRuleError(
            f"{what} has no derivative here: the loss depends on the phase of its vectors.",
            "a vector times any number of modulus 1 is as good, and LAPACK takes either.",
            "np.abs(v), or v times its own conjugate",
        )


# --- Cholesky -------------------------------------------------------------------------------------
@primitive
def lower_inverse(a):
    """The inverse of lower triangular matrices, by halves."""
    n = a.shape[-1]
    if n <= SMALL:
        return np.tril(np.linalg.inv(a))
    k, out = n // 2, np.zeros_like(a)
    out[..., :k, :k] = top = lower_inverse(a[..., :k, :k])
    out[..., k:, k:] = bottom = lower_inverse(a[..., k:, k:])
    out[..., k:, :k] = -(bottom @ a[..., k:, :k] @ top)
    return out


pullback(lower_inverse)(lambda g, out, _a: np.tril(-(out.mT @ g @ out.mT)))


def factored(lower, g):
    """L⁻ᴴ Φ(Lᴴ L̄) L⁻¹, folded onto the lower triangle (Murray, §3.1)."""
    inverse = lower_inverse(lower)
    half = (adjoint(lower) @ g) * triangle(lower.shape[-1], lower.dtype)
    return fold(adjoint(inverse) @ half @ inverse)


@primitive
def factor_cotangent(lower, g):
    """``factored`` by blocks of columns, from the last to the first (Murray, algorithm in §4.2)."""
    n, g = lower.shape[-1], np.tril(g)
    if n <= 2 * BLOCK:
        return factored(lower, g)
    for k in range(n, 0, -BLOCK):
        j = max(0, k - BLOCK)
        own = lower[..., j:k, j:k]
        left, below_left = lower[..., j:k, :j], lower[..., k:, :j]
        pulled = g[..., j:k, j:k]
        if k < n:
            below = g[..., k:, j:k] = g[..., k:, j:k] @ lower_inverse(own)
            g[..., k:, :j] -= below @ left
            pulled = pulled - np.tril(adjoint(below) @ lower[..., k:, j:k])
        pulled = g[..., j:k, j:k] = factored(own, pulled)
        g[..., j:k, :j] -= (pulled + adjoint(pulled)) @ left
        if k < n:
            g[..., j:k, :j] -= adjoint(below) @ below_left
    return g


composite(factor_cotangent)(factored)


@pullback(np.linalg.cholesky)
def cholesky_pullback(g, out, _a, upper=False):
    """Of the one triangle that was read."""
    if upper:
        return bar(adjoint(factor_cotangent(adjoint(out), adjoint(bar(g)))))
    return bar(factor_cotangent(out, bar(g)))


# --- eigenvalues ----------------------------------------------------------------------------------
@pullback(np.linalg.eigh)
def eigh_pullback(g, out, _a, UPLO="L"):
    """V (diag w̄ + F ∘ Vᴴ V̄) Vᴴ, Fᵢⱼ = 1 / (wⱼ - wᵢ), folded onto the triangle read (Giles §3.1)."""
    (gw, gv), (w, v) = g, out
    if gv is None:
        pulled = (v * gw[..., None, :]) @ adjoint(v)
    else:
        seen = adjoint(v) @ bar(gv)
        refuse_phases("np.linalg.eigh", diagonals(seen), gv)
        inner = gaps(w) * seen
        inner = inner if gw is None else inner + on_diagonal(gw)
        pulled = v @ inner @ adjoint(v)
    return bar(fold(pulled, UPLO.upper() == "U"))


@composite(np.linalg.eigvalsh)
def eigvalsh_composite(a, UPLO="L"):
    """The values alone: right also where some are equal."""
    return np.linalg.eigh(a, UPLO)[0]


@pullback(np.linalg.eig)
def eig_pullback(g, out, _a):
    """V⁻ᴴ (diag w̄ + K) Vᴴ; K has no diagonal, for the vectors have unit length (Giles, §3.1)."""
    (gw, gv), (w, v) = g, out
    inner = 0 if gw is None else on_diagonal(bar(gw))
    if gv is not None:
        seen = adjoint(v) @ bar(gv)
        refuse_phases("np.linalg.eig", diagonals(seen), gv)
        grown = (adjoint(v) @ v) * np.real(diagonals(seen))[..., None, :]
        inner = inner + (seen - grown) * bar(gaps(w))
    return bar(np.linalg.solve(adjoint(v), inner @ adjoint(v)))


@composite(np.linalg.eigvals)
def eigvals_composite(a):
    """The values alone: right also where some are equal, if there are enough vectors."""
    return np.linalg.eig(a)[0]


# --- singular values ------------------------------------------------------------------------------
@pullback(np.linalg.svd)
def svd_pullback(g, out, _a, full_matrices=True):
    """Values and vectors; of columns that complete a basis what does not depend on their choice.

    With a = Uᴴ Ū, b = Vᴴ V̄ and Fᵢⱼ = 1 / (sⱼ² - sᵢ²): U [(F ∘ (a - aᴴ)) S + S (F ∘ (b - bᴴ)) +
    diag s̄ + i diag(Im aᵢᵢ / sᵢ)] Vᴴ + (I - U Uᴴ) Ū S⁻¹ Vᴴ + U S⁻¹ V̄ᴴ (I - V Vᴴ) (Townsend; Wan
    and Zhang).
    """
    (gu, gs, gvh), (u, s, vh) = g, out
    v = adjoint(vh)
    k = s.shape[-1]
    gu = None if gu is None else bar(gu)
    gv = None if gvh is None else adjoint(bar(gvh))
    if full_matrices:
        u, gu = economical(u, gu, k)
        v, gv = economical(v, gv, k)
    if gu is None and gv is None:
        return bar((u * gs[..., None, :]) @ adjoint(v))
    row, column = s[..., None, :], s[..., :, None]
    both = row + column
    f = gaps(s) / np.where(both == 0, 1, both)
    inner = 0 if gs is None else on_diagonal(gs)
    outer = 0
    seen = np.zeros(s.shape, s.dtype)
    if gu is not None:
        a = adjoint(u) @ gu
        seen = seen + diagonals(a)
        inner = inner + f * (a - adjoint(a)) * row
        if a.dtype.kind == "c":
            inner = inner + on_diagonal(1j * np.imag(diagonals(a)) * reciprocal(s))
        if u.shape[-2] > k:
            outer = ((gu - u @ a) * reciprocal(s)[..., None, :]) @ adjoint(v)
    if gv is not None:
        b = adjoint(v) @ gv
        seen = seen + diagonals(b)
        inner = inner + column * (f * (b - adjoint(b)))
        if v.shape[-2] > k:
            outer = outer + (u * reciprocal(s)[..., None, :]) @ adjoint(gv - v @ b)
    refuse_phases("np.linalg.svd", seen, gu, gv)
    return bar(u @ inner @ adjoint(v) + outer)


def economical(q, g, k):
    """The first k columns of an orthogonal matrix, and what the others mean for their cotangent."""
    first, rest = q[..., :k], q[..., k:]
    if g is None or q.shape[-1] == k:
        return first, g
    return first, g[..., :k] - rest @ (adjoint(g[..., k:]) @ first)


@composite(np.linalg.svd)
def svd_composite(a, _full_matrices=True, compute_uv=True, hermitian=False):
    """The values alone; of a Hermitian matrix the moduli of its eigenvalues, in falling order."""
    if not hermitian:
        return np.linalg.svd(a, full_matrices=False)[1]
    w, v = np.linalg.eigh(a)
    order = np.argsort(np.absolute(w), axis=-1)[..., ::-1]
    w = np.take_along_axis(w, order, -1)
    if not compute_uv:
        return np.absolute(w)
    u = np.take_along_axis(v, order[..., None, :], -1)
    return SVD(u, np.absolute(w), adjoint(u * np.sign(w)[..., None, :]))


SVD = type(np.linalg.svd(np.eye(1)))
composite(np.linalg.svdvals)(lambda x, /: np.linalg.svd(x, full_matrices=False)[1])


# --- QR -------------------------------------------------------------------------------------------
def qr_cotangent(q, r, gq, gr):
    """Of a square or tall matrix: (Q̄ + Q copyltu(R R̄ᴴ - Q̄ᴴ Q)) R⁻ᴴ (Walter and Lehmann)."""
    m = r @ adjoint(gr) - adjoint(gq) @ q
    lower = m * triangle(m.shape[-1], m.dtype)
    m = lower + adjoint(lower)  # the strict lower triangle, its mirror image, a real diagonal
    return adjoint(np.linalg.solve(r, adjoint(gq + q @ m)))


@primitive
def orthogonal_factors(a, mode):
    """Q and R, reduced or complete."""
    return np.linalg.qr(a, mode)


@pullback(orthogonal_factors, at=0)
def orthogonal_factors_pullback(g, out, a, mode):
    """Tall, square and wide; of a complete Q what does not depend on the choice of a basis.

    A wide A = [X Y] with R = [U W]: X̄ is that of a square X for Q̄ + Y W̄ᴴ and Ū, Ȳ = Q W̄ (Roberts).
    """
    (gq, gr), (q, r) = g, out
    k = min(a.shape[-2:])
    gr = np.zeros(r.shape, r.dtype) if gr is None else bar(gr)
    gq = None if gq is None else bar(gq)
    if mode == "complete":
        q, gq = economical(q, gq, k)
        r, gr = r[..., :k, :], gr[..., :k, :]
    gq = np.zeros(q.shape, q.dtype) if gq is None else gq
    if a.shape[-1] <= k:
        return bar(qr_cotangent(q, r, gq, gr))
    y, gw = a[..., k:], gr[..., k:]
    square = qr_cotangent(q, r[..., :k], gq + y @ adjoint(gw), gr[..., :k])
    return bar(np.concatenate([square, q @ gw], -1))


@composite(np.linalg.qr)
def qr_composite(a, mode="reduced"):
    """Both factors, or R alone."""
    if mode == "raw":
        raise NoRuleError(
            "np.linalg.qr(..., mode='raw') is not differentiable with this option; "
            "it is with mode='reduced'.",
            "'raw' gives the reflections as LAPACK stores them.",
            "mode='reduced', 'complete' or 'r'",
        )
    if mode == "r":
        return orthogonal_factors(a, "reduced")[1]
    return orthogonal_factors(a, mode)
