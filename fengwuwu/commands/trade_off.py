"""``fengwuwu optimize --frontier N``: the curve between emission reductions and the climate share."""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from fengwuwu.commands.options import Options, limited, scenario_files, waiting, whole


def add(parser: argparse.ArgumentParser) -> None:
    """The option of this way to plan."""
    group = parser.add_argument_group("取舍曲线（减排量与气候友好投资占固定资产投资的比重）")
    group.add_argument(
        "--frontier",
        type=whole(2),
        metavar="点数",
        help="求取舍曲线，写出 frontier.json、frontier.xlsx 及各点的方案；不改动 plan.json",
    )


def curve(options: Options, assessed: pd.DataFrame) -> None:
    """Write the curve, and every point as a plan that `report` and `explain` can take."""
    from fengwuwu import optimize, saying, workflow

    scenario = limited(options, optimize.Scenario.load(*scenario_files(options)))
    folder = options.output or Path("reports") / scenario.name
    say = saying.silent if options.quiet else print
    with waiting(options, "取舍曲线") as told:
        front = optimize.frontier(assessed, scenario, options.frontier, say=lambda text: told(f"取舍曲线，{text}"))
    plans = {i: plan for i, plan in enumerate(front.plans, 1) if plan is not None}
    for plan in plans.values():
        workflow.check_plan(plan)
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("frontier_point_*.json"):  # of an earlier, longer curve
        left.unlink()
    front.save(folder / "frontier.json")
    front.to_excel(folder / "frontier.xlsx")
    for point, plan in plans.items():
        plan.save(folder / f"frontier_point_{point}.json")
    say(front.summary())
    say(f"写出：{folder / 'frontier.json'}、{folder / 'frontier.xlsx'}")
    say(f"各点的方案：{folder / 'frontier_point_<点>.json'}；选定后用 fengwuwu report --plan 写申报材料。")
