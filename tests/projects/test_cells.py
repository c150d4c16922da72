"""Cells: what people write, and what it means."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengwuwu.projects.cells import Uncomputed, clean, parse
from fengwuwu.projects.fields import BY_KEY, FIELDS

MONEY = "investment_wan_yuan"


@pytest.mark.parametrize(
    ("key", "raw", "unit", "expected"),
    [
        (MONEY, "1.2亿元", "", 12000.0),
        (MONEY, "１，２００", "", 1200.0),
        (MONEY, "1,234,567.5", "元", 123.45675),
        (MONEY, 1.1, "亿元", 11000.0),
        (MONEY, 0.1 + 0.2, "", 0.3),
        (MONEY, "500 万元", "元", 500.0),
        (MONEY, "待定", "", None),
        (MONEY, "——", "", None),
        (MONEY, "0", "", 0.0),
        (MONEY, "1e3", "", 1000.0),
        ("lon", "109°27′36″", "", 109.46),
        ("lon", "东经109.5°", "", 109.5),
        ("lat", "31.05N", "", 31.05),
        ("capital_ratio_min", "20%", "", 0.2),
        ("capital_ratio_min", 25, "%", 0.25),
        ("earliest_start", "2027年6月", "", 2027.0),
        ("earliest_start", dt.datetime(2027, 1, 1), "", 2027.0),
        ("earliest_start", "2027-06-30", "", 2027.0),
        ("earliest_start", 202706, "", 2027.0),
        ("earliest_start", "２０２７", "", 2027.0),
        ("county", "奉节、巫山", "", "奉节县;巫山县"),
        ("county", "重庆市奉节县", "", "奉节县"),
        ("technology", "陆上风电", "", "wind_onshore"),
        ("technology", "wind_onshore", "", "wind_onshore"),
        ("stage", "待补充", "", "unknown"),
        ("source_kind", "常识", "", "knowledge"),
        ("declared_benefit", "无", "", "none"),
        ("violation", "无", "", "no"),
        ("divisible", True, "", "yes"),
        ("construction_profile", "0.4；0.6", "", "0.4;0.6"),
        ("county_shares", "奉节：60%，巫山县=0.4", "", "奉节县=0.6;巫山县=0.4"),
        ("activity_figures", "年替代柴油：120吨；年节气量=120000 m3", "", "年替代柴油=120 t;年节气量=12 万m³"),
        (
            "activity_figures",
            "年耗天然气=0，年净增供电=-3万kWh,年耗煤=待定",
            "",
            "年耗天然气=0 万m³;年净增供电=-0.03 GWh",
        ),
        ("claimed_factor", "558.1 克/千瓦时", "", 0.5581),
        ("claimed_factor", "0.5581千克二氧化碳/度", "", 0.5581),
        ("claimed_factor", "5.581 t/万kWh", "", 0.5581),
        ("claimed_factor", "0.5581 tCO2e/MWh", "", 0.5581),
        ("project_id", " ＦＪ－０００１ ", "", "FJ-0001"),
        ("project_code", 1234, "", "1234"),
        ("note", "  第一行\r\n第二行\x07 ", "", "第一行\n第二行"),
        ("note", "无", "", None),
        ("lifetime_years", "25年", "", 25.0),
        ("location_radius_km", "500m", "", 0.5),
    ],
)
def test_understood_without_doubt(key: str, raw: object, unit: str, expected: object) -> None:
    assert parse(raw, BY_KEY[key], unit) == (expected, [])


@pytest.mark.parametrize(
    ("key", "raw", "expected", "message"),
    [
        (MONEY, "约3.2亿元", 32000.0, "约数"),
        (MONEY, "500万元左右", 500.0, "约数"),
        (MONEY, "无", None, "按未知读取"),
        ("activity_figures", "年替代柴油=120", "年替代柴油=120 t", "没有写单位，按 t 读取"),
        ("activity_figures", "年替代柴油=约120t", "年替代柴油=120 t", "约数"),
        ("earliest_start", "46500", 2027.0, "日期序号"),
        ("project_code", 2.305500236e17, "230550023600000000", "截断"),
    ],
)
def test_understood_with_a_warning(key: str, raw: object, expected: object, message: str) -> None:
    value, findings = parse(raw, BY_KEY[key])
    assert value == expected
    assert [item.severity for item in findings] == ["warning"]
    assert message in findings[0].message


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        (MONEY, "100-200"),
        (MONEY, "1,2"),
        (MONEY, "一千二百万"),
        (MONEY, "300万美元"),
        (MONEY, "1e999"),
        (MONEY, dt.datetime(2027, 1, 1)),
        (MONEY, "#DIV/0!"),
        (MONEY, Uncomputed("=A1*2")),
        (MONEY, float("inf")),
        ("lon", "1" * 400),
        ("note", "长" * 40_000),
        ("earliest_start", "2027-2029"),
        ("earliest_start", "明年"),
        ("technology", "永动机"),
        ("divisible", "也许"),
        ("lifetime_years", "2.5"),
        ("county_shares", "奉节县"),
        ("county_shares", "奉节县=0.5;奉节=0.5"),
        ("activity_figures", "年替代柴油"),
        ("activity_figures", "柴油=120 t"),
        ("activity_figures", "年替代柴油=120 t;年替代柴油=90 t"),
        ("activity_figures", "年替代柴油=120 km"),
        ("activity_figures", "年替代柴油=-1 t"),
    ],
)
def test_not_understood_is_an_error_with_a_remedy(key: str, raw: object) -> None:
    value, findings = parse(raw, BY_KEY[key])
    assert value is None
    assert [item.severity for item in findings] == ["error"]
    assert findings[0].message and findings[0].remedy


@given(st.sampled_from(FIELDS), st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.datetimes()))
def test_any_cell_is_read_or_refused(field: object, raw: object) -> None:
    value, _ = parse(raw, field)  # type: ignore[arg-type]
    assert value is None or isinstance(value, str | float)
    if isinstance(value, str):
        # What is kept means itself when read again, or an export could not come back unchanged.
        assert parse(value, field)[0] == value  # type: ignore[arg-type]


@given(
    st.sampled_from([f for f in FIELDS if f.kind == "number"]), st.floats(-1e12, 1e12) | st.integers(-(10**12), 10**12)
)
def test_a_number_means_the_same_as_its_text(field: object, raw: float) -> None:
    assert parse(raw, field) == parse(clean(raw), field)  # type: ignore[arg-type]
