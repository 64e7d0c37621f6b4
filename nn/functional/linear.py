"""The affine map, as one operation."""

__all__: list[str] = []
