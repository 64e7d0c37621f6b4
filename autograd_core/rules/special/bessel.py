"""Bessel functions and their family: cylinders, spheres, Airy, Kelvin, Struve.

The derivative by x steps the order; the derivative by the order is refused.
"""

import math

import numpy as np
from scipy import special as sp

from ...forms import elementwise, pullback
from ..guards import select
from .regular import bessel_rest, in_precision, joint

# fmt: off
#           y = f(x)   dy = f′(x) dx
elementwise(sp.j0,     lambda g, x: -g * sp.j1(x))
elementwise(sp.j1,     lambda g, x: g * (sp.j0(x) - sp.jv(2, x)) / 2)
elementwise(sp.y0,     lambda g, x: -g * sp.y1(x))
elementwise(sp.y1,     lambda g, x: g * (sp.y0(x) - sp.yv(2, x)) / 2)
elementwise(sp.i0,     lambda g, x: g * sp.i1(x))
elementwise(sp.i1,     lambda g, x: g * (sp.i0(x) + sp.iv(2, x)) / 2)
elementwise(sp.i0e,    lambda g, x, y: g * (sp.i1e(x) - np.sign(x) * y))
elementwise(sp.i1e,    lambda g, x, y: g * ((sp.i0e(x) + sp.ive(2, x)) / 2 - np.sign(x) * y))
elementwise(sp.k0,     lambda g, x: -g * sp.k1(x))
elementwise(sp.k1,     lambda g, x: -g * (sp.k0(x) + sp.kv(2, x)) / 2)
elementwise(sp.k0e,    lambda g, x, y: g * (y - sp.k1e(x)))
elementwise(sp.k1e,    lambda g, x, y: g * (y - (sp.k0e(x) + sp.kve(2, x)) / 2))

#        of order v
pullback(sp.jv, at=1)(lambda g, _out, v, x: g * fall(sp.jv, v, x))
pullback(sp.yv, at=1)(lambda g, _out, v, x: g * fall(sp.yv, v, x))
pullback(sp.yn, at=1)(lambda g, _out, n, x: g * fall(sp.yn, n, x))
pullback(sp.iv, at=1)(lambda g, _out, v, x: g * rise(sp.iv, v, x))
pullback(sp.kv, at=1)(lambda g, _out, v, x: -g * rise(sp.kv, v, x))
pullback(sp.kn, at=1)(lambda g, _out, n, x: -g * rise(sp.kn, n, x))
pullback(sp.hankel1, at=1)(lambda g, _out, v, z: g * fall(sp.hankel1, v, z))
pullback(sp.hankel2, at=1)(lambda g, _out, v, z: g * fall(sp.hankel2, v, z))

#        scaled: jve = jv exp(-|Im x|), ive = iv exp(-|Re x|), which are not holomorphic
pullback(sp.jve, at=1)(lambda g, out, v, x: damped_across(g, out, fall(sp.jve, v, x), x))
pullback(sp.yve, at=1)(lambda g, out, v, x: damped_across(g, out, fall(sp.yve, v, x), x))
pullback(sp.ive, at=1)(lambda g, out, v, x: damped_along(g, out, rise(sp.ive, v, x), x))
pullback(sp.kve, at=1)(lambda g, out, v, x: g * (out - rise(sp.kve, v, x)))
pullback(sp.hankel1e, at=1)(lambda g, out, v, z: g * (fall(sp.hankel1e, v, z) - 1j * out))
pullback(sp.hankel2e, at=1)(lambda g, out, v, z: g * (fall(sp.hankel2e, v, z) + 1j * out))

#        Struve, Wright
pullback(sp.struve, at=1)(lambda g, _out, v, x: g * (
    fall(sp.struve, v, x) + struve_rest(v, x, g)))
pullback(sp.modstruve, at=1)(lambda g, _out, v, x: g * (
    rise(sp.modstruve, v, x) + struve_rest(v, x, g)))
pullback(sp.itstruve0)(   lambda g, _out, x: g * sp.struve(in_precision(x, 0), x))
pullback(sp.it2struve0)(  lambda g, _out, x: -g * struve_ratio(x))
pullback(sp.itmodstruve0)(lambda g, _out, x: g * sp.modstruve(in_precision(x, 0), x))
pullback(sp.wright_bessel, at=2)(lambda g, _out, a, b, x: g * sp.wright_bessel(a, a + b, x))
pullback(sp.besselpoly, at=0)(lambda g, _out, a, lmb, nu: g * (
    sp.besselpoly(a, lmb + 1, nu - 1) - sp.besselpoly(a, lmb + 1, nu + 1)))

