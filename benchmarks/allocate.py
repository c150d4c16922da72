"""The financing optimiser against general tools, as ratios of one run: building, proof, curve, revising, draws.

Run: ``python benchmarks/allocate.py`` (some minutes), ``--all`` (every size of `ALL`: many hours), or choose::

    python benchmarks/allocate.py build 300 3000 30000
    python benchmarks/allocate.py prove 300x1 3000x1 60x3 60x3c 134x5 --limit 60
    python benchmarks/allocate.py front 300
    python benchmarks/allocate.py revise 300x1 60x3c
    python benchmarks/allocate.py robust 60x3c --draws 40

``NxS`` is N projects with S start years; a trailing ``c`` carries unused money over, ``d`` checks debt cover project by
project (then nearly every project is a type of its own), ``y`` spreads construction over years although there is only
one start year (by default each source is then one sum). Instances come from `instances.instance`.

Where we prove a plan (second opinion included), a peer gets ``--times`` × our time (by default twice the ratio aimed
at), at most 20 minutes, and one stopped there is "more than"; where we do not, everyone gets ``--limit`` seconds and
the gaps stand side by side. Peers get the plain model, one column for each project, source and start (or ours,
``--grouped``); one thread each, gap 1e-6. Ratios aimed at: building within 3 × of raw highspy at 30 000 projects; proof
10 × sooner than the best peer with one start year, 50 × from 30 000 projects, 5 × with several start years; the front
in less than 5 HiGHS solves; revising 3 × sooner than from scratch.
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest import mock

import formulations
import numpy as np
import pandas as pd
import peers
from instances import instance

from fengwuwu.optimize import Plan, Scenario, allocate, frontier, model, objective, revise, robustness, solve, terms
from fengwuwu.optimize.arrays import Arrays, extract
from fengwuwu.optimize.table import prepare

GAP = 1e-6
LONGEST = 1200.0
STARTS = [f"{n}x{starts}{carry}" for n in (60, 134, 300) for starts in (3, 5) for carry in ("", "c")]
DEFAULT = {
    "build": ["300", "3000"],
    "prove": ["300x1", "60x3", "60x3c"],
    "front": ["60"],
    "revise": ["60x3c"],
    "robust": ["60x3c"],
}
ALL = {
    "build": ["300", "3000", "30000"],
    "prove": ["300x1", "3000x1", "30000x1", *STARTS],
    "front": ["300"],
    "revise": ["300x1", "60x3", "60x3c"],
    "robust": ["60x3c", "300x1"],
}


def plain(numbers: terms.Terms) -> Arrays:
    """The model with one column for each project, source and start."""
    built = model.build(numbers, groups=[[p] for p in range(numbers.n) if numbers.need[p] > 0])
    return extract(built.problem).objective(built.emission())


def whole(numbers: terms.Terms) -> Arrays:
    """Our full model: projects of a type share the columns of their money, which is exact."""
    built = model.build(numbers)
    return extract(built.problem).objective(built.emission())


def timed(work: Callable[[], Any], repeat: int = 1) -> tuple[float, Any]:
    """Median wall time, and the last result."""
    taken, result = [], None
    for _ in range(repeat):
        began = time.perf_counter()
        result = work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken), result


def handed_over(numbers: terms.Terms) -> Any:
    """Ours: from the numbers to a HiGHS that has the model."""
    solver = solve.new_highs()
    solver.passModel(solve.highs_lp(whole(numbers), integer=True))
    return solver


def build(sizes: list[str], seed: int) -> None:
    """Seconds from numbers to a model inside HiGHS."""
    print("\nbuild and hand over, families 1 to 4, one start year, no solve (seconds; × raw highspy)")
    for size in sizes:
        table, data = instance(int(size), seed=seed, logic=False, time_limit=LONGEST)
        scenario = Scenario.model_validate(data)
        reading, prepared = timed(lambda table=table, scenario=scenario: prepare(table, scenario))
        deriving, numbers = timed(
            lambda prepared=prepared, scenario=scenario: terms.derive(prepared.projects, scenario)
        )
        figures = formulations.Figures.of(numbers)
        repeat = 3 if int(size) <= 3000 else 1
        works: dict[str, Callable[[], Any]] = {
            "raw highspy": lambda f=figures: formulations.raw(f),
            "ours": lambda numbers=numbers: handed_over(numbers),
            "linopy": lambda f=figures: formulations.by_linopy(f),
            "Pyomo": lambda f=figures: formulations.by_pyomo(f),
        }
        scale = 0.0
        for name, work in works.items():
            seconds, result = timed(work, repeat)
            scale = scale or seconds
            shape = f"{result.getNumCol()} × {result.getNumRow()}" if hasattr(result, "getNumCol") else ""
            check = f"  relaxation {_relaxed(result):.9g}" if int(size) <= 3000 and hasattr(result, "getNumCol") else ""
            print(f"  {size:>6} {name:12} {seconds:9.3f}  {seconds / scale:7.1f}×  {shape}{check}", flush=True)
        print(f"  {size:>6} before that: reading and checking the table {reading:.3f}, deriving {deriving:.3f}")


def _relaxed(solver: Any) -> float:
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("solve_relaxation", True)
    solver.run()
    return float(solver.getInfo().objective_function_value)


def parse(size: str) -> tuple[int, int, dict[str, Any]]:
    """``60x3c`` → 60, 3, options."""
    found = re.fullmatch(r"(\d+)x(\d+)([cdy]*)", size)
    if found is None:
        raise SystemExit(f"{size}: NxS with optional letters c, d, y, please")
    letters = found[3]
    return (
        int(found[1]),
        int(found[2]),
        {
            "carry_over": "c" in letters,
            "cover": "d" in letters,
            "spread": True if "y" in letters else None,
        },
    )


def aim(n: int, starts: int) -> float:
    """How many times sooner than the best peer a proof shall be."""
    return 5.0 if starts > 1 else 50.0 if n >= 30_000 else 10.0


def prove(
    sizes: list[str], seeds: list[int], limit: float, times: float | None, skip: list[str], grouped: bool
) -> None:
    """Seconds to a proven plan, or the gap left."""
    print("\nproof: seconds when the gap is closed to 1e-6, else the gap left after those seconds")
    for size in sizes:
        n, starts, options = parse(size)
        for seed in seeds:
            table, data = instance(n, starts, seed, **options, time_limit=limit)
            scenario = Scenario.model_validate(data)
            ours, plan = solved(table, scenario)
            numbers = terms.derive(prepare(table, scenario).projects, scenario)
            proven = plan.status == "proven_optimal"
            faults = len(plan.verify())
            print(
                f"  {size:>8} seed {seed} ours   {_said(ours, proven, plan.gap)}  value {plan.objective or 0:.9g}  "
                f"{plan.status}, {faults} violations; whole call {plan.runtime:.1f} s. {plan.proof}",
                flush=True,
            )
            wanted = aim(n, starts)
            given = min(LONGEST, max((times or 2 * wanted) * ours, 1.0)) if proven else limit
            arrays, best = (whole if grouped else plain)(numbers), float("inf")
            for name, solver in peers.SOLVERS.items():
                if name in skip:
                    continue
                answer = solver(arrays, given, GAP)
                done = answer.done and answer.gap <= 2 * GAP
                best = min(best, (answer.seconds if done else given) if proven else answer.gap)
                value = 0.0 if answer.value is None else answer.value * model.TONNES
                wrong = ""
                if plan.bound is not None and plan.objective is not None:
                    wrong = "  above our bound" if value > plan.bound * (1 + 2e-6) else ""
                    wrong += "  says optimal, worse than ours" if done and value < plan.objective * (1 - 3e-6) else ""
                print(
                    f"  {'':>8} {'':6} {name:6} {_said(answer.seconds, done, answer.gap)}  value {value:.9g}"
                    f"  {answer.seconds / ours:7.1f}×{wrong}",
                    flush=True,
                )
            if proven:
                more = "more than " if best >= given else ""
                print(f"  {'':>8} {'':6} the best of them needs {more}{best / ours:.1f}× as long (aim: {wanted:.0f}×)")
            else:
                ratio = (plan.gap or np.inf) / best
                print(f"  {'':>8} {'':6} our gap is {ratio:.2f} of the best of theirs (aim: a proof, or half)")


def solved(table: pd.DataFrame, scenario: Scenario) -> tuple[float, Plan]:
    """Seconds of solving alone, as for the peers (building is measured by itself), and the plan."""
    inner, taken = objective.optimise, []

    def watched(*given: Any, **named: Any) -> objective.Solution:
        began = time.perf_counter()
        solution = inner(*given, **named)
        taken.append(time.perf_counter() - began)
        return solution

    with mock.patch.object(objective, "optimise", watched):
        plan = allocate(table, scenario)
    return taken[0], plan


def _said(seconds: float, done: bool, gap: float | None) -> str:
    return f"{seconds:9.2f} s " if done else f"{seconds:9.2f} s, gap {'none' if gap is None else format(gap, '.1e'):>8}"


def front(sizes: list[str], seed: int, limit: float) -> None:
    """The 21-point front against one solve by HiGHS."""
    print("\n21-point front, one start year")
    for size in sizes:
        table, data = instance(int(size), seed=seed, time_limit=limit)
        scenario = Scenario.model_validate(data)
        numbers = terms.derive(prepare(table, scenario).projects, scenario)
        once = peers.highs(plain(numbers), LONGEST, GAP)
        spent, found = timed(lambda table=table, scenario=scenario: frontier(table, scenario))
        proven = sum(plan.status == "proven_optimal" for plan in found.plans)
        peer = f"one HiGHS solve {once.seconds:.1f} s{'' if once.done else ' (not finished)'}"
        ratio = spent / once.seconds
        print(
            f"  {size:>6} {spent:.1f} s for {len(found.plans)} plans, {proven} proven; {peer}: {ratio:.1f}×", flush=True
        )


def revision(sizes: list[str], seed: int, limit: float) -> None:
    """One in twenty projects is new: re-optimising from the earlier plan against planning from scratch."""
    print("\nrevising after 5 % new arrivals, any number of changes allowed")
    for size in sizes:
        n, starts, options = parse(size)
        table, data = instance(n, starts, seed, **options, time_limit=limit)
        scenario = Scenario.model_validate(data)
        needed = set(table["requires"].dropna())
        late = [p for p in table["project_id"] if p not in needed][:: max(1, 20)]
        before = allocate(table[~table["project_id"].isin(late)], scenario)
        again, revised = timed(lambda: revise(before, table, scenario))  # noqa: B023
        scratch, fresh = timed(lambda: allocate(table, scenario))  # noqa: B023
        same = abs(revised.objective - fresh.objective) <= 2 * GAP * abs(fresh.objective)
        print(
            f"  {size:>8} revise {again:.2f} s ({revised.status}), from scratch {scratch:.2f} s ({fresh.status}): "
            f"{scratch / again:.1f}× sooner, {'same optimum' if same else 'other value'}",
            flush=True,
        )


def robust(sizes: list[str], seed: int, limit: float, draws: int) -> None:
    """Draws per second; in each the plan is held, repaired, and the best plan sought to 1e-3."""
    print(f"\nrobustness, {draws} draws, with the assumptions ranked and the conservative plan")
    for size in sizes:
        n, starts, options = parse(size)
        table, data = instance(n, starts, seed, **options, time_limit=limit)
        scenario = Scenario.model_validate(data)
        plan = allocate(table, scenario)
        for workers in (1, 2):
            analyse = partial(robustness, table, scenario, draws, seed, workers, plan=plan, gap=1e-3, seconds=limit)
            spent, found = timed(analyse)
            late = int((found.draws["status"] == "time_limit").sum())
            print(
                f"  {size:>8} {workers} process{'es' if workers > 1 else '  '} {spent:.1f} s: "
                f"{draws / spent:.2f} draws per second, {late} stopped by the limit",
                flush=True,
            )


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="?", choices=list(DEFAULT))
    parser.add_argument("sizes", nargs="*")
    parser.add_argument("--all", action="store_true", help="all sizes instead of the quick ones")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--limit", type=float, default=60.0, help="seconds where a plan is not proven")
    parser.add_argument("--times", type=float, help="a peer's limit as a multiple of our time to proof")
    parser.add_argument("--skip", nargs="*", default=[], choices=list(peers.SOLVERS))
    parser.add_argument("--grouped", action="store_true", help="peers get our model with shared columns for money")
    parser.add_argument("--draws", type=int, default=20, help="of the robustness analysis")
    given = parser.parse_args()
    seed, limit = given.seeds[0], given.limit
    parts: dict[str, Callable[[list[str]], None]] = {
        "build": lambda sizes: build(sizes, seed),
        "prove": lambda sizes: prove(sizes, given.seeds, limit, given.times, given.skip, given.grouped),
        "front": lambda sizes: front(sizes, seed, limit),
        "revise": lambda sizes: revision(sizes, seed, limit),
        "robust": lambda sizes: robust(sizes, seed, limit, given.draws),
    }
    for part, work in parts.items():
        if given.part in (None, part):
            work(given.sizes or (ALL if given.all else DEFAULT)[part])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
