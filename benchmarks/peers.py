"""General solvers on a model given as arrays: HiGHS, SCIP and CBC, one thread each, value and bound as they say."""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from pulp.apis import coin_api

from fengwuwu.optimize import solve
from fengwuwu.optimize.arrays import Arrays


@dataclass(frozen=True)
class Answer:
    """What a solver says of a maximisation.

    Attributes
    ----------
    seconds : float
        Without reading the model.
    done : bool
        Whether it says that the gap asked for is closed.
    """

    seconds: float
    value: float | None
    bound: float | None
    done: bool

    @property
    def gap(self) -> float:
        """(bound − value) ÷ value; infinite when either is missing."""
        if self.value is None or self.bound is None:
            return float("inf")
        return max(self.bound - self.value, 0.0) / max(abs(self.value), 1e-12)


def highs(arrays: Arrays, limit: float, gap: float) -> Answer:
    """HiGHS with its own settings."""
    found = solve.run_highs(arrays, time_limit=limit, gap=gap)
    return Answer(found.runtime, found.objective, found.bound, found.status == "optimal")


def scip(arrays: Arrays, limit: float, gap: float) -> Answer:
    """SCIP by PySCIPOpt (extra ``solvers``)."""
    from pyscipopt import Model

    with tempfile.TemporaryDirectory() as folder:
        model = Model()
        model.hideOutput()
        model.readProblem(str(_written(arrays, Path(folder))))
    for name, setting in {"limits/time": limit, "limits/gap": gap, "parallel/maxnthreads": 1}.items():
        model.setParam(name, setting)
    began = time.perf_counter()
    model.optimize()
    seconds = time.perf_counter() - began
    value = -model.getObjVal() + arrays.offset if model.getNSols() else None
    bound = -model.getDualbound() + arrays.offset
    return Answer(seconds, value, bound if np.isfinite(bound) else None, model.getStatus() in ("optimal", "gaplimit"))


def cbc(arrays: Arrays, limit: float, gap: float) -> Answer:
    """CBC that comes with PuLP, flow-cover cuts off: with them it answers wrongly."""
    with tempfile.TemporaryDirectory() as folder:
        path = _written(arrays, Path(folder))
        command = [str(coin_api.pulp_cbc_path), str(path), "-seconds", f"{limit:.3f}", "-timeMode", "elapsed"]
        command += ["-ratioGap", repr(gap), "-allowableGap", "0", "-flowCover", "off", "-solve", "-quit"]
        began = time.perf_counter()
        # CBC looks at its clock seldom; twice the time and a minute are enough.
        try:
            said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=2 * limit + 60).stdout
        except subprocess.TimeoutExpired:
            return Answer(time.perf_counter() - began, None, None, False)
        seconds = time.perf_counter() - began
    value, bound = _figure("Objective value", said), _figure("Lower bound", said)
    done = "Result - Optimal solution found" in said
    if done and bound is None:
        bound = value
    return Answer(
        seconds,
        None if value is None else -value + arrays.offset,
        None if bound is None else -bound + arrays.offset,
        done,
    )


def _figure(name: str, said: str) -> float | None:
    found = re.search(rf"^{name}:\s+(\S+)", said, re.MULTILINE)
    return None if found is None else float(found.group(1))


def _written(arrays: Arrays, folder: Path) -> Path:
    """An MPS file that minimises the negative objective: not every reader knows maximisation."""
    solver = solve.new_highs()
    flipped = replace(arrays, cost=-arrays.cost, offset=0.0, maximise=False)
    solver.passModel(solve.highs_lp(flipped, bool(arrays.integer.any())))
    path = folder / "model.mps"
    solver.writeModel(str(path))
    return path


SOLVERS = {"HiGHS": highs, "SCIP": scip, "CBC": cbc}
