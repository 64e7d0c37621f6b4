"""What the engine says when it refuses: one function for each error, with the values that matter.

Each returns the exception for its caller to raise. The file knows no Variable; it is told names,
shapes and dtypes.
"""

from typing import Any

import numpy as np

from .errors import (
    ConversionError,
    DtypeError,
    GraphFreedError,
    MutationError,
    NoPathError,
    NotScalarError,
    NumericError,
    RuleError,
    ShapeError,
)

Shape = tuple[int, ...]


def _ones(shape: Shape) -> str:
    return f"np.ones({shape[0] if len(shape) == 1 else shape})"


# --- a tracked value was about to become a plain one ----------------------------------------------
def as_array(shape: Shape) -> ConversionError:
    """NumPy asked for a plain array."""
    return ConversionError(
        f"np.asarray of a tracked Variable of shape {shape} would drop its gradient.",
        "a plain array does not remember how it was computed.",
        ".detach().numpy() or .item() for the number; np.stack([a, b]) to join; "
        "ac.sparse.matmul(A, v) for a sparse A",
    )


def as_number(call: str, shape: Shape) -> ConversionError:
    """Python, or NumPy in its place, asked for a number."""
    return ConversionError(
        f"{call} of a tracked Variable of shape {shape} would drop its gradient.",
        "a Python number does not remember how it was computed; math.sin calls float().",
        "np.sin keeps the gradient, .item() gives the number",
    )


def as_index(shape: Shape) -> ConversionError:
    """A tracked Variable stood in square brackets."""
    return ConversionError(
        f"A tracked Variable of shape {shape} cannot be an index.",
        "an index has no derivative.",
        "x[i.detach().numpy().astype(int)]; np.interp for a position between entries",
    )


def into_plain(name: str, shape: Shape) -> ConversionError:
    """``out=`` was a plain array."""
    return ConversionError(
        f"{name}(..., out=...) would write a tracked Variable of shape {shape} into a plain array.",
        "a plain array does not remember how it was computed.",
        "out = ac.Variable(out, requires_grad=False) first, or use the result without out=",
    )


def into_integers(dtype: np.dtype[Any]) -> ConversionError:
    """A tracked value would be rounded into an array without derivatives."""
    return ConversionError(
        f"A tracked Variable was about to be written into an array of dtype {dtype}.",
        "derivatives live in floating-point or complex numbers.",
        "x = x.astype(float) before the write, or write v.detach()",
    )


# --- dtypes ---------------------------------------------------------------------------------------
def no_gradient(dtype: np.dtype[Any]) -> DtypeError:
    """Integers, booleans or objects were to require a gradient."""
    return DtypeError(
        f"A Variable of dtype {dtype} cannot require a gradient.",
        "derivatives live in floating-point or complex numbers.",
        "x.astype(float), or requires_grad=False",
    )


def not_numeric(dtype: np.dtype[Any]) -> DtypeError:
    """Text, dates or objects were to become a Variable."""
    return DtypeError(
        f"A Variable of dtype {dtype} is not numeric.",
        "a Variable holds numbers or booleans.",
        "np.array(x, float)",
    )


def masked_array(shape: Shape) -> DtypeError:
    """A masked array was to become a Variable."""
    return DtypeError(
        f"A masked array of shape {shape} cannot become a Variable.",
        "the mask would be lost.",
        "np.where(mask, fill, x.data)",
    )


# --- backward() -----------------------------------------------------------------------------------
def not_scalar(shape: Shape) -> NotScalarError:
    """backward() without a gradient, of more than one number."""
    return NotScalarError(
        f"backward() starts from a scalar; this Variable has shape {shape}.",
        "the derivative of a vector is a matrix, and backward() computes one combination of its "
        "rows.",
        f".sum().backward(), .mean().backward(), .backward(gradient={_ones(shape)}), "
        "or ac.jacobian",
    )


def not_real(dtype: np.dtype[Any]) -> NotScalarError:
    """backward() without a gradient, of a complex number."""
    return NotScalarError(
        f"backward() starts from a real number; this Variable has dtype {dtype}.",
        "the direction of steepest ascent is defined for real values.",
        "np.real(y).backward(), np.abs(y).backward(), or ac.grad(f, holomorphic=True)",
    )


