"""MyGrad: the program on ``mygrad.Tensor``, with its own functions, and ``backward``."""

import mygrad as mg

from ..training.mygrad import step  # noqa: F401 -- a mode, as the functions here
from . import namespace

IMPORT = "import mygrad"
xp = namespace(mg, stop=lambda x: x.data)


def gradient(case):
    """Tensors made once; MyGrad drops their gradients when they are used again."""
    parameters, constants = case.arrays()
    leaves = [mg.tensor(p) for p in parameters]

    def call():
        case.run(xp, *leaves, *constants).backward()
        return [leaf.grad for leaf in leaves]

    return call
