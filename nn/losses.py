"""Losses as modules; the formulas are in nn.functional."""

__all__: list[str] = []
