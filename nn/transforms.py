"""Transforms of data: scaling that is fitted once, one-hot rows, random flips, crops and mixtures.

Each is called on rows: x (n, ...) → (n, ...), a whole data set or a batch. None writes into x.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from autograd_core import ArgumentError, LabelError, ShapeError, StateError

from .defaults import Seed, generator, get_default_dtype
from .keywords import Checked, checked

__all__ = [
    "Compose",
    "MinMaxScale",
    "RandomCrop",
    "RandomFlip",
    "Standardize",
    "mixup",
    "one_hot",
]


class _Scale(Checked, ABC):
    """x → (x - shift) / scale with numbers per column; where a column is constant, x itself.

    Args:
        axis: the axes along which shift and scale are computed: 0 for columns of (n, F),
            (0, 2, 3) for the channels of images (n, C, H, W).
    """

    def __init__(self, axis: int | tuple[int, ...] = 0) -> None:
        self.axis = axis
        self.shift: np.ndarray | None = None
        self.scale: np.ndarray | None = None

    def fit(self, x: Any) -> Self:
        """Learn shift and scale from rows x (n, ...), n above 0; returns itself."""
        values = np.asarray(x)
        if values.ndim == 0 or values.size == 0:
            raise ShapeError(
                f"{type(self).__name__}.fit got x of shape {values.shape}.",
                "there is nothing to learn from.",
                "x of shape (n, ...), n above 0",
            )
        if values.dtype.kind != "f":
            values = values.astype(np.float64)
        low, high = (f(values, axis=self.axis, keepdims=True) for f in (np.min, np.max))
        shift, scale = self._law(values, low, high)
        self.shift = np.where(low == high, 0, shift).astype(values.dtype)
        self.scale = np.where(low == high, 1, scale).astype(values.dtype)
        return self

    @abstractmethod
    def _law(self, x: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[Any, Any]:
        """Shift and scale of values with these extremes."""

    def transform(self, x: Any) -> Any:
        """(x - shift) / scale of rows x (n, ...)."""
        shift, scale = self._fitted()
        return (_array(x) - shift) / scale

    def inverse(self, x: Any) -> Any:
        """x · scale + shift: what ``transform`` made (n, ...), as it was."""
        shift, scale = self._fitted()
        return _array(x) * scale + shift

    def __call__(self, x: Any) -> Any:
        """The same as ``transform``."""
        return self.transform(x)

    def _fitted(self) -> tuple[np.ndarray, np.ndarray]:
        if self.shift is None or self.scale is None:
            name = type(self).__name__
            raise StateError(f"{name} has not been fitted.", hint=f"{name}().fit(X_train)")
        return self.shift, self.scale


class Standardize(_Scale):
    """Columns of mean 0 and standard deviation 1; constant columns are left alone.

    Args:
        axis: the axes along which mean and deviation are computed: 0 for columns of (n, F),
            (0, 2, 3) for the channels of images (n, C, H, W).
    Raises:
        ShapeError: ``fit`` got no rows.
        StateError: ``transform`` or ``inverse`` before ``fit``.
    Source: the deviation is the biased one, √(Σ(x - mean)² / n).

    >>> scale = Standardize().fit([[1.0, 7.0], [3.0, 7.0]])
    >>> scale.transform([[1.0, 7.0], [5.0, 7.0]])
    array([[-1.,  7.],
           [ 3.,  7.]])
    >>> scale.inverse([[0.0, 7.0]])
    array([[2., 7.]])
    """

    def _law(self, x: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[Any, Any]:
        _ = low, high
        return x.mean(axis=self.axis, keepdims=True), x.std(axis=self.axis, keepdims=True)


class MinMaxScale(_Scale):
    """Columns that reach from 0 to 1 where they were fitted; constant columns are left alone.

    Args:
        axis: the axes along which the extremes are taken: 0 for columns of (n, F), (0, 2, 3) for
            the channels of images (n, C, H, W).
    Raises:
        ShapeError: ``fit`` got no rows.
        StateError: ``transform`` or ``inverse`` before ``fit``.

    >>> MinMaxScale().fit([[1.0], [3.0]]).transform([[2.0], [5.0]])
    array([[0.5],
           [2. ]])
    """

    def _law(self, x: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[Any, Any]:
        _ = x
        return low, high - low


def _array(x: Any) -> Any:
    """x, as something that subtracts entry by entry; integers become float64."""
    values = x if hasattr(x, "dtype") else np.asarray(x)
    return values.astype(np.float64) if getattr(values.dtype, "kind", "f") in "iub" else values


@checked
def one_hot(y: ArrayLike, num_classes: int | None = None, dtype: DTypeLike | None = None) -> Any:
    """Rows with a one at the label and zeros elsewhere.

    Args:
        y: integer labels (...), from 0 on.
        num_classes: their number C; the largest label and one by default.
        dtype: of the result; the default dtype of parameters if not given.
    Returns:
        (..., C).
    Raises:
        LabelError: labels that are no integers, or outside 0 to C - 1.

    >>> one_hot([2, 0])
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    labels = np.asarray(y)
    if labels.dtype.kind not in "iub" and labels.size:
        raise LabelError(
            f"one_hot got labels of dtype {labels.dtype}.",
            "class labels are the integers from 0 on.",
            "np.unique(y, return_inverse=True)[1], which numbers any labels",
        )
    labels = labels.astype(np.intp)
    low, high = (int(labels.min()), int(labels.max())) if labels.size else (0, -1)
    count = high + 1 if num_classes is None else num_classes
    if low < 0 or high >= count:
        raise LabelError(
            f"one_hot got labels from {low} to {high} for {count} classes.",
            f"class labels are the integers 0 to {count - 1}.",
            "y - 1" if (low, high) == (1, count) else "num_classes=None",
        )
    rows = np.zeros((*labels.shape, count), get_default_dtype() if dtype is None else dtype)
    np.put_along_axis(rows, labels[..., None], 1, axis=-1)
    return rows


