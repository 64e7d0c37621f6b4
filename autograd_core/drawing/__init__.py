"""Seeing the graph: from the tape to a Graph of plain data, and from there to text.

``collect`` reads the tape, ``model`` is what a Graph holds, and each format has a writer:
``dot`` for Graphviz.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..trees import leaves
from .collect import collected
from .dot import write

if TYPE_CHECKING:
    import graphviz

__all__ = ["to_dot"]


def to_dot(
    target: Any,
    *,
    names: Mapping[str, Any] | None = None,
    grad: bool | str = "auto",
    rankdir: str = "TB",
    precision: int = 4,
) -> "graphviz.Digraph":
    """The graph behind a Variable, for Graphviz: operations, values, gradients, shapes.

    Args:
        target: a Variable, or a list of several, drawn with their common parts once.
        names: name → Variable, such as ``locals()``, for names and values of intermediates.
        grad: whether to sweep for the gradients of all; "auto" does if the target is a number.
        rankdir: where the arrows point: "TB", "LR", "BT" or "RL".
        precision: significant digits.
    Returns:
        a ``graphviz.Digraph``. Its ``.source`` is text; ``.render()`` needs the program ``dot``.
    Raises:
        ArgumentError: the target is not a Variable.

    >>> from autograd_core import Variable
    >>> x = Variable(3.0, name="x")
    >>> to_dot(x * x).source.startswith("digraph {")
    True
    """
    return write(collected(list(leaves(target)), names, grad), rankdir=rankdir, precision=precision)
