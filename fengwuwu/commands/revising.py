"""``fengwuwu optimize --revise PLAN``: plan again with few changes against an earlier plan."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from fengwuwu.commands.options import Options, amount, limited, meter, waiting, whole
from fengwuwu.errors import InputError


def add(parser: argparse.ArgumentParser) -> None:
    """The options of this way to plan."""
    group = parser.add_argument_group("在原方案上调整（新项目到来时）")
    group.add_argument("--revise", type=Path, metavar="方案", help="原方案 plan.json；不给 --scenario 时沿用其情景")
    how = group.add_mutually_exclusive_group()
    how.add_argument(
        "--max-changes", type=whole(0), metavar="处数", help="最多变动几处；与下一项都不给时按变动曲线选定，并说明理由"
    )
    how.add_argument(
        "--change-price",
        type=amount(1e12, " 0 或正数"),
        metavar="吨",
        help="每处变动至少须多减排多少吨（核算期合计，二氧化碳当量）",
    )
    group.add_argument("--count-moves", action="store_true", help="改开工年也算一处变动")


def check(options: Options) -> None:
    """Refuse options that do not go together."""
    if options.revise and options.frontier:
        raise InputError("--revise 与 --frontier 不能同时用。", remedy="分两次运行。")
    asked = options.max_changes is not None or options.change_price is not None or options.count_moves
    if asked and not options.revise:
        raise InputError(
            "--max-changes、--change-price、--count-moves 只用于在原方案上调整。", remedy="用 --revise 指定原方案。"
        )


def revise(options: Options, assessed: pd.DataFrame, scenario_files: Sequence[Path] | None) -> None:
    """Write the revised plan, its difference from the earlier one, and the curve when it was asked to choose."""
    from fengwuwu import optimize, workflow

    old = optimize.Plan.load(options.revise)
    scenario = limited(options, optimize.Scenario.load(*scenario_files) if scenario_files else old.scenario)
    folder = options.output or Path("reports") / scenario.name
    sheets: dict[str, pd.DataFrame] = {}
    most = options.max_changes
    if most is None and options.change_price is None:
        with meter(options, "变动曲线") as progress:
            curve = optimize.changes_curve(old, assessed, scenario, count_moves=options.count_moves, progress=progress)
        most = curve.suggested
        sheets["变动曲线"] = curve.table()
        if not options.quiet:
            print(curve.summary())
    with waiting(options, "调整方案"):
        new = optimize.revise(
            old,
            assessed,
            scenario,
            max_changes=most,
            change_price=options.change_price,
            count_moves=options.count_moves,
        )
    workflow.check_plan(new, where=str(options.revise))
    difference = optimize.compare(old, new)
    names = ["plan.json", "plan.xlsx", "difference.json"]
    target = folder / "plan.json"
    if target.exists() and target.samefile(options.revise):
        old.save(folder / "plan_before.json")  # the earlier plan must not get lost
        names.append("plan_before.json")
    workflow.write_plan(new, folder, sheets | difference.sheets())
    text = json.dumps(difference.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)
    (folder / "difference.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    if options.quiet:
        return
    print(new.summary())
    for note in new.notes:
        print(f"  {note}")
    print(difference.summary())
    print(f"写出：{'、'.join(str(folder / name) for name in names)}")
