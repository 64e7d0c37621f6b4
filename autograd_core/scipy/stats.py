"""scipy.stats on Variables: densities and distribution functions, with loc and scale.

Each object has the name and the methods of SciPy's, frozen ones included, as in
``norm(loc, scale).logpdf(x)``. Arrays go to SciPy; Variables through the formulas below, which are
SciPy's own, in ufuncs of ``scipy.special`` and with their derivatives. Outside of the support
densities are zero, and derivatives too.

Source: N. Johnson, S. Kotz and N. Balakrishnan, "Continuous univariate distributions" (1994).
"""

import math
from collections.abc import Callable
from functools import partial
from inspect import Parameter, Signature
from typing import Any

import numpy as np

from ..errors import NoRuleError, require
from ..transforms.call import is_tracked, value_of
from ..variable import Variable
from .linalg import solve_triangular

STATS = require("scipy.stats", extra="scipy", feature="autograd_core.scipy.stats")
SPECIAL = require("scipy.special", extra="scipy", feature="autograd_core.scipy.stats")
LOG_2PI = math.log(2 * math.pi)

Formula = Callable[..., Any]


class Distribution:
    """A distribution of SciPy's; called with parameters, one that has them fixed.

    Args:
        name: SciPy's.
        signature: the arguments of its methods.
        methods: what is computed, by name, from all arguments.
    """

    def __init__(self, name: str, signature: str, methods: dict[str, Formula]) -> None:
        self.name, self.scipys, self.formulas = name, getattr(STATS, name), methods
        parameters = []
        for word in signature.split():
            key, given, default = word.partition("=")
            value = Parameter.empty if not given else None if default == "None" else int(default)
            parameters.append(Parameter(key, Parameter.POSITIONAL_OR_KEYWORD, default=value))
        self.signature = Signature(parameters)
        for method in methods:
            setattr(self, method, partial(self.evaluated, method))

    def evaluated(self, method: str, *args: Any, **kwds: Any) -> Any:
        """A method, of arrays by SciPy and of Variables by a formula."""
        values = (*args, *kwds.values())
        if not any(isinstance(value, Variable) for value in values):
            return getattr(self.scipys, method)(*args, **kwds)
        bound = self.signature.bind(*args, **kwds)
        bound.apply_defaults()
        return self.formulas[method](*bound.arguments.values())

    def __call__(self, *args: Any, **kwds: Any) -> "Frozen":
        """The distribution with these parameters."""
        return Frozen(self, args, kwds)

    def __repr__(self) -> str:
        return f"autograd_core.scipy.stats.{self.name}"


class Frozen:
    """A distribution with fixed parameters: its methods take what is left."""

    def __init__(self, whole: Distribution, args: tuple[Any, ...], kwds: dict[str, Any]) -> None:
        self.dist, self.args, self.kwds = whole, args, kwds
        for method in whole.formulas:
            setattr(self, method, partial(self.evaluated, method))

    def evaluated(self, method: str, x: Any) -> Any:
        """A method at x."""
        return self.dist.evaluated(method, x, *self.args, **self.kwds)


# --- continuous, of one variable ------------------------------------------------------------------
def log_of(part: Any, rest: Any) -> Any:
    """The logarithm of a probability, by that of its complement where this is the smaller one."""
    small = part < 0.5
    return np.where(small, np.log(np.where(small, part, 0.5)), np.log1p(-np.where(small, 0, rest)))


