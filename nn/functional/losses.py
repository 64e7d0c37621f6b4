"""Loss functions, fused where that is more exact or faster."""

__all__: list[str] = []
