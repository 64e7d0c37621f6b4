"""Random programs: right by every oracle, or refused at the call by an error of ours.

``python tests/fuzz/campaign.py`` runs as many as one likes and shrinks what fails; here stand the
500 of the default run, more behind the marker ``slow``, and the tests that test the oracles.
"""

import os

import numpy as np
import pytest
from campaign import Tally, main, tried
from grammar import COMMON, GRAMMAR, WRITES, written
from oracles import ORACLES, disagreement, verdicts
from programs import Program, draw, results, shrink, weighted
from writes import put, without_writes

import autograd_core as ac
from autograd_core.forms import RULES

SEED = 40_000  # of the default run
NIGHTLY = int(os.environ.get("FUZZ_PROGRAMS", "1000"))


@pytest.mark.parametrize("block", range(10))
@pytest.mark.filterwarnings("ignore")
def test_random_programs(block):
    """500 programs with a fixed seed agree with every oracle."""
    seeds = range(SEED + 50 * block, SEED + 50 * (block + 1))
    failures = [report for seed in seeds if (report := tried(seed)[2])]
    assert not failures, f"{len(failures)} of 50:\n" + "\n\n".join(failures)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_many_random_programs():
    """More of them; with another ``FUZZ_SEED`` in the environment, others every night."""
    start = int(os.environ.get("FUZZ_SEED", "10000000"))
    failures = [report for seed in range(start, start + NIGHTLY) if (report := tried(seed)[2])]
    assert not failures, f"{len(failures)} of {NIGHTLY}:\n" + "\n\n".join(failures[:5])


