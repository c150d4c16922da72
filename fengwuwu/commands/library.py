"""``fengwuwu library …``: import, look, trace, hand over."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fengwuwu.commands.options import Groups, Handler, Options, Parents, opened, positive
from fengwuwu.commands.sampling import sampling, wanted
from fengwuwu.errors import FengwuwuError, InputError, LibraryError

if TYPE_CHECKING:
    import pandas as pd

    from fengwuwu.projects.library import Library


def add(groups: Groups, parents: Parents) -> None:
    """Put the commands on the parser."""
    library = groups.add_parser("library", help="项目库：导入、查看、导出", description="项目库：导入、查看、导出。")
    actions = library.add_subparsers(title="操作", metavar="操作", dest="action", required=True)

    def action(name: str, text: str, function: Handler, *shared: argparse.ArgumentParser) -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=text, description=text, parents=[parents.common, *shared])
        made.set_defaults(function=function)
        return made

    made = action("template", "写出空白申报表", template)
    made.add_argument("file", type=Path, metavar="文件.xlsx", help="申报表存为")
    made = action("import", "把申报表导入项目库", import_forms, parents.store, parents.author)
    made.add_argument(
        "files", type=Path, nargs="+", metavar="文件", help="申报表（.xlsx、.xls、.csv、.gpkg、.geojson、.shp）"
    )
    made.add_argument("--crs", metavar="坐标系", help="坐标的坐标系：EPSG:4546 等、gcj02（高德、腾讯）或 bd09（百度）")
    made.add_argument("--output", type=Path, metavar="文件夹", help="退回表存放位置（默认与项目库同一文件夹）")
    action("list", "列出项目", list_projects, parents.store, parents.moment)
    made = action("show", "查看一个项目的全部信息、分类、核算和所用规则的来源", show, parents.store)
    made.add_argument("id", metavar="编号", help="项目编号")
    sampling(made)
    made = action("history", "查看一个项目的变更经过", history, parents.store)
    made.add_argument("id", metavar="编号", help="项目编号")
    made = action(
        "decide", "人工决定入库结论或分类；与规则结论并存，以人工决定为准", decide, parents.store, parents.author
    )
    made.add_argument("id", metavar="编号", help="项目编号")
    made.add_argument("--status", metavar="结论", help="入库结论：示范、入库、孵化、退回、待复核")
    made.add_argument("--class", dest="class_code", metavar="代码", help="气候分类代码；不属于任何一类写“无”")
    made.add_argument("--catalogue", metavar="代码", help="绿色目录（2025年版）条目代码；不在目录内写“无”")
    made.add_argument(
        "--withdraw",
        nargs="*",
        metavar="哪一项",
        help="撤回决定，规则结论重新生效；可写入库结论、气候分类、绿色目录条目，不写为全部",
    )
    action("pending", "列出待定的行：可能是库中项目，须由人认定", pending, parents.store)
    made = action("resolve", "认定一个待定的行：是库中哪个项目，或是新项目", resolve, parents.store, parents.author)
    made.add_argument("entry", type=positive, metavar="待定号", help="见 fengwuwu library pending")
    which = made.add_mutually_exclusive_group(required=True)
    which.add_argument("--same-as", metavar="编号", help="就是库中这个项目，作为它的新版本")
    which.add_argument("--new", action="store_true", help="是新项目")
    made = action("export", "导出项目库（.xlsx、.csv、.gpkg、.geojson）", export, parents.store)
    made.add_argument("file", type=Path, metavar="文件", help="导出为")


def template(options: Options) -> None:
    """An empty entry form."""
    from fengwuwu.projects.template import write_template

    write_template(options.file)
    if not options.quiet:
        print(f"申报表已写到 {options.file}")


def import_forms(options: Options) -> None:
    """Entry forms into the library; a bad file does not keep the others out."""
    files = _expanded(options.files)
    missing = [str(file) for file in files if not file.is_file()]
    if missing:  # before the library is opened, which would create it
        raise InputError(f"找不到申报表：{'、'.join(missing)}。", remedy="请检查文件名；什么都没有导入。")
    faults: list[str] = []
    rejected = 0
    with opened(options, create=True) as library:
        for file in files:
            try:
                result = library.import_file(
                    file, by=options.by, reason=options.reason, crs=options.crs, output=options.output
                )
            except FengwuwuError as error:
                faults.append(str(error))
                continue
            rejected += result.rejected
            if not options.quiet:
                print(result.summary())
            for text in result.errors() if options.quiet else result.messages():
                print(f"  {text}", file=sys.stderr)
    if faults:
        raise InputError("\n".join(faults))
    if rejected:
        raise InputError(f"共有 {rejected} 行被退回。", remedy="按退回表最后一列修改后，直接重新导入退回表。")


def _expanded(files: list[Path]) -> list[Path]:
    """Files by name, patterns resolved: the command prompt of Windows hands ``*.xlsx`` on as it is."""
    found: list[Path] = []
    for file in files:
        if file.exists() or not {"*", "?"} & set(file.name):
            found.append(file)
            continue
        # "~$" marks the file by which Excel keeps others from one that is open.
        matching = sorted(path for path in file.parent.glob(file.name) if not path.name.startswith("~$"))
        found += matching or [file]
    return found


def _table(frame: pd.DataFrame) -> str:
    import pandas as pd

    with pd.option_context("display.unicode.east_asian_width", True):
        return frame.to_string(index=False, na_rep="待补充")


def list_projects(options: Options) -> None:
    """One line per project."""
    from fengwuwu.projects.listing import listing, outdated_among

    with opened(options) as library:
        projects = library.projects(as_of=options.as_of)
        # What is kept is the result of today's projects, not of an earlier day's.
        kept = None if options.as_of else _kept(library)
    print(_table(listing(projects, kept)) if len(projects) else "没有项目。")
    if kept is not None:
        print("\n".join(outdated_among(kept)), end="\n" if outdated_among(kept) else "")


def show(options: Options) -> None:
    """Everything about one project: the form, the class, the reduction step by step, the site, the admission."""
    from fengwuwu.projects import workspace
    from fengwuwu.projects.listing import description, outdated

    with opened(options) as library:
        # All of them, since some flags compare a project with the others.
        assessed = workspace.assessed(library)
        kept = _kept(library)
        rules = workspace.layers(library.location).rules
    found = assessed[assessed["project_id"] == options.id]
    if found.empty:
        raise InputError(
            f"项目库里没有编号“{options.id}”。",
            where=library.location,
            remedy="用 fengwuwu library list 查看全部编号。",
        )
    asked = wanted(options)
    print(description(found, rules, *(asked or ())))
    rows = [] if kept is None else [row for _, row in kept[kept["project_id"] == options.id].iterrows()]
    if rows and (said := outdated(rows[0])):
        print(f"\n注意：{said}")


def _kept(library: Library) -> pd.DataFrame | None:
    """What the library keeps of the last assessment; None when there was none."""
    try:
        return library.assessed()
    except LibraryError:
        return None


def history(options: Options) -> None:
    """How a project came to be as it is."""
    from fengwuwu.projects.listing import story

    with opened(options) as library:
        print(story(library.history(options.id)))


def decide(options: Options) -> None:
    """A person's decision, or its withdrawal."""
    from fengwuwu.projects.listing import standing

    given = [options.status, options.class_code, options.catalogue]
    if options.withdraw is not None and any(value is not None for value in given):
        raise InputError("--withdraw 不能与新的决定一起给出。", remedy="请分两次运行。")
    with opened(options) as library:
        if options.withdraw is not None:
            library.withdraw(options.id, options.reason, options.by, options.withdraw)
        else:
            library.decide(
                options.id,
                options.status,
                options.reason,
                options.by,
                class_code=options.class_code,
                catalogue_code=options.catalogue,
            )
        now = standing(library.show(options.id).to_dict())
    if not options.quiet:
        print(f"{options.id}：{'；'.join(now) or '没有人工决定，以规则结论为准'}。已记入历史。")


def pending(options: Options) -> None:
    """Rows that wait for a person, each with the projects it may be."""
    from fengwuwu.projects.listing import waiting

    with opened(options) as library:
        print(waiting(library.pending(), library.projects()))


def resolve(options: Options) -> None:
    """What a row that waits is."""
    with opened(options) as library:
        done = library.resolve(options.entry, options.same_as, options.new, options.by, options.reason)
    if not options.quiet:
        print(f"待定 {options.entry}：{done}")


def export(options: Options) -> None:
    """Hand the library over."""
    with opened(options) as library:
        library.export(options.file)
    if not options.quiet:
        print(f"已导出到 {options.file}")
