"""Optimizers: one walk over the parameters, and the update rules."""

from . import (
    adaptive,
    averaging,
    clipping,
    descent,
    lbfgs,
    matrices,
    minimize,
    optimizer,
    scaled,
    search,
)
from .adaptive import *  # noqa: F403
from .averaging import *  # noqa: F403
from .clipping import *  # noqa: F403
from .descent import *  # noqa: F403
from .lbfgs import *  # noqa: F403
from .matrices import *  # noqa: F403
from .minimize import *  # noqa: F403
from .names import get  # noqa: F401  (reached as nn.optim.get)
from .optimizer import *  # noqa: F403
from .scaled import *  # noqa: F403
from .search import *  # noqa: F403

__all__ = [
    *adaptive.__all__,
    *averaging.__all__,
    *clipping.__all__,
    *descent.__all__,
    *lbfgs.__all__,
    *matrices.__all__,
    *minimize.__all__,
    *optimizer.__all__,
    *scaled.__all__,
    *search.__all__,
]
