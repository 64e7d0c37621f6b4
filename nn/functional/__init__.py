"""The functions behind the layers: pure, differentiable, on arrays and Variables alike."""

from . import (
    activations,
    affine,
    attention,
    binary,
    classification,
    conv,
    gates,
    losses,
    noise,
    normalization,
    pooling,
    recurrent,
)
from . import embedding as _embedding  # it has a function of its own name
from .activations import *  # noqa: F403
from .affine import *  # noqa: F403
from .attention import *  # noqa: F403
from .binary import *  # noqa: F403
from .classification import *  # noqa: F403
from .conv import *  # noqa: F403
from .embedding import *  # noqa: F403
from .gates import *  # noqa: F403
from .losses import *  # noqa: F403
from .noise import *  # noqa: F403
from .normalization import *  # noqa: F403
from .pooling import *  # noqa: F403
from .recurrent import *  # noqa: F403

__all__ = [
    *activations.__all__,
    *affine.__all__,
    *attention.__all__,
    *binary.__all__,
    *classification.__all__,
    *conv.__all__,
    *_embedding.__all__,
    *gates.__all__,
    *losses.__all__,
    *noise.__all__,
    *normalization.__all__,
    *pooling.__all__,
    *recurrent.__all__,
]
