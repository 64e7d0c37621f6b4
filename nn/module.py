"""Module: layers and models, whose parameters, buffers and submodules are found where they stand.

A layer is a class with ``__init__``, which makes its parameters, and ``forward``. What it holds is
found by a walk over its attributes, each time it is asked for; nothing is registered.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from autograd_core import ArgumentError, DtypeError, Variable, is_recording

from . import state
from .config import Configured, shown
from .contents import Contents
from .defaults import Seed, generator
from .frames import frame
from .hooks import Handle, called
from .keywords import checked, misfit
from .parameter import Buffer, Parameter, Pending
from .paths import Failure, check_replacement, label
from .saving import Saved
from .sharing import places
from .state import Unmatched, parameters, state_dict
from .tree import folded

if TYPE_CHECKING:
    from autograd_core import Graph

    from .diagnosis import Diagnosis
    from .summary import Summary

__all__ = ["Buffer", "Layer", "Module", "Parameter", "parameters", "state_dict"]

WRAPPED = (np.ndarray, np.generic)


class Module(Configured, Contents, Saved):
    """The base of layers and models: override ``__init__`` and ``forward``, nothing else.

    Parameters, Buffers and Modules are found in attributes, also inside lists, tuples and dicts;
    their paths are dotted. A shared one counts once, under its first path. Lists are returned in
    order of definition. ``training`` is the mode the module is in; ``name`` is shown in messages.

    >>> class Scale(Module):
    ...     def __init__(self, features):
    ...         self.factor = Parameter(np.ones(features))
    ...
    ...     def forward(self, x):
    ...         return self.factor * x
    >>> layer = Scale(3)
    >>> layer.named_parameters()
    [('factor', Parameter([1., 1., 1.], name='factor'))]
    >>> layer(np.arange(3.0))
    Variable([0., 1., 2.], op=multiply)
    """

    training: bool = True
    name: str | None = None
    _sizes: tuple[str, ...] = ()  # the attributes that say what the layer takes and gives

    def __init__(self) -> None:
        """Nothing: a subclass need not call it."""

    # --- the computation --------------------------------------------------------------------------
    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The computation; a subclass defines it."""
        raise NotImplementedError(f"{type(self).__name__} does not define forward(self, ...).")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """``forward`` with its hooks; plain results become Variables, errors name the layer."""
        try:
            if is_recording():
                with frame(self):
                    output = called(self, args, kwargs)
            elif "_hooks" in self.__dict__:
                output = called(self, args, kwargs)
            else:
                output = self.forward(*args, **kwargs)
        except Exception as error:
            other = None
            if type(error) is TypeError:
                other = misfit(type(self).__name__, self.forward, args, kwargs)
            Failure.of(other or error, self).seen_from(self)
            if other is not None:
                raise other from None
            raise
        if type(output) is not Variable and isinstance(output, WRAPPED):
            return Variable(output, requires_grad=False)
        return output

    # --- what follows from its parameters ---------------------------------------------------------
    def penalty(self) -> Variable:
        """The sum of what the parameters' regularizers give, a number.

        >>> from nn import Linear
        >>> float(Linear(2, 2).penalty())
        0.0
        """
        terms = [p.regularizer(p) for p in self.parameters() if p.regularizer is not None]
        return sum(terms[1:], terms[0]) if terms else Variable(0.0, requires_grad=False)

    # --- modes, gradients, dtype ------------------------------------------------------------------
    def train(self, mode: bool = True) -> Self:
        """Switch this module and all inside it to training (dropout drops, norms take batches).

        Raises:
            ArgumentError: data in the place of the mode: ``fit`` is what trains.
        """
        if not isinstance(mode, bool | int | np.bool_):
            raise ArgumentError(
                f"train() of {label(self)} got a {type(mode).__name__}; it takes True or False.",
                "it switches the mode; fit() is what trains.",
                'nn.fit(model, X, y, optimizer="sgd", loss="mse", lr=0.05)',
            )
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Switch this module and all inside it to evaluation."""
        return self.train(False)

    def requires_grad_(self, flag: bool = True) -> Self:
        """Let all parameters require a gradient, or none."""
        for parameter in self.parameters():
            parameter.requires_grad = flag
        return self

    def freeze(self) -> Self:
        """Train none of the parameters."""
        return self.requires_grad_(False)

    def unfreeze(self) -> Self:
        """Train all of the parameters."""
        return self.requires_grad_(True)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Drop the gradients of all parameters, or fill them with zeros."""
        for parameter in self.parameters():
            if parameter.grad is not None:
                parameter.grad = None if set_to_none else np.zeros(parameter.shape, parameter.dtype)

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call a function with every module, inner ones first."""
        for module in reversed(self.modules()):
            fn(module)
        return self

    def astype(self, dtype: DTypeLike) -> Self:
        """Cast the floating-point parameters and buffers, in place; gradients are dropped.

        Raises:
            DtypeError: the dtype is not a floating-point one.
        """
        dtype = np.dtype(dtype)
        if dtype.kind not in "fc":
            raise DtypeError(
                f"{label(self)} cannot hold parameters of dtype {dtype}.",
                "derivatives live in floating-point or complex numbers.",
                "astype(np.float32)",
            )
        for _, value in self._found((Parameter, Buffer)):
            if value.dtype.kind in "fc" and value.dtype != dtype:
                value.data = value.data.astype(dtype)
        for _, pending in self._found(Pending):
            pending.options["dtype"] = dtype
        return self

    def initialize(self, rng: Seed = None) -> Self:
        """Draw every parameter again from its own initializer.

        Raises:
            ArgumentError: a parameter was given as an array and has no initializer.
        """
        rng = generator(rng)
        for path, parameter in self.named_parameters():
            if parameter.initializer is None:
                raise ArgumentError(
                    f"initialize: {path!r} of {label(self)} has no initializer.",
                    "it was made from an array.",
                    "Parameter.drawn(shape, 'kaiming_uniform', rng=rng)",
                )
        for parameter in self.parameters():
            draw: Any = parameter.initializer
            parameter.data = draw(parameter.shape, rng=rng, dtype=parameter.dtype)
        return self

    # --- state ------------------------------------------------------------------------------------
    def _state(self) -> dict[str, Variable]:
        """What ``state_dict`` copies and ``load_state_dict`` replaces."""
        names = dict(self.named_parameters())
        found = self._found((Parameter, Buffer))
        return {path: v for path, v in found if path in names or v.persistent}

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """A copy of every parameter and persistent buffer, by path."""
        return {path: value.numpy() for path, value in self._state().items()}

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> Unmatched:
        """Take the values of a state, all of them or, after an error, none.

        Args:
            state_dict: path → array; it is copied. A row (1, n) fits a vector (n,).
            strict: whether missing and unknown names are errors; otherwise they are left out.
        Returns:
            the names left out, ``missing`` and ``unknown``.
        Raises:
            StateError: one report of all that does not fit.
        """
        return state.load(self._state(), state_dict, strict)

    def copy(self) -> Self:
        """A deep copy, without gradients and hooks."""
        return copy.deepcopy(self)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_hooks"}

    # --- attributes -------------------------------------------------------------------------------
    def __setattr__(self, name: str, value: Any) -> None:
        before = vars(self).get(name)
        if isinstance(before, Parameter) and not isinstance(value, Module | None):
            check_replacement(self, name, before, value)
        super().__setattr__(name, value)

    def register_parameter(self, name: str, parameter: Parameter | None) -> None:
        """Set a parameter under a name that is not taken.

        Raises:
            ArgumentError: the name is taken, or is neither an identifier nor digits.
        """
        self._register(name, parameter)

    def register_buffer(self, name: str, data: ArrayLike, persistent: bool = True) -> None:
        """Set a buffer under a name that is not taken.

        Raises:
            ArgumentError: the name is taken, or is neither an identifier nor digits.
        """
        self._register(name, data if isinstance(data, Buffer) else Buffer(data, persistent))

    def add_module(self, name: str, module: Module) -> None:
        """Set a module under a name that is not taken.

        Raises:
            ArgumentError: the name is taken, or is neither an identifier nor digits.
        """
        self._register(name, module)

    def _register(self, name: str, value: Any) -> None:
        self._check_name(name, taken=hasattr(self, name))
        setattr(self, name, value)

    def _check_name(self, name: str, taken: bool) -> None:
        """Refuse what is no name for a part of this module, or is taken."""
        if not isinstance(name, str):
            raise ArgumentError(
                f"{label(self)} got {type(name).__name__!r} in the place of a name.",
                "layers are added one by one.",
                "add(first).add(second)",
            )
        if not name.isidentifier() and not name.isdigit():
            raise ArgumentError(
                f"{name!r} is no name for a part of {label(self)}.",
                "paths are made of identifiers and digits, joined by dots.",
                f"{'_'.join(name.split('.')) or 'layer'!r}",
            )
        if taken:
            raise ArgumentError(f"{label(self)} has {name!r} already.", hint=f"{name + '_2'!r}")

    def register_forward_pre_hook(self, hook: Callable[..., Any]) -> Handle:
        """Call ``hook(module, args)`` before forward; a result other than None replaces args."""
        return Handle(self, "before", hook)

    def register_forward_hook(self, hook: Callable[..., Any]) -> Handle:
        """Call ``hook(module, args, output)``; a result other than None replaces the output."""
        return Handle(self, "after", hook)

    def register_backward_hook(self, hook: Callable[..., Any]) -> Handle:
        """Call ``hook(module, gradient)`` with the gradient that arrives at the output.

        What it returns, unless None, replaces the gradient. Of several outputs each calls it.
        """
        return Handle(self, "backward", hook)

    # --- looking inside ---------------------------------------------------------------------------
    @checked
    def summary(self, input_shape: Any = None) -> Summary:
        """A table of the layers: output shapes, parameters, bytes, multiply-adds.

        Args:
            input_shape: of one sample, without the batch axis; a list of shapes for several inputs.
        """
        from .summary import summary

        return summary(self, input_shape)

    def graph(self, *args: Any, **options: Any) -> Graph:
        """The graph of a call, by layers, with parameters under their paths; it changes nothing.

        Args:
            args: the arguments of the call.
            options: those of ``autograd_core.graph``.

        >>> from nn import Linear
        >>> sorted(box.name for box in Linear(2, 1).graph(np.ones((4, 2))) if box.name)
        ['bias', 'weight', 'x']
        """
        from autograd_core import graph  # read when something is drawn

        return graph(self, *args, **options)

    def diagnose(self, X: Any, y: Any, loss: Any = None, rows: int = 256) -> Diagnosis:
        """Look for the reasons why the module does not learn; it stays as it is.

        Args:
            X: inputs (n, ...).
            y: targets (n, ...).
            loss: as ``fit`` takes it; by default the one of the last ``fit`` or ``compile``.
            rows: how many rows to look at.
        """
        from .diagnosis import diagnose

        return diagnose(self, X, y, loss, rows)

    def _multiply_adds(self, inputs: list[tuple[int, ...]], _output: tuple[int, ...]) -> int:
        """The multiply-adds of a call by the layer's own weights, from the shapes of the call.

        By default each matrix meets each vector along the last axis of the first input.
        """
        rows: int = math.prod(inputs[0][:-1]) if inputs else 0
        own: list[tuple[str, Parameter]] = self._found(Parameter, deep=False)
        return rows * sum(p.size for _, p in own if p.ndim > 1)

    def _options(self) -> dict[str, Any]:
        options = super()._options()
        if "dtype" in options:  # as it is now, whatever the default dtype was or will be
            found = [v for _, v in self._found((Parameter, Buffer)) if v.dtype.kind in "fc"]
            options["dtype"] = found[0].dtype.name if found else options["dtype"]
        return options

    # --- how it looks -----------------------------------------------------------------------------
    def __repr__(self) -> str:
        inside = places(self, deep=False)
        children = [
            (place.path, place.value) for place in inside if isinstance(place.value, Module)
        ]
        arguments = self._shown()
        head = f"{type(self).__name__}({arguments}"
        if not children:
            return f"{head})"
        lines = [f"  {line}" for line in folded(children)]
        return "\n".join([head + "," * bool(arguments), *lines, ")"])

    def _repr_html_(self) -> str:
        return self.summary()._repr_html_()

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None, **_: Any
    ) -> dict[str, str]:
        """What a notebook shows: the table, with a picture of the layers to be opened."""
        from .display import bundle

        return bundle(self, include, exclude)

    def _shown(self) -> str:
        """The arguments in the first line of ``repr``; modules have lines of their own."""
        return shown(self, dict(self.named_children()))


Layer = Module
