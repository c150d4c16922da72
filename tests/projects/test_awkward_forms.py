"""Awkward but real-looking files (``scripts/make_awkward_forms.py``), each with the exact outcome of its import."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

from fengwuwu.errors import InputError
from fengwuwu.projects.library import Library

FORMS = Path(__file__).parents[1] / "fixtures" / "forms"
Place = tuple[str, str, int | None, str, str]


@dataclass(frozen=True)
class Case:
    """What the import of one file must give.

    Attributes
    ----------
    file : str
    counts : tuple of int
        Accepted, updated, unchanged, pending, rejected.
    problems : tuple
        Severity, sheet, row, column, how the message begins.
    skipped : tuple
        Sheet, row, reason.
    values : dict
        Project to all its values, apart from names, owners and texts.
    refused : str
        The message when the file as a whole cannot be read.
    crs, before : str
        Coordinate system declared; file imported earlier.
    """

    file: str
    counts: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    problems: tuple[Place, ...] = ()
    skipped: tuple[tuple[str, int | None, str], ...] = ()
    values: dict[str, dict[str, object]] = field(default_factory=dict)
    refused: str = ""
    crs: str | None = None
    before: str = ""


CASES = (
    Case(
        "bureau_table.xlsx",
        (3, 0, 0, 0, 0),
        skipped=(
            ("汇总表", 1, "标题"),
            ("汇总表", 2, "标题"),
            ("汇总表", 4, "分组标题"),
            ("汇总表", 7, "合计或小计"),
            ("汇总表", 8, "分组标题"),
            ("汇总表", 10, "合计或小计"),
            ("汇总表", 11, "注释或签署"),
            ("汇总表", 12, "注释或签署"),
            ("汇总表", 13, "注释或签署"),
        ),
        values={
            "示例-FJ-101": {
                "county": "奉节县",
                "township": "白帝镇",
                "technology": "solar_utility",
                "investment_wan_yuan": 24700.0,
                "financing_need_wan_yuan": 19760.0,
            },
            "示例-FJ-102": {
                "county": "奉节县",
                "township": "云雾土家族乡",
                "technology": "wind_onshore",
                "investment_wan_yuan": 31200.0,
                "financing_need_wan_yuan": 24960.0,
            },
            "示例-FJ-103": {
                "county": "奉节县",
                "township": "草堂镇",
                "technology": "sewage",
                "investment_wan_yuan": 4200.0,
            },
        },
    ),
    Case(
        "two_level_header.xlsx",
        (2, 0, 0, 0, 0),
        problems=(("warning", "项目", 5, "融资需求", "资本金 5000 与融资需求 20000 之和"),),
        skipped=(
            ("项目", 1, "标题"),
            ("项目", 2, "标题"),
        ),
        values={
            "示例-WS-201": {
                "county": "巫山县",
                "technology": "solar_utility",
                "capacity": 60.0,
                "capacity_unit": "MW",
                "investment_wan_yuan": 24700.0,
                "own_capital_wan_yuan": 5000.0,
                "financing_need_wan_yuan": 19700.0,
                "construction_years": 2.0,
            },
            "示例-WS-202": {
                "county": "巫山县",
                "technology": "wind_onshore",
                "capacity": 45.0,
                "capacity_unit": "MW",
                "investment_wan_yuan": 29200.0,
                "own_capital_wan_yuan": 5000.0,
                "financing_need_wan_yuan": 20000.0,
                "construction_years": 3.0,
            },
        },
    ),
    Case(
        "unit_row.xlsx",
        (1, 0, 0, 0, 0),
        skipped=(
            ("项目", 2, "单位行"),
            ("项目", 3, "列号行"),
        ),
        values={
            "示例-WX-301": {
                "county": "巫溪县",
                "land_area_ha": 40.0,
                "technology": "solar_utility",
                "capacity": 20.0,
                "capacity_unit": "MW",
                "annual_output": 17.2,
                "annual_output_unit": "GWh",
                "investment_wan_yuan": 9000.0,
            },
        },
    ),
    Case(
        "several_sheets.xlsx",
        (2, 0, 0, 0, 1),
        problems=(
            ("warning", "封面", None, "", "没有找到项目表的表头"),
            ("warning", "旧稿", None, "", "隐藏的工作表也已读取"),
            ("error", "巫山", 2, "所在县", "缺少必填项“所在县”"),
        ),
        skipped=(("封面", None, "工作表没有表头"),),
        values={
            "示例-FJ-111": {"county": "奉节县", "investment_wan_yuan": 9000.0},
            "示例-WX-111": {"county": "巫溪县", "investment_wan_yuan": 30000.0},
        },
    ),
    Case(
        "hidden_rows.xlsx",
        (3, 0, 0, 0, 0),
        problems=(("warning", "项目", 3, "", "隐藏的行也已读取"),),
        values={
            "示例-FJ-121": {"county": "奉节县", "investment_wan_yuan": 5000.0},
            "示例-FJ-122": {"county": "奉节县", "investment_wan_yuan": 6000.0},
            "示例-FJ-123": {"county": "奉节县", "investment_wan_yuan": 7000.0},
        },
    ),
    Case(
        "numbers_as_text.xlsx",
        (8, 0, 0, 0, 2),
        problems=(
            ("warning", "项目", 4, "总投资（万元）", "“约5000”是约数"),
            ("error", "项目", 9, "总投资（万元）", "“3000-5000”不是一个数值"),
            ("error", "项目", 10, "总投资（万元）", "“壹仟万元”不是数值"),
            ("warning", "项目", 11, "总投资（万元）", "“无”按未知读取"),
        ),
        values={
            "示例-FJ-131": {"county": "奉节县", "investment_wan_yuan": 12300.0},
            "示例-FJ-132": {"county": "奉节县", "investment_wan_yuan": 2300.5},
            "示例-FJ-133": {"county": "奉节县", "investment_wan_yuan": 5000.0},
            "示例-FJ-134": {"county": "奉节县", "investment_wan_yuan": 12000.0},
            "示例-FJ-135": {"county": "奉节县", "investment_wan_yuan": 2000.0},
            "示例-FJ-136": {"county": "奉节县", "investment_wan_yuan": 5000.0},
            "示例-FJ-137": {"county": "奉节县"},
            "示例-FJ-140": {"county": "奉节县"},
        },
    ),
    Case(
        "units_in_cells.xlsx",
        (12, 0, 0, 0, 0),
        problems=(
            ("warning", "项目", 11, "建设规模", "单位“万亩(含改造)”不能换算为“节水灌溉与高标准农田”的规定单位“ha”"),
            ("warning", "项目", 13, "建设规模", "单位“吨”不能换算为“水电”的规定单位“MW”"),
        ),
        values={
            "示例-WX-401": {
                "county": "巫溪县",
                "technology": "solar_utility",
                "capacity": 60.0,
                "capacity_unit": "MW",
                "annual_output": 51.0,
                "annual_output_unit": "GWh",
            },
            "示例-WX-402": {
                "county": "巫溪县",
                "technology": "wind_onshore",
                "capacity": 60.0,
                "capacity_unit": "MW",
                "annual_output": 120.0,
                "annual_output_unit": "GWh",
            },
            "示例-WX-403": {
                "county": "巫溪县",
                "technology": "solar_distributed",
                "capacity": 6.0,
                "capacity_unit": "MW",
                "annual_output": 5.1,
                "annual_output_unit": "GWh",
            },
            "示例-WX-404": {
                "county": "巫溪县",
                "technology": "pumped_storage",
                "capacity": 1200.0,
                "capacity_unit": "MW",
                "annual_output": 1140.0,
                "annual_output_unit": "GWh",
            },
            "示例-WX-405": {
                "county": "巫溪县",
                "technology": "afforestation",
                "capacity": 1386.66666666667,
                "capacity_unit": "ha",
            },
            "示例-WX-406": {
                "county": "巫溪县",
                "technology": "forest_management",
                "capacity": 1200.0,
                "capacity_unit": "ha",
            },
            "示例-WX-407": {
                "county": "巫溪县",
                "technology": "karst_restoration",
                "capacity": 1500.0,
                "capacity_unit": "ha",
            },
            "示例-WX-408": {
                "county": "巫溪县",
                "technology": "waste_to_energy",
                "capacity": 350.0,
                "capacity_unit": "t/d",
                "annual_output": 48.0,
                "annual_output_unit": "GWh",
            },
            "示例-WX-409": {"county": "巫溪县", "technology": "sewage", "capacity": 20000.0, "capacity_unit": "m3/d"},
            "示例-WX-410": {
                "county": "巫溪县",
                "technology": "irrigation_saving",
                "capacity": 3.0,
                "capacity_unit": "万亩(含改造)",
            },
            "示例-WX-411": {"county": "巫溪县", "technology": "road", "capacity": 12.5, "capacity_unit": "km"},
            "示例-WX-412": {"county": "巫溪县", "technology": "hydro", "capacity": 500.0, "capacity_unit": "吨"},
        },
    ),
    Case(
        "dates.xlsx",
        (4, 0, 0, 0, 2),
        problems=(
            ("warning", "项目", 4, "申报日期", "“46295”按 Excel 日期序号读作 2026-09-30"),
            ("warning", "项目", 4, "开工时间", "“46447”按 Excel 日期序号读作 2027 年"),
            ("error", "项目", 5, "申报日期", "“26/9/30”不是日期"),
            ("error", "项目", 5, "开工时间", "“2027-2028”不是年份"),
            ("error", "项目", 5, "竣工时间", "“明年”不是年份"),
            ("error", "项目", 6, "申报日期", "“2026-02-30”不是日期"),
            ("error", "项目", 6, "开工时间", "开工年份 2029 晚于竣工年份 2028"),
        ),
        values={
            "示例-FJ-141": {
                "filing_date": "2026-09-30",
                "county": "奉节县",
                "construction_start_year": 2027.0,
                "completion_year": 2028.0,
            },
            "示例-FJ-142": {
                "filing_date": "2026-09-30",
                "county": "奉节县",
                "construction_start_year": 2027.0,
                "completion_year": 2028.0,
            },
            "示例-FJ-143": {
                "filing_date": "2026-09-30",
                "county": "奉节县",
                "construction_start_year": 2027.0,
                "completion_year": 2028.0,
            },
            "示例-FJ-146": {
                "filing_date": "2026-09-30",
                "county": "奉节县",
                "construction_start_year": 2027.0,
                "completion_year": 2028.0,
            },
        },
    ),
    Case(
        "dates_1904.xlsx",
        (1, 0, 0, 0, 0),
        values={
            "示例-FJ-141": {
                "filing_date": "2026-09-30",
                "county": "奉节县",
                "construction_start_year": 2027.0,
                "completion_year": 2028.0,
            },
        },
    ),
    Case(
        "formulas_without_results.xlsx",
        (1, 0, 0, 0, 2),
        problems=(
            ("error", "项目", 2, "总投资（万元）", "公式没有计算结果"),
            ("error", "项目", 3, "融资需求（万元）", "公式没有计算结果"),
        ),
        skipped=(("项目", 5, "合计或小计"),),
        values={
            "示例-FJ-153": {"county": "奉节县", "investment_wan_yuan": 6000.0},
        },
    ),
    Case(
        "formula_errors.xlsx",
        (1, 0, 0, 0, 3),
        problems=(
            ("error", "项目", 3, "总投资（万元）", "单元格是公式错误“#DIV/0!”"),
            ("error", "项目", 4, "融资需求（万元）", "单元格是公式错误“#N/A”"),
            ("error", "项目", 5, "总投资（万元）", "单元格是公式错误“#N/A”"),
            ("error", "项目", 5, "融资需求（万元）", "单元格是公式错误“#REF!”"),
        ),
        values={
            "示例-FJ-161": {"county": "奉节县", "investment_wan_yuan": 10000.0, "financing_need_wan_yuan": 8000.0},
        },
    ),
    Case(
        "columns.xlsx",
        (2, 0, 0, 0, 0),
        problems=(
            ("warning", "项目", 1, "总投资（含税）", "与另一列同为“总投资"),
            ("warning", "项目", 1, "融资需球（万元）", "不认识这一列"),
            ("warning", "项目", 1, "联系电话", "不认识这一列"),
            ("warning", "项目", 1, "资本金", "表头没有写单位"),
            ("warning", "项目", 2, "H 列", "没有表头"),
        ),
        values={
            "示例-FJ-171": {
                "county": "奉节县",
                "investment_wan_yuan": 5000.0,
                "own_capital_wan_yuan": 1000.0,
                "claimed_reduction_t_per_year": 300.0,
            },
            "示例-FJ-172": {
                "county": "奉节县",
                "investment_wan_yuan": 6000.0,
                "own_capital_wan_yuan": 1200.0,
                "claimed_reduction_t_per_year": 300.0,
            },
        },
    ),
    Case("empty.xlsx", refused="没有找到项目表的表头，未读取。"),
    Case(
        "header_only.xlsx",
        (0, 0, 0, 0, 0),
        skipped=(("项目", 1, "标题"),),
        values={},
    ),
    Case("password.xlsx", refused="文件受密码保护。"),
    Case("truncated.xlsx", refused="文件已损坏，或不是 Excel 工作簿。"),
    Case("web_page.xls", refused="文件已损坏，或不是 Excel 工作簿（可能是网页或文本改了扩展名）。"),
    Case(
        "old_workbook.xls",
        (2, 0, 0, 0, 1),
        problems=(
            ("warning", "申报表", 4, "", "隐藏的行也已读取"),
            ("error", "申报表", 5, "总投资", "单元格是公式错误“#DIV/0!”"),
        ),
        skipped=(
            ("申报表", 1, "标题"),
            ("申报表", 6, "合计或小计"),
        ),
        values={
            "示例-WX-191": {"county": "巫溪县", "construction_start_year": 2027.0, "investment_wan_yuan": 35000.0},
            "示例-WX-192": {"county": "巫溪县", "construction_start_year": 2027.0, "investment_wan_yuan": 12000.0},
        },
    ),
    Case(
        "old_workbook_renamed.xlsx",
        (1, 0, 0, 0, 0),
        problems=(("warning", "", None, "", "扩展名是 .xlsx"),),
        values={
            "示例-WX-194": {"county": "巫溪县", "investment_wan_yuan": 500.0},
        },
    ),
    Case(
        "merged_cells.xlsx",
        (2, 0, 0, 0, 3),
        problems=(
            ("error", "项目", 3, "项目编号", "编号“示例-FJ-201”在文件中重复"),
            ("error", "项目", 5, "总投资（万元）", "数值来自跨行的合并单元格"),
            ("error", "项目", 6, "总投资（万元）", "数值来自跨行的合并单元格"),
        ),
        values={
            "示例-FJ-201": {"county": "奉节县", "investment_wan_yuan": 3000.0},
            "示例-FJ-202": {"county": "奉节县", "investment_wan_yuan": 4000.0},
        },
    ),
    Case(
        "identities.xlsx",
        (3, 0, 0, 0, 5),
        problems=(
            ("error", "项目", 2, "项目编号", "“1”不合要求"),
            ("error", "项目", 4, "项目编号", "编号“示例-FJ-211”在文件中重复"),
            ("error", "项目", 6, "项目名称", "缺少必填项“项目名称”"),
            ("error", "项目", 8, "项目编号", "“示例;214”不合要求"),
            ("error", "项目", 9, "所在县", "“万州区”不合要求"),
        ),
        values={
            "FJ-K0001": {"county": "奉节县", "investment_wan_yuan": 400.0},
            "示例-FJ-211": {"county": "奉节县", "investment_wan_yuan": 200.0},
            "示例/FJ213": {"county": "奉节县", "investment_wan_yuan": 600.0},
        },
    ),
    Case(
        "coordinates.xlsx",
        (6, 0, 0, 0, 1),
        problems=(
            ("warning", "项目", 3, "经度", "经度、纬度填反了"),
            ("warning", "项目", 4, "经度", "点位"),
            ("warning", "项目", 4, "乡镇", "“大昌镇”属于巫山县"),
            ("warning", "项目", 5, "经度", "经度、纬度只填了一个"),
            ("warning", "项目", 5, "乡镇", "“白帝”不在所在县的乡镇名录中"),
            ("warning", "项目", 6, "经度", "点位"),
            ("warning", "项目", 7, "位置误差", "“约2公里”是约数"),
            ("error", "项目", 8, "经度", "“209.5”不合要求"),
        ),
        values={
            "示例-FJ-221": {"county": "奉节县", "township": "白帝镇", "lon": 109.57, "lat": 31.04},
            "示例-FJ-222": {"county": "奉节县", "township": "白帝镇", "lon": 109.57, "lat": 31.04},
            "示例-FJ-223": {"county": "奉节县", "township": "大昌镇", "lon": 109.79, "lat": 31.27},
            "示例-FJ-224": {"county": "奉节县", "township": "白帝", "lon": 109.57},
            "示例-FJ-225": {"county": "奉节县", "lon": 106.55, "lat": 29.56, "location_radius_km": 50.0},
            "示例-FJ-226": {"county": "奉节县", "lon": 109.5, "lat": 31.0, "location_radius_km": 2.0},
        },
    ),
    Case("vertical_form.xlsx", refused="这是竖排的申报表（一表一项目），未读取。"),
    Case(
        "filled_template.xlsx",
        (2, 0, 0, 0, 0),
        skipped=(
            ("项目申报表", 1, "标题"),
            ("项目申报表", 3, "示例行"),
            ("填写说明", None, "工作表没有表头"),
            ("选项", None, "工作表没有表头"),
        ),
        values={
            "示例-FJ-241": {"county": "奉节县", "technology": "solar_utility", "investment_wan_yuan": 15000.0},
            "示例-FJ-242": {"county": "奉节县;巫山县", "technology": "shore_power", "investment_wan_yuan": 800.0},
        },
    ),
    Case(
        "two_tables.xlsx",
        (2, 0, 0, 0, 0),
        skipped=(
            ("项目", 1, "标题"),
            ("项目", 4, "合计或小计"),
            ("项目", 6, "标题"),
            ("项目", 7, "重复的表头"),
            ("项目", 9, "合计或小计"),
        ),
        values={
            "示例-FJ-251": {"county": "奉节县", "investment_wan_yuan": 15000.0},
            "示例-FJ-252": {"county": "奉节县", "investment_wan_yuan": 800.0},
        },
    ),
    Case(
        "choices.xlsx",
        (2, 0, 0, 0, 2),
        problems=(
            ("error", "项目", 4, "项目阶段", "“前期”不在允许的取值内"),
            ("error", "项目", 4, "技术类型", "“光伏发电”不在允许的取值内"),
            ("error", "项目", 4, "可分割", "“部分”不是“是”或“否”"),
            ("error", "项目", 4, "最低资本金比例", "“35”不合要求"),
            ("error", "项目", 4, "期望利率", "“3.5”不合要求"),
            ("error", "项目", 5, "期望利率", "“面议”不是数值"),
        ),
        values={
            "示例-WS-261": {
                "county": "巫山县",
                "technology": "wind_onshore",
                "stage": "feasibility",
                "investment_wan_yuan": 100.0,
                "capital_ratio_min": 0.2,
                "expected_rate": 0.035,
                "divisible": "yes",
            },
            "示例-WS-262": {
                "county": "巫山县",
                "technology": "ev_charging",
                "stage": "approved",
                "investment_wan_yuan": 100.0,
                "capital_ratio_min": 0.25,
                "expected_rate": 0.035,
                "divisible": "no",
            },
        },
    ),
    Case(
        "stray_remarks.xlsx",
        (2, 0, 0, 0, 1),
        problems=(
            ("warning", "项目", 3, "G 列", "没有表头"),
            ("error", "项目", 5, "项目名称", "缺少必填项“项目名称”"),
            ("error", "项目", 5, "所在县", "缺少必填项“所在县”"),
        ),
        skipped=(("项目", 1, "标题"),),
        values={
            "示例-WX-271": {"county": "巫溪县", "investment_wan_yuan": 100.0},
            "示例-WX-272": {"county": "巫溪县", "investment_wan_yuan": 200.0},
        },
    ),
    Case(
        "gbk.csv",
        (2, 0, 0, 0, 0),
        problems=(("warning", "", 4, "总投资（万元）", "“约3亿元”是约数"),),
        skipped=(
            ("", 1, "标题"),
            ("", 5, "合计或小计"),
        ),
        values={
            "示例-WS-301": {"county": "巫山县", "investment_wan_yuan": 1200.0},
            "示例-WS-302": {"county": "巫山县", "investment_wan_yuan": 30000.0},
        },
    ),
    Case(
        "utf8_bom.csv",
        (2, 0, 0, 0, 0),
        problems=(("warning", "", 4, "总投资（万元）", "“约3亿元”是约数"),),
        skipped=(
            ("", 1, "标题"),
            ("", 5, "合计或小计"),
        ),
        values={
            "示例-WS-301": {"county": "巫山县", "investment_wan_yuan": 1200.0},
            "示例-WS-302": {"county": "巫山县", "investment_wan_yuan": 30000.0},
        },
    ),
    Case(
        "gb18030_rare_letters.csv",
        (1, 0, 0, 0, 0),
        values={
            "示例-FJ-311": {"county": "奉节县", "investment_wan_yuan": 1200.0},
        },
    ),
    Case(
        "unicode_text.csv",
        (2, 0, 0, 0, 0),
        problems=(("warning", "", 4, "总投资（万元）", "“约3亿元”是约数"),),
        skipped=(
            ("", 1, "标题"),
            ("", 5, "合计或小计"),
        ),
        values={
            "示例-WS-301": {"county": "巫山县", "investment_wan_yuan": 1200.0},
            "示例-WS-302": {"county": "巫山县", "investment_wan_yuan": 30000.0},
        },
    ),
    Case(
        "semicolons.csv",
        (0, 0, 0, 0, 1),
        problems=(("error", "", 2, "总投资（万元）", "“1200,5”不是一个数值"),),
        values={},
    ),
    Case(
        "unquoted_comma.csv",
        (2, 0, 0, 0, 1),
        problems=(
            ("error", "", 2, "", "本行的格比表头多"),
            ("error", "", 2, "融资需求（万元）", "融资需求 200 万元大于总投资 1 万元"),
        ),
        values={
            "示例-FJ-322": {"county": "奉节县", "investment_wan_yuan": 1200.0, "financing_need_wan_yuan": 900.0},
            "示例-FJ-323": {"county": "奉节县"},
        },
    ),
    Case("mixed_encodings.csv", refused="文字编码无法识别。"),
    Case(
        "baidu_points.csv",
        (1, 0, 0, 0, 0),
        problems=(("warning", "", 2, "经度", "由 BD-09 换算为 WGS84"),),
        values={
            "示例-FJ-331": {"county": "奉节县", "lon": 109.46, "lat": 31.02},
        },
        crs="bd09",
    ),
    Case(
        "projected.gpkg",
        (1, 0, 0, 0, 0),
        problems=(
            ("warning", "示例项目", 1, "用地范围", "由 EPSG:4546"),
            ("warning", "示例项目", 1, "经度（°）", "位置是面"),
        ),
        values={
            "示例-FJ-341": {
                "county": "奉节县",
                "lon": 109.46,
                "lat": 31.02,
                "technology": "solar_utility",
                "investment_wan_yuan": 15000.0,
            },
        },
    ),
    Case("no_system.gpkg", refused="文件没有坐标系。"),
    Case(
        "amap.geojson",
        (1, 0, 0, 0, 0),
        problems=(("warning", "", 1, "经度（°）", "由 GCJ-02 换算为 WGS84"),),
        values={
            "示例-FJ-351": {"county": "奉节县", "lon": 109.45999997, "lat": 31.019999982},
        },
        crs="gcj02",
    ),
    Case(
        "gbk_with_cpg.shp",
        (1, 0, 0, 0, 0),
        values={
            "示例-FJ-341": {"county": "奉节县", "lon": 109.46, "lat": 31.02, "investment_wan_yuan": 1200.0},
        },
    ),
    Case(
        "gbk_without_cpg.shp",
        (1, 0, 0, 0, 0),
        values={
            "示例-FJ-341": {"county": "奉节县", "lon": 109.46, "lat": 31.02, "investment_wan_yuan": 1200.0},
        },
    ),
    Case(
        "gbk_wrong_cpg.shp",
        (1, 0, 0, 0, 0),
        problems=(("warning", "gbk_wrong_cpg", None, "", ".cpg 写明的编码“UTF-8”读不出文字或地名"),),
        values={
            "示例-FJ-341": {"county": "奉节县", "lon": 109.46, "lat": 31.02, "investment_wan_yuan": 1200.0},
        },
    ),
    Case("no_prj.shp", refused="文件没有坐标系。"),
    Case("xian_1980.shp", refused="坐标系“Xian 1980”不是 CGCS2000 或 WGS84，换算需要当地参数，本工具没有。"),
    Case(
        "third_quarter.xlsx",
        (2, 0, 0, 0, 0),
        values={
            "示例-WX-361": {"county": "巫溪县", "investment_wan_yuan": 5000.0},
            "示例-WX-362": {"county": "巫溪县", "investment_wan_yuan": 6000.0},
        },
    ),
    Case(
        "fourth_quarter.xlsx",
        (1, 1, 1, 0, 1),
        problems=(
            ("warning", "项目", 3, "备注", "原值“示例”改为空白"),
            ("error", "项目", 5, "区县", "“某某县”不合要求"),
        ),
        values={
            "示例-WX-361": {"county": "巫溪县", "investment_wan_yuan": 5000.0},
            "示例-WX-362": {"county": "巫溪县", "investment_wan_yuan": 6500.0},
            "示例-WX-363": {"county": "巫溪县", "investment_wan_yuan": 7000.0},
        },
        before="third_quarter.xlsx",
    ),
    Case(
        "no_system.gpkg",
        (1, 0, 0, 0, 0),
        problems=(("warning", "示例项目", 1, "经度（°）", "由 EPSG:4546"),),
        values={
            "示例-FJ-341": {"county": "奉节县", "lon": 109.46, "lat": 31.02},
        },
        crs="EPSG:4546",
    ),
    Case(
        "no_prj.shp",
        (1, 0, 0, 0, 0),
        values={
            "示例-FJ-341": {"county": "奉节县", "lon": 109.46, "lat": 31.02, "investment_wan_yuan": 1200.0},
        },
        crs="EPSG:4490",
    ),
)
TEXTS = {"project_id", "project_name", "data_kind", "owner", "source", "note", "content", "site_geojson"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}{f' {case.crs}' if case.crs else ''}")
def test_outcome(case: Case, library: Library) -> None:
    if case.before:
        library.import_file(FORMS / case.before)
    version = library.version
    if case.refused:
        with pytest.raises(InputError) as caught:
            library.import_file(FORMS / case.file, crs=case.crs)
        assert (caught.value.what, library.version) == (case.refused, version)
        assert str(FORMS / case.file) in caught.value.where
        assert caught.value.remedy
        return
    result = library.import_file(FORMS / case.file, crs=case.crs)
    assert (result.accepted, result.updated, result.unchanged, result.pending, result.rejected) == case.counts
    assert result.rows_read == sum(case.counts) == len(result.rows)
    assert len(result.found) == len(case.problems), result.messages()
    for found, (*place, message) in zip(result.found, case.problems, strict=True):
        assert [found.severity, found.sheet, found.row, found.column] == place
        assert found.message.startswith(message)
        assert (found.remedy or "换算" in found.message) and found.file == case.file
    rows = result.skipped[["sheet", "row", "reason"]].astype(object).itertuples(index=False)
    assert tuple((sheet, None if pd.isna(row) else row, reason) for sheet, row, reason in rows) == case.skipped
    projects = library.projects()
    fields = [key for key in projects.attrs["labels"] if key in projects and key not in TEXTS]
    records = projects.set_index("project_id")[[key for key in fields if key != "human_decision"]].to_dict("index")
    found_values = {
        ident: {key: value for key, value in record.items() if value is not None and value == value}
        for ident, record in records.items()
    }
    assert found_values == {
        ident: {key: pytest.approx(v, abs=1e-6) if isinstance(v, float) else v for key, v in record.items()}
        for ident, record in case.values.items()
    }
    assert library.import_file(FORMS / case.file, crs=case.crs).version == result.version


def test_every_file_has_its_outcome() -> None:
    parts = {".shx", ".dbf", ".prj", ".cpg"}
    files = {path.name for path in FORMS.iterdir() if path.suffix not in parts and "rejected" not in path.name}
    # The first one has a test of its own in test_intake.py.
    assert files - {"county_office_gbk.csv"} == {case.file for case in CASES}
