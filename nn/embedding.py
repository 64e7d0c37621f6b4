"""Tables of vectors looked up by integers."""

__all__: list[str] = []
