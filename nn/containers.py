"""Containers: modules that hold modules, and functions as layers."""

__all__: list[str] = []