def continuous(
    name: str,
    shapes: str,
    logpdf: Formula,
    cdf: Formula,
    sf: Formula,
    support: tuple[float, float] = (-math.inf, math.inf),
    **others: Formula,
) -> Distribution:
    """A distribution by formulas in the standardized variable, from ``support``, and the shapes."""
    low, high = support
    middle = 0.5 if high == 1 else 1.0
    ends = {"pdf": (0, 0), "logpdf": (-math.inf, -math.inf), "cdf": (0, 1), "sf": (1, 0),
            "logcdf": (-math.inf, 0), "logsf": (0, -math.inf)}  # fmt: skip
    formulas = {
        "logpdf": logpdf,
        "pdf": lambda *values: np.exp(logpdf(*values)),
        "cdf": cdf,
        "sf": sf,
        "logcdf": lambda *values: log_of(cdf(*values), sf(*values)),
        "logsf": lambda *values: log_of(sf(*values), cdf(*values)),
        **others,
    }

    def method(kind: str, x: Any, *parameters: Any) -> Any:
        *shapes, loc, scale = parameters
        z = (x - loc) / scale
        valid = (scale > 0) & ~np.isnan(value_of(z))
        for shape in shapes:
            valid = valid & (shape > 0)
        below, above = (z < low), (z > high)
        inside = valid & ~(below | above)
        safe = [np.where(valid, shape, 1.0) for shape in shapes]
        value = formulas[kind](np.where(inside, z, middle), *safe)
        if kind == "pdf":
            value = value / scale
        elif kind == "logpdf":
            value = value - np.log(np.where(valid, scale, 1.0))
        before, after = ends[kind]
        value = np.where(inside, value, np.where(below, before, np.where(above, after, math.nan)))
        return np.where(valid, value, math.nan)

    signature = f"x {shapes} loc=0 scale=1"
    return Distribution(name, signature, {kind: partial(method, kind) for kind in formulas})


norm = continuous(
    "norm",
    "",
    logpdf=lambda z: -(z**2) / 2 - LOG_2PI / 2,
    pdf=lambda z: np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi),
    cdf=lambda z: SPECIAL.ndtr(z),
    sf=lambda z: SPECIAL.ndtr(-z),
    logcdf=lambda z: SPECIAL.log_ndtr(z),
    logsf=lambda z: SPECIAL.log_ndtr(-z),
)


def t_logpdf(z: Any, df: Any) -> Any:
    """Student's density; that of the normal distribution for infinitely many degrees."""
    finite = np.isfinite(value_of(df))
    df = np.where(finite, df, 1.0)
    bulk = np.log(SPECIAL.poch(0.5 * df, 0.5)) - 0.5 * (np.log(df) + math.log(math.pi))
    student = bulk - (df + 1) / 2 * np.log1p(z * z / df)
    return np.where(finite, student, -(z**2) / 2 - LOG_2PI / 2)


t = continuous(
    "t",
    "df",
    logpdf=t_logpdf,
    cdf=lambda z, df: SPECIAL.stdtr(df, z),
    sf=lambda z, df: SPECIAL.stdtr(df, -z),
)
beta = continuous(
    "beta",
    "a b",
    logpdf=lambda z, a, b: (
        SPECIAL.xlog1py(b - 1.0, -z) + SPECIAL.xlogy(a - 1.0, z) - SPECIAL.betaln(a, b)
    ),
    cdf=lambda z, a, b: SPECIAL.betainc(a, b, z),
    sf=lambda z, a, b: SPECIAL.betaincc(a, b, z),
    support=(0.0, 1.0),
)
gamma = continuous(
    "gamma",
    "a",
    logpdf=lambda z, a: SPECIAL.xlogy(a - 1.0, z) - z - SPECIAL.gammaln(a),
    cdf=lambda z, a: SPECIAL.gammainc(a, z),
    sf=lambda z, a: SPECIAL.gammaincc(a, z),
    support=(0.0, math.inf),
)
chi2 = continuous(
    "chi2",
    "df",
    logpdf=lambda z, df: (
        SPECIAL.xlogy(df / 2 - 1, z) - z / 2 - SPECIAL.gammaln(df / 2) - math.log(2) * df / 2
    ),
    cdf=lambda z, df: SPECIAL.chdtr(df, z),
    sf=lambda z, df: SPECIAL.chdtrc(df, z),
    support=(0.0, math.inf),
)


