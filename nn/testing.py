"""Checks for layers of your own: value, derivatives, dtype, storage."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_core import (
    DtypeError,
    MutationError,
    ShapeError,
    StateError,
    Variable,
    gradcheck,
)

from .defaults import Seed, generator
from .module import Module
from .paths import label, replaced
from .summary import _shapes

__all__ = ["as_function", "check_layer"]

Arrays = Sequence[NDArray[Any]]


def as_function(
    module: Module, inputs: Arrays, places: Sequence[int] | None = None
) -> tuple[Callable[..., Any], list[NDArray[Any]]]:
    """A module as a pure function of its parameters and inputs, for ``gradcheck`` and ``jacobian``.

    Args:
        module: each call works on a copy, so that buffers and random generators start again.
        inputs: the arguments of a call.
        places: the positions of the arguments to vary; by default the floating-point ones.
    Returns:
        the function, whose result is one vector; and the values of its arguments, the parameters
        in order and then the varied inputs.

    >>> from nn import Linear
    >>> function, values = as_function(Linear(2, 1, rng=0), [np.ones((3, 2))])
    >>> [v.shape for v in values], function(*values).shape
    ([(2, 1), (1,), (3, 2)], (3,))
    """
    named = module.named_parameters()
    varied = [k for k, x in enumerate(inputs) if x.dtype.kind == "f"] if places is None else places
    paths = [path for path, _ in named]

    def function(*values: Any) -> Any:
        fresh, arguments = copy.deepcopy(module), list(inputs)
        for place, value in zip(varied, values[len(paths) :], strict=True):
            arguments[place] = value
        with replaced(fresh, dict(zip(paths, values, strict=False))):
            return flat(fresh(*arguments))

    function.__name__ = type(module).__name__
    return function, [p.numpy() for _, p in named] + [inputs[k] for k in varied]


def parts(output: Any) -> list[Any]:
    """A result, or the results of a tuple however nested, as a flat list."""
    if isinstance(output, tuple | list):
        return [part for item in output for part in parts(item)]
    return [] if output is None else [output]


def flat(output: Any) -> Any:
    """All numbers of a result in one vector."""
    return np.concatenate([np.reshape(part, (-1,)) for part in parts(output)])


def check_layer(
    layer: Module, input_shape: Any, *, batch: int = 3, order: int = 2, rng: Seed = 0
) -> str:
    """Check a layer of your own as the layers of this package are checked.

    Args:
        layer: what to check; it is left as it was.
        input_shape: of one sample, without the batch axis; a list of shapes for several inputs.
        batch: how many samples.
        order: 1 for first derivatives, 2 for second ones too.
        rng: the generator of the inputs, which are normal numbers.
    Returns:
        what was checked, in a line for each.
    Raises:
        GradcheckError: finite differences disagree with the derivatives.
        ShapeError: an empty batch fails.
        DtypeError: float32 is not kept.
        MutationError: the layer writes into its input.
        StateError: a copy by pickle or state_dict computes something else.

    >>> from nn import Linear
    >>> print(check_layer(Linear(4, 2, rng=0), (4,)))
    result: 1 array of shape (3, 2), inputs unchanged
    derivatives: order 1 and 2 by 2 parameters and 1 input
    float32: kept
    empty batch: (0, 2)
    storage: pickle and state_dict give the same layer
    """
    shapes, random = _shapes(input_shape), generator(rng)
    inputs = [random.normal(size=(batch, *shape)) for shape in shapes]
    made = copy.deepcopy(layer)
    outputs = _check_inputs(made, inputs)
    function, values = as_function(layer, inputs)
    gradcheck(function, *values, order=order)
    orders = "order 1 and 2" if order > 1 else "order 1"
    empty = _check_dtype_and_empty_batch(layer, inputs)
    _check_storage(layer, made, inputs)
    count = len(layer.parameters())
    return "\n".join(
        [
            f"result: {_counted(len(outputs), 'array')} of shape "
            f"{', '.join(str(y.shape) for y in outputs)}, inputs unchanged",
            f"derivatives: {orders} by {_counted(count, 'parameter')} and "
            f"{_counted(len(inputs), 'input')}",
            "float32: kept",
            f"empty batch: {', '.join(str(y.shape) for y in empty)}",
            "storage: pickle and state_dict give the same layer",
        ]
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _check_inputs(layer: Module, inputs: Arrays) -> list[Any]:
    """The outputs; the arrays that were given must be what they were."""
    given = [x.copy() for x in inputs]
    outputs = parts(copy.deepcopy(layer)(*given))
    if any((x != y).any() for x, y in zip(given, inputs, strict=True)):
        raise MutationError(
            f"{label(layer)} writes into its input.",
            "the caller's array is the caller's.",
            "y = np.maximum(x, 0) in place of np.maximum(x, 0, out=x)",
        )
    return outputs


def _check_dtype_and_empty_batch(layer: Module, inputs: Arrays) -> list[Any]:
    small = copy.deepcopy(layer).astype(np.float32)
    variables = [Variable(x.astype(np.float32)) for x in inputs]
    for y in parts(small(*variables)):
        if y.dtype != np.float32:
            raise DtypeError(
                f"{label(layer)} makes {y.dtype} of float32 inputs and parameters.",
                "a float64 array or number of NumPy widens what it meets.",
                "Python numbers, or np.zeros(shape, x.dtype)",
            )
    try:
        return parts(copy.deepcopy(layer)(*[x[:0] for x in inputs]))
    except ValueError as error:
        raise ShapeError(
            f"{label(layer)} fails on an empty batch.",
            str(error).partition("\n")[0],
            "x.reshape(x.shape[0], n) with numbers in place of -1",
        ) from error


def _check_storage(layer: Module, other: Module, inputs: Arrays) -> None:
    """A pickled copy, and one that loads the state, compute what the layer computes."""
    stored = pickle.loads(pickle.dumps(layer))
    loaded = copy.deepcopy(other)
    if layer.named_parameters():
        for parameter in loaded.parameters():
            parameter.data = np.zeros_like(parameter.data)
    loaded.load_state_dict(layer.state_dict())
    expected = parts(copy.deepcopy(layer)(*inputs))
    for made, way in ((stored, "pickle"), (loaded, "state_dict")):
        found = parts(made(*inputs))
        if any((a.data != b.data).any() for a, b in zip(found, expected, strict=True)):
            raise StateError(
                f"A copy of {label(layer)} by {way} computes something else.",
                "part of its state is neither a Parameter nor a Buffer.",
                "self.mean = nn.Buffer(np.zeros(n))",
            )
