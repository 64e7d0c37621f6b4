"""What may be done around a differential of one node: leased arrays opened, hooks called.

A wrapper stands in a node in place of the differential inside it, which all nodes share. The file
knows nothing of Variables or of the tape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from . import refusals
from .leases import Lease


class Wrapped:
    """A differential of one node with something done before its pull."""

    direct = deposits = False
    sign, twice = 0, None  # no short ways: the pull of what is inside is asked

    def __init__(self, inner: Any) -> None:
        self.inner, self.rule, self.elementwise = inner, inner.rule, inner.elementwise
        if inner.push is None:
            self.push = None  # type: ignore[assignment, method-assign]

    def before(self, g: Any, saved: Any) -> tuple[Any, Any]:
        """What the inner pull is given in place of these."""
        return g, saved

    def lifted(self, node: Any, lift: Callable[..., Any]) -> Any:
        """What was saved, with Variables again in place of tracked values."""
        return self.inner.lifted(node, lift)

    def pull(self, g: Any, saved: Any) -> Any:
        """The cotangents of the operands."""
        return self.inner.pull(*self.before(g, saved))

    def quick(self, g: Any, saved: Any) -> Any:
        """The same for plain arrays."""
        return self.inner.quick(*self.before(g, saved))

    def pair(self, g: Any, saved: Any, also: Any) -> Any:
        """The same for two saved values."""
        return self.quick(g, (saved, also))

    def push(self, tangents: Sequence[Any], saved: Any) -> Any:
        """The tangent of the output."""
        return self.inner.push(tangents, self.before(None, saved)[1])

    def named(self, name: str | None) -> None:
        """Take note of the name that the user gives to the result."""
        if isinstance(self.inner, Wrapped):
            self.inner.named(name)


class Leased(Wrapped):
    """Some saved arrays are leased: checked, and taken out of their leases, when they are used."""

    def __init__(self, inner: Any) -> None:
        super().__init__(inner)
        self.direct = inner.direct

    @classmethod
    @cache
    def of(cls, inner: Any) -> Leased:
        """The one such differential over another: what varies is in the node."""
        return cls(inner)

    def before(self, g: Any, saved: Any) -> tuple[Any, Any]:
        """The saved arrays out of their leases."""
        return g, self._opened(saved)

    def lifted(self, node: Any, lift: Callable[..., Any]) -> Any:
        """What was saved, with Variables of leased arrays too."""

        def opening(value: Any, *origin: Any) -> Any:
            return lift(self._opened(value), *origin)

        return self.inner.lifted(node, opening)

    def _opened(self, saved: Any) -> Any:
        kind = type(saved)
        if kind is Lease:
            if not saved.unchanged():
                raise refusals.changed(self.rule.name, saved.array.shape)
            return saved.array
        if kind is tuple or kind is list:
            return kind([self._opened(value) for value in saved])
        return saved


class Hooked(Wrapped):
    """The gradient that arrives at a node passes through the user's functions first."""

    def __init__(self, inner: Any) -> None:
        super().__init__(inner)
        self.hooks: tuple[Callable[[Any], Any], ...] = ()

    def before(self, g: Any, saved: Any) -> tuple[Any, Any]:
        """The gradient as the hooks leave it."""
        for hook in self.hooks if g is not None else ():
            g = hook(g)
        return g, saved


def layer(rule: Any, kind: type) -> Any:
    """The differential of this class among those wrapped around one another; None without any."""
    while rule is not None and type(rule) is not kind:
        rule = getattr(rule, "inner", None)
    return rule
