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


@pytest.mark.parametrize(
    ("op", "constants"),
    [(sp.erf, ()), (sp.xlogy, (2.0,)), (sp.jv, (1.5,)), (sp.elliprd, (1.0, 2.0))],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_options(op, constants):
    """Those of every ufunc are honored: dtype, casting, out, where with out."""
    x = np.array([0.3, 0.6, 0.9])

    def same(call):
        v = ac.Variable(x)
        y, expected = call(v, ac.Variable(np.zeros(3), requires_grad=False)), call(x, np.zeros(3))
        assert y.dtype == expected.dtype
        np.testing.assert_allclose(plain(y), expected, rtol=1e-6 if y.dtype == "f4" else 2e-15)
        y.sum().backward()
        return v.grad

    usual = same(lambda x, out: op(*constants, x))
    single = same(lambda x, out: op(*constants, x, dtype=np.float32))
    np.testing.assert_allclose(single, usual, rtol=1e-5)
    np.testing.assert_array_equal(same(lambda x, out: op(*constants, x, out=out)), usual)
    np.testing.assert_array_equal(same(lambda x, out: op(*constants, x, casting="unsafe")), usual)
    where = np.array([True, False, True])
    v, out = ac.Variable(x), ac.Variable(np.zeros(3), requires_grad=False)
    y = op(*constants, v, out=out, where=where)  # SciPy 1.17 itself skips entries of arrays here
    np.testing.assert_allclose(y.data, op(*constants, x) * where, rtol=2e-15)
    y.sum().backward()
    np.testing.assert_allclose(v.grad, usual * where, rtol=1e-14)


def test_several_results_into_arrays():
    """Each result of a call may be given a place; a place of None is none."""
    v = ac.Variable(np.array([0.3, 0.6]))
    place = ac.Variable(np.zeros(2), requires_grad=False)

    sine, cosine = sp.sici(v, out=(place, None))
    assert sine is place
    (sine + cosine).sum().backward()
    x = v.data
    np.testing.assert_allclose(v.grad, np.sin(x) / x + np.cos(x) / x, rtol=1e-14)


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


EXACT = {  # the derivative by mpmath's own function of the same meaning, at several places
    "erf": ("erf", [-3.0, 0.2, 5.0]),
    "erfc": ("erfc", [-3.0, 0.2, 9.0]),
    "erfi": ("erfi", [-2.0, 0.2, 5.0]),
    "erfinv": ("erfinv", [-0.99, 0.2, 0.9999]),
    "erfcx": (lambda m: lambda x: m.exp(x * x) * m.erfc(x), [-3.0, 0.2, 6.0, 14.0, 40.0]),
    "dawsn": (lambda m: lambda x: m.sqrt(m.pi) / 2 * m.exp(-x * x) * m.erfi(x), [0.2, 6.0, 40.0]),
    "ndtr": ("ncdf", [-8.0, 0.3, 3.0]),
    "log_ndtr": (lambda m: lambda x: m.log(m.ncdf(x)), [-30.0, -2.0, 0.5, 6.0]),
    "gamma": ("gamma", [-2.5, 0.1, 3.3, 60.0]),
    "loggamma": ("loggamma", [0.1, 3.3, 1e5]),
    "rgamma": ("rgamma", [-3.0, -2.5, 0.0, 0.4, 0.6, 30.0]),
    "psi": ("psi0", [-2.5, 0.1, 3.3, 1e4]),
    "j0": ("j0", [-4.0, 0.3, 30.0]),
    "j1": ("j1", [-4.0, 0.3, 30.0]),
    "ellipk": ("ellipk", [-5.0, -1e-9, 0.0, 1e-5, 0.4, 0.999]),
    "ellipe": ("ellipe", [-5.0, -1e-9, 0.0, 1e-5, 0.4, 0.999]),
    "expi": ("ei", [-3.0, 0.3, 20.0]),
    "exp1": ("e1", [0.01, 0.3, 20.0]),
    "spence": (lambda m: lambda x: m.polylog(2, 1 - x), [0.1, 0.9999999, 1.0, 1.000001, 1.9]),
    "exprel": (lambda m: lambda x: m.expm1(x) / x, [-30.0, -1e-9, 1e-5, 0.99, 20.0]),
    "expit": (lambda m: lambda x: 1 / (1 + m.exp(-x)), [-700.0, -1.0, 0.0, 30.0]),
    "log_expit": (lambda m: lambda x: -m.log1p(m.exp(-x)), [-30.0, 0.0, 40.0]),
    "ber": (lambda m: lambda x: m.ber(0, x), [0.3, 5.0]),
    "struve0": (lambda m: lambda x: m.struveh(0, x), [0.3, 5.0]),
    "lambertw": ("lambertw", [-0.3, 0.0, 0.3, 1e6]),
    "agm": (lambda m: lambda x: m.agm(x, 2), [0.1, 1.999999, 2.0, 50.0]),
}
OURS = {
    "struve0": lambda x: sp.struve(0, x),
    "lambertw": lambda x: np.real(sp.lambertw(x)),
    "agm": lambda x: sp.agm(x, 2.0),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", EXACT)
def test_digits(name):
    """First and second derivatives have eleven digits wherever they are taken."""
    mpmath = pytest.importorskip("mpmath")
    theirs, places = EXACT[name]
    ours = OURS.get(name) or getattr(sp, name)
    with mpmath.workdps(60):
        if isinstance(theirs, str):
            theirs = mpmath.digamma if theirs == "psi0" else getattr(mpmath, theirs)
        else:
            theirs = theirs(mpmath)
        for x in places:
            at = mpmath.mpf(x)
            h = mpmath.mpf(10) ** -20 * max(1, abs(at))
            first = (theirs(at + h) - theirs(at - h)) / (2 * h)
            second = (theirs(at + h) - 2 * theirs(at) + theirs(at - h)) / h**2 if x else None
            np.testing.assert_allclose(ac.grad(ours)(x), float(mpmath.re(first)), rtol=1e-11)
            if second is not None:
                actual = ac.grad(ac.grad(ours))(x)
                np.testing.assert_allclose(actual, float(mpmath.re(second)), rtol=1e-9, atol=1e-290)


TORCH = [
    sp.entr, sp.erf, sp.erfc, sp.erfcx, sp.erfinv, sp.exp2, sp.expit, sp.expm1, sp.gammaln, sp.i0,
    sp.i0e, sp.i1, sp.i1e, sp.log_ndtr, sp.logit, sp.log1p, sp.ndtr, sp.ndtri, sp.psi, sp.xlogy,
    sp.xlog1py,
]  # fmt: skip
JAX = [
    sp.beta, sp.betaln, sp.betainc, sp.entr, sp.erf, sp.erfc, sp.erfinv, sp.exp1, sp.expi, sp.expit,
    sp.gamma, sp.gammaln, sp.gammainc, sp.gammaincc, sp.i0, sp.i0e, sp.i1, sp.i1e, sp.kl_div,
    sp.log_ndtr, sp.logit, sp.ndtr, sp.ndtri, sp.psi, sp.rel_entr, sp.spence, sp.xlogy, sp.xlog1py,
    sp.poch, sp.hyp1f1,
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("package", ["torch", "jax"])
@pytest.mark.parametrize("op", dict.fromkeys([*TORCH, *JAX]), ids=lambda op: op.__name__)
def test_peers_agree(op, package):
    """PyTorch and JAX, where they have the function, say the same by the last argument."""
    peer, name = pytest.importorskip(package), op.__name__
    if op not in {"torch": TORCH, "jax": JAX}[package]:
        pytest.skip(f"{package} has no {name}")
    x = np.array([0.15, 0.4, 0.8])
    others = [1.3, 0.7][: op.nin - 1]
    actual = ac.grad(lambda x: np.sum(op(*others, x)))(x)
    if package == "torch":
        t = peer.tensor(x, requires_grad=True)
        constants = [peer.tensor(o, dtype=t.dtype) for o in others]
        getattr(peer.special, name)(*constants, t).sum().backward()
        expected = t.grad.numpy()
    else:
        peer.config.update("jax_enable_x64", True)
        theirs = getattr(peer.scipy.special, {"psi": "digamma"}.get(name, name))
        expected = peer.grad(lambda x: theirs(*others, x).sum())(x)
        peer.config.update("jax_enable_x64", False)
    np.testing.assert_allclose(actual, expected, rtol=1e-8)
