"""Activation functions, finite where their values are."""

__all__: list[str] = []
