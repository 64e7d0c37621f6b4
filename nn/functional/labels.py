"""Class labels: integers from 0, one for each row; what else they may look like, and what to do.

The file knows no loss.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_core import LabelError, ShapeError, Variable

__all__ = ["class_labels", "fractions", "signs", "values_of"]


def values_of(target: Any) -> NDArray[Any]:
    """The target as a plain array."""
    return np.asarray(target.data if isinstance(target, Variable) else target)


def class_labels(
    name: str, target: Any, shape: tuple[int, ...], axis: int, ignore_index: int | None = None
) -> NDArray[np.intp]:
    """Checked labels as one flat array of its own.

    Args:
        name: of the loss, for messages.
        target: integers of the shape of the input without its class axis.
        shape: of the input.
        axis: of its classes, 0 or more.
        ignore_index: a label that is not checked.
    Raises:
        LabelError: floats, signs, one-based labels, one-hot rows of integers, a label that no
            class has.
        ShapeError: another shape.

    >>> class_labels("Loss", [0, 2], (2, 3), 1)
    array([0, 2])
    """
    t, classes = values_of(target), shape[axis]
    if t.dtype.kind not in "iub":
        raise LabelError(
            f"{name} got labels of dtype {t.dtype} for {_plural(classes)}.",
            f"class labels are the integers {_range(classes)}.",
            f"target.astype(int); or, for rows of probabilities, a target of shape {shape}",
        )
    if t.shape != shape[:axis] + shape[axis + 1 :]:
        raise _misshapen(name, t, shape, axis)
    labels = t.reshape(-1).astype(np.intp)
    checked = labels if ignore_index is None else labels[labels != ignore_index]
    if np.maximum.reduce(checked.view(np.uintp), initial=0) >= max(classes, 1):
        raise _unknown(name, labels, checked, classes)
    return labels


def _misshapen(name: str, t: NDArray[Any], shape: tuple[int, ...], axis: int) -> Exception:
    if t.shape == shape:
        return LabelError(
            f"{name} got integers of shape {t.shape}, that of its input.",
            "rows of integers are one-hot; rows of probabilities are floating-point.",
            f"target.argmax(axis={axis}), or target.astype(float)",
        )
    expected = shape[:axis] + shape[axis + 1 :]
    hint = f"target.reshape{expected}" if len(expected) != 1 else "target.reshape(-1)"
    return ShapeError(
        f"{name} got input of shape {shape} and target of shape {t.shape}.",
        f"each row of {_plural(shape[axis])} has one label, so labels have shape {expected}.",
        hint if t.size == np.prod(expected) else f"a target of shape {expected}",
    )


def _unknown(
    name: str, labels: NDArray[np.intp], checked: NDArray[np.intp], classes: int
) -> LabelError:
    """Which labels no class has, and what they look like."""
    found = np.unique(checked)
    known = f"class labels are the integers {_range(classes)}"
    got = f"{name} got labels {listed(found.tolist())} for {_plural(classes)}."
    if found[0] >= 1 and found[-1] == classes:
        return LabelError(got, f"{known}; these look one-based.", "target - 1")
    if set(found.tolist()) == {-1, 1}:
        return LabelError(got, f"{known}; these look like signs.", "(target + 1) // 2")
    outside = found[(found < 0) | (found >= classes)][0]
    row = int(np.flatnonzero(labels == outside)[0])
    return LabelError(
        f"{name} got label {outside} in row {row} for {_plural(classes)}.",
        f"{known}.",
        f"ignore_index={outside}"
        + (f", or a last layer with {outside + 1} outputs" if outside > 0 else ""),
    )


def signs(name: str, target: Any) -> Any:
    """Targets 1 and -1, from these or from 1 and 0.

    Raises:
        LabelError: other numbers, or all three.
    """
    t = values_of(target)
    found = np.unique(t)
    if np.isin(found, (-1, 1)).all() or np.isnan(found).any():
        return target
    if np.isin(found, (0, 1)).all():
        return t.astype(float if t.dtype.kind in "iub" else t.dtype) * 2 - 1
    raise LabelError(
        f"{name} got targets {listed(found.tolist())}.",
        "the sides of a margin are 1 and -1, or 1 and 0.",
        "2 * (target == the_class) - 1",
    )


def fractions(name: str, target: Any) -> None:
    """Check that targets lie in [0, 1]; a nan is left to who meets it.

    Raises:
        LabelError: one does not.
    """
    t = values_of(target)
    if t.size:
        low, high = np.minimum.reduce(t, None), np.maximum.reduce(t, None)
        if low < 0 or high > 1:
            raise LabelError(
                f"{name} got targets from {low:g} to {high:g}.",
                "a target is the probability of class 1, from 0 to 1.",
                "(target + 1) / 2" if (low, high) == (-1, 1) else "(target == the_class) * 1.0",
            )


def listed(values: Sequence[Any]) -> str:
    """The first ten of them."""
    shown = ", ".join(f"{value:g}" for value in values[:10])
    return shown + (", ..." if len(values) > 10 else "")


def _range(classes: int) -> str:
    return f"0 to {classes - 1}"


def _plural(classes: int) -> str:
    return f"{classes} class{'es' if classes != 1 else ''}"
