"""Random masks."""

__all__: list[str] = []
