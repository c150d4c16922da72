"""``fengwuwu report``: the applications."""

from __future__ import annotations

from pathlib import Path

from fengwuwu.commands.options import FORMATS, Groups, Options, Parents, formats, opened, positive
from fengwuwu.errors import InputError


def add(groups: Groups, parents: Parents) -> None:
    """Put the command on the parser."""
    made = groups.add_parser(
        "report",
        help="写出申报材料",
        description="写出各县与区域的申报材料。",
        parents=[parents.common, parents.store, parents.folder, parents.moment],
    )
    made.add_argument(
        "--county",
        choices=["fengjie", "wushan", "wuxi", "region", "all"],
        default="all",
        help="哪个县；region 为区域，all 为全部四份（默认 all）",
    )
    made.add_argument(
        "--format", type=formats, default=FORMATS, metavar="格式", help="如 docx,html（默认 docx,pdf,html）"
    )
    made.add_argument("--plan", type=Path, metavar="文件", help="方案 plan.json（默认最近一次的方案）")
    made.add_argument("--workers", type=positive, metavar="个数", help="同时生成几份报告（默认按处理器个数）")
    made.add_argument(
        "--dask", metavar="地址", help="在 Dask 集群上生成，如 tcp://10.0.0.5:8786；各节点须能读写同样的路径"
    )
    made.set_defaults(function=report)


def report(options: Options) -> None:
    """Write the applications."""
    from fengwuwu import applications, saying, workflow

    if options.plan and not options.plan.is_file():
        raise InputError("找不到方案文件。", where=str(options.plan), remedy="请检查 --plan。")
    plan = options.plan or workflow.latest_plan()
    folder = options.output or plan.parent
    say = print if not options.quiet else saying.silent
    outcomes, written = applications.make_reports(
        opened(options),
        plan,
        folder,
        areas=applications.AREAS if options.county == "all" else (options.county,),
        formats=options.format,
        workers=options.workers,
        cluster=options.dask or "",
        as_of=options.as_of or "",
        say=say,
    )
    for outcome in outcomes:
        for path in outcome.outputs:
            say(f"  {path}")
    say(f"  {written}")
    applications.raise_failures(outcomes)
