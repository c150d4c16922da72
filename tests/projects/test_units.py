"""Units: exact conversion, and no conversion between things that differ in kind."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengwuwu.projects import units

SAME_KIND = [
    ("元", "万元", "亿元", "千元", "百万元"),
    ("kW", "MW", "万千瓦", "GW", "兆瓦"),
    ("kWh", "万千瓦时", "GWh", "亿千瓦时", "MWh"),
    ("亩", "公顷", "万亩", "km2", "㎡"),
    ("t", "万吨", "kg"),
    ("立方米/日", "万m3/d", "万吨/日"),
]


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        ("1.1", "亿元", "万元", 11000.0),
        ("5000", "元", "万元", 0.5),
        ("6", "万千瓦", "MW", 60.0),
        ("15", "亩", "ha", 1.0),
        ("1.5", "万亩", "ha", 1000.0),
        ("2", "亿千瓦时", "GWh", 200.0),
        ("500", "万kWh", "GWh", 5.0),
        ("3", "万吨/日", "m3/d", 30000.0),
        ("1.2", "万吨", "tCO2e", 12000.0),
        ("1.2", "tCO₂e/年", "tCO2e", 1.2),
        ("35", "%", units.RATIO, 0.35),
        ("3", "万m3", "10^4 m3", 3.0),
        ("18", "个月", "年", 1.5),
    ],
)
def test_conversion_is_exact(value: str, unit: str, to: str, expected: float) -> None:
    converted = units.convert(Fraction(value), unit, to)
    assert converted is not None
    assert units.to_float(converted) == expected


@pytest.mark.parametrize(
    ("unit", "to"), [("MWh", "MW"), ("美元", "万元"), ("个", "MW"), ("m3/d", "t/d"), ("公里", "ha"), ("GJ", "GWh")]
)
def test_different_kinds_are_not_converted(unit: str, to: str) -> None:
    assert units.convert(Fraction(1), unit, to) is None


@given(
    st.sampled_from(SAME_KIND).flatmap(lambda kind: st.tuples(st.sampled_from(kind), st.sampled_from(kind))),
    st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6),
)
def test_there_and_back_is_the_same(pair: tuple[str, str], value: Fraction) -> None:
    there = units.convert(value, pair[0], pair[1])
    assert there is not None
    assert units.convert(there, pair[1], pair[0]) == value


@given(st.floats(min_value=-1e15, max_value=1e15))
def test_kept_figures_survive_as_text(value: float) -> None:
    kept = units.to_float(Fraction(value))
    assert float(f"{kept:.15g}") == kept
