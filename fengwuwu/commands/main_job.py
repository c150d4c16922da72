"""``fengwuwu run``: the main job."""

from __future__ import annotations

from pathlib import Path

from fengwuwu.commands.options import Groups, Options, Parents, opened, positive, scenario_files


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
    made.add_argument("--workers", type=positive, metavar="个数", help="同时生成几份报告（默认按处理器个数）")
    made.set_defaults(function=run)


def run(options: Options) -> None:
    """The main job."""
    from fengwuwu import applications, saying, workflow

    say = print if not options.quiet else saying.silent
    result = workflow.run(
        output=options.output,
        library=opened(options) if options.library else None,
        scenario_files=scenario_files(options),
        plan_path=options.plan,
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
    for path in (result.folder / "plan.xlsx", result.manifest):
        say(f"  {path}")
    applications.raise_failures(result.outcomes)
