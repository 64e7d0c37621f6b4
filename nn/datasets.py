"""Toy data, drawn from a generator."""

__all__: list[str] = []
