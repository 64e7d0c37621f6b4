"""The saved state of an optimizer, held against the optimizer that is to take it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core import StateError, Variable

from .packs import State, matches, working

__all__: list[str] = []


def checked_groups(
    label: str, groups: Sequence[Mapping[str, Any]], state: Any
) -> list[dict[str, Any]]:
    """The hyperparameters of each group.

    Raises:
        StateError: the state is of another form, has other groups, or other options.
    """
    parts = ("last_step", "param_groups", "state")
    if not isinstance(state, Mapping) or not all(part in state for part in parts):
        raise StateError(
            f"{label}.load_state_dict got something else than the state of an optimizer.",
            f"that is a dict with {', '.join(parts)}.",
            "optimizer.load_state_dict(other.state_dict())",
        )
    sizes = [len(group["params"]) for group in groups]
    found = [len(group["params"]) for group in state["param_groups"]]
    if sizes != found:
        raise StateError(
            f"{label}.load_state_dict: this optimizer has groups of {_listed(sizes)} parameters, "
            f"the state has groups of {_listed(found)}.",
            "a state goes back to an optimizer of the same parameters in the same order.",
            "the model and the groups that were saved",
        )
    loaded = []
    for group, saved in zip(groups, state["param_groups"], strict=True):
        missing = {k for k, v in group.items() if not callable(v)} - set(saved)
        missing -= {"constraint", "initial_lr"}
        unknown = set(saved) - set(group) - {"initial_lr"}  # which a schedule leaves there
        if missing or unknown:
            raise StateError(
                f"{label}.load_state_dict: the state is that of another rule.",
                f"missing: {_listed(sorted(missing))}; unknown: {_listed(sorted(unknown))}; "
                "functions are not saved.",
                "an optimizer of the class that was saved",
            )
        loaded.append(
            {k: v for k, v in saved.items() if k != "params" and not callable(group.get(k))}
        )
    return loaded


def checked_states(
    label: str, params: Sequence[Variable], states: Sequence[Any]
) -> dict[int, tuple[int, State]]:
    """By the identity of each parameter: the number of its updates, and a copy of its state.

    Raises:
        StateError: an array has not the shape of its parameter.
    """
    if len(states) != len(params):
        raise StateError(
            f"{label}.load_state_dict: {len(params)} parameters, but {len(states)} states.",
            hint="the model and the groups that were saved",
        )
    memory, wrong = {}, []
    for position, (param, entry) in enumerate(zip(params, states, strict=True)):
        if entry is None:
            continue
        state = _taken(entry["memory"], param)
        if not matches(state, param.shape):
            wrong.append(f"that of parameter {position}, which is {param.shape}")
        memory[id(param)] = int(entry["count"]), state
    if wrong:
        raise StateError(
            f"{label}.load_state_dict: the shapes of {len(wrong)} states differ.",
            _listed(wrong),
            "the model that was saved",
        )
    return memory


def _taken(state: Any, param: Variable) -> State:
    """A deep copy whose floating-point arrays have the precision of the parameter."""
    if isinstance(state, Mapping):
        return {name: _taken(value, param) for name, value in state.items()}
    if isinstance(state, list | tuple):
        return type(state)(_taken(value, param) for value in state)
    if not isinstance(state, np.ndarray):
        return state
    real = np.empty(0, working(param.dtype)).real.dtype
    return np.array(state, real if state.dtype.kind == "f" else state.dtype)


def _listed(items: Sequence[Any]) -> str:
    return ", ".join(map(str, items[:10])) + (", ..." if len(items) > 10 else "") or "none"
