"""``fengwuwu assess``: classify, account, site, admit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fengwuwu import vocabulary
from fengwuwu.commands.options import Groups, Options, Parents, opened

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 20


def add(groups: Groups, parents: Parents) -> None:
    """Put the command on the parser."""
    made = groups.add_parser(
        "assess",
        help="对全部项目分类、核算、选址与入库评定",
        description="对全部项目分类、核算、选址与入库评定，结果存入项目库，并列出各项目还缺的内容。",
        parents=[parents.common, parents.store],
    )
    made.add_argument(
        "--lists",
        type=Path,
        metavar="文件.xlsx",
        help="另存绿色与转型金融重点项目清单、“1+N”分行业表和补充材料清单",
    )
    made.add_argument("--grading", metavar="方案", help="另按某地分级指南分级（深绿、中绿、浅绿），如 地方指南")
    made.set_defaults(function=assess)


def assess(options: Options) -> None:
    """Assess every project, print a summary and what is missing, and write the lists."""
    from fengwuwu.projects import grading, lists_workbook
    from fengwuwu.workflow import assess_library

    with opened(options) as library:
        assessed = assess_library(library, grading=options.grading)
    if options.lists is not None:
        lists_workbook.write(assessed, options.lists)
    if options.quiet:
        return
    _summary(assessed)
    if options.grading is not None:
        print("分级（参考方案，未核实）：")
        _counted(assessed, assessed["grade"].fillna("不分级"), None)
        print(f"  未计入：{'、'.join(grading.not_scored(options.grading))}（申报表没有这些内容）")
    _missing(assessed, options.lists)
    if options.lists is not None:
        print(f"清单已写到 {options.lists}")


def _summary(assessed: pd.DataFrame) -> None:
    """Results of admission and how many projects are flagged."""
    print(f"已评估 {len(assessed)} 个项目：")
    _counted(
        assessed, assessed["admission_status"].map(dict(vocabulary.ADMISSION)), list(vocabulary.ADMISSION.values())
    )
    flagged = int(assessed["flags"].notna().sum())
    print(f"有提示的 {flagged} 个（用 fengwuwu library show 编号 查看）")


def _counted(assessed: pd.DataFrame, values: pd.Series, order: list[str] | None) -> None:
    """One line per value with a count per kind of data; the kinds are never added together."""
    kinds = assessed["data_kind"].fillna("submitted")
    present = [key for key in vocabulary.DATA_KIND if (kinds == key).any()]
    for value in order or sorted(set(values)):
        counts = [
            f"{vocabulary.DATA_KIND[kind]} {int(((kinds == kind) & (values == value)).sum())} 个" for kind in present
        ]
        print(f"  {value}：" + "，".join(counts))


def _missing(assessed: pd.DataFrame, lists: Path | None) -> None:
    """What is missing to decide the rest, project by project."""
    from fengwuwu.projects.checklist import checklist

    table = checklist(assessed)
    if table.empty:
        print("没有项目缺内容。")
        return
    print(f"还缺内容的 {len(table)} 个项目：")
    for row in table.head(_SHOWN).to_dict("records"):
        print(f"  {row['project_id']}　{row['project_name']}：{row['missing']}")
    if len(table) > _SHOWN:
        where = "见清单的“补充材料清单”页" if lists is not None else "用 --lists 文件.xlsx 写出全部"
        print(f"  其余 {len(table) - _SHOWN} 个{where}")
