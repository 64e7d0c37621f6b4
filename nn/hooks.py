"""Functions of the user that run when a module is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_core import Variable

if TYPE_CHECKING:
    from .module import Module

Hook = Callable[..., Any]


class Handle:
    """A registered hook: ``remove()`` ends it, and so does leaving a ``with`` block."""

    def __init__(self, module: Module, kind: str, hook: Hook) -> None:
        self._module, self._kind, self._hook = module, kind, hook
        hooks = vars(module).setdefault("_hooks", {})
        hooks[kind] = (*hooks.get(kind, ()), self)

    def __call__(self, *args: Any) -> Any:
        """What the hook returns."""
        return self._hook(*args)

    def remove(self) -> None:
        """Call the hook no longer; removing it twice is removing it once."""
        hooks = vars(self._module).get("_hooks", {})
        left = tuple(handle for handle in hooks.get(self._kind, ()) if handle is not self)
        hooks.pop(self._kind, None)
        if left:
            hooks[self._kind] = left
        elif not hooks:
            vars(self._module).pop("_hooks", None)

    def __enter__(self) -> Handle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


def called(module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The result of ``module.forward`` as its hooks make it."""
    hooks = vars(module).get("_hooks", {})
    for hook in hooks.get("before", ()):
        replaced = hook(module, args)
        if replaced is not None:
            args = replaced if isinstance(replaced, tuple) else (replaced,)
    output = module.forward(*args, **kwargs)
    for hook in hooks.get("after", ()):
        replaced = hook(module, args, output)
        if replaced is not None:
            output = replaced
    if "backward" in hooks:
        output = watched(module, output)
    return output


def watched(module: Module, output: Any) -> Any:
    """The output, whose gradient is shown to the backward hooks when it arrives."""
    if isinstance(output, tuple | list):
        return type(output)([watched(module, item) for item in output])
    if not isinstance(output, Variable) or not output.requires_grad:
        return output
    output = np.positive(output)  # a result of its own: an input handed through has other readers

    def show(gradient: Any) -> Any:
        for hook in vars(module).get("_hooks", {}).get("backward", ()):
            replaced = hook(module, gradient)
            if replaced is not None:
                gradient = replaced
        return gradient

    output.register_hook(show)
    return output
