"""Random programs: right, or refused at the call by an error of ours."""

import os
import warnings
from collections import Counter

import numpy as np
import pytest
from harness import at_a_kink, plain, richardson
from programs import COMMON, GRAMMAR, draw, other_door, shrink

import autograd_core as ac

SEED = 40_000  # of the default run
NIGHTLY = int(os.environ.get("FUZZ_PROGRAMS", "2000"))


def disagreement(program):
    """What is wrong with a program: a sentence, or "" where all oracles agree or it is refused."""
    values = list(program.leaves.values())
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            expected = program.function()(*[v.copy() for v in values])
        except Exception:  # a shrunken program that lacks a line
            return ""
        try:
            return _disagreement(program, values, expected)
        except (ac.NoRuleError, ac.ConversionError):
            return ""
        except Exception as error:  # NumPy took the program, and so must we
            read_only = "read-only" in str(error)  # as broadcast_arrays will be, NumPy announces
            return "" if read_only else f"raises {error!r}"


def _disagreement(program, values, expected):
    f, every = program.function(), tuple(range(len(values)))
    value, grads = ac.value_and_grad(f, argnums=every)(*values)
    close = {
        "equal_nan": True,
        "rtol": 1e-4 if any(v.dtype == np.float32 for v in values) else 1e-11,
        "atol": 1e-11,
    }
    if not np.allclose(value, expected, **close):
        return f"value {value!r}, NumPy's {expected!r}"
    with ac.no_grad():
        leaves = [ac.Variable(v) for v in values]
        if not np.allclose(plain(f(*leaves)), expected, **close):
            return "another value inside no_grad()"
    for g, v in zip(grads, values):
        if np.shape(g) != v.shape or np.asarray(g).dtype != v.dtype:
            return f"a gradient of {np.shape(g)} {np.asarray(g).dtype} for {v.shape} {v.dtype}"
    grads = [np.asarray(g) for g in grads]
    rng = np.random.default_rng(1)
    double = [v.astype(complex if v.dtype.kind == "c" else float) for v in values]
    directions = [np.asarray(rng.normal(size=v.shape)).astype(v.dtype) for v in double]
    slope = sum(np.sum((np.conj(t) * g).real) for t, g in zip(directions, grads))
    if not np.isfinite(slope):
        return ""  # a kink or a pole: the exact cases say what is right there
    tangent = ac.jvp(
        f, tuple(values), tuple(t.astype(v.dtype) for t, v in zip(directions, values))
    )[1]
    if not np.isfinite(tangent):
        return ""
    single = any(v.dtype == np.float32 for v in values)
    scale = 1 + sum(np.sum(np.abs(t * g)) for t, g in zip(directions, grads))
    if not abs(tangent - slope) <= (1e-3 if single else 1e-7) * scale:
        return f"forward {tangent!r}, reverse {slope!r}"
    lines = [other_door(line) for line in program.lines]
    if lines != program.lines and runs(program, lines):
        others = ac.grad(program.function(lines), argnums=every)(*values)
        for g, o in zip(grads, others):
            if not np.allclose(
                g, o, rtol=1e-4 if single else 1e-10, atol=1e-6 if single else 1e-10
            ):
                return f"{g!r} by functions, {o!r} by operators and methods"

    def along(s):
        return f(*[v + s * t for v, t in zip(double, directions)])

    numeric, error = richardson(along, 0.02)
    error = max(error, *[abs(numeric - richardson(along, step)[0]) for step in (0.003, 0.0002)])
    if abs(numeric - slope) <= (1e-3 if single else 1e-7) * scale:
        return ""
    nearby = (along(1e-7) - along(-1e-7)) / 2e-7  # between the teeth of a saw
    if not error <= 1e-6 * scale or at_a_kink(along, scale) or abs(nearby - slope) < 1e-4 * scale:
        return ""
    if all(is_steady(f, every, double, directions, slope, step * scale) for step in (1e-7, -1e-7)):
        return f"differences {numeric!r}, reverse {slope!r}, forward {tangent!r}"
    return ""


