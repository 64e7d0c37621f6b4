"""Checks for layers of your own."""

__all__: list[str] = []
