"""The shipped project forms: every cell is one the form allows, and nothing unknown was filled in."""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from fengwuwu import geo, paths, region
from fengwuwu.projects.fields import BY_KEY, FIELDS
from fengwuwu.vocabulary import SOURCE_KIND

PUBLIC = paths.PROJECTS / "public_projects.csv"


def read_form(file: Path) -> pd.DataFrame:
    """A form with keys for headers and text in every cell; empty cells are missing."""
    table = pd.read_csv(file, encoding="utf-8-sig", dtype="string", keep_default_na=False, na_values=[""])
    assert table.columns.tolist() == [field.full_header for field in FIELDS]
    return table.set_axis([field.key for field in FIELDS], axis="columns")


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
