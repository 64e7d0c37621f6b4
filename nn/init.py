"""Initializers: arrays drawn for a shape."""

__all__: list[str] = []
