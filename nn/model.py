"""Model: add, fit, predict, evaluate."""

__all__: list[str] = []