# --- discrete -------------------------------------------------------------------------------------
def poisson_method(kind: str, k: Any, mu: Any, loc: Any) -> Any:
    """A method by the mean; what is counted has no derivative.

    Raises:
        NoRuleError: k or loc is tracked.
    """
    for name, value in (("k", k), ("loc", loc)):
        if is_tracked(value):
            raise NoRuleError(
                f"poisson.{kind} has no derivative by {name!r}.",
                "it counts, in whole numbers.",
                f"{name}={name}.detach()",
            )
    count = np.asarray(value_of(k)) - np.asarray(value_of(loc))
    valid = (mu >= 0) & ~np.isnan(count)
    mu, whole = np.where(valid, mu, 1.0), np.floor(count)
    if kind in ("pmf", "logpmf"):
        inside = (count >= 0) & (count == whole)
        safe = np.where(inside, count, 0)
        log = SPECIAL.xlogy(safe, mu) - SPECIAL.gammaln(safe + 1) - mu
        value = np.where(inside, log, -math.inf) if kind == "logpmf" else np.exp(log) * inside
    else:
        below, safe = count < 0, np.maximum(whole, 0)
        function, outside = (SPECIAL.pdtr, 0) if "cdf" in kind else (SPECIAL.pdtrc, 1)
        value = np.where(below, outside, function(np.where(np.isnan(safe), 0, safe), mu))
        value = np.log(value) if "log" in kind else value
    return np.where(valid, value, math.nan)


POISSON = ("pmf", "logpmf", "cdf", "logcdf", "sf", "logsf")
poisson = Distribution(
    "poisson", "k mu loc=0", {kind: partial(poisson_method, kind) for kind in POISSON}
)


# --- of several variables -------------------------------------------------------------------------
def dirichlet_logpdf(x: Any, alpha: Any) -> Any:
    """Σ (α - 1) log x - log B(α); the last component may be left out of x."""
    STATS.dirichlet.logpdf(value_of(x), value_of(alpha))  # for its errors
    if np.shape(x)[0] + 1 == np.shape(alpha)[0]:
        x = np.concatenate([x, (1 - np.sum(x, axis=0))[None]])
    log_beta = np.sum(SPECIAL.gammaln(alpha)) - SPECIAL.gammaln(np.sum(alpha))
    powers = np.reshape(alpha - 1, (-1,) + (1,) * (np.ndim(x) - 1))
    return np.squeeze(np.sum(SPECIAL.xlogy(powers, x), axis=0)) - log_beta


dirichlet = Distribution(
    "dirichlet",
    "x alpha",
    {
        "logpdf": dirichlet_logpdf,
        "pdf": lambda x, alpha: np.exp(dirichlet_logpdf(x, alpha)),
    },
)


def normal_logpdf(x: Any, mean: Any, cov: Any, allow_singular: Any) -> Any:
    """By the Cholesky factor of the covariance, of which the lower triangle is read.

    Raises:
        NoRuleError: with allow_singular, or for a Covariance object.
        ValueError: SciPy's, for parameters that do not fit; numpy.linalg.LinAlgError, for a
            covariance that is not positive definite.
    """
    if allow_singular or isinstance(cov, STATS.Covariance):
        given = "allow_singular=True" if allow_singular else "cov=Covariance(...)"
        raise NoRuleError(
            f"multivariate_normal.logpdf(..., {given}) is not differentiable with this option; "
            "it is without it.",
            hint="cov as a matrix, positive definite",
        )
    plain = [None if value is None else value_of(value) for value in (x, mean, cov)]
    STATS.multivariate_normal.logpdf(*plain)  # for its errors
    cov = 1.0 if cov is None else cov
    if mean is None:
        mean = np.zeros(np.shape(cov)[0] if np.ndim(cov) == 2 else 1)
    n = np.size(mean)
    if np.ndim(cov) < 2 and n > 1:
        cov = cov * np.eye(n)
    factor = np.linalg.cholesky(np.reshape(cov, (n, n)))
    if np.ndim(x) == 0 or (np.ndim(x) == 1 and n == 1):
        x = np.reshape(x, (-1, 1))
    away = x - np.reshape(mean, n)
    rows = np.reshape(away, (-1, n))
    lengths = np.sum(solve_triangular(factor, rows.T, lower=True) ** 2, axis=0)
    logdet = 2 * np.sum(np.log(np.diagonal(factor)))
    return np.squeeze(np.reshape(-0.5 * (n * LOG_2PI + logdet + lengths), away.shape[:-1]))


multivariate_normal = Distribution(
    "multivariate_normal",
    "x mean=None cov=1 allow_singular=0",
    {
        "logpdf": normal_logpdf,
        "pdf": lambda *values: np.exp(normal_logpdf(*values)),
    },
)

__all__ = ["beta", "chi2", "dirichlet", "gamma", "multivariate_normal", "norm", "poisson", "t"]
