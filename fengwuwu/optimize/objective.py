"""The objectives, one after another: reductions, the share of fixed-asset investment (exactly, by Dinkelbach), both."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from fengwuwu.optimize import clock, proof, structure
from fengwuwu.optimize.arrays import Arrays, extract
from fengwuwu.optimize.model import MONEY, TONNES, Model
from fengwuwu.optimize.proof import Status, Verdict
from fengwuwu.optimize.solve import Outcome
from fengwuwu.optimize.terms import Terms

_WORST: tuple[Status, ...] = ("proven_optimal", "within_gap", "time_limit")


@dataclass
class Stage:
    """One objective of a run.

    Attributes
    ----------
    objective : str
        ``emission_reduction`` (tCO2e) or ``climate_share`` (0–1).
    value, bound : float or None
    runtime : float
        Seconds.
    """

    objective: str
    status: Status
    value: float | None = None
    bound: float | None = None
    runtime: float = 0.0
    proof: str = ""


@dataclass
class Solution:
    """The decisions of the last stage that gave any, with every stage."""

    stages: list[Stage] = field(default_factory=list)
    fund: dict[tuple[int, int], float] | None = None

    @property
    def status(self) -> Status:
        """The worst of the stages."""
        found = [stage.status for stage in self.stages]
        failed = [s for s in found if s not in _WORST]
        return (
            failed[0]
            if failed and self.fund is None
            else max(("time_limit" if s not in _WORST else s for s in found), key=_WORST.index)
        )


def optimise(
    model: Model, deadline: float, hint: np.ndarray | None = None, shared: structure.Shared | None = None
) -> Solution:
    """Run the objectives of the scenario in their order, each within the tolerance of the one before.

    A known solution by column (`hint`) is where the first one starts; `shared` is what related models have found.
    """
    began = time.perf_counter()
    together = _together(model, deadline, hint, shared or structure.Shared())
    scenario = model.terms.scenario
    solution = Solution()
    for k, goal in enumerate(scenario.goals):
        arrays = extract(model.problem)
        scale = TONNES if goal == "emission_reduction" else 1.0
        if together is not None:
            verdict = together[k]
        elif goal == "emission_reduction":
            verdict = _reductions(model, arrays, deadline, hint)
        else:
            verdict = _share(model, arrays, deadline, hint)
        stage = Stage(goal, verdict.status, runtime=time.perf_counter() - began, proof=verdict.proof)
        began = time.perf_counter()
        solution.stages.append(stage)
        if verdict.values is None or verdict.value is None:
            break
        hint = verdict.values
        solution.fund = decisions(model, arrays, hint)
        stage.value, stage.bound = achieved(model.terms, goal, solution.fund), None
        if verdict.bound is not None:
            stage.bound = scale * verdict.bound
            # Rounding to whole decisions may lift the value by the solver's tolerance, never by more.
            if stage.value > stage.bound and relative_gap(stage.value, stage.bound) <= 0.1 * proof.PROVEN_GAP:
                stage.bound = stage.value
        _check(stage, scenario.gap)
        if k + 1 < len(scenario.goals) and together is None:
            hold(model, goal, verdict.value, scenario.tolerance, k)
    return solution


def achieved(terms: Terms, goal: str, fund: dict[tuple[int, int], float]) -> float:
    """Value of an objective for whole decisions: tCO2e, or a ratio."""
    if goal == "emission_reduction":
        return float(sum(f * terms.reductions[p][terms.starts[p].index(s)] for (p, s), f in fund.items()))
    base, climate = (MONEY * part for part in base_investment(terms))
    spent = sum(f * terms.investment[p] for (p, _), f in fund.items())
    good = sum(f * terms.investment[p] * terms.climate[p] for (p, _), f in fund.items())
    return float((climate + good) / (base + spent))


def relative_gap(value: float, bound: float) -> float:
    """|bound − value| relative to the value; absolute when the value is zero."""
    return abs(bound - value) / (abs(value) if abs(value) > 1e-12 else 1.0)


def _check(stage: Stage, gap: float) -> None:
    """The status must survive the re-check on whole decisions."""
    if stage.value is None or stage.bound is None:
        return
    found = relative_gap(stage.value, stage.bound)
    if stage.status == "proven_optimal" and (found > proof.PROVEN_GAP or stage.bound < stage.value):
        stage.status = "within_gap"
        stage.proof += "取整复核后的差距大于百万分之一，不称为已证明最优。"
    if stage.status == "within_gap" and found > max(gap, proof.PROVEN_GAP):
        stage.status = "time_limit"


def decisions(model: Model, arrays: Arrays, values: np.ndarray) -> dict[tuple[int, int], float]:
    """Funded fraction by project and start, whole where it has to be."""
    place = arrays.column()
    found = {}
    for (p, s), variable in model.fund.items():
        fraction = float(values[place[id(variable)]])
        if not model.terms.divisible[p]:
            fraction = round(fraction)
        elif values[place[id(model.start[p, s])]] < 0.5:
            fraction = 0.0
        if fraction > 1e-7:
            found[p, s] = min(fraction, 1.0)
    return found


def hold(model: Model, goal: str, best: float, tolerance: float, k: int) -> None:
    """Later stages may give up at most the tolerance of an earlier one, relative to max(|best|, 1)."""
    # A ten-millionth more keeps the solution just found feasible for the solver.
    unit = 1 / TONNES if goal == "emission_reduction" else 1.0
    least = best - (tolerance + 1e-7) * max(abs(best), unit)
    if goal == "emission_reduction":
        model.row(f"hold_{k}", model.emission(), ">=", least)
    else:
        base, climate = base_investment(model.terms)
        row = model.investment(climate=True)
        for variable, amount in model.investment(climate=False).items():
            row[variable] = row.get(variable, 0.0) - least * amount
        model.row(f"hold_{k}", row, ">=", least * base - climate)


def _reductions(model: Model, arrays: Arrays, deadline: float, hint: np.ndarray | None) -> Verdict:
    scenario = model.terms.scenario
    goal = arrays.objective(model.emission())
    found: Verdict | None = None
    if structure.suits(model, scenario.solver):
        found = structure.maximise(model, goal, gap=scenario.gap, deadline=deadline, hint=hint)
        settled = "proven_optimal" if scenario.gap <= proof.PROVEN_GAP else "within_gap"
        if found is not None and (found.status in (settled, "proven_optimal") or deadline - clock.now() < 1):
            return found
    plain = proof.maximise(
        model.problem,
        goal,
        solver=scenario.solver,
        gap=scenario.gap,
        deadline=deadline,
        hint=hint if found is None else found.values,
    )
    return plain if found is None else _better(found, plain)


def _better(found: Verdict, plain: Verdict) -> Verdict:
    """The plain answer, unless it ran out of time with a worse plan or a worse bound."""
    if plain.status in ("proven_optimal", "within_gap") or found.value is None or found.bound is None:
        return plain
    if plain.value is None or plain.value <= found.value:
        found.bound = found.bound if plain.bound is None else max(found.value, min(found.bound, plain.bound))
        return found
    plain.bound = max(plain.value, min(found.bound, np.inf if plain.bound is None else plain.bound))
    return plain


def base_investment(terms: Terms) -> tuple[float, float]:
    """Fixed-asset investment outside the library, all and climate-friendly, over all counties and years, 百万元."""
    bases = terms.scenario.base_investment.values()
    climate = sum(sum(b.climate_wan_yuan.values()) for b in bases) / MONEY
    return climate + sum(sum(b.other_wan_yuan.values()) for b in bases) / MONEY, climate


def _ratio(model: Model, arrays: Arrays) -> structure.Ratio:
    """The climate share of fixed-asset investment by column."""
    base, climate = base_investment(model.terms)
    part = arrays.objective(model.investment(climate=True)).cost
    return structure.Ratio(climate, base, part, arrays.objective(model.investment(climate=False)).cost)


def _together(
    model: Model, deadline: float, hint: np.ndarray | None, shared: structure.Shared
) -> tuple[Verdict, Verdict] | None:
    """Both objectives at once, where that is possible and proves both."""
    scenario = model.terms.scenario
    wanted = scenario.goals == ["emission_reduction", "climate_share"] and scenario.tolerance == 0.0
    if not wanted or not structure.suits(model, scenario.solver):
        return None
    arrays = extract(model.problem).objective(model.emission())
    return structure.both(
        model, arrays, _ratio(model, arrays), gap=scenario.gap, deadline=deadline, hint=hint, shared=shared
    )


def _share(model: Model, arrays: Arrays, deadline: float, hint: np.ndarray | None) -> Verdict:
    """Maximise (C + Σ g I y) ÷ (A + C + Σ I y) by Dinkelbach: the best σ is where max N − σ D is zero.

    Every step is a linear model; a bound b of it bounds the share by σ + b ÷ (A + C), since D ≥ A + C.
    """
    scenario = model.terms.scenario
    of_climate, of_all = model.investment(climate=True), model.investment(climate=False)
    ratio = _ratio(model, arrays)
    base, climate = ratio.whole, ratio.part
    share = climate / base if hint is None else ratio.of(hint)
    settled: list[Outcome] = []  # the first opinion that the share cannot rise, to be confirmed by a second one
    while True:
        net = {v: of_climate.get(v, 0.0) - share * amount for v, amount in of_all.items()}
        # At the solution N − σ D is zero, so a relative gap means nothing there.
        absolute = max(0.5 * scenario.gap * share * base, 1e-9)
        verdict = proof.maximise(
            model.problem,
            arrays.objective(net, offset=climate - share * base),
            solver=scenario.solver,
            # One opinion is enough while the share still rises.
            gap=scenario.gap if settled else max(scenario.gap, 1e-5),
            absolute=absolute if settled else 0.1 * absolute,
            deadline=deadline,
            hint=hint,
            known=settled,
        )
        if verdict.values is None or verdict.value is None:
            return verdict
        bound = None if verdict.bound is None else share + max(verdict.bound, 0.0) / base
        reached = ratio.of(verdict.values)
        risen = reached - share
        if hint is None or risen >= 0:
            hint, share = verdict.values, reached
        rises = risen > 0.1 * scenario.gap * abs(share) + 1e-12
        if verdict.status == "time_limit" or (not rises and (settled or scenario.gap > proof.PROVEN_GAP)):
            break
        settled = [] if rises else verdict.opinions[:1]
    return Verdict(
        verdict.status, share, None if bound is None else max(bound, share), hint, verdict.proof, verdict.opinions
    )