class Compose(Checked):
    """One transform after the other.

    Args:
        transforms: functions of rows, an iterable.

    >>> Compose([np.abs, np.sqrt])(np.array([-4.0, 9.0]))
    array([2., 3.])
    """

    def __init__(self, transforms: Iterable[Callable[[Any], Any]]) -> None:
        self.transforms = list(transforms)

    def __call__(self, x: Any) -> Any:
        """What the last transform makes of x."""
        for transform in self.transforms:
            x = transform(x)
        return x

    def __repr__(self) -> str:
        return f"Compose({', '.join(map(repr, self.transforms))})"


class RandomFlip(Checked):
    """Each row is mirrored along an axis with probability p, on its own.

    Args:
        p: the probability.
        axis: the axis, not the first; the last one of images is left and right.
        rng: a seed or generator.
    Raises:
        ArgumentError: p is outside [0, 1].
        ShapeError: the rows have no such axis.

    >>> RandomFlip(1.0, rng=0)(np.array([[1, 2, 3]]))
    array([[3, 2, 1]])
    """

    def __init__(self, p: float = 0.5, axis: int = -1, *, rng: Seed = None) -> None:
        if not 0 <= p <= 1:
            raise ArgumentError(f"RandomFlip got p={p}.", hint="a probability from 0 to 1")
        self.p, self.axis, self.rng = p, axis, generator(rng)

    def __call__(self, x: ArrayLike) -> np.ndarray:
        """x (n, ...), some of its rows mirrored."""
        images = np.asarray(x)
        axis = self.axis % max(images.ndim, 1)
        if not -images.ndim <= self.axis < images.ndim or axis == 0:
            raise ShapeError(
                f"RandomFlip(axis={self.axis}) got an array of shape {images.shape}.",
                "its first axis counts the rows, each of which is flipped along another one.",
                "x[None] for a single image",
            )
        flipped = self.rng.random(len(images)) < self.p
        which = flipped.reshape(-1, *[1] * (images.ndim - 1))
        return np.where(which, np.flip(images, axis), images)

    def __repr__(self) -> str:
        return f"RandomFlip({self.p}, axis={self.axis})"


