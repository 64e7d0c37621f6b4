"""Noise that regularizes: dropout, its relatives, DropConnect."""

__all__: list[str] = []
