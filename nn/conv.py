"""Convolution layers; what is computed stands in nn.functional.conv."""

__all__: list[str] = []
