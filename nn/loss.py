"""What the losses are built on: a module with a reduction."""

from .choices import choice
from .functional.reduction import REDUCTIONS
from .module import Module

__all__ = ["Loss"]


class Loss(Module):
    """The base of the losses: ``reduction`` says what becomes of one loss per entry.

    Args:
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
    Raises:
        ArgumentError: another name.
    """

    def __init__(self, reduction: str = "mean") -> None:
        self.reduction = choice("reduction", reduction, self._reductions())

    def _reductions(self) -> dict[str, str]:
        """The names it knows."""
        return REDUCTIONS
