"""What gradcheck compares, what it excuses, and what it says of a failure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np

from ..errors import GradcheckError
from ..transforms import jvp, vjp
from .differences import VectorFunction, complex_step, directional, is_far, one_sided, unsettled
from .guesses import guess
from .problem import Problem, Vector, pack, unpack

FULL = 100  # up to so many entries the whole Jacobian is compared
DIRECTIONS = 3  # drawn at random for every function
SHOWN = 5  # entries in a table
SIZABLE = 1e-3  # what counts as a difference between the two sides of a kink, or as a scale
SURE = 1e-4  # the relative error up to which differences say something


@dataclass
class Report:
    """What gradcheck compared: the worst relative error of each comparison, and notes."""

    title: str
    errors: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        rows = [f"  {what:<13} ok, to {_rounded(worst)}" for what, worst in self.errors.items()]
        return "\n".join([self.title, *rows, *(f"  note: {note}" for note in self.notes)])


def _rounded(error: float) -> str:
    """An error as a power of ten; differences cannot resolve less than 1e-9."""
    return f"1e{int(np.ceil(np.log10(max(error, 1e-9)))):03d}"


def _same_bits(some: Sequence[Any], others: Sequence[Any]) -> bool:
    return all(a.tobytes() == b.tobytes() for a, b in zip(some, others, strict=True))


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural if it takes it.

    >>> counted(1, "input"), counted(2, "input")
    ('1 input', '2 inputs')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class Check:
    """The comparisons of one gradcheck; the first that fails raises GradcheckError."""

    def __init__(
        self, problem: Problem, rtol: float, atol: float, rng: np.random.Generator
    ) -> None:
        self.problem, self.rtol, self.atol, self.rng = problem, rtol, atol, rng
        self.n, self.m = problem.x.size, pack(problem.outputs).size
        dtypes = ", ".join(sorted({point.dtype.name for point in problem.points}))
        self.report = Report(
            f"gradcheck of {problem.name}: {counted(self.n, 'input')}, "
            f"{counted(self.m, 'output')}, {dtypes}, tolerance {rtol:.0e}"
        )

    def directions(self, size: int) -> list[Vector]:
        """Random vectors."""
        return [self.rng.standard_normal(size) for _ in range(DIRECTIONS)]

    @cached_property
    def pairs(self) -> list[tuple[Vector, Vector, Vector, Vector]]:
        """Random u and t, with J t by differences and its error."""
        directions = zip(self.directions(self.m), self.directions(self.n), strict=True)
        return [(u, t, *directional(self.problem.value, self.problem.x, t)) for u, t in directions]

    def numeric(self) -> tuple[Vector, Vector]:
        """The whole Jacobian (m, n) by differences, and its error."""
        columns = [directional(self.problem.value, self.problem.x, t) for t in np.eye(self.n)]
        values, errors = zip(*columns, strict=True)
        return np.stack(values, axis=1), np.stack(errors, axis=1)

    def backward(self) -> None:
        """Reverse mode: every entry of a small Jacobian, and random directions."""
        pulled = []
        for u, t, v, e in self.pairs:
            ours = pack(self.problem.pulled(u)) @ t
            pulled.append((u @ v, self.along(u, t, ours, u @ v, e @ abs(u)), ours, t))
        self.agreeing = sum(
            bool(abs(ours - v) <= self.slack(max(abs(v), SIZABLE), e)) for v, e, ours, _ in pulled
        )
        if 0 < self.n * self.m <= FULL:
            rows = np.stack([pack(self.problem.pulled(u)) for u in np.eye(self.m)])
            numeric, error = self.numeric()
            for k, t in enumerate(np.eye(self.n)):
                error[:, k] = self.doubted(
                    self.problem.value, t, rows[:, k], numeric[:, k], error[:, k]
                )
            self.entries("backward", rows, numeric, error)
        for value, error, ours, t in pulled:
            self.direction("backward", ours, value, error, t)

    def forward(self) -> None:
        """Forward mode against differences, and against reverse mode: ⟨u, J t⟩ = ⟨Jᵀ u, t⟩."""
        for u, t, value, error in self.pairs:
            ours = u @ self.problem.pushed(t)
            error = self.along(u, t, ours, u @ value, abs(u) @ error)
            self.direction("forward", ours, u @ value, error, t)
            self.agree("forward and backward", ours, pack(self.problem.pulled(u)) @ t)

    def second(self) -> None:
        """Second derivatives of ⟨u, F⟩: differences of the first, both modes, and symmetry."""
        u, points = self.rng.standard_normal(self.m), self.problem.points
        gradient, products = self.problem.gradient(u), []
        for t in self.directions(self.n):
            tangents = tuple(unpack(t, points))
            curvature = pack(vjp(gradient, *points)[1](tangents))
            slope = partial(self.problem.slope, u)
            value, error = directional(slope, self.problem.x, t)
            error = self.doubted(slope, t, curvature, value, error)
            self.entries("second order", curvature[None], value[None], error[None])
            along = pack(jvp(gradient, tuple(points), tangents)[1])
            self.agree("forward and backward, second order", t @ along, t @ curvature)
            products.append((t, curvature))
        (s, hs), (t, ht), *_ = products
        self.agree("the two sides of the symmetric Hessian", s @ ht, t @ hs)

    def form(self) -> None:
        """Shapes and dtypes, the same bits again, and nothing written that is not the rule's."""
        problem, name = self.problem, self.problem.name
        u = self.rng.standard_normal(self.m)
        cotangent, before = tuple(unpack(u, problem.outputs)), pack(problem.points)
        once, (_, pullback) = problem.pulled(u), vjp(problem.call, *problem.points)
        for point, g in zip(problem.points, once, strict=True):
            if (g.shape, g.dtype) != (point.shape, point.dtype):
                what = f"{g.shape} {g.dtype} for an input of {point.shape} {point.dtype}"
                raise self.failure(f"A gradient of {name} has another form: {what}.")
        if not _same_bits(once, twice := pullback(cotangent)):
            raise self.failure(f"Two runs of {name} gave different gradients.")
        if not _same_bits(twice, pullback(cotangent)):
            raise self.failure(f"A rule of {name} writes into what the tape keeps.")
        spare = [np.zeros_like(y) for y in problem.outputs]
        _, pullback = vjp(problem.added, problem.points, spare)
        if not _same_bits(cotangent, pullback(cotangent)[1]):
            raise self.failure(f"A rule of {name} writes into the cotangent that it is given.")
        if not _same_bits([pack(problem.points)], [before]):
            raise self.failure(f"{name} changes its inputs.")

    # --- ours against theirs ---
    def slack(self, scale: Any, error: Any) -> Any:
        """How far ours may be from a difference, whose own error counts up to a part."""
        return self.atol + self.rtol * scale + 10 * np.minimum(error, SURE * scale)

    def along(self, u: Vector, t: Vector, ours: Any, value: Any, error: Any) -> Any:
        """The error of ⟨u, J t⟩ by differences, a number; infinite where they mean nothing."""

        def product(x: Vector) -> Vector:
            return np.atleast_1d(u @ self.problem.value(x))

        return self.doubted(product, t, *map(np.atleast_1d, (ours, value, error)))[0]

    def doubted(
        self, f: VectorFunction, t: Vector, ours: Vector, value: Vector, error: Vector
    ) -> Vector:
        """The error (m,) of differences along t, infinite where they say nothing against ours.

        Of what oscillates within the steps, such as sin at 1e20, differences are a number too. It
        is not believed where a much smaller step gives another, and a complex step agrees with
        ours or zero is far; nor where rounding of the value hides the difference.
        """
        if np.all(np.abs(ours - value) <= self.atol + self.rtol * np.abs(value)):
            return error
        x = self.problem.x
        apart, hidden = unsettled(f, x, t, ours, value)
        exact = complex_step(f, x, t, value.shape)
        agrees = np.abs(ours - exact) <= self.atol + self.rtol * np.abs(exact)
        return np.where(apart & (agrees | is_far(x, t)) | hidden, np.inf, error)

    def passed(self, what: str, error: float) -> None:
        """Remember the worst error of a comparison."""
        self.report.errors[what] = max(self.report.errors.get(what, 0.0), float(error))

    def agree(self, what: str, one: Any, other: Any) -> None:
        """Two results of ours must agree to rounding."""
        if not (np.isfinite(one) and np.isfinite(other)):
            self.note(f"{what}: not finite here")
        elif abs(one - other) > self.atol + self.rtol * max(abs(one), abs(other), 1.0):
            raise self.failure(f"Of {self.problem.name}, {what} differ: {one:.6g} and {other:.6g}.")

    def direction(self, what: str, ours: Any, value: Any, error: Any, t: Vector) -> None:
        """A product in one random direction against its difference."""
        scale = max(abs(value), SIZABLE)
        if abs(ours - value) <= self.slack(scale, error):
            self.passed(what, abs(ours - value) / scale)
        elif not error <= SURE * scale:
            self.note(f"{what}: differences say nothing in a random direction")
        elif self.is_kinked(t):
            self.note(f"{what}: a kink lies in a random direction")
        else:
            raise self.failure(
                f"{what} of {self.problem.name} is wrong in a random direction: {ours:.6g}, "
                f"by differences {value:.6g}."
            )

    def entries(self, what: str, ours: Vector, numeric: Vector, error: Vector) -> None:
        """A matrix (rows, n) against its differences, relative to the largest entry of a row."""
        numeric = np.where(np.isfinite(numeric), numeric, np.nan)
        scale = np.fmax.reduce(np.abs(numeric), axis=1, keepdims=True, initial=SIZABLE)
        bad = ~(np.abs(ours - numeric) <= self.slack(scale, error))
        relative = np.where(bad, 0, np.abs(ours - numeric) / scale)
        if bad.any():
            bad &= ~self.excused(what, ours, numeric, bad, ~(error <= SURE * scale))
        for name, point, place in self.problem.places():
            if bad[:, place].any():
                parts = [part[:, place] for part in (ours, numeric, bad)]
                self.worst_error = float(np.max(error[:, place][bad[:, place]]))
                raise self.table(f"{what} of {self.problem.name}", name, point, *parts)
        self.passed(what, np.max(relative, initial=0.0))

    def excused(
        self, what: str, ours: Vector, numeric: Vector, bad: Vector, unsure: Vector
    ) -> Vector:
        """Entries of which differences say nothing, or that lie between the sides of a kink."""
        excused = unsure | np.isnan(numeric).any(axis=0)  # 0 times infinity beside an infinity
        if what == "backward":
            for k in np.flatnonzero(bad.any(axis=0)):
                left, right = one_sided(self.problem.value, self.problem.x, np.eye(self.n)[k])
                least, most = np.minimum(left, right), np.maximum(left, right)
                room = SIZABLE * (1 + np.maximum(abs(left), abs(right)))
                between = (least - room <= ours[:, k]) & (ours[:, k] <= most + room)
                excused[:, k] |= (most - least > room) & between
        number = int((bad & excused).sum())
        if number:
            values = counted(number, "value")
            reasons = "a kink, no finite derivative, or differences that say nothing"
            self.note(f"{what}: {values} left out: {reasons}")
        return excused

    def is_kinked(self, t: Vector) -> bool:
        """Whether the derivatives along t from the two sides differ."""
        left, right = one_sided(self.problem.value, self.problem.x, t)
        return bool(np.any(abs(left - right) > SIZABLE * (1 + np.maximum(abs(left), abs(right)))))

    def note(self, text: str) -> None:
        """Add a note, once."""
        if text not in self.report.notes:
            self.report.notes.append(text)

    # --- failures ---
    def failure(self, what: str) -> GradcheckError:
        """The error, with the report of what was well until then."""
        error = GradcheckError(what, hint="ac.gradcheck of its parts, one operation at a time")
        error.report = self.report  # type: ignore[attr-defined]
        return error

    def table(
        self, what: str, name: str, point: Vector, ours: Vector, numeric: Vector, bad: Vector
    ) -> GradcheckError:
        """The error with the worst entries and a guess at the mistake."""
        gap = np.where(bad, np.nan_to_num(np.abs(ours - numeric), nan=np.inf), -1)
        relative = np.abs(ours - numeric) / np.abs(numeric)
        rows: list[Sequence[str]] = [("entry", "analytic", "numeric", "relative error")]
        for place in np.argsort(-gap, axis=None, kind="stable")[: min(SHOWN, int(bad.sum()))]:
            row, column = np.unravel_index(place, bad.shape)
            numbers = [f"{part[row, column]:.5g}" for part in (ours, numeric, relative)]
            rows.append([self.entry(point, int(row), int(column)), *numbers])
        text = ["  " + " ".join(f"{cell:<14}" for cell in row).rstrip() for row in rows]
        text.append(f"  {int(bad.sum())} of {bad.size} entries differ; worst first")
        if what.startswith("backward"):
            text.append(
                f"  random directions: {self.agreeing} of {DIRECTIONS} agree (tolerance "
                f"{self.rtol:.0e}); the numeric side is sure to {max(self.worst_error, 1e-16):.0e}"
            )
        looks = guess(ours, numeric, point)
        text += [f"  looks like: {looks}"] if looks else []
        return self.failure("\n".join([f"{what} is wrong for {name}.", *text]))

    def entry(self, point: Vector, row: int, column: int) -> str:
        """Where an entry stands: the output, if there are several, and the index of the input."""
        part = ""
        if point.dtype.kind == "c":
            column, imaginary = divmod(column, 2)
            part = " imag" if imaginary else " real"
        index = tuple(map(int, np.unravel_index(column, point.shape))) if point.shape else ()
        return (f"out {row}, " if self.m > 1 else "") + f"{index}{part}"
