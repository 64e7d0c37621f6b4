"""``python -m autograd_core``: the command line is there, and ends as it says."""

import subprocess
import sys

from autograd_core import __main__
from autograd_core.commandline.entry import main


def test_the_module_runs():
    """``python -m autograd_core`` is the command."""
    run = [sys.executable, "-m", "autograd_core", "info"]
    done = subprocess.run(run, capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.startswith("autograd-core")


def test_the_installed_command_is_the_same():
    """The entry point of the distribution is the function of the command line."""
    assert __main__.main is main
