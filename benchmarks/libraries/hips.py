"""HIPS autograd: the program in ``autograd.numpy``, under ``autograd.grad``."""

import autograd
import autograd.numpy as anp
from autograd.tracer import getval

from . import direction, namespace

IMPORT = "import autograd.numpy"
xp = namespace(anp, maximum=anp.maximum, stop=getval)


def gradient(case):
    """autograd.grad by all parameters at once."""
    parameters, constants = case.arrays()
    everything = list(range(len(parameters)))
    slope = autograd.grad(lambda *inputs: case.run(xp, *inputs), everything)
    return lambda: slope(*parameters, *constants)


def whole_call(case):
    """autograd.grad by one array."""
    (x,), constants = case.arrays()
    slope = autograd.grad(lambda x: case.run(xp, x, *constants))
    return lambda: [slope(x)]


def hessian(case):
    """autograd.hessian."""
    (x,), constants = case.arrays()
    second = autograd.hessian(lambda x: case.run(xp, x, *constants))
    return lambda: second(x)


def hessian_product(case):
    """autograd.hessian_vector_product."""
    (x,), constants = case.arrays()
    product = autograd.hessian_vector_product(lambda x: case.run(xp, x, *constants))
    v = direction(case)
    return lambda: product(x, v)


def jacobian(case):
    """autograd.jacobian."""
    (x,), constants = case.arrays()
    first = autograd.jacobian(lambda x: case.run(xp, x, *constants))
    return lambda: first(x)
