"""Optimizer: hyperparameters, and the one walk over the parameters that serves every rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, ClassVar

import numpy as np

from autograd_core import OptimizerError, Variable, enable_grad

from ..choices import choice
from .groups import Constraint, Params, Rate, check_range, groups_of, named
from .keywords import Spelled
from .packs import BLOCK, SMALL, Array, Pack, State, constrain, copied, matches
from .saved import checked_groups, checked_states
from .tables import Table

__all__ = ["Optimizer"]

TABLES = {np.dtype(np.float32), np.dtype(np.float64)}  # what rows are updated of


class Optimizer(Spelled):
    """Parameters, their hyperparameters, and a rule that takes a step.

    A rule is two methods: ``init(param) -> state`` and ``update(state, param, grad) -> (state,
    param)``. It may write into its state and into ``param``, never into ``grad``. In a state that
    is a dict, names that begin with an underscore are temporaries. While a rule runs,
    ``self.group`` holds the hyperparameters, each of which is also an attribute; ``self.lr`` is the
    rate of this step, ``self.count`` the number of this update of the parameter, from 1.

    A rule that treats every entry alike says ``elementwise = True``; its state is a dict of numbers
    and of arrays like ``param``. It then sees several small parameters as one array, and a large
    one in blocks.

    Args:
        params: Parameters or Variables; groups ``{"params": ..., "lr": ...}``; a Module; or a
            callable that returns one of these.
        lr: the learning rate: a positive number, or a function of the number of steps taken.
        maximize: climb instead of descending.
        constraint: what the array of each parameter becomes after a step, as a function of the
            array, such as ``MaxNorm(3.0)``; a parameter's own ``constraint`` goes before.
        **options: the other hyperparameters of the rule.

    ``parameters`` and ``learning_rate`` are accepted as names of the first two.

    Raises:
        OptimizerError: no parameters, one twice, not a parameter, or a hyperparameter out of range.
        ArgumentError: a group has an option that the optimizer does not.

    ``last_step`` is the number of steps taken.

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
    needs_closure: ClassVar[bool] = False  # whether step() calls the closure as often as it likes
    full_batch: ClassVar[bool] = False  # whether one step minimizes the loss on all data

    def __init__(
        self,
        params: Params,
        lr: Rate,
        *,
        maximize: bool = False,
        constraint: Constraint | None = None,
        **options: Any,
    ) -> None:
        own = {"maximize": maximize, "constraint": constraint}
        self.group = self.defaults = {"lr": lr, **options, **own}
        self.param_groups: list[dict[str, Any]] = []
        self.last_step = self.count = 0
        self._names: dict[int, str] = {}
        self._packs: list[Pack | Table] = []
        self._idle: list[Variable] = []  # those without a gradient, when the packs were made
        self._memory: dict[int, tuple[int, State]] = {}  # of parameters that are in no pack
        self._validate(self.defaults)
        for group in groups_of(params):
            self.add_param_group(group)
        self.group = self.param_groups[0]

    def init(self, param: Array) -> State:
        """What the rule remembers of a parameter that was never updated."""
        raise NotImplementedError

    def update(self, state: State, param: Array, grad: Array) -> tuple[State, Array]:
        """The state and the parameter after a step; arrays may be written in place."""
        raise NotImplementedError

    def is_local(self, group: Mapping[str, Any]) -> bool:  # noqa: ARG002 (for rules to override)
        """Whether an entry whose gradient is zero stays as it is: then rows can be left out."""
        return False

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise for hyperparameters that do not go together; each alone has been checked."""

    # --- hyperparameters --------------------------------------------------------------------------
    def __getattr__(self, name: str) -> Any:
        group = vars(self).get("group", {})
        if name in group:
            return group[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in vars(self).get("defaults", {}):
            object.__setattr__(self, name, value)
            return
        for group in self.param_groups:
            self._validate({**group, name: value})
        for group in self.param_groups:
            group[name] = value
            if name == "lr":
                group.pop("initial_lr", None)  # a schedule made from here on starts from this rate

    @property
    def lr(self) -> float:
        """The rate of the next step, of the first group; setting it sets that of all groups."""
        rate = self.group["lr"]
        return float(rate(self.last_step) if callable(rate) else rate)

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Add parameters with hyperparameters of their own.

        Args:
            group: ``"params"``, as the optimizer takes them, and the options that differ.
        Raises:
            OptimizerError, ArgumentError: as for the optimizer; nothing is added then.
        """
        for name in group:
            choice("option", name, dict.fromkeys([*self.defaults, "params"], name))
        names = dict(self._names)
        pairs = named(self._label, group.get("params", ()))
        full = {**self.defaults, **group, "params": [param for _, param in pairs]}
        self._validate(full)
        for name, param in pairs:
            if id(param) in names:
                raise OptimizerError(
                    f"{self._label} got the parameter {name!r} twice.",
                    "each step would update it twice.",
                    "list it once, in one group",
                )
            names[id(param)] = name
        self._names = names
        self.param_groups.append(full)

    def _validate(self, group: Mapping[str, Any], skip: tuple[str, ...] = ()) -> None:
        for name, value in group.items():
            check_range(self._label, name, value, skip)
        self.check(group)

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
        for param in self.parameters():
            param.grad = np.zeros(param.shape, param.dtype) if param.requires_grad else None

    def parameters(self) -> list[Variable]:
        """The parameters of all groups."""
        return [param for group in self.param_groups for param in group["params"]]

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
        self._advance()
        return loss

    @np.errstate(over="ignore", invalid="ignore")
    def _advance(self) -> None:
        """Run the rule over all packs, then the constraints over all parameters."""
        for pack in self._packs:
            if not isfinite(pack.square()):
                self._check_gradients()
        try:
            for pack in self._packs:
                self._update(pack)
        finally:
            vars(self)["group"] = self.param_groups[0]
        self.last_step += 1
        for pack in self._packs:
            shared = pack.group["constraint"]
            for param in pack.params if shared else pack.holders:
                constrain(param, shared)

    def _update(self, pack: Pack | Table) -> None:
        here, update = vars(self), self.update  # around __setattr__, which would cost more
        here["group"], here["count"] = pack.group, pack.count + 1
        values, grads, blocks = pack.values, pack.grads, pack.blocks
        for i, (part, state) in enumerate(blocks):
            value = values if part is None else values[part]
            new = update(state, value, grads if part is None else grads[part])
            if new[0] is not state:
                blocks[i] = part, new[0]
            if new[1] is not value:
                value[...] = new[1]
        pack.store()
        pack.count += 1

    def _collect(self) -> bool:
        """Fetch arrays and gradients; False if they are not those that were planned for."""
        for param in self._idle:
            if param.grad_rows is not None or param.grad is not None:
                return False
        for pack in self._packs:
            if not pack.collect():
                return False
        return bool(self._packs)

    def _plan(self) -> None:
        """Lay the parameters that have a gradient into packs."""
        memory = self._remembered()
        packs: list[Pack | Table] = []
        scratch: dict[Any, Array] = {}
        for group in self.param_groups:
            for params in self._lots(group, memory):
                states = [memory[id(p)] for p in params if id(p) in memory]
                pack = self._pack(group, params, states[0][0] if states else 0)
                vars(self).update(group=group, count=pack.count + 1)
                pack.begin(self.init, [state for _, state in states], scratch)
                packs.append(pack)
        self.group = self.param_groups[0]
        if not packs:
            raise OptimizerError(
                f"{self._label}.step() found no gradient in any of {len(self.parameters())} "
                "parameters.",
                "did you call loss.backward()?",
                "loss.backward() before step()",
            )
        packed = {id(param) for pack in packs for param in pack.params}
        self._idle = [param for param in self.parameters() if id(param) not in packed]
        self._memory = {key: value for key, value in memory.items() if key not in packed}
        self._packs = packs

    def _pack(self, group: dict[str, Any], params: list[Variable], count: int) -> Pack | Table:
        if params[0].grad_rows is not None:
            return Table(group, params[0], count, self.is_local)
        return Pack(group, params, count, not self.elementwise)

    def _lots(
        self, group: dict[str, Any], memory: dict[int, tuple[int, State]]
    ) -> list[list[Variable]]:
        """The parameters that have a gradient, put together as they can be joined."""
        lots: list[list[Variable]] = []
        places: dict[Any, list[Variable]] = {}
        for param in group["params"]:
            in_rows = param.grad_rows is not None and param.size > SMALL
            if in_rows and param.dtype in TABLES and self.is_local(group):
                lots.append([param])
                continue
            if param.grad is None:
                continue
            if np.shape(param.grad) != param.shape:
                raise OptimizerError(
                    f"{self._label}.step() found a gradient of shape {np.shape(param.grad)} in "
                    f"{self._name(param)}.",
                    "its data were replaced after backward().",
                    "zero_grad() and backward() again",
                )
            if not self.elementwise or param.size > SMALL:
                lots.append([param])
                continue
            count, state = memory.get(id(param), (0, {}))
            form = [(k, None if isinstance(v, np.ndarray) else v) for k, v in state.items()]
            key = (param.dtype, count, tuple(form))
            if sum(p.size for p in places.get(key, [])) + param.size > BLOCK or key not in places:
                places[key] = []
                lots.append(places[key])
            places[key].append(param)
        return lots

    def _remembered(self) -> dict[int, tuple[int, State]]:
        """For each parameter by identity: the number of its updates, and a copy of its state."""
        memory = dict(self._memory)
        for pack in self._packs:
            for param, state in zip(pack.params, pack.states(), strict=True):
                if matches(state, param.shape):  # not after its data were replaced
                    memory[id(param)] = pack.count, state
        return memory

    def _check_gradients(self) -> None:
        for pack in self._packs:
            for param, g in zip(pack.params, pack.gradients(), strict=True):
                if not np.isfinite(g).all():
                    what = "nan" if np.isnan(g).any() else "inf"
                    raise OptimizerError(
                        f"{self._label}.step() got a gradient with {what} in {self._name(param)}.",
                        "a step would spread it over the weights; nothing was changed.",
                        "a smaller lr, or nn.clip_grad_norm_(params, 1.0) before step()",
                    )

    # --- saving -----------------------------------------------------------------------------------
    def state_dict(self) -> dict[str, Any]:
        """All that a later step depends on, besides parameters, gradients and functions.

        Returns:
            ``"last_step"``; ``"param_groups"``, with the positions of the parameters; ``"state"``,
            for each position the number of updates and what the rule remembers, or None.
        """
        memory, position, groups = self._remembered(), 0, []
        for group in self.param_groups:
            numbers = {k: v for k, v in group.items() if k != "params" and not callable(v)}
            many = len(group["params"])
            groups.append({**numbers, "params": list(range(position, position + many))})
            position += many
        found = [memory.get(id(param)) for param in self.parameters()]
        state = [{"count": f[0], "memory": copied(f[1])} if f else None for f in found]
        return {"last_step": self.last_step, "param_groups": groups, "state": state}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on as the optimizer that gave this state would, bit for bit.

        Args:
            state: what ``state_dict()`` returned; functions, such as a rate that is one, stay.
        Raises:
            StateError: it does not fit these parameters or this rule. Nothing is changed then.
        """
        groups = checked_groups(self._label, self.param_groups, state)
        for group in groups:
            self._validate(group, skip=("lr",))
        memory = checked_states(self._label, self.parameters(), state["state"])
        last_step = int(state["last_step"])
        for group, loaded in zip(self.param_groups, groups, strict=True):
            group.update(loaded)
        self._packs, self._idle = [], []
        self._memory, self.last_step = memory, last_step

    def __getstate__(self) -> dict[str, Any]:
        """Identities mean nothing elsewhere: names and memory go by position."""
        memory = self._remembered()
        return vars(self) | {
            "group": None,
            "_packs": [],
            "_idle": [],
            "_names": [self._names[id(param)] for param in self.parameters()],
            "_memory": [memory.get(id(param)) for param in self.parameters()],
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        params = self.parameters()
        self.group = self.param_groups[0]
        self._names = {id(p): name for p, name in zip(params, state["_names"], strict=True)}
        pairs = zip(params, state["_memory"], strict=True)
        self._memory = {id(p): memory for p, memory in pairs if memory is not None}

    # --- words ------------------------------------------------------------------------------------
    @property
    def _label(self) -> str:
        return type(self).__name__

    def _name(self, param: Variable) -> str:
        return f"{self._names[id(param)]!r} of shape {param.shape}"

    def __repr__(self) -> str:
        lines = [
            f"  {len(group['params'])} parameters: "
            + ", ".join(f"{k}={v!r}" for k, v in group.items() if k != "params" and v is not None)
            for group in self.param_groups
        ]
        return "\n".join([f"{self._label}(", *lines, ")"])
