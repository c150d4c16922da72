"""Awkward but real-looking forms, each with its exact outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from fengwuwu.errors import InputError
from fengwuwu.projects.assess import assess
from fengwuwu.projects.intake import read_form
from fengwuwu.projects.library import Library

Make = Callable[..., Path]
HEAD = ["项目编号", "项目名称", "所在县", "总投资（万元）"]
FORMS = Path(__file__).parents[1] / "fixtures" / "forms"


def outcome(library: Library, path: Path) -> tuple[int, int, int]:
    """Accepted, rejected and skipped; the counts must add up."""
    result = library.import_file(path, by="测试")
    counts = (result.accepted, result.updated, result.unchanged, result.pending, result.rejected)
    assert sum(counts) == result.rows_read == len(result.rows)
    return result.accepted, result.rejected, len(result.skipped)


def messages(library: Library, path: Path) -> list[str]:
    return library.import_file(path, by="测试").problems["message"].tolist()


def test_titles_unit_line_totals_notes_and_serial_numbers(library: Library, workbook: Make) -> None:
    path = workbook([
        ["奉节县2026年项目申报表"],
        ["填报单位：某局", None, None, None, "单位：亿元"],
        ["序号", "项目编号", "项目名称", "所在县", "总投资"],
        ["一、能源类"],
        [1, "FJ-1", "甲", "奉节县", 1.2],
        [2, "FJ-2", "乙", "奉节", "3000万元"],
        [None, "小计", None, None, 1.5],
        [3, None, None, None, None],
        ["合  计", None, None, None, 1.5],
        ["注：数据截至三季度。"],
        ["填表人：某某", None, "审核：某某"],
    ])
    assert outcome(library, path) == (2, 0, 8)
    assert library.projects()["investment_wan_yuan"].tolist() == [12000.0, 3000.0]
    reasons = library.import_file(path).skipped["reason"].tolist()
    assert reasons == [
        "标题",
        "标题",
        "分组标题",
        "合计或小计",
        "空行（只有序号）",
        "合计或小计",
        "注释或签署",
        "注释或签署",
    ]


def test_two_level_header_with_the_unit_above(library: Library, workbook: Make) -> None:
    def merge(book: openpyxl.Workbook) -> None:
        sheet = book.worksheets[0]
        for area in ("A1:A2", "B1:B2", "C1:C2", "D1:E1"):
            sheet.merge_cells(area)

    path = workbook(
        [
            ["项目编号", "项目名称", "所在县", "资金（亿元）", None],
            [None, None, None, "总投资", "融资需求"],
            ["FJ-1", "甲", "奉节县", 1, 0.8],
        ],
        change=merge,
    )
    assert outcome(library, path) == (1, 0, 1)
    assert library.projects()[["investment_wan_yuan", "financing_need_wan_yuan"]].iloc[0].tolist() == [10000, 8000]


def test_row_of_units_below_the_header(library: Library, workbook: Make) -> None:
    path = workbook([
        ["项目编号", "项目名称", "所在县", "总投资", "技术类型", "装机"],
        [None, None, None, "亿元", None, "万千瓦"],
        ["FJ-1", "甲", "奉节县", 2, "陆上风电", 5],
    ])
    assert outcome(library, path) == (1, 0, 1)
    row = library.show("FJ-1")
    assert (row["investment_wan_yuan"], row["capacity"], row["capacity_unit"]) == (20000.0, 50.0, "MW")


def test_merged_county_is_shared_but_merged_money_is_refused(library: Library, workbook: Make) -> None:
    def merge(book: openpyxl.Workbook) -> None:
        book.worksheets[0].merge_cells("C2:C3")
        book.worksheets[0].merge_cells("D4:D5")

    rows = [
        HEAD,
        ["FJ-1", "甲", "奉节县", 100],
        ["FJ-2", "乙", None, 200],
        ["FJ-3", "丙", "奉节县", 300],
        ["FJ-4", "丁", "奉节县", None],
    ]
    assert outcome(library, workbook(rows, change=merge)) == (2, 2, 0)
    assert library.projects()["county"].tolist() == ["奉节县", "奉节县"]


def test_project_over_two_merged_rows_is_one(library: Library, workbook: Make) -> None:
    def merge(book: openpyxl.Workbook) -> None:
        for column in "ABCD":
            book.worksheets[0].merge_cells(f"{column}2:{column}3")

    path = workbook([HEAD, ["FJ-1", "甲", "奉节县", 100], [None] * 4, ["FJ-2", "乙", "奉节县", 1]], change=merge)
    assert outcome(library, path) == (2, 0, 1)


def test_hidden_rows_are_read_with_a_warning(library: Library, workbook: Make) -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book.worksheets[0].row_dimensions[2].hidden = True

    path = workbook([HEAD, ["FJ-1", "甲", "奉节县", 100]], change=hide)
    assert messages(library, path) == ["隐藏的行也已读取。"]
    assert library.projects()["intake_warnings"].tolist() == ["隐藏的行也已读取。"]


def test_several_sheets_each_with_its_own_header(library: Library, workbook: Make) -> None:
    path = workbook({
        "风电": [HEAD, ["FJ-1", "甲", "奉节县", 100]],
        "光伏": [["名称", "编号", "县"], ["乙", "WS-1", "巫山"], ["丙", "FJ-1", "奉节"]],
        "联系人": [["张三", "电话"]],
    })
    result = library.import_file(path)
    assert (result.accepted, result.rejected) == (2, 1)
    problems = result.problems.set_index("sheet")["message"]
    assert problems["联系人"] == "没有找到项目表的表头，未读取。"
    assert problems["光伏"] == "编号“FJ-1”在文件中重复，已用于工作表“风电”第 2 行。"


def test_header_repeated_and_a_second_table_below(library: Library, workbook: Make) -> None:
    path = workbook([
        HEAD,
        ["FJ-1", "甲", "奉节县", 100],
        HEAD,
        ["FJ-2", "乙", "奉节县", 100],
        ["项目名称", "项目编号", "所在县", "总投资（亿元）"],
        ["丙", "FJ-3", "奉节县", 1],
    ])
    assert outcome(library, path) == (3, 0, 2)
    assert library.show("FJ-3")["investment_wan_yuan"] == 10000.0


def test_units_of_capacity_by_column_header_and_cell(library: Library, workbook: Make) -> None:
    head = ["项目编号", "项目名称", "所在县", "技术类型", "规模", "单位"]
    path = workbook([
        head,
        ["A1", "甲", "奉节县", "陆上风电", 60000, "千瓦"],
        ["A2", "乙", "奉节县", "造林", "1.5万亩", None],
        ["A3", "丙", "奉节县", "污水处理（新建）", 2, "万吨/日"],
        ["A4", "丁", "奉节县", "新型储能", 200, "MWh"],
        ["A5", "戊", "奉节县", "陆上风电", 60, None],
        ["A6", "己", "奉节县", "畜禽粪污沼气", "5000余头", None],
    ])
    result = library.import_file(path)
    rows = library.projects()[["capacity", "capacity_unit"]].values.tolist()
    assert rows[:4] == [[60.0, "MW"], [1000.0, "ha"], [20000.0, "m3/d"], [200.0, "MWh"]]
    assert rows[4] == [60.0, None]
    assert rows[5] == [5000.0, "head"]
    warned = result.problems.set_index("row")["message"]
    assert "不能换算" in warned[5]
    assert "没有写单位" in warned[6]
    assert "约数" in warned[7]


def test_coordinates_swapped_outside_and_halved(library: Library, workbook: Make) -> None:
    path = workbook([
        ["项目编号", "项目名称", "所在县", "经度", "纬度", "位置误差（km）"],
        ["A1", "甲", "奉节县", 31.02, 109.46, None],
        ["A2", "乙", "奉节县", 109.88, 31.08, None],
        ["A3", "丙", "奉节县", 109.46, None, None],
        ["A4", "丁", "奉节县", 36512345, 3412345, None],
        ["A5", "戊", "奉节县", 109.62, 31.0, 50],
    ])
    result = library.import_file(path)
    assert (result.accepted, result.rejected) == (4, 1)
    found = {(row, text) for row, text in result.problems[["row", "message"]].itertuples(index=False)}
    assert (2, "经度、纬度填反了，已按互换后读取。") in found
    assert (3, "点位（109.88, 31.08）不在奉节县范围内，而在巫山县（容差 0.25 km）。") in found
    assert (4, "经度、纬度只填了一个，没有点位。") in found
    assert not any(row == 6 for row, _ in found)
    points = library.projects().geometry
    assert (points[0].x, points[0].y) == (109.46, 31.02)
    assert points[2] is None


def test_township_of_another_county_is_a_warning(library: Library, workbook: Make) -> None:
    path = workbook([
        ["项目编号", "项目名称", "所在县", "乡镇"],
        ["A1", "甲", "巫溪县", "白帝镇"],
        ["A2", "乙", "奉节县", "白帝镇"],
    ])
    assert messages(library, path) == ["“白帝镇”属于奉节县。"]


def test_years_as_dates_text_and_serials(library: Library, workbook: Make) -> None:
    path = workbook([
        ["项目编号", "项目名称", "所在县", "开工时间", "竣工时间"],
        ["A1", "甲", "奉节县", dt.datetime(2026, 3, 1), "2027年底"],
        ["A2", "乙", "奉节县", 46500, "2029.6"],
        ["A3", "丙", "奉节县", 2028, 2027],
    ])
    result = library.import_file(path)
    assert (result.accepted, result.rejected) == (2, 1)
    years = library.projects()[["construction_start_year", "completion_year"]].values.tolist()
    assert years == [[2026, 2027], [2027, 2029]]


def test_formulas_use_their_stored_result_or_are_refused(library: Library, workbook: Make) -> None:
    path = workbook([HEAD, ["FJ-1", "甲", "奉节县", "=100*2"]])
    result = library.import_file(path)
    assert result.rejected == 1
    assert result.problems["message"].tolist() == ["公式没有计算结果。"]


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("融资需求（万元）", 2000, "大于总投资"),
        ("已落实资本金（万元）", 2000, "大于总投资"),
        ("分年投资比例", "0.5;0.6", "合计为 1.1"),
        ("分年投资比例", "一半;一半", "不是数值"),
        ("跨县投资分摊", "巫山县=1", "不在“所在县”中"),
        ("跨县投资分摊", "奉节县=0.5", "合计为 0.5"),
        ("前置项目", "FJ-1", "项目自己"),
        ("来源占比上限", "green_loan=1.8", "0–1"),
        ("最低资本金比例", 35, "0–1"),
        ("运行寿命（年）", 0, "1–100"),
        ("总投资（元）", "-5", "不小于 0"),
    ],
)
def test_contradictions_reject_the_row(
    library: Library, workbook: Make, column: str, value: object, message: str
) -> None:
    head = ["项目编号", "项目名称", "所在县"] + ([] if "总投资" in column else ["总投资（万元）"]) + [column]
    path = workbook([head, ["FJ-1", "甲", "奉节县"] + ([] if "总投资" in column else [1000]) + [value]])
    result = library.import_file(path)
    assert result.rejected == 1
    problem = result.problems.iloc[0]
    assert message in problem["message"]
    assert (problem["file"], problem["sheet"], problem["row"], problem["column"]) == ("forms.xlsx", "项目", 2, column)
    assert problem["remedy"]


@pytest.mark.parametrize(
    ("ident", "message"), [(7, "像是序号"), ("FJ;1", "编号只能用"), ("FJ@1", "编号只能用"), ("pending:1", "编号只能用")]
)
def test_ids_that_would_collide_are_refused(library: Library, workbook: Make, ident: object, message: str) -> None:
    assert message in messages(library, workbook([HEAD, [ident, "甲", "奉节县", 1]]))[0]


def test_all_faults_of_a_row_are_told_at_once(library: Library, workbook: Make) -> None:
    path = workbook([[*HEAD, "技术类型", "可分割"], ["FJ-1", None, "云阳县", "很多", "永动机", "也许"]])
    result = library.import_file(path)
    assert result.problems["column"].tolist() == ["总投资（万元）", "技术类型", "可分割", "项目名称", "所在县"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_every_encoding(library: Library, textfile: Make, encoding: str, delimiter: str) -> None:
    path = textfile([HEAD, ["FJ-1", "龑镇光伏", "奉节县", "1,200"]], encoding=encoding, delimiter=delimiter)
    assert outcome(library, path) == (1, 0, 0)
    assert library.show("FJ-1")[["project_name", "investment_wan_yuan"]].tolist() == ["龑镇光伏", 1200.0]


def test_rows_of_a_csv_are_numbered_as_excel_shows_them(library: Library, textfile: Make) -> None:
    path = textfile([["标题"], [], HEAD, ["FJ-1", "两行\n名称", "奉节县", "1"], [], ["FJ-2", "乙", "无此县", "1"]])
    result = library.import_file(path)
    assert result.problems["row"].tolist() == [6]


def test_committed_gbk_form_of_a_county_office(library: Library) -> None:
    result = library.import_file(FORMS / "county_office_gbk.csv")
    assert (result.accepted, result.rejected, result.rows_read) == (3, 1, 4)
    assert result.skipped["reason"].tolist() == ["标题", "标题", "合计或小计", "注释或签署"]
    projects = library.projects().set_index("project_id")
    assert projects["investment_wan_yuan"].tolist() == [24700.0, 5600.0, 380.5]
    assert projects.loc["WX-0003", "capacity"] == 1200.0
    assert result.problems.loc[result.problems["severity"] == "error", "column"].tolist() == ["县（区）"]


def test_export_only_english_keys(library: Library, textfile: Make) -> None:
    path = textfile([["project_id", "project_name", "county", "investment_wan_yuan"], ["a-1", "甲", "奉节县", "5"]])
    assert outcome(library, path) == (1, 0, 0)
    assert library.show("a-1")["investment_wan_yuan"] == 5.0


def test_a_stray_cell_at_the_end_of_the_sheet_does_no_harm(library: Library, workbook: Make) -> None:
    def stray(book: openpyxl.Workbook) -> None:
        book.worksheets[0].cell(1_048_576, 16_384).value = " "

    assert outcome(library, workbook([HEAD, ["FJ-1", "甲", "奉节县", 1]], change=stray)) == (1, 0, 0)


class TestUnreadable:
    """Files that are no forms: one clear message, the library untouched."""

    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            ("a.docx", b"x", "不支持"),
            ("a", b"x", "不支持"),
            ("a.xlsx", b"", "空的"),
            ("a.csv", b"\n \n", "空的"),
            ("a.xlsx", b"not a workbook", "已损坏"),
            ("a.xlsx", b"PK\x03\x04broken", "已损坏"),
            ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "已损坏"),
            ("a.csv", b"PK\x03\x04xxxx", "不是 CSV"),
            ("a.csv", b"\xff\xfe\x00", "编码"),
            ("a.csv", b"\x81", "编码"),
            ("a.csv", "心情,天气\n好,晴\n".encode(), "没有找到项目表的表头"),
        ],
    )
    def test_message(self, library: Library, tmp_path: Path, name: str, content: bytes, message: str) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(InputError, match=message) as caught:
            library.import_file(path)
        assert str(path) in str(caught.value)
        assert "处理办法" in str(caught.value)
        assert library.version == 0

    def test_word_file_with_another_name(self, library: Library, tmp_path: Path) -> None:
        docx = pytest.importorskip("docx")
        path = tmp_path / "a.xlsx"
        docx.Document().save(str(path))
        with pytest.raises(InputError, match="Word"):
            library.import_file(path)

    def test_missing_file_and_folder(self, library: Library, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="找不到文件"):
            library.import_file(tmp_path / "none.xlsx")
        with pytest.raises(InputError, match="打不开"):
            (tmp_path / "folder.csv").mkdir()
            library.import_file(tmp_path / "folder.csv")

    def test_truncated_workbook(self, library: Library, workbook: Make) -> None:
        path = workbook([HEAD, ["FJ-1", "甲", "奉节县", 1]])
        path.write_bytes(path.read_bytes()[:2000])
        with pytest.raises(InputError, match="已损坏"):
            read_form(path)


HEADERS = ["项目编号", "项目名称", "所在县", "技术类型"]
WIND = ["A", "甲风电场", "奉节县", "陆上风电"]


def test_a_measured_output_comes_with_its_unit_and_year(library: Library, textfile: Callable[..., Path]) -> None:
    rows = [[*HEADERS, "实测年产出（万千瓦时）", "实测年份"], [*WIND, 9500, 2025]]
    assert library.import_file(textfile(rows)).accepted == 1
    found = library.show("A")
    assert found[["measured_output", "measured_output_unit", "measured_year"]].tolist() == [95.0, "GWh", 2025.0]


@pytest.mark.parametrize(
    ("header", "cell", "words"),
    [
        ("申报所用电力因子（tCO2/MWh）", 0.628, "0.628 是流传的错误因子（西南，西南区域基准线因子）"),
        ("申报所用电力因子（gCO2/kWh）", 843.7, "实为2011—2012年平均因子"),
        ("排放因子版本", "西南 2024 年 0.628", "0.628 是流传的错误因子"),
        ("排放因子版本", "西南基准线 628 g/kWh", "0.628 是流传的错误因子"),
        ("排放因子版本", "西南 387.5克/千瓦时", "0.3875 是流传的错误因子"),
        ("已申领的环境权益", "某证:2024", "“某证:2024”看不懂"),
    ],
)
def test_a_wrong_factor_or_claim_is_refused_by_name(
    library: Library, textfile: Callable[..., Path], header: str, cell: object, words: str
) -> None:
    result = library.import_file(textfile([[*HEADERS, header], [*WIND, cell]]))
    assert result.rejected == 1 and words in "；".join(result.problems["message"])


def test_a_right_factor_and_readable_claims_pass(library: Library, textfile: Callable[..., Path]) -> None:
    rows = [
        [*HEADERS, "申报所用电力因子（kgCO2/kWh）", "电力因子区域", "已申领的环境权益"],
        [*WIND, 0.5581, "重庆", "绿证：2024—2025；CCER：2026"],
    ]
    assert library.import_file(textfile(rows)).accepted == 1
    assert library.show("A")["benefit_claims"] == "绿证:2024-2025;CCER:2026".replace("-", "—")


def test_a_measurement_before_completion_is_refused(library: Library, textfile: Callable[..., Path]) -> None:
    rows = [[*HEADERS, "竣工年份", "实测年产出（GWh）", "实测年份"], [*WIND, 2026, 95, 2025]]
    result = library.import_file(textfile(rows))
    assert result.rejected == 1 and "早于竣工年份" in "；".join(result.problems["message"])


def test_further_figures_of_another_technology_are_named_and_not_used(library: Library, workbook: Make) -> None:
    path = workbook([
        ["项目编号", "项目名称", "所在县", "技术类型", "年产出", "年产出单位", "核算补充数据"],
        ["A1", "甲", "巫溪县", "电动船", 0.3, "GWh", "年替代柴油=100 t;年耗煤=1 tce"],
        ["A2", "乙", "奉节县", "陆上风电", None, None, "年耗煤=1 tce"],
    ])
    assert [text for text in messages(library, path) if "核算数据" in text] == [
        "年耗煤不是本技术类型的核算数据，不采用。"
    ] * 2
    found = assess(library.projects()).set_index("project_id")["emission_reduction_t_per_year"]
    assert found["A1"] == pytest.approx(309.6 - 300 * 0.5581 / 0.95)
    assert pd.isna(found["A2"])
