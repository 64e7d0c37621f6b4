"""Nothing is detached in silence: every callable of NumPy, every method, every argument position.

A tracked Variable goes in; what comes out is a tracked Variable, or a result that is constant by
declaration, or an error that says why. Never a float array, and never an array of objects.
"""

import copy
import inspect
import warnings

import numpy as np
import pytest

import autograd_core as ac

OPERANDS = {
    "vector": np.array([0.7, 0.3, 0.6, 0.2]), "matrix": np.array([[2.1, 0.4], [0.7, 1.9]]),
    "number": np.float64(0.57),
}  # fmt: skip
OTHERS = {  # what stands at the other positions, by NumPy's name for the parameter
    "axis": 0, "axes": (0, -1), "shape": (2, 2), "indices": [0, 1], "repeats": 2, "reps": 2,
    "newshape": -1, "shift": 1, "source": 0, "destination": -1, "dtype": float, "kth": 1, "n": 2,
    "indices_or_sections": 2, "pad_width": 1, "subscripts": "i,i", "window_shape": 2, "deg": 1,
    "axis1": 0, "axis2": -1, "obj": 0, "N": 3, "func1d": np.sum, "func": np.sum, "num": 3,
}  # fmt: skip


def callables():
    """The functions, ufuncs and classes of the public namespaces, by full name."""
    for module in (np, np.linalg, np.fft, np.emath, np.lib.stride_tricks):
        for name in dir(module):
            found = getattr(module, name)
            if name.startswith("_") or not callable(found) or inspect.ismodule(found):
                continue
            if isinstance(found, type) and issubclass(found, (Warning, Exception, np.dtype)):
                continue
            yield f"{module.__name__}.{name}", found


SKIPPED = {
    "numpy.test", "numpy.save", "numpy.savez", "numpy.savez_compressed", "numpy.savetxt",
    "numpy.load", "numpy.loadtxt", "numpy.genfromtxt", "numpy.fromfile", "numpy.fromregex",
    "numpy.memmap", "numpy.linalg.test", "numpy.fft.test", "numpy.show_config",
    "numpy.show_runtime", "numpy.info", "numpy.seterr", "numpy.seterrcall",
    "numpy.set_printoptions", "numpy.setbufsize",
    "numpy.empty_like", "numpy.errstate", "numpy.printoptions", "numpy.get_include",
}  # fmt: skip
FUNCTIONS = [(name, f) for name, f in callables() if name not in SKIPPED]


def parts(value):
    """The arrays and numbers of a result, in order."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [part for item in value for part in parts(item)]
    return [value]


def is_plain(value):
    """Whether this is a plain float array, or an array of objects."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.dtype.kind in "fcO"
    return isinstance(value, (float, complex))


def lost(call, tracked):
    """The plain numbers in ``call(tracked)`` that change when the number behind it changes."""
    value = outcome(call, tracked)
    suspects = [k for k, part in enumerate(parts(value)) if is_plain(part)]
    suspects += [
        k for k, part in enumerate(parts(value))
        if isinstance(part, ac.Variable) and not part.requires_grad
    ]  # fmt: skip
    if not suspects:
        return []
    start = tracked.numpy()[()]
    here, there = (outcome(call, start + s) for s in (0.0, 1e-4))
    if here is None or there is None:
        return [
            part
            for part in parts(value)
            if getattr(getattr(part, "dtype", None), "kind", "") == "O"
        ]
    return [
        a for k, (a, b) in enumerate(zip(parts(here), parts(there), strict=True))
        if k in suspects and not same(a, b)
    ]  # fmt: skip


def arguments(function, position, operand):
    """An operand for one position, and others that fit beside it."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        count = getattr(function, "nin", 2)
        if position >= count:
            return None
        return [operand + 0.05 * (k != position) for k in range(count)]
    required = [
        p for p in parameters
        if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]  # fmt: skip
    variadic = [p for p in parameters if p.kind is p.VAR_POSITIONAL]
    named = required + variadic * 2
    if position >= len(named):
        return None
    return [
        operand if k == position else OTHERS.get(p.name, operand + 0.05)
        for k, p in enumerate(named)
    ]


def outcome(function, *args, **kwargs):
    """What a call gives; None where it raises, which may be NumPy's right or our duty."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return function(*args, **kwargs)
        except Exception:  # anything but a plain number is an honest answer
            return None


@pytest.mark.parametrize(("name", "function"), FUNCTIONS, ids=[n for n, _ in FUNCTIONS])
def test_no_function_detaches(name, function):
    """With the Variable at each position, and in a list."""
    for operand in OPERANDS.values():
        for position in range(3):
            args = arguments(function, position, operand)
            for wrap in (lambda v: v, lambda v: [v, v]) if args else ():

                def call(v, position=position, args=args, wrap=wrap):
                    before, after = copy.deepcopy((args[:position], args[position + 1 :]))
                    return function(*before, wrap(v), *after)

                assert lost(call, ac.Variable(operand)) == [], f"argument {position} of {name}"


@pytest.mark.parametrize(("name", "function"), FUNCTIONS, ids=[n for n, _ in FUNCTIONS])
def test_no_option_detaches(name, function):
    """A Variable given as an option is honored, or refused; it is never dropped."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return
    args = arguments(function, 0, OPERANDS["matrix"]) or []
    untracked = [ac.Variable(args[0], requires_grad=False), *args[1:]] if args else []
    for p in parameters:
        if p.default is p.empty or p.kind in (p.VAR_KEYWORD, p.VAR_POSITIONAL) or p.name == "out":
            continue
        for given in (args, untracked):

            def call(v, given=given, name=p.name):
                return function(
                    *[np.copy(a) if isinstance(a, np.ndarray) else a for a in given], **{name: v}
                )

            assert lost(call, ac.Variable(0.57)) == [], f"{p.name}= of {name}"


def same(a, b):
    """Whether two plain results are equal."""
    a, b = (x.data if isinstance(x, ac.Variable) else x for x in (a, b))
    try:
        return bool(np.array_equal(np.asarray(a), np.asarray(b), equal_nan=True))
    except (TypeError, ValueError):
        return True


METHODS = [m for m in dir(np.ndarray) if not m.startswith("_") and hasattr(np.eye(2), m)]
ON_PURPOSE = {"item", "tolist", "data"}


@pytest.mark.parametrize("method", [m for m in METHODS if m not in ON_PURPOSE])
def test_no_method_detaches(method):
    """Called on a tracked Variable, with or without an argument."""
    for args in ((), (0,), (1, 0), ([0, 1],), (OPERANDS["matrix"],)):

        def call(v, args=args):
            member = getattr(v * 1, method)
            return member(*args) if callable(member) else member

        assert lost(call, ac.Variable(OPERANDS["matrix"])) == [], f".{method}{args}"


@pytest.mark.parametrize("method", METHODS)
def test_no_method_of_an_array_detaches(method):
    """Called on a plain array with a tracked argument: arr.dot(v), arr.fill(v), arr.take(v)."""
    for operand in OPERANDS.values():

        def call(v):
            member = getattr(OPERANDS["matrix"].copy(), method)
            return member(v) if callable(member) else None

        assert lost(call, ac.Variable(operand)) == [], f"ndarray.{method}"
        array = OPERANDS["matrix"].copy()
        member = getattr(array, method)
        if callable(member):
            outcome(member, ac.Variable(operand))
        if method not in ("sort", "byteswap"):
            assert np.array_equal(array, OPERANDS["matrix"]), "the number was taken"
