"""Hints: what is legal and probably not meant, said once, at the user's line."""

import sys
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_core import UsageHint, is_grad_enabled

__all__: list[str] = []

_LARGE = 100.0  # features beyond it are probably not scaled
_PATIENCE = 10  # epochs in which a loss is expected to fall
_PACKAGES = {"autograd_core", "nn", "numpy"}


def hint(what: str, why: str, attempt: str) -> None:
    """Warn with a UsageHint in the three parts of an error, at the first line that is not ours."""
    level, frame = 1, sys._getframe(0)
    while frame.f_back is not None:
        if frame.f_globals.get("__name__", "").partition(".")[0] not in _PACKAGES:
            break
        frame, level = frame.f_back, level + 1
    warnings.warn(f"{what}\n  why: {why}\n  try: {attempt}", UsageHint, stacklevel=level)


def about_mode(module: Any) -> None:
    """A layer that draws, or learns statistics, where nothing is recorded: a forgotten eval()."""
    if not module.training or is_grad_enabled() or "_told" in vars(module):
        return
    module._told = True
    hint(
        f"{type(module).__name__} is in training mode inside no_grad().",
        "predictions want all values and the running statistics.",
        "model.eval() first, or model.predict(X), which does it",
    )


def about_features(inputs: tuple[NDArray[Any], ...]) -> None:
    """Features beyond ±100 want scaling."""
    for X in inputs:
        if X.dtype.kind != "f" or not X.size:
            continue
        largest = float(max(X.max(), -X.min()))
        if largest > _LARGE:
            hint(
                f"fit() got features up to {largest:.3g} in size.",
                "weights start small and steps are small; large features make both unstable.",
                "X = nn.Standardize().fit(X).transform(X)",
            )


def about_order(y: NDArray[Any], shuffle: bool, batch_size: int) -> None:
    """Data sorted by class want shuffling: each batch would show one class."""
    if shuffle or y.ndim != 1 or y.dtype.kind not in "iub" or len(y) <= batch_size:
        return
    if y[0] != y[-1] and (np.diff(y.astype(np.int64)) >= 0).all():
        hint(
            "fit() got data sorted by class, and shuffle=False.",
            "each batch shows one class, and the network forgets the others.",
            "shuffle=True",
        )


def about_progress(losses: list[float]) -> None:
    """A loss that has not fallen below its first value in ten epochs."""
    if len(losses) == _PATIENCE + 1 and min(losses[1:]) >= losses[0]:
        hint(
            f"The loss has not fallen in {_PATIENCE} epochs: it began at {losses[0]:.4g}.",
            "the rate is too large or too small, or the gradients do not reach the weights.",
            "another lr; model.diagnose(X, y) looks for the reason",
        )