#        Airy functions, and integrals; four or two results
pullback(sp.airy)(   lambda g, out, x: joint(g, out[1], x * out[0], out[3], x * out[2]))
pullback(sp.itairy)( lambda g, _out, x: joint(
    g, *(lambda s=s, k=k: sp.airy(s * x)[k] for s in (1, -1) for k in (0, 2))))
pullback(sp.itj0y0)( lambda g, _out, x: joint(g, sp.j0(x), lambda: sp.y0(x)))
pullback(sp.iti0k0)( lambda g, _out, x: joint(g, sp.i0(x), lambda: sp.k0(x)))
pullback(sp.it2j0y0)(lambda g, _out, x: joint(g, -bessel_rest(x, -1), lambda: -sp.y0(x) / x))
pullback(sp.it2i0k0)(lambda g, _out, x: joint(g, bessel_rest(x, 1), lambda: -sp.k0(x) / x))

#        Kelvin
elementwise(sp.ber,    lambda g, x: g * sp.berp(x))
elementwise(sp.bei,    lambda g, x: g * sp.beip(x))
elementwise(sp.ker,    lambda g, x: g * sp.kerp(x))
elementwise(sp.kei,    lambda g, x: g * sp.keip(x))
elementwise(sp.berp,   lambda g, x, y: -g * (sp.bei(x) + kelvin_ratio(x, y, 0)))
elementwise(sp.beip,   lambda g, x, y: g * (sp.ber(x) - kelvin_ratio(x, y, 0.5)))
elementwise(sp.kerp,   lambda g, x, y: -g * (sp.kei(x) + y / x))
elementwise(sp.keip,   lambda g, x, y: g * (sp.ker(x) - y / x))
pullback(sp.kelvin)(lambda g, out, x: joint(
    g, out[2], out[3],
    1j * out[0] - kelvin_ratio(x, out[2], 0.5j), lambda: 1j * out[1] - out[3] / x))
# fmt: on

if hasattr(sp, "log_wright_bessel"):  # since SciPy 1.14

    @pullback(sp.log_wright_bessel, at=2)
    def log_wright_bessel_pullback(g, out, a, b, x):
        """The ratio of two of Wright's functions."""
        return g * np.exp(sp.log_wright_bessel(a, a + b, x) - out)


def fall(f, v, x):
    """(f(v - 1, x) - f(v + 1, x)) / 2."""
    return (f(v - 1, x) - f(v + 1, x)) / 2


def rise(f, v, x):
    """(f(v - 1, x) + f(v + 1, x)) / 2."""
    return (f(v - 1, x) + f(v + 1, x)) / 2


def damped_along(g, out, slope, x):
    """The cotangent through h(x) exp(-|Re x|), whose first factor alone has the slope."""
    return g * slope - np.sign(np.real(x)) * np.real(g * out)


def damped_across(g, out, slope, x):
    """The cotangent through h(x) exp(-|Im x|)."""
    if x.dtype.kind != "c":
        return g * slope
    return g * slope + 1j * np.sign(np.imag(x)) * np.real(g * out)


def struve_rest(v, x, g):
    """(x/2)ᵛ / (2 √π Γ(v + 3/2))."""
    v = in_precision(g, v)
    return (x / 2) ** v * sp.rgamma(v + 1.5) / (2 * math.sqrt(math.pi))


def struve_ratio(x):
    """H₀(x) / x, and 2/π at 0."""
    zero = x == 0
    return select(zero, 2 / math.pi, sp.struve(in_precision(x, 0), x) / select(zero, 1, x))


def kelvin_ratio(x, y, limit):
    """y / x, and its limit at 0."""
    zero = x == 0
    return select(zero, limit, y / select(zero, 1, x))


@pullback(sp.airye)
def airye_pullback(g, out, x):
    """Ai exp(s) and Bi exp(-|Re s|) for s = ⅔ x^{3/2}, s′ = √x; what is nan left of 0 stays so."""
    if x.dtype.kind == "c":
        root, side = np.sqrt(x), np.sign(np.real(x * np.sqrt(x)))
    else:
        right = x > 0
        root, side = select(right, np.sqrt(select(right, x, 1)), 0), 1
    first = joint(g, out[1] + root * out[0], x * out[0] + root * out[1], out[3], x * out[2])
    damped = joint(g, 0 * x, 0 * x, out[2], out[3])
    return first - side * root * np.real(damped)
