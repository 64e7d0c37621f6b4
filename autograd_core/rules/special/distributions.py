"""Distribution functions and their inverses: the derivative is the density, or one through it.

Of what is discrete the argument that counts is flat; the derivative by a number of degrees of
freedom is no closed expression, and refused.
"""

import math

import numpy as np
from scipy import special as sp

from ...forms import elementwise, pullback
from ..guards import select
from .gamma import beta_density, gamma_density
from .regular import exprel_slope, in_precision

ROOT_2_PI = math.sqrt(2 * math.pi)

# fmt: off
# --- chi-squared, gamma ---------------------------------------------------------------------------
pullback(sp.chdtr, at=1)(  lambda g, _out, v, x: g * gamma_density(v / 2, x / 2, g) / 2)
pullback(sp.chdtrc, at=1)( lambda g, _out, v, x: -g * gamma_density(v / 2, x / 2, g) / 2)
pullback(sp.chdtri, at=1)( lambda g, out, v, _p: -2 * g / gamma_density(v / 2, out / 2, g))
pullback(sp.gdtr, at=(0, 2))(  lambda g, _out, a, b, x: (
    lambda: g * x * gamma_density(b, a * x, g), lambda: g * a * gamma_density(b, a * x, g)))
pullback(sp.gdtrc, at=(0, 2))( lambda g, _out, a, b, x: (
    lambda: -g * x * gamma_density(b, a * x, g), lambda: -g * a * gamma_density(b, a * x, g)))
pullback(sp.gdtria, at=(0, 2))(lambda g, out, _p, b, x: (
    lambda: g / (x * gamma_density(b, out * x, g)), lambda: -g * out / x))
pullback(sp.gdtrix, at=(0, 2))(lambda g, out, a, b, _p: (
    lambda: -g * out / a, lambda: g / (a * gamma_density(b, a * out, g))))

# --- noncentral chi-squared -----------------------------------------------------------------------
pullback(sp.chndtr, at=(0, 2))(   lambda g, out, x, v, c: (
    lambda: g * chndtr_density(x, v, c, g), lambda: g * (sp.chndtr(x, v + 2, c) - out) / 2))
pullback(sp.chndtrix, at=(0, 2))( lambda g, out, p, v, c: (
    lambda: g / chndtr_density(out, v, c, g),
    lambda: g * (p - sp.chndtr(out, v + 2, c)) / (2 * chndtr_density(out, v, c, g))))
pullback(sp.chndtrinc, at=(0, 2))(lambda g, out, x, v, p: (
    lambda: 2 * g * chndtr_density(x, v, out, g) / (p - sp.chndtr(x, v + 2, out)),
    lambda: 2 * g / (sp.chndtr(x, v + 2, out) - p)))

# --- F, Student's t -------------------------------------------------------------------------------
pullback(sp.fdtr, at=2)(    lambda g, _out, a, b, x: g * f_density(a, b, x, g))
pullback(sp.fdtrc, at=2)(   lambda g, _out, a, b, x: -g * f_density(a, b, x, g))
pullback(sp.fdtri, at=2)(   lambda g, out, a, b, _p: g / f_density(a, b, out, g))
pullback(sp.stdtr, at=1)(   lambda g, _out, v, t: g * t_density(v, t, g))
pullback(sp.stdtrit, at=1)( lambda g, out, v, _p: g / t_density(v, out, g))
pullback(sp.nctdtr, at=2)(  lambda g, _out, v, c, t: g * nct_density(v, c, t, g))
pullback(sp.nctdtrit, at=2)(lambda g, out, v, c, _p: g / nct_density(v, c, out, g))

