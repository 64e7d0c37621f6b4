"""Sparse matrices of SciPy beside Variables: products and systems.

The matrix is constant; derivatives flow through the dense operand. A product keeps the arrays of
the matrix on the tape, read-only until it is swept, as those of any constant.
"""

from typing import Any

import numpy as np

from .errors import ArgumentError, ShapeError, require
from .forms import linear, primitive


# --- products -------------------------------------------------------------------------------------
@primitive
def product(v: Any, data: Any, indices: Any, pointers: Any, shape: Any, by_column: bool) -> Any:
    """A v, for A given by the arrays of its compressed rows or columns."""
    formats = require("scipy.sparse", extra="scipy", feature="ac.sparse.matmul()")
    kind = formats.csc_array if by_column else formats.csr_array
    return kind((data, indices, pointers), shape=shape) @ v


linear(
    product,
    lambda g, _v, data, indices, pointers, shape, by_column: product(
        g, data, indices, pointers, shape[::-1], not by_column
    ),
)


def compressed(matrix: Any) -> tuple[Any, ...]:
    """The arrays of a sparse matrix, its shape, and whether they go by columns."""
    if matrix.ndim != 2:
        raise ShapeError(
            f"A sparse array of shape {matrix.shape} is not a matrix.",
            hint="A.reshape(1, -1)",
        )
    matrix = matrix if matrix.format in ("csr", "csc") else matrix.tocsr()
    parts = matrix.data, matrix.indices, matrix.indptr
    return (*parts, matrix.shape, matrix.format == "csc")


def matmul(A: Any, B: Any) -> Any:
    """A @ B, where one of the two is a sparse matrix or array of SciPy.

    Args:
        A: sparse (m, n); or dense, (m,) or (k, m).
        B: dense, (n,) or (n, k); or sparse (m, n).
    Returns:
        a dense array or Variable, what ``A @ B`` would be if both were dense.
    Raises:
        ArgumentError: both are dense, or both are sparse.
        ShapeError: the sparse one is no matrix.
        MissingDependencyError: SciPy is not installed.

    >>> from scipy.sparse import csr_array
    >>> from autograd_core import grad
    >>> A = csr_array(np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]]))
    >>> grad(lambda v: np.sum(matmul(A, v) ** 2))(np.ones(3))
    array([ 6., 18., 12.])
    """
    formats = require("scipy.sparse", extra="scipy", feature="ac.sparse.matmul()")
    first, second = formats.issparse(A), formats.issparse(B)
    if first == second:
        raise ArgumentError(
            f"ac.sparse.matmul() got two {'sparse' if first else 'dense'} operands.",
            "it multiplies a sparse matrix, which is constant, with a dense one.",
            "A @ B",
        )
    if first:
        return product(B, *compressed(A))
    *parts, shape, by_column = compressed(B)
    rows = A if np.ndim(A) == 1 else np.transpose(A)
    out = product(rows, *parts, shape[::-1], not by_column)
    return out if np.ndim(A) == 1 else np.transpose(out)


# --- systems --------------------------------------------------------------------------------------
@primitive
def solution(b: Any, factors: Any, transposed: bool) -> Any:
    """A⁻¹ b, or A⁻ᵀ b, by the factors of A."""
    return factors.solve(np.asarray(b, np.result_type(b, float)), "T" if transposed else "N")


linear(solution, lambda g, _b, factors, transposed: solution(g, factors, not transposed))


def spsolve(A: Any, b: Any, permc_spec: str | None = None) -> Any:
    """Solve A x = b for a sparse A; one factorization serves the value and all derivatives.

    Args:
        A: sparse, (n, n).
        b: dense, (n,) or (n, k).
        permc_spec: how columns are permuted, as in SciPy: "COLAMD" by default.
    Raises:
        numpy.linalg.LinAlgError: A is singular.
        ShapeError: A is not square, or b does not fit.
        MissingDependencyError: SciPy is not installed.

    >>> from scipy.sparse import csc_array
    >>> A = csc_array(np.array([[2.0, 0.0], [1.0, 4.0]]))
    >>> spsolve(A, np.array([2.0, 9.0]))
    array([1., 2.])
    """
    linalg = require("scipy.sparse.linalg", extra="scipy", feature="ac.sparse.spsolve()")
    if len(A.shape) != 2 or A.shape[0] != A.shape[1] or np.shape(b)[:1] != A.shape[:1]:
        raise ShapeError(
            f"ac.sparse.spsolve() got a matrix of shape {A.shape} and a right side of shape "
            f"{np.shape(b)}.",
            hint="A of shape (n, n), b of shape (n,) or (n, k)",
        )
    dtype = np.result_type(A.dtype, b.dtype if hasattr(b, "dtype") else np.asarray(b).dtype, "f")
    try:
        factors = linalg.splu(A.tocsc().astype(dtype), permc_spec=permc_spec)
    except RuntimeError as err:
        raise np.linalg.LinAlgError(f"spsolve: {err}") from err
    return solution(b, factors, False)


__all__ = ["matmul", "spsolve"]
