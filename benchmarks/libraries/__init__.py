"""One file for each library: how its users would run a case.

Each offers some of these, called with a Case, returning a function that takes nothing:

    gradient            forward and backward; the gradients by all parameters, in a list
    function            the value alone, on the library's plain arrays
    unrecorded          the value alone, on differentiable arrays, with recording switched off
    whole_call          a gradient from plain arrays to plain arrays, as an optimizer calls it
    hessian, jacobian   the matrix, by the one parameter
    hessian_product     the Hessian times ``direction(case)``
    step, predict, …    of networks; see ``training``

and IMPORT, the statement whose time an import costs.
"""

import importlib
from importlib.util import find_spec
from types import SimpleNamespace

import numpy as np

MODULES = {  # our name of a library -> the module that must be installed
    "ours": "autograd_core",
    "by_hand": "numpy",
    "hips": "autograd",
    "mygrad": "mygrad",
    "torch": "torch",
    "jax": "jax",
    "micrograd": "micrograd",
}
NAMES = ("sin", "exp", "log", "tanh", "sum", "mean", "max", "where", "einsum", "concatenate")


def installed():
    """The libraries that can be measured here."""
    return [name for name, module in MODULES.items() if find_spec(module)]


def load(name):
    """The file of one library."""
    return importlib.import_module(f"{__name__}.{name}")


def namespace(module, **own):
    """The names that programs use, from a library's copy of NumPy; ``own`` replaces or adds."""
    return SimpleNamespace(**({name: getattr(module, name) for name in NAMES} | own))


def direction(case):
    """A fixed vector of the shape of the first parameter."""
    (first, *_), _ = case.arrays()
    return np.random.default_rng(11).normal(size=first.shape)
