"""The analysis of robustness that lies beside a plan file, so that every document shows the same figures."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from fengwuwu.optimize.parallel import Progress
from fengwuwu.optimize.plan import Plan
from fengwuwu.optimize.robust.result import Robustness
from fengwuwu.optimize.robust.robustness import robustness
from fengwuwu.optimize.stability import decided

FILE = "robustness.json"


def path(plan: Path) -> Path:
    """Where the analysis of a plan file is kept."""
    return plan.with_name(FILE)


def find(plan_path: Path, plan: Plan) -> Robustness | None:
    """The analysis beside a plan file; None when there is none, or it is of other decisions."""
    if not path(plan_path).is_file():
        return None
    found = Robustness.load(path(plan_path))
    chosen = found.selection[found.selection["planned"]]
    starts = dict(zip(chosen["project_id"], chosen["planned_start"], strict=True))
    same = {name: start for name, (_, start) in decided(plan.decisions).items()} == starts
    return found if same and found.title == plan.scenario.title else None


def make(
    assessed: pd.DataFrame,
    plan_path: Path,
    draws: int,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Robustness:
    """Analyse a plan and keep the result beside it; an analysis of at least as many draws that lies there is kept.

    Raises
    ------
    InputError, ScenarioError
        See `robustness`.
    """
    plan = Plan.load(plan_path)
    kept = find(plan_path, plan)
    if kept is not None and len(kept.draws) >= draws:
        return kept
    table = pd.DataFrame(assessed.drop(columns="geometry", errors="ignore"))
    found = robustness(table, plan.scenario, draws, workers=workers, plan=plan, progress=progress)
    found.save(path(plan_path))
    return found
