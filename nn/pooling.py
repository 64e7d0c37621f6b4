"""Pooling layers; what is computed stands in nn.functional.pooling."""

__all__: list[str] = []
