"""Elliptic integrals and functions, by Carlson's symmetric forms, which are regular at m = 0."""

import math

import numpy as np
from scipy import special as sp

from ...forms import composite, elementwise, pullback
from .regular import joint

# fmt: off
#           y = f(x)          dy = f′(x) dx
elementwise(sp.ellipk,        lambda g, x, y: g * (y - complete_rest(1 - x)) / (2 * (1 - x)))
elementwise(sp.ellipkm1,      lambda g, x, y: -g * (y - complete_rest(x)) / (2 * x))
elementwise(sp.ellipe,        lambda g, x: -g * complete_rest(1 - x) / 2)

#           z = f(x, y)       ∂z/∂x                               ∂z/∂y
elementwise(sp.ellipkinc,     lambda g, x, y: g / delta(x, y),
                              lambda g, x, y, z: g * by_m(x, y, z))
elementwise(sp.ellipeinc,     lambda g, x, y: g * delta(x, y),
                              lambda g, x, y: -g * rest(x, y) / 2)
elementwise(sp.agm,           lambda g, x, y, z: g * agm_slope(x, y, z),
                              lambda g, x, y, z: g * agm_slope(y, x, z))
elementwise(sp.elliprc,       lambda g, x, y: -g * sp.elliprd(y, y, x) / 6,
                              lambda g, x, y: -g * sp.elliprd(x, y, y) / 3)

pullback(sp.elliprf)(lambda g, _out, x, y, z: (
    lambda: -g * sp.elliprd(y, z, x) / 6,
    lambda: -g * sp.elliprd(z, x, y) / 6,
    lambda: -g * sp.elliprd(x, y, z) / 6))
pullback(sp.elliprg)(lambda g, _out, x, y, z: (
    lambda: g * (sp.elliprf(x, y, z) - x * sp.elliprd(y, z, x) / 3) / 4,
    lambda: g * (sp.elliprf(x, y, z) - y * sp.elliprd(z, x, y) / 3) / 4,
    lambda: g * (sp.elliprf(x, y, z) - z * sp.elliprd(x, y, z) / 3) / 4))
# fmt: on


def delta(f, m):
    """√(1 - m sin² f)."""
    return np.sqrt(1 - m * np.sin(f) ** 2)


def complete_rest(p):
    """D = (K - E) / m at m = 1 - p."""
    return sp.elliprd(0, p, 1) / 3


def rest(f, m):
    """D(f, m) = (F - E) / m, for any f: 2 D(m) is its period's share."""
    periods = np.rint(f / math.pi)
    f = f - periods * math.pi
    s, c = np.sin(f), np.cos(f)
    inner = s * s * s * sp.elliprd(c * c, 1 - m * s * s, 1) / 3
    return inner + np.where(periods == 0, 0, 2 * periods) * complete_rest(1 - m)


def by_m(f, m, z):
    """The derivative of F(f, m) = z by m."""
    cross = np.sin(f) * np.cos(f) / delta(f, m)
    return (z - rest(f, m) - cross) / (2 * (1 - m))


def agm_slope(x, y, z):
    """The derivative of z = agm(x, y) = π / (2 R_F(0, x², y²)) by x."""
    u, v = x / z, y / z
    return np.absolute(u) * sp.elliprd(0, v * v, u * u) * (2 / (3 * math.pi))


@pullback(sp.ellipj)
def ellipj_pullback(g, out, u, m):
    """By the equations of sn, cn and dn, and by the derivative h of the amplitude by m."""
    sn, cn, dn, ph = out

    def by_modulus():
        h = -dn * by_m(ph, m, u)
        third = -(sn * sn + 2 * m * sn * cn * h) / (2 * dn)
        return joint(g, cn * h, -sn * h, third, h)

    return lambda: joint(g, cn * dn, -sn * dn, -m * sn * cn, dn), by_modulus


DUPLICATIONS = 9


@composite(sp.elliprd)
def elliprd_composite(x, y, z, _dtype=None, _casting=None, _order=None, _subok=None):
    """R_D by nine duplications and a series: each divides the error's root by four.

    Differentiated as it stands, it is regular where arguments are equal; the closed expressions
    are not. Source: B. C. Carlson, Numerical Algorithms 10 (1995), 13–26.
    """
    zero = np.result_type(x, y, z, np.float32).type(0)
    x, y, z = x + zero, y + zero, z + zero
    total, scale = 0, 3
    for _ in range(DUPLICATIONS):
        a, b, c = np.sqrt(x), np.sqrt(y), np.sqrt(z)
        shift = a * b + b * c + c * a
        total = total + scale / (c * (z + shift))
        x, y, z, scale = (x + shift) / 4, (y + shift) / 4, (z + shift) / 4, scale / 4
    mean = (x + y + 3 * z) / 5
    u, v = 1 - x / mean, 1 - y / mean
    w = -(u + v) / 3
    e2, e3 = u * v - 6 * w * w, (3 * u * v - 8 * w * w) * w
    series = 1 - 3 * e2 / 14 + e3 / 6 + 9 * e2 * e2 / 88
    return total + scale / 3 * series / (mean * np.sqrt(mean))
