"""Normalization over batches, features and groups."""

__all__: list[str] = []
