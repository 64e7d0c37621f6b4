"""Penalties on weights, and constraints that act after each step."""

__all__: list[str] = []
