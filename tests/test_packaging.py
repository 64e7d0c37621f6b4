"""What the distribution promises: its names, needs and extras, and a silent, quick import."""

import subprocess
import sys
import tomllib
from importlib import metadata, resources
from pathlib import Path

import pytest

import autograd_core as ac
import nn

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = {
    *("plot", "scipy", "sklearn", "progress", "numba", "mpi", "dask", "tensorboard"),
    *("safetensors", "all", "test", "bench", "docs", "lint"),
}
OPTIONAL = {
    *("scipy", "pandas", "xarray", "sklearn", "matplotlib", "numba", "torch", "jax", "autograd"),
    *("graphviz", "IPython", "pytest", "hypothesis"),
}


def python(*arguments, **options):
    """Run a fresh interpreter that takes warnings for errors; its finished process."""
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments], capture_output=True, text=True, **options
    )


def test_two_packages_need_two_packages():
    """The run time needs NumPy and graphviz, nothing else."""
    assert PROJECT["dependencies"] == ["numpy>=2.0", "graphviz"]
    assert PROJECT["requires-python"] == ">=3.11"


def test_extras():
    """The extras are the documented ones."""
    assert set(PROJECT["optional-dependencies"]) == EXTRAS


def test_version_comes_from_the_metadata():
    """The package, its metadata and pyproject.toml agree on the version."""
    assert ac.__version__ == metadata.version("autograd-core") == PROJECT["version"]


def test_license():
    """The license is an SPDX expression, and its text is in the project."""
    assert PROJECT["license"] == "BSD-3-Clause"
    assert "the autograd-core developers" in (ROOT / "LICENSE").read_text("utf-8")


@pytest.mark.parametrize("package", [ac, nn], ids=lambda package: package.__name__)
def test_packages_are_typed(package):
    """Both packages carry the marker that type checkers look for."""
    assert resources.files(package).joinpath("py.typed").is_file()


def test_nn_names_its_distribution():
    """``nn`` is a common name; this one says whose it is."""
    assert nn.__dist__ == "autograd-core"


def test_import_is_silent_and_loads_no_optional_package():
    """Importing prints nothing, starts no thread, and leaves optional packages alone."""
    code = (
        "import sys, threading, autograd_core, nn\n"
        f"assert not {OPTIONAL} & set(sys.modules), {OPTIONAL} & set(sys.modules)\n"
        "assert threading.active_count() == 1"
    )

    done = python("-c", code)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_public_name_exists():
    """``__all__`` holds no name that the package lacks, and none twice."""
    assert len(set(ac.__all__)) == len(ac.__all__)
    assert [name for name in ac.__all__ if not hasattr(ac, name)] == []


def test_the_networks_are_an_attribute_too():
    """The same package under both names."""
    assert ac.nn is nn
