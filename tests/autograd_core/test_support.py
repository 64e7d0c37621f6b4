"""``ac.supported``: what it says of a function agrees with what a call of it does."""

import cmath
import math
import re
import subprocess
import sys
from collections import Counter
from importlib import import_module

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import support
from autograd_core.forms import RULES, name_of
from autograd_core.support import LIKE, SECTIONS, STATUS, counted, of_rule


def test_a_function_says_by_what_it_is_differentiable():
    """Form, operands, required arguments without derivative, and options are told."""
    found = ac.supported(np.where)
    assert (found.name, found.status, found.form) == ("np.where", "differentiable", "linear")
    assert (found.operands, found.others) == (("x", "y"), ("condition",))
    assert ac.supported("np.sum").options == ("axis", "dtype", "keepdims", "where", "initial")
    assert bool(found) is True
    assert "by         x, y" in str(found)
    assert repr(found) == str(found)


@pytest.mark.parametrize("op", [np.hypot, np.linalg.solve, np.linspace, np.interp], ids=name_of)
def test_an_operand_has_a_derivative(op):
    """The operands that are named are those that can be tracked: a call with them records."""
    arguments = {
        np.hypot: (3.0, 4.0),
        np.linalg.solve: (np.eye(2), np.ones(2)),
        np.linspace: (0.0, 1.0),
        np.interp: (0.5, np.array([0.0, 1.0]), np.array([0.0, 1.0])),
    }[op]
    found = ac.supported(op)
    assert len(found.operands) == len(arguments)
    for k in range(len(arguments)):
        values = [ac.Variable(v) if k == i else v for i, v in enumerate(arguments)]
        assert op(*values).requires_grad


@pytest.mark.parametrize(
    "name", ["np.floor", "np.linalg.matrix_rank", "np.argmax", "np.logical_and.reduce"]
)
def test_a_constant_function_gives_a_plain_result(name):
    """What is called constant is no Variable afterwards, and not true."""
    found = ac.supported(name)
    assert found.status == "constant"
    assert not found
    op = eval(name, {"np": np})
    assert not isinstance(op(ac.Variable(np.eye(2))), ac.Variable)


def test_a_refused_function_says_what_to_do():
    """NumPy hands a Variable over and is told no; the hint is that of the error."""
    found = ac.supported("np.is_busday")
    assert found.status == "refused"
    with pytest.raises(ac.NoRuleError) as error:
        np.is_busday(ac.Variable([1.0]))
    assert found.hint == error.value.hint


@pytest.mark.parametrize("name", LIKE)
def test_conversions_say_what_to_write(name):
    """Functions that NumPy hands over with ``like=`` alone convert, and raise with a Variable."""
    found = ac.supported(name)
    assert found.status == "converts"
    assert "like=x" in found.hint
    op = getattr(np, name[3:])
    assert "like" in (op.__doc__ or "")
    x = ac.Variable(np.ones(2))
    with pytest.raises((ac.ConversionError, ValueError)):
        op((2,), x) if name == "np.full" else op(x)


@pytest.mark.parametrize(
    ("what", "hint"), [(math.sin, "np.sin"), (cmath.exp, "np.exp"), ("math.hypot", "np.hypot")]
)
def test_math_converts(what, hint):
    """Of a function of numbers the one of arrays is named."""
    found = ac.supported(what)
    assert (found.status, found.hint) == ("converts", hint)


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("interp", "np.interp"),
        ("linalg.norm", "np.linalg.norm"),
        ("numpy.linalg.norm", "np.linalg.norm"),
        ("norm", "np.linalg.norm"),
        (" np.abs ", "np.absolute"),
        ("add.reduce", "np.add.reduce"),
        ("multi_dot", "np.linalg.multi_dot"),
        ("ndarray.sum", "np.sum"),
        ("getitem", "getitem"),
    ],
)
def test_names_are_found_without_their_module(short, name):
    """A name is looked up as it is, and then in the modules whose functions have rules."""
    assert ac.supported(short).name == name


@pytest.mark.parametrize("name", ["", ".", "np.", "np.intrep", "__import__", "np.__class__", "é ü"])
def test_an_unknown_name_is_told(name):
    """What nothing bears is unknown, with near names if there are any, and never an exception."""
    found = ac.supported(name)
    assert found.status == "unknown"
    assert found.hint


def test_near_names_are_proposed():
    """A misspelled name brings the right one, whatever module stands before it."""
    assert "np.interp" in ac.supported("np.intrep").hint
    assert "np.linalg.cholesky" in ac.supported("choleski").hint


