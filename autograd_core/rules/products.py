"""Products of matrices and tensors: each is linear in every operand.

``contract`` is an operation of our own: ``np.einsum`` with every letter written out, none of them
twice in one operand. Large contractions run pair by pair, as products of matrices: their value is
that of ``np.einsum`` to rounding.
"""

import math
from functools import lru_cache
from string import ascii_letters, ascii_lowercase, ascii_uppercase

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ..forms import bilinear, composite, multilinear, primitive
from .indexing import scatter

LARGE = 4096  # products of numbers from which a contraction is worth a product of matrices


# --- generalized ufuncs ---------------------------------------------------------------------------
def product(a, b):
    """a @ b of vectors and matrices; the method is quicker, but of an array refuses a Variable."""
    return a.dot(b) if type(b) is np.ndarray else np.dot(a, b)


def matmul_left(g, a, b):
    """ā = ḡ bᵀ; of a, only the shape is used."""
    if b.ndim == 2:  # one product, however many matrices
        return product(g, b.T) if g.ndim < 3 else product(flat_rows(g), b.T).reshape(a.shape)
    if b.ndim == 1:
        return g[..., None] * b
    return g @ b.mT if a.ndim > 1 else (b @ g[..., None])[..., 0]


def matmul_right(g, a, b):
    """b̄ = aᵀ ḡ; of b, only the shape is used."""
    if a.ndim == 2:
        return product(a.T, g) if g.ndim < 3 else a.T @ g
    if a.ndim == 1:
        return a * g if b.ndim == 1 else a[:, None] * g[..., None, :]
    if b.ndim == 2:
        return product(flat_rows(a).T, flat_rows(g))
    return a.mT @ g if b.ndim > 2 else (a.mT @ g[..., None])[..., 0]


def flat_rows(a):
    """All matrices of a batch, one below the other."""
    return a.reshape(math.prod(a.shape[:-1]), a.shape[-1])


def converted(a, dtype, casting):
    """An operand in the dtype to compute in."""
    a = a if hasattr(a, "dtype") else np.asarray(a)
    return a if dtype is None else a.astype(dtype, casting=casting)


def core_axes_moved(op, a, b, axes):
    """A product whose core axes stand elsewhere: move them to the end, and the result's back."""
    first, second, result = ([k] if isinstance(k, int) else list(k) for k in (*axes, ())[:3])
    a = np.moveaxis(a, first, range(-len(first), 0))
    b = np.moveaxis(b, second, range(-len(second), 0))
    return np.moveaxis(op(a, b), range(-len(result), 0), result)


def with_options(op):
    """A product in another dtype, of core axes that stand elsewhere."""

    def product_composite(
        a, b, /, axes=None, dtype=None, casting="same_kind", _order="K", _subok=True
    ):
        a, b = converted(a, dtype, casting), converted(b, dtype, casting)
        return op(a, b) if axes is None else core_axes_moved(op, a, b, axes)

    return product_composite


@composite(np.vecdot)
def vecdot_composite(
    a,
    b,
    /,
    axes=None,
    axis=-1,
    keepdims=False,
    dtype=None,
    casting="same_kind",
    _order="K",
    _subok=True,
):
    """The summed axis may stand elsewhere, and may be kept."""
    a, b = converted(a, dtype, casting), converted(b, dtype, casting)
    axes = [axis, axis] if axes is None else axes
    out = core_axes_moved(np.vecdot, a, b, axes[:2])
    return np.expand_dims(out, axes[2] if len(axes) > 2 else axes[0]) if keepdims else out


composite(np.matmul)(with_options(np.matmul))

# fmt: off
#        op            ā                                            b̄
bilinear(np.matmul,    matmul_left,                                 matmul_right)
bilinear(np.vecdot,    lambda g, _a, b: (g[..., None] * b).conj(),
                       lambda g, a, _b: g[..., None] * a.conj())
if hasattr(np, "matvec"):
    bilinear(np.matvec, lambda g, _a, b: g[..., None] * b[..., None, :],
                        lambda g, a, _b: (a.mT @ g[..., None])[..., 0])
    bilinear(np.vecmat, lambda g, _a, b: (b @ g[..., None])[..., 0].conj(),
                        lambda g, a, _b: a.conj()[..., None] * g[..., None, :])
    composite(np.matvec)(with_options(np.matvec))
    composite(np.vecmat)(with_options(np.vecmat))
# fmt: on


# --- sums of products over chosen axes ------------------------------------------------------------
def dot_left(g, a, b):
    """As matmul, but batches pair all with all, and numbers multiply."""
    if a.ndim == 0 or b.ndim == 0:
        return g * b
    return matmul_left(g, a, b) if b.ndim < 3 else tensordot_left(g, a, b, (-1, -2))


