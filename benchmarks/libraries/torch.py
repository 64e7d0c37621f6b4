"""PyTorch eager, on one thread: the program on tensors, and ``backward``."""

import torch
from torch.autograd import functional

from ..training.torch import predict, step  # noqa: F401 -- modes, as the functions here
from . import direction, namespace

IMPORT = "import torch"
torch.set_num_threads(1)
xp = namespace(torch, max=torch.amax, sigmoid=torch.sigmoid, stop=torch.detach)


def _tensors(case, requires_grad):
    """The parameters and the constants, as tensors."""
    parameters, constants = case.arrays()
    leaves = [torch.tensor(p, dtype=torch.float64) for p in parameters]
    for leaf in leaves:
        leaf.requires_grad_(requires_grad)
    return leaves, [torch.as_tensor(c) for c in constants]


def gradient(case):
    """Leaves made once, their gradients cleared before each pass, as in a training loop."""
    leaves, constants = _tensors(case, requires_grad=True)

    def call():
        for leaf in leaves:
            leaf.grad = None
        case.run(xp, *leaves, *constants).backward()
        return [leaf.grad for leaf in leaves]

    return call


def function(case):
    """The program on tensors that want no gradient."""
    leaves, constants = _tensors(case, requires_grad=False)
    return lambda: case.run(xp, *leaves, *constants)


def whole_call(case):
    """From array to array, as an optimizer written for NumPy needs it."""
    (x,), _ = case.arrays()
    _, constants = _tensors(case, requires_grad=False)

    def call():
        leaf = torch.tensor(x, requires_grad=True)
        case.run(xp, leaf, *constants).backward()
        return [leaf.grad.numpy()]

    return call


def hessian(case):
    """torch.autograd.functional.hessian."""
    (x,), constants = _tensors(case, requires_grad=False)
    return lambda: functional.hessian(lambda x: case.run(xp, x, *constants), x)


def hessian_product(case):
    """torch.autograd.functional.vhp: the Hessian is symmetric, and this is the quicker one."""
    (x,), constants = _tensors(case, requires_grad=False)
    v = torch.tensor(direction(case))
    return lambda: functional.vhp(lambda x: case.run(xp, x, *constants), x, v)[1]


def jacobian(case):
    """torch.autograd.functional.jacobian."""
    (x,), constants = _tensors(case, requires_grad=False)
    return lambda: functional.jacobian(lambda x: case.run(xp, x, *constants), x)