@pytest.mark.parametrize("thing", [3, [], {"a": 1}, np.pi], ids=repr)
def test_what_is_no_function_is_unknown(thing):
    """Anything may be asked for."""
    found = ac.supported(thing)
    assert found.status == "unknown"
    assert "function" in found.hint


def test_a_function_of_functions_is_traced():
    """A function of one's own has no rule and needs none."""
    found = ac.supported(lambda x: np.sin(x))
    assert found.status == "traced"
    assert ac.supported(abs).status == "traced"


def test_an_operation_of_ones_own_is_known():
    """A rule that is declared now is in the answer."""
    cube = ac.primitive(lambda x: x**3)
    ac.elementwise(cube, lambda g, x: g * 3 * x**2)
    try:
        assert ac.supported(cube).form == "elementwise"
        assert ac.supported(cube).operands == ("x",)
    finally:
        del RULES[cube]


def test_the_table_holds_every_rule():
    """Each rule has a row, the counts add up, and what is printed names them all."""
    table = ac.supported()
    assert sum(table.counts.values()) == len(table)
    assert set(table.counts) <= set(STATUS)
    missing = {of_rule(rule).name for rule in RULES.values()} - {row.name for row in table}
    assert {name for name in missing if not name.startswith("ac.scipy")} == set()
    assert table["np.sin"].form == "elementwise"
    text = str(table)
    assert text.startswith(counted(table.counts))
    assert max(map(len, text.splitlines())) <= 88
    printed = set(re.findall(r"\S+", text))
    assert {row.name for row in table} <= printed
    assert [row.section for row in table] == sorted(
        (row.section for row in table), key=list(SECTIONS).index
    )


def test_each_rule_has_one_row():
    """In a process of its own, for other tests declare rules too."""
    program = "import autograd_core as ac; print(*[row.name for row in ac.supported()], sep='\\n')"
    asked = [sys.executable, "-c", program]
    names = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
    repeated = {name for name, number in Counter(names).items() if number > 1}
    assert repeated == {"np.clip"}  # a function of NumPy's, and the ufunc that it calls


def test_a_module_gives_its_part_of_the_table():
    """A module, or its name, gives the functions that bear its name."""
    table = ac.supported(np.fft)
    assert {row.name.rpartition(".")[0] for row in table} == {"np.fft"}
    assert str(ac.supported("fft")) == str(table)
    assert str(ac.supported("np.random")) == "no function of it has a rule"


def test_the_same_answer_twice():
    """Asking changes nothing that an answer depends on."""
    assert str(ac.supported()) == str(ac.supported())


def test_without_scipy_its_functions_are_unknown(monkeypatch):
    """Where SciPy is absent, NumPy's functions are told, and how to install the others."""

    def absent(name):
        if name.split(".")[0] == "scipy" or name.startswith("autograd_core.scipy"):
            raise ImportError(name)
        return import_module(name)

    monkeypatch.setattr(support, "find_spec", lambda name: None)
    monkeypatch.setattr(support, "import_module", absent)
    assert ac.supported("np.sin").form == "elementwise"
    found = ac.supported("scipy.special.erf")
    assert found.status == "unknown"
    assert 'pip install "autograd-core[scipy]"' in found.hint
    assert "wrapper" not in {row.section for row in ac.supported()}


class TestScipy:
    """With SciPy installed."""

    @pytest.fixture(autouse=True)
    def _scipy(self):
        """These need SciPy."""
        pytest.importorskip("scipy")

    def test_special_functions_are_found_by_short_names(self):
        """Ufuncs of scipy.special are looked up after NumPy's functions."""
        found = ac.supported("gammaln")
        assert (found.name, found.form) == ("scipy.special.gammaln", "elementwise")
        assert ac.supported("scipy.special.jv").others == ("v",)
        assert ac.supported("scipy.special.elliprj").status == "refused"

    def test_a_wrapper_is_named_for_what_converts(self):
        """SciPy's own logsumexp converts its argument; the wrapper takes its place."""
        import scipy.special

        found = ac.supported(scipy.special.logsumexp)
        assert (found.status, found.hint) == ("converts", "ac.scipy.special.logsumexp")
        assert ac.supported(ac.scipy.special.logsumexp).operands == ("a",)
        assert ac.supported("ac.scipy.linalg.expm").form == "pullback"

    def test_what_is_written_in_ufuncs_is_traced(self):
        """softplus is differentiable as it is, without a rule."""
        assert ac.supported("scipy.special.softplus").status == "traced"

    def test_distributions_stand_in_the_table(self):
        """A distribution is an object with functions, and bears the name of its module."""
        assert ac.supported()["ac.scipy.stats.norm"].section == "wrapper"
