"""Weights and models in files, without pickle."""

__all__: list[str] = []
