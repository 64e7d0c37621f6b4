"""Other processes and interpreters: forks, spawned workers, ``-O``, ``-X dev``, raising NumPy.

A graph lives on in a forked child; a Variable goes to a spawned one as a leaf. The core of the
suite is green under each switch of the interpreter that users turn on.
"""

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Variable

ROOT = Path(__file__).parents[1]
CORE = [  # what the whole suite stands on
    f"tests/autograd_core/test_{name}.py"
    for name in (
        "backward", "binding", "calls", "cotangents", "fitting", "forward", "functions", "leases",
        "dispatch", "methods", "operators", "tape", "trees", "variable", "views",
    )
] + [f"tests/{name}" for name in ("autograd_core/transforms", "test_kinks.py")]  # fmt: skip


def graph():
    """A leaf, a leased constant, and a loss of both."""
    v, a = Variable(np.linspace(-1.0, 1.0, 5000)), np.linspace(0.5, 1.5, 5000)
    return v, a, (np.tanh(v * a) ** 2).sum()


def gradient():
    """What backward() finds, in a process of its own."""
    v, _, y = graph()
    y.backward()
    return v.grad


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # JAX warns of forks
def test_a_graph_is_swept_on_both_sides_of_a_fork():
    """The same bits in parent and child; the lease of one is not that of the other."""
    v, a, y = graph()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:  # no test may go on in here
        try:
            y.backward()
            a[0] = 1.0  # writable again
            data = v.grad.tobytes()
            while data:
                data = data[os.write(write, data) :]
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        theirs = pipe.read()
    os.waitpid(child, 0)
    assert not a.flags.writeable
    y.backward()

    assert theirs == v.grad.tobytes()
    assert a.flags.writeable


def squared(v):
    """For a worker: the gradient of a leaf that came through a pipe."""
    (v * v * v).sum().backward()
    return v.grad, v.requires_grad, v.name, gradient()


def test_leaves_are_sent_to_a_spawned_process():
    """They arrive as leaves, and the worker has a tape of its own."""
    v = Variable([1.0, 2.0, 3.0], name="w")
    y = v * 2.0  # a result goes out as a leaf too
    spawned = multiprocessing.get_context("spawn").Pool(1)
    with spawned as pool, pytest.warns(ac.DetachedWarning, match="stored as a leaf"):
        (grad, tracked, name, own), (result, *_) = pool.map(squared, [v, y])

    assert grad.tolist() == [3.0, 12.0, 27.0]
    assert (tracked, name) == (True, "w")
    assert result.tolist() == [12.0, 48.0, 108.0]
    assert own.tobytes() == gradient().tobytes()
    assert v.grad is None


SWITCHES = {
    "-O": ["-O"],  # asserts are gone from the package; those of the tests are pytest's own
    "-X dev": ["-X", "dev"],
    "-W error": ["-W", "error"],
    "errstate": [],
}


@pytest.mark.slow
@pytest.mark.parametrize("switch", SWITCHES)
def test_the_core_of_the_suite(switch, tmp_path):
    """Green under this switch."""
    rewritten = "ignore:assertions not in test modules:pytest.PytestConfigWarning"  # all are
    settings = [
        "-W",
        rewritten,
        "-p",
        "no:cacheprovider",
        "--confcutdir",
        str(ROOT / "tests"),
        "-q",
        "--no-header",
    ]
    if switch == "errstate":
        (tmp_path / "raising.py").write_text(
            "import numpy as np, pytest\n"
            "@pytest.fixture(autouse=True)\n"
            "def _raising():\n"
            "    with np.errstate(all='raise', under='ignore'):\n"
            "        yield\n"
        )
        settings += ["-p", "raising"]
        settings += ["--deselect", "tests/test_kinks.py"]  # a pole divides by zero, and says so
    run = subprocess.run(
        [sys.executable, *SWITCHES[switch], "-m", "pytest", *settings, *CORE],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert run.returncode == 0, run.stdout[-6000:]


def test_the_checks_that_guard_users_are_no_asserts():
    """The package holds no assert that -O would remove."""
    files = [*(ROOT / "autograd_core").rglob("*.py"), *(ROOT / "nn").rglob("*.py")]
    lines = [(f.name, n) for f in files for n, line in enumerate(f.read_text("utf-8").splitlines())
             if line.lstrip().startswith(("assert ", "assert("))]  # fmt: skip

    assert lines == []
    assert isinstance(ac.NoPathError("a", "b", "c"), ac.AutogradError)
