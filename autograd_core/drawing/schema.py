"""A Graph as JSON and back: the fields of model.py, under a name and a version.

Numbers are strict JSON: nan, inf, -inf and complex numbers are texts, "nan" and "(1+2j)". Functions
among the options, such as hooks of a style, are left out.
"""

import json
from dataclasses import fields
from math import isfinite
from typing import Any

from ..errors import ArgumentError
from .model import Box, Edge, Graph, Output, Scope, Summary

SCHEMA, VERSION = "autograd_core.graph", 1
INSIDE: dict[str, Any] = {  # the class of what a field holds, or holds many of
    "nodes": Box, "edges": Edge, "scopes": Scope, "outputs": Output,
    "value": Summary, "grad": Summary, "contribution": Summary,
}  # fmt: skip
NUMERIC = {"numbers", "statistics", "norm", "seconds"}


def dumped(graph: Graph) -> str:
    """The graph as JSON text, in one line, with the same bytes each time.

    >>> dumped(Graph([], [], []))[:55]
    '{"schema": "autograd_core.graph", "version": 1, "nodes"'
    """
    return json.dumps({"schema": SCHEMA, "version": VERSION, **_plain(graph)}, allow_nan=False)


def read(text: str) -> Graph:
    """The graph that was written.

    Raises:
        ArgumentError: the text is not JSON, not a graph, or of a newer version.
    """
    try:
        data = json.loads(text)
    except (ValueError, TypeError) as error:
        raise ArgumentError(f"from_json() got no JSON: {error}.", hint="graph.to_json()") from error
    if not isinstance(data, dict) or data.pop("schema", None) != SCHEMA:
        raise ArgumentError("from_json() got JSON that is no graph.", hint="graph.to_json()")
    version = data.pop("version", None)
    if version != VERSION:
        raise ArgumentError(
            f"from_json() got a graph of version {version!r}; this is version {VERSION}.",
            hint="the version of autograd_core that wrote it",
        )
    graph: Graph = _made(Graph, data)
    return graph


def _plain(value: Any) -> Any:
    """Dictionaries, lists and numbers in the place of dataclasses."""
    if isinstance(value, float | complex) and not isinstance(value, bool):
        strange = isinstance(value, complex) or not isfinite(value)
        return str(value) if strange else value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items() if not callable(item)}
    if value is None or isinstance(value, str | int):
        return value
    shown = [field.name for field in fields(value) if field.init]
    return {name: _plain(getattr(value, name)) for name in shown}


def _made(kind: Any, data: dict[str, Any]) -> Any:
    """An instance of a dataclass of its plain fields."""
    known = {field.name for field in fields(kind) if field.init}
    if not isinstance(data, dict) or not set(data) <= known:
        raise ArgumentError(
            f"from_json() got fields that no {kind.__name__} has.", hint="graph.to_json()"
        )
    return kind(**{name: _field(kind, name, value) for name, value in data.items()})


def _field(kind: Any, name: str, value: Any) -> Any:
    """One field: its own classes again, tuples in place of lists, numbers in place of texts."""
    inside = INSIDE.get(name)
    if isinstance(value, dict) and inside is not None:
        return _made(inside, value)
    if isinstance(value, list):
        if inside is not None:
            value = [_made(inside, item) for item in value]
        elif name in NUMERIC:
            value = [_number(item) for item in value]
        return value if kind is Graph else _tuples(value)
    return _number(value) if name in NUMERIC else value


def _number(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return complex(value) if value.endswith(("j", "j)")) else float(value)


def _tuples(value: Any) -> Any:
    return tuple([_tuples(item) for item in value]) if isinstance(value, list) else value
