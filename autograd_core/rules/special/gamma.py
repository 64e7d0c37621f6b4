"""The gamma and beta functions, whole and incomplete."""

import math

import numpy as np
from scipy import special as sp

from ...forms import elementwise, pullback
from ..guards import select
from .regular import hurwitz, in_precision

# fmt: off
#           y = f(x)         dy = f′(x) dx
elementwise(sp.gamma,        lambda g, x, y: g * y * sp.psi(x))
elementwise(sp.gammaln,      lambda g, x: g * sp.psi(x))
elementwise(sp.loggamma,     lambda g, x: g * sp.psi(x))
elementwise(sp.rgamma,       lambda g, x: g * rgamma_slope(x))
elementwise(sp.psi,          lambda g, x: g * hurwitz(2, x))

#           z = f(x, y)      ∂z/∂x                               ∂z/∂y
elementwise(sp.beta,         lambda g, x, y, z: g * z * (sp.psi(x) - sp.psi(x + y)),
                             lambda g, x, y, z: g * z * (sp.psi(y) - sp.psi(x + y)))
elementwise(sp.betaln,       lambda g, x, y: g * (sp.psi(x) - sp.psi(x + y)),
                             lambda g, x, y: g * (sp.psi(y) - sp.psi(x + y)))
elementwise(sp.poch,         lambda g, x, y, z: g * z * (sp.psi(x + y) - sp.psi(x)),
                             lambda g, x, y, z: g * z * sp.psi(x + y))
elementwise(sp.binom,        lambda g, x, y, z: g * (z * sp.psi(x + 1) - binom_above(x, y, z)),
                             lambda g, x, y, z: g * (binom_above(x, y, z) - binom_below(x, y, z)))

#        by the last argument; the derivative by a shape parameter is no closed expression
pullback(sp.gammainc, at=1)(     lambda g, _out, a, x: g * gamma_density(a, x, g))
pullback(sp.gammaincc, at=1)(    lambda g, _out, a, x: -g * gamma_density(a, x, g))
pullback(sp.gammaincinv, at=1)(  lambda g, out, a, _y: g / gamma_density(a, out, g))
pullback(sp.gammainccinv, at=1)( lambda g, out, a, _y: -g / gamma_density(a, out, g))
pullback(sp.betainc, at=2)(      lambda g, _out, a, b, x: g * beta_density(a, b, x, g))
pullback(sp.betaincc, at=2)(     lambda g, _out, a, b, x: -g * beta_density(a, b, x, g))
pullback(sp.betaincinv, at=2)(   lambda g, out, a, b, _y: g / beta_density(a, b, out, g))
pullback(sp.betainccinv, at=2)(  lambda g, out, a, b, _y: -g / beta_density(a, b, out, g))
# fmt: on


def rgamma_slope(x):
    """-ψ(x) / Γ(x); left of ½ by reflection, which passes through the poles of ψ."""
    left = np.real(x) < 0.5
    inner, outer = select(left, x, 0), select(left, 1, x)
    turn = math.pi * inner
    reflected = np.cos(turn) - sp.psi(1 - inner) * np.sin(turn) / math.pi
    return select(left, sp.gamma(1 - inner) * reflected, -sp.rgamma(outer) * sp.psi(outer))


def binom_above(n, k, z):
    """z ψ(n - k + 1) for z = binom(n, k), which vanishes at the poles of ψ."""
    left = n - k < -0.5
    m, j = select(left, n, 0), select(left, k, 1)
    inner = -sp.poch(j + 1, m - j) * rgamma_slope(m - j + 1)
    return select(left, inner, z * sp.psi(select(left, 0, n - k) + 1))


def binom_below(n, k, z):
    """z ψ(k + 1), as well."""
    left = k < -0.5
    m, j = select(left, n, 0), select(left, k, -1)
    inner = -sp.poch(m - j + 1, j) * rgamma_slope(j + 1)
    return select(left, inner, z * sp.psi(select(left, 0, k) + 1))


def gamma_density(a, x, g):
    """xᵃ⁻¹ e⁻ˣ / Γ(a)."""
    a = in_precision(g, a)
    return np.exp(sp.xlogy(a - 1, x) - x - sp.gammaln(a))


def beta_density(a, b, x, g):
    """xᵃ⁻¹ (1 - x)ᵇ⁻¹ / B(a, b)."""
    a, b = in_precision(g, a, b)
    return np.exp(sp.xlogy(a - 1, x) + sp.xlog1py(b - 1, -x) - sp.betaln(a, b))
