"""Neural networks on top of autograd_core: layers, losses, optimizers, and a Model that trains."""

from importlib import import_module
from typing import Any

from autograd_core import Function

from . import (
    activations,
    articles,
    attention,
    callbacks,
    checkpoint,
    containers,
    conv,
    data,
    datasets,
    defaults,
    dropout,
    embedding,
    functional,
    init,
    linear,
    loading,
    losses,
    metrics,
    model,
    module,
    norm,
    optim,
    plot,
    pooling,
    recurrent,
    regularizers,
    schedules,
    separable,
    serialize,
    shape,
    testing,
    torch_weights,
    transforms,
)
from .activations import *  # noqa: F403
from .articles import (
    BinaryCrossEntropy,
    MeanSquaredError,
    Tensor,
    generate_data,
    genSpiralData,
    plot2DData,
    plot2DDataWithDecisionBoundary,
    plot_generated_data,
    roc_auc_score,
)
from .attention import *  # noqa: F403
from .checkpoint import *  # noqa: F403
from .containers import *  # noqa: F403
from .conv import *  # noqa: F403
from .data import *  # noqa: F403
from .defaults import *  # noqa: F403
from .dropout import *  # noqa: F403
from .embedding import *  # noqa: F403
from .linear import *  # noqa: F403
from .loading import *  # noqa: F403
from .losses import *  # noqa: F403
from .model import *  # noqa: F403
from .module import *  # noqa: F403
from .norm import *  # noqa: F403
from .optim import *  # noqa: F403
from .pooling import *  # noqa: F403
from .recurrent import *  # noqa: F403
from .regularizers import *  # noqa: F403
from .schedules import *  # noqa: F403
from .separable import *  # noqa: F403
from .serialize import *  # noqa: F403
from .shape import *  # noqa: F403
from .torch_weights import *  # noqa: F403
from .transforms import *  # noqa: F403

__dist__ = "autograd-core"


def __getattr__(name: str) -> Any:
    """``nn.sklearn``, which needs an optional package, when it is asked for."""
    if name == "sklearn":
        return import_module("nn.sklearn")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "BinaryCrossEntropy",
    "Function",
    "MeanSquaredError",
    "Tensor",
    "articles",
    "callbacks",
    "datasets",
    "functional",
    "genSpiralData",
    "generate_data",
    "init",
    "metrics",
    "plot",
    "plot2DData",
    "plot2DDataWithDecisionBoundary",
    "plot_generated_data",
    "roc_auc_score",
    "schedules",
    "testing",
    *activations.__all__,
    *attention.__all__,
    *checkpoint.__all__,
    *containers.__all__,
    *conv.__all__,
    *data.__all__,
    *defaults.__all__,
    *dropout.__all__,
    *embedding.__all__,
    *linear.__all__,
    *loading.__all__,
    *losses.__all__,
    *model.__all__,
    *module.__all__,
    *norm.__all__,
    *optim.__all__,
    *pooling.__all__,
    *recurrent.__all__,
    *regularizers.__all__,
    *schedules.__all__,
    *separable.__all__,
    *serialize.__all__,
    *shape.__all__,
    *torch_weights.__all__,
    *transforms.__all__,
]