def dot_right(g, a, b):
    """As matmul, but batches pair all with all, and numbers multiply."""
    if a.ndim == 0 or b.ndim == 0:
        return a * g
    return matmul_right(g, a, b) if b.ndim < 3 else tensordot_right(g, a, b, (-1, -2))


def contracted_last(axes, a, b):
    """The orders of axes in which ``tensordot`` is a product of two matrices, and their shapes.

    Returns:
        The axes of a with the contracted ones last, those of b with them first; (m, k) and (k, n).
    """
    order_a, order_b = list(range(a.ndim)), list(range(b.ndim))
    if isinstance(axes, int | np.integer):
        count = max(int(axes), 0)
    else:
        first = normalize_axis_tuple(axes[0], a.ndim)
        second = normalize_axis_tuple(axes[1], b.ndim)
        order_a = [k for k in order_a if k not in first] + list(first)
        order_b = list(second) + [k for k in order_b if k not in second]
        count = len(first)
    lengths = [b.shape[k] for k in order_b]
    k, n = math.prod(lengths[:count]), math.prod(lengths[count:])
    m = math.prod([a.shape[k] for k in order_a[: a.ndim - count]])
    return order_a, order_b, (m, k), (k, n)


def rearranged(matrix, a, order):
    """A matrix as the array whose axes, in this order, it was made of."""
    array = matrix.reshape([a.shape[k] for k in order])
    return array if order == sorted(order) else array.transpose(np.argsort(order).tolist())


def tensordot_left(g, a, b, axes=2):
    """ḡ bᵀ, of matrices."""
    order_a, order_b, (m, _), shape_b = contracted_last(axes, a, b)
    matrix = b.transpose(order_b).reshape(shape_b)
    return rearranged(product(g.reshape(m, shape_b[1]), matrix.T), a, order_a)


def tensordot_right(g, a, b, axes=2):
    """aᵀ ḡ, of matrices."""
    order_a, order_b, shape_a, (_, n) = contracted_last(axes, a, b)
    matrix = a.transpose(order_a).reshape(shape_a)
    return rearranged(product(matrix.T, g.reshape(shape_a[0], n)), b, order_b)


def interleaved(g, a, b):
    """The result of ``kron`` with an axis of a and one of b in turn, and the shapes of both."""
    ndim = max(a.ndim, b.ndim)
    first, second = ((1,) * (ndim - x.ndim) + x.shape for x in (a, b))
    return g.reshape([n for pair in zip(first, second, strict=True) for n in pair]), first, second


def kron_left(g, a, b):
    """Contract with b over its axes."""
    g, _, second = interleaved(g, a, b)
    return np.tensordot(g, b.reshape(second), (range(1, g.ndim, 2), range(len(second)))).reshape(
        a.shape
    )


def kron_right(g, a, b):
    """Contract with a over its axes."""
    g, first, _ = interleaved(g, a, b)
    return np.tensordot(g, a.reshape(first), (range(0, g.ndim, 2), range(len(first)))).reshape(
        b.shape
    )


# --- cross product --------------------------------------------------------------------------------
def in_space(v, axis):
    """Vectors along the last axis, with a third coordinate."""
    v = np.moveaxis(v, axis, -1)
    if v.shape[-1] == 3:
        return v
    return np.concatenate([v, np.zeros((*v.shape[:-1], 1), v.dtype)], -1)


def along_z(g):
    """Of two plane vectors the product is a number: the third coordinate."""
    return np.concatenate([np.zeros((*g.shape, 2), g.dtype), g[..., None]], -1)


