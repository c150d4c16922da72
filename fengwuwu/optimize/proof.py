"""When a plan may be called proven: two different solvers or configurations close the gap at the same value.

HiGHS 1.14 and 1.15 gave a wrong "Optimal" with an equal bound on a model of this kind, and CBC did with its default
cuts; so one solver's word is ``within_gap`` at best.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pulp

from fengwuwu.optimize import clock, solve
from fengwuwu.optimize.arrays import Arrays
from fengwuwu.optimize.begun import Begun
from fengwuwu.optimize.solve import Outcome

Status = Literal["proven_optimal", "within_gap", "time_limit", "infeasible", "unbounded", "error"]
PROVEN_GAP = 1e-6
_PATIENCE = 60.0  # seconds that a second opinion has at least before a third configuration starts beside it
# A small model may still have a large tree. There a node of CBC costs a twentieth of one of HiGHS (measured on the
# published knapsack problems), so CBC gets its turn after a short run of HiGHS. Work is counted in nodes, not in
# seconds, so that the plan does not depend on how busy the machine is.
_SMALL = 1500  # nonzeros
_SHORT_NODES, _CBC_NODES = 1000, 1_000_000
_STOPPED = ("feasible", "no_solution")
_WRITING = threading.Lock()
# Projects with a choice of years from which the first opinion, too, branches on what has begun by a year. Set so that
# smaller plans, the shipped one among them, stay as they were among equally good ones; where it pays was not measured.
_MANY_STARTS = 50
STATUS_LABELS: dict[str, str] = {
    "proven_optimal": "已证明最优",
    "within_gap": "在要求的差距之内",
    "time_limit": "到达时限，未证明最优",
    "infeasible": "无可行方案",
    "unbounded": "模型无界",
    "error": "求解出错",
}


@dataclass
class Verdict:
    """What several opinions on one maximisation come to.

    Attributes
    ----------
    status : str
        Key of `STATUS_LABELS`.
    value, bound : float or None
        Best value found, and the smallest bound that no solution contradicts.
    values : ndarray or None
        The best solution, by column.
    proof : str
        Chinese: who confirmed the bound, or why it is not confirmed.
    """

    status: Status
    value: float | None = None
    bound: float | None = None
    values: np.ndarray | None = None
    proof: str = ""
    opinions: list[Outcome] = field(default_factory=list)


Stoppable = Callable[[Callable[[], None]], None]


@dataclass
class Solver:
    """A configuration that can be asked for its opinion."""

    label: str
    run: Callable[[Arrays, pulp.LpProblem, float, float, float, np.ndarray | None, Stoppable | None], Outcome]


def _highs(label: str, options: dict[str, Any], least: int = 1) -> Solver:
    def run(
        arrays: Arrays,
        _: pulp.LpProblem,
        seconds: float,
        gap: float,
        absolute: float,
        hint: np.ndarray | None,
        stoppable: Stoppable | None,
    ) -> Outcome:
        begun = Begun.of(arrays, least)
        outcome = solve.run_highs(
            begun.arrays,
            time_limit=seconds,
            gap=gap,
            absolute_gap=absolute,
            options=options,
            hint=None if hint is None else begun.widened(hint),
            label=label,
            stoppable=stoppable,
        )
        if outcome.values is not None:
            outcome.values = outcome.values[: begun.width]
        return outcome

    return Solver(label, run)


def _pulp(label: str, make: Callable[[float, float], pulp.LpSolver]) -> Solver:
    def run(
        arrays: Arrays,
        problem: pulp.LpProblem,
        seconds: float,
        gap: float,
        _: float,
        __: np.ndarray | None,
        ___: Stoppable | None,
    ) -> Outcome:
        costs = {v: c for v, c in zip(arrays.variables, arrays.cost.tolist(), strict=True) if c}
        asked = time.perf_counter()
        with _WRITING:  # PuLP's classes leave their answer in the problem
            problem.sense = pulp.LpMaximize if arrays.maximise else pulp.LpMinimize
            problem.setObjective(pulp.LpAffineExpression(costs, constant=arrays.offset))
            left = seconds - (time.perf_counter() - asked)
            return solve.run_pulp(problem, make(max(left, 1.0), gap), arrays, label)

    return Solver(label, run)


HIGHS = _highs("HiGHS", {}, _MANY_STARTS)
HIGHS_OTHER = _highs("HiGHS（关闭预处理、另一随机种子）", {"presolve": "off", "random_seed": 7})
HIGHS_SEED = _highs("HiGHS（另一随机种子）", {"random_seed": 11})
CBC = _pulp("CBC（关闭流覆盖割）", solve.cbc)
_SHORT = (
    _highs(HIGHS.label, {"mip_max_nodes": _SHORT_NODES}, _MANY_STARTS),
    _highs(HIGHS_OTHER.label, {"presolve": "off", "random_seed": 7, "mip_max_nodes": _SHORT_NODES}),
)
_MANY_NODES = (
    _pulp(CBC.label, lambda seconds, gap: solve.cbc(seconds, gap, nodes=_CBC_NODES)),
    _pulp(
        "CBC（不用割平面、另一随机种子）",
        lambda seconds, gap: solve.cbc(seconds, gap, ("cuts off", "randomCbcSeed 7"), _CBC_NODES),
    ),
)
PULP_HIGHS = _pulp("PuLP 接口的 HiGHS", solve.pulp_highs)

# First opinion, second opinion, and a third one for when those two do not settle it.
PANELS: dict[str, tuple[Solver, Solver, Solver]] = {
    "highs": (HIGHS, HIGHS_OTHER, CBC),
    "cbc": (CBC, HIGHS, HIGHS_OTHER),
    "pulp_highs": (PULP_HIGHS, HIGHS_OTHER, CBC),
}


def close(bound: float, value: float, tolerance: float = PROVEN_GAP, absolute: float = 1e-9) -> bool:
    """Whether a bound is not farther above a value than the tolerance."""
    return bound - value <= max(tolerance * abs(value), absolute)


def maximise(
    problem: pulp.LpProblem,
    arrays: Arrays,
    *,
    solver: str = "highs",
    gap: float = PROVEN_GAP,
    absolute: float = 1e-9,
    deadline: float,
    hint: np.ndarray | None = None,
    known: Sequence[Outcome] = (),
) -> Verdict:
    """Ask for the opinions that the gap calls for, side by side, and judge them.

    Parameters
    ----------
    problem, arrays : LpProblem, Arrays
        The same model; the objective of `arrays` counts.
    solver : str
        Key of `PANELS`.
    gap : float
        Relative gap asked for; up to 1e-6 a second opinion is sought, above it the first one is enough.
    absolute : float
        Absolute gap that also counts as closed.
    deadline : float
        On the clock of `time.perf_counter`.
    hint : ndarray, optional
        A known solution by column.
    known : sequence of Outcome
        The first opinion on this very objective, when it has been asked for already.
    """
    panel = PANELS[solver]
    if gap > PROVEN_GAP:
        return judge(arrays, _ask(panel[:1], arrays, problem, deadline, gap, absolute, hint), gap, absolute)

    # The solvers stop a little below the gap, so that rounding and re-checking stay within it.
    def ask(solvers: Sequence[Solver], start: np.ndarray | None) -> list[Outcome]:
        return _ask(solvers, arrays, problem, deadline, 0.1 * gap, 0.1 * absolute, start)

    opinions = [*known]
    if panel[:2] == (HIGHS, HIGHS_OTHER) and len(arrays.value) <= _SMALL:
        opinions += ask(_SHORT[len(opinions) :], hint)
        stopped = sum(o.status in _STOPPED for o in opinions)
        if stopped and opinions[0].status in ("optimal", *_STOPPED):
            opinions += ask(_MANY_NODES[:stopped], hint)
        verdict = judge(arrays, opinions, gap, absolute)
        if stopped and (verdict.status == "proven_optimal" or deadline - clock.now() < 1):
            return verdict
        hint = hint if verdict.values is None else verdict.values
        opinions = [o for o in opinions if o.status not in _STOPPED]
    heard = {o.label for o in opinions}
    opinions += ask([s for s in panel[:2] if s.label not in heard][: max(2 - len(opinions), 0)], hint)
    verdict = judge(arrays, opinions, gap, absolute)
    # The third one is also asked when a solver is missing, and when HiGHS calls "Optimal" what its own bound leaves
    # open (it knows the step of the objective), which counts as no opinion.
    unsettled = any(o.status == "error" for o in opinions) or (
        verdict.status != "proven_optimal" and all(o.status == "optimal" for o in opinions)
    )
    if (unsettled or _contradictory(opinions, absolute)) and deadline - clock.now() > 1:
        opinions += ask([s for s in panel[2:] if s.label not in heard], verdict.values)
        verdict = judge(arrays, opinions, gap, absolute)
    return verdict


def _ask(
    solvers: Sequence[Solver],
    arrays: Arrays,
    problem: pulp.LpProblem,
    deadline: float,
    gap: float,
    absolute: float,
    hint: np.ndarray | None,
) -> list[Outcome]:
    """All opinions at once: HiGHS runs outside the interpreter's lock, CBC in a process of its own.

    Without presolve a proof may take many times as long. When HiGHS has its answer and its second opinion has not, a
    third configuration starts beside it; as soon as one of them agrees, the other is stopped.
    """
    if not solvers:
        return []
    began = time.perf_counter()
    with ThreadPoolExecutor(len(solvers) + 1) as pool:

        def start(solver: Solver) -> _Run:
            stops: list[Callable[[], None]] = []
            left = deadline - clock.now()
            future = pool.submit(solver.run, arrays, problem, left, gap, absolute, hint, stops.append)
            return _Run(future, stops)

        runs = [start(solver) for solver in solvers]
        if tuple(solvers) == (HIGHS, HIGHS_OTHER):
            clock.wait([run.future for run in runs], first=True)
            first = [run.future for run in runs if run.future.done()]
            # Only the second opinion is raced, so that the plan is that of the first whatever the clock does.
            slow = [run for run in runs[1:] if not run.future.done()]
            if slow and runs[0].future.done() and all(run.result().status == "optimal" for run in first):
                clock.wait([slow[0].future], max(_PATIENCE, time.perf_counter() - began))
                if not slow[0].future.done():
                    runs.append(start(HIGHS_SEED))
                    _until_one_agrees(first[0].result(), [slow[0], runs[-1]], absolute)
        clock.wait([run.future for run in runs])
        outcomes = [run.future.result() for run in runs]
    for outcome in outcomes:
        if outcome.values is not None and not arrays.satisfied(outcome.values):
            outcome.status, outcome.message = "error", "所给的解违反约束"
            outcome.values = outcome.objective = outcome.bound = None
    return outcomes


@dataclass
class _Run:
    """A solver at work, and how to stop it (once it has begun)."""

    future: Future[Outcome]
    stops: list[Callable[[], None]]


def _until_one_agrees(answer: Outcome, runs: list[_Run], absolute: float) -> None:
    """Wait for the runs; the first that confirms the answer stops the others."""
    open_ = list(runs)
    while open_:
        clock.wait([run.future for run in open_], first=True)
        ended = [run.future.result() for run in open_ if run.future.done()]
        open_ = [run for run in open_ if not run.future.done()]
        if any(_agree(outcome, answer, absolute) for outcome in ended):
            for run in open_:
                for stop in run.stops:
                    stop()
            return


def _agree(one: Outcome, other: Outcome, absolute: float) -> bool:
    """Whether both say "optimal", and both bounds close on the better value without being refuted by it."""
    if one.objective is None or other.objective is None or {one.status, other.status} != {"optimal"}:
        return False
    best = max(one.objective, other.objective)
    return all(
        o.bound is not None and close(o.bound, best, absolute=absolute) and not _refuted(o, best, absolute)
        for o in (one, other)
    )


def _best(opinions: Sequence[Outcome]) -> Outcome | None:
    """The best solution; the earlier opinion wins when they are as good, so that the choice is reproducible."""
    best: Outcome | None = None
    for opinion in opinions:
        if opinion.values is None or opinion.objective is None:
            continue
        if best is None or not close(opinion.objective, best.objective or 0.0, 0.2 * PROVEN_GAP):
            best = opinion if best is None or opinion.objective > (best.objective or 0.0) else best
    return best


def _contradictory(opinions: Sequence[Outcome], absolute: float) -> bool:
    """Whether an opinion's bound, or its "infeasible", is refuted by another one's solution."""
    values = [o.objective for o in opinions if o.objective is not None]
    if not values:
        return False
    top = max(values)
    return any(_refuted(o, top, absolute) for o in opinions)


def _refuted(opinion: Outcome, value: float, absolute: float) -> bool:
    """Whether a solution of this value shows the opinion to be wrong."""
    too_low = opinion.bound is not None and not close(value, opinion.bound, absolute=absolute)
    return opinion.status == "infeasible" or too_low


def judge(arrays: Arrays, opinions: list[Outcome], gap: float, absolute: float = 1e-9) -> Verdict:
    """Status, value and bound that several outcomes of one maximisation justify."""
    if not arrays.maximise:
        raise ValueError("opinions are judged on maximisations")
    best = _best(opinions)
    if best is None or best.objective is None:
        return _without_solution(opinions)
    value = best.objective
    refuted = [o for o in opinions if _refuted(o, value, absolute)]
    sound = [o for o in opinions if o.bound is not None and not _refuted(o, value, absolute)]
    bound = max(value, min((o.bound for o in sound if o.bound is not None), default=np.inf))
    closed = [o for o in sound if o.bound is not None and close(o.bound, value, absolute=absolute)]
    agreeing = [o for o in closed if o.status == "optimal"]
    status: Status
    if len(agreeing) >= 2:
        status = "proven_optimal"
        proof = f"{agreeing[0].label} 求得最优值，{'、'.join(o.label for o in agreeing[1:])} 独立求解得到同一最优值。"
    elif np.isfinite(bound) and close(bound, value, gap, absolute):
        status = "within_gap"
        by = "、".join(o.label for o in sound if o.bound is not None and close(o.bound, value, gap, absolute))
        proof = f"仅由 {by} 给出上界，未经第二意见证实，不称为已证明最优。"
    else:
        status = "time_limit"
        proof = "到达求解时限，上界尚未闭合，不是已证明的最优方案。"
    if failed := [o.label for o in opinions if o.status == "error"]:
        proof += f"{'、'.join(failed)} 没有给出可用的结果。"
    if refuted:
        proof += f"{'、'.join(o.label for o in refuted)} 的结论被更好的方案推翻，未予采信。"
    return Verdict(status, value, float(bound) if np.isfinite(bound) else None, best.values, proof, opinions)


def _without_solution(opinions: list[Outcome]) -> Verdict:
    said = {o.status for o in opinions}
    names = "、".join(o.label for o in opinions if o.status in ("infeasible", "unbounded"))
    if "infeasible" in said:
        return Verdict("infeasible", proof=f"{names} 判定没有满足全部约束的方案。", opinions=opinions)
    if "unbounded" in said:
        return Verdict("unbounded", proof=f"{names} 判定目标无界，请检查情景。", opinions=opinions)
    if "no_solution" in said:
        return Verdict("time_limit", proof="到达求解时限，尚未找到可行方案。", opinions=opinions)
    reasons = "；".join(f"{o.label}：{o.message}" for o in opinions)
    return Verdict("error", proof=f"求解器没有给出结果（{reasons}）。", opinions=opinions)
