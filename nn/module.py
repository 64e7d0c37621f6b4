"""Module, Parameter and Buffer: attributes that are found, saved and switched together."""

__all__: list[str] = []