def cross_left(g, a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """g · (da × b) = da · (b × g)."""
    axisa, axisb, axisc = (axisa, axisb, axisc) if axis is None else (axis,) * 3
    axisa = normalize_axis_index(axisa, a.ndim) - a.ndim  # from the end: g may have more axes
    plane = a.shape[axisa] == 2 == b.shape[axisb]
    out = np.cross(in_space(b, axisb), along_z(g) if plane else in_space(g, axisc))
    return np.moveaxis(out[..., : a.shape[axisa]], -1, axisa)


def cross_right(g, a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """g · (a × db) = db · (g × a)."""
    return -cross_left(g, b, a, axisb, axisa, axisc, axis)


# --- convolution ----------------------------------------------------------------------------------
def whole(g, a, b, mode):
    """The cotangent in the place that it has in the full convolution."""
    short = min(a.size, b.size)
    starts = {"valid": short - 1, "same": (short - 1) // 2, "full": 0}
    start = starts[mode] if mode in starts else list(starts.values())[mode]  # or its number
    return scatter(g, slice(start, start + g.size), (a.size + b.size - 1,))


composite(np.correlate)(lambda a, v, mode="valid":
    np.convolve(a, np.flip(v).conj(), mode)
    if np.size(a) >= np.size(v)
    else np.flip(np.convolve(v, np.flip(a).conj(), mode)).conj()
)  # fmt: skip

# fmt: off
#        op            ā                                            b̄
bilinear(np.dot,       dot_left,                                    dot_right)
bilinear(np.inner,     lambda g, a, b:
                           tensordot_left(g, a, b, (-1, -1)) if a.ndim and b.ndim else g * b,
                       lambda g, a, b:
                           tensordot_right(g, a, b, (-1, -1)) if a.ndim and b.ndim else a * g)
bilinear(np.outer,     lambda g, a, b: product(g, b.reshape(-1)).reshape(a.shape),
                       lambda g, a, b: product(a.reshape(-1), g).reshape(b.shape))
bilinear(np.vdot,      lambda g, a, b: (g * b).conj().reshape(a.shape),
                       lambda g, a, b: (g * a.conj()).reshape(b.shape))
bilinear(np.tensordot, tensordot_left,                              tensordot_right)
bilinear(np.kron,      kron_left,                                   kron_right)
bilinear(np.cross,     cross_left,                                  cross_right)
bilinear(np.convolve,  lambda g, a, v, mode="full":
                           np.convolve(whole(g, a, v, mode), v.reshape(-1)[::-1], "valid"),
                       lambda g, a, v, mode="full":
                           np.convolve(whole(g, a, v, mode), a.reshape(-1)[::-1], "valid"))
# fmt: on


# --- einsum ---------------------------------------------------------------------------------------
@lru_cache(maxsize=1024)
def product_plan(subscripts, first, second):
    """How a contraction of two operands becomes a product of matrices, or None if it does not pay.

    Args:
        subscripts: explicit, without repeated letters in an operand.
        first, second: the shapes.
    Returns:
        For each operand the axes to sum, the order of those that remain and the shape of the
        matrices; the shape of the result's axes and their order. None: use ``np.einsum``.
    """
    (mine, theirs), out = subscripts.split("->")[0].split(","), subscripts.split("->")[1]
    sizes = dict(zip(mine, first, strict=True))
    if any(sizes.get(c, n) != n for c, n in zip(theirs, second, strict=True)):
        return None  # an axis of length one broadcasts, or NumPy raises
    sizes |= dict(zip(theirs, second, strict=True))
    batch = [c for c in out if c in mine and c in theirs]
    summed = [c for c in mine if c in theirs and c not in out]
    rows = [c for c in out if c in mine and c not in theirs]
    columns = [c for c in out if c in theirs and c not in mine]
    lengths = [math.prod(sizes[c] for c in part) for part in (batch, rows, summed, columns)]
    pays = math.prod(lengths) >= LARGE and (min(lengths[1], lengths[3]) > 1 or lengths[0] == 1)
    if not pays or not summed:
        return None
    b, r, s, c = lengths
    result = batch + rows + columns
    return (
        (*matrix_form(mine, batch + rows + summed), (b, r, s) if batch else (r, s)),
        (*matrix_form(theirs, batch + summed + columns), (b, s, c) if batch else (s, c)),
        ([sizes[k] for k in result], [result.index(k) for k in out]),
    )


def matrix_form(term, order):
    """The axes of an operand that are summed on their own, and the order of the others."""
    kept = [c for c in term if c in order]
    return tuple(k for k, c in enumerate(term) if c not in order), [kept.index(c) for c in order]


def as_matrices(x, lonely, order, shape):
    """An operand in the form that a plan says."""
    return (x.sum(lonely) if lonely else x).transpose(order).reshape(shape)


@primitive
def contract(subscripts, *operands):
    """``np.einsum`` in its normal form: explicit, without dots, no letter twice in an operand."""
    plan = product_plan(subscripts, *[x.shape for x in operands]) if len(operands) == 2 else None
    if plan is None:
        return np.einsum(subscripts, *operands)
    (a, b), (*forms, (shape, order)) = operands, plan
    out = as_matrices(a, *forms[0]) @ as_matrices(b, *forms[1])
    return out.reshape(shape).transpose(order)


@lru_cache(maxsize=1024)
def traded(subscripts, i):
    """Subscripts that trade operand ``i`` for the output, and the index that expands the result."""
    terms, out = subscripts.split("->")
    terms = terms.split(",")
    mine = terms.pop(i)
    known = set(out).union(*terms)
    kept = "".join(c for c in mine if c in known)
    index = tuple(slice(None) if c in known else None for c in mine)
    return ",".join([out, *terms]) + "->" + kept, index if None in index else None


@multilinear(contract)
def contract_transpose(i, g, subscripts, *operands):
    """Trade operand ``i`` for the output; a letter seen nowhere else was summed alone: expand."""
    subscripts, index = traded(subscripts, i - 1)
    g = contract(subscripts, g, *operands[: i - 1], *operands[i:])
    return g if index is None else g[index]


@lru_cache(maxsize=1024)
def spelled_out(subscripts, ndims):
    """The letters of each operand and of the output, with letters for the dots of an ellipsis."""
    terms, arrow, out = subscripts.replace(" ", "").partition("->")
    terms = terms.split(",")
    np.einsum(subscripts, *[np.zeros((1,) * ndim) for ndim in ndims])  # NumPy checks the form
    spare = [c for c in ascii_letters if c not in subscripts]
    dots = [n - len(term.replace("...", "")) for term, n in zip(terms, ndims, strict=True)]
    most = max([d for term, d in zip(terms, dots, strict=True) if "..." in term], default=0)
    letters = "".join(spare[:most])
    terms = [t.replace("...", letters[most - d :]) for t, d in zip(terms, dots, strict=True)]
    if not arrow:
        joined = "".join(terms)
        once = {c for c in joined if joined.count(c) == 1}
        out = letters + "".join(sorted(once - set(letters)))
    return terms, out.replace("...", letters)


def lettered(operands):
    """The form with lists of numbers, (x, [0, 1], y, [1, 2], [0, 2]), in letters."""
    names = ascii_uppercase + ascii_lowercase
    lists = [*operands[1::2], *(operands[-1:] if len(operands) % 2 else ())]
    terms = ["".join("..." if k is Ellipsis else names[k] for k in one) for one in lists]
    arrays = operands[: len(operands) // 2 * 2 : 2]
    return ",".join(terms[: len(arrays)]) + "".join("->" + t for t in terms[len(arrays) :]), *arrays


def without_repeats(term, x):
    """An operand in which a letter stands twice is read along that diagonal."""
    for c in dict.fromkeys(term):
        while term.count(c) > 1:
            i = term.index(c)
            j = term.index(c, i + 1)
            if x.shape[i] != x.shape[j]:
                raise ValueError(f"the axes of {c!r} have lengths {x.shape[i]} and {x.shape[j]}")
            x, term = np.diagonal(x, 0, i, j), term[:i] + term[i + 1 : j] + term[j + 1 :] + c
    return term, x


@lru_cache(maxsize=1024)
def pairwise(subscripts, shapes):
    """The order in which many operands are contracted; all at once where that is little work."""
    sizes = dict(zip(subscripts.split("->")[0].replace(",", ""), sum(shapes, ()), strict=True))
    if len(shapes) < 3 or math.prod(sizes.values()) < LARGE:
        return [tuple(range(len(shapes)))]
    arrays = [np.empty(shape) for shape in shapes]
    return np.einsum_path(subscripts, *arrays, optimize="greedy")[0][1:]


@composite(np.einsum)
def einsum_composite(*operands, dtype=None, casting="safe", _optimize=False, _order="K"):
    """Spell the subscripts out, read diagonals, and contract: pair by pair if there are many."""
    subscripts, *operands = operands if isinstance(operands[0], str) else lettered(operands)
    operands = [converted(x, dtype, casting) for x in operands]
    terms, out = spelled_out(subscripts, tuple([x.ndim for x in operands]))
    pairs = [without_repeats(term, x) for term, x in zip(terms, operands, strict=True)]
    terms, operands = [term for term, _ in pairs], [x for _, x in pairs]
    if len(terms) == 1 and len(terms[0]) == len(out):  # nothing is summed: a view
        return np.transpose(operands[0], [terms[0].index(c) for c in out])
    path = pairwise(",".join(terms) + "->" + out, tuple([x.shape for x in operands]))
    for step in path[:-1]:
        chosen, operands = [operands[k] for k in step], without(operands, step)
        inputs, terms = [terms[k] for k in step], without(terms, step)
        kept = "".join(dict.fromkeys(c for c in "".join(inputs) if c in out + "".join(terms)))
        operands.append(contract(",".join(inputs) + "->" + kept, *chosen))
        terms.append(kept)
    return contract(",".join(terms) + "->" + out, *operands)


def without(items, places):
    """The items that stand elsewhere."""
    return [item for k, item in enumerate(items) if k not in places]
