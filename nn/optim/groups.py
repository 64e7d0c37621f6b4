"""What an optimizer is given: parameters with their names, groups of them, hyperparameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import inf
from typing import Any

from autograd_core import OptimizerError, Variable

__all__: list[str] = []

Params = Any  # Variables, pairs, groups, a Module, or a callable that returns one of these
Rate = float | Callable[[int], float]
Constraint = Callable[[Any], Any]  # of an array

NOT_NEGATIVE = (lambda x: x >= 0, "a number that is not negative", 0.0)
BELOW_ONE = (lambda x: 0 <= x < 1, "a number in [0, 1)", 0.9)
RANGES: dict[str, tuple[Callable[[Any], bool], str, Any]] = {  # what it has to be, and often is
    "lr": (lambda x: 0 < x < inf, "a positive number", 1e-3),
    "momentum": BELOW_ONE,
    "betas": (
        lambda x: len(x) == 2 and all(0 <= b < 1 for b in x),
        "two numbers in [0, 1)",
        (0.9, 0.999),
    ),
    "alpha": BELOW_ONE,
    "rho": BELOW_ONE,
    "eps": NOT_NEGATIVE,
    "weight_decay": NOT_NEGATIVE,
    "lr_decay": NOT_NEGATIVE,
    "momentum_decay": NOT_NEGATIVE,
    "initial_accumulator_value": NOT_NEGATIVE,
    "etas": (
        lambda x: len(x) == 2 and 0 < x[0] < 1 < x[1],
        "two factors, below and above 1",
        (0.5, 1.2),
    ),
    "step_sizes": (
        lambda x: len(x) == 2 and 0 <= x[0] <= x[1],
        "the least and the largest step",
        (1e-6, 50),
    ),
    "ns_steps": (lambda x: x == int(x) and x > 0, "a positive integer", 5),
}


def check_range(label: str, name: str, value: Any, skip: tuple[str, ...] = ()) -> None:
    """Raise for a hyperparameter out of its range; a function of the step is left alone."""
    if name in skip or name not in RANGES or callable(value):
        return
    holds, what, usual = RANGES[name]
    try:
        fine = holds(value)
    except TypeError:
        fine = False
    if not fine:
        raise OptimizerError(
            f"{label} needs {what} for {name}; it got {value!r}.", hint=f"{name}={usual}"
        )


def groups_of(params: Params) -> Iterable[Mapping[str, Any]]:
    """The groups in what an optimizer is given; one of all, if there are none."""
    if callable(params) and not isinstance(params, Variable) and not is_module(params):
        return groups_of(params())
    if isinstance(params, list | tuple) and any(isinstance(p, Mapping) for p in params):
        return [p if isinstance(p, Mapping) else {"params": p} for p in params]
    return [{"params": params}]


def named(label: str, params: Params) -> list[tuple[str, Variable]]:
    """The parameters with their names, for messages.

    Args:
        label: the optimizer, for messages.
        params: Variables, pairs of name and Variable, a mapping, a Module, or a callable.
    Raises:
        OptimizerError: something else is among them, or there are none.
    """
    module = is_module(params)
    if isinstance(params, Variable):
        params = [params]
    elif module:
        params = params.named_parameters()
    elif callable(params):
        return named(label, params())
    elif isinstance(params, Mapping):
        params = params.items()
    elif isinstance(params, str) or not isinstance(params, Iterable):
        raise not_a_parameter(label, params)
    pairs: list[tuple[str, Variable]] = []
    for i, item in enumerate(params):
        name, param = item if _is_pair(item) else (getattr(item, "name", None) or str(i), item)
        if not isinstance(param, Variable) or not param.is_leaf or param.dtype.kind not in "fc":
            raise not_a_parameter(label, param)
        pairs.append((name, param))
    if not pairs:
        raise OptimizerError(
            f"{label} got no parameters.",
            "none of its layers has weights."
            if module
            else "the iterator was empty; a generator can be read only once.",
            "a model with a layer such as Linear" if module else f"{label}(model)",
        )
    return pairs


def is_module(params: Any) -> bool:
    """Whether it can tell its parameters by name."""
    return hasattr(params, "named_parameters")


def _is_pair(item: Any) -> bool:
    return isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str)


def not_a_parameter(label: str, found: Any) -> OptimizerError:
    """The error for what cannot be updated."""
    kind, why = type(found).__name__, "an optimizer updates Parameters and Variables in place."
    if isinstance(found, Variable) and found.is_leaf:
        kind, why = f"{kind} of dtype {found.dtype}", f"{found.dtype} has no gradient."
    elif isinstance(found, Variable):
        why = "only leaves can be updated; this one is the result of an operation."
    return OptimizerError(f"{label} got a {kind} among its parameters.", why, f"{label}(model)")
