"""``fengwuwu optimize --robust N``, ``--strategies``: how the plan stands when figures are wrong, and beside others."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from fengwuwu.commands.options import Options, meter, positive, waiting, whole
from fengwuwu.errors import InputError
from fengwuwu.saying import silent

if TYPE_CHECKING:
    from fengwuwu.optimize import Plan

_SEED = 1


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    group = parser.add_argument_group("方案有多可靠（写出方案之后再做，耗时较长）")
    group.add_argument(
        "--robust",
        type=positive,
        metavar="次数",
        help="抽样次数，如 200：减排量、投资、收入、碳价和工期在不确定性范围内变动时，方案值多少、哪些项目仍入选；"
        "写出 robustness.json、robustness.xlsx 和几个接近最优的备选方案",
    )
    group.add_argument(
        "--strategies", action="store_true", help="与先到先得、按每万元减排量排序、随机次序相比；写入 plan.xlsx"
    )
    group.add_argument("--seed", type=whole(0), metavar="种子", help=f"随机种子（默认 {_SEED}）；相同的种子结果相同")
    group.add_argument("--workers", type=positive, metavar="个数", help="同时用几个进程（默认按处理器个数）")
    group.add_argument("--dask", metavar="地址", help="改在 Dask 集群上算，如 tcp://10.0.0.1:8786")


def check(options: Options) -> None:
    """Refuse options that do not go together."""
    asked = options.robust or options.strategies
    if asked and (options.frontier or options.revise):
        raise InputError("--robust、--strategies 不能与 --frontier、--revise 同时用。", remedy="分两次运行。")
    if not asked and (options.seed is not None or options.workers is not None or options.dask):
        raise InputError("--seed、--workers、--dask 只用于 --robust 和 --strategies。", remedy="去掉，或加上其中之一。")


def judge(options: Options, plan: Plan, assessed: pd.DataFrame, folder: Path) -> None:
    """What the options ask for, beside a plan that has been written to `folder`."""
    seed = _SEED if options.seed is None else options.seed
    if options.strategies:
        _compare(options, plan, assessed, folder, seed)
    if options.robust:
        _draw(options, plan, assessed, folder, seed)


def _compare(options: Options, plan: Plan, assessed: pd.DataFrame, folder: Path, seed: int) -> None:
    from fengwuwu import optimize, workflow

    with meter(options, "选择办法") as progress:
        found = optimize.strategies(
            plan, assessed, seed=seed, workers=options.workers, dask=options.dask, progress=progress
        )
    workflow.write_plan(plan, folder, {"选择办法对比": found.sheet()})
    if not options.quiet:
        print(found.summary())
        print(f"写入：{folder / 'plan.xlsx'} 的“选择办法对比”")


def _draw(options: Options, plan: Plan, assessed: pd.DataFrame, folder: Path, seed: int) -> None:
    from fengwuwu import optimize
    from fengwuwu.optimize.robust import beside

    say = silent if options.quiet else print
    with meter(options, "抽样") as progress:
        found = optimize.robustness(
            assessed,
            plan.scenario,
            options.robust,
            seed,
            options.workers,
            options.dask,
            plan=plan,
            progress=progress,
        )
    with waiting(options, "求接近最优的备选方案") as told:
        others = optimize.alternatives(plan, say=told)
    for left in folder.glob("alternative_*.json"):  # of an earlier run with more of them
        left.unlink()
    for k, other in enumerate(others.plans, 1):
        other.save(folder / f"alternative_{k}.json")
    found.save(beside.path(folder / "plan.json"))
    found.to_excel(folder / "robustness.xlsx", {"备选方案": others.sheet()})
    say(found.summary())
    say(others.summary())
    say(f"写出：{folder / 'robustness.json'}、{folder / 'robustness.xlsx'}")
    if others.plans:
        say(f"备选方案：{folder / 'alternative_<序号>.json'}；选定后用 fengwuwu report --plan 写申报材料。")
