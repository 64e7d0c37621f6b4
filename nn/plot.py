"""Pictures of data, training and models; matplotlib is imported when one is drawn."""

__all__: list[str] = []
