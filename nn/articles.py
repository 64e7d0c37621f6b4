"""The names of the two articles that this library grew from."""

__all__: list[str] = []
