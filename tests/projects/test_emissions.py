"""Each accounting method against a calculation by hand; scaling, order, and honest gaps."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengwuwu import reference
from fengwuwu.errors import InputError
from fengwuwu.projects.completion import lifetime
from fengwuwu.projects.emissions import PREFIX, reductions, yearly
from fengwuwu.projects.methods import METHODS, Activity

UNITS = reference.table("technologies").set_index("technology")
CQ, SW = 0.5581, 0.2472  # kgCO2/kWh = tCO2/MWh, 2023
CM_WIND, CM_OTHER = 0.715375, 0.57205  # tCO2/MWh, 华中 2019


def account(**fields: object) -> pd.Series:
    return accounts(fields).iloc[0]


def accounts(*projects: dict[str, object]) -> pd.DataFrame:
    table = pd.DataFrame([_row(fields) for fields in projects])
    return reductions(table, lifetime(table))


def _row(fields: dict[str, object]) -> dict[str, object]:
    technology = str(fields["technology"])
    units = {"capacity_unit": UNITS.at[technology, "capacity_unit"]}
    for name in {"annual_output", "measured_output"} & set(fields):
        units[f"{name}_unit"] = UNITS.at[technology, "output_unit"]
    return {"project_id": "X", "county": "奉节县", **units, **fields}


# (fields, conservative t/yr by hand, tier)
HAND = [
    # 100 MW × 860 h = 86 000 MWh; mean yield 1 − 0.02 − 0.005×(25−1)/2 = 0.92; own use 1 %; lower factor is Chongqing's
    ({"technology": "solar_utility", "capacity": 100}, 86_000 * 0.92 * 0.99 * CQ, "default"),
    # declared 160 GWh is net and the first year's: mean ageing 1 − 0.06
    ({"technology": "solar_utility", "annual_output": 160}, 160_000 * 0.94 * CQ, "project"),
    ({"technology": "solar_utility", "capacity": 10, "full_load_hours": 900}, 9_000 * 0.92 * 0.99 * CQ, "project"),
    ({"technology": "solar_agri", "capacity": 10}, 10 * 860 * 0.95 * 0.92 * 0.99 * CQ, "default"),
    ({"technology": "solar_distributed", "capacity": 1}, 850 * 0.92 * CQ, "default"),
    ({"technology": "wind_onshore", "capacity": 45}, 45 * 2000 * CQ, "default"),
    ({"technology": "wind_onshore", "annual_output": 110}, 110_000 * CQ, "project"),
    ({"technology": "hydro_refurbishment", "annual_output": 2}, 2_000 * CQ, "project"),
    # one pig: 0.3×365 kg VS × 0.29 m3 × 0.67 kg/m3 = 21.28 kg CH4; ×28 × (0.25 − 0.05) / 1000 = 0.1191 t
    ({"technology": "biogas_manure", "capacity": 1000}, 1000 * 0.3 * 365 * 0.29 * 0.67e-3 * 28 * 0.20, "default"),
    (
        {"technology": "biogas_manure", "capacity": 1000, "annual_output": 0.1},
        1000 * 0.3 * 365 * 0.29 * 0.67e-3 * 28 * 0.20 + 100 * CQ,
        "default",
    ),
    # 1 GJ of heat from a coal boiler: 1/0.9 × 2.66/29.3076 = 0.1008 t
    ({"technology": "biomass_heat", "annual_output": 1000}, 1000 / 0.9 * 2.66 / 29.3076, "project"),
    ({"technology": "biomass_heat", "capacity": 2, "full_load_hours": 1000}, 7200 / 0.9 * 2.66 / 29.3076, "project"),
    # 350 t/d × 333 d = 116 550 t; 0.3504 − 0.272 per t, and 48 000 MWh
    (
        {"technology": "waste_to_energy", "capacity": 350, "annual_output": 48},
        116_550 * (0.3504 - 0.272) + 48_000 * CQ,
        "project",
    ),
    ({"technology": "waste_to_energy", "capacity": 350}, 116_550 * (0.3504 - 0.272 + 0.3 * CQ), "default"),
    ({"technology": "sewage_upgrade", "annual_output": -0.6}, -600 * CQ, "project"),
    ({"technology": "sewage_upgrade", "annual_output": 0.0}, 0.0, "project"),
    # 20 kWh/m2 × 0.5581 = 11.2 kg/m2
    ({"technology": "building_retrofit", "capacity": 100_000}, 2_000 * CQ, "default"),
    ({"technology": "building_retrofit", "annual_output": 1.5}, 1_500 * CQ, "project"),
    ({"technology": "green_building", "annual_output": 1.0}, 1_000 * CQ, "project"),
    ({"technology": "led_lighting", "annual_output": 2.6}, 2_600 * CQ, "project"),
    # 50 000 km × (0.32 L × 2.60 − 1 kWh × 0.5581/0.95) kg/km = 12.2 t per bus
    ({"technology": "ev_bus", "capacity": 1}, 50_000 * (0.32 * 2.60 - 1.0 * CQ / 0.95) / 1000, "default"),
    # all buses together 12 × 10^4 km: the declared distance takes the place of the default
    (
        {"technology": "ev_bus", "capacity": 3, "annual_output": 12},
        120_000 * (0.32 * 2.60 - 1.0 * CQ / 0.95) / 1000,
        "project",
    ),
    # 0.35 L × 2.60 − 1.5 kWh × 0.5581/0.95 = 0.0288 kg/km: 2.9 kg per 100 km
    ({"technology": "ev_truck", "annual_output": 100}, 1_000_000 * (0.35 * 2.60 - 1.5 * CQ / 0.95) / 1000, "project"),
    # measured 95 GWh in 2025 in place of the declared 110
    (
        {"technology": "wind_onshore", "annual_output": 110, "measured_output": 95, "measured_year": 2025},
        95_000 * CQ,
        "measured",
    ),
    ({"technology": "solar_utility", "measured_output": 50, "measured_year": 2024}, 50_000 * 0.94 * CQ, "measured"),
    # measuring the power of a waste plant does not measure the methane of the landfill
    (
        {"technology": "waste_to_energy", "capacity": 350, "measured_output": 48, "measured_year": 2025},
        116_550 * (0.3504 - 0.272) + 48_000 * CQ,
        "project",
    ),
    # 7.5/15 L × 2.16 − 0.5581/0.95 = 0.4925 kg per kWh
    ({"technology": "ev_charging", "annual_output": 1}, 1000 * (0.5 * 2.16 - CQ / 0.95), "project"),
    ({"technology": "ev_charging", "capacity": 500, "full_load_hours": 1000}, 500 * (1.08 - CQ / 0.95), "project"),
    # 0.217 × 3.096 − 0.5581/0.95 = 0.0844 kg per kWh
    ({"technology": "shore_power", "annual_output": 1}, 1000 * (0.217 * 3.096 - CQ / 0.95), "project"),
    # 2.75/0.8 − 2.75 − 0.031×28 = −0.1805 t per t of LNG: slip cancels the saving
    ({"technology": "lng_ship", "annual_output": 100}, 100 * (2.75 / 0.8 - 2.75 - 0.031 * 28), "project"),
    ({"technology": "afforestation", "capacity": 1000}, 4560.0, "default"),
    ({"technology": "forest_management", "capacity": 1000}, 1000.0, "default"),
    # 0.05 tN/ha × 8.3 t/tN: the organic nitrogen emits as much N2O as it replaces
    ({"technology": "organic_fertiliser", "capacity": 100}, 100 * 0.05 * 8.3, "default"),
    ({"technology": "industrial_energy_saving", "annual_output": 7.5}, 7_500 * CQ, "project"),
    ({"technology": "industrial_energy_saving", "capacity": 1000}, 1_628.0, "project"),
    # gas boiler 1/0.9 × 1.628/29.3076 less 1/(3.6×3) MWh of power
    (
        {"technology": "heat_pump", "annual_output": 1000},
        1000 * (1.628 / 0.9 / 29.3076 - CQ / 10.8),
        "project",
    ),
    ({"technology": "ccus", "annual_output": 1000}, 1000 * (1 - 3.0 * 0.11 - 0.15 * CQ), "project"),
    # 5 MW on 20 ha are 25 W/m2: no reservoir emissions; on 100 ha 5 W/m2: 0.09 t/MWh less; run of river floods nothing
    (
        {"technology": "hydro", "capacity": 5, "annual_output": 16, "activity_figures": "新增淹没面积=20 ha"},
        16_000 * CQ,
        "project",
    ),
    (
        {"technology": "hydro", "capacity": 5, "annual_output": 16, "activity_figures": "新增淹没面积=100 ha"},
        16_000 * (CQ - 0.09),
        "project",
    ),
    (
        {"technology": "hydro", "capacity": 5, "measured_output": 16, "measured_year": 2025}
        | {"activity_figures": "新增淹没面积=0 ha"},
        16_000 * CQ,
        "measured",
    ),
    # 200 t CH4 × 28 × 0.9 = 5 040 t, and the power where it is declared
    ({"technology": "landfill_gas", "activity_figures": "年收集甲烷=200 t"}, 5_040.0, "project"),
    (
        {"technology": "landfill_gas", "annual_output": 1, "activity_figures": "年收集甲烷=200 t"},
        5_040 + 1_000 * CQ,
        "project",
    ),
    # (100 t × 0.9 − 10 t) × 28 = 2 240 t; sludge that was not landfilled only leaks
    (
        {"technology": "sludge_digestion", "annual_output": 2}
        | {"activity_figures": "年基准填埋甲烷=100 t;年消化泄漏甲烷=10 t"},
        2_240 + 2_000 * CQ,
        "project",
    ),
    (
        {"technology": "sludge_digestion", "activity_figures": "年基准填埋甲烷=0 t;年消化泄漏甲烷=10 t"},
        -280.0,
        "project",
    ),
    # 100 t × 3.096 − 300 MWh × 0.5581/0.95
    (
        {"technology": "electric_ship", "annual_output": 0.3, "activity_figures": "年替代柴油=100 t"},
        309.6 - 300 * CQ / 0.95,
        "project",
    ),
    # 100 000 GJ × 0.11 + 10 000 MWh × factor − 3 000 tce × 2.66 − 10 × 10^4 m3 × 2.162 kg/m3
    (
        {"technology": "heat_retrofit", "annual_output": 100_000}
        | {"activity_figures": "年净增供电=10 GWh;年耗煤=3000 tce;年耗天然气=10 万m³"},
        11_000 + 10_000 * CQ - 7_980 - 216.2,
        "project",
    ),
    # 0.6 GWh more power, 10 t less methane, 0.2 t less nitrous oxide
    (
        {"technology": "sewage_upgrade", "annual_output": -0.6}
        | {"activity_figures": "年减少甲烷=10 t;年减少氧化亚氮=0.2 t"},
        -600 * CQ + 10 * 28 + 0.2 * 265,
        "project",
    ),
    # measured power is only a part where gas is saved too
    (
        {"technology": "building_retrofit", "measured_output": 1.5, "measured_year": 2025}
        | {"activity_figures": "年节气量=2 万m³"},
        1_500 * CQ + 20 * 2.162,
        "project",
    ),
]


@pytest.mark.parametrize(("fields", "expected", "tier"), HAND, ids=lambda value: str(value)[:60])
def test_method_by_hand(fields: dict[str, object], expected: float, tier: str) -> None:
    found = account(**fields)
    assert found[PREFIX] == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert found["reduction_tier"] == tier
    assert found["reduction_missing"] is None or pd.isna(found["reduction_missing"])
    assert found["reduction_factors"] and found["reduction_formula"] and found["reduction_status"] == "unverified"


def test_every_method_has_a_hand_calculation() -> None:
    rules = reference.table("methodologies").set_index("technology")["method"]
    assert {rules[str(fields["technology"])] for fields, *_ in HAND} == set(METHODS)
    assert set(rules.dropna()) == set(METHODS)


def test_bases_stand_side_by_side_and_the_lower_of_two_ranks() -> None:
    found = account(technology="wind_onshore", annual_output=100)
    by_basis = [found[f"{PREFIX}_{basis}"] for basis in ("cm", "average", "ifi", "floor")]
    assert by_basis == pytest.approx([100_000 * f for f in (CM_WIND, CQ, 0.744, SW)])
    assert found[PREFIX] == pytest.approx(100_000 * CQ)  # not the floor
    assert found[f"{PREFIX}_central"] == pytest.approx(100_000 * CM_WIND)
    assert found[f"{PREFIX}_low"] == pytest.approx(100_000 * SW)
    assert found[f"{PREFIX}_high"] == pytest.approx(100_000 * 0.744)


def test_factors_are_printed_as_they_are() -> None:
    printed = str(account(technology="hydro_refurbishment", annual_output=1)["reduction_factors"])
    assert " 0.57205（" in printed and " 0.5581（公告2025年第47号（2025-12-31）" in printed


def test_a_measured_output_without_its_year_is_not_used_and_says_so() -> None:
    found = account(technology="wind_onshore", measured_output=95)
    assert pd.isna(found[PREFIX]) and "实测年产出没有年份" in found["reduction_missing"]


def test_a_measured_output_narrows_the_range_to_the_factors() -> None:
    found = account(technology="wind_onshore", capacity=50, measured_output=95, measured_year=2025)
    assert found[f"{PREFIX}_low"] == pytest.approx(95_000 * SW) and found[f"{PREFIX}_high"] == pytest.approx(
        95_000 * 0.744
    )


def paths(**fields: object) -> dict[str, pd.Series]:
    table = pd.DataFrame([_row(fields)])
    return {key: reductions(table, lifetime(table), key).iloc[0] for key in ("constant", "decline_3", "rise_2")}


def test_a_declining_grid_lowers_the_mean_by_hand() -> None:
    # three years; the first at the factor's value: (1 + 0.97 + 0.9409) / 3
    found = paths(technology="wind_onshore", annual_output=100, lifetime_years=3)
    assert found["decline_3"][PREFIX] == pytest.approx(100_000 * CQ * (1 + 0.97 + 0.97**2) / 3)
    assert found["rise_2"][PREFIX] > found["constant"][PREFIX] > found["decline_3"][PREFIX]
    assert "情景：电网因子每年下降 3 %（假设）" in found["decline_3"]["reduction_factors"]
    assert "情景" not in found["constant"]["reduction_factors"]


def test_a_decline_counts_from_the_year_of_the_factor() -> None:
    # on line in 2026, factor of 2023: already three years lower
    found = paths(technology="wind_onshore", annual_output=100, lifetime_years=1, completion_year=2026)
    assert found["decline_3"][PREFIX] == pytest.approx(100_000 * CQ * 0.97**3)


def test_a_path_leaves_alone_what_uses_no_power() -> None:
    found = paths(technology="afforestation", capacity=100)
    assert found["decline_3"][PREFIX] == pytest.approx(found["constant"][PREFIX])
    assert found["constant"][PREFIX] == pytest.approx(456.0)


def test_an_unknown_path_is_named() -> None:
    with pytest.raises(InputError, match="没有名为“零碳”的电网因子路径"):
        reductions(pd.DataFrame([_row({"technology": "wind_onshore"})]), pd.Series([20.0]), "零碳")


def test_the_years_add_up_to_the_lifetime() -> None:
    rows = [{"technology": "solar_utility", "capacity": 10, "lifetime_years": 20}, {"technology": "road"}]
    table = pd.DataFrame([_row(rows[0]), _row(rows[1]), _row({"technology": "wind_onshore", "annual_output": 1})])
    table.loc[2, "lifetime_years"] = 5
    for path in ("constant", "decline_1"):
        by_year = yearly(table, lifetime(table), path)
        total = reductions(table, lifetime(table), path)["emission_reduction_t_lifetime"]
        assert by_year.shape == (3, 20) and by_year.loc[1].isna().all() and by_year.loc[2].notna().sum() == 5
        assert by_year.sum(axis=1)[[0, 2]].tolist() == pytest.approx(total[[0, 2]].tolist())
    # 10 MW × 860 h × (1 − 0.02 − 0.005) × 0.99 in the second year
    second = yearly(table, lifetime(table))[2][0]
    assert second == pytest.approx(8_600 * 0.975 * 0.99 * CQ)


def test_hydro_uses_the_firm_margin() -> None:
    assert account(technology="hydro_refurbishment", annual_output=1)[f"{PREFIX}_cm"] == pytest.approx(1000 * CM_OTHER)


def test_a_lower_regional_margin_would_rank(monkeypatch: pytest.MonkeyPatch) -> None:
    original = reference.table

    def lowered(name: str, folder: object = None) -> pd.DataFrame:
        table = original(name)
        if name == "factors":
            margins = table["kind"].isin(["operating_margin", "build_margin"]) & (table["area"] == "华中")
            table.loc[margins, "value"] = 0.3
        return table

    before = account(technology="wind_onshore", annual_output=100)
    monkeypatch.setattr(reference, "table", lowered)
    after = account(technology="wind_onshore", annual_output=100)
    assert after[PREFIX] == pytest.approx(30_000)
    assert after["reduction_factors"] != before["reduction_factors"]


def test_lifetime_total_is_mean_times_years() -> None:
    found = account(technology="solar_utility", annual_output=10, lifetime_years=20)
    assert found["emission_reduction_t_lifetime"] == pytest.approx(10_000 * (1 - 0.005 * 19 / 2) * CQ * 20)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"technology": "wind_onshore"}, "待补充：装机规模（MW）或年上网电量（GWh）"),
        ({"technology": "ev_charging", "capacity": 500}, "年利用小时"),
        ({"technology": "landfill_gas", "capacity": 100, "annual_output": 5}, "年收集甲烷（t）"),
        ({"technology": "hydro", "capacity": 3, "annual_output": 9}, "新增淹没面积（ha）"),
        # 3 MW on 100 ha are 3 W/m2
        (
            {"technology": "hydro", "capacity": 3, "annual_output": 9, "activity_figures": "新增淹没面积=100 ha"},
            "低于 4 W/m2 的不能用本方法",
        ),
        (
            {"technology": "electric_ship", "annual_output": 1, "activity_figures": "年替代柴油=100 kg"},
            "年替代柴油（t）",
        ),
        ({"technology": "heat_retrofit", "annual_output": 1, "activity_figures": "年耗煤=1 tce"}, "年净增供电（GWh）"),
        ({"technology": "ev_truck", "capacity": 5}, "年行驶里程"),
        ({"technology": "flood_control", "capacity": 5}, "不适用：适应类"),
        ({"technology": "coal_power", "capacity": 600}, "不适用：不属气候友好"),
        ({"technology": "wind_onshore", "capacity": 45_000, "capacity_unit": "kW"}, "规模单位应为 MW"),
    ],
)
def test_what_cannot_be_computed_stays_unknown_and_says_what_is_missing(fields: dict[str, object], words: str) -> None:
    found = account(**fields)
    assert pd.isna(found[PREFIX]) and pd.isna(found[f"{PREFIX}_high"]) and pd.isna(found["reduction_tier"])
    assert words in found["reduction_missing"]


@pytest.mark.parametrize("technology", ["pumped_storage", "battery_storage", "green_equipment"])
def test_supporting_technologies_are_not_ranked(technology: str) -> None:
    found = account(technology=technology, capacity=100, annual_output=100)
    assert not found["reduction_ranked"] and pd.isna(found[PREFIX])


def test_an_unknown_technology_is_named_as_missing() -> None:
    table = pd.DataFrame({"project_id": ["X"], "county": ["奉节县"], "capacity": [5.0]})
    assert reductions(table, pd.Series([float("nan")]))["reduction_missing"].tolist() == ["待补充：技术类型"]


RANGES = [PREFIX, f"{PREFIX}_low", f"{PREFIX}_central", f"{PREFIX}_high"]


SIZES = ("capacity", "annual_output", "measured_output")


def times(value: object, factor: float) -> object:
    """A figure, or all figures of a text, so many times as large."""
    if isinstance(value, str):
        return re.sub(r"(?<==)\S+", lambda number: repr(float(number.group()) * factor), value)
    return float(str(value)) * factor


@given(st.sampled_from([fields for fields, *_ in HAND]), st.floats(1e-3, 1e3))
def test_every_method_scales_with_the_project_and_keeps_its_sign(fields: dict[str, object], factor: float) -> None:
    sizes = (*SIZES, "activity_figures")
    larger = {key: times(value, factor) if key in sizes else value for key, value in fields.items()}
    once, more = accounts(fields, larger)[RANGES].to_numpy(dtype=float)
    assert more == pytest.approx(once * factor, rel=1e-9)
    assert (np.sign(more) == np.sign(once)).all()


KEPT = [{key: fields[key] for key in ("technology", "activity_figures") if key in fields} for fields, *_ in HAND]


@given(st.sampled_from(KEPT), st.floats(0.01, 1e4), st.floats(0.01, 1e4))
def test_low_conservative_central_high_are_in_order(kept: dict[str, object], capacity: float, output: float) -> None:
    found = account(
        **kept, capacity=max(capacity, 40.0) if kept["technology"] == "hydro" else capacity, annual_output=output
    )
    low, value, central, high = (found[name] for name in (RANGES[1], RANGES[0], RANGES[2], RANGES[3]))
    slack = 1e-9 * max(1.0, abs(high), abs(low))
    assert low <= value + slack and value <= central + slack and central <= high + slack


# Where more output saves more: all that declare one but ships, whose fuel slips methane or whose charging costs power.
MORE_IS_MORE = [
    {"capacity": 10.0, **kept}
    for kept, (fields, *_) in zip(KEPT, HAND, strict=True)
    if "annual_output" in fields and kept["technology"] not in ("lng_ship", "electric_ship")
]


@given(st.sampled_from(MORE_IS_MORE), st.floats(0.01, 1e4), st.floats(0.0, 1e4))
def test_more_output_never_saves_less(fields: dict[str, object], output: float, extra: float) -> None:
    less, more = accounts(*({**fields, "annual_output": e} for e in (output, output + extra)))[PREFIX]
    assert more >= less - 1e-9 * abs(less)


# A dirtier grid makes power worth more to those that give or save it, and costs those that use it.
WITH_THE_GRID = {"solar", "wind", "hydro", "added_power", "saved_power", "building", "biogas", "waste_to_energy"} | {
    *("industrial", "sewage", "heat_retrofit", "landfill_gas", "sludge"),
}
AGAINST_THE_GRID = {"heat_pump", "electric_vehicle", "charging", "shore_power", "electric_ship", "ccus"}
WITHOUT_POWER = {"biomass_heat", "lng_ship", "area_rate", "fertiliser"}
RULES = reference.table("methodologies")


def test_every_method_has_its_direction() -> None:
    assert set(METHODS) == WITH_THE_GRID | AGAINST_THE_GRID | WITHOUT_POWER


@given(st.sampled_from(sorted(METHODS)), st.floats(0.01, 1e4), st.floats(0.0, 1.5), st.floats(0.0, 1.5))
def test_every_method_follows_the_grid_factor_one_way(method: str, size: float, one: float, other: float) -> None:
    clean, dirty = sorted((one, other))
    technology = next(row["technology"] for _, row in RULES.iterrows() if row["method"] == method)
    p = {name: value.value for name, value in reference.parameters(technology).items()}
    figure = np.array([size])
    further = {name: figure for name in reference.table("activity_figures")["figure"]}
    a = Activity(figure, figure, np.array([np.nan]), np.array([20.0]), figures=further)
    step = float((METHODS[method](a, p, dirty) - METHODS[method](a, p, clean))[0])
    slack = 1e-9 * abs(float(METHODS[method](a, p, dirty)[0]))
    assert (step >= -slack if method in WITH_THE_GRID else step <= slack) or method in WITHOUT_POWER
    assert method not in WITHOUT_POWER or step == 0


@given(st.floats(-1e4, 1e4))
def test_saved_power_keeps_its_sign(output: float) -> None:
    found = account(technology="sewage_upgrade", annual_output=output)[PREFIX]
    assert np.sign(found) == np.sign(output)


@given(st.integers(1, 40), st.sampled_from(["decline_1", "decline_3"]))
def test_a_longer_life_under_a_declining_grid_has_a_lower_mean_and_a_higher_total(years: int, path: str) -> None:
    table = pd.DataFrame([
        _row({"technology": "wind_onshore", "annual_output": 1, "lifetime_years": y}) for y in (years, years + 1)
    ])
    found = reductions(table, lifetime(table), path)
    assert found[PREFIX].iloc[1] < found[PREFIX].iloc[0]
    assert found["emission_reduction_t_lifetime"].is_monotonic_increasing
