"""Inverses, systems and determinants of numpy.linalg, and products under its names.

Source: M. Giles, "An extended collection of matrix derivative results" (2008), unless a formula
says otherwise. Textbooks write cotangents as ∂L/∂Re + i ∂L/∂Im, the conjugate of ours: ``bar`` goes
from one to the other, and leaves what is real alone. Singular input where an inverse is needed
raises ``LinAlgError``, as NumPy does.
"""

import math
from functools import lru_cache

import numpy as np

from ..forms import composite, primitive, pullback

SAFE = 1e-6  # of the rounding unit times the condition: up to it an inverse is trusted


def bar(a):
    """The complex conjugate, of what is complex."""
    return a.conj() if a.dtype.kind == "c" else a


def adjoint(a):
    """The conjugate transpose of the last two axes."""
    return bar(a.mT)


@lru_cache(256)
def triangle(n, dtype, upper=False):
    """Ones on a triangle, halves on its diagonal; (n, n), in the real dtype of ``dtype``."""
    weights = np.tril(np.ones((n, n), np.finfo(dtype).dtype))
    weights[np.diag_indices(n)] = 0.5
    weights = weights.T.copy() if upper else weights
    weights.flags.writeable = False
    return weights


def fold(a, upper=False):
    """What a Hermitian matrix's cotangent is for the one triangle that was read of it."""
    return (a + adjoint(a)) * triangle(a.shape[-1], a.dtype, upper)


# --- inverses and systems -------------------------------------------------------------------------
pullback(np.linalg.inv)(lambda g, out, _a: -(out.mT @ g @ out.mT))  # §2.2.3


@pullback(np.linalg.solve)
def solve_pullback(g, out, a, _b):
    """b̄ = A⁻ᵀ ḡ, Ā = -b̄ xᵀ (§2.3.1): one more system serves both."""
    if _b.ndim == 1:  # one vector, however many matrices
        gb = np.linalg.solve(a.mT, g[..., None])
        return lambda: -(gb @ out[..., None, :]), gb[..., 0]
    gb = np.linalg.solve(a.mT, g)
    return lambda: -(gb @ out.mT), gb


def cut_inverse_cotangent(g, a, cutoff):
    """Of the pseudo-inverse P that leaves out singular values up to ``cutoff`` times the largest.

    With A = U diag(s) Vᴴ and f = 1/s, 0 for what is left out, P = V diag(f) Uᴴ. With K = Vᴴ ḡ U,
    αᵢⱼ = (fⱼ sⱼ - fᵢ sᵢ) / (sⱼ² - sᵢ²) and βᵢⱼ = (fⱼ sᵢ - fᵢ sⱼ) / (sⱼ² - sᵢ²),
    Ā = U ((α ∘ K)ᴴ + β ∘ K) Vᴴ + (I - U Uᴴ) ḡᴴ V diag(f/s) Vᴴ + U diag(f/s) Uᴴ ḡᴴ (I - V Vᴴ).
    Source: V. Noferini, "A formula for the Fréchet derivative of a generalized matrix function"
    (2017).
    """
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    cut = np.asarray(cutoff, s.dtype)[..., None] * np.max(s, axis=-1, keepdims=True, initial=0)
    kept = s > cut
    f = np.where(kept, 1 / np.where(kept, s, 1), 0)
    square = np.where(kept, f * f, 0)
    i, j = (..., slice(None), None), (..., None, slice(None))
    both, one = kept[i] & kept[j], kept[i] != kept[j]
    gap = np.where(one, s[j] ** 2 - s[i] ** 2, 1)
    alpha = np.where(one, (f[j] * s[j] - f[i] * s[i]) / gap, 0)
    beta = np.where(both, -f[i] * f[j], np.where(one, (f[j] * s[i] - f[i] * s[j]) / gap, 0))
    uh, v, gh = adjoint(u), adjoint(vh), adjoint(g)
    inner = vh @ g @ u
    outside = gh @ (v * square[..., None, :]) @ vh, (u * square[..., None, :]) @ uh @ gh
    pulled = u @ (adjoint(alpha * inner) + beta * inner) @ vh
    return pulled + outside[0] - u @ (uh @ outside[0]) + outside[1] - (outside[1] @ v) @ vh


