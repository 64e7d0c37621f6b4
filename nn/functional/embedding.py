"""Rows of a table, looked up by integers."""

from typing import Any

import numpy as np

from autograd_core import DtypeError, LabelError, Variable, stop_gradient

__all__ = ["embedding"]


def embedding(ids: Any, weight: Any, padding_idx: int | None = None) -> Any:
    """The row of a table for each id; the gradients of an id that occurs again add up.

    Args:
        ids: integers (...) from 0 to num - 1.
        weight: the table (num, dim).
        padding_idx: the id of a row that takes no gradient.
    Returns:
        (..., dim).
    Raises:
        DtypeError: ids that are not integers.
        LabelError: ids out of range.

    >>> embedding([2, 0], np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]))
    array([[4., 5.],
           [0., 1.]])
    """
    found = integers("embedding", ids, len(weight))
    rows = weight[found]
    if padding_idx is None or not isinstance(rows, Variable):
        return rows
    return np.where((found == padding_idx)[..., None], stop_gradient(rows), rows)


def integers(who: str, ids: Any, count: int) -> Any:
    """Ids as an array, all of them from 0 to ``count`` - 1.

    Args:
        who: the function or the layer, for the message.
        ids: an array, a Variable or a list.
        count: how many rows the table has.
    """
    found = ids.data if isinstance(ids, Variable) else np.asarray(ids)
    if not found.size:
        return found.astype(np.intp)
    if found.dtype.kind not in "iu":
        raise DtypeError(
            f"{who} needs integer ids; it got {found.dtype}.",
            "an id is the number of a row.",
            "ids.astype(int)",
        )
    least, most = int(found.min()), int(found.max())
    if least < 0 or most >= count:
        raise LabelError(
            f"{who} has rows 0 to {count - 1}; it got ids from {least} to {most}.",
            hint=f"a table of {most + 1} rows" if least >= 0 else "ids that start from 0",
        )
    return found
