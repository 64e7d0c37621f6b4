"""One step of each recurrent cell, and whole sequences."""

__all__: list[str] = []
