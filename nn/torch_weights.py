"""Weights exchanged with PyTorch: the same names, and matrices that it keeps transposed.

PyTorch itself is not needed: states are dicts of arrays, or of anything that becomes one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograd_core import StateError, Variable

from .attention import MultiHeadAttention
from .entries import Array
from .linear import Linear
from .module import Module

__all__ = ["load_torch", "to_torch"]

_COUNTER = "num_batches_tracked"  # which normalization there counts and does not use
_GATES = re.compile(r"weight_(ih|hh)(_l\d+(_reverse)?)?")


def load_torch(state: Mapping[str, Any], model: Module | None = None) -> dict[str, Array]:
    """A state dict of PyTorch as one of this library: ``model.load_state_dict(load_torch(...))``.

    The matrices of linear, recurrent and attention layers are transposed; gates are in one order
    in both. Embeddings, convolutions and norms stay as they are.

    Args:
        state: name → array or tensor, as ``torch_model.state_dict()`` or ``nn.load`` of a
            .safetensors file gives it; bfloat16 becomes float32.
        model: the model the weights are for, whose layers tell which matrices to transpose;
            without it names and shapes must tell.
    Raises:
        StateError: without a model, a matrix that may belong to a linear layer without bias or to
            an embedding.

    >>> state = {"fc.weight": np.ones((2, 3)), "fc.bias": np.zeros(2)}
    >>> {name: a.shape for name, a in load_torch(state).items()}
    {'fc.weight': (3, 2), 'fc.bias': (2,)}
    """
    arrays = {name: _array(value) for name, value in state.items()}
    if model is None:
        own, turned = set(), set(_turned_by_name(arrays))
    else:
        own, turned = set(model.state_dict()), set(_turned(model))
    return {
        name: array.T if name in turned and array.ndim == 2 else array
        for name, array in arrays.items()
        if name in own or name.rpartition(".")[2] != _COUNTER
    }


def to_torch(model: Module) -> dict[str, Array]:
    """The state of a model as PyTorch has it.

    Args:
        model: of layers that PyTorch has too.
    Returns:
        name → array; ``torch_model.load_state_dict({name: torch.from_numpy(array)
        for name, array in nn.to_torch(model).items()})``.

    >>> {name: a.shape for name, a in to_torch(Linear(3, 2)).items()}
    {'weight': (2, 3), 'bias': (2,)}
    """
    turned = set(_turned(model))
    return {
        name: np.ascontiguousarray(array.T) if name in turned else array
        for name, array in model.state_dict().items()
    }


def _array(value: Any) -> Array:
    """An array, a Variable or a tensor as an array."""
    if isinstance(value, Variable):
        return value.numpy()
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        value = (value.float() if str(value.dtype) == "torch.bfloat16" else value).numpy()
    return np.asarray(value)


def _turned(model: Module) -> Iterator[str]:
    """The paths of the matrices in a model that PyTorch keeps transposed."""
    for path, module in model.named_modules():
        for name in vars(module):
            if (
                (isinstance(module, Linear) and name == "weight")
                or (isinstance(module, MultiHeadAttention) and name == "in_proj_weight")
                or _GATES.fullmatch(name)
            ):
                yield f"{path}.{name}" if path else name


def _turned_by_name(arrays: Mapping[str, Array]) -> Iterator[str]:
    """The names of the matrices in a state of PyTorch that are transposed here."""
    for name, array in arrays.items():
        last = name.rpartition(".")[2]
        if last == "in_proj_weight" or _GATES.fullmatch(last):
            yield name
        elif last == "weight" and array.ndim == 2:
            if name.removesuffix("weight") + "bias" not in arrays:
                raise StateError(
                    f"load_torch: {name!r} {array.shape} is of a linear layer without bias, which "
                    "is transposed here, or of an embedding, which is not.",
                    "a state does not say which layers it is of.",
                    "nn.load_torch(state, model)",
                )
            yield name
