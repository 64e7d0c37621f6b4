"""SciPy's functions that convert their arguments before NumPy's protocols see them.

One module for each of SciPy's, with its names and signatures, imported when it is asked for.
The ufuncs of scipy.special need none of this: SciPy's own take Variables.

>>> import numpy as np
>>> import autograd_core as ac
>>> x = ac.Variable(np.array([0.0, 1.0, 2.0]))
>>> ac.scipy.special.logsumexp(x).backward()
>>> x.grad
array([0.09003057, 0.24472847, 0.66524096])
"""

from importlib import import_module
from typing import Any

__all__ = ["integrate", "linalg", "optimize", "signal", "special", "stats"]


def __getattr__(name: str) -> Any:
    """A module of this package."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")
