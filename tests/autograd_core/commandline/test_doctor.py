"""``info`` and ``doctor``: what they find, and what they call wrong."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.commandline import doctor
from autograd_core.commandline.doctor import DISTRIBUTIONS, EXTRAS, WRONG
from autograd_core.commandline.entry import main

ROOT = Path(__file__).parents[3]
SECTIONS = {
    "versions", "arithmetic", "requirements", "extras", "programs", "package nn", "self-test"
}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Each test works in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_healthy_installation_is_well(capsys):
    """``doctor`` prints every section, calls nothing wrong, and ends with 0."""
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert {line for line in out.splitlines() if not line.startswith(" ")} == SECTIONS | {
        "all is well"
    }
    assert WRONG not in out
    assert np.__version__ in out
    assert ac.__version__ in out
    assert (
        len(re.findall(r"^  (?:elementwise|linear algebra|writes|training) +ok$", out, re.M)) == 4
    )


def test_the_extras_are_those_of_the_project():
    """The table of extras is that of pyproject.toml, but for developers' and ``all``."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = listed["optional-dependencies"]
    mine = {name: [DISTRIBUTIONS.get(m, m) for m in modules] for name, modules in EXTRAS.items()}
    assert mine == {name: extras[name] for name in mine}
    assert set(extras) - set(mine) == {"all", "test", "bench", "docs", "lint"}


def test_what_is_absent_has_an_install_line(monkeypatch):
    """An absent extra is no fault, and says what installs it; an absent requirement is one."""
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    rows = list(doctor.extras())
    assert [name for name, _, _ in rows] == list(EXTRAS)
    assert all(f'pip install "autograd-core[{name}]"' in text for name, text, _ in rows)
    assert all(good for _, _, good in rows)
    assert [(text, good) for _, text, good in doctor.requirements()] == [
        ("missing: pip install numpy", False),
        ("missing: pip install graphviz", False),
    ]


def test_dot_is_asked_for_its_version(monkeypatch):
    """The program's own words are printed; without it the line that installs it."""
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    for system, line in doctor.INSTALL_DOT.items():
        monkeypatch.setattr(doctor.platform, "system", lambda system=system: system)
        ((_, text, good),) = doctor.programs()
        assert line in text
        assert good
    monkeypatch.setattr(doctor.shutil, "which", lambda name: sys.executable)
    ((_, text, good),) = doctor.programs()
    assert text.startswith("Python")
    assert good


def test_a_dot_that_does_not_run_is_wrong(monkeypatch, folder):
    """A program that cannot be started, or hangs, is called wrong."""
    monkeypatch.setattr(doctor.shutil, "which", lambda name: str(folder / "dot"))
    ((_, text, good),) = doctor.programs()
    assert "does not run" in text
    assert not good

    def hangs(command, **options):
        raise subprocess.TimeoutExpired(command, options["timeout"])

    monkeypatch.setattr(doctor.subprocess, "run", hangs)
    ((_, text, good),) = doctor.programs()
    assert not good


def test_a_shadowed_nn_is_wrong(folder, monkeypatch, capsys):
    """Another package of the name ``nn`` is found without being imported, and called wrong."""
    (folder / "nn").mkdir()
    (folder / "nn" / "__init__.py").write_text("raise SystemExit('imported')", "utf-8")
    assert main_in(folder).returncode == 1
    out = main_in(folder).stdout
    assert f"finds {folder / 'nn' / '__init__.py'} instead of" in out
    assert WRONG in out
    assert out.rstrip().endswith("see WRONG above")


def main_in(folder):
    """``doctor`` in a process that finds the packages of a folder first."""
    code = (
        "import sys; import autograd_core.commandline.entry as e\n"
        f"sys.path.insert(0, {str(folder)!r})\n"
        "from autograd_core.commandline import doctor\n"
        "doctor.self_test = lambda: iter(())\n"
        "sys.exit(e.main(['doctor']))"
    )
    run = [sys.executable, "-c", code]
    environment = {"PYTHONPATH": str(Path(ac.__file__).parents[1]), "PATH": "/usr/bin:/bin"}
    return subprocess.run(run, capture_output=True, text=True, env=environment)


def test_a_failing_self_test_is_wrong(monkeypatch, capsys):
    """Whatever a part of the self-test raises is told in a line, and the exit code is 1."""

    def broken(*_):
        raise ac.GradcheckError("backward of f is wrong.\n  more")

    monkeypatch.setattr(doctor.ac, "gradcheck", broken)
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert f"  elementwise    GradcheckError: backward of f is wrong.   {WRONG}\n" in out


def test_a_network_that_does_not_learn_is_told(monkeypatch):
    """Training is judged by what was learned."""
    import nn

    monkeypatch.setattr(nn.Model, "score", lambda *_: 0.5)
    with pytest.raises(ac.NumericError, match="50%"):
        doctor.learns()


def test_versions_of_packages(monkeypatch):
    """A package without metadata has an unknown version."""
    assert doctor.installed("numpy") == f"numpy {np.__version__}"
    assert doctor.installed("no_such_package") == "no_such_package, of unknown version"
    assert doctor.blas()


def test_threads_are_told(monkeypatch):
    """What the environment asks for stands beside the number of cores."""
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    rows = {name: text for name, text, _ in doctor.arithmetic()}
    assert "OPENBLAS_NUM_THREADS=3" in rows["threads"]
    assert re.match(r"\d+ cores; ", rows["threads"])
