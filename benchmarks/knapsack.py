"""The 90 published knapsack problems of `published`, solved by the public `allocate` with gap 0.

Run: ``python benchmarks/knapsack.py --folder FOLDER [NAME …]`` (all by default; the folder has the published files).
Prints instance, published optimum, value found, status and seconds; the exit code is 1 unless every optimum came out.

Each is one allocation problem: an item is a project that can only start in the first year, the weights are its
investment year by year, a capacity is the one instrument's money in a year, and the profit is what it saves.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
from published import Knapsack, problems

from fengwuwu.optimize import Scenario, allocate

FOLDER = "FENGWUWU_ORLIB"
FIRST = 2027


def mapped(problem: Knapsack, time_limit: float) -> tuple[pd.DataFrame, Scenario]:
    """Projects and scenario whose optimum is that of the problem."""
    weights = np.array(problem.weights, float)
    years = len(weights)
    whole = weights.sum(axis=0)
    profile = np.where(whole > 0, weights / np.where(whole > 0, whole, 1), 1 / years)
    projects = pd.DataFrame({
        "project_id": [f"K{k:04d}" for k in range(weights.shape[1])],
        "county": "奉节县",
        "category": "energy",
        "investment_wan_yuan": whole,
        "financing_need_wan_yuan": whole,
        "capital_ratio_min": 0.0,
        "emission_reduction_t_per_year": problem.profits,
        "lifetime_years": 1,
        "climate_fraction": 1.0,
        "benefit": "mitigation",
        "earliest_start": FIRST,
        "latest_start": FIRST,
        "construction_years": years,
        "construction_profile": [";".join(map(repr, column.tolist())) for column in profile.T],
    })
    money = {FIRST + k: float(capacity) for k, capacity in enumerate(problem.capacities)}
    scenario = Scenario.model_validate({
        "name": "knapsack",
        "title": "公开算例（背包问题）",
        "start_years": [FIRST],
        "budget_years": list(money),
        "carry_over": False,
        "accounting_years": years + 1,
        "dscr": None,
        "instruments": {"money": {"label": "资金", "kind": "capital", "budget_wan_yuan": money}},
        "gap": 0.0,
        "time_limit": time_limit,
    })
    return projects, scenario


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="*", help="problems to solve; all by default")
    parser.add_argument("--time-limit", type=float, default=600.0, help="seconds for each (600)")
    folder = os.environ.get(FOLDER)
    parser.add_argument("--folder", type=Path, default=folder, required=not folder, help=f"the files (${FOLDER})")
    options = parser.parse_args()
    chosen = [p for p in problems(options.folder).values() if not options.name or p.name in options.name]
    print(f"{'instance':22}{'items':>6}{'years':>6}{'published':>12}{'found':>12}  {'status':16}{'seconds':>8}")
    reached = 0
    for problem in chosen:
        began = time.perf_counter()
        plan = allocate(*mapped(problem, options.time_limit))
        seconds = time.perf_counter() - began
        found = float("nan") if plan.objective is None else plan.objective
        reached += abs(found - problem.optimum) < 1e-3 and plan.status == "proven_optimal" and plan.verify().empty
        size = f"{len(problem.profits):6}{len(problem.capacities):6}"
        print(
            f"{problem.name:22}{size}{problem.optimum:12.10g}{found:12.10g}  {plan.status:16}{seconds:8.2f}",
            flush=True,
        )
    print(f"{reached} of {len(chosen)} published optima found and proven")
    return 0 if reached == len(chosen) else 1


if __name__ == "__main__":
    raise SystemExit(main())
