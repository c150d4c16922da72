"""The data rows of a table, read column by column."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fengwuwu.projects import headers, layout
from fengwuwu.projects.cells import Uncomputed
from fengwuwu.projects.distinct import each_once
from fengwuwu.projects.fields import FIELDS
from fengwuwu.projects.form_rows import read_rows
from fengwuwu.projects.layout import Block
from fengwuwu.projects.sheets import Row, Sheet

HEADERS = [
    *(
        "项目编号",
        "项目名称",
        "所在县",
        "经度（°）",
        "技术类型",
        "建设规模",
        "规模单位",
        "年产出（万千瓦时）",
        "总投资（亿元）",
    ),
    *("期望利率", "建设期（年）", "开工年份", "申报日期", "可分割", "分年投资比例", "跨县投资分摊", "数据性质"),
]
CELLS = st.one_of(
    st.sampled_from([None, True, False, 1, 1.0, 0, 0.0, -0.0, 46500, 46500.0, 1 / 3, 0.1 + 0.2, 1e300, 10**20]),
    st.sampled_from([
        "约5",
        "1.2亿元",
        "60MW",
        "5%",
        "MW",
        "万千瓦",
        "集中式光伏",
        "奉节县;巫山",
        "2027年底",
        "0.4;0.6",
    ]),
    st.sampled_from([
        "无",
        "—",
        "109°27′",
        "１２３",
        "3000-5000",
        "示例",
        "是",
        "1",
        "1.0",
        "#REF!",
        "奉节=0.6;巫山=40%",
    ]),
    st.sampled_from([dt.datetime(2027, 3, 1), dt.date(2027, 3, 1), Uncomputed("=A1")]),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(max_size=6),
)


def block(rows: list[Row]) -> Block:
    texts = dict(enumerate(HEADERS, start=1))
    return Block("示例", [], Row(1, dict(texts)), headers.match(texts), rows)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=len(HEADERS), max_size=len(HEADERS)), max_size=8), st.data())
def test_a_table_read_as_a_whole_equals_its_rows_read_one_by_one(
    lines: list[list[object]], data: st.DataObject
) -> None:
    rows = [
        Row(number, {column: value for column, value in enumerate(line, start=1) if value is not None})
        for number, line in enumerate(lines, start=2)
    ]
    for row in rows:
        row.hidden = data.draw(st.booleans())
        row.shared = data.draw(st.sets(st.sampled_from(range(1, len(HEADERS) + 1)), max_size=3))
    whole = read_rows(block(rows))
    alone = [read_rows(block([row]))[0] for row in rows]
    # As text too, for 1, 1.0 and True are equal but not the same.
    assert [repr(item.values) for item in whole] == [repr(item.values) for item in alone]
    assert [item.found for item in whole] == [item.found for item in alone]


def test_a_function_is_called_once_for_each_different_combination() -> None:
    asked = []

    def told(one: object, other: object) -> str:
        asked.append((one, other))
        return f"{one!r} {other!r}"

    found = each_once(told, [1, 1.0, True, 1, "1"], ["a", "a", "a", "a", "a"])
    assert found == ["1 'a'", "1.0 'a'", "True 'a'", "1 'a'", "'1' 'a'"]
    assert len(asked) == 4
    assert each_once(told, [], []) == []


@pytest.mark.parametrize("cell", [7, 1.5, -3, 1e300, True, False, dt.datetime(2027, 3, 1), dt.time(8)])
def test_numbers_and_dates_name_no_field(cell: object) -> None:
    """Only text is looked at when a sheet is searched for further headers."""
    row = Row(1, {1: cell})
    assert not headers.named(row.texts())


def test_every_spelling_of_a_field_is_found_within_a_longer_header() -> None:
    for field in FIELDS:
        for spelling in (field.key, field.header, *field.synonyms):
            if "（" not in spelling:
                assert headers.find(f"{spelling}（说明）") is not None, spelling


def test_a_row_with_names_of_fields_among_its_cells_is_still_a_row() -> None:
    rows = [Row(1, dict(enumerate(HEADERS, start=1))), Row(2, {1: "示例-1", 2: "来源", 3: "奉节县", 5: "备注"})]
    blocks, _ = layout.lay_out(Sheet("示例", rows))
    assert [row.number for row in blocks[0].rows] == [2]
