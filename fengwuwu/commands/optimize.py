"""``fengwuwu optimize``: one plan; or the trade-off curve; or an earlier plan revised."""

from __future__ import annotations

from pathlib import Path

from fengwuwu.commands import revising, robust, trade_off
from fengwuwu.commands.options import Groups, Options, Parents, amount, opened, scenario_files, waiting
from fengwuwu.errors import InputError


def add(groups: Groups, parents: Parents) -> None:
    """Put the command on the parser."""
    made = groups.add_parser(
        "optimize",
        help="求投融资方案",
        description="求投融资方案，写出 plan.json 与 plan.xlsx。",
        parents=[parents.common, parents.store, parents.folder, parents.scenario, parents.moment],
    )
    made.add_argument(
        "--grid-path",
        metavar="情景",
        help="减排量按电网因子逐年变化的情景核算，如“电网因子每年下降 1 %%”（默认不变）；方案和据此写的材料注明",
    )
    made.add_argument(
        "--time-limit",
        type=amount(86400, "小于 86400 的秒数"),
        metavar="秒",
        help="求解时限，代替情景中的 time_limit（基准情景 120 秒）；到时给出已找到的最好方案及其差距；"
        "求解中按一次 Ctrl-C 与到时相同",
    )
    trade_off.add(made)
    revising.add(made)
    robust.add(made)
    made.set_defaults(function=optimize)


def optimize(options: Options) -> None:
    """One plan, or what the options ask for."""
    from fengwuwu import saying, workflow
    from fengwuwu.optimize import Plan, Scenario, clock
    from fengwuwu.projects import grid_paths, workspace

    revising.check(options)
    robust.check(options)
    if options.time_limit == 0:
        raise InputError("--time-limit 须大于 0。", remedy="如 --time-limit 600。")
    files = scenario_files(options)
    # A revision compares with the earlier plan, so it keeps to that plan's path unless another is asked for.
    path = options.grid_path or (Plan.load(options.revise).grid_path if options.revise else None)
    grid_paths.path(path)
    folder = options.output or Path("reports") / Scenario.load(*files).name
    with opened(options) as library:
        assessed = workspace.assessed(library, options.as_of, grid_path=path)
    with clock.interruptible(saying.aside):
        if options.frontier:
            trade_off.curve(options, assessed)
            return
        if options.revise:
            revising.revise(options, assessed, options.scenario)
            return
        with waiting(options, "求投融资方案"):
            plan = workflow.make_plan(assessed, files, folder, options.time_limit)
    if not options.quiet:
        print(plan.summary())
        print(f"写出：{folder / 'plan.json'}、{folder / 'plan.xlsx'}")
    robust.judge(options, plan, assessed, folder)
