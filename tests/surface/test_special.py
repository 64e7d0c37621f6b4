"""Every ufunc of scipy.special is classed, and what is classed behaves so."""

import re

import numpy as np
import pytest
from harness import agree, outputs, plain, richardson
from surface import SURFACE

sp = pytest.importorskip("scipy.special")

import autograd_core as ac  # noqa: E402

ROWS = [row for row in SURFACE if row["file"] == "special"]
OF_CLASS = {
    kind: [row for row in ROWS if row["class"] == kind]
    for kind in ("differentiable", "constant", "refused")
}


def resolve(name):
    """SciPy's ufunc of that name, also where this SciPy keeps it elsewhere; None if it lacks it."""
    name = name.rpartition(".")[2]
    homes = [sp, sp._ufuncs, getattr(sp, "_special_ufuncs", sp)]
    found = (getattr(home, name, None) for home in homes)
    return next((f for f in found if isinstance(f, np.ufunc)), None)


def ids(rows):
    """One name per row."""
    return pytest.mark.parametrize("row", rows, ids=[r["name"].rpartition(".")[2] for r in rows])


def example(row):
    """The ufunc of a row, and the arguments of its example."""
    found = []
    name, arguments = re.match(r"(\w+)\((.*)\)$", row["example"]).groups()
    eval(f"take({arguments})", {**vars(sp), "take": lambda *a: found.extend(a)})
    return resolve(name), found


def test_every_ufunc_is_classed():
    """A ufunc that a newer SciPy adds fails here until it is classed."""
    classed = {resolve(row["name"]) for row in ROWS}

    assert [n for n, f in vars(sp).items() if isinstance(f, np.ufunc) and f not in classed] == []


@pytest.mark.filterwarnings("ignore:non-integer arg:DeprecationWarning")
@ids([r for r in OF_CLASS["differentiable"] if resolve(r["name"])])
def test_differentiable(row):
    """The derivative by each named argument is that of differences; by any other one it raises."""
    op, values = example(row)
    by = row["wrt"].split(", ")
    for k, name in enumerate(row["arguments"]):

        def function(x, k=k):
            return op(*values[:k], x, *values[k + 1 :])

        at = values[k]
        if name not in by:
            with pytest.raises((ac.NoRuleError, TypeError)):
                function(ac.Variable(float(at)))
            continue
        at = np.asarray(at) + 0.0
        for j, y in enumerate(outputs(function(at))):

            def part(x, j=j):
                return np.real(outputs(function(x))[j])

            expected, error = richardson(lambda s: part(at + s), 0.1 * min(abs(at), 1.0))
            v = ac.Variable(at)
            value = part(v)
            if not isinstance(value, ac.Variable):
                assert expected == 0
                continue
            value.backward()
            actual = 0.0 if v.grad is None else np.real(plain(v.grad))
            agree(actual, expected, f"{row['name']}, output {j}, by {name}, {y}",
                  rtol=2e-5 if error > 1e-8 else 1e-7, error=min(error, 1e-7))  # fmt: skip


@ids([r for r in OF_CLASS["refused"] if resolve(r["name"])])
def test_refused(row):
    """It raises at the call and names the way out."""
    op = resolve(row["name"])
    with pytest.raises(ac.NoRuleError, match="custom_gradient"):
        op(*[ac.Variable(0.5)] * op.nin)


@ids(OF_CLASS["constant"])
def test_constant(row):
    """The result is plain."""
    assert not isinstance(resolve(row["name"])(ac.Variable(0.7)), ac.Variable)
