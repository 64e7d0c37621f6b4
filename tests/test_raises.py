"""Every ``raise`` of both packages: a class of the tree with a way on, or another's error, why."""

import ast
from functools import cache
from pathlib import Path

import pytest

import autograd_core.errors as errors

ROOT = Path(__file__).parents[1]
PACKAGES = ("autograd_core", "nn")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
KINDS = set(errors.__all__)

NUMPYS = "NumPy's own error: what it says of arrays it says of Variables"
PYTHONS = "Python asks for this class: a mapping, a sequence, an attribute"
ABSTRACT = "a method that a subclass defines"
SKLEARNS = "scikit-learn's own checks ask for this class"
INNER = "caught in the same package, where it becomes a StateError"
OTHERS = {  # the start of a file's path, and the class that it may raise: why it is not one of ours
    ("autograd_core/rules/", "ValueError"): NUMPYS,
    ("autograd_core/rules/", "TypeError"): NUMPYS,
    ("autograd_core/rules/", "ZeroDivisionError"): NUMPYS,
    ("autograd_core/rules/linalg.py", "LinAlgError"): NUMPYS,
    ("autograd_core/sparse.py", "LinAlgError"): NUMPYS,
    ("autograd_core/methods.py", "TypeError"): NUMPYS,
    ("autograd_core/operators.py", "TypeError"): NUMPYS,
    ("autograd_core/operators.py", "ValueError"): NUMPYS,
    ("autograd_core/views.py", "ValueError"): NUMPYS,
    ("autograd_core/__init__.py", "AttributeError"): PYTHONS,
    ("autograd_core/scipy/__init__.py", "AttributeError"): PYTHONS,
    ("autograd_core/methods.py", "AttributeError"): PYTHONS,
    ("autograd_core/drawing/model.py", "KeyError"): PYTHONS,
    ("nn/__init__.py", "AttributeError"): PYTHONS,
    ("nn/optim/optimizer.py", "AttributeError"): PYTHONS,
    ("nn/history.py", "KeyError"): PYTHONS,
    ("nn/lists.py", "KeyError"): PYTHONS,
    ("nn/holding.py", "IndexError"): PYTHONS,
    ("autograd_core/differentials.py", "NotImplementedError"): ABSTRACT,
    ("autograd_core/functions.py", "NotImplementedError"): ABSTRACT,
    ("nn/", "NotImplementedError"): ABSTRACT,
    ("nn/estimators.py", "ValueError"): SKLEARNS,
    ("nn/sklearn.py", "ValueError"): SKLEARNS,
    ("nn/entries.py", "ValueError"): INNER,
    ("nn/structures.py", "ValueError"): INNER,
    (
        "autograd_core/commandline/demo.py",
        "FileExistsError",
    ): "the operating system's own, for a file",
    ("autograd_core/commandline/entry.py", "ValueError"): "argparse asks for this class",
    ("nn/files.py", "OSError"): "the operating system's error, with its number",
    ("nn/articles/toys.py", "ValueError"): "the article's own error",
}


def name_of(path):
    """A file as one reads it in a report."""
    return str(path.relative_to(ROOT))


@cache
def nodes(path):
    """The syntax of a file, every part of it."""
    return list(ast.walk(ast.parse(path.read_text("utf-8"))))


def called(expression):
    """The last name of what is called: ``refusals.freed()`` → freed; "" for a plain name."""
    if isinstance(expression, ast.Call):
        function = expression.func
        return getattr(function, "id", None) or getattr(function, "attr", "")
    return ""


def raised(path):
    """(line, class or function) of each error that a file raises by a call."""
    for node in nodes(path):
        if isinstance(node, ast.Raise) and node.exc is not None:
            name = called(node.exc) or getattr(node.exc, "id", "")
            yield node.lineno, name


def row_of(path, name):
    """The row of OTHERS that allows a class in a file, or None."""
    rows = [(start, kind) for start, kind in OTHERS if name_of(path).startswith(start)]
    return next((row for row in rows if row[1] == name), None)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_raise_has_its_class(path):
    """One of the tree; or Python's or NumPy's own, where the table says why."""
    strangers = [
        f"line {line}: {name}"
        for line, name in raised(path)
        if name[:1].isupper() and name not in KINDS and row_of(path, name) is None
    ]
    assert strangers == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_error_says_what_to_try(path):
    """Three parts, or the first and ``hint=``: no message ends without a way on."""
    silent = [
        f"line {call.lineno}: {called(call)}"
        for call in nodes(path)
        if isinstance(call, ast.Call)
        and called(call) in KINDS
        and not called(call).endswith(("Warning", "Hint"))
        and len(call.args) < 3
        and not any(isinstance(argument, ast.Starred) for argument in call.args)
        and not any(keyword.arg in ("hint", None) for keyword in call.keywords)
    ]
    assert silent == []


def test_every_reason_is_needed():
    """No row of the table is left from code that is gone."""
    used = {row_of(path, name) for path in MODULES for _, name in raised(path)}
    assert set(OTHERS) - used == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_is_called_easy(path):
    """No message and no docstring says that something is simple, or blames the reader."""
    words = {"simply", "just", "obviously", "trivially"}
    found = [
        f"line {node.lineno}: {word}"
        for node in nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for word in words & set(node.value.lower().replace(",", " ").split())
    ]
    assert found == []
