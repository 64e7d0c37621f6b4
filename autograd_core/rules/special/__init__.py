"""The ufuncs of scipy.special: imported when the first of them meets a Variable.

=================  ===============================================================================
``regular``        quotients with a removable singularity, on which the others stand
``elementary``     exponentials and logarithms in other words, losses, Box and Cox
``gaussian``       error functions, and the normal distribution
``gamma``          gamma and beta functions, whole and incomplete
``distributions``  distribution functions and their inverses
``bessel``         Bessel functions and their family
``elliptic``       elliptic integrals and functions
``integrals``      exponential, trigonometric and Fresnel integrals, hypergeometric functions
``polynomials``    orthogonal polynomials
``waves``          Mathieu, parabolic cylinders, spheroids
=================  ===============================================================================
"""

import numpy as np
from scipy import special as sp

from ...forms import RULES
from ..constants import INSTEAD
from . import (
    bessel,
    distributions,
    elementary,
    elliptic,
    gamma,
    gaussian,
    integrals,
    polynomials,
    regular,
    waves,
)

for _ufunc in vars(sp).values():
    if isinstance(_ufunc, np.ufunc) and _ufunc not in RULES:
        INSTEAD[_ufunc] = INSTEAD[np.ufunc]

__all__ = [
    "bessel",
    "distributions",
    "elementary",
    "elliptic",
    "gamma",
    "gaussian",
    "integrals",
    "polynomials",
    "regular",
    "waves",
]
