"""Cells as printed: unknown, marks of status, totals that say what they leave out."""

from __future__ import annotations

import pandas as pd
import pytest

from fengwuwu import vocabulary as words
from fengwuwu.errors import ReportError
from fengwuwu.reporting.blocks import Cell, ColumnHead
from fengwuwu.reporting.columns import fit, needed
from fengwuwu.reporting.tables import Column, lay_out
from fengwuwu.reporting.units import breakable, fold_header

FRAME = pd.DataFrame({
    "project_name": ["甲", "乙", "丙"],
    "investment_wan_yuan": [1000.0, None, 250.5],
    "share": [0.5, 0.123, None],
    "earliest_start": [2026, 2027, 2028],
    "admission_status": ["admitted", "review", None],
    "status": ["official", "estimate", "assumption"],
})


def _texts(layout: object, column: int) -> list[str]:
    return [row[column].text + row[column].mark for row in layout.rows]


def test_labels_numbers_and_unknown() -> None:
    layout = lay_out(
        FRAME,
        {
            "project_name": "名称",
            "investment_wan_yuan": Column(),
            "share": Column("占比（%）", percent=True, digits=1),
            "earliest_start": Column(grouping=False),
            "admission_status": Column("入库", labels=words.ADMISSION),
        },
    )
    assert [head.header for head in layout.columns] == ["名称", "总投资（万元）", "占比（%）", "最早开工年", "入库"]
    assert [head.align for head in layout.columns] == ["left", "right", "right", "right", "left"]
    assert _texts(layout, 1) == ["1,000.0", "待补充", "250.5"]
    assert _texts(layout, 2) == ["50.0", "12.3", "待补充"]
    assert _texts(layout, 3) == ["2026", "2027", "2028"]
    assert _texts(layout, 4) == ["入库", "待复核", "待补充"]


def test_years_are_not_grouped_but_tonnes_per_year_are() -> None:
    frame = pd.DataFrame({"start_year": [2027], "year": [2028], "emission_reduction_t_per_year": [12345.0]})
    assert [cell.text for cell in lay_out(frame).rows[0]] == ["2027", "2028", "12,345"]


def test_one_status_goes_into_the_header() -> None:
    layout = lay_out(FRAME, ["investment_wan_yuan", "share"], status_columns={"investment_wan_yuan": "estimate"})
    assert layout.columns[0].header == "总投资（万元，估算）"
    assert _texts(layout, 0) == ["1,000.0", "待补充", "250.5"]
    assert not layout.notes


def test_several_statuses_mark_their_cells_and_are_explained() -> None:
    layout = lay_out(
        FRAME, ["investment_wan_yuan"], status_columns={"investment_wan_yuan": "status"}, total=["investment_wan_yuan"]
    )
    assert _texts(layout, 0) == ["1,000.0", "待补充", "250.5假", "1,250.5假缺1"]
    assert layout.notes[0] == "上标“假”为假设"
    assert "未计入合计" in layout.notes[1]


def test_a_missing_status_counts_as_unverified() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0], "s": [None, "official"]})
    assert _texts(lay_out(frame, ["a"], status_columns={"a": "s"}), 0) == ["1未", "2"]


def test_total_of_nothing_known_is_unknown() -> None:
    frame = pd.DataFrame({"名称": ["甲"], "a": [float("nan")]})
    assert _texts(lay_out(frame, total=["a"], total_label="前1项小计"), 1) == ["待补充", "待补充"]


def test_an_empty_table_has_headers_and_no_total() -> None:
    layout = lay_out(FRAME.iloc[:0], ["project_name", "investment_wan_yuan"], total=["investment_wan_yuan"])
    assert (len(layout.columns), layout.rows, layout.has_total) == (2, [], False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"columns": ["nothing"]}, "没有列：nothing"),
        ({"columns": ["share"], "status_columns": {"share": "certain"}}, "没有列：certain"),
        ({"columns": ["share"], "status_columns": {"share": "project_name"}}, "状态“甲”不认识"),
        ({"columns": ["share"], "total": ["status"]}, "合计的列不在表中"),
    ],
)
def test_refused(arguments: dict, message: str) -> None:
    with pytest.raises(ReportError, match=message):
        lay_out(FRAME, **arguments)


@pytest.mark.parametrize("count", [0, 1, 60, 300])
def test_columns_fill_the_width_and_numbers_keep_to_a_line(count: int) -> None:
    columns = [
        ColumnHead(header="项目名称"),
        ColumnHead(header="年减排量（tCO2e/年）", align="right"),
        ColumnHead(header="县"),
    ]
    rows = [
        [Cell(text="示例" * (20 if i % 5 == 0 else 3)), Cell(text="1,234,567.8", mark="估"), Cell(text="巫溪县")]
        for i in range(count)
    ]
    size, widths = fit(columns, rows)
    assert sum(widths) == 8844  # 156 mm
    assert size == 10.5
    assert not rows or widths[1] >= needed(11 * 0.55, size)
    assert widths[2] >= needed(3, size) or not rows


def test_many_number_columns_are_set_smaller() -> None:
    columns = [ColumnHead(header=f"指标{i}", align="right") for i in range(14)]
    size, widths = fit(columns, [[Cell(text="1,234,567")] * 14])
    assert size < 10.5
    assert min(widths) > 0


def test_headers_fold_before_the_unit() -> None:
    assert fold_header("总投资（万元）") == ["总投资", "（万元）"]
    assert fold_header("县") == ["县"]
    assert fold_header("（注）") == ["（注）"]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("方案 plan.json", ["方案 plan.json"]),
        ("见plan_studies.json；其他", ["见plan_", "studies.", "json；其他"]),
        ("https://example.org/a-b", ["https:", "/", "/", "example.", "org/", "a-", "b"]),
        ("ABCDEFGHIJKLMNOPQRST", ["ABCDEFGHIJKL", "MNOPQRST"]),
        ("1,234,567", ["1,234,567"]),
    ],
)
def test_a_long_name_can_be_broken(text: str, pieces: list[str]) -> None:
    assert breakable(text).split("\u200b") == pieces