class RandomCrop(Checked):
    """A window of each image (..., H, W), at a random place of its own, after zero padding.

    Args:
        size: height and width of the window, or one number for both.
        padding: zeros on every side before the cut.
        rng: a seed or generator.
    Raises:
        ArgumentError: ``padding`` is negative or ``size`` not positive.
        ShapeError: the window is larger than the padded images, or there are no images.

    >>> RandomCrop(2, rng=0)(np.arange(9).reshape(1, 3, 3)).shape
    (1, 2, 2)
    """

    def __init__(self, size: int | tuple[int, int], padding: int = 0, *, rng: Seed = None) -> None:
        self.size = (size, size) if isinstance(size, int) else tuple(size)
        self.padding, self.rng = padding, generator(rng)
        if len(self.size) != 2 or min(self.size) < 1 or padding < 0:
            raise ArgumentError(
                f"RandomCrop got size={size} and padding={padding}.",
                hint="RandomCrop((height, width), padding=0)",
            )

    def __call__(self, x: ArrayLike) -> np.ndarray:
        """Windows (n, ..., height, width) of images x (n, ..., H, W)."""
        images = np.asarray(x)
        room = np.subtract((0, *images.shape)[-2:], self.size) + 2 * self.padding
        if images.ndim < 3 or (room < 0).any():
            raise ShapeError(
                f"RandomCrop({self.size}, padding={self.padding}) got images of shape "
                f"{images.shape}.",
                "a window fits into the padded height and width of images (n, ..., H, W).",
                "a larger padding, or x[None] for a single image",
            )
        edges = [(0, 0)] * (images.ndim - 2) + [(self.padding, self.padding)] * 2
        windows = np.lib.stride_tricks.sliding_window_view(
            np.pad(images, edges), self.size, axis=(-2, -1)
        )
        top, left = (self.rng.integers(0, r + 1, len(images)) for r in room)
        return np.ascontiguousarray(windows[np.arange(len(images)), ..., top, left, :, :])

    def __repr__(self) -> str:
        return f"RandomCrop({self.size}, padding={self.padding})"


@checked
def mixup(
    X: ArrayLike, y: ArrayLike, alpha: float = 0.2, rng: Seed = None
) -> tuple[np.ndarray, np.ndarray]:
    """λ of each row and 1 - λ of another one, of data and targets alike; λ ~ Beta(α, α).

    Args:
        X: (n, ...).
        y: targets (n, ...) of floating-point numbers: one-hot rows, probabilities or values.
        alpha: above 0; small ones leave most rows nearly as they are.
        rng: a seed or generator.
    Returns:
        The mixtures, shaped as X and y are.
    Raises:
        ArgumentError: alpha is not above 0.
        LabelError: y holds integer labels, of which no mixture is a label.
        ShapeError: the lengths differ.
    Source: Zhang, Cisse, Dauphin and Lopez-Paz, "mixup" (2018), eq. 1, with one λ per call.

    >>> X, y = mixup(np.eye(2), one_hot([0, 1]), rng=0)
    >>> y.sum(axis=1)
    array([1., 1.])
    """
    if not alpha > 0:
        raise ArgumentError(f"mixup got alpha={alpha}.", hint="alpha above 0, such as 0.2")
    data, target = np.asarray(X), np.asarray(y)
    if target.dtype.kind != "f":
        raise LabelError(
            f"mixup got targets of dtype {target.dtype}.",
            "a mixture of two labels is not a label; one of one-hot rows is a probability.",
            "one_hot(y, num_classes)",
        )
    if data.shape[:1] != target.shape[:1]:
        raise ShapeError(
            f"mixup got X of shape {data.shape} and y of shape {target.shape}.",
            "rows are samples: each array has one per sample.",
            "X and y of equal length",
        )
    random = generator(rng)
    share = float(random.beta(alpha, alpha))
    other = random.permutation(len(data))
    return share * data + (1 - share) * data[other], share * target + (1 - share) * target[other]
