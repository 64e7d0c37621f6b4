"""Mathieu, parabolic cylinder and spheroidal functions: each rule, by SciPy's two results."""

from functools import partial

import numpy as np
import pytest
from harness import by_last as any_by_last
from harness import checks

sp = pytest.importorskip("scipy.special")

import autograd_core as ac  # noqa: E402

by_last = partial(any_by_last, dtypes=())  # in float32 SciPy 1.17 gives nan, or never ends
MATHIEU = [sp.mathieu_cem, sp.mathieu_sem]
MODIFIED = [sp.mathieu_modcem1, sp.mathieu_modcem2, sp.mathieu_modsem1, sp.mathieu_modsem2]
CV = {"p": sp.pro_cv(1, 2, 1.5), "o": sp.obl_cv(1, 2, 1.5)}
SECOND_KIND = [  # of which SciPy's own values have five digits, and for other parameters none
    (sp.pro_rad2, 1, 1, 3.0),
    (sp.obl_rad2, 1, 1, 3.0),
    (sp.pro_rad2_cv, 1, 1, 3.0, sp.pro_cv(1, 1, 3.0)),
    (sp.obl_rad2_cv, 1, 1, 3.0, sp.obl_cv(1, 1, 3.0)),
]
CASES = [
    *(by_last(op, 2, 0.7, low=20, high=70) for op in MATHIEU),
    *(by_last(op, 2, 0.7, low=0.4, high=1.2) for op in MODIFIED),
    by_last(sp.pbdv, 1.3, low=0.3, high=2),
    by_last(sp.pbvv, 1.3, low=0.3, high=2),
    by_last(sp.pbwa, 0.7, low=0.3, high=2),
    *(by_last(op, 1, 2, 1.5, low=0.2, high=0.8) for op in (sp.pro_ang1, sp.obl_ang1)),
    *(by_last(op, 1, 2, 1.5, low=1.3, high=2) for op in (sp.pro_rad1,)),
    *(by_last(op, 1, 2, 1.5, low=0.3, high=2) for op in (sp.obl_rad1,)),
    by_last(sp.pro_ang1_cv, 1, 2, 1.5, CV["p"], low=0.2, high=0.8),
    by_last(sp.obl_ang1_cv, 1, 2, 1.5, CV["o"], low=0.2, high=0.8),
    by_last(sp.pro_rad1_cv, 1, 2, 1.5, CV["p"], low=1.3, high=2),
    by_last(sp.obl_rad1_cv, 1, 2, 1.5, CV["o"], low=0.3, high=2),
    *(by_last(*call, low=1.4, high=2, skip=["reverse", "forward", "second", "zoo"])
      for call in SECOND_KIND),
]  # fmt: skip


@checks(CASES)
def test_rule(check, case, options):
    """Each rule is right: value, both modes, both orders, every kind of input."""
    check(case, options)


@pytest.mark.parametrize("call", SECOND_KIND, ids=lambda call: call[0].__name__)
def test_radial_functions_of_the_second_kind(call):
    """The first result has the second for a derivative; the second what differences of it say."""
    op, *constants = call
    x, h = 1.7, 1e-3

    assert ac.grad(lambda x: op(*constants, x)[0])(x) == op(*constants, x)[1]
    expected = (op(*constants, x + h)[1] - op(*constants, x - h)[1]) / (2 * h)
    actual = ac.grad(lambda x: op(*constants, x)[1])(x)
    np.testing.assert_allclose(actual, expected, rtol=1e-3)


def test_parameters_are_refused():
    """The derivative by an order or a parameter of the equation raises at the call."""
    with pytest.raises(ac.NoRuleError, match="mathieu_cem has no derivative by 'q'"):
        sp.mathieu_cem(2, ac.Variable(0.7), 30.0)
    with pytest.raises(ac.NoRuleError, match="custom_gradient"):
        sp.mathieu_a(2, ac.Variable(0.7))
