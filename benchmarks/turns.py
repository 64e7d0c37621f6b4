"""The parent's side: a process for each library, samples taken in turns, and their results."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from statistics import median

ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}


@dataclass(frozen=True)
class Measure:
    """What one library does with one case: ``mode`` is a function of its file, or a probe."""

    case: str
    library: str
    mode: str = "gradient"


@dataclass(frozen=True)
class Result:
    """The samples of a Measure; or why there are none."""

    values: tuple = ()
    faults: float = 0.0
    error: str = ""

    @property
    def least(self):
        """The sample that was disturbed least."""
        return min(self.values)

    @property
    def noise(self):
        """How far the median lies above the least: above a tenth, the run is void."""
        return median(self.values) / self.least - 1 if self.least > 0 else 0.0


class Worker:
    """A process that measures one library; see ``worker``."""

    def __init__(self, library):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", library],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | ONE_THREAD,
            text=True,
        )

    def ask(self, *request):
        """Its answer to one request."""
        with suppress(BrokenPipeError):
            print(json.dumps(request), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        return json.loads(answer) if answer else {"error": "its process has ended"}

    def close(self):
        """End it."""
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()


class Workers:
    """The processes that live across cases, by library; and those of one case only."""

    def __init__(self):
        self.lasting = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for worker in self.lasting.values():
            worker.close()

    def take_turns(self, measures, samples, shortest, fresh=False):
        """A sample of each measure, then another of each, …: a Result for each measure.

        Args:
            measures: of cases that belong together.
            samples, shortest: how many of each, and the seconds that one lasts at least.
            fresh: each measure in a new process, instead of one process for each library.
        """
        workers = {m: Worker(m.library) if fresh else self._lasting(m.library) for m in measures}
        failed, taken = {}, {m: [] for m in measures}
        requests = [("prepare", (shortest,))] + [("sample", ())] * samples
        for request, details in requests:
            for m in (m for m in measures if m not in failed):
                answer = workers[m].ask(request, m.case, m.mode, *details)
                if "error" in answer:
                    failed[m] = answer["error"]
                elif answer:
                    taken[m].append(answer)
        for worker in workers.values():
            worker.close() if fresh else worker.ask("forget")
        return {m: self._result(taken[m], failed.get(m, "")) for m in measures}

    def _lasting(self, library):
        """The process of a library, started when it is first needed or has died."""
        worker = self.lasting.get(library)
        if worker is None or worker.process.poll() is not None:
            worker = self.lasting[library] = Worker(library)
        return worker

    @staticmethod
    def _result(answers, error):
        if error:
            return Result(error=error)
        return Result(tuple(a["value"] for a in answers), min(a["faults"] for a in answers))
