"""Exponential, trigonometric and Fresnel integrals, the dilogarithm, hypergeometric functions."""

import math

import numpy as np
from scipy import special as sp

from ...forms import elementwise, pullback
from ..guards import select
from .regular import joint, log1p_ratio, sinh_ratio

ROOT_PI = math.sqrt(math.pi)
FORWARD = (1 - 1j) / math.sqrt(2 * math.pi)  # exp(-iπ/4) / √π
BACKWARD = (1 + 1j) / math.sqrt(2 * math.pi)

# fmt: off
elementwise(sp.expi,   lambda g, x: g * np.exp(x) / x)
elementwise(sp.exp1,   lambda g, x: -g * np.exp(-x) / x)
elementwise(sp.spence, lambda g, x: -g * log1p_ratio(x - 1))

pullback(sp.expn, at=1)(    lambda g, _out, n, x: -g * expn_before(n, x))
pullback(sp.sici)(          lambda g, _out, x: joint(
    g, np.sinc(x / math.pi), lambda: np.cos(x) / x))
pullback(sp.shichi)(        lambda g, _out, x: joint(g, sinh_ratio(x), lambda: np.cosh(x) / x))
pullback(sp.fresnel)(       lambda g, _out, x: joint(
    g, np.sin(math.pi / 2 * x * x), np.cos(math.pi / 2 * x * x)))
pullback(sp.modfresnelp)(   lambda g, out, x: joint(
    g, -np.exp(1j * (x * x)), -2j * x * out[1] - FORWARD))
pullback(sp.modfresnelm)(   lambda g, out, x: joint(
    g, -np.exp(-1j * (x * x)), 2j * x * out[1] - BACKWARD))

pullback(sp.hyp0f1, at=1)(  lambda g, _out, b, x: g * sp.hyp0f1(b + 1, x) / b)
pullback(sp.hyp1f1, at=2)(  lambda g, _out, a, b, x: g * sp.hyp1f1(a + 1, b + 1, x) * (a / b))
pullback(sp.hyp2f1, at=3)(  lambda g, _out, a, b, c, x: (
    g * sp.hyp2f1(a + 1, b + 1, c + 1, x) * (a * b / c)))
pullback(sp.hyperu, at=2)(  lambda g, _out, a, b, x: -g * sp.hyperu(a + 1, b + 1, x) * a)
# fmt: on


def expn_before(n, x):
    """Eₙ₋₁(x); E₋₁ is elementary."""
    last = n == 0
    inner = select(last, x, 1)
    return select(last, np.exp(-inner) * (1 + inner) / (inner * inner), sp.expn(n - (n > 0), x))