@pullback(np.linalg.pinv)
def pinv_pullback(g, out, a, rcond=None, hermitian=False, rtol=None):
    """At constant rank. Source: Golub and Pereyra, "The differentiation of pseudo-inverses" (1973).

    Ā = -Pᴴ ḡ Pᴴ + (I - A P) ḡᴴ P Pᴴ + Pᴴ P ḡᴴ (I - P A), if nothing but rounding is left out.
    """
    g, p = bar(g), out
    if a.size == 0:
        return np.zeros(a.shape, a.dtype)
    if hermitian:  # the other triangle was not read
        half = a * triangle(a.shape[-1], a.dtype)
        a = half + adjoint(half)
    cutoff = rtol if rcond is None else rcond
    if cutoff is not None and cutoff is not np._NoValue:
        pulled = cut_inverse_cotangent(g, a, cutoff)
        return bar(fold(pulled) if hermitian else pulled)
    across, back = adjoint(g), adjoint(p)
    left, right = across @ (p @ back), (back @ p) @ across
    pulled = left - a @ (p @ left) + right - (right @ p) @ a - back @ g @ back
    return bar(fold(pulled) if hermitian else pulled)


@pullback(np.linalg.lstsq)
def lstsq_pullback(g, out, a, b, rcond=None):
    """Of the solution, the residuals and the singular values; the rank is constant.

    Source: Golub and Pereyra (1973). With P the pseudo-inverse and r = b - A x:
    b̄ = Pᴴ x̄ + 2 r ρ̄, Ā = -b̄ xᴴ + r (P Pᴴ x̄)ᴴ + Pᴴ x (x̄ - P A x̄)ᴴ + U s̄ Vᴴ.
    """
    x, _, _, _ = out
    gx, squares, _, gs = g
    column = b.ndim == 1
    if column:
        x, b = x[:, None], b[:, None]
        gx = None if gx is None else gx[:, None]
    cutoff = max(a.shape) * float(np.finfo(a.dtype).eps) if rcond in (None, -1) else rcond
    r, pulled_a, pulled_b = b - a @ x, 0, 0
    if gx is not None:
        gx, p = bar(gx), np.linalg.pinv(a, cutoff)
        pulled_b = adjoint(p) @ gx
        if rcond in (None, -1):
            pulled_a = r @ adjoint(p @ pulled_b) - pulled_b @ adjoint(x)
            pulled_a = pulled_a + adjoint(p) @ x @ adjoint(gx - p @ (a @ gx))
        else:
            pulled_a = cut_inverse_cotangent(gx @ adjoint(b), a, cutoff)
    if squares is not None and squares.size:
        pulled_b = pulled_b + 2 * r * squares
        pulled_a = pulled_a - (2 * r * squares) @ adjoint(x)
    if gs is not None:
        u, _, vh = np.linalg.svd(a, full_matrices=False)
        pulled_a = pulled_a + (u * gs) @ vh
    pulled_b = None if isinstance(pulled_b, int) else bar(pulled_b[:, 0] if column else pulled_b)
    return None if isinstance(pulled_a, int) else bar(pulled_a), pulled_b


# --- determinants ---------------------------------------------------------------------------------
@primitive
def cofactors(a):
    """∂ det a / ∂ a, exact at every rank: det(A) A⁻ᵀ where A is well conditioned, else by the SVD.

    With A = U S Vᴴ it is det(U) det(Vᴴ) conj(U D Vᴴ), D the products of singular values but one.
    """
    trusted, inverse = trusted_inverse(a)
    out = times_det(a, inverse.mT)
    if not trusted.all():
        u, s, vh, scale = parts(a[~trusted])
        out[~trusted] = scale * np.conj((u * all_but(s, 1)[..., None, :]) @ vh)
    return out


@primitive
def cofactors_slope(a, t):
    """The derivative of ``cofactors(a)`` along t; symmetric, for it is a second derivative.

    Where A is invertible, with Z = A⁻ᵀ: det(A) (⟨Z, t⟩ Z - Z tᵀ Z). Else, with E = Uᴴ t V and Pᵢⱼ
    the products of singular values but two, D has -Eⱼᵢ Pᵢⱼ off the diagonal and Σₗ Eₗₗ Pᵢₗ on it.
    """
    trusted, inverse = trusted_inverse(a)
    z = inverse.mT
    out = times_det(a, inner(z, t) * z - z @ t.mT @ z)
    if not trusted.all():
        u, s, vh, scale = parts(a[~trusted])
        e = u.conj().mT @ t[~trusted] @ vh.conj().mT
        rest = all_but(s, 2)
        d = -e.mT * rest
        diagonal = np.arange(s.shape[-1])
        traces = (rest @ e[..., diagonal, diagonal][..., None])[..., 0]
        d[..., diagonal, diagonal] = traces
        out[~trusted] = scale * np.conj(u @ np.conj(d) @ vh)
    return out


