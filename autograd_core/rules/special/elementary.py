"""Exponentials and logarithms in other words, losses, and the transforms of Box and Cox.

``g`` is the cotangent, ``x`` and ``y`` the operands, the last letter the output, as in the table of
NumPy's own ufuncs.
"""

import math

import numpy as np
from scipy import special as sp

from ...forms import constant, elementwise, pullback
from ..guards import power_log, power_slope, ratio, select
from .regular import exprel_slope, log1p_ratio_slope, quotient

DEGREE = math.pi / 180

# fmt: off
#           y = f(x)         dy = f′(x) dx
elementwise(sp.expit,        lambda g, x, y: g * y * sp.expit(-x))
elementwise(sp.logit,        lambda g, x: g / (x * (1 - x)))
elementwise(sp.log_expit,    lambda g, x: g * sp.expit(-x))
elementwise(sp.exp2,         lambda g, y: g * y * math.log(2))
elementwise(sp.exp10,        lambda g, y: g * y * math.log(10))
elementwise(sp.expm1,        lambda g, x: g * np.exp(x))
elementwise(sp.exprel,       lambda g, x: g * exprel_slope(x))
elementwise(sp.log1p,        lambda g, x: g / (1 + x))
elementwise(sp.cbrt,         lambda g, y: g / (3 * y * y))
elementwise(sp.cosm1,        lambda g, x: -g * np.sin(x))
elementwise(sp.sindg,        lambda g, x: g * sp.cosdg(x) * DEGREE)
elementwise(sp.cosdg,        lambda g, x: -g * sp.sindg(x) * DEGREE)
elementwise(sp.tandg,        lambda g, y: g * (1 + y * y) * DEGREE)
elementwise(sp.cotdg,        lambda g, y: -g * (1 + y * y) * DEGREE)
elementwise(sp.entr,         lambda g, x: -g * (np.log(x) + 1))
elementwise(sp.wrightomega,  lambda g, y: g * y / (1 + y))

#           z = f(x, y)      ∂z/∂x                               ∂z/∂y
elementwise(sp.xlogy,        lambda g, y: g * np.log(y),         lambda g, x, y: g * quotient(x, y))
elementwise(sp.xlog1py,      lambda g, y: g * np.log1p(y),
                             lambda g, x, y: g * quotient(x, 1 + y))
elementwise(sp.rel_entr,     lambda g, x, y: g * (np.log(x / y) + 1),
                             lambda g, x, y: -g * quotient(x, y))
elementwise(sp.kl_div,       lambda g, x, y: g * np.log(x / y),
                             lambda g, x, y: g - g * quotient(x, y))
elementwise(sp.powm1,        lambda g, x, y: power_slope(g, x, y),
                             lambda g, x, z: g * power_log(x, z + 1))
elementwise(sp.huber,        lambda g, x, y: g * np.maximum(np.absolute(y) - x, 0),
                             lambda g, x, y: g * np.clip(y, -x, x))
elementwise(sp.pseudo_huber, lambda g, x, y: g * pseudo_huber_width(x, y),
                             lambda g, x, y: g * x * ratio(y, np.hypot(x, y)))
elementwise(sp.boxcox,       lambda g, x, y: g * x ** (y - 1),
                             lambda g, x, y: g * boxcox_power(x, y))
elementwise(sp.boxcox1p,     lambda g, x, y: g * np.exp((y - 1) * np.log1p(x)),
                             lambda g, x, y: g * boxcox_slope(np.log1p(x), y))
elementwise(sp.inv_boxcox,   lambda g, y, z: g * z ** (1 - y),
                             lambda g, x, y, z: g * z * x * x * log1p_ratio_slope(x * y))
elementwise(sp.inv_boxcox1p, lambda g, y, z: g * (1 + z) ** (1 - y),
                             lambda g, x, y, z: g * (1 + z) * x * x * log1p_ratio_slope(x * y))

pullback(sp.radian)(lambda g, _out, _d, _m, _s: (g * DEGREE, g * DEGREE / 60, g * DEGREE / 3600))
pullback(sp._ufuncs._lambertw, at=0)(lambda g, out, _z, _k, _tol: g * np.exp(-out) / (1 + out))
# fmt: on

constant(sp.round, sp.gammasgn)


def pseudo_huber_width(d, r):
    """The derivative by the width d: r⁴ / (h (h + d)²) for h = √(d² + r²)."""
    h = np.hypot(d, r)
    return r * ratio(r, h) * ratio(r, h + d) ** 2


def boxcox_slope(log, m):
    """The derivative by m of (exp(m log) - 1) / m."""
    return log * log * exprel_slope(m * log)


def boxcox_power(x, m):
    """The derivative of (xᵐ - 1) / m by m; m⁻² at x = 0."""
    zero = x == 0
    inner = boxcox_slope(np.log(select(zero, 1, x)), m)
    return select(zero, 1 / select(zero, m * m, 1), inner)
