"""One process that measures one library: ``python -m benchmarks.worker ours``.

It reads a request from each line of its input and answers each with a line of JSON:

    ["prepare", case, mode, shortest]   check the result; find how many calls last so many seconds
    ["sample", case, mode]              measure once what was prepared
    ["forget"]                          drop all that was prepared

What is counted is processor time:
with one thread it is the elapsed time of a quiet machine, and other processes do not add to it.
"""

import gc
import json
import os
import resource
import subprocess
import sys
import time
import tracemalloc
from dataclasses import replace

from . import libraries
from .cases import CASES, Training
from .checks import check


class Timer:
    """Seconds per operation, and page faults per call; after one warm call and a check."""

    def __init__(self, library, case, mode, shortest):
        self.operations, self.call = case.operations, getattr(library, mode)(case)
        check(case, mode, self.call())
        self.calls = 1
        while (spent := self.spent()) < shortest:
            self.calls = int(self.calls * min(1.2 * shortest / max(spent, 1e-6), 10)) + 1

    def spent(self):
        """Seconds for all calls: the collector runs before them, and stays on."""
        gc.collect()
        call, calls = self.call, range(self.calls)
        start = time.process_time()
        for _ in calls:
            call()
        return time.process_time() - start

    def sample(self):
        """One sample."""
        faults = _faults()
        spent = self.spent()
        faults = _faults() - faults
        return {"value": spent / self.calls / self.operations, "faults": faults / self.calls}


class Kept:
    """Bytes that a recorded operation keeps, of those that Python and NumPy allocate."""

    def __init__(self, library, case, mode, shortest):  # noqa: ARG002 -- every probe is made alike
        self.operations, self.bytes = case.operations, 0
        self.call = library.gradient(replace(case, program=self._probed(case.program)))

    def _probed(self, program):
        def probed(*inputs, **options):
            gc.collect()
            before = tracemalloc.get_traced_memory()[0]
            result = program(*inputs, **options)
            self.bytes = tracemalloc.get_traced_memory()[0] - before
            return result

        return probed

    def sample(self):
        """The difference over one forward pass; the backward pass only follows."""
        tracemalloc.start()
        self.call()
        tracemalloc.stop()
        return {"value": self.bytes / self.operations, "faults": 0}


class Peak:
    """The most memory a gradient or a step needs at once, in arrays of the first one's size."""

    def __init__(self, library, case, mode, shortest):  # noqa: ARG002
        mode = "step" if isinstance(case, Training) else "gradient"
        self.call = getattr(library, mode)(case)
        check(case, mode, self.call())
        self.array = case.arrays()[0][0].nbytes

    def sample(self):
        """The peak above what lived before the call."""
        tracemalloc.start()
        self.call()
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        self.call()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return {"value": (peak - before) / self.array, "faults": 0}


class Import:
    """Seconds that an import costs beyond NumPy, in a new process each."""

    def __init__(self, library, case, mode, shortest):  # noqa: ARG002
        self.code = (
            "import numpy, time; start = time.process_time()\n"
            f"{library.IMPORT}\nprint(time.process_time() - start)"
        )
        self.environment = {**os.environ}
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what users import is compiled
        self.sample()  # compiles what is not compiled yet

    def sample(self):
        """One import."""
        command = [sys.executable, "-c", self.code]
        done = subprocess.run(command, env=self.environment, capture_output=True, check=True)
        return {"value": float(done.stdout), "faults": 0}


PROBES = {"kept": Kept, "peak": Peak, "import": Import}  # every other mode is timed


def _faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def serve(name):
    """Answer requests until the input ends."""
    library, prepared, answers = None, {}, os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints, it does not answer for us
    for line in sys.stdin:
        try:
            library = library or libraries.load(name)
            answer = respond(library, prepared, *json.loads(line))
        except Exception as error:  # any failure is an answer: the other libraries go on
            answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
        print(json.dumps(answer), file=answers, flush=True)


def respond(library, prepared, request, case="", mode="", shortest=0.0):
    """The answer to one request; ``prepared`` is changed by it."""
    if request == "sample":
        return prepared[case, mode].sample()
    if request == "forget":
        prepared.clear()
    else:
        prepared[case, mode] = PROBES.get(mode, Timer)(library, CASES[case], mode, shortest)
    return {}


if __name__ == "__main__":
    serve(sys.argv[1])
