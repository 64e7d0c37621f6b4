"""Convolution of one to three axes, and its transpose."""

__all__: list[str] = []
