"""Solvers: HiGHS through arrays with an honest status, CBC and HiGHS through PuLP's own classes.

A solver's word is taken for what it is: status, value and bound of one run. Whether a plan is *proven* is decided in
``proof`` and only after a second opinion.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Literal

import highspy
import numpy as np
import pulp
from pulp.apis import coin_api

from fengwuwu.errors import FengwuwuError
from fengwuwu.optimize import clock
from fengwuwu.optimize.arrays import Arrays, extract

OutcomeStatus = Literal["optimal", "feasible", "infeasible", "unbounded", "no_solution", "error"]

# Tight enough that a rounded plan stays within its rows by less than 0.01 万元.
_TOLERANCES = {"mip_feasibility_tolerance": 1e-7, "primal_feasibility_tolerance": 1e-9}
# After a restart of its tree HiGHS 1.16 was seen to go on for ever, past its time limit.
_STEADY = {"mip_allow_restart": False}
# With the best plan as a start the costly heuristics find nothing and take half of the time (measured).
QUICK = {"mip_heuristic_run_rins": False, "mip_heuristic_run_rens": False, "mip_heuristic_run_root_reduced_cost": False}
_SILENCE = threading.Lock()
_silenced = False


@dataclass
class Outcome:
    """One run of one solver.

    Attributes
    ----------
    status : str
        ``optimal`` (the solver says so, within the gap asked for), ``feasible`` (stopped earlier with a solution),
        ``no_solution`` (stopped earlier without), ``infeasible``, ``unbounded``, ``error``.
    objective, bound : float or None
        Value of the solution, and the solver's bound; None when there is none.
    values : ndarray or None
        By column.
    row_duals, reduced_costs : ndarray or None
        Of a linear programme.
    runtime : float
        Seconds.
    label : str
        Chinese name of solver and configuration.
    """

    status: OutcomeStatus
    objective: float | None = None
    bound: float | None = None
    values: np.ndarray | None = None
    row_duals: np.ndarray | None = None
    reduced_costs: np.ndarray | None = None
    runtime: float = 0.0
    label: str = ""
    message: str = ""
    info: dict[str, Any] = field(default_factory=dict)


def new_highs() -> highspy.Highs:
    """A silent `Highs`: the first one of a process prints a banner to file descriptor 1 whatever the options."""
    global _silenced
    with _SILENCE:
        if _silenced:
            solver = highspy.Highs()
        else:
            solver = _first_highs()
            _silenced = True
    solver.setOptionValue("output_flag", False)
    return solver


def _first_highs() -> highspy.Highs:
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
        kept = os.dup(1)
    except OSError:  # no file descriptor 1, so nothing to silence
        return highspy.Highs()
    try:
        with open(os.devnull, "wb") as nothing:  # noqa: PTH123 - a device, not a file
            os.dup2(nothing.fileno(), 1)
        return highspy.Highs()
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def run_highs(
    arrays: Arrays,
    *,
    time_limit: float | None = None,
    gap: float = 0.0,
    absolute_gap: float = 1e-9,
    options: Mapping[str, Any] | None = None,
    relax: bool = False,
    hint: np.ndarray | None = None,
    collect: bool = False,
    label: str = "HiGHS",
    stoppable: Callable[[Callable[[], None]], None] | None = None,
) -> Outcome:
    """Solve with HiGHS on one thread.

    Parameters
    ----------
    arrays : Arrays
    time_limit : float, optional
        Seconds.
    gap, absolute_gap : float
        Where to stop; the smaller need not be reached if the larger is.
    options : mapping, optional
        Further options of HiGHS, by their own names.
    relax : bool
        Solve the linear relaxation.
    hint : ndarray, optional
        A known solution by column.
    collect : bool
        Keep the improving solutions of the search, in order, as ``info["improving"]``.
    label : str
        Goes into the outcome.
    stoppable : callable, optional
        Is given a function that makes the run stop where it is.

    Returns
    -------
    Outcome
    """
    began = time.perf_counter()
    solver = new_highs()
    settings: dict[str, Any] = {"threads": 1, "mip_rel_gap": gap, "mip_abs_gap": absolute_gap, **_TOLERANCES, **_STEADY}
    if time_limit is not None:  # not a number when all deadlines have passed
        settings["time_limit"] = float(time_limit) if time_limit > 0.01 else 0.01
    for name, setting in (settings | dict(options or {})).items():
        if solver.setOptionValue(name, setting) != highspy.HighsStatus.kOk:
            raise ValueError(f"HiGHS does not know the option {name}")
    integer = bool(arrays.integer.any()) and not relax
    solver.passModel(highs_lp(arrays, integer))
    if hint is not None:
        solution = highspy.HighsSolution()
        solution.col_value = hint.tolist()
        solver.setSolution(solution)
    if stoppable is not None or clock.watched():
        solver.HandleUserInterrupt = True
    if stoppable is not None:
        stoppable(solver.cancelSolve)
    improving: list[np.ndarray] = []
    if collect and integer:
        solver.cbMipImprovingSolution.subscribe(lambda event: improving.append(np.array(event.data_out.mip_solution)))
    with clock.ending_with(solver.cancelSolve):
        if solver.run() == highspy.HighsStatus.kError and solver.getModelStatus() == highspy.HighsModelStatus.kNotset:
            # Another user of HiGHS in this process has started its pool with more threads; one on one is refused then.
            solver.resetThreadScheduler(True)
            solver.run()
    outcome = _highs_outcome(solver, integer, label, time.perf_counter() - began)
    if collect:
        outcome.info["improving"] = improving
    return outcome


def highs_lp(arrays: Arrays, integer: bool) -> highspy.HighsLp:
    """The arrays as HiGHS takes them; without whole numbers: the relaxation."""
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = arrays.shape
    lp.col_cost_, lp.offset_ = arrays.cost, arrays.offset
    lp.sense_ = highspy.ObjSense.kMaximize if arrays.maximise else highspy.ObjSense.kMinimize
    lp.col_lower_, lp.col_upper_ = arrays.lower, arrays.upper
    lp.row_lower_, lp.row_upper_ = arrays.row_lower, arrays.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = arrays.start, arrays.index, arrays.value
    if integer:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[i] for i in arrays.integer.tolist()]
    return lp


def _highs_outcome(solver: highspy.Highs, integer: bool, label: str, runtime: float) -> Outcome:
    info, model = solver.getInfo(), solver.getModelStatus()
    status = highspy.HighsModelStatus
    outcome = Outcome("error", runtime=runtime, label=label, message=solver.modelStatusToString(model))
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if model in (status.kInfeasible, status.kUnbounded, status.kUnboundedOrInfeasible):
        # The variables of our models are bounded through their rows, so the undecided case is looked at again.
        outcome.status = "unbounded" if model == status.kUnbounded else "infeasible"
        if model == status.kUnboundedOrInfeasible:
            solver.setOptionValue("presolve", "off")
            solver.run()
            outcome.status = "unbounded" if solver.getModelStatus() == status.kUnbounded else "infeasible"
        return outcome
    if feasible:
        solution = solver.getSolution()
        outcome.values = np.array(solution.col_value)
        outcome.objective = float(info.objective_function_value)
        if not integer and solution.dual_valid:
            outcome.row_duals, outcome.reduced_costs = np.array(solution.row_dual), np.array(solution.col_dual)
    if integer:
        outcome.bound = float(info.mip_dual_bound) if np.isfinite(info.mip_dual_bound) else None
        outcome.info["nodes"] = int(info.mip_node_count)
    elif model == status.kOptimal:
        outcome.bound = outcome.objective
    if model in (status.kOptimal, status.kModelEmpty):
        outcome.status = "optimal"
        if outcome.values is None:  # an empty model
            outcome.values, outcome.objective = np.zeros(0), float(info.objective_function_value)
            outcome.bound = outcome.objective
    elif model in (status.kTimeLimit, status.kIterationLimit, status.kSolutionLimit, status.kInterrupt):
        outcome.status = "feasible" if feasible else "no_solution"
    return outcome


class HighsSolver(pulp.LpSolver):
    """HiGHS for any PuLP problem, handed over as arrays.

    Parameters
    ----------
    time_limit : float, optional
        Seconds.
    gap : float
        Relative gap at which to stop.
    options : mapping, optional
        Further options of HiGHS.
    relax : bool
        Solve the linear relaxation.

    Attributes
    ----------
    outcome : Outcome
        Of the last run: status, value, bound, duals, reduced costs, runtime.
    """

    name = "fengwuwu_highs"

    def __init__(
        self,
        time_limit: float | None = None,
        gap: float = 0.0,
        options: Mapping[str, Any] | None = None,
        relax: bool = False,
    ) -> None:
        super().__init__(mip=not relax, msg=False, timeLimit=time_limit)
        self.gap, self.highs_options, self.outcome = gap, dict(options or {}), Outcome("error")

    def available(self) -> bool:
        """Always: highspy is a dependency."""
        return True

    def copy(self) -> HighsSolver:
        """A solver with the same settings."""
        return HighsSolver(self.timeLimit, self.gap, self.highs_options, relax=not self.mip)

    def actualSolve(self, lp: pulp.LpProblem, **_: object) -> int:
        """Called by ``problem.solve``: variables get values only when there is a solution."""
        arrays = extract(lp)
        self.outcome = run_highs(
            arrays, time_limit=self.timeLimit, gap=self.gap, options=self.highs_options, relax=not self.mip
        )
        values = self.outcome.values
        for j, variable in enumerate(arrays.variables):
            variable.varValue = None if values is None else float(values[j])
            variable.dj = None if self.outcome.reduced_costs is None else float(self.outcome.reduced_costs[j])
        for i, row in enumerate(lp.constraints()):
            row.pi = None if self.outcome.row_duals is None else float(self.outcome.row_duals[i])
        status, solution = {
            "optimal": (pulp.LpStatusOptimal, pulp.LpSolutionOptimal),
            "feasible": (pulp.LpStatusNotSolved, pulp.LpSolutionIntegerFeasible),
            "infeasible": (pulp.LpStatusInfeasible, pulp.LpSolutionInfeasible),
            "unbounded": (pulp.LpStatusUnbounded, pulp.LpSolutionUnbounded),
        }.get(self.outcome.status, (pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound))
        lp.assignStatus(status, solution)
        return int(status)


def cbc(
    time_limit: float | None = None,
    gap: float = 0.0,
    options: Sequence[str] = ("flowCover off",),
    nodes: int | None = None,
) -> pulp.LpSolver:
    """CBC that comes with PuLP, without the flow-cover cuts that made it answer wrongly."""
    return pulp.COIN_CMD(
        path=coin_api.pulp_cbc_path,
        options=list(options),
        msg=False,
        timeLimit=time_limit,
        gapRel=gap,
        threads=1,
        maxNodes=nodes,
    )


def pulp_highs(time_limit: float | None = None, gap: float = 0.0) -> pulp.LpSolver:
    """HiGHS by PuLP's own interface."""
    new_highs()
    return pulp.HiGHS(msg=False, timeLimit=time_limit, gapRel=gap, threads=1)


