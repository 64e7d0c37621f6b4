"""lr_find: the loss at growing rates, to choose one by."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any, NamedTuple

import numpy as np

from autograd_core import ArgumentError, Variable

from ..defaults import Seed, generator
from ..keywords import checked
from ..module import Module
from .names import get

__all__ = ["RangeTest", "lr_find"]


class RangeTest(NamedTuple):
    """What ``lr_find`` has seen: rates (n,), and the smoothed loss at each (n,).

    >>> RangeTest(np.array([0.1, 1.0]), np.array([2.0, 1.0])).suggestion
    0.1
    """

    rates: np.ndarray
    losses: np.ndarray

    @property
    def suggestion(self) -> float:
        """The rate at which the loss falls fastest.

        >>> RangeTest(np.array([0.1, 1.0, 10.0]), np.array([2.0, 1.0, 3.0])).suggestion
        0.1
        """
        if len(self.rates) < 2:
            return float(self.rates[0])
        return float(self.rates[np.argmin(np.gradient(self.losses, np.log(self.rates)))])

    def plot(self, ax: Any = None) -> Any:
        """Draw the loss over the rates, see ``nn.plot.lr_curve``; returns the Axes."""
        from ..plot import lr_curve

        return lr_curve(self.rates, self.losses, ax=ax)


@checked
def lr_find(
    model: Module,
    X: Any,
    y: Any,
    *,
    loss: str | Callable[..., Any] | None = None,
    optimizer: str | Callable[..., Any] = "sgd",
    start: float = 1e-6,
    end: float = 10.0,
    steps: int = 100,
    batch_size: int = 32,
    smooth: float = 0.95,
    stop: float = 4.0,
    rng: Seed = None,
) -> RangeTest:
    """Train a few batches at rates that grow by a factor, and tell the loss at each.

    The test ends early where the loss is ``stop`` times the best. The model, its buffers, its mode
    and its generators are afterwards what they were.

    Args:
        model: what is trained.
        X: inputs (n, ...).
        y: targets (n, ...).
        loss: a name, or a function of outputs and targets; that of the model's last ``fit`` or
            ``compile`` by default.
        optimizer: a name, or a function of parameters and ``lr``.
        start, end: the first and the last rate.
        steps: how many batches.
        batch_size: the rows of each, drawn anew when all rows were used.
        smooth: the weight of the past in the mean of the losses.
        stop: see above.
        rng: the generator of the batches.
    Returns:
        The rates and the losses, with ``suggestion`` and ``plot()``.
    Raises:
        ArgumentError: an unknown name; no loss; rates that do not grow; X and y of different
            lengths.
    Source: Smith, "Cyclical learning rates for training neural networks" (2017), §3.3.

    >>> from nn import Linear
    >>> x = np.linspace(-1, 1, 64).reshape(-1, 1)
    >>> found = lr_find(Linear(1, 1, rng=0), x, 3 * x, loss="mse", steps=20, rng=0)
    >>> 0.001 < found.suggestion < 10
    True
    """
    if not 0 < start < end or steps < 2 or len(X) != len(y) or not len(X):
        raise ArgumentError(
            "lr_find needs 0 < start < end, two steps or more, and rows of X and y in equal number;"
            f" it got start={start}, end={end}, steps={steps}, {len(X)} and {len(y)} rows.",
            hint="start=1e-6, end=10.0, steps=100",
        )
    from ..options import Settings, chosen_loss  # which know optimizers themselves

    settings: Settings = vars(model).get("_settings") or Settings()
    measure = chosen_loss(settings.loss if loss is None else loss, y, "lr_find")
    rng = generator(rng)
    X, y = np.asarray(X), np.asarray(y)
    if X.dtype.kind == "f":
        X = X.astype(model.parameters()[0].dtype)
    rates = np.geomspace(start, end, steps)
    before = _Snapshot(model)
    losses: list[float] = []
    mean = 0.0
    try:
        trainer = get(optimizer)(model, lr=float(start))
        model.train()
        order = np.empty(0, int)
        for k, rate in enumerate(rates):
            if len(order) < min(batch_size, len(X)):
                order = rng.permutation(len(X))
            rows, order = order[:batch_size], order[batch_size:]
            trainer.lr = float(rate)
            trainer.zero_grad()
            value = measure(model(X[rows]), y[rows])
            number = float(value.item())
            mean = smooth * mean + (1 - smooth) * number
            smoothed = mean / (1 - smooth ** (k + 1))
            if not isfinite(number) or (losses and smoothed > stop * min(losses)):
                break
            losses.append(smoothed)
            value.backward()
            if not all(np.isfinite(p.grad).all() for p in _with_gradient(model)):
                break
            trainer.step()
    finally:
        before.restore()
    if not losses:
        raise ArgumentError("lr_find met a loss that is not finite at once.", hint="a lower start")
    return RangeTest(rates[: len(losses)], np.array(losses))


def _with_gradient(model: Module) -> list[Variable]:
    return [p for p in model.parameters() if p.grad is not None]


class _Snapshot:
    """Weights, buffers, gradients, modes and generators of a model, to be restored."""

    def __init__(self, model: Module) -> None:
        held = [*model.parameters(), *model.buffers()]
        self.arrays = [(v, np.array(v.data)) for v in held]
        self.grads = [(p, p.grad) for p in model.parameters()]
        self.modes = [(m, m.training) for m in model.modules()]
        generators = [g for _, g in model.named_generators()]
        self.generators = [(g, g.bit_generator.state) for g in generators]

    def restore(self) -> None:
        for variable, array in self.arrays:
            variable.data = array if array.ndim else array[()]
        for param, grad in self.grads:
            param.grad = grad
        for module, mode in self.modes:
            module.training = mode
        for rng, state in self.generators:
            rng.bit_generator.state = state
