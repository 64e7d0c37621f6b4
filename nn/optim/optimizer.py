"""Optimizer: hyperparameters, and the one walk over the parameters that serves every rule."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from typing import Any, ClassVar

import numpy as np

from autograd_core import ArgumentError, OptimizerError, Variable, enable_grad

from ..choices import choice
from .packs import BLOCK, SMALL, Array, Pack, State

__all__ = ["Optimizer"]

Params = Any  # Variables, pairs, groups, a Module, or a callable that returns one of these

RANGES: dict[str, tuple[Callable[[Any], bool], str]] = {  # what a hyperparameter has to be
    "lr": (lambda x: 0 < x < math.inf, "a positive number"),
    "momentum": (lambda x: 0 <= x < 1, "a number in [0, 1)"),
    "betas": (lambda x: len(x) == 2 and all(0 <= b < 1 for b in x), "two numbers in [0, 1)"),
    "eps": (lambda x: x >= 0, "a number that is not negative"),
    "weight_decay": (lambda x: x >= 0, "a number that is not negative"),
}


class Optimizer:
    """Parameters, their hyperparameters, and a rule that takes a step.

    A rule is two methods: ``init(param) -> state`` and ``update(state, param, grad) -> (state,
    param)``. It may write into its state and into ``param``, never into ``grad``. In a state that
    is a dict, names that begin with an underscore are temporaries. While a rule runs,
    ``self.group`` holds the hyperparameters, each of which is also an attribute; ``self.lr`` is the
    rate of this step, ``self.count`` the number of this update of the parameter, from 1.

    A rule that treats every entry alike says ``elementwise = True``. It then sees several small
    parameters as one array, and a large one in blocks.

    Args:
        params: Parameters or Variables; groups ``{"params": ..., "lr": ...}``; a Module; or a
            callable that returns one of these.
        lr: the learning rate: a positive number, or a function of the number of steps taken.
        maximize: climb instead of descending.
        constraint: called with each updated parameter after a step, such as ``MaxNorm(3.0)``.
        **options: the other hyperparameters of the rule.
    Raises:
        OptimizerError: no parameters, one twice, not a parameter, or a hyperparameter out of range.
        ArgumentError: a group has an option that the optimizer does not.

    >>> class Sign(Optimizer):
    ...     def init(self, param):
    ...         return None
    ...     def update(self, state, param, grad):
    ...         param -= self.lr * np.sign(grad)
    ...         return state, param
    >>> w = Variable([3.0, -2.0])
    >>> optimizer = Sign([w], lr=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data
    array([ 2.5, -1.5])
    """

    elementwise: ClassVar[bool] = False

    def __init__(
        self,
        params: Params,
        lr: float | Callable[[int], float],
        *,
        maximize: bool = False,
        constraint: Callable[[Variable], object] | None = None,
        **options: Any,
    ) -> None:
        self.defaults = {"lr": lr, **options, "maximize": maximize, "constraint": constraint}
        self.param_groups: list[dict[str, Any]] = []
        self.last_step = self.count = 0
        self._names: dict[int, str] = {}
        self._packs: list[Pack] = []
        self._idle: list[Variable] = []  # those without a gradient, when the packs were made
        self._memory: dict[int, tuple[int, State]] = {}  # of parameters that are in no pack
        self.group = self.defaults
        self._validate(self.defaults)
        for group in self._groups_of(params):
            self.add_param_group(group)
        self.group = self.param_groups[0]

    def init(self, param: Array) -> State:
        """What the rule remembers of a parameter that was never updated."""
        raise NotImplementedError

    def update(self, state: State, param: Array, grad: Array) -> tuple[State, Array]:
        """The state and the parameter after a step; arrays may be written in place."""
        raise NotImplementedError

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise for hyperparameters that do not go together; each alone has been checked."""

    def __getattr__(self, name: str) -> Any:
        group = vars(self).get("group", {})
        if name in group:
            return group[name]
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in vars(self).get("defaults", {}):
            object.__setattr__(self, name, value)
            return
        for group in self.param_groups:
            self._validate({**group, name: value})
        for group in self.param_groups:
            group[name] = value

    @property
    def lr(self) -> float:
        """The rate of the next step, of the first group; setting it sets that of all groups."""
        rate = self.group["lr"]
        return float(rate(self.last_step) if callable(rate) else rate)

    # --- a step -----------------------------------------------------------------------------------
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient, in place.

        Args:
            closure: clears the gradients, computes the loss, calls ``backward()`` and returns the
                loss; called first.
        Returns:
            What the closure returns; None without one.
        Raises:
            OptimizerError: no parameter has a gradient, or one of them is not finite. Nothing is
                changed then.
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        if not self._collect():
            self._plan()
            self._collect()
        quiet = [self._overflows(pack) for pack in self._packs if not math.isfinite(pack.square())]
        with np.errstate(over="ignore", invalid="ignore") if quiet else nullcontext():
            self._walk()
        return loss

    def _walk(self) -> None:
        """Run the rule over all packs, then the constraints over all parameters."""
        here, update = vars(self), self.update
        for pack in self._packs:
            here["group"], here["count"] = pack.group, pack.count + 1
            pack.load()
            values, grads, blocks = pack.values, pack.grads, pack.blocks
            for i, (part, state) in enumerate(blocks):
                cut = len(blocks) > 1
                value, grad = (values[part], grads[part]) if cut else (values, grads)
                state, new = update(state, value, grad)
                if new is not value:
                    value[...] = new
                blocks[i] = part, state
            pack.store()
            pack.count += 1
        here["group"] = self.param_groups[0]
        here["last_step"] += 1
        for pack in self._packs:
            constraint = pack.group["constraint"]
            if constraint is not None:
                for param in pack.params:
                    constraint(param)

    def _collect(self) -> bool:
        """Fetch all gradients; False if they are not those of the parameters planned for."""
        if not self._packs:
            return False
        for param in self._idle:
            if param.grad is not None:
                return False
        return all(pack.collect() for pack in self._packs)

    def _plan(self) -> None:
        """Lay the parameters that have a gradient into packs."""
        self._unpack()
        packs: list[Pack] = []
        idle: list[Variable] = []
        scratch: dict[Any, Array] = {}
        for group in self.param_groups:
            lots: dict[Any, list[list[Variable]]] = {}
            for param in group["params"]:
                if param.grad is None:
                    idle.append(param)
                    continue
                if np.shape(param.grad) != param.shape:
                    raise self._wrong_gradient(param)
                count, state = self._memory.get(id(param), (0, None))
                small = self.elementwise and param.size <= SMALL
                key = (param.dtype, count, _form(state)) if small else id(param)
                rows = lots.setdefault(key, [[]])
                if sum(p.size for p in rows[-1]) + param.size > BLOCK and small:
                    rows.append([])
                rows[-1].append(param)
            for params in [row for rows in lots.values() for row in rows]:
                memory = [self._memory[id(p)] for p in params if id(p) in self._memory]
                count = memory[0][0] if memory else 0
                pack = Pack(group, params, count, not self.elementwise)
                vars(self).update(group=group, count=count + 1)
                pack.begin(self.init, [state for _, state in memory], scratch)
                packs.append(pack)
        self.group = self.param_groups[0]
        if not packs:
            raise self._no_gradient(len(idle))
        for pack in packs:
            for param in pack.params:
                self._memory.pop(id(param), None)
        self._packs, self._idle = packs, idle

    def _unpack(self) -> None:
        """Take the packs apart: what they know goes to the parameters they consist of."""
        for pack in self._packs:
            for param, state in zip(pack.params, pack.states(), strict=True):
                self._memory[id(param)] = pack.count, state
        self._packs = []

    def _overflows(self, pack: Pack) -> bool:
        """True for gradients that are finite though their squares are not; else raises."""
        for param, g in zip(pack.params, pack.gradients(), strict=True):
            if not np.isfinite(g).all():
                what = "nan" if np.isnan(g).any() else "inf"
                raise OptimizerError(
                    f"{self._label}.step() got a gradient with {what} in {self._name(param)}.",
                    "the step would spread it over the weights; nothing was changed.",
                    "a smaller lr, or nn.clip_grad_norm_(params, 1.0) before step()",
                )
        return True

    # --- gradients --------------------------------------------------------------------------------
    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients: to None, or to zeros where there is one."""
        for group in self.param_groups:
            for param in group["params"]:
                if set_to_none or not param.requires_grad:
                    param.grad = None
                elif param.grad is not None:
                    param.grad = np.zeros(param.shape, param.dtype)

    def zeroGrad(self) -> None:
        """Set the gradient of every parameter that requires one to zeros."""
        for group in self.param_groups:
            for param in group["params"]:
                param.grad = np.zeros(param.shape, param.dtype) if param.requires_grad else None

    # --- groups -----------------------------------------------------------------------------------
    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Add parameters with hyperparameters of their own.

        Args:
            group: ``"params"``, as the optimizer takes them, and the options that differ.
        Raises:
            OptimizerError, ArgumentError: as for the optimizer; nothing is added then.
        """
        for name in group:
            if name != "params":
                choice(f"{self._label} option", name, dict.fromkeys(self.defaults, name))
        named = self._named(group.get("params", ()))
        if not named:
            raise OptimizerError(
                f"{self._label} got no parameters.",
                "the iterator was empty; a generator can be read only once.",
                f"{self._label}(model)",
            )
        full = {**self.defaults, **group, "params": [param for _, param in named]}
        self._validate(full)
        names = dict(self._names)
        for name, param in named:
            self._check_param(name, param, names)
            names[id(param)] = name
        self._names = names
        self.param_groups.append(full)

    def _groups_of(self, params: Params) -> Iterable[Mapping[str, Any]]:
        if isinstance(params, list | tuple) and any(isinstance(p, Mapping) for p in params):
            return [p if isinstance(p, Mapping) else {"params": p} for p in params]
        if callable(params) and not isinstance(params, Variable) and not _is_module(params):
            return self._groups_of(params())
        return [{"params": params}]

    def _named(self, params: Params) -> list[tuple[str, Any]]:
        """The parameters with their names, for messages."""
        if _is_module(params):
            return list(params.named_parameters())
        if isinstance(params, Variable):
            params = [params]
        elif callable(params):
            return self._named(params())
        elif isinstance(params, Mapping):
            params = params.items()
        try:
            items = list(params)
        except TypeError:
            raise self._not_a_parameter(params) from None
        return [
            p if isinstance(p, tuple) and len(p) == 2 else (getattr(p, "name", None) or str(i), p)
            for i, p in enumerate(items)
        ]

    def _check_param(self, name: str, param: Any, names: Mapping[int, str]) -> None:
        if not isinstance(param, Variable) or not param.is_leaf:
            raise self._not_a_parameter(param)
        if param.dtype.kind not in "fc":
            raise self._not_a_parameter(param)
        if id(param) in names:
            raise OptimizerError(
                f"{self._label} got the parameter {name!r} twice.",
                "each step would update it twice.",
                "each parameter once, in one group",
            )

    def _validate(self, group: Mapping[str, Any]) -> None:
        for name, (holds, what) in RANGES.items():
            if name in group and not callable(group[name]):
                self._need(group, name, holds(group[name]), what)
        self.check(group)

    def _need(self, group: Mapping[str, Any], name: str, holds: Any, what: str) -> None:
        """Raise unless a hyperparameter is what it has to be."""
        if not holds:
            raise OptimizerError(f"{self._label} needs {what} for {name}; it got {group[name]!r}.")

    # --- words for messages -----------------------------------------------------------------------
    @property
    def _label(self) -> str:
        return type(self).__name__

    def _name(self, param: Variable) -> str:
        return f"{self._names.get(id(param))!r} of shape {param.shape}"

    def _not_a_parameter(self, found: Any) -> ArgumentError | OptimizerError:
        kind = type(found).__name__
        why = "only leaves can be updated, and this is the result of an operation."
        if not isinstance(found, Variable):
            why = "an optimizer updates Parameters and Variables in place."
        elif found.is_leaf:
            kind, why = f"{kind} of dtype {found.dtype}", "integers do not have gradients."
        return OptimizerError(
            f"{self._label} got {kind} where it needs a parameter.", why, f"{self._label}(model)"
        )

    def _no_gradient(self, many: int) -> OptimizerError:
        return OptimizerError(
            f"{self._label}.step() found no gradient in any of {many} parameters.",
            "did you call loss.backward()?",
            "loss.backward() before step()",
        )

    def _wrong_gradient(self, param: Variable) -> OptimizerError:
        return OptimizerError(
            f"{self._label}.step() found a gradient of shape {np.shape(param.grad)} "
            f"in {self._name(param)}.",
            "its data were replaced after backward().",
            "zero_grad(), and backward() again",
        )

    def __repr__(self) -> str:
        lines = [
            f"  {len(group['params'])} parameters: "
            + ", ".join(f"{k}={v!r}" for k, v in group.items() if k != "params")
            for group in self.param_groups
        ]
        return "\n".join([f"{self._label}(", *lines, ")"])


def _is_module(params: Any) -> bool:
    return hasattr(params, "named_parameters")


def _form(state: State) -> Any:
    """What states must have in common to be joined: names, and values that are not arrays."""
    if not isinstance(state, dict):
        return None
    return tuple((k, None if isinstance(v, np.ndarray) else v) for k, v in state.items())
