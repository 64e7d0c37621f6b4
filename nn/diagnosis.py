"""diagnose: the questions one asks first of a network that does not learn."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import ArgumentError, NumericError, Variable

from . import activations
from .activations import ReLU
from .inputs import Array, as_array, as_inputs, cast, check_rows, parameter_dtype, takes_integers
from .keywords import checked
from .module import Module
from .optim import Adam
from .options import Settings, chosen_loss
from .scoring import meaning, wants_floats

__all__: list[str] = []

_DEAD = 0.5  # share of units that are zero for every row, from which on it is worth a word
_RELU = activations.get("relu")
_STEPS = 200  # in which a network overfits a few rows


@dataclass
class Diagnosis:
    """What ``diagnose`` found; its repr is the report.

    Attributes:
        first_loss: the loss on the rows given.
        expected_loss: what guessing gives: log C for C classes, the variance for numbers; or None.
        dead_units: path of each ReLU, or layer with one → share of its units that are zero for
            every row.
        gradient_norms: path of each parameter → norm of its gradient.
        overfit_loss: the loss on a few rows after 200 steps on them; nan if the first one is not
            finite.
        advice: what catches the eye, a line each; empty if nothing does. Of a loss that is not
            finite it names the first operation that made a nan or an infinity.
    """

    first_loss: float
    expected_loss: float | None
    dead_units: dict[str, float]
    gradient_norms: dict[str, float]
    overfit_loss: float
    advice: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        guess = "" if self.expected_loss is None else f" (guessing gives {self.expected_loss:.4g})"
        lines = [f"first loss      {self.first_loss:.4g}{guess}"]
        lines += [f"dead ReLUs      {path}: {share:.0%}" for path, share in self.dead_units.items()]
        norms = [f"{path} {norm:.2g}" for path, norm in list(self.gradient_norms.items())[:10]]
        lines += [f"gradient norms  {', '.join(norms)}"]
        lines += [f"overfits        a few rows to a loss of {self.overfit_loss:.4g}"]
        lines += [f"- {line}" for line in self.advice] or ["nothing catches the eye"]
        return "\n".join(lines)


@checked
def diagnose(module: Module, X: Any, y: ArrayLike, loss: Any = None, rows: int = 256) -> Diagnosis:
    """Look for the reasons why a module does not learn; the module stays as it is.

    Args:
        module: any Module.
        X: inputs (n, ...).
        y: targets (n, ...).
        loss: as ``fit`` takes it; the one of the last ``fit`` or ``compile`` by default.
        rows: how many rows to look at.
    Raises:
        ArgumentError: no loss, or ``rows`` is not positive.
        ShapeError: X and y have different lengths.

    >>> from nn import Linear, Model, ReLU, datasets
    >>> X, y = datasets.spiral(50, 3, rng=0)
    >>> Model(Linear(2, 16, rng=0), ReLU(), Linear(16, 3, rng=0)).diagnose(
    ...     X, y, loss="cross_entropy"
    ... ).dead_units
    {'1': 0.0}
    """
    from .training import complete

    settings = vars(module).get("_settings") or Settings()
    loss = chosen_loss(settings.loss if loss is None else loss, y, "diagnose")
    if rows < 1:
        raise ArgumentError(f"diagnose() looks at rows; it got rows={rows}.", hint="rows=256")
    inputs, target = as_inputs(X), as_array(y)
    chosen = np.linspace(0, check_rows("diagnose", inputs, target) - 1, rows).astype(np.intp)
    chosen = np.unique(chosen)
    complete(module, X)
    probe = module.copy().train()
    dtype, integers = parameter_dtype(probe), takes_integers(probe)
    inputs = tuple(cast(x[chosen], dtype, integers) for x in inputs)
    target = cast(target[chosen], dtype, wants_floats(loss))
    with _relu_outputs(probe) as outputs:
        value = loss(probe(*inputs), target)
    value.backward()
    found = Diagnosis(
        first_loss=float(value.item()),
        expected_loss=_guess(loss, as_array(y)),
        dead_units={path: _dead(output) for path, output in outputs.items()},
        gradient_norms={
            path: 0.0 if p.grad is None else float(np.linalg.norm(p.grad))
            for path, p in probe.named_parameters()
            if p.requires_grad
        },
        overfit_loss=math.nan,
    )
    if math.isfinite(found.first_loss):
        found.overfit_loss = _overfit(probe, loss, inputs, target)
        found.advice = list(_advice(found))
    else:
        found.advice = [_anomaly(probe, loss, inputs, target)]
    return found


@contextmanager
def _relu_outputs(module: Module) -> Iterator[dict[str, Array]]:
    """The outputs of all ReLU layers, and of layers that apply it, while the block runs."""
    outputs: dict[str, Array] = {}
    handles = []
    for path, inner in module.named_modules():
        if isinstance(inner, ReLU) or vars(inner).get("activation") is _RELU:

            def kept(_module: Any, _args: Any, output: Any, path: str = path) -> None:
                outputs[path] = output.numpy()

            handles.append(inner.register_forward_hook(kept))
    try:
        yield outputs
    finally:
        for handle in handles:
            handle.remove()


def _dead(output: Array) -> float:
    """The share of units that are zero for every row."""
    return float((output.reshape(len(output), -1) == 0).all(axis=0).mean())


def _guess(loss: Any, y: Array) -> float | None:
    """The loss of a model that knows only how often each target occurs."""
    kind = meaning(loss)
    if kind in ("softmax", "log"):
        classes = y.shape[1] if y.ndim == 2 and y.shape[1] > 1 else int(y.max()) + 1
        return math.log(classes)
    if kind in ("sigmoid", "probability"):
        return math.log(2)
    if type(loss).__name__ == "MSELoss":
        return float(np.var(y))
    return None


def _overfit(module: Module, loss: Any, inputs: tuple[Array, ...], target: Array) -> float:
    """The loss on up to 8 rows after steps of Adam on them; the module is changed."""
    optimizer = Adam(module, lr=0.01)
    few, aim = tuple(x[:8] for x in inputs), target[:8]
    value: Variable | None = None
    for _ in range(_STEPS):
        optimizer.zero_grad()
        value = loss(module(*few), aim)
        if not math.isfinite(value.item()):
            break
        value.backward()
        optimizer.step()
    return math.nan if value is None else float(value.item())


def _anomaly(module: Module, loss: Any, inputs: tuple[Array, ...], target: Array) -> str:
    """What made the loss nan or infinite: the data, or the first operation to do so."""
    for name, arrays in (("X", inputs), ("y", (target,))):
        count = sum(int((~np.isfinite(a)).sum()) for a in arrays if a.dtype.kind == "f")
        if count:
            entries = "1 entry that is" if count == 1 else f"{count} entries that are"
            return f"the first loss is not finite: {name} has {entries} nan or infinite"
    from autograd_core import debug  # read when something is wrong

    try:
        with np.errstate(all="ignore"), debug():
            loss(module(*inputs), target)
    except NumericError as error:
        return f"the first loss is not finite: {error.what} {error.why}"
    return "the first loss is not finite: scale the features, or start smaller"


def _advice(found: Diagnosis) -> Iterator[str]:
    """What catches the eye."""
    first, guess = found.first_loss, found.expected_loss
    if guess and first > 3 * guess:
        yield "the first loss is far above guessing: scale the features, or start smaller"
    for path, share in found.dead_units.items():
        if share >= _DEAD:
            yield f"{share:.0%} of the units of {path!r} are dead: a smaller lr, or LeakyReLU"
    norms = found.gradient_norms
    lost = [path for path, norm in norms.items() if norm == 0]
    if lost:
        yield f"no gradient reaches {', '.join(lost[:10])}"
    alive = [norm for norm in norms.values() if norm > 0]
    if alive and max(alive) > 1e4 * min(alive):
        yield "gradients differ by more than 10⁴ between parameters: normalize, or clip_norm=1.0"
    if not found.overfit_loss < 0.5 * (guess or first):
        yield "it cannot even learn 8 rows by heart: the labels, the loss or the layers do not fit"
