"""Solutions of Mathieu's equation, in parabolic cylinders and in spheroids.

SciPy gives a function and its derivative; the second derivative is what the equation says.
"""

import math

import numpy as np
from scipy import special as sp

from ...forms import pullback
from .regular import joint

DEGREE = math.pi / 180

# fmt: off
pullback(sp.mathieu_cem, at=2)(lambda g, out, m, q, x: (
    angular(g, out, sp.mathieu_a(m, q), q, x)))
pullback(sp.mathieu_sem, at=2)(lambda g, out, m, q, x: (
    angular(g, out, sp.mathieu_b(m, q), q, x)))
pullback(sp.mathieu_modcem1, at=2)(lambda g, out, m, q, x: (
    radial(g, out, sp.mathieu_a(m, q), q, x)))
pullback(sp.mathieu_modcem2, at=2)(lambda g, out, m, q, x: (
    radial(g, out, sp.mathieu_a(m, q), q, x)))
pullback(sp.mathieu_modsem1, at=2)(lambda g, out, m, q, x: (
    radial(g, out, sp.mathieu_b(m, q), q, x)))
pullback(sp.mathieu_modsem2, at=2)(lambda g, out, m, q, x: (
    radial(g, out, sp.mathieu_b(m, q), q, x)))

pullback(sp.pbdv, at=1)(lambda g, out, v, x: joint(g, out[1], (x * x / 4 - v - 0.5) * out[0]))
pullback(sp.pbvv, at=1)(lambda g, out, v, x: joint(g, out[1], (x * x / 4 - v - 0.5) * out[0]))
pullback(sp.pbwa, at=1)(lambda g, out, a, x: joint(g, out[1], (a - x * x / 4) * out[0]))

for _prolate in (sp.pro_ang1, sp.pro_rad1, sp.pro_rad2):
    pullback(_prolate, at=3)(lambda g, out, m, n, c, x: (
        prolate(g, out, m, c, sp.pro_cv(m, n, c), x)))
for _prolate in (sp.pro_ang1_cv, sp.pro_rad1_cv, sp.pro_rad2_cv):
    pullback(_prolate, at=4)(lambda g, out, m, _n, c, cv, x: prolate(g, out, m, c, cv, x))
pullback(sp.obl_ang1, at=3)(   lambda g, out, m, n, c, x: (
    oblate_angular(g, out, m, c, sp.obl_cv(m, n, c), x)))
pullback(sp.obl_ang1_cv, at=4)(lambda g, out, m, _n, c, cv, x: oblate_angular(g, out, m, c, cv, x))
for _oblate in (sp.obl_rad1, sp.obl_rad2):
    pullback(_oblate, at=3)(lambda g, out, m, n, c, x: (
        oblate_radial(g, out, m, c, sp.obl_cv(m, n, c), x)))
for _oblate in (sp.obl_rad1_cv, sp.obl_rad2_cv):
    pullback(_oblate, at=4)(lambda g, out, m, _n, c, cv, x: oblate_radial(g, out, m, c, cv, x))
# fmt: on


def angular(g, out, a, q, x):
    """Mathieu's equation y″ = -(a - 2q cos 2x) y, with x in degrees."""
    y, dy = out
    return joint(g, dy, -(a - 2 * q * np.cos(2 * DEGREE * x)) * y) * DEGREE


def radial(g, out, a, q, x):
    """The modified equation y″ = (a - 2q cosh 2x) y."""
    y, dy = out
    return joint(g, dy, (a - 2 * q * np.cosh(2 * x)) * y)


def prolate(g, out, m, c, cv, x):
    """(1 - x²) y″ = 2x y′ - (λ - c²x² - m² / (1 - x²)) y, inside and outside of x = 1."""
    y, dy = out
    room = (1 - x) * (1 + x)
    return joint(g, dy, (2 * x * dy - (cv - (c * x) ** 2 - m * m / room) * y) / room)


def oblate_angular(g, out, m, c, cv, x):
    """(1 - x²) y″ = 2x y′ - (λ + c²x² - m² / (1 - x²)) y."""
    y, dy = out
    room = (1 - x) * (1 + x)
    return joint(g, dy, (2 * x * dy - (cv + (c * x) ** 2 - m * m / room) * y) / room)


def oblate_radial(g, out, m, c, cv, x):
    """(x² + 1) y″ = (λ - c²x² - m² / (x² + 1)) y - 2x y′."""
    y, dy = out
    room = x * x + 1
    return joint(g, dy, ((cv - (c * x) ** 2 - m * m / room) * y - 2 * x * dy) / room)
