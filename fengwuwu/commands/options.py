"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import argparse
import getpass
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from fengwuwu import paths

if TYPE_CHECKING:
    from fengwuwu.optimize import Scenario
    from fengwuwu.projects.library import Library

Options = argparse.Namespace
Handler = Callable[[Options], None]
Groups = argparse._SubParsersAction
FORMATS = ("docx", "pdf", "html")


def user() -> str:
    """The system user; some services run without one."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "未署名"


def day(text: str) -> str:
    """A date, as text."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期“{text}”写法不对，应如 2026-09-30") from None


def positive(text: str) -> int:
    """A whole number from 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}”不是正整数")
    return int(text)


def whole(least: int) -> Callable[[str], int]:
    """A whole number from `least`."""

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"“{text}”不是不小于 {least} 的整数")
        return int(text)

    return read


def amount(below: float, what: str) -> Callable[[str], float]:
    """A number from 0, less than `below`; `what` names it when it is none."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value < below:
            raise argparse.ArgumentTypeError(f"“{text}”不是{what}")
        return value

    return read


def formats(text: str) -> tuple[str, ...]:
    """Formats of documents, separated by commas."""
    chosen = tuple(part.strip() for part in text.split(",") if part.strip())
    if not chosen or set(chosen) - set(FORMATS):
        raise argparse.ArgumentTypeError(f"格式“{text}”不可用，可选：{','.join(FORMATS)}")
    return chosen


@dataclass(frozen=True)
class Parents:
    """Parsers that a command takes its shared options from."""

    common: argparse.ArgumentParser
    store: argparse.ArgumentParser
    moment: argparse.ArgumentParser
    folder: argparse.ArgumentParser
    scenario: argparse.ArgumentParser
    author: argparse.ArgumentParser


def shared() -> Parents:
    """Options that mean the same wherever they stand."""
    made = Parents(*(argparse.ArgumentParser(add_help=False) for _ in Parents.__dataclass_fields__))
    made.common.add_argument("--quiet", action="store_true", help="只报告错误")
    made.store.add_argument(
        "--library",
        metavar="文件或网址",
        default="library.gpkg",
        help="项目库（默认 library.gpkg）；多单位共用的写 postgresql://用户名@服务器/数据库",
    )
    made.moment.add_argument("--as-of", type=day, metavar="日期", help="按该日结束时的项目库，如 2026-09-30")
    made.folder.add_argument("--output", type=Path, metavar="文件夹", help="结果存放位置（默认 reports/<情景名>）")
    made.scenario.add_argument(
        "--scenario",
        type=Path,
        nargs="+",
        metavar="文件",
        help="投融资情景，后面的文件覆盖前面的（默认基准情景）",
    )
    made.author.add_argument("--by", metavar="姓名", default=user(), help="经办人（默认系统用户名）")
    made.author.add_argument("--reason", metavar="事由", default="", help="事由，记入历史")
    return made


def scenario_files(options: Options) -> list[Path]:
    """The scenario and its overlays that ``--scenario`` names; the baseline when it names none."""
    return options.scenario or [paths.SCENARIOS / "baseline.yaml"]


def limited(options: Options, scenario: Scenario) -> Scenario:
    """The scenario with the time limit of ``--time-limit``, where one is given."""
    return scenario if options.time_limit is None else scenario.changed(time_limit=options.time_limit)


def opened(options: Options, *, create: bool = False) -> Library:
    """The library that ``--library`` names; looking into one must not create it."""
    from fengwuwu.projects.library import Library

    library = Library.open(options.library, create=create)
    if library.backup:
        print(f"项目库已升级到现行格式；升级前的副本：{library.backup}", file=sys.stderr)
    return library


@contextmanager
def meter(options: Options, what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on the terminal: a function to call with done and all; silent under --quiet or in a pipe."""
    from tqdm import tqdm

    silent = options.quiet or not sys.stderr.isatty()
    with tqdm(desc=what, disable=silent, leave=False, bar_format="{desc}：{n_fmt}/{total_fmt} {bar} {elapsed}") as bar:

        def progress(done: int, whole: int) -> None:
            bar.total = whole
            bar.update(done - bar.n)

        yield progress


@contextmanager
def waiting(options: Options, what: str) -> Iterator[Callable[[str], None]]:
    """A line on the terminal that counts the seconds of a long solve; silent under --quiet or in a pipe.

    Yields a function that changes what is being done. The results alone go to standard output.
    """
    from tqdm import tqdm

    silent = options.quiet or not sys.stderr.isatty()
    done = threading.Event()
    with tqdm(desc=what, disable=silent, leave=False, bar_format="{desc}，已用 {elapsed}") as bar:

        def count() -> None:
            while not done.wait(0.5):
                bar.refresh()

        counting = threading.Thread(target=count, daemon=True)
        if not silent:
            counting.start()
        try:
            yield bar.set_description_str
        finally:
            done.set()
            if not silent:
                counting.join()
