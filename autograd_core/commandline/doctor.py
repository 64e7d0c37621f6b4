"""``info`` and ``doctor``: what is installed, and whether it works."""

import os
import platform
import shutil
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

import autograd_core as ac

from .verdicts import OK, WRONG

EXTRAS = {  # as pyproject.toml has them: what each brings, by the names that are imported
    "plot": ("matplotlib",),
    "scipy": ("scipy",),
    "sklearn": ("sklearn",),
    "progress": ("tqdm",),
    "numba": ("numba",),
    "mpi": ("mpi4py",),
    "dask": ("dask", "distributed"),
    "tensorboard": ("tensorboard",),
    "safetensors": ("safetensors",),
}
DISTRIBUTIONS = {"sklearn": "scikit-learn"}  # where the name to install is another one
INSTALL_DOT = {
    "Linux": "apt install graphviz",
    "Darwin": "brew install graphviz",
    "Windows": "choco install graphviz",
}
THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
PATIENCE = 10  # seconds that a program may take to say its version


def info(_args: Namespace) -> bool:
    """Print the versions that a bug report needs, in one line; True."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"autograd-core {ac.__version__}, Python {python}, NumPy {np.__version__}")
    return True


def doctor(_args: Namespace) -> bool:
    """Print what is installed, and what is not by what it would take; whether all is well."""
    well = True
    for title, rows in (
        ("versions", versions()),
        ("arithmetic", arithmetic()),
        ("requirements", requirements()),
        ("extras", extras()),
        ("programs", programs()),
        ("package nn", shadowing()),
        ("self-test", self_test()),
    ):
        print(title)
        for name, text, good in rows:
            print(f"  {name:<14} {text}" + ("" if good else f"   {WRONG}"), flush=True)
            well &= good
    print("all is well" if well else f"something is wrong: see {WRONG} above")
    return well


Row = tuple[str, str, bool]  # what, what is known of it, whether that is well


def versions() -> Iterator[Row]:
    """What runs here."""
    yield "autograd-core", f"{ac.__version__} in {Path(ac.__file__).parent}", True
    yield "Python", f"{platform.python_version()} in {sys.executable}", True
    new = int(np.__version__.partition(".")[0]) >= 2
    yield "NumPy", np.__version__ + ("" if new else "; pip install -U numpy"), new
    yield "system", f"{platform.system()} {platform.release()}, {platform.machine()}", True


def arithmetic() -> Iterator[Row]:
    """The library that multiplies matrices, and how many threads it may take."""
    yield "BLAS", blas(), True
    count = getattr(os, "process_cpu_count", None) or (
        lambda: len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    )
    asked = [f"{name}={os.environ[name]}" for name in THREADS if name in os.environ]
    yield "threads", f"{count()} cores; {', '.join(asked) or 'one thread for each'}", True


def blas() -> str:
    """The BLAS that NumPy was built with."""
    config: Any = np.show_config(mode="dicts")  # type: ignore[call-overload,func-returns-value,unused-ignore]
    found = config.get("Build Dependencies", {}).get("blas", {})
    return " ".join(str(found.get(key, "")) for key in ("name", "version")).strip() or "not known"


def requirements() -> Iterator[Row]:
    """What must be there."""
    for module in ("numpy", "graphviz"):
        there = find_spec(module) is not None
        yield module, installed(module) if there else f"missing: pip install {module}", there


def extras() -> Iterator[Row]:
    """What may be there; what is not is no fault."""
    for extra, modules in EXTRAS.items():
        missing = [module for module in modules if find_spec(module) is None]
        there = ", ".join(installed(module) for module in modules if module not in missing)
        yield extra, f'not here: pip install "autograd-core[{extra}]"' if missing else there, True


def installed(module: str) -> str:
    """A package and its version."""
    name = DISTRIBUTIONS.get(module, module)
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"{name}, of unknown version"


def programs() -> Iterator[Row]:
    """Graphviz's program, which renders pictures."""
    path = shutil.which("dot")
    if path is None:
        hint = INSTALL_DOT.get(platform.system(), "https://graphviz.org/download")
        yield "dot", f"not here, for .png and .pdf of graphs: {hint}", True
        return
    try:
        said = subprocess.run([path, "-V"], capture_output=True, text=True, timeout=PATIENCE)
        text, good = (said.stderr or said.stdout).strip(), said.returncode == 0
    except (OSError, subprocess.TimeoutExpired) as err:
        text, good = f"{path} does not run: {err}", False
    yield "dot", text, good


def shadowing() -> Iterator[Row]:
    """Whether ``import nn`` finds the package of this project, without importing it."""
    ours = Path(ac.__file__).resolve().parents[1] / "nn" / "__init__.py"
    spec = find_spec("nn")
    origin = Path(spec.origin).resolve() if spec is not None and spec.origin else None
    if origin == ours:
        yield "import nn", f"{ours.parent}", True
    else:
        what = origin or "nothing"
        yield "import nn", f"finds {what} instead of {ours.parent}: rename or remove it", False


def self_test() -> Iterator[Row]:
    """Gradients against finite differences, and a network that learns, in about a second."""
    start = time.perf_counter()
    rng = np.random.default_rng(0)
    A, b = rng.standard_normal((3, 3)) + 3 * np.eye(3), rng.standard_normal(3)
    tests = {
        "elementwise": lambda: ac.gradcheck(lambda x: np.sin(x) * np.exp(-(x**2)), b),
        "linear algebra": lambda: ac.gradcheck(np.linalg.solve, A, b),
        "writes": lambda: ac.gradcheck(written, b),
        "training": learns,
    }
    for name, test in tests.items():
        try:
            test()
        except Exception as err:  # a self-test tells of whatever goes wrong
            yield name, f"{type(err).__name__}: {err}".partition("\n")[0], False
        else:
            yield name, OK, True
    yield "time", f"{time.perf_counter() - start:.1f} s", True


def written(x: Any) -> Any:
    """A function that writes into a view of a copy of its argument."""
    y = 1.0 * x
    y[1:] *= y[:-1]
    return y


def learns() -> None:
    """Train a small network on the exclusive or.

    Raises:
        NumericError: it does not learn.
    """
    import nn

    X, y = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])
    model = nn.Model(nn.Linear(2, 16, rng=0), nn.Tanh(), nn.Linear(16, 2, rng=1))
    model.fit(X, y, 4, 100, "adam", "cross_entropy", lr=5e-2, verbose=0, rng=0)
    accuracy = model.score(X, y)
    if accuracy < 1:
        raise ac.NumericError(
            f"A network learned {accuracy:.0%} of four points.",
            hint="python -m pytest tests/nn, in a clone, which finds the part that is wrong",
        )
