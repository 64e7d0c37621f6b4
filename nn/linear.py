"""Dense layers: linear, bilinear."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import ArgumentError, ShapeError

from . import activations
from .defaults import Seed, generator
from .functional.affine import bilinear, linear
from .keywords import unknown_keyword
from .module import Module
from .parameter import Parameter, Pending
from .paths import label

__all__ = ["Bilinear", "Dense", "Linear"]

Named = str | Callable[..., Any]
Regularizer = str | Callable[..., Any] | None
MISSING: Any = object()
ALIASES = {
    "in_nodes": "in_features",
    "input_dim": "in_features",
    "out_nodes": "out_features",
    "output_dim": "out_features",
    "units": "out_features",
}


class Linear(Module):
    """y = x W + b.

    Args:
        in_features: the length of the last axis of the input; None takes it from the first input.
        out_features: the length of the last axis of the output.
        bias: whether b is added.
        activation: a name or function applied to the result; its gain goes to ``weight_init``.
        weight_init, bias_init: names of ``nn.init``, or functions of (shape, *, rng, dtype).
        weight_regularizer, bias_regularizer: names, objects or functions, for ``penalty()``.
        rng: the generator to draw from.
        dtype: of the parameters; the default dtype for None.
        name: shown in messages.
        aliases: the articles' names ``in_nodes``, ``input_dim``, ``out_nodes``, ``output_dim``,
            ``units`` for the lengths.
    Shapes:
        (..., in_features) → (..., out_features); weight (in, out), bias (out,).
    Raises:
        ShapeError: when called on an input with another number of features.

    Source: Goodfellow et al., "Deep learning" (2016), chapter 6.

    >>> import numpy as np
    >>> layer = Linear(4, 2, rng=0)
    >>> layer(np.ones((3, 4))).shape
    (3, 2)
    """

    _sizes = ("in_features", "out_features")
    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in_features: int | None = MISSING,
        out_features: int = MISSING,
        *,
        bias: bool = True,
        activation: Named | None = None,
        weight_init: Named = "kaiming_uniform",
        bias_init: Named = "zeros",
        weight_regularizer: Regularizer = None,
        bias_regularizer: Regularizer = None,
        rng: Seed = None,
        dtype: DTypeLike | None = None,
        name: str | None = None,
        **aliases: int,
    ) -> None:
        if aliases or out_features is MISSING:
            in_features, out_features = self._lengths(in_features, out_features, aliases)
        check_length(self, "out_features", out_features)
        self.in_features, self.out_features = in_features, out_features
        if name is not None:
            self.name = name
        rng = generator(rng)
        pending = Pending(
            (None, out_features),
            weight_init,
            rng=rng,
            dtype=dtype,
            activation=activation,
            regularizer=weight_regularizer,
        )
        if in_features is None:
            self.weight = pending  # type: ignore[assignment]
        else:
            check_length(self, "in_features", in_features)
            self.weight = pending.drawn(in_features)
        self.bias = None
        if bias:
            self.bias = Parameter.drawn(
                (out_features,), bias_init, rng=rng, dtype=dtype, regularizer=bias_regularizer
            )
        self.activation = None if activation is None else activations.get(activation)

    def _lengths(self, in_features: Any, out_features: Any, aliases: dict[str, int]) -> Any:
        """The two lengths, also under the articles' names; remembered under ours."""
        given = {"in_features": in_features, "out_features": out_features}
        for alias, length in aliases.items():
            name = ALIASES.get(alias)
            if name is None:
                names = [*inspect.signature(type(self)).parameters][:-1]
                raise unknown_keyword(f"{type(self).__name__}()", alias, [*names, *ALIASES])
            if given[name] is not MISSING:
                raise ArgumentError(
                    f"{type(self).__name__}() got {name} twice, also as {alias}.",
                    hint=f"{type(self).__name__}(in_features, out_features)",
                )
            given[name] = length
        for name, length in given.items():
            if length is MISSING:
                raise ArgumentError(
                    f"{type(self).__name__}() got no {name}.",
                    hint="Linear(4, 2), or Linear(None, 2) to take 4 from the first input",
                )
        _, options = self._arguments
        kept = {key: value for key, value in options.items() if key not in aliases}
        self._arguments = (), {**given, **kept}
        return tuple(given.values())

    def forward(self, x: Any) -> Any:
        """(..., in_features) → (..., out_features)."""
        try:
            shape = x.shape
        except AttributeError:  # nested lists
            x = np.asarray(x)
            shape = x.shape
        if not shape or shape[-1] != self.in_features:
            self._check(shape)
        y = linear(x, self.weight, self.bias)
        activation = self.activation
        return y if activation is None else activation(y)

    def _check(self, shape: tuple[int, ...]) -> None:
        """Refuse an input of another length, or take the length from the first input."""
        if self.in_features is None and shape:
            weight: Any = self.weight
            self.weight, self.in_features = weight.drawn(shape[-1]), shape[-1]
            return
        features = self.in_features
        if len(shape) > 2 and math.prod(shape[1:]) == features:
            product = " * ".join(map(str, shape[1:]))
            raise ShapeError(
                f"{label(self)} needs inputs of shape (..., {features}); it got shape {shape}.",
                "a convolution gives an image per sample, a Linear takes a vector "
                f"({product} = {features}).",
                f"Flatten() before {label(self)}",
            )
        columns = len(shape) == 2 and shape[0] == features and shape[1] > shape[0]
        raise ShapeError(
            f"{label(self)} needs inputs with {features} features in the last axis; "
            f"it got shape {shape}.",
            "rows are samples here, and this input has one row per feature." if columns else "",
            "x.T" if columns else f"Linear({shape[-1] if shape else 1}, {self.out_features})",
        )

    @property
    def weights(self) -> Parameter:
        """``weight``, as the articles call it."""
        return self.weight

    @property
    def biases(self) -> Parameter | None:
        """``bias``, as one of the articles calls it."""
        return self.bias

    @property
    def type(self) -> str:
        """The name of the class, as the articles' layers tell it."""
        return type(self).__name__

    def __len__(self) -> int:
        """The number of units."""
        return self.out_features


