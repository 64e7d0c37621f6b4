"""Every exception and warning of the project: what happened, why, and what to do next.

::

    AutogradError(Exception)
    ├── NoRuleError(NotImplementedError)     no derivative is declared for this function or option
    ├── ConversionError(TypeError)           a tracked Variable was about to become a plain array
    ├── DtypeError(TypeError)                integers, booleans, objects do not have gradients
    ├── NotScalarError(TypeError)            a gradient was asked of more than one number
    ├── NoPathError(RuntimeError)            … or of something that depends on nothing tracked
    ├── GraphFreedError(RuntimeError)        a tape that has been swept already
    ├── MutationError(RuntimeError)          a write into a leaf, or into what a tape still needs
    ├── ShapeError(ValueError)               shapes that do not fit
    ├── ArgumentError(TypeError)             an argument that a function does not have
    ├── LabelError(ValueError)               class labels that do not fit the classes
    ├── OptimizerError(ValueError)           nothing to optimize, or hyperparameters out of range
    ├── StateError(ValueError)               saved weights that do not fit the model
    ├── NumericError(FloatingPointError)     a nan or an infinity where none was allowed
    ├── GradcheckError(AssertionError)       finite differences say otherwise
    ├── MissingDependencyError(ImportError)  an optional package or program is absent
    └── RuleError(TypeError)                 a rule declared wrongly: at import, or in use
    AutogradWarning(UserWarning)
    ├── UsageHint                            correct, and probably not what was meant
    ├── DetachedWarning                      a copy that leaves its history behind
    └── FallbackWarning                      a slower way was taken

Each is also the builtin that a caller would catch. The file knows nothing of tapes.
"""

import os
import sys
from importlib import import_module
from types import FrameType, ModuleType
from typing import Any

__all__ = [
    "ArgumentError",
    "AutogradError",
    "AutogradWarning",
    "ConversionError",
    "DetachedWarning",
    "DtypeError",
    "FallbackWarning",
    "GradcheckError",
    "GraphFreedError",
    "LabelError",
    "MissingDependencyError",
    "MutationError",
    "NoPathError",
    "NoRuleError",
    "NotScalarError",
    "NumericError",
    "OptimizerError",
    "RuleError",
    "ShapeError",
    "StateError",
    "UsageHint",
]

_PACKAGES = {"autograd_core", "nn", "numpy", "contextlib", "functools", ""}  # "": our compiled ones


class AutogradError(Exception):
    """An error in three parts; ``hint`` holds the last one for tools.

    Args:
        what: what happened and where, with shapes and dtypes.
        why: the reason, in one line.
        hint: code that can be pasted.

    With ``AC_ERRORS=short`` in the environment only the first line is printed. A note names the
    line of the caller's code; tools that know ``__tracebackhide__``, such as pytest and IPython,
    show no frame of this project.

    >>> print(AutogradError("np.foo failed.", "it is a test.", "np.bar(x)"))
    np.foo failed.
      why: it is a test.
      try: np.bar(x)
    """

    def __init__(self, what: str, why: str = "", hint: str = "") -> None:
        super().__init__(what, why, hint)
        self.what, self.why, self.hint = what, why, hint
        place = users_line()
        if place:
            self.add_note(f"  at {place}")
        _hide_frames()

    def __str__(self) -> str:
        if os.environ.get("AC_ERRORS") == "short":
            return self.what.partition("\n")[0]
        why = f"\n  why: {self.why}" if self.why else ""
        return self.what + why + (f"\n  try: {self.hint}" if self.hint else "")


def _is_ours(frame: FrameType) -> bool:
    """Whether a frame belongs to this project, or to what it calls through."""
    return frame.f_globals.get("__name__", "").partition(".")[0] in _PACKAGES


def _hide_frames() -> None:
    """Mark the calls of this project that are under way, for tools that show tracebacks."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if _is_ours(frame) and frame.f_locals is not frame.f_globals:
            frame.f_locals["__tracebackhide__"] = True
        frame = frame.f_back


def users_line() -> str:
    """The innermost line that belongs neither to this project nor to what it calls through."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if not _is_ours(frame):
            code = frame.f_code
            return f"{os.path.basename(code.co_filename)}:{frame.f_lineno}, in {code.co_qualname}"
        frame = frame.f_back
    return ""


def stack_level() -> int:
    """The ``stacklevel`` with which a warning of the caller's stands at ``users_line``."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and _is_ours(frame):
        level, frame = level + 1, frame.f_back
    return level


class NoRuleError(AutogradError, NotImplementedError):
    """No derivative is declared for this function, or for this option of it."""


class ConversionError(AutogradError, TypeError):
    """A tracked Variable was about to become a plain array or number."""


class DtypeError(AutogradError, TypeError):
    """Integers, booleans and objects do not have gradients."""


class NotScalarError(AutogradError, TypeError):
    """A gradient was asked of more than one number."""


class NoPathError(AutogradError, RuntimeError):
    """A gradient was asked of something that depends on nothing tracked."""


class GraphFreedError(AutogradError, RuntimeError):
    """The tape has been swept already and has released what it kept."""


class MutationError(AutogradError, RuntimeError):
    """A write into a leaf, or into an array that a tape still needs."""


class ShapeError(AutogradError, ValueError):
    """Shapes that do not fit."""


class ArgumentError(AutogradError, TypeError):
    """An argument that a function does not have, or of the wrong kind."""


class LabelError(AutogradError, ValueError):
    """Class labels that do not fit the classes."""


class OptimizerError(AutogradError, ValueError):
    """Nothing to optimize, or hyperparameters out of range."""


class StateError(AutogradError, ValueError):
    """Saved weights that do not fit the model."""


class NumericError(AutogradError, FloatingPointError):
    """A nan or an infinity where none was allowed."""

    drawn: Any = None  # the graph, or the function that draws it

    @property
    def graph(self) -> Any:
        """The graph of the last operations, where ``debug()`` has raised; drawn when asked for."""
        if callable(self.drawn):
            self.drawn = self.drawn()
        return self.drawn

    def __reduce__(self) -> Any:
        self.drawn = self.graph  # a function that holds a tape is not pickled
        return super().__reduce__()


class GradcheckError(AutogradError, AssertionError):
    """Finite differences say otherwise."""


class MissingDependencyError(AutogradError, ImportError):
    """An optional package or program is absent."""


class RuleError(AutogradError, TypeError):
    """A rule is declared wrongly; raised at import, or when it is used."""


class AutogradWarning(UserWarning):
    """The root of all warnings of the project."""


class UsageHint(AutogradWarning):
    """Correct, and probably not what was meant."""


class DetachedWarning(AutogradWarning):
    """A copy that leaves its history behind."""


class FallbackWarning(AutogradWarning):
    """A slower way was taken."""


def require(module: str, extra: str, feature: str) -> ModuleType | Any:
    """Import an optional package, or say how to install it.

    Args:
        module: the package to import.
        extra: the extra of this distribution that brings it; empty for a requirement.
        feature: what needs it, for the message.
    Raises:
        MissingDependencyError: it is not installed.

    >>> require("json", extra="", feature="this example").__name__
    'json'
    """
    try:
        return import_module(module)
    except ImportError as err:
        package = module.partition(".")[0]
        name = f'"autograd-core[{extra}]"' if extra else package
        raise MissingDependencyError(
            f"{feature} needs {package}.", hint=f"pip install {name}"
        ) from err
