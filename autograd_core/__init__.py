"""Differentiate plain NumPy code: scalars and arrays, reverse and forward mode, any order.

>>> import numpy as np, autograd_core as ac
>>> x1, x2 = ac.Variable(2.0), ac.Variable(3.0)
>>> y = np.sin(x1) + x1 * x2
>>> y.backward()
>>> print(x1.grad, x2.grad)
2.5838531634528574 2.0
>>> ac.grad(lambda x: np.sum(x**2))(np.array([1.0, 2.0]))
array([2., 4.])
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from . import errors, operators, rules  # noqa: F401  (the last two: importing them is their work)
from .checking import gradcheck
from .errors import *  # noqa: F403  (its __all__ is every error and warning)
from .errors import require
from .forms import (
    bilinear,
    composite,
    constant,
    elementwise,
    linear,
    multilinear,
    primitive,
    pullback,
    pushforward,
)
from .functions import Function, custom_gradient
from .modes import enable_grad, is_grad_enabled, no_grad, strong_zeros
from .scopes import name_scope
from .transforms import (
    checkpoint,
    curve_fit_jac,
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    linear_operator,
    stop_gradient,
    value_and_grad,
    vjp,
)
from .trees import flatten
from .variable import Variable, array
from .watching import is_recording

if TYPE_CHECKING:
    from .diagnostics import debug, tape_stats, why_no_grad
    from .drawing import (
        Graph,
        Recording,
        draw,
        graph,
        recording,
        to_dot,
        to_html,
        to_json,
        to_mermaid,
        to_text,
    )
    from .support import supported

_LATER = {  # what many programs never ask for: a third of the time that the package takes to read
    "debug": "diagnostics", "tape_stats": "diagnostics", "why_no_grad": "diagnostics",
    "Graph": "drawing", "Recording": "drawing", "draw": "drawing", "graph": "drawing",
    "recording": "drawing", "to_dot": "drawing", "to_html": "drawing", "to_json": "drawing",
    "to_mermaid": "drawing", "to_text": "drawing",
    "supported": "support",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """What is looked up when it is asked for: drawing, diagnostics, the version, ``nn``, …"""
    if name in _LATER:
        found = getattr(import_module(f".{_LATER[name]}", __name__), name)
        return globals().setdefault(name, found)
    if name == "nn":
        return import_module("nn")
    if name in ("scipy", "sparse"):
        return import_module(f".{name}", __name__)
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("autograd-core")
    except PackageNotFoundError:  # run from a source tree that is not installed
        return "0+unknown"


def _graph(self: Variable, **options: Any) -> "Graph":
    """The graph behind this Variable; options are those of ``graph``."""
    from .drawing import graph

    return graph(self, **options)


def _bundle(self: Variable, include: Any = None, exclude: Any = None, **_: Any) -> dict[str, str]:
    """What a notebook shows of this Variable: its card, or its repr."""
    from .drawing.display import of_variable

    return of_variable(self, include, exclude)


for _name, _method in {"graph": _graph, "_repr_mimebundle_": _bundle}.items():
    _method.__name__, _method.__qualname__ = _name, f"Variable.{_name}"
    setattr(Variable, _name, _method)

__all__ = [
    "Function",
    "Graph",
    "Recording",
    "Variable",
    "array",
    "bilinear",
    "checkpoint",
    "composite",
    "constant",
    "curve_fit_jac",
    "custom_gradient",
    "debug",
    "draw",
    "elementwise",
    "elementwise_grad",
    "enable_grad",
    "flatten",
    "grad",
    "gradcheck",
    "graph",
    "hessian",
    "hvp",
    "is_grad_enabled",
    "is_recording",
    "jacobian",
    "jvp",
    "linear",
    "linear_operator",
    "multilinear",
    "name_scope",
    "no_grad",
    "primitive",
    "pullback",
    "pushforward",
    "recording",
    "require",
    "stop_gradient",
    "strong_zeros",
    "supported",
    "tape_stats",
    "to_dot",
    "to_html",
    "to_json",
    "to_mermaid",
    "to_text",
    "value_and_grad",
    "vjp",
    "why_no_grad",
    *errors.__all__,
]