def trusted_inverse(a):
    """Which matrices of a batch are well conditioned, and their inverses; zeros for the others."""
    inverse, trusted = np.zeros_like(a), np.zeros(a.shape[:-2], bool)
    try:
        inverse[...] = np.linalg.inv(a)
        trusted[...] = True
    except np.linalg.LinAlgError:
        for k in np.ndindex(a.shape[:-2]):
            try:
                inverse[k] = np.linalg.inv(a[k])
                trusted[k] = True
            except np.linalg.LinAlgError:
                continue
    sizes = np.abs(a).sum((-2, -1)) * np.abs(inverse).sum((-2, -1))
    trusted &= sizes * np.finfo(a.dtype).eps < SAFE
    inverse[~trusted] = 0
    return trusted, inverse


def times_det(a, b):
    """det(A) b, also where det(A) alone would overflow or vanish."""
    det = np.linalg.det(a)[..., None, None]
    size, limit = np.abs(det), np.sqrt(np.finfo(a.dtype).max)
    if np.all((size > 1 / limit) & (size < limit)) and np.max(np.abs(b), initial=0) < limit:
        return det * b
    sign, log = np.linalg.slogdet(a)
    zero, size = b == 0, np.abs(b)
    logs = np.where(zero, 0, np.log(np.where(zero, 1, size)) + log[..., None, None])
    return (sign[..., None, None] * np.sign(b) * np.exp(logs)).astype(b.dtype)


def parts(a):
    """U, S, Vᴴ and det(U) det(Vᴴ) of each matrix."""
    u, s, vh = np.linalg.svd(a)
    return u, s, vh, (np.linalg.det(u) * np.linalg.det(vh))[..., None, None]


def all_but(s, left_out):
    """Products of numbers (…, n) but one, (…, n); or but two, (…, n, n) with 0 on the diagonal."""
    n = s.shape[-1]
    others = [[k for k in range(n) if k not in pair] for pair in pairs(n, left_out)]
    products = np.stack([s[..., k].prod(-1) for k in others], -1) if others else s[..., :0]
    if left_out == 1:
        return products
    square = np.zeros((*s.shape[:-1], n, n), s.dtype)
    for k, (i, j) in enumerate(pairs(n, 2)):
        square[..., i, j] = square[..., j, i] = products[..., k]
    return square


def pairs(n, size):
    """The single indices, or the pairs of two, below n."""
    return [(i,) for i in range(n)] if size == 1 else [(i, j) for i in range(n) for j in range(i)]


def inner(a, b):
    """Σ a b over the last two axes, which stay with length one."""
    return np.sum(a * b, axis=(-2, -1), keepdims=True)


def matrix_shaped(g):
    """A number for each matrix, to be multiplied with it."""
    return g[..., None, None]


pullback(np.linalg.det)(lambda g, _out, a: matrix_shaped(g) * cofactors(a))
pullback(cofactors)(lambda g, _out, a: cofactors_slope(a, g))


@pullback(cofactors_slope)
def cofactors_slope_pullback(g, _out, a, t):
    """The third derivative of det along t and g, of invertible matrices; symmetric in t."""

    def by_matrix():
        b = np.linalg.inv(a)
        x, y = b @ t, b @ g
        tx, ty = inner(b.mT, t), inner(b.mT, g)
        xb, yb = x @ b, y @ b
        pulled = (tx * ty - inner(x.mT, y)) * b - tx * yb - ty * xb + x @ yb + y @ xb
        return matrix_shaped(np.linalg.det(a)) * pulled.mT

    return by_matrix, lambda: cofactors_slope(a, g)


@pullback(np.linalg.slogdet)
def slogdet_pullback(g, out, a):
    """A⁻ᵀ times the cotangent of log |det|; a complex sign turns with Im tr(A⁻¹ dA)."""
    sign_g, log_g = g
    if a.dtype.kind == "c" and sign_g is not None:
        turned = np.real(1j * sign_g * out[0]) * -1j
        log_g = turned if log_g is None else log_g + turned
    return None if log_g is None else matrix_shaped(log_g) * np.linalg.inv(a).mT


