"""Error functions, and the normal distribution."""

import math

import numpy as np
from scipy import special as sp

from ...forms import elementwise, pullback
from ..guards import select

ROOT_PI = math.sqrt(math.pi)
ROOT_2_PI = math.sqrt(2 * math.pi)
ROOT_2 = math.sqrt(2)

# fmt: off
#           y = f(x)         dy = f′(x) dx
elementwise(sp.erf,          lambda g, x: g * np.exp(-x * x) * (2 / ROOT_PI))
elementwise(sp.erfc,         lambda g, x: g * np.exp(-x * x) * (-2 / ROOT_PI))
elementwise(sp.erfi,         lambda g, x: g * np.exp(x * x) * (2 / ROOT_PI))
elementwise(sp.erfcx,        lambda g, x: g * erfcx_slope(x))
elementwise(sp.dawsn,        lambda g, x: g * dawsn_slope(x))
elementwise(sp.wofz,         lambda g, x: g * wofz_slope(x))
elementwise(sp.erfinv,       lambda g, y: g * np.exp(y * y) * (ROOT_PI / 2))
elementwise(sp.erfcinv,      lambda g, y: g * np.exp(y * y) * (-ROOT_PI / 2))
elementwise(sp.ndtr,         lambda g, x: g * np.exp(-x * x / 2) / ROOT_2_PI)
elementwise(sp.ndtri,        lambda g, y: g * np.exp(y * y / 2) * ROOT_2_PI)
elementwise(sp.ndtri_exp,    lambda g, y: g / log_ndtr_slope(y))
elementwise(sp.log_ndtr,     lambda g, x: g * log_ndtr_slope(x))

#           z = f(x, y)      ∂z/∂x                               ∂z/∂y
elementwise(sp.owens_t,      lambda g, x, y: -g * np.exp(-x * x / 2) * sp.erf(x * y / ROOT_2)
                                             / (2 * ROOT_2_PI),
                             lambda g, x, y: g * np.exp(-x * x * (1 + y * y) / 2)
                                             / (2 * math.pi * (1 + y * y)))
# fmt: on


def start_of_tail(x):
    """From where the asymptotic series has all digits; earlier where there are fewer."""
    return 15 if np.finfo(x.dtype).eps < 1e-10 else 5


def far_and_near(x, far):
    """x where it is far out and 15 elsewhere; x where it is not and 0 elsewhere."""
    return select(far, x, 15), select(far, 0, x)


def asymptotic(u):
    """Σₖ (2k + 1)!! uᵏ, to all digits of a double for |u| below 1/450."""
    total = 1
    for k in range(9, 0, -1):
        total = 1 + (2 * k + 1) * u * total
    return total


def erfcx_slope(x):
    """2x erfcx(x) - 2/√π; far to the right by its asymptotic series, for there the two cancel."""
    far = (np.real(x) > start_of_tail(x)) & (np.abs(np.imag(x)) < np.real(x))
    outer, inner = far_and_near(x, far)
    u = -1 / (2 * outer * outer)
    series = asymptotic(u) * (2 / ROOT_PI) * u
    return select(far, series, 2 * inner * sp.erfcx(inner) - 2 / ROOT_PI)


def dawsn_slope(x):
    """1 - 2x dawsn(x); far out by its asymptotic series."""
    far = (np.abs(np.real(x)) > start_of_tail(x)) & (2 * np.abs(np.imag(x)) < np.abs(np.real(x)))
    outer, inner = far_and_near(x, far)
    u = 1 / (2 * outer * outer)
    return select(far, -u * asymptotic(u), 1 - 2 * inner * sp.dawsn(inner))


def wofz_slope(x):
    """The derivative of w(x) = erfcx(-i x)."""
    return erfcx_slope(x * -1j) * -1j


def log_ndtr_slope(x):
    """φ(x) / Φ(x), on the left by erfcx, which knows the tail."""
    if x.dtype.kind == "c":
        return np.exp(-x * x / 2 - sp.log_ndtr(x)) / ROOT_2_PI
    right = x > 0
    above, below = select(right, x, 0), select(right, 0, x)
    tail = (2 / ROOT_2_PI) / sp.erfcx(-below / ROOT_2)
    return select(right, np.exp(-above * above / 2) / (ROOT_2_PI * sp.ndtr(above)), tail)


@pullback(sp.voigt_profile)
def voigt_profile_pullback(g, out, x, sigma, gamma):
    """V = Re w(ζ) / (σ √2π) at ζ = (x + iγ) / (σ √2), and w′ by all three."""
    zeta = (x + 1j * gamma) / (sigma * ROOT_2)
    slope = wofz_slope(zeta)
    return (
        lambda: g * np.real(slope) / (2 * ROOT_PI * sigma * sigma),
        lambda: -g * (out / sigma + np.real(slope * zeta) / (ROOT_2_PI * sigma * sigma)),
        lambda: -g * np.imag(slope) / (2 * ROOT_PI * sigma * sigma),
    )
