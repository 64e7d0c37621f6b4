"""Elementwise calls, recorded: the same whichever operand is tracked, whatever stands beside it."""

import subprocess
import sys

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable
from autograd_core.calls import CALLS, recorded_form
from autograd_core.forms import RULES

X = np.array([1.5, 0.5, 2.0])
OTHERS = [
    2,
    2.0,
    True,
    1 + 0j,
    np.float64(2),
    np.float32(2),
    np.int64(2),
    X,
    X.astype("f4"),
    [1, 2, 3],
]
ELEMENTWISE = [op for op, rule in RULES.items() if rule.form == "elementwise"]


@pytest.mark.parametrize("op", ELEMENTWISE, ids=lambda op: op.__name__)
def test_every_elementwise_rule_has_a_recorded_form(op):
    """Made once, and found again."""
    call = recorded_form(op)

    assert call is recorded_form(op)
    assert CALLS[op] is call


def test_other_rules_have_none():
    """A reduction is recorded the general way."""
    assert recorded_form(np.cumsum) is None


@pytest.mark.parametrize(
    "other", OTHERS, ids=lambda o: f"{type(o).__name__}-{getattr(o, 'dtype', '')}"
)
def test_what_stands_beside_a_variable(other):
    """The value and dtype are NumPy's; the gradient has the Variable's dtype."""
    for dtype in ("f4", "f8", "c16"):
        x = X.astype(dtype)
        for op in (np.multiply, np.subtract, np.divide):
            for plain, mine in (
                ((x, other), (Variable(x), other)),
                ((other, x), (other, Variable(x))),
            ):
                expected, y = op(*plain), op(*mine)
                assert y.dtype == expected.dtype
                np.testing.assert_array_equal(y.data, expected)
                leaf = mine[0] if isinstance(mine[0], Variable) else mine[1]
                np.real(y).sum().backward()
                assert leaf.grad.dtype == np.dtype(dtype)


def test_each_operand_keeps_what_the_other_needs():
    """x * y with y plain keeps y alone; with both tracked, both."""
    x, y = Variable(X) * 1, Variable(X) * 1

    def arrays(z):
        saved = z.node.kept
        saved = saved if type(saved) is tuple else (saved,)
        return sum(isinstance(s, np.ndarray) for s in saved)

    assert arrays(x * X) == 1
    assert arrays(X * x) == 1
    assert arrays(x * y) == 2
    assert arrays(x + y) == 0
    assert arrays(np.exp(x)) == 1


def test_numbers_stay_numbers():
    """Scalars are NumPy scalars all the way: no 0-d arrays."""
    y = np.sin(Variable(2.0)) * 3 + 1

    assert type(y._data) is np.float64
    y.backward()


def test_a_zero_d_array_beside_a_variable():
    """Is a number too."""
    y = Variable(2.0) * np.array(3.0)

    assert type(y._data) is np.float64


ARRIVAL = """
import sys
import numpy as np
import autograd_core as ac

x = ac.Variable(0.5)
unknown = np.frompyfunc(lambda x: x, 1, 1)
for _ in range(2):
    try:
        unknown(x)
    except ac.NoRuleError:
        print("refused", "scipy" in sys.modules, "autograd_core.rules.special" in sys.modules)
    else:
        print("taken")
    from scipy import special
"""
FIRST = {
    "alone": "y = special.erf(x)",
    "with options": "y = special.erf(x, dtype=np.float64)",
    "into a temporary": "y = special.erf(x, out=np.zeros(()), where=np.bool_(True))",
    "into a Variable": "y = ac.Variable(0.0, requires_grad=False); special.erf(x, out=y)",
    "of two operands": "y = special.xlogy(2.0, x)",
    "of a list": "y, *_ = special.airy(x)",
}


@pytest.mark.parametrize("first", FIRST.values(), ids=FIRST)
def test_scipys_rules_arrive_with_its_first_ufunc(first):
    """SciPy is never imported for them, an unknown ufunc stays unknown, and any way in will do."""
    pytest.importorskip("scipy")
    arrival = ARRIVAL if first == FIRST["alone"] else ARRIVAL.partition("unknown")[0]
    code = f"{arrival}\nfrom scipy import special\n{first}\nprint(y.requires_grad)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    refused = ["refused False False", "refused True True"] if "frompyfunc" in arrival else []
    assert done.stdout.splitlines() == [*refused, "True"]


def test_a_rule_that_widens_beside_a_python_number_is_fitted():
    """np.log of a Python number is a float64, which makes float64 of a float32 cotangent."""

    @ac.primitive
    def scaled(x, y):
        return x * np.float32(y)

    ac.elementwise(scaled, lambda g, y: g * np.exp(np.log(y)), 0)
    v = Variable(np.ones(3, np.float32))
    try:
        scaled(v, 2.0).sum().backward()
    finally:
        del RULES[scaled]

    assert v.grad.dtype == np.float32