def run_pulp(problem: pulp.LpProblem, solver: pulp.LpSolver, arrays: Arrays, label: str) -> Outcome:
    """Solve by one of PuLP's own solver classes, and judge the answer by our own arrays.

    Parameters
    ----------
    problem : LpProblem
        Its variables get values.
    arrays : Arrays
        Of the same problem.
    """
    began = time.perf_counter()
    try:
        problem.solve(solver)
    except pulp.PulpSolverError as error:
        return Outcome("error", runtime=time.perf_counter() - began, label=label, message=str(error))
    outcome = Outcome("no_solution", runtime=time.perf_counter() - began, label=label)
    solution = problem.sol_status
    if solution in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        outcome.values = np.array([v.varValue or 0.0 for v in arrays.variables])
        outcome.objective = arrays.evaluate(outcome.values)
        # After a time limit PuLP's status says "Optimal"; only sol_status tells.
        outcome.status = "optimal" if solution == pulp.LpSolutionOptimal else "feasible"
        # PuLP does not pass the bound on; an optimal answer at gap 0 is its own bound, as far as this solver goes.
        outcome.bound = outcome.objective if outcome.status == "optimal" else None
    elif solution == pulp.LpSolutionInfeasible:
        outcome.status = "infeasible"
    elif solution == pulp.LpSolutionUnbounded:
        outcome.status = "unbounded"
    return outcome


def probe() -> str:
    """Solve a one-variable model with each solver; says in Chinese which ones work.

    Raises
    ------
    FengwuwuError
        When HiGHS, which every plan needs, does not work.
    """
    answers = []
    for label, solver in (("HiGHS", HighsSolver(10)), ("CBC", cbc(10))):
        problem = pulp.LpProblem("probe", pulp.LpMaximize)
        variable = problem.add_variable("v", 0, 3, cat=pulp.LpInteger)
        problem.setObjective(pulp.LpAffineExpression({variable: 1.0}))
        problem.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression({variable: 2.0}), -1, "row", 5.0))
        try:
            problem.solve(solver)
            good = variable.varValue is not None and abs(variable.varValue - 2) < 1e-6
        except (pulp.PulpSolverError, OSError):
            good = False
        if label == "HiGHS" and not good:
            raise FengwuwuError("求解器 HiGHS 不能使用。", remedy="重新安装 highspy。")
        answers.append(f"{label} 可用" if good else f"{label} 不可用（仅影响第三意见和所选求解器）")
    return f"{'，'.join(answers)}（highspy {version('highspy')}，PuLP {version('pulp')}）"
