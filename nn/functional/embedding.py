"""Rows of a table."""

__all__: list[str] = []
