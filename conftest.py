"""Examples in docstrings that need an optional package run where it is installed."""

import os
import sys
from importlib.util import find_spec

import pytest

NEEDS = {
    "nn.plot.": "matplotlib",
    "nn.articles.toys.plot": "matplotlib",
    "nn.articles.toys.plot_generated_data": "pandas",
    "nn.articles.toys.generate_data": "pandas",
    "nn.datasets.digits": "sklearn",
}

collect_ignore = []
if not find_spec("sklearn"):
    collect_ignore += ["nn/sklearn.py", "nn/estimators.py", "docs/howto/scikit-learn.md"]
collect_ignore += [
    "docs/conf.py",
    "docs/make_pages.py",
    "docs/make_reference.py",
]  # Sphinx runs them
collect_ignore_glob = ["docs/_build/*", "docs/api/*", "docs/gallery/*", "docs/gallery_sources/*"]
if not find_spec("scipy"):
    collect_ignore += ["autograd_core/scipy", "autograd_core/sparse.py"]
    collect_ignore += ["autograd_core/rules/special", "docs/make_coverage.py"]
    collect_ignore += ["nn/optim/minimize.py", "docs/howto/scipy.md"]

os.environ.setdefault("MPLBACKEND", "Agg")  # pictures are drawn, not shown


def pytest_addoption(parser):
    """What a person may ask of the tests."""
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what drawings are compared with anew; then read the difference",
    )


def pytest_collection_modifyitems(items):
    """Skip an example whose package is absent."""
    for item in items:
        for prefix, package in NEEDS.items():
            if item.name.startswith(prefix) and find_spec(package) is None:
                item.add_marker(pytest.mark.skip(reason=f"the example needs {package}"))


def pytest_runtest_teardown():
    """Close the figures that a test has opened."""
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
