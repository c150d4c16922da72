"""Workbooks as offices fill them in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from tools import HEAD, book, calculated, form, merge

from fengwuwu.projects.template import write_template


@form("bureau_table.xlsx")
def _bureau_table(path: Path) -> None:
    made = book({
        "汇总表": [
            ["奉节县2026年气候投融资项目申报汇总表（示例）"],
            ["填报单位（盖章）：示例县发展改革委", *[None] * 5, "填报日期：2026年9月30日", None, "单位：万元"],
            ["序号", "项目编号", "项目名称", "申报单位", "所在县", "乡镇", "技术类型", "总投资", "融资需求"],
            ["一、能源类"],
            [1, "示例-FJ-101", "示例：白帝光伏", "示例单位甲", "奉节县", "白帝镇", "集中式光伏", "24,700", 19760],
            [2, "示例-FJ-102", "示例：云雾梁风电", "示例单位乙", "奉节县", "云雾土家族乡", "陆上风电", 31200, 24960],
            ["小计", *[None] * 6, "=SUM(H5:H6)", "=SUM(I5:I6)"],
            ["二、环境类"],
            [3, "示例-FJ-103", "示例：草堂污水厂", "示例单位丙", "奉节县", "草堂镇", "污水处理（新建）", 4200, "—"],
            ["合  计", *[None] * 6, "=H7+H9", "=I7"],
            ["注：1.总投资为估算数，示例。"],
            ["2.融资需求未定的填“—”。"],
            ["填表人：示例甲", None, None, "审核人：示例乙", None, None, "联系电话：000-00000000"],
        ]
    })
    merge(made.worksheets[0], "A1:I1", "A2:F2", "A4:I4", "A7:G7", "A8:I8", "A10:G10", "A12:I12")
    made.save(path)


@form("two_level_header.xlsx")
def _two_level_header(path: Path) -> None:
    made = book({
        "项目": [
            ["巫山县项目储备表（示例）"],
            [
                "项目\n编号",
                "项目名称",
                "所在县",
                "技术类型",
                "装机容量\n（万千瓦）",
                "资金（亿元）",
                None,
                None,
                "建设年限",
            ],
            [None, None, None, None, None, "总投资", "其中：自有资金", "融资需求", None],
            ["示例-WS-201", "示例：巫峡光伏", "巫山县", "集中式光伏", 6, 2.47, 0.5, 1.97, "2年"],
            ["示例-WS-202", "示例：抱龙风电", "巫山", "陆上风电", 4.5, 2.92, 0.5, 2.0, 3],
        ]
    })
    merge(made.worksheets[0], "A1:I1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:E3", "F2:H2", "I2:I3")
    made.save(path)


@form("unit_row.xlsx")
def _unit_row(path: Path) -> None:
    book({
        "项目": [
            ["项目编号", "项目名称", "所在县", "技术类型", "规模", "总投资", "年产出", "用地面积", "备注"],
            [None, None, None, None, "千瓦", "元", "万千瓦时", "亩", "/"],
            [1, 2, 3, 4, 5, 6, 7, 8, 9],
            ["示例-WX-301", "示例：尖山光伏", "巫溪县", "集中式光伏", 20000, 90000000, 1720, 600, "示例"],
        ]
    }).save(path)


@form("several_sheets.xlsx")
def _several_sheets(path: Path) -> None:
    made = book({
        "封面": [["三县项目申报材料（示例）"], [None, "编制日期：2026年9月"]],
        "奉节": [HEAD, ["示例-FJ-111", "示例：康乐光伏", "奉节县", 9000]],
        "巫山": [["项目编号", "项目名称", "总投资（万元）"], ["示例-WS-111", "示例：大昌光伏", 8000]],
        "旧稿": [["编号", "名称", "县", "总投资（万元）"], ["示例-WX-111", "示例：塘坊风电", "巫溪", 30000]],
        "空表": [],
    })
    made["旧稿"].sheet_state = "hidden"
    made.save(path)


@form("hidden_rows.xlsx")
def _hidden_rows(path: Path) -> None:
    made = book({
        "项目": [
            [*HEAD, "备注"],
            ["示例-FJ-121", "示例：汾河光伏", "奉节县", 5000, "示例"],
            ["示例-FJ-122", "示例：吐祥光伏", "奉节县", 6000, "示例"],
            ["示例-FJ-123", "示例：兴隆光伏", "奉节县", 7000, "示例"],
        ]
    })
    sheet = made.worksheets[0]
    sheet.auto_filter.ref = "A1:E4"
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["E"].hidden = True
    made.save(path)


@form("numbers_as_text.xlsx")
def _numbers_as_text(path: Path) -> None:
    amounts = [
        "１２，３００",
        " 2 300.50 ",
        "约5000",
        "1.2亿元",
        "20000000元",
        "5千万元",
        "—",
        "3000-5000",
        "壹仟万元",
        "无",
    ]
    lines = [
        [f"示例-FJ-{131 + number}", f"示例：文本数字{'甲乙丙丁戊己庚辛壬癸'[number]}项目", "奉节县", amount]
        for number, amount in enumerate(amounts)
    ]
    made = book({"项目": [HEAD, *lines]})
    for row in made.worksheets[0].iter_rows(min_row=2, min_col=4):
        row[0].number_format = "@"
    made.save(path)


@form("units_in_cells.xlsx")
def _units_in_cells(path: Path) -> None:
    lines = [
        ["集中式光伏", "6万千瓦", "0.51亿度"],
        ["陆上风电", "60MWp", "12000万kWh"],
        ["分布式光伏", "6000KW", "5.1百万千瓦时"],
        ["抽水蓄能", "1.2GW", "11.4亿千瓦时"],
        ["造林", "2.08万亩", None],
        ["森林经营", "1200公顷", None],
        ["石漠化与水土流失治理", "15km²", None],
        ["生活垃圾焚烧发电", "350吨/天", "4800万度"],
        ["污水处理（新建）", "2万m³/d", None],
        ["节水灌溉与高标准农田", "3万亩（含改造）", None],
        ["公路", "12.5公里", None],
        ["水电", "500吨", None],
    ]
    names = "甲乙丙丁戊己庚辛壬癸子丑"
    rows = [
        [f"示例-WX-{401 + number}", f"示例：单位{names[number]}项目", "巫溪县", *line]
        for number, line in enumerate(lines)
    ]
    book({"项目": [["项目编号", "项目名称", "所在县", "技术类型", "建设规模", "年产出"], *rows]}).save(path)


DATES = [
    ["示例-FJ-141", "示例：日期甲项目", "奉节县", dt.datetime(2026, 9, 30), dt.datetime(2027, 3, 1), "2028年底"],
    ["示例-FJ-142", "示例：日期乙项目", "奉节县", "2026年9月30日", "2027.3", "2028-12"],
    ["示例-FJ-143", "示例：日期丙项目", "奉节县", 46295, 46447, "２０２８年"],
    ["示例-FJ-144", "示例：日期丁项目", "奉节县", "26/9/30", "2027-2028", "明年"],
    ["示例-FJ-145", "示例：日期戊项目", "奉节县", "2026-02-30", "2029", 2028],
    ["示例-FJ-146", "示例：日期己项目", "奉节县", "20260930", "2027/3/1", "2028年第二季度"],
]
DATE_HEAD = ["项目编号", "项目名称", "所在县", "申报日期", "开工时间", "竣工时间"]


@form("dates.xlsx")
def _dates(path: Path) -> None:
    book({"项目": [DATE_HEAD, *DATES]}).save(path)


@form("dates_1904.xlsx")
def _dates_1904(path: Path) -> None:
    made = openpyxl.Workbook()
    made.epoch = CALENDAR_MAC_1904
    for line in (DATE_HEAD, DATES[0]):
        made.worksheets[0].append(line)
    made.save(path)


@form("formulas_without_results.xlsx")
def _formulas_without_results(path: Path) -> None:
    book({
        "项目": [
            [*HEAD, "融资需求（万元）"],
            ["示例-FJ-151", "示例：公式甲项目", "奉节县", "=5000*2", 8000],
            ["示例-FJ-152", "示例：公式乙项目", "奉节县", 6000, "=D3*0.8"],
            ["示例-FJ-153", "示例：公式丙项目", "奉节县", 6000, None],
            ["合计", None, None, "=SUM(D2:D4)", "=SUM(E2:E4)"],
        ]
    }).save(path)


@form("formula_errors.xlsx")
def _formula_errors(path: Path) -> None:
    made = book({
        "项目": [
            [*HEAD, "融资需求（万元）"],
            ["示例-FJ-161", "示例：错误值甲项目", "奉节县", "=5000*2", "=D2*0.8"],
            ["示例-FJ-162", "示例：错误值乙项目", "奉节县", "=1/0", 100],
            ["示例-FJ-163", "示例：错误值丙项目", "奉节县", 6000, "=NA()"],
            ["示例-FJ-164", "示例：错误值丁项目", "奉节县", "=VLOOKUP(9,A1:B2,2,FALSE)", "=#REF!+1"],
        ]
    })
    calculated(made, path)


@form("columns.xlsx")
def _columns(path: Path) -> None:
    book({
        "项目": [
            [*HEAD, "总投资（含税）", "融资需球（万元）", "联系电话", None, "资本金", "年减排量（吨）"],
            ["示例-FJ-171", "示例：列名甲项目", "奉节县", 5000, 5200, 4000, "000-0000", "待办：补环评", 1000, 300],
            ["示例-FJ-172", "示例：列名乙项目", "奉节县", 6000, 6300, 4800, None, None, 1200, "３００吨"],
        ]
    }).save(path)


@form("merged_cells.xlsx")
def _merged_cells(path: Path) -> None:
    made = book({
        "项目": [
            ["所在县", "项目编号", "项目名称", "建设内容", "总投资（万元）", "来源"],
            ["奉节县", "示例-FJ-201", "示例：合并甲项目", "一期", 3000, "示例"],
            [None, None, None, "二期", None, None],
            [None, "示例-FJ-202", "示例：合并乙项目", "示例内容", 4000, None],
            ["巫山县", "示例-WS-203", "示例：合并丙项目", "示例内容", 9000, None],
            [None, "示例-WS-204", "示例：合并丁项目", "示例内容", None, None],
        ]
    })
    merge(made.worksheets[0], "A2:A4", "B2:B3", "C2:C3", "E2:E3", "A5:A6", "E5:E6", "F2:F6")
    made.save(path)


@form("identities.xlsx")
def _identities(path: Path) -> None:
    book({
        "项目": [
            HEAD,
            ["１", "示例：编号甲项目", "奉节县", 100],
            ["示例-FJ-211", "示例：编号乙项目", "奉节县", 200],
            ["示例－FJ－211", "示例：编号丙项目", "奉节县", 300],
            [None, "示例：编号丁项目", "奉节县", 400],
            ["示例-FJ-212", None, "奉节县", 500],
            ["示例/FJ 213", "示例：编号戊项目", "重庆市 奉节县", 600],
            ["示例;214", "示例：编号己项目", "奉节县、巫山县", 700],
            ["示例-FJ-215", "示例：编号庚项目", "万州区", 800],
        ]
    }).save(path)


@form("coordinates.xlsx")
def _coordinates(path: Path) -> None:
    book({
        "项目": [
            ["项目编号", "项目名称", "所在县", "乡镇", "经度", "纬度", "位置误差"],
            ["示例-FJ-221", "示例：位置甲项目", "奉节县", "白帝镇", "109°34′12″E", "31°02′24″N", None],
            ["示例-FJ-222", "示例：位置乙项目", "奉节县", "白帝镇", 31.04, 109.57, None],
            ["示例-FJ-223", "示例：位置丙项目", "奉节县", "大昌镇", 109.79, 31.27, None],
            ["示例-FJ-224", "示例：位置丁项目", "奉节县", "白帝", 109.57, None, None],
            ["示例-FJ-225", "示例：位置戊项目", "奉节县", None, 106.55, 29.56, "50km"],
            ["示例-FJ-226", "示例：位置己项目", "奉节县", None, "东经109度30分", "北纬31.0", "约2公里"],
            ["示例-FJ-227", "示例：位置庚项目", "奉节县", None, 209.5, 31.0, None],
        ]
    }).save(path)


@form("vertical_form.xlsx")
def _vertical_form(path: Path) -> None:
    book({
        "申报表": [
            ["气候投融资项目申报表（示例）"],
            ["项目名称", "示例：竖表项目", "项目编号", "示例-FJ-231"],
            ["所在县", "奉节县", "总投资（万元）", 5000],
            ["建设内容", "示例：竖式申报表，一表一项目"],
        ]
    }).save(path)


@form("filled_template.xlsx")
def _filled_template(path: Path) -> None:
    path.unlink(missing_ok=True)
    write_template(path)
    made = openpyxl.load_workbook(path)
    sheet = made.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[2]}
    for number, (name, county, technology, cost) in enumerate(
        [("羊市光伏", "奉节县", "集中式光伏", "1.5亿元"), ("两河口岸电", "奉节县；巫山县", "港口岸电", 800)], start=4
    ):
        for title, value in {
            "项目编号": f"示例-FJ-{237 + number}",
            "项目名称": f"示例：{name}",
            "数据性质": "示例",
            "所在县": county,
            "技术类型": technology,
            "总投资（万元）": cost,
        }.items():
            sheet.cell(number, columns[title]).value = value
    made.save(path)


@form("two_tables.xlsx")
def _two_tables(path: Path) -> None:
    book({
        "项目": [
            ["附件1：能源项目（示例）", None, None, "单位：亿元"],
            ["项目编号", "项目名称", "所在县", "总投资"],
            ["示例-FJ-251", "示例：上表甲项目", "奉节县", 1.5],
            ["合计", None, None, 1.5],
            [None],
            ["附件2：环境项目（示例）", None, None, "单位：万元"],
            ["项目编号", "项目名称", "所在县", "总投资"],
            ["示例-FJ-252", "示例：下表乙项目", "奉节县", 800],
            ["共计1个", None, None, 800],
        ]
    }).save(path)


@form("choices.xlsx")
def _choices(path: Path) -> None:
    book({
        "项目": [
            [*HEAD, "项目阶段", "技术类型", "可分割", "最低资本金比例", "期望利率", "数据性质"],
            ["示例-WS-261", "示例：选项甲项目", "巫山县", 100, "可研", "wind_onshore", "√", 0.2, "3.5%", "示例"],
            ["示例-WS-262", "示例：选项乙项目", "巫山县", 100, "核准备案", "充换电设施", "否", "25%", 0.035, "示例"],
            ["示例-WS-263", "示例：选项丙项目", "巫山县", 100, "前期", "光伏发电", "部分", 35, 3.5, "示例"],
            ["示例-WS-264", "示例：选项丁项目", "巫山县", 100, "未知", "其他", None, "不详", "面议", "示例"],
        ]
    }).save(path)


@form("stray_remarks.xlsx")
def _stray_remarks(path: Path) -> None:
    made = book({
        "项目": [
            ["示例汇总", None, None, None],
            HEAD,
            ["示例-WX-271", "示例：批注甲项目", "巫溪县", 100, None, None, "领导批示：加快"],
            ["示例-WX-272", "示例：批注乙项目", "巫溪县", 200],
            [None, None, None, 300],
        ]
    })
    made.save(path)
