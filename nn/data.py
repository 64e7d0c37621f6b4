"""Datasets, loaders, splits and transforms."""

__all__: list[str] = []
