"""``fengwuwu run``: the main job."""

from __future__ import annotations

from pathlib import Path

from fengwuwu.commands.options import Groups, Options, Parents, opened, positive, scenario_files, whole
from fengwuwu.errors import InputError


def add(groups: Groups, parents: Parents) -> None:
    """Put the command on the parser."""
    made = groups.add_parser(
        "run",
        help="主任务：建库、评估、配置资金、写出全部申报材料",
        description="主任务：建库、评估、配置资金、写出全部申报材料。不给 --library 时用随软件附带的数据建库。",
        parents=[parents.common, parents.folder, parents.scenario, parents.author, parents.moment],
    )
    made.add_argument("--library", metavar="文件或网址", help="已有的项目库（不给则用随软件附带的数据新建）")
    made.add_argument("--plan", type=Path, metavar="文件", help="已有的方案 plan.json（不给则重新求解）")
    made.add_argument(
        "--grid-path",
        metavar="情景",
        help="新方案的减排量按电网因子逐年变化的情景核算（默认不变）；已有的方案按自己的情景",
    )
    made.add_argument(
        "--robust", type=whole(0), metavar="次数", help="稳健性分析的抽样次数（默认 20，正式申报宜用 200；0 为不做）"
    )
    made.add_argument("--workers", type=positive, metavar="个数", help="同时用几个进程（默认按处理器个数）")
    made.set_defaults(function=run)


def run(options: Options) -> None:
    """The main job."""
    from fengwuwu import applications, saying, workflow

    if options.plan and options.grid_path:
        raise InputError(
            "--plan 与 --grid-path 不能同时用。", remedy="方案求得时的电网因子情景已记在方案里，去掉 --grid-path。"
        )
    say = print if not options.quiet else saying.silent
    result = workflow.run(
        output=options.output,
        library=opened(options) if options.library else None,
        scenario_files=scenario_files(options),
        plan_path=options.plan,
        grid_path=options.grid_path,
        draws=workflow.DRAWS if options.robust is None else options.robust,
        by=options.by,
        workers=options.workers,
        as_of=options.as_of or "",
        say=say,
    )
    say("")
    say("写出：")
    for outcome in result.outcomes:
        for path in outcome.outputs:
            say(f"  {path}")
    made = [] if options.plan else [result.folder / "plan.json", result.folder / "plan.xlsx"]
    for path in [*made, result.manifest]:
        say(f"  {path}")
    applications.raise_failures(result.outcomes)