# --- Poisson, binomial, negative binomial: x or k counts ------------------------------------------
elementwise(sp.pdtr,  0, lambda g, x, y: -g * gamma_density(x // 1 + 1, y, g))
elementwise(sp.pdtrc, 0, lambda g, x, y: g * gamma_density(x // 1 + 1, y, g))
pullback(sp.pdtri, at=1)(     lambda g, out, k, _y: -g / gamma_density(k // 1 + 1, out, g))
pullback(sp.bdtr, at=(0, 2))( lambda g, _out, k, n, p: (
    None, lambda: -g * beta_density(k // 1 + 1, n - k // 1, p, g)))
pullback(sp.bdtrc, at=(0, 2))(lambda g, _out, k, n, p: (
    None, lambda: g * beta_density(k // 1 + 1, n - k // 1, p, g)))
pullback(sp.bdtri, at=2)(     lambda g, out, k, n, _y: (
    -g / beta_density(k // 1 + 1, n - k // 1, out, g)))
pullback(sp.nbdtr, at=2)(     lambda g, _out, k, n, p: g * beta_density(n, k + 1, p, g))
pullback(sp.nbdtrc, at=2)(    lambda g, _out, k, n, p: -g * beta_density(n, k + 1, p, g))
pullback(sp.nbdtri, at=2)(    lambda g, out, k, n, _y: g / beta_density(n, k + 1, out, g))

# --- what a normal distribution would have to be --------------------------------------------------
pullback(sp.nrdtrimn)(lambda g, _out, p, s, _x: (
    lambda: -g * s * normal_slope(p), lambda: -g * sp.ndtri(p), g))
pullback(sp.nrdtrisd)(lambda g, out, _m, p, _x: (
    lambda: -g / sp.ndtri(p), lambda: -g * out * normal_slope(p) / sp.ndtri(p),
    lambda: g / sp.ndtri(p)))

# --- Tukey, Kolmogorov ----------------------------------------------------------------------------
elementwise(sp.tklmbda,    lambda g, y, z: g * tukey_density(y, z),
                           lambda g, y, z: -g * tukey_density(y, z) * tukey_slope(y, z))
elementwise(sp.kolmogorov, lambda g, x: -g * kolmogorov_density(x))
elementwise(sp.kolmogi,    lambda g, y: -g / kolmogorov_density(y))
# fmt: on


def chndtr_density(x, v, c, g):
    """½ exp(-(x + c)/2) (x/2)^(v/2 - 1) ₀F₁(v/2; cx/4) / Γ(v/2).

    Where cx is large, ₀F₁ by the scaled Bessel function, which does not overflow.
    """
    v = in_precision(g, v)
    order, product = v / 2 - 1, c * x
    large = product > 100
    inner, outer = select(large, 0, product), select(large, product, 100)
    root, nc = np.sqrt(outer), select(large, c, 1)
    near = gamma_density(v / 2, x / 2, g) * np.exp(-c / 2) * sp.hyp0f1(v / 2, inner / 4)
    gap = (root - nc) ** 2 / nc  # (√x - √c)², where x c is large
    far = np.exp(-gap / 2) * (root / nc) ** order * sp.ive(order, root)
    return select(large, far, near) / 2


def f_density(a, b, x, g):
    """The density of F with a and b degrees of freedom."""
    a, b = in_precision(g, a, b)
    scale = sp.xlogy(a / 2, a) + sp.xlogy(b / 2, b) - sp.betaln(a / 2, b / 2)
    return np.exp(scale + sp.xlogy(a / 2 - 1, x) - (a + b) / 2 * np.log(a * x + b))


def t_density(v, t, g):
    """The density of Student's t with v degrees of freedom."""
    v = in_precision(g, v)
    log = -(v + 1) / 2 * np.log1p(t * t / v) - sp.betaln(v / 2, v.dtype.type(0.5))
    return np.exp(log) / np.sqrt(v)


def nct_density(v, c, t, g):
    """The density of the noncentral t; near t = 0 by Kummer's function.

    Elsewhere v/t (F(v + 2, c, t √(1 + 2/v)) - F(v, c, t)). Source: N. L. Johnson, S. Kotz, N.
    Balakrishnan, Continuous Univariate Distributions 2 (1995), 31.
    """
    v, c = in_precision(g, v, c)
    small = np.absolute(t) < 1
    near, far = select(small, t, 0), select(small, 1, t)
    square = v + near * near
    u = c * c * near * near / (2 * square)
    share = v / square
    even = share ** ((v + 1) / 2) * sp.poch(v / 2, v.dtype.type(0.5)) / np.sqrt(math.pi * v)
    odd = share ** (v / 2 + 1) * near * c / ROOT_2_PI
    body = even * sp.hyp1f1((v + 1) / 2, 0.5, u) + odd * sp.hyp1f1(v / 2 + 1, 1.5, u)
    plain = sp.nctdtr(v + 2, c, far * np.sqrt(1 + 2 / v)) - sp.nctdtr(v, c, far)
    return select(small, np.exp(-c * c / 2) * body, v / far * plain)


def normal_slope(p):
    """The derivative of the inverse normal distribution function."""
    return np.exp(sp.ndtri(p) ** 2 / 2) * ROOT_2_PI


def tukey_density(m, z):
    """1 / (zᵐ⁻¹ + (1 - z)ᵐ⁻¹), and 0 beyond the support."""
    inside = (z > 0) & (z < 1)
    z = select(inside, z, 0.5)
    return select(inside, 1 / (z ** (m - 1) + (1 - z) ** (m - 1)), 0)


def tukey_slope(m, z):
    """The derivative by m of the quantile (zᵐ - (1 - z)ᵐ) / m; 0 beyond the support."""
    inside = (z > 0) & (z < 1)
    z = select(inside, z, 0.5)
    left, right = np.log(z), np.log1p(-z)
    return left * left * exprel_slope(m * left) - right * right * exprel_slope(m * right)


def kolmogorov_density(y):
    """8 y Σ (-1)ᵏ⁻¹ k² exp(-2 k² y²); left of 1 by the theta function's other series."""
    left = y < 1
    positive = select(y > 0.04, y, 1)  # further left all derivatives are below 1e-300
    near, far = select(left, positive, 1), select(left, 1, y)
    series = (
        8 * far * sum((-1) ** (k - 1) * k * k * np.exp(-2 * k * k * far * far) for k in range(1, 6))
    )
    u, theta = 1 / (near * near), 0 * near
    for k in (1, 3, 5, 7):
        a = (k * math.pi) ** 2 / 8
        theta = theta + np.exp(-a * u) * (2 * a * u - 1) * u
    return select(left, select(y > 0.04, ROOT_2_PI * theta, 0), series)
