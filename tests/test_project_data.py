"""The shipped project forms: every cell is one the form allows, and nothing unknown was filled in."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path
from types import ModuleType

import geopandas as gpd
import pandas as pd
import pytest

from fengwuwu import geo, paths, region
from fengwuwu.projects.fields import BY_KEY, FIELDS
from fengwuwu.projects.library import Library
from fengwuwu.vocabulary import ILLUSTRATIVE_NOTICE, SOURCE_KIND, VALUE_STATUS

PUBLIC = paths.PROJECTS / "public_projects.csv"


def read_form(file: Path) -> pd.DataFrame:
    """A form with keys for headers and text in every cell; empty cells are missing."""
    table = pd.read_csv(file, encoding="utf-8-sig", dtype="string", keep_default_na=False, na_values=[""])
    known = {field.full_header: field.key for field in FIELDS}
    assert table.columns.tolist() == [header for header in known if header in set(table.columns)]
    return table.rename(columns=known).reindex(columns=list(known.values()))


@pytest.fixture(scope="module")
def technologies() -> pd.DataFrame:
    table = pd.read_csv(paths.REFERENCE / "technologies.csv", encoding="utf-8", dtype="string")
    return table.set_index("label")


@pytest.fixture(scope="module")
def townships() -> gpd.GeoDataFrame:
    return geo.layer("townships")


@pytest.fixture(scope="module")
def public() -> pd.DataFrame:
    return read_form(PUBLIC)


def problems_of(row: pd.Series, technologies: pd.DataFrame, townships: gpd.GeoDataFrame) -> list[str]:
    """What a careful reader of the form would object to in one row."""
    faults = [f"{field.key} is empty" for field in FIELDS if field.required and pd.isna(row[field.key])]
    for key, value in row.dropna().items():
        field = BY_KEY[str(key)]
        if field.choices and value not in field.choices.values():
            faults.append(f"{key}: {value} is no choice")
        if field.kind in ("number", "integer", "year"):
            number = float(value) if value.replace(".", "", 1).lstrip("-").isdigit() else float("nan")
            low = field.minimum if field.minimum is not None else -float("inf")
            high = field.maximum if field.maximum is not None else float("inf")
            if not low <= number <= high:
                faults.append(f"{key}: {value} is out of bounds")
            if field.kind != "number" and number != int(number):
                faults.append(f"{key}: {value} is no whole number")
    counties = region.split_counties(row["county"])
    faults += [f"county {name}" for name in counties if name not in (*region.COUNTY_NAMES, *region.NEIGHBOURS.values())]
    if pd.notna(row["technology"]):
        if row["technology"] not in technologies.index:
            faults.append(f"technology {row['technology']}")
        else:
            known = technologies.loc[row["technology"]]
            for amount, unit in (("capacity", "capacity_unit"), ("annual_output", "output_unit")):
                cell = row[amount + "_unit"]
                if pd.notna(row[amount]) and (pd.isna(known[unit]) or cell != known[unit]):
                    faults.append(f"{amount} in {cell}, not {known[unit]}")
    places = townships[townships["county"].isin(counties)]["township"]
    named = [] if pd.isna(row["township"]) else row["township"].split(";")
    return faults + [f"no township {name} in {row['county']}" for name in named if name not in set(places)]


def test_public_projects_keep_every_row_and_id(public: pd.DataFrame) -> None:
    assert len(public) == 74
    assert public["project_id"].is_unique
    assert public["project_id"].str.fullmatch(r"(FJ|WS|WX|REG)\d\d").all()
    assert set(public["data_kind"]) == {"公开"}


def test_public_projects_hold_only_what_the_form_allows(
    public: pd.DataFrame, technologies: pd.DataFrame, townships: gpd.GeoDataFrame
) -> None:
    faults = {row["project_id"]: problems_of(row, technologies, townships) for _, row in public.iterrows()}
    assert {key: found for key, found in faults.items() if found} == {}


def test_projects_of_several_counties_keep_them_all_and_no_invented_shares(public: pd.DataFrame) -> None:
    several = public.set_index("project_id")["county"].map(region.split_counties)
    several = several[several.map(len) > 1]
    assert len(several) == 10
    assert several["FJ41"] == ["巫山县", "奉节县", "云阳县", "万州区"]
    assert several["WX13"] == ["巫溪县", "云阳县", "开州区"]
    assert several["REG01"] == list(region.COUNTY_NAMES)
    assert public["county_shares"].isna().all()


def test_public_projects_have_no_financing_data_that_nobody_published(public: pd.DataFrame) -> None:
    unpublished = ["financing_need_wan_yuan", "own_capital_wan_yuan", "annual_revenue_wan_yuan", "capital_ratio_min"]
    assert public[unpublished].isna().all(axis=None)
    assert public["investment_wan_yuan"].notna().sum() == 20
    assert public["lon"].notna().sum() == public["lat"].notna().sum() == 30


def test_only_an_issuing_authority_makes_a_value_official(public: pd.DataFrame) -> None:
    assert public["source"].notna().all() and public["source_kind"].notna().all() and public["stage"].notna().all()
    official = public["value_status"] == "官方"
    assert (public.loc[official, "source_kind"] == SOURCE_KIND["official"]).all()
    assert set(public.loc[~official, "value_status"]) == {"未核实"}
    assert (public["source_kind"] == SOURCE_KIND["knowledge"]).sum() == 8


def test_comparators_that_are_not_climate_projects_are_kept(public: pd.DataFrame) -> None:
    assert {"煤电", "天然气管道", "公路", "铁路", "机场", "其他工业", "房地产与园区建设"} <= set(public["technology"])


def test_points_of_public_projects_lie_in_their_county_within_their_radius(public: pd.DataFrame) -> None:
    outlines = geo.layer("counties").set_index("county").to_crs(geo.EQUAL_AREA).geometry
    placed = public[public["lon"].notna()]
    points = gpd.GeoSeries(
        gpd.points_from_xy(placed["lon"].astype(float), placed["lat"].astype(float)), index=placed.index, crs=geo.WGS84
    ).to_crs(geo.EQUAL_AREA)
    for index, row in placed.iterrows():
        radius = float(row["location_radius_km"]) if pd.notna(row["location_radius_km"]) else 0.0
        nearest = min(outlines[name].distance(points[index]) for name in region.split_counties(row["county"]))
        assert nearest <= radius * 1000, row["project_id"]


def test_areas_given_in_mu_were_converted_once(public: pd.DataFrame) -> None:
    by_id = public.set_index("project_id")
    assert float(by_id.loc["FJ20", "capacity"]) == pytest.approx(2.67 * 10_000 / 15)
    assert "2.67 万亩" in by_id.loc["FJ20", "note"]
    assert float(by_id.loc["FJ12", "capacity"]) == pytest.approx(230.18 * 100)


def test_addresses_belong_to_projects_and_stand_apart_from_the_form(public: pd.DataFrame) -> None:
    with (paths.PROJECTS / "public_project_addresses.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["project_id"] for row in rows} <= set(public["project_id"])
    assert all(row["address"] for row in rows)
    assert not public["source"].str.contains("http").any()


# ---- illustrative candidates ----

ILLUSTRATIVE = paths.PROJECTS / "illustrative_candidates.csv"
FAULTY = "示例（错误示范）"


def load_generator() -> ModuleType:
    """The script, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("make_illustrative", paths.ROOT / "scripts" / "make_illustrative.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    return load_generator()


@pytest.fixture(scope="module")
def everything() -> pd.DataFrame:
    return read_form(ILLUSTRATIVE)


@pytest.fixture(scope="module")
def candidates(everything: pd.DataFrame) -> pd.DataFrame:
    return everything[~everything["project_name"].str.startswith(FAULTY)].set_index("project_id", drop=False)


def test_running_the_generator_gives_the_shipped_file(generator: ModuleType, tmp_path: Path) -> None:
    generator.write(generator.build(), tmp_path / "again.csv")
    # git may have changed the line ends on Windows, nothing else
    assert (tmp_path / "again.csv").read_bytes() == ILLUSTRATIVE.read_bytes().replace(b"\r\n", b"\n")


def test_every_illustrative_row_says_so_in_name_id_kind_status_and_note(everything: pd.DataFrame) -> None:
    assert everything["project_name"].str.startswith("示例").all()
    assert everything["project_id"].str.startswith("示例-").all() and everything["project_id"].is_unique
    assert set(everything["data_kind"]) == {"示例"}
    assert set(everything["value_status"]) == {"假设"}
    assert set(everything["note"]) == {ILLUSTRATIVE_NOTICE}
    assert set(everything["source_kind"]) == {"示例生成"}
    assert everything["owner"].str.startswith("示例").all()


def test_candidates_hold_only_what_the_form_allows(
    candidates: pd.DataFrame, technologies: pd.DataFrame, townships: gpd.GeoDataFrame
) -> None:
    assert 55 <= len(candidates) <= 65
    faults = {row["project_id"]: problems_of(row, technologies, townships) for _, row in candidates.iterrows()}
    assert {key: found for key, found in faults.items() if found} == {}


def test_the_three_faulty_rows_come_last_and_are_faulty(
    everything: pd.DataFrame, technologies: pd.DataFrame, townships: gpd.GeoDataFrame
) -> None:
    last = everything.tail(3)
    assert last["project_name"].str.startswith(FAULTY).all()
    found = [problems_of(row, technologies, townships) for _, row in last.iterrows()]
    assert "county is empty" in found[0]
    assert found[1] == ["investment_wan_yuan: -5000 is out of bounds"]
    assert found[2] == ["technology 永动机发电"]


# parameter -> the form column it shows in, the column it is multiplied by, and half a rounding unit
SHOWN_IN = {
    "capacity": ("capacity", "", 0),
    "investment": ("investment_wan_yuan", "", 5),
    "unit_investment": ("investment_wan_yuan", "capacity", 5),
    "full_load_hours": ("full_load_hours", "", 0),
    "output_per_capacity": ("annual_output", "capacity", 5e-4),
    "revenue_per_output": ("annual_revenue_wan_yuan", "annual_output", 0.5),
    "revenue_per_capacity": ("annual_revenue_wan_yuan", "capacity", 0.5),
    "revenue_per_investment": ("annual_revenue_wan_yuan", "investment_wan_yuan", 0.5),
    "own_capital_share": ("own_capital_wan_yuan", "investment_wan_yuan", 0.5),
    "lifetime_years": ("lifetime_years", "", 0),
    "construction_years": ("construction_years", "", 0),
}


def test_every_drawn_value_lies_in_its_range(
    generator: ModuleType, candidates: pd.DataFrame, technologies: pd.DataFrame
) -> None:
    ranges = generator.read_ranges()
    by_hand = {
        row["project_id"]: {part.split("=")[0] for part in row["fixed"].split("|") if part}
        for row in generator.read_rows(generator.OUTLINE)
    }
    checked = 0
    for _, row in candidates.iterrows():
        for parameter, (low, high, _) in ranges[technologies.loc[row["technology"], "technology"]].items():
            column, factor, rounding = SHOWN_IN[parameter]
            if {column, factor} & by_hand[row["project_id"]]:
                continue
            amount, per = float(row[column]), float(row[factor]) if factor else 1.0
            slack = rounding + 1e-9 * abs(amount)
            assert low * per - slack <= amount <= high * per + slack, (row["project_id"], parameter)
            checked += 1
    assert checked > 350


def test_ranges_state_unit_basis_status_and_source(generator: ModuleType) -> None:
    rows = generator.read_rows(generator.PARAMETERS)
    assert len({(row["technology"], row["parameter"]) for row in rows}) == len(rows)
    for row in rows:
        low, high, step = float(row["low"]), float(row["high"]), float(row["step"])
        assert 0 <= low <= high and step > 0
        assert (high - low) / step == pytest.approx(round((high - low) / step), abs=1e-6)
        assert row["unit"] and row["basis"] and row["source"] and row["status"] in VALUE_STATUS


def test_a_new_row_changes_no_other(generator: ModuleType) -> None:
    ranges = generator.read_ranges()["solar_utility"]
    assert generator.draw("示例-FJ-001", ranges) == generator.draw("示例-FJ-001", ranges)
    assert generator.draw("示例-FJ-001", ranges) != generator.draw("示例-FJ-099", ranges)


def test_money_adds_up(candidates: pd.DataFrame) -> None:
    money = (
        candidates[["investment_wan_yuan", "own_capital_wan_yuan", "financing_need_wan_yuan"]].dropna().astype(float)
    )
    assert len(money) == len(candidates) - 1
    assert (money.iloc[:, 0] == money.iloc[:, 1] + money.iloc[:, 2]).all()


def test_candidates_give_the_optimiser_something_of_everything(candidates: pd.DataFrame) -> None:
    counties = candidates["county"].map(region.split_counties)
    for name in region.COUNTY_NAMES:
        assert counties.map(lambda listed, name=name: listed == [name]).sum() >= 10
    assert candidates["exclusive_group"].value_counts().tolist() == [2, 2]
    required = [target for cell in candidates["requires"].dropna() for target in cell.split(";")]
    assert len(required) >= 3 and any(target.endswith("@finish") for target in required)
    assert {target.split("@")[0] for target in required} <= set(candidates["project_id"])
    assert (candidates["divisible"] == "是").sum() >= 2
    entangled = candidates["exclusive_group"].notna() | candidates["requires"].notna()
    assert not (entangled & (candidates["divisible"] == "是")).any()
    assert (candidates["locked"] == "必选").sum() == 1
    assert candidates["annual_revenue_wan_yuan"].isna().sum() >= 10
    assert (counties.map(len) > 1).sum() == 3 and candidates["county_shares"].notna().sum() == 2
    for cell in candidates["county_shares"].dropna():
        assert sum(float(part.split("=")[1]) for part in cell.split(";")) == pytest.approx(1)
    starts = candidates["earliest_start"].astype(int)
    assert set(starts) == {2027, 2028}
    assert (starts <= candidates["latest_start"].fillna("2029").astype(int)).all()
    assert set(candidates["construction_years"]) == {"1", "2", "3"}
    for _, row in candidates[candidates["construction_profile"].notna()].iterrows():
        shares = [float(share) for share in row["construction_profile"].split(";")]
        assert len(shares) == int(row["construction_years"]) and sum(shares) == pytest.approx(1)


def test_candidates_include_what_must_not_be_admitted(candidates: pd.DataFrame) -> None:
    assert {"煤电", "水电", "公路", "其他工业", "房地产与园区建设"} <= set(candidates["technology"])
    assert (candidates["violation"] == "是").sum() == 1
    claimed = candidates["claimed_reduction_t_per_year"].dropna().astype(float)
    # Even the whole output at one tonne per MWh, more than any grid factor, gives less.
    assert (claimed > candidates.loc[claimed.index, "annual_output"].astype(float) * 1000).all() and len(claimed) == 1


def test_both_forms_go_into_a_library_and_only_the_three_faulty_rows_stay_out(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library.gpkg")
    public_result = library.import_file(PUBLIC, by="测试", reason="随附数据")
    assert (public_result.accepted, public_result.rejected, public_result.pending) == (74, 0, 0)
    result = library.import_file(ILLUSTRATIVE, by="测试", reason="随附数据")
    assert (result.accepted, result.rejected, result.pending) == (64, 3, 0)
    assert set(result.problems["row"]) == {66, 67, 68}
    again = library.import_file(ILLUSTRATIVE, by="测试", reason="再次导入")
    assert (again.accepted, again.updated, again.unchanged, again.rejected) == (0, 0, 64, 3)
