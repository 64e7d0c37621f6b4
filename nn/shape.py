"""Layers that rearrange: flatten, reshape, permute, pad, upsample."""

__all__: list[str] = []
