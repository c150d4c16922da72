"""Every siting rule, read from its table: a site it stops, and one it lets through.

A rule that is added is tested without a change here where its kind is general (overlays).
"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from fengwuwu import geo
from fengwuwu.projects.site_layers import OVERLAYS
from fengwuwu.projects.siting import by_rule
from fengwuwu.projects.technologies import technologies

from .made_up_county import INSIDE, OUTSIDE, PLAIN, SITING, answer, site, zoned


def test_no_siting_rule_is_without_its_two_cases() -> None:
    general = set(SITING.index[SITING["kind"].isin(OVERLAYS)])
    assert set(SITING.index) == general | set(OTHER_SITING) | {"D12", "P1"}


@pytest.mark.parametrize("name", SITING.index[SITING["kind"].isin(OVERLAYS)])
def test_an_overlay_rule_stops_the_site_it_is_about_and_passes_the_other(name: str) -> None:
    rule = SITING.loc[name]
    layers = zoned(rule)
    hit, clear = (OUTSIDE, INSIDE) if rule["kind"] == "within" else (INSIDE, OUTSIDE)
    assert answer(rule, layers, **hit) == rule["action"]
    assert answer(rule, layers, **clear) == "pass"
    assert answer(rule, PLAIN, **clear) == "undetermined", "without the layer nothing passes"
    if rule["kind"] == "distance":
        # 0.0005° of longitude is 48 m; beyond the limit and all errors it passes
        assert answer(rule, layers, lon=109.3005, lat=31.05) == rule["action"]
        far = 109.3 + (float(rule["limit"]) + 0.2) / 95.4
        assert answer(rule, layers, lon=far, lat=31.05) == "pass"


@pytest.mark.parametrize("name", SITING.index[SITING["kind"].isin(OVERLAYS) & SITING["technologies"].ne("*")])
def test_an_overlay_rule_does_not_speak_on_other_technologies(name: str) -> None:
    rule = SITING.loc[name]
    names = {part.removeprefix("!") for part in str(rule["technologies"]).split(";")}
    barred = str(rule["technologies"]).startswith("!")
    other = next(t for t in technologies() if (t in names) == barred)
    assert answer(rule, zoned(rule), **INSIDE, technology=other) is None


OTHER_SITING: dict[str, tuple[dict[str, object], str, dict[str, object]]] = {
    "C1": ({"lon": 109.6, "lat": 31.0, "county": "奉节县"}, "block", OUTSIDE),
    "C2": ({**INSIDE, "township": "乙镇"}, "review", INSIDE),
    "C3": ({"lon": 109.25, "lat": 30.812}, "flag", INSIDE),
}


@pytest.mark.parametrize("name", OTHER_SITING)
def test_county_township_and_river(name: str) -> None:
    stopped, said, passed = OTHER_SITING[name]
    others = gpd.GeoDataFrame(
        {"county": ["巫山县", "巫溪县"]},
        geometry=[box(109.5, 30.8, 110, 31.3), box(109.0, 31.3, 110, 31.8)],
        crs=geo.WGS84,
    )
    layers = replace(PLAIN, counties=pd.concat([PLAIN.counties, others], ignore_index=True))
    assert answer(SITING.loc[name], layers, **stopped) == said
    assert answer(SITING.loc[name], layers, **passed) == "pass"


def test_new_small_hydro_is_blocked_and_an_old_one_is_not_asked() -> None:
    rule = SITING.loc["D12"]
    assert answer(rule, PLAIN, **INSIDE) == "block" and answer(rule, PLAIN, **INSIDE, stage="operating") is None


def test_an_overlap_below_the_least_area_is_for_review_and_a_larger_one_blocks() -> None:
    limit, rule = float(SITING.at["P1", "limit"]), SITING.loc["D5"]
    sharp = zoned(rule)
    entry = replace(sharp.supplied["ecological_redline"], accuracy_m=0.0)
    sharp = replace(sharp, supplied={"ecological_redline": entry})

    def overlapping(hectares: float) -> str | None:
        metres = hectares * 1e4 / 100  # a strip of 100 m along the zone's edge
        shape = box(109.3 - metres / 95_500, 31.05, 109.301, 31.05 + 100 / 110_900)
        frame = gpd.GeoDataFrame(site(rule, location_radius_km=0.0), geometry=[shape], crs=geo.WGS84)
        return by_rule(frame, sharp).set_index("rule")["answer"]["D5"]

    assert overlapping(0.7 * limit) == "review" and overlapping(1.5 * limit) == "block"