def seed_shape(shape: Shape, expected: Shape) -> ShapeError:
    """backward() with a gradient of another shape."""
    return ShapeError(
        f"backward() got a gradient of shape {shape} for a Variable of shape {expected}.",
        "a cotangent has the shape of the value; it is not broadcast.",
        f"gradient={_ones(expected)}",
    )


def seed_nan(values: np.ndarray) -> NumericError:
    """backward() with a gradient that is not a number."""
    return NumericError(
        f"backward() got a gradient that is nan in {int(np.isnan(values).sum())} of "
        f"{values.size} entries.",
        "every gradient would be nan.",
        "np.isnan along the computation of the gradient finds the first",
    )


def no_path() -> NoPathError:
    """Nothing tracked lies behind."""
    return NoPathError(
        "backward() found nothing that requires a gradient behind this Variable.",
        "every operand on the way was a constant.",
        "Variable(..., requires_grad=True) for the inputs; ac.why_no_grad(loss, w) finds the break",
    )


def freed() -> GraphFreedError:
    """The graph has been swept."""
    return GraphFreedError(
        "backward() ran a second time over the same graph.",
        "the first run released the values it needed.",
        "backward(retain_graph=True) the first time, one backward() on the sum of both losses, "
        "or compute the loss again",
    )


def misfit(name: str, shape: Shape, expected: Shape) -> ShapeError:
    """A rule is wrong."""
    return ShapeError(
        f"The rule of {name} gave a cotangent of shape {shape} for an operand of shape {expected}.",
        "a cotangent broadcasts with its operand.",
        "mend the rule; ac.gradcheck finds such mistakes",
    )


def cotangents(name: str, operands: int) -> RuleError:
    """A pullback did not return a cotangent for each operand."""
    return RuleError(
        f"The pullback of {name} has {operands} operands, and must return as many cotangents.",
        "an operand is a parameter without default, unless at= says which are.",
        "a tuple, with None for a cotangent of zero; or pullback(op, at=0) for one operand",
    )


# --- what only a leaf has, and what it refuses ----------------------------------------------------
def holds_no_gradient(shape: Shape) -> NoPathError:
    """.grad of a result was set."""
    return NoPathError(
        f"A result of shape {shape} holds no gradient.",
        "gradients accumulate in leaves.",
        "x.register_hook(print) to see the gradient that arrives here",
    )


def gradient_shape(shape: Shape, expected: Shape) -> ShapeError:
    """.grad was set to another shape."""
    return ShapeError(
        f"A gradient of shape {shape} does not fit a Variable of shape {expected}.",
        "a gradient has exactly its variable's shape.",
        f"x.grad = {_ones(expected)}",
    )


def set_data(shape: Shape) -> MutationError:
    """.data of a result was set."""
    return MutationError(
        f"The data of a result of shape {shape} cannot be set.",
        "its history would describe another value.",
        "x[...] = value, which is recorded; or x = x.detach() first",
    )


def set_requires_grad(shape: Shape, value: bool) -> MutationError:
    """requires_grad of a result was set."""
    return MutationError(
        f"requires_grad of a result of shape {shape} cannot be set to {value}.",
        "it follows from the operands.",
        "x.detach() for the value alone, or ac.Variable(x.detach()) for a new leaf",
    )


def leaf_write(name: str | None, what: str, shape: Shape) -> MutationError:
    """A write into a leaf that requires a gradient."""
    label, quoted = name or "w", f" '{name}'" if name else ""
    return MutationError(
        f"{label}{what} would write into the leaf{quoted} of shape {shape}, "
        "which requires a gradient.",
        "its .grad would belong to a value that no longer exists.",
        f"with ac.no_grad(): {label}{what}; or {label}.data = ...; "
        f"or write into a copy, v = {label}.copy()",
    )


def changed(name: str, shape: Shape) -> MutationError:
    """A leased array is not what it was."""
    return MutationError(
        f"An array of shape {shape} that {name} still needs for its derivative was changed after "
        "it was recorded.",
        "a derivative uses the values of the moment of the call.",
        "y = y + 1 instead of y += 1, or pass y.copy(); ac.debug(writes=True) names both lines",
    )


def captured_changed() -> MutationError:
    """What a checkpointed function reads from outside is not what it was."""
    return MutationError(
        "A Variable that a checkpointed function reads from outside was written into after the "
        "call.",
        "the function is computed again in the sweep, and would see the new value.",
        "hand it over as an argument, or write into a copy",
    )