Dense = Linear


class Bilinear(Module):
    """y_k = x1ᵀ A_k x2 + b_k.

    Args:
        in1_features, in2_features: the lengths of the last axes of the two inputs.
        out_features: the length of the last axis of the output.
        bias, weight_init, bias_init, weight_regularizer, bias_regularizer, rng, dtype, name: as
            for ``Linear``.
    Shapes:
        (..., in1), (..., in2) → (..., out); weight (out, in1, in2), bias (out,).
    Raises:
        ShapeError: when called on inputs with other numbers of features.

    >>> import numpy as np
    >>> Bilinear(2, 3, 4, rng=0)(np.ones((5, 2)), np.ones((5, 3))).shape
    (5, 4)
    """

    _sizes = ("in1_features", "in2_features", "out_features")

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        *,
        bias: bool = True,
        weight_init: Named = "kaiming_uniform",
        bias_init: Named = "zeros",
        weight_regularizer: Regularizer = None,
        bias_regularizer: Regularizer = None,
        rng: Seed = None,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        self.in1_features, self.in2_features = in1_features, in2_features
        self.out_features = out_features
        for size in self._sizes:
            check_length(self, size, getattr(self, size))
        if name is not None:
            self.name = name
        rng = generator(rng)
        self.weight = Parameter.drawn(
            (out_features, in1_features, in2_features),
            weight_init,
            rng=rng,
            dtype=dtype,
            regularizer=weight_regularizer,
        )
        self.bias = None
        if bias:
            self.bias = Parameter.drawn(
                (out_features,), bias_init, rng=rng, dtype=dtype, regularizer=bias_regularizer
            )

    def forward(self, x1: Any, x2: Any) -> Any:
        """(..., in1_features), (..., in2_features) → (..., out_features)."""
        for x, features in ((x1, self.in1_features), (x2, self.in2_features)):
            if not x.shape or x.shape[-1] != features:
                raise ShapeError(
                    f"{label(self)} needs inputs of shapes (..., {self.in1_features}) and "
                    f"(..., {self.in2_features}); it got {x1.shape} and {x2.shape}.",
                    hint=f"Bilinear({x1.shape[-1:] and x1.shape[-1]}, "
                    f"{x2.shape[-1:] and x2.shape[-1]}, {self.out_features})",
                )
        return bilinear(x1, x2, self.weight, self.bias)


def check_length(module: Module, name: str, value: Any) -> None:
    """Refuse a number of features that is no positive integer."""
    if isinstance(value, bool) or not hasattr(value, "__index__") or value < 1:
        raise ArgumentError(
            f"{type(module).__name__}() got {name}={value!r}.",
            "the number of features is a positive integer.",
            f"{name}=1",
        )
