"""``gradcheck``: the derivatives of a function of one's own, beside differences."""

import difflib
import importlib
import os
import sys
import traceback
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import autograd_core as ac

from .assignments import assignments, number_or_array


def gradcheck(args: Namespace) -> bool:
    """Print the report of ``ac.gradcheck``; whether all agrees.

    Raises:
        ArgumentError: there is no such function, or a value is none.
    """
    options = assignments([text for text in args.values if is_named(text)])
    points = [number_or_array(text) for text in args.values if not is_named(text)]
    with importable():
        function = found(args.function)
        try:
            print(ac.gradcheck(function, *points, order=args.order, rng=args.seed, **options))
        except ac.GradcheckError as err:
            for line in (getattr(err, "report", None), err):
                print(line if line is not None else "")
            return False
        except Exception as err:  # whatever the function of a person raises
            print(f"{args.function} raised {told(err)}", file=sys.stderr)
            return False
    return True


def is_named(text: str) -> bool:
    """Whether an argument is ``name=value``."""
    return text.partition("=")[0].strip().isidentifier() and "=" in text


@contextmanager
def importable() -> Iterator[None]:
    """A block in which modules of the current folder can be imported, as ``python -m`` does."""
    before = list(sys.path)
    sys.path.insert(0, os.getcwd())
    try:
        yield
    finally:
        sys.path[:] = before


def found(path: str) -> Callable[..., Any]:
    """The function of ``package.module:function``.

    Raises:
        ArgumentError: there is none.
    """
    name, colon, place = path.partition(":")
    if not colon or not name or not place:
        raise ac.ArgumentError(
            f"{path!r} names no function.", hint="package.module:function, such as numpy:sin"
        )
    try:
        value: Any = importlib.import_module(name)
    except ModuleNotFoundError as err:
        if not f"{name}.".startswith(f"{err.name}."):
            raise unimportable(name, err) from err
        raise ac.ArgumentError(
            f"There is no module {err.name!r}.",
            f"it was looked for in {os.getcwd()} and where Python looks.",
            "the file's name without .py; folders with dots between",
        ) from err
    except Exception as err:  # whatever the module of a person raises
        raise unimportable(name, err) from err
    for part in place.split("."):
        near = difflib.get_close_matches(part, dir(value), 3)
        if not hasattr(value, part):
            hint = ", ".join(near) or f"{name}:NAME, of a function that it defines"
            raise ac.ArgumentError(f"{name} has no {place!r}.", hint=hint)
        value = getattr(value, part)
    if not callable(value):
        raise ac.ArgumentError(
            f"{path} is no function, but a {type(value).__name__}.",
            hint="a function of arrays, such as numpy:sin",
        )
    function: Callable[..., Any] = value
    return function


def unimportable(name: str, error: BaseException) -> ac.ArgumentError:
    """The error of a module that raises one while it is imported."""
    return ac.ArgumentError(
        f"{name} cannot be imported.",
        f"it raised {told(error)}",
        f'python -c "import {name}", which shows the whole traceback',
    )


def told(error: BaseException) -> str:
    """An exception and the line it comes from, without its traceback; of ours, all that it says."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "autograd_core" not in frame.filename.split(os.sep)]
    own = [frame for frame in own if not frame.filename.startswith("<")]
    outside = [f for f in own if "importlib" not in f.filename]
    at = f", at {os.path.basename(outside[-1].filename)}:{outside[-1].lineno}" if outside else ""
    what, _, more = str(error).partition("\n")
    way = f"\n{more}" if more and isinstance(error, ac.AutogradError) else ""
    return f"{type(error).__name__}: {what}{at}{way}"
