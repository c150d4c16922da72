"""The ``fengwuwu`` command: reads arguments and calls the package.

Exit status: 0 done, 1 the input or data is at fault and the message says where, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import getpass
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from fengwuwu import chinese_argparse, commands, paths
from fengwuwu.errors import FengwuwuError

ERROR_LOG = Path("fengwuwu-error.log")
FORMATS = ("docx", "pdf", "html")
Handler = Callable[[argparse.Namespace], None]


def _user() -> str:
    """The system user; some services run without one."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "未署名"


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期“{text}”写法不对，应如 2026-09-30") from None


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}”不是正整数")
    return int(text)


def _formats(text: str) -> tuple[str, ...]:
    chosen = tuple(part.strip() for part in text.split(",") if part.strip())
    if not chosen or set(chosen) - set(FORMATS):
        raise argparse.ArgumentTypeError(f"格式“{text}”不可用，可选：{','.join(FORMATS)}")
    return chosen


def build_parser() -> argparse.ArgumentParser:
    """The parser with every command that works today; nothing else stands in ``--help``."""
    chinese_argparse.install()
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--quiet", action="store_true", help="只报告错误")
    store = argparse.ArgumentParser(add_help=False)
    store.add_argument(
        "--library", type=Path, metavar="文件", default=Path("library.gpkg"), help="项目库（默认 library.gpkg）"
    )
    moment = argparse.ArgumentParser(add_help=False)
    moment.add_argument("--as-of", type=_date, metavar="日期", help="按该日结束时的项目库，如 2026-09-30")
    folder = argparse.ArgumentParser(add_help=False)
    folder.add_argument("--output", type=Path, metavar="文件夹", help="结果存放位置（默认 reports/<情景名>）")
    scenario = argparse.ArgumentParser(add_help=False)
    scenario.add_argument(
        "--scenario",
        type=Path,
        nargs="+",
        metavar="文件",
        default=[paths.SCENARIOS / "baseline.yaml"],
        help="投融资情景，后面的文件覆盖前面的（默认基准情景）",
    )
    author = argparse.ArgumentParser(add_help=False)
    author.add_argument("--by", metavar="姓名", default=_user(), help="经办人（默认系统用户名）")
    author.add_argument("--reason", metavar="事由", default="", help="事由，记入历史")

    parser = argparse.ArgumentParser(
        prog="fengwuwu", description="奉巫巫气候投融资工具：项目库、投融资方案与试点申报材料。"
    )
    parser.add_argument("--version", action="version", version=version("fengwuwu"), help="显示版本")
    groups = parser.add_subparsers(title="命令", metavar="命令", dest="command", required=True)

    run = groups.add_parser(
        "run",
        help="主任务：建库、评估、配置资金、写出全部申报材料",
        description="主任务：建库、评估、配置资金、写出全部申报材料。不给 --library 时用随软件附带的数据建库。",
        parents=[common, folder, scenario, author, moment],
    )
    run.add_argument("--library", type=Path, metavar="文件", help="已有的项目库（不给则用随软件附带的数据新建）")
    run.add_argument("--plan", type=Path, metavar="文件", help="已有的方案 plan.json（不给则重新求解）")
    run.add_argument("--workers", type=_positive, metavar="个数", help="同时生成几份报告（默认按处理器个数）")
    run.set_defaults(function=commands.run)

    library = groups.add_parser("library", help="项目库：导入、查看、导出", description="项目库：导入、查看、导出。")
    actions = library.add_subparsers(title="操作", metavar="操作", dest="action", required=True)

    def action(name: str, text: str, function: Handler, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=text, description=text, parents=[common, *parents])
        made.set_defaults(function=function)
        return made

    made = action("template", "写出空白申报表", commands.template)
    made.add_argument("file", type=Path, metavar="文件.xlsx", help="申报表存为")
    made = action("import", "把申报表导入项目库", commands.import_forms, store, author)
    made.add_argument("files", type=Path, nargs="+", metavar="文件", help="申报表（.xlsx、.csv）")
    made.add_argument("--output", type=Path, metavar="文件夹", help="退回表存放位置（默认与项目库同一文件夹）")
    action("list", "列出项目", commands.list_projects, store, moment)
    made = action("show", "查看一个项目的全部信息、分类与核算", commands.show, store)
    made.add_argument("id", metavar="编号", help="项目编号")
    made = action("history", "查看一个项目的变更经过", commands.history, store)
    made.add_argument("id", metavar="编号", help="项目编号")
    made = action("export", "导出项目库（.xlsx、.csv、.gpkg、.geojson）", commands.export, store)
    made.add_argument("file", type=Path, metavar="文件", help="导出为")

    made = groups.add_parser(
        "assess",
        help="对全部项目分类、核算、选址与入库评定",
        description="对全部项目分类、核算、选址与入库评定，结果存入项目库。",
        parents=[common, store],
    )
    made.set_defaults(function=commands.assess)

    made = groups.add_parser(
        "optimize",
        help="求投融资方案",
        description="求投融资方案，写出 plan.json 与 plan.xlsx。",
        parents=[common, store, folder, scenario, moment],
    )
    made.set_defaults(function=commands.optimize)

    made = groups.add_parser(
        "report",
        help="写出申报材料",
        description="写出各县与区域的申报材料。",
        parents=[common, store, folder, moment],
    )
    made.add_argument(
        "--county",
        choices=["fengjie", "wushan", "wuxi", "region", "all"],
        default="all",
        help="哪个县；region 为区域，all 为全部四份（默认 all）",
    )
    made.add_argument(
        "--format", type=_formats, default=FORMATS, metavar="格式", help="如 docx,html（默认 docx,pdf,html）"
    )
    made.add_argument("--plan", type=Path, metavar="文件", help="方案 plan.json（默认最近一次的方案）")
    made.add_argument("--workers", type=_positive, metavar="个数", help="同时生成几份报告（默认按处理器个数）")
    made.set_defaults(function=commands.report)

    made = groups.add_parser(
        "check", help="检查环境、字体、求解器、数据与项目库", description="检查环境。", parents=[common, store]
    )
    made.set_defaults(function=commands.check)
    made = groups.add_parser("lab", help="打开 JupyterLab", description="在 notebooks 文件夹打开 JupyterLab。")
    made.set_defaults(function=commands.lab)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a GBK console must not stop on a character it lacks
    options = build_parser().parse_args(arguments)
    try:
        options.function(options)
    except FengwuwuError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        sys.stderr.close()
        return 0
    except PermissionError as error:
        print(f"没有读写权限：{error.filename}。请关闭占用它的程序，或换一个文件夹。", file=sys.stderr)
        return 1
    except Exception as error:
        ERROR_LOG.write_text(traceback.format_exc(), encoding="utf-8")
        print(
            f"程序内部出错（{type(error).__name__}：{error}），这不是您的操作问题。\n"
            f"请把 {ERROR_LOG.resolve()} 发给开发者。",
            file=sys.stderr,
        )
        return 1
    return 0
