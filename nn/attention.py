"""Attention, positional encoding, the transformer's encoder layer."""

__all__: list[str] = []
