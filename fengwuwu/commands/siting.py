"""``fengwuwu siting …``: the map layers that siting stands on, and the maps it gives."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fengwuwu.commands.options import Groups, Handler, Options, Parents, amount, opened
from fengwuwu.errors import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def add(groups: Groups, parents: Parents) -> None:
    """Put the commands on the parser."""
    text = "选址：图层的登记与检查，复核图，可用地"
    siting = groups.add_parser("siting", help=text, description=f"{text}。")
    actions = siting.add_subparsers(title="操作", metavar="操作", dest="action", required=True)

    def action(name: str, text: str, function: Handler) -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=text, description=text, parents=[parents.common, parents.store])
        made.set_defaults(function=function)
        return made

    action("layers", "列出图层：有没有、能不能用、缺了哪些规则无法判断", layers)
    made = action("register", "登记一个图层（写入项目库所在文件夹的 layers.toml），并检查能否使用", add_layer)
    made.add_argument("name", metavar="名称", help="图层的中文名，如 生态保护红线；用 fengwuwu siting layers 查看")
    made.add_argument("file", type=Path, metavar="文件", help="图层文件（.gpkg、.shp、.geojson）")
    made.add_argument(
        "--accuracy-km", type=amount(100, "以千米计的误差"), required=True, metavar="千米", help="位置误差，如 0.01"
    )
    made.add_argument("--source", required=True, metavar="来源", help="提供单位、版本和日期")
    made.add_argument("--licence", default="内部使用，未注明", metavar="条件", help="密级和使用范围")
    made.add_argument("--accuracy", default="", metavar="说明", help="精度说明，如比例尺、调查年份")
    made.add_argument("--zone-field", default="", metavar="字段", help="区分各分区的字段")
    made.add_argument("--layer", default="", metavar="图层", help="文件含多个图层时用哪一个")
    made.add_argument(
        "--complete", nargs="+", default=[], metavar="县", help="图层在哪些县是完整的；不写则一律不能判“通过”"
    )
    made.add_argument("--title", default="", metavar="中文名", help="登记表中没有的新图层须写；此时“名称”用英文字母")
    made = action("map", "画一个项目的选址复核图：位置、误差、周围图层和逐条结论", draw)
    made.add_argument("id", metavar="编号", help="项目编号")
    made.add_argument("file", type=Path, metavar="图片", help="存为 .png、.pdf 或 .svg")
    made = action("land", "一种技术在三县还有多少可用地：地图、分县分规则的面积、图斑", land)
    made.add_argument("technology", metavar="技术类型", help="如 集中式光伏")
    made.add_argument("--output", type=Path, metavar="文件夹", default=Path("reports/siting"), help="结果存放位置")


def layers(options: Options) -> None:
    """One line per layer; faults in full below."""
    import pandas as pd

    from fengwuwu.projects import location
    from fengwuwu.projects.layer_list import STATES, layer_list

    found = layer_list(location.register(options.library))
    shown = pd.DataFrame({
        "名称": found["name"],
        "图层": found["title"],
        "现状": found["state"].map(STATES),
        "图形数": found["rows"].map(lambda rows: "—" if pd.isna(rows) else str(int(rows))),
        "完整范围": found["complete"].replace("", "—"),
        "规则": found["rules"].replace("", "—"),
        "提供单位": found["supplier"].replace("", "—"),
    })
    with pd.option_context("display.unicode.east_asian_width", True, "display.width", None):
        print(shown.to_string(index=False))
    for remark in found.loc[found["remark"].ne("") & found["state"].ne("fault"), "remark"]:
        print(remark)
    if faults := list(found.loc[found["state"] == "fault", "remark"]):
        raise InputError("\n".join(["有图层不能使用：", *faults]))


def add_layer(options: Options) -> None:
    """Register a layer beside the library."""
    from fengwuwu.projects import layer_entry, location

    given = {
        "title": options.title,
        "layer": options.layer,
        "source": options.source,
        "licence": options.licence,
        "accuracy": options.accuracy or f"位置误差 {options.accuracy_km:g} km（登记时填写）",
        "zone_field": options.zone_field,
        "complete_counties": options.complete,
    }
    own = location.register(options.library)
    said = layer_entry.add(own, options.name, options.file, given, accuracy_km=options.accuracy_km)
    if not options.quiet:
        print(f"{said}\n写入 {own}。请运行 fengwuwu assess 重新评估。")


def draw(options: Options) -> None:
    """The review map of one project."""
    from fengwuwu.projects import workspace
    from fengwuwu.reporting import library_overview
    from fengwuwu.reporting.site_map import site_map

    with opened(options) as library:
        projects = library.projects()
    found = projects[projects["project_id"] == options.id]
    if found.empty:
        raise InputError(f"项目库里没有编号“{options.id}”。", remedy="用 fengwuwu library list 查看全部编号。")
    figure = site_map(found, workspace.layers(options.library), library_overview.notice(found))
    _save(figure, options.file)
    if not options.quiet:
        print(f"已写出 {options.file}")


def land(options: Options) -> None:
    """The land that is left for a technology: map, tables and shapes."""
    from fengwuwu.optimize import workbook
    from fengwuwu.projects import technologies, workspace
    from fengwuwu.projects.land_left import land_left
    from fengwuwu.reporting import land_tables
    from fengwuwu.reporting.land_map import land_map, sources

    labels = technologies.labels()
    key = next((k for k, label in labels.items() if options.technology in (k, label)), None)
    if key is None:
        raise InputError(f"没有“{options.technology}”这种技术类型。", remedy=f"可用：{'、'.join(labels.values())}。")
    layers = workspace.layers(options.library)
    found = land_left(key, layers)
    options.output.mkdir(parents=True, exist_ok=True)
    stem = options.output / f"land_{key}"
    _save(land_map(found, layers), stem.with_suffix(".png"))
    notices = [f"{labels[key]}：按选址规则的可用地。{sources(layers)}", land_tables.NOTICE]
    sheets = {
        "分县": workbook.Sheet.of(land_tables.by_county(found), {}),
        "分规则": workbook.Sheet.of(land_tables.criteria(found), {}),
    }
    workbook.write(stem.with_suffix(".xlsx"), sheets, notices)
    found.parcels.to_file(stem.with_suffix(".gpkg"), layer="land_left")
    if options.quiet:
        return
    for line in land_tables.summary(found):
        print(line)
    print(f"写出 {stem}.png、.xlsx、.gpkg")


def _save(figure: Figure, path: Path) -> None:
    from matplotlib import pyplot as plt

    try:
        figure.savefig(path, dpi=200)
    except (ValueError, OSError) as error:
        raise InputError(
            "图片写不了。", where=str(path), remedy="文件名请以 .png、.pdf 或 .svg 结尾，文件夹须已存在。"
        ) from error
    finally:
        plt.close(figure)
