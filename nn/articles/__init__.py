"""The two seed articles' own names: their programs run from here with only their imports changed.

Source: P. Bhatia, "Implementing a Deep Learning Library from Scratch in Python" (2020), here A;
A. Pérez, "Create your own Deep Learning framework using Numpy" (2019), here B. What differs: rows
are samples everywhere but in B's ``model.train`` and what is predicted after it; gradients are
computed by the tape, so that ``backward`` is needed by those who call it themselves alone.
"""

from ..loading import DataGenerator
from ..metrics import roc_auc as roc_auc_score
from ..optim import SGD, Adam, RMSprop
from . import functions, layers, losses, models, toys
from .functions import *  # noqa: F403
from .layers import *  # noqa: F403
from .losses import *  # noqa: F403
from .models import *  # noqa: F403
from .toys import *  # noqa: F403

__all__ = [
    "SGD",
    "Adam",
    "DataGenerator",
    "RMSprop",
    "roc_auc_score",
    *functions.__all__,
    *layers.__all__,
    *losses.__all__,
    *models.__all__,
    *toys.__all__,
]
