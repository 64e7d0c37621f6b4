"""autograd_core: the program in plain NumPy, on Variables; nn for what is trained."""

import numpy as np

import autograd_core as ac

from ..training.ours import fit, loop, predict, step  # noqa: F401 -- modes, as the functions here
from . import direction, namespace

IMPORT = "import autograd_core"
xp = namespace(np, maximum=np.maximum, stop=ac.stop_gradient)


def gradient(case):
    """Leaves made once, their gradients cleared before each pass, as in a training loop."""
    parameters, constants = case.arrays()
    leaves = [ac.Variable(p) for p in parameters]

    def call():
        for leaf in leaves:
            leaf.grad = None
        case.run(xp, *leaves, *constants).backward()
        return [leaf.grad for leaf in leaves]

    return call


def unrecorded(case):
    """The program on Variables inside no_grad."""
    parameters, constants = case.arrays()
    leaves = [ac.Variable(p) for p in parameters]

    def call():
        with ac.no_grad():
            return case.run(xp, *leaves, *constants)

    return call


def whole_call(case):
    """ac.grad of the program, from array to array."""
    (x,), constants = case.arrays()
    slope = ac.grad(lambda x: case.run(xp, x, *constants))
    return lambda: [slope(x)]


def hessian(case):
    """ac.hessian."""
    (x,), constants = case.arrays()
    second = ac.hessian(lambda x: case.run(xp, x, *constants))
    return lambda: second(x)


def hessian_product(case):
    """ac.hvp."""
    (x,), constants = case.arrays()
    product, v = ac.hvp(lambda x: case.run(xp, x, *constants)), direction(case)
    return lambda: product(x, v)


def jacobian(case):
    """ac.jacobian."""
    (x,), constants = case.arrays()
    first = ac.jacobian(lambda x: case.run(xp, x, *constants))
    return lambda: first(x)