def is_steady(f, every, point, directions, slope, step):
    """Whether the slope is much the same a little further on: it is not at a jump or a kink."""
    grads = ac.grad(f, argnums=every)(*[v + step * t for v, t in zip(point, directions)])
    moved = sum(np.sum((np.conj(t) * g).real) for t, g in zip(directions, grads))
    return abs(moved - slope) <= 1e-3 * (1 + abs(slope))


def runs(program, lines):
    """Whether NumPy takes the statements; methods have fewer keywords than functions."""
    try:
        program.function(lines)(*[v.copy() for v in program.leaves.values()])
    except TypeError:
        return False
    return True


def tried(seed):
    """Draw a program; raise with a script if anything disagrees."""
    program = draw(np.random.default_rng(seed))
    if disagreement(program):
        small = shrink(program, lambda p: bool(disagreement(p)))
        raise AssertionError(f"seed {seed}: {disagreement(small)}\n\n{small.script()}")
    return program


@pytest.mark.parametrize("block", range(10))
def test_random_programs(block):
    """500 programs with a fixed seed: differences, both modes, all doors, with and without grad."""
    failures = []
    for seed in range(SEED + 50 * block, SEED + 50 * (block + 1)):
        try:
            tried(seed)
        except AssertionError as error:
            failures.append(str(error))
    assert not failures, f"{len(failures)} of 50:\n" + "\n\n".join(failures)


@pytest.mark.slow
def test_many_random_programs():
    """Four times as many; with another ``FUZZ_SEED`` in the environment, others every night."""
    start = int(os.environ.get("FUZZ_SEED", "10000000"))
    failures = []
    for seed in range(start, start + NIGHTLY):
        try:
            tried(seed)
        except AssertionError as error:
            failures.append(str(error))
    assert not failures, f"{len(failures)} of {NIGHTLY}:\n" + "\n\n".join(failures[:5])


DRAWN = int(os.environ.get("FUZZ_DRAWN", "1500"))
NEVER_DRAWN = {  # what no two arrays of these shapes can be the operands of
    "np.linalg.cond", "np.busday_count",
}  # fmt: skip


@pytest.mark.slow
def test_every_rule_is_drawn():
    """Each function with a rule occurs in some program; a rule never drawn is a hole."""
    drawn = Counter()
    for seed in range(DRAWN):
        for line in draw(np.random.default_rng(10**6 + seed)).lines:
            for name in GRAMMAR:
                drawn[name] += f" {name}(" in f" {line}"

    constants = {n for n, op in GRAMMAR.items() if ac.forms.RULES[op].form == "constant"}
    assert sorted(n for n in GRAMMAR if not drawn[n] and n not in NEVER_DRAWN | constants) == []


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["jax", "hips", "torch"])
def test_peers_agree(name):
    """Where a peer can run the program and disagrees, differences must side with us."""
    from run_cases import adapter

    try:
        peer = adapter(name)
    except ImportError:
        pytest.skip(f"{name} is not installed")
    compared = 0
    for seed in range(150):
        program = draw(np.random.default_rng(2 * 10**6 + seed), COMMON, writes=False)
        if len(program.leaves) != 1:
            continue
        (value,) = program.leaves.values()
        if value.dtype != np.float64 or not value.size:
            continue
        program.lines[: len(program.leaves)] = [f"{k} = {k} * 1.0" for k in program.leaves]
        try:
            theirs = peer.to_np(peer.grad(lambda x: _loss(program, x, peer.np))(value))
        except Exception:  # a peer that cannot run it has no vote
            continue
        compared += 1
        try:
            ours = ac.grad(program.function())(value)
        except ac.AutogradError:
            continue
        if not np.allclose(ours, theirs, rtol=1e-5, atol=1e-5, equal_nan=True):
            assert disagreement(program) == "", program.script()
    assert compared > 3


def _loss(program, x, numpy):
    """The program in the namespace of a peer."""
    (name,) = program.leaves
    names = {"np": numpy, name: x}
    for line in program.lines:
        exec(line, names)
    total = 0.0
    for key, value in names.items():
        if key[:1] == "v" and key[1:].isdigit():
            weight = np.cos(np.arange(np.size(value)) * 0.7 + int(key[1:])).reshape(np.shape(value))
            total = total + numpy.sum(value * weight)
    return total
