"""Optimizers: one walk over the parameters, and the update rules."""

__all__: list[str] = []
