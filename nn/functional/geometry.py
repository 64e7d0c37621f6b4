"""How a kernel moves over images: stride, padding, dilation, groups; what was asked, and checked.

In this file ``(...)`` are the axes along which the kernel moves, one to three of them. It computes
lengths and indices, and knows no arrays.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_core import ArgumentError, ShapeError

__all__: list[str] = []

Lengths = tuple[int, ...]
Margins = tuple[tuple[int, int], ...]
LETTERS = {1: "L", 2: "HW", 3: "DHW"}
PLURALS = {1: "signals", 2: "images", 3: "volumes"}


class Geometry(NamedTuple):
    """How a kernel moves over images: an entry per axis, and the number of groups of channels."""

    stride: Lengths
    padding: tuple[tuple[int, int], ...]
    dilation: Lengths
    groups: int

    def padded(self, lengths: Sequence[int]) -> Lengths:
        """The lengths of an image with its margins."""
        pairs = zip(lengths, self.padding, strict=True)
        return tuple([length + before + after for length, (before, after) in pairs])

    def outputs(self, lengths: Sequence[int], kernel: Sequence[int]) -> Lengths:
        """How often the kernel fits along each axis: ⌊(L + 2p - d(k - 1) - 1) / s⌋ + 1."""
        each = zip(self.padded(lengths), kernel, self.stride, self.dilation, strict=True)
        return tuple([(length - d * (k - 1) - 1) // s + 1 for length, k, s, d in each])

    def inside(self, lengths: Sequence[int]) -> tuple[Any, ...]:
        """The index of the image within its margins."""
        pairs = zip(lengths, self.padding, strict=True)
        return (..., *[slice(before, before + length) for length, (before, _) in pairs])

    def turned(
        self, kernel: Lengths, lengths: Sequence[int], outputs: Lengths
    ) -> "Geometry | None":
        """The geometry in which turned kernels lead from the outputs back to the images, if any."""
        margins = []
        each = zip(kernel, self.dilation, self.padding, lengths, outputs, strict=True)
        for k, d, (before, _), length, count in each:
            reach = d * (k - 1)
            margins.append((reach - before, length + before - count))
        if any(s != 1 for s in self.stride) or any(m < 0 for pair in margins for m in pair):
            return None
        return self._replace(padding=tuple(margins))

    def is_apart(self, kernel: Lengths) -> bool:
        """Whether no two places of the kernel overlap."""
        each = zip(kernel, self.stride, self.dilation, strict=True)
        return all(s > d * (k - 1) for k, s, d in each)

    def windows(self, kernel: Lengths, outputs: Lengths) -> Iterator[tuple[Lengths, Any]]:
        """For each entry of the kernel the index of what it meets in the padded image."""
        for place in np.ndindex(*kernel):
            each = zip(place, self.stride, self.dilation, outputs, strict=True)
            yield place, (..., *[slice(k * d, k * d + s * (n - 1) + 1, s) for k, s, d, n in each])


def check_images(who: str, x: Any, channels: int, axes: int) -> None:
    """Refuse what is not a batch of images with so many channels.

    Args:
        who: the function or the layer, for the message.
        x: what should be images (N, channels, ...).
        channels: how many.
        axes: how many axes an image has besides its channels.
    """
    shape = np.shape(x)
    if len(shape) == axes + 2 and shape[1] == channels:
        return
    why = hint = ""
    if len(shape) == axes + 2 and shape[-1] == channels:
        why = f"axis 1 holds the channels; here it is the last axis that has length {channels}."
        hint = f"x.transpose(0, {axes + 1}, {', '.join(map(str, range(1, axes + 1)))})"
    elif len(shape) == axes + 1 and shape[0] == channels:
        why, hint = "the axis of the batch is missing.", "x[None]"
    elif len(shape) == axes + 1 and channels == 1:
        why, hint = "the axis of the channels is missing.", "x[:, None]"
    raise ShapeError(
        f"{who} needs {PLURALS[axes]} of shape (N, {channels}, {', '.join(LETTERS[axes])}); "
        f"it got shape {shape}.",
        why,
        hint or f"x of {channels} channels in axis 1",
    )


def check_groups(who: str, groups: int, channels: int, filters: int) -> None:
    """Refuse groups that do not divide the channels that come in and go out."""
    if groups < 1 or channels % groups or filters % groups:
        raise ArgumentError(
            f"{who} cannot divide {channels} channels into {filters} by groups={groups}.",
            "each group takes as many channels, and gives as many.",
            f"groups={math.gcd(channels, filters)}",
        )


def check_output_padding(who: str, value: Any, stride: Any, dilation: Any, axes: int) -> Lengths:
    """The ``output_padding`` of a transposed convolution for each axis, or a refusal."""
    more = per_axis(who, "output_padding", value, axes, least=0)
    steps, gaps = per_axis(who, "stride", stride, axes), per_axis(who, "dilation", dilation, axes)
    if any(m >= max(s, d) for m, s, d in zip(more, steps, gaps, strict=True)):
        raise ArgumentError(
            f"{who} got output_padding {more} with stride {steps} and dilation {gaps}.",
            "it chooses among the sizes that the convolution makes into one.",
            "an output_padding below the stride, or below the dilation",
        )
    return more


def per_axis(who: str, name: str, value: Any, axes: int, least: int = 1) -> Lengths:
    """An option as one integer for each axis.

    >>> per_axis("conv2d", "stride", 2, axes=2)
    (2, 2)
    """
    values = tuple(value) if isinstance(value, Sequence) else (value,) * axes
    whole = all(isinstance(v, int | np.integer) and v >= least for v in values)
    if len(values) != axes or not whole:
        raise ArgumentError(
            f"{who} got {name}={value!r}.",
            f"it is one integer, or one for each of {axes} axes, of at least {least}.",
            f"{name}={max(least, 1)}",
        )
    return tuple(map(int, values))


def margins_of(
    who: str, padding: Any, kernel: Sequence[int], stride: Lengths, dilation: Lengths
) -> tuple[tuple[int, int], ...]:
    """A padding as a pair for each axis: how much is put before it, and after.

    >>> margins_of("conv2d", "same", (3, 4), (1, 1), (1, 1))
    ((1, 1), (1, 2))
    """
    axes = len(kernel)
    if padding == "valid":
        return ((0, 0),) * axes
    if padding == "same":
        if any(s != 1 for s in stride):
            raise ArgumentError(
                f"{who} got padding='same' with stride {stride}.",
                "the result of a larger stride has not the image's size.",
                "stride=1, or a number for padding",
            )
        totals = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
        return tuple([(total // 2, total - total // 2) for total in totals])
    if isinstance(padding, Sequence) and not isinstance(padding, str):
        pairs = [tuple(p) if isinstance(p, Sequence) else (p, p) for p in padding]
    else:
        pairs = [(padding, padding)] * axes
    whole = all(isinstance(p, int | np.integer) and p >= 0 for pair in pairs for p in pair)
    if len(pairs) != axes or any(len(pair) != 2 for pair in pairs) or not whole:
        raise ArgumentError(
            f"{who} got padding={padding!r}.",
            f"it is an integer, one or a pair for each of {axes} axes, 'valid' or 'same'.",
            "padding='same'",
        )
    return tuple([(int(before), int(after)) for before, after in pairs])
