"""Variable: an array that remembers how it was computed.

Here is what a Variable holds, how it is made, how ``backward()`` starts, how it looks and how it is
stored. Operators and NumPy's protocols are attached by operators.py; how a call is put on the tape
stands in dispatch.py.
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import refusals
from .backward import sweep
from .cotangents import Deposit
from .differentials import Pick
from .errors import DetachedWarning
from .fitting import arrived, owned, replaced, surface, whole
from .forms import RULES, Rule
from .leases import Lease, is_frozen, is_leased, keep
from .methods import Methods
from .rules.elementwise import identity
from .tape import Node, Source, next_number
from .views import Leaf, Role, View, settle
from .wrappers import Hooked, Wrapped

if TYPE_CHECKING:
    from .operators import Operators as Methods

new = object.__new__
write_grad = vars(Source)["grad"].__set__
VARIABLES: set[type] = set()  # the class and its subclasses: a look-up beats isinstance


class Variable(Methods):
    """A NumPy array, or number, whose computations are differentiated.

    Args:
        data: a number, an array, or nested lists of numbers; copied, unless it is read-only.
        requires_grad: whether ``backward()`` computes a gradient for it.
        name: shown in messages and graphs.
    Raises:
        DtypeError: integer, boolean or object data with ``requires_grad``.
        ConversionError: ``data`` contains tracked Variables.

    >>> x1, x2 = Variable(2.0), Variable(3.0)
    >>> y = np.sin(x1) + x1 * x2
    >>> y.backward()
    >>> print(x1.grad, x2.grad)
    2.5838531634528574 2.0
    """

    __slots__ = ("_data", "node", "role")
    __array_priority__ = 1000
    __pandas_priority__ = 5000

    _data: Any
    node: Any
    role: Any

    def __init__(self, data: Any, requires_grad: bool = True, name: str | None = None) -> None:
        self._data = _owned_data(data, requires_grad)
        source = Source(self._data.shape, self._data.dtype)
        source.name, source.value = name, self._data
        self.node = source if requires_grad else None
        self.role = Leaf(source, name)

    def __init_subclass__(cls) -> None:
        VARIABLES.add(cls)

    # --- what it holds ----------------------------------------------------------------------------
    @property
    def data(self) -> Any:
        """The array or number, without its history.

        Of a leaf it may be written into; of a result it is a read-only view. Setting it rebinds
        a leaf.
        """
        role = self.role
        if type(role) is not Leaf:
            settle(self)
            data = self._data
            if type(data) is np.ndarray:
                data = data.view()
                data.flags.writeable = False
            return data
        data = self._data
        if type(data) is not np.ndarray:
            return data
        if role.kept or is_leased(data):
            data = self._data = role.source.value = data.copy()
            role.kept = False
        role.exposed = True
        return data

    @data.setter
    def data(self, value: ArrayLike) -> None:
        role = self.role
        if type(role) is not Leaf:
            raise refusals.set_data(self.shape)
        data = np.asarray(value)[()]
        if self.node is not None:
            check_dtype(data.dtype)
        source = role.source
        if data.shape != source.shape or data.dtype != source.dtype:
            role.source = Source(data.shape, data.dtype)
            role.source.hooks, role.source.name = source.hooks, source.name
            self.node = role.source if self.node is not None else None
        self._data = role.source.value = data
        role.exposed, role.kept = True, False

    @property
    def grad(self) -> Any:
        """The gradient that ``backward()`` has accumulated in a leaf, of its shape and dtype."""
        if type(self.role) is not Leaf:
            return None
        g = self.role.source.grad
        return g if type(g) is not Deposit else whole(self.role.source)

    @grad.setter
    def grad(self, value: Any) -> None:
        if type(self.role) is not Leaf:
            raise refusals.holds_no_gradient(self.shape)
        if value is not None and np.shape(value) != self.shape:
            raise refusals.gradient_shape(np.shape(value), self.shape)
        if value is not None and type(value) not in VARIABLES:
            value = np.asarray(value, self.dtype)[()]
        self.role.source.grad = value

    @property
    def grad_rows(self) -> tuple[NDArray[Any], NDArray[Any]] | None:
        """Row numbers (n,) and rows (n, …) of a gradient that is zero elsewhere, or None.

        A table that was read by row numbers alone has one, until ``.grad`` is read.
        """
        source = self.role.source if type(self.role) is Leaf else None
        if source is None or type(source.grad) is not Deposit:
            return None
        source.grad = g = source.grad.apart()
        return g.index, g.g

    @property
    def op(self) -> Any:
        """The function whose recorded result this is, NumPy's own object; None of anything else."""
        rule = getattr(self.node, "rule", None)
        return rule and rule.rule.op

    @property
    def requires_grad(self) -> bool:
        """Whether operations on it are recorded; may be set on a leaf."""
        return self.node is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if type(self.role) is Leaf:
            if value:
                check_dtype(self._data.dtype)
            self.node = self.role.source if value else None
        elif value != self.requires_grad:
            raise refusals.set_requires_grad(self.shape, value)

    @property
    def is_leaf(self) -> bool:
        """Whether it was made by the user rather than by an operation."""
        return type(self.role) is Leaf

    @property
    def name(self) -> str | None:
        """The name given to it, shown in messages and graphs; may be set."""
        return self.role.name if self.role is not None else None

    @name.setter
    def name(self, value: str | None) -> None:
        if self.role is None:
            self.role = Role(value)
        else:
            self.role.name = value
            if type(self.role) is Leaf:
                self.role.source.name = value
        rule = getattr(self.node, "rule", None)
        if isinstance(rule, Wrapped):
            rule.named(value)

    # --- its form ---------------------------------------------------------------------------------
    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of its axes."""
        return self._data.shape  # type: ignore[no-any-return]

    @property
    def ndim(self) -> int:
        """How many axes it has."""
        return self._data.ndim  # type: ignore[no-any-return]

    @property
    def size(self) -> int:
        """How many entries it has."""
        return self._data.size  # type: ignore[no-any-return]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of its entries."""
        return self._data.dtype  # type: ignore[no-any-return]

    # --- ways out of the tape ---------------------------------------------------------------------
    def item(self, *index: Any) -> Any:
        """The number, as a Python number; leaves the tape."""
        settle(self)
        return self._data.item(*index)

    def tolist(self) -> Any:
        """The numbers as nested lists; leaves the tape."""
        settle(self)
        return self._data.tolist()

    def numpy(self) -> NDArray[Any]:
        """A copy of the array; leaves the tape."""
        settle(self)
        return np.array(self._data)

    def detach(self) -> Variable:
        """The same values without history: a constant for whatever is computed from it."""
        settle(self)
        data = kept(self)
        return result(data.array.copy() if type(data) is Lease else data, None)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        if self.node is not None:
            raise refusals.as_array(self.shape)
        settle(self)
        data = self._data
        if copy is False:
            view = np.asarray(data, dtype, copy=False).view()  # or NumPy's own ValueError
            view.flags.writeable = False
            return view
        array = np.asarray(data, dtype)
        return array.copy() if copy or array is data else array

    def _number(self, convert: Callable[[Any], Any], name: str) -> Any:
        if self.node is not None:
            raise refusals.as_number(name, self.shape)
        settle(self)
        return convert(self._data)

    def __float__(self) -> float:
        return self._number(float, "float()")  # type: ignore[no-any-return]

    def __int__(self) -> int:
        return self._number(int, "int()")  # type: ignore[no-any-return]

    def __complex__(self) -> complex:
        return self._number(complex, "complex()")  # type: ignore[no-any-return]

    def __index__(self) -> int:
        return self._number(operator.index, "operator.index()")  # type: ignore[no-any-return]

    # --- differentiation --------------------------------------------------------------------------
    def backward(
        self, gradient: Any = None, *, retain_graph: bool = False, create_graph: bool = False
    ) -> None:
        """Add to ``.grad`` of every leaf behind this Variable its derivative.

        Args:
            gradient: the cotangent to start from, of this shape; 1 for a number.
            retain_graph: keep what the operations saved, for another sweep.
            create_graph: record the sweep, so that gradients can be differentiated again.
        Raises:
            NotScalarError: more than one number, or a complex one, and no ``gradient``.
            NoPathError: nothing that requires a gradient is behind it.
            GraphFreedError: a sweep has released this graph already.
            ShapeError, NumericError: ``gradient`` of another shape, or with a nan.

        Nothing is changed if it raises.
        """
        settle(self)
        seed = self._seed(gradient)
        free = not (retain_graph or create_graph)
        found = sweep({self.node: seed}, lift=lift if create_graph else None, free=free)
        leaves = [source for source in found if not source.retired]
        if not leaves:
            raise refusals.no_path()
        leaves.sort(key=operator.attrgetter("number"))
        grads = []
        for source in leaves:
            g = found.pop(source)
            if type(g) is not np.ndarray or source.hooks or g.dtype.kind == "c":
                g = arrived(source, g)
            grads.append(owned(g) if source.grad is None else whole(source) + g)
        list(map(write_grad, leaves, grads))  # one step: Ctrl-C comes before it or after it

    def _seed(self, gradient: Any) -> Any:
        node = self.node
        if node is None:
            raise refusals.no_path()
        if gradient is None:
            if self._data.size != 1:
                raise refusals.not_scalar(self.shape)
            if node.dtype.kind == "c":
                raise refusals.not_real(node.dtype)
            return np.ones(node.shape, node.dtype) if node.shape else node.dtype.type(1)
        if np.shape(gradient) != node.shape:
            raise refusals.seed_shape(np.shape(gradient), node.shape)
        values = gradient.data if type(gradient) in VARIABLES else np.asarray(gradient)
        if np.isnan(values).any():
            raise refusals.seed_nan(values)
        if type(gradient) in VARIABLES and gradient.node is not None:
            return np.conjugate(gradient.astype(node.dtype))
        return values.astype(node.dtype).conj()[()]

    def register_hook(self, function: Callable[[Any], Any]) -> Callable[[], None]:
        """Call a function with each gradient that arrives here during ``backward()``.

        Args:
            function: sees the gradient, of this shape; what it returns, unless None, replaces it.
        Returns:
            A function that removes the hook.
        Raises:
            NoPathError: this Variable is not tracked.
        """
        settle(self)
        node = self.node
        if node is None:
            raise refusals.no_path()
        holder: Any = node
        if isinstance(node, Source):
            hook = function
            node.hooks = (*node.hooks, hook)
        else:
            if type(node.rule) is not Hooked:
                node.rule = Hooked(node.rule)
            holder = node.rule

            def hook(g: Any) -> Any:
                return surface(replaced(function, surface(g)))

            holder.hooks = (*holder.hooks, hook)

        def remove() -> None:
            holder.hooks = tuple(h for h in holder.hooks if h is not hook)

        return remove

    # --- how it looks, and how it is stored -------------------------------------------------------
    def __bool__(self) -> bool:
        settle(self)
        return bool(self._data)

    def __repr__(self) -> str:
        settle(self)
        data = self._data
        text = np.array2string(np.asarray(data), separator=", ", prefix=f"{type(self).__name__}(")
        notes = [text]
        if self.name is not None:
            notes.append(f"name={self.name!r}")
        if self.node is None:
            notes.append("requires_grad=False")
        elif self.node.rule is not None:
            notes.append(f"op={self.node.rule.rule.name}")
        if data.dtype != float:
            notes.append(f"dtype={data.dtype}")
        if data.ndim > 1 or "..." in text:
            notes.append(f"shape={data.shape}")
        return f"{type(self).__name__}({', '.join(notes)})"

    def __str__(self) -> str:
        settle(self)
        return str(self._data)

    def __format__(self, spec: str) -> str:
        settle(self)
        return format(self.item() if spec and self.size == 1 else self._data, spec)

    def __reduce__(self) -> Any:
        return _leaf, (type(self), self._stored(), self.requires_grad, self.name)

    def __copy__(self) -> Any:
        return np.copy(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Variable:
        copy = _leaf(type(self), np.array(self._stored()), self.requires_grad, self.name)
        memo[id(self)] = copy
        return copy

    def _stored(self) -> Any:
        """The values for a copy that leaves the history behind."""
        settle(self)
        if self.node is not None and type(self.role) is not Leaf:
            warnings.warn(
                f"A result of shape {self.shape} is stored as a leaf, without its history.",
                DetachedWarning,
                stacklevel=3,
            )
        return self._data


VARIABLES.add(Variable)


# --- making Variables -----------------------------------------------------------------------------
def result(data: Any, node: Node | None) -> Variable:
    """A result: a Variable that is nobody's leaf."""
    variable = new(Variable)
    variable._data, variable.node, variable.role = data, node, None
    return variable


def _leaf(kind: type[Variable], data: Any, requires_grad: bool, name: str | None) -> Variable:
    """A leaf of a class, without running the ``__init__`` of that class."""
    variable = new(kind)
    Variable.__init__(variable, data, requires_grad, name)
    return variable


def lift(value: Any, node: Node, output: int | None = None) -> Variable:
    """A Variable of a saved value and its node, or the given output of a node with several."""
    return result(value, node if output is None else picked(node, output))


def track(data: Any, parent: Node | None = None) -> Variable:
    """A Variable with a node of its own: a Source, or an identity over the parent's node."""
    if parent is None:
        return result(data, Source(data.shape, data.dtype))
    return result(data, node_of(IDENTITY, parent, (parent,), parent))


def array(nested: Any) -> Variable:
    """A Variable from nested lists of Variables and numbers, stacked along new axes.

    >>> a = Variable(2.0)
    >>> array([[a, 1], [0, a * a]]).shape
    (2, 2)
    """
    if isinstance(nested, list | tuple):
        if any(isinstance(item, list | tuple | Variable) for item in nested):
            return np.stack([array(item) for item in nested])  # type: ignore[return-value]
        nested = np.array(nested)
    return nested if isinstance(nested, Variable) else Variable(nested, requires_grad=False)


def _owned_data(data: Any, requires_grad: bool) -> Any:
    """What a leaf holds: a copy, or the array itself if nobody can write into it."""
    if isinstance(data, Variable):
        settle(data)
        data = data._data
    if isinstance(data, np.ma.MaskedArray):
        raise refusals.masked_array(data.shape)
    array = data if type(data) is np.ndarray and is_frozen(data) else np.array(data)
    if requires_grad and array.dtype.kind in "iu" and not hasattr(data, "dtype"):
        array = array.astype(float)
    if requires_grad:
        check_dtype(array.dtype)
    elif array.dtype.kind not in "biufc":
        raise refusals.not_numeric(array.dtype)
    return array if array.ndim else array[()]


def check_dtype(dtype: np.dtype[Any]) -> None:
    """Refuse a gradient to what has none."""
    if dtype.kind not in "fc":
        raise refusals.no_gradient(dtype)


def as_variable(value: Any) -> Variable:
    """A Variable as it is, anything else as an untracked result."""
    return value if isinstance(value, Variable) else result(value, None)


def node_of(rule: Any, parents: Any, saved: Any, spec: Any) -> Node:
    """A new node, of the shape and dtype of a Spec."""
    node = Node()
    node.number, node.rule, node.kept = next_number(), rule, saved
    node.parents, node.partner = parents, None
    node.shape, node.dtype = spec.shape, spec.dtype
    return node


def kept(variable: Variable) -> Any:
    """What a tape may keep of a Variable's value."""
    data, role = variable._data, variable.role
    if role is not None and type(data) is np.ndarray:
        holder = role.root.role if type(role) is View else role
        if type(holder) is Leaf:
            if holder.exposed:
                return keep(data)
            holder.kept = True
    return data


IDENTITY = RULES[identity].differential((0,))
OUTPUT = Rule("output", "linear")


@cache
def pick(output: int) -> Pick:
    """The differential of taking one output, which all such nodes share."""
    return Pick(OUTPUT, (output,))


def picked(node: Node, output: int) -> Node:
    """The node of one output of several."""
    return node_of(pick(output), node, output, node.dtype[output])
