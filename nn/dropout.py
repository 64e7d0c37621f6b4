"""Layers that add noise in training, to values or weights; weights as length and direction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from . import functional as F
from .defaults import Seed, generator
from .functional.noise import check_deviation, check_probability, kept
from .hints import about_mode
from .module import Module
from .parameter import Parameter

__all__ = [
    "AlphaDropout",
    "DropConnect",
    "DropOut",
    "Dropout",
    "Dropout2d",
    "GaussianNoise",
    "WeightNorm",
]


class Dropout(Module):
    """In training each value is zero with probability p, and x / (1 - p) otherwise.

    Args:
        p: from 0 to 1; 1 gives zeros.
        rng: the generator to draw from.
    Shapes:
        any → the same.
    Raises:
        ArgumentError: p outside of [0, 1].
    Source: Srivastava et al., "Dropout" (2014), §4, with the scaling moved into training.

    >>> import numpy as np
    >>> layer = Dropout(0.5, rng=0)
    >>> layer(np.ones(6)).numpy()
    array([2., 2., 2., 0., 0., 0.])
    >>> layer.eval()(np.ones(6)).numpy()
    array([1., 1., 1., 1., 1., 1.])
    """

    def __init__(self, p: float = 0.5, *, rng: Seed = None) -> None:
        check_probability("Dropout()", p)
        self.p, self.rng = p, generator(rng)

    def forward(self, x: Any) -> Any:
        """Any shape → the same."""
        about_mode(self)
        return F.dropout(x, self.p, training=self.training, rng=self.rng)


DropOut = Dropout


class Dropout2d(Module):
    """In training each channel of each image is zero with probability p, and x / (1 - p) otherwise.

    Args:
        p, rng: as for ``Dropout``.
    Shapes:
        (N, C, ...) → the same.
    Raises:
        ArgumentError: p outside of [0, 1].
        ShapeError: when called on inputs of fewer than two axes.
    Source: Tompson et al., "Efficient object localization using convolutional networks" (2015), §3.

    >>> import numpy as np
    >>> Dropout2d(0.5, rng=0)(np.ones((1, 4, 1, 2))).numpy()[0, 2:, 0]
    array([[2., 2.],
           [0., 0.]])
    """

    def __init__(self, p: float = 0.5, *, rng: Seed = None) -> None:
        check_probability("Dropout2d()", p)
        self.p, self.rng = p, generator(rng)

    def forward(self, x: Any) -> Any:
        """(N, C, ...) → the same."""
        about_mode(self)
        return F.dropout2d(x, self.p, training=self.training, rng=self.rng)


class AlphaDropout(Module):
    """In training values are set to SELU's floor with probability p; mean and variance are kept.

    Args:
        p, rng: as for ``Dropout``.
    Shapes:
        any → the same.
    Raises:
        ArgumentError: p outside of [0, 1].
    Source: Klambauer et al., "Self-normalizing neural networks" (2017), "new dropout technique".

    >>> import numpy as np
    >>> AlphaDropout(0.5, rng=0)(np.zeros(4)).numpy().round(4)
    array([ 0.7792,  0.7792,  0.7792, -0.7792])
    """

    def __init__(self, p: float = 0.5, *, rng: Seed = None) -> None:
        check_probability("AlphaDropout()", p)
        self.p, self.rng = p, generator(rng)

    def forward(self, x: Any) -> Any:
        """Any shape → the same."""
        return F.alpha_dropout(x, self.p, training=self.training, rng=self.rng)


class GaussianNoise(Module):
    """In training normal noise is added.

    Args:
        std: the standard deviation of the noise.
        rng: the generator to draw from.
    Shapes:
        any → the same.
    Raises:
        ArgumentError: a negative std.

    Source: Bishop, "Training with noise is equivalent to Tikhonov regularization" (1995).

    >>> import numpy as np
    >>> GaussianNoise(1.0, rng=0)(np.zeros(3)).numpy().round(3)
    array([ 0.126, -0.132,  0.64 ])
    """

    def __init__(self, std: float, *, rng: Seed = None) -> None:
        check_deviation("GaussianNoise()", std)
        self.std, self.rng = std, generator(rng)

    def forward(self, x: Any) -> Any:
        """Any shape → the same."""
        return F.gaussian_noise(x, self.std, training=self.training, rng=self.rng)


class DropConnect(Module):
    """A module whose weights, in training, are zero with probability p, and w / (1 - p) otherwise.

    One mask is drawn for each call, for all samples. The paper's Gaussian approximation for
    inference is not used: in evaluation the module computes with its weights as they are, the mean
    of the masked ones.

    Args:
        module: what is called.
        p: from 0 to 1.
        names: the paths of the parameters that are masked.
        rng: the generator to draw from.
    Raises:
        ArgumentError: p outside of [0, 1], or a name that is no parameter of the module.
    Source: Wan et al., "Regularization of neural networks using DropConnect" (2013), §3.

    >>> import numpy as np
    >>> from nn import Linear
    >>> layer = DropConnect(Linear(4, 1, weight_init="ones"), 0.5, rng=0)
    >>> layer(np.ones((2, 4))).numpy()
    array([[6.],
           [6.]])
    """

    def __init__(
        self,
        module: Module,
        p: float = 0.5,
        *,
        names: Sequence[str] = ("weight",),
        rng: Seed = None,
    ) -> None:
        check_probability("DropConnect()", p)
        self.module, self.p, self.names = module, p, tuple(names)
        for path in self.names:
            module.get_parameter(path)
        self.rng = generator(rng)

    def forward(self, *args: Any) -> Any:
        """What the module gives, with masked weights in training."""
        if not self.training or self.p == 0:
            return self.module(*args)
        places = [_place(self.module, path) for path in self.names]
        weights = [attributes[name] for attributes, name in places]
        masked = [w * kept(w.shape, self.p, w.dtype, self.rng) for w in weights]
        with _instead(places, masked):
            return self.module(*args)


class WeightNorm(Module):
    """A module whose weight is written as length times direction: w = g v / ‖v‖.

    v is the module's own parameter; g, the ``magnitude``, has one length for each output: for each
    column of a matrix, and for each kernel of a convolution. At first it is ‖v‖, so that nothing
    changes.

    Args:
        module: what is called.
        name: the path of the parameter.
    Raises:
        ArgumentError: a name that is no parameter of the module.
    Source: Salimans and Kingma, "Weight normalization" (2016), eq. 2.

    >>> import numpy as np
    >>> from nn import Linear
    >>> layer = WeightNorm(Linear(4, 2, weight_init="ones"))
    >>> layer.magnitude.numpy()
    array([[2., 2.]])
    """

    def __init__(self, module: Module, name: str = "weight") -> None:
        self.module, self.weight_name = module, name
        weight = module.get_parameter(name)
        self.magnitude = Parameter(_lengths(weight.numpy()))
        if weight.initializer is not None:
            self.magnitude.initializer = partial(_drawn_lengths, weight.initializer, weight.shape)

    def forward(self, *args: Any) -> Any:
        """What the module gives, with that weight."""
        attributes, name = _place(self.module, self.weight_name)
        direction = attributes[name]
        weight = direction * (self.magnitude / _lengths(direction))
        with _instead([(attributes, name)], [weight]):
            return self.module(*args)


def _place(module: Module, path: str) -> tuple[dict[str, Any], str]:
    """Where a parameter is held: the attributes of a module, and its name among them."""
    inner, _, name = path.rpartition(".")
    return vars(module.get_submodule(inner)), name


@contextmanager
def _instead(places: Sequence[tuple[dict[str, Any], str]], values: Sequence[Any]) -> Iterator[None]:
    """Let other values stand in some places, inside a block."""
    before = [attributes[name] for attributes, name in places]
    try:
        for (attributes, name), value in zip(places, values, strict=True):
            attributes[name] = value
        yield
    finally:
        for (attributes, name), value in zip(places, before, strict=True):
            attributes[name] = value


def _lengths(weight: Any) -> Any:
    """‖v‖ for each output: the columns of a matrix, the kernels of a convolution."""
    axes = (0,) if weight.ndim == 2 else tuple(range(1, weight.ndim))
    return np.sqrt(np.sum(weight * weight, axis=axes, keepdims=True))


def _drawn_lengths(draw: Callable[..., Any], shape: Any, _: Any, **options: Any) -> Any:
    """Lengths of weights that an initializer draws."""
    return _lengths(draw(shape, **options))
