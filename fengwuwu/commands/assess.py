"""``fengwuwu assess``: classify, account, site, admit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fengwuwu import vocabulary
from fengwuwu.commands.options import Groups, Options, Parents, opened
from fengwuwu.commands.sampling import sampling, wanted

if TYPE_CHECKING:
    import pandas as pd

    from fengwuwu.projects.grid_paths import Path as GridPath

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
    made.add_argument(
        "--grid-path",
        metavar="情景",
        help="试算电网因子逐年变化的情景，如“电网因子每年下降 1 %%”，并与“电网因子不变”对照；"
        "试算结果不存入项目库，要按情景求方案，optimize 也用此项",
    )
    sampling(made)
    made.set_defaults(function=assess)


def assess(options: Options) -> None:
    """Assess every project, print a summary and what is missing, and write the lists."""
    from fengwuwu.projects import grading, grid_paths, lists_workbook, workspace
    from fengwuwu.workflow import assess_library

    # What is wrong with the options is said before anything is computed.
    path, asked = grid_paths.path(options.grid_path), wanted(options)
    basis = [_path_used(path)]
    graded = [] if options.grading is None else [f"分级{grading.told(options.grading)}"]
    if options.lists is not None:
        lists_workbook.check(options.lists)
    assessed: pd.DataFrame
    usual, sums = None, list[str]()
    with opened(options) as library:
        if path.constant:
            assessed = assess_library(library, grading=options.grading)
        else:
            usual = workspace.assessed(library)
            assessed = workspace.assessed(library, grading=options.grading, grid_path=path.key)
    if asked is not None:
        assessed, sums = _sampled(assessed, *asked, path)
        basis.append(_sampling_used(*asked))
    if options.lists is not None:
        lists_workbook.write(assessed, options.lists, [*basis, *graded])
    if options.quiet:
        return
    lines = [*_summary(assessed), *basis]
    if usual is not None:
        lines += _against(usual, assessed)
    lines += sums
    if options.grading is not None:
        lines += _grades(assessed, options.grading)
    lines += _missing(assessed, options.lists)
    if options.lists is not None:
        lines.append(f"清单已写到 {options.lists}")
    print("\n".join(lines))


def _summary(assessed: pd.DataFrame) -> Iterator[str]:
    """Results of admission, what they do not cover, and how many projects are flagged."""
    from fengwuwu.projects import admission

    yield f"已评估 {len(assessed)} 个项目："
    yield from _counted(
        assessed, assessed["admission_status"].map(dict(vocabulary.ADMISSION)), list(vocabulary.ADMISSION.values())
    )
    yield f"以上由规则得出。{admission.limits()}"
    flagged = int(assessed["flags"].notna().sum())
    yield f"有提示的 {flagged} 个（用 fengwuwu library show 编号 查看）"


def _counted(assessed: pd.DataFrame, values: pd.Series, order: list[str] | None) -> Iterator[str]:
    """One line per value with a count per kind of data; the kinds are never added together."""
    for value in order or sorted(set(values)):
        counts = [f"{label} {int((where & (values == value)).sum())} 个" for label, where in _kinds(assessed)]
        yield f"  {value}：" + "，".join(counts)


def _kinds(assessed: pd.DataFrame) -> list[tuple[str, pd.Series]]:
    """The kinds of data that occur, and which projects are of each."""
    kinds = assessed["data_kind"].fillna("submitted")
    return [(label, kinds == key) for key, label in vocabulary.DATA_KIND.items() if (kinds == key).any()]


def _path_used(path: GridPath) -> str:
    return f"电网因子路径：{path.label}（{path.source}；{vocabulary.VALUE_STATUS[path.status]}）"


def _sampling_used(draws: int, seed: int) -> str:
    return (
        f"抽样：缺省参数在区间内取值 {draws} 次（种子 {seed}），按参与排序的电网因子，分布形状为假设；"
        "申报的数值和电网因子不抽样"
    )


def _against(usual: pd.DataFrame, assessed: pd.DataFrame) -> Iterator[str]:
    """What a scenario changes: tonnes of the projects that rank, and results of admission."""
    from fengwuwu.projects.emissions import PREFIX

    yield "以上为情景试算，没有存入项目库；方案和申报材料仍按“电网因子不变”，除非求方案时也用 --grid-path。"
    yield "与“电网因子不变”相比："
    counted = assessed["reduction_ranked"].astype(bool) & assessed[PREFIX].notna()
    for label, where in _kinds(assessed):
        if not (where & counted).any():
            yield f"  {label}项目没有可核算的年减排量"
            continue
        before, after = (float(table.loc[where & counted, PREFIX].sum()) for table in (usual, assessed))
        share = f"（{round(after / before - 1, 3) + 0.0:+.1%}）" if before > 0 else ""
        yield f"  {label}项目年减排量保守值合计：{before:,.0f} → {after:,.0f} tCO2e/年{share}"
    names = dict(vocabulary.ADMISSION)
    moved = assessed["admission_status"] != usual["admission_status"]
    for row in assessed.assign(before=usual["admission_status"])[moved].to_dict("records"):
        change = f"{names[row['before']]} → {names[row['admission_status']]}"
        yield f"  {row['project_id']}　{row['project_name']}：{change}"
    if not moved.any():
        yield "  入库结论都不变"


def _sampled(assessed: pd.DataFrame, draws: int, seed: int, path: GridPath) -> tuple[pd.DataFrame, list[str]]:
    """The percentiles beside each project, and in words those of the sums by kind of data."""
    import pandas as pd

    from fengwuwu.projects import lists_workbook
    from fengwuwu.projects.emissions import PREFIX
    from fengwuwu.projects.sampling import sampled

    summed = assessed["reduction_ranked"].astype(bool) & assessed[PREFIX].notna()
    groups = pd.Series(None, index=assessed.index, dtype=object)
    for label, where in _kinds(assessed):
        groups[where & summed] = label
    each, sums = sampled(assessed, groups, draws, seed, path.key)
    said = []
    for kind, found in sums.iterrows():
        figures = "、".join(f"{value:,.0f}" for value in found)
        count = int((groups == kind).sum())
        said.append(f"  {kind}项目 {count} 个，年减排量合计的 5 %、50 %、95 % 分位数：{figures} tCO2e/年")
    said.append("  逐个项目见 --lists 写出的清单，或用 fengwuwu library show 编号 --draws 次数 查看")
    return assessed.join(each.set_axis(list(lists_workbook.SAMPLED), axis="columns")), said


def _grades(assessed: pd.DataFrame, profile: str) -> Iterator[str]:
    from fengwuwu.projects import grading

    yield f"分级（{grading.told(profile)}）："
    yield from _counted(assessed, assessed["grade"].fillna("不分级"), [*grading.levels(profile), "不分级"])
    yield f"  未计入：{'、'.join(grading.not_scored(profile))}（申报表没有这些内容）"


def _missing(assessed: pd.DataFrame, lists: Path | None) -> Iterator[str]:
    """What is missing to decide the rest, project by project."""
    from fengwuwu.projects.checklist import checklist

    table = checklist(assessed)
    if table.empty:
        yield "没有项目缺内容。"
        return
    yield f"还缺内容的 {len(table)} 个项目："
    for row in table.head(_SHOWN).to_dict("records"):
        yield f"  {row['project_id']}　{row['project_name']}：{row['missing']}"
    if len(table) > _SHOWN:
        where = "见清单的“补充材料清单”页" if lists is not None else "用 --lists 文件.xlsx 写出全部"
        yield f"  其余 {len(table) - _SHOWN} 个{where}"
