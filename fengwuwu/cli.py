"""The ``fengwuwu`` command: reads arguments and calls the package.

Exit status: 0 done, 1 the input or data is at fault and the message says where, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from fengwuwu import chinese_argparse, commands
from fengwuwu.commands.options import shared
from fengwuwu.errors import FengwuwuError

ERROR_LOG = Path("fengwuwu-error.log")


def build_parser() -> argparse.ArgumentParser:
    """The parser with every command that works today; nothing else stands in ``--help``."""
    chinese_argparse.install()
    parser = argparse.ArgumentParser(
        prog="fengwuwu", description="奉巫巫气候投融资工具：项目库、投融资方案与试点申报材料。"
    )
    parser.add_argument("--version", action="version", version=version("fengwuwu"), help="显示版本")
    groups = parser.add_subparsers(title="命令", metavar="命令", dest="command", required=True)
    parents = shared()
    for command in commands.IN_ORDER_OF_HELP:
        command.add(groups, parents)
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