# --- derived functions ----------------------------------------------------------------------------
@composite(np.linalg.matrix_power)
def matrix_power_composite(a, n):
    """Products of squares; of the inverse if n is negative; the identity, without slope, if 0."""
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        return np.linalg.matrix_power(np.zeros(a.shape), n)  # NumPy's own error
    if n == 0:
        eye = np.broadcast_to(np.eye(a.shape[-1], dtype=a.dtype), a.shape)
        return np.where(np.ones(a.shape, bool), eye, a)
    if n < 0:
        a, n = np.linalg.inv(a), -n
    out = None
    while n:
        out = (a if out is None else out @ a) if n & 1 else out
        n >>= 1
        a = a @ a if n else a
    return out


@composite(np.linalg.multi_dot)
def multi_dot_composite(arrays):
    """In the order that takes the fewest multiplications; vectors at the ends are one row, column.

    Source: Cormen et al., "Introduction to Algorithms", §15.2.
    """
    if len(arrays) == 2:
        return np.dot(*arrays)
    first, last = arrays[0].ndim == 1, arrays[-1].ndim == 1
    matrices = list(arrays)
    if first:
        matrices[0] = arrays[0][None, :]
    if last:
        matrices[-1] = arrays[-1][:, None]
    for m in matrices:
        if m.ndim != 2:
            raise np.linalg.LinAlgError(
                f"{m.ndim}-dimensional array given. Array must be two-dimensional"
            )
    lengths = (*[m.shape[0] for m in matrices], matrices[-1].shape[1])

    @lru_cache(None)
    def cheapest(i, j):
        """The multiplications of the product of matrices i to j, and where to split it."""
        if i == j:
            return 0, i
        return min(
            (
                cheapest(i, k)[0]
                + cheapest(k + 1, j)[0]
                + lengths[i] * lengths[k + 1] * lengths[j + 1],
                k,
            )
            for k in range(i, j)
        )

    def product(i, j):
        k = cheapest(i, j)[1]
        return matrices[i] if i == j else np.dot(product(i, k), product(k + 1, j))

    out = product(0, len(matrices) - 1)
    out = out[0] if first else out
    return out[..., 0] if last else out


@composite(np.linalg.tensorsolve)
def tensorsolve_composite(a, b, axes=None):
    """A system whose unknowns and equations are arrays."""
    if axes is not None:
        order = list(range(a.ndim))
        for k in axes:
            order.remove(k)
            order.append(k)
        a = np.transpose(a, order)
    unknown = a.shape[np.ndim(b) - a.ndim :]  # all of them where b has as many axes as a
    n = math.prod(unknown)
    if a.size != n**2:
        raise np.linalg.LinAlgError(
            "Input arrays must satisfy the requirement "
            "            prod(a.shape[b.ndim:]) == prod(a.shape[:b.ndim])"
        )
    return np.reshape(np.linalg.solve(np.reshape(a, (n, n)), np.ravel(b)), unknown)


@composite(np.linalg.tensorinv)
def tensorinv_composite(a, ind=2):
    """The inverse of a as a map from its last axes to its first ``ind``."""
    if ind <= 0:
        raise ValueError("Invalid ind argument.")
    head, tail = a.shape[:ind], a.shape[ind:]
    return np.reshape(np.linalg.inv(np.reshape(a, (math.prod(tail), -1))), (*tail, *head))


@composite(np.linalg.outer)
def outer_composite(x1, x2, /):
    """Of vectors alone."""
    if np.ndim(x1) != 1 or np.ndim(x2) != 1:
        return np.linalg.outer(np.zeros(np.shape(x1)), np.zeros(np.shape(x2)))  # NumPy's own error
    return np.outer(x1, x2)


@composite(np.linalg.cross)
def cross_composite(x1, x2, /, *, axis=-1):
    """Of vectors of length three."""
    if np.shape(x1)[axis] != 3 or np.shape(x2)[axis] != 3:
        return np.linalg.cross(np.zeros(np.shape(x1)), np.zeros(np.shape(x2)), axis=axis)
    return np.cross(x1, x2, axis=axis)


composite(np.linalg.matmul)(lambda x1, x2, /: np.matmul(x1, x2))
composite(np.linalg.vecdot)(lambda x1, x2, /, *, axis=-1: np.vecdot(x1, x2, axis=axis))
composite(np.linalg.tensordot)(lambda x1, x2, /, *, axes=2: np.tensordot(x1, x2, axes=axes))
composite(np.linalg.matrix_transpose)(lambda x, /: np.matrix_transpose(x))
composite(np.linalg.trace)(
    lambda x, /, *, offset=0, dtype=None: np.trace(x, offset, axis1=-2, axis2=-1, dtype=dtype)
)
composite(np.linalg.diagonal)(lambda x, /, *, offset=0: np.diagonal(x, offset, axis1=-2, axis2=-1))
