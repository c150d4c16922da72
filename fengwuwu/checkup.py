"""``fengwuwu check``: is everything in place — environment, fonts, solver, data files, library?"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from fengwuwu import geo, paths, reference
from fengwuwu.errors import FengwuwuError, LibraryError
from fengwuwu.projects.location import is_url


def _python() -> str:
    return "" if (3, 11) <= sys.version_info[:2] < (3, 14) else f"Python {sys.version.split()[0]} 不在 3.11–3.13 之内"


def _fonts() -> str:
    from fengwuwu.reporting.style import FONT_FILES

    missing = [str(path) for path in FONT_FILES if not path.is_file()]
    return f"缺少字体文件：{'、'.join(missing)}" if missing else ""


def _solver() -> str:
    from fengwuwu.optimize import solve

    solve.probe()  # raises when the solver every plan needs does not work
    return ""


def _kernel() -> str:
    from jupyter_client.kernelspec import KernelSpecManager

    names = KernelSpecManager().find_kernel_specs()
    return "" if "python3" in names else "没有名为 python3 的 Jupyter 内核，请重新安装 ipykernel"


def _layers() -> str:
    for name, entry in geo.registry().items():
        if entry.file:
            geo.layer(name)
    return ""


def _reference() -> str:
    for path in sorted(paths.REFERENCE.glob("*.csv")):
        reference.table(path.stem)
    return ""


def _notebooks() -> str:
    return "" if list(paths.NOTEBOOKS.glob("0*.ipynb")) else f"{paths.NOTEBOOKS} 里没有笔记本"


def checkup(library: Path | str) -> Iterator[tuple[str, str]]:
    """Yield each check's Chinese name and its fault; an empty fault means it passed.

    Parameters
    ----------
    library : path or str
        Checked when it exists.
    """
    checks: list[tuple[str, Callable[[], str]]] = [
        ("Python 版本", _python),
        ("中文字体", _fonts),
        ("求解器", _solver),
        ("Jupyter 内核", _kernel),
        ("地图图层", _layers),
        ("参考数据", _reference),
        ("笔记本", _notebooks),
    ]
    if is_url(library) or Path(library).is_file():
        checks.append((f"项目库 {library}", lambda: _library(library)))
        checks.append(("评估结果", lambda: _assessment(library)))
    for name, function in checks:
        try:
            yield name, function()
        except (FengwuwuError, OSError) as error:
            yield name, str(error)


def _library(location: Path | str) -> str:
    from fengwuwu.projects.library import Library

    with Library.open(location) as library:
        return "；".join(map(str, library.check()))


def _assessment(location: Path | str) -> str:
    """Results that no longer hold; no assessment at all is no fault."""
    from fengwuwu.projects.library import Library
    from fengwuwu.projects.listing import outdated_among

    with Library.open(location) as library:
        try:
            return "".join(outdated_among(library.assessed()))
        except LibraryError:  # nothing was assessed yet
            return ""