DRAWN = int(os.environ.get("FUZZ_DRAWN", "2500"))
NEVER_DRAWN = {  # what no two arrays of these shapes can be the operands of
    "np.busday_count",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_every_rule_is_drawn():
    """Each function with a rule occurs in some program; a rule never drawn is a hole."""
    tally = Tally()
    for seed in range(DRAWN):
        tally.add(draw(np.random.default_rng(10**6 + seed)), {})

    constants = {n for n, op in GRAMMAR.items() if RULES[op].form == "constant"}
    assert (
        sorted(n for n in GRAMMAR if not tally.drawn[n] and n not in NEVER_DRAWN | constants) == []
    )


# --- the oracles ----------------------------------------------------------------------------------
SINE = Program({"a": np.array([0.3, -0.7, 1.1])}, ["a = a * 1", "v0 = np.sin(a)", "v1 = v0 * a"])
WRITTEN = Program(
    {"a": np.array([0.3, -0.7, 1.1])},
    ["a = a * 1", "v0 = a[::-1]", "v0[[0, 0]] *= v0[:2]", "v1 = np.tanh(a)"],
    {"v0[[0, 0]] *= v0[:2]": ("v0", "put(v0, np.s_[[0, 0]], v0[[0, 0]] * v0[:2])")},
)


@pytest.mark.filterwarnings("ignore")
def test_oracles_agree_with_a_right_program():
    """Each that has a say says nothing is wrong."""
    found = verdicts(SINE)

    assert [name for name in ORACLES if found[name] == ""] == [
        n for n in ORACLES if n != "in place"
    ]


@pytest.fixture
def wrong_sine(monkeypatch):
    """sin with a derivative that is right up to one part in a thousand."""
    calls, shortcuts = dict(ac.operators.CALLS), dict(ac.shortcuts.SHORTCUTS)
    for table in (ac.operators.CALLS, ac.shortcuts.SHORTCUTS):
        table.pop(np.sin, None)
    differentials = RULES[np.sin].differentials
    before = dict(differentials)
    for made in before.values():
        quick, pull = made.quick, made.pull
        monkeypatch.setattr(made, "quick", lambda g, saved, f=quick: f(g, saved) * 1.001)
        monkeypatch.setattr(made, "pull", lambda g, saved, f=pull: f(g, saved) * 1.001)
    yield
    ac.operators.CALLS.update(calls)
    ac.shortcuts.SHORTCUTS.update(shortcuts)


@pytest.mark.filterwarnings("ignore")
def test_a_wrong_rule_is_found_and_shrunk(wrong_sine):
    """The program that is left is the one line that is wrong."""
    program = Program(SINE.leaves, [*SINE.lines, "v2 = np.cos(v1)", "v3 = v2 + a"])
    if not RULES[np.sin].differentials:
        pytest.skip("no differential of sin has been made yet")

    small = shrink(program, lambda p: disagreement(p))
    assert small.lines == ["a = a * 1", "v0 = np.sin(a)"]
    assert "np.sin(a)" in small.script()


def test_put_is_assignment():
    """The last of several writers counts, and the value is broadcast and cast."""
    x = np.arange(6.0, dtype="f4").reshape(2, 3)
    for index, value in ((np.s_[0], 0.7), (np.s_[:, [0, 0]], [[1.0, 2.0]]), (x > 2, 0.3),
                         (np.s_[::-1, 0], np.array([[3.0, 4.0]])),
                         (np.s_[...], x.copy())):  # fmt: skip
        expected = x.copy()
        expected[index] = value

        np.testing.assert_array_equal(put(x, index, value), expected, strict=True)


def test_memories_share_what_views_share():
    """A write through a view is seen by its base, and by nobody else."""
    expected = WRITTEN.run(WRITTEN.copies())
    actual = without_writes(WRITTEN, list(WRITTEN.leaves.values()))

    for name in ("a", "v0", "v1"):
        np.testing.assert_array_equal(actual[name], expected[name])


@pytest.mark.parametrize("template", WRITES)
@pytest.mark.filterwarnings("ignore")
def test_an_update_is_the_write(template):
    """What stands beside each write in the grammar computes the same array."""
    x = np.array([[0.9, -0.4, 0.3], [-1.2, 0.6, 0.1]])
    names = {"x": "v0", "y": "v1", "i": "..., 0" if "{y}" not in template else "::-1"}
    line, update = template.format(**names), WRITES[template].format(**names)
    lines = ["a = a * 1", "v0 = a[::-1]", "v1 = np.sin(a)", line, "v2 = v0 * v0"]
    program = Program({"a": x}, lines, {line: ("v0", update)})
    if ".real" in template:  # a part of a number has no place, yet here it is all of it
        program.updates[line] = "v0", "put(v0, ..., 0.4)"
    expected = program.run(program.copies())
    actual = without_writes(program, [x])

    for name in ("a", "v0", "v2"):
        np.testing.assert_allclose(actual[name], expected[name], rtol=1e-15)


@pytest.mark.filterwarnings("ignore")
def test_a_script_stands_alone():
    """It runs, and checks itself."""
    names = {}
    exec(SINE.script().replace("print(", "shown = ("), names)

    x = SINE.leaves["a"]
    expected = ac.grad(lambda a: weighted(SINE.run({"a": a})))(x)
    np.testing.assert_allclose(names["shown"][0], expected)


def test_a_ufunc_is_written_as_users_write_it():
    """By the name of its module."""
    assert written(np.sin) == "np.sin"
    assert written(np.add.reduce) == "np.add.reduce"
    assert written(np.linalg.norm) == "np.linalg.norm"
    assert written(lambda x: x) is None


@pytest.mark.filterwarnings("ignore")
def test_the_campaign_counts(capsys):
    """From the command line: the figures of each oracle."""
    assert main(["3", "--seed", "40000", "--every", "2"]) == 0

    printed = capsys.readouterr().out
    assert "3 programs" in printed
    assert "differences" in printed


# --- peers ----------------------------------------------------------------------------------------
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
    for seed in range(400):
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
    for key, value in results(names).items():
        weight = np.cos(np.arange(np.size(value)) * 0.7 + int(key[1:])).reshape(np.shape(value))
        total = total + numpy.sum(value * weight)
    return total
