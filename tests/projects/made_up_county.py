"""A made-up county with one zone, and sites that a rule on it stops or passes."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
from shapely import LineString, Point, box

from fengwuwu import geo, reference
from fengwuwu.projects.site_layers import Layers, RuleLayer
from fengwuwu.projects.siting import by_rule

SITING = reference.table("siting_rules").set_index("id", drop=False)
# A made-up county, 48 km × 56 km, with a made-up zone of 10 km × 11 km in its middle and a river in its south.
COUNTY, ZONE = box(109.0, 30.8, 109.5, 31.3), box(109.2, 31.0, 109.3, 31.1)
PLAIN = Layers(
    counties=gpd.GeoDataFrame({"county": ["奉节县"]}, geometry=[COUNTY], crs=geo.WGS84),
    townships=gpd.GeoDataFrame(
        {"township": ["甲镇"], "county": ["奉节县"]}, geometry=[Point(109.25, 31.05)], crs=geo.WGS84
    ),
    yangtze=gpd.GeoDataFrame(geometry=[LineString([(109.0, 30.81), (109.5, 30.81)])], crs=geo.WGS84),
)
INSIDE, OUTSIDE = {"lon": 109.25, "lat": 31.05}, {"lon": 109.33, "lat": 31.13}


def technology_of(rule: pd.Series) -> str:
    names = str(rule["technologies"]).split(";")
    barred = {name[1:] for name in names if name.startswith("!")}
    if barred or names == ["*"]:
        return next(name for name in ("solar_utility", "wind_onshore") if name not in barred)
    return names[0]


def site(rule: pd.Series, **fields: object) -> pd.DataFrame:
    stage = str(rule["stages"]).split(";")[0] if isinstance(rule["stages"], str) else "feasibility"
    row = {"project_id": "A", "county": "奉节县", "township": "甲镇", "location_radius_km": 0.05, "stage": stage}
    return pd.DataFrame([{**row, "technology": technology_of(rule), **fields}])


def answer(rule: pd.Series, layers: Layers, **fields: object) -> str | None:
    """What the rule answers; None when it does not concern the project."""
    alone = layers.rules[layers.rules["id"].isin([rule["id"], "P1"])]
    table = by_rule(site(rule, **fields), replace(layers, rules=alone)).set_index("rule")
    return table["answer"].get(rule["id"])


def zoned(rule: pd.Series) -> Layers:
    """The rule's layer, complete in the county, with one zone that the rule names."""
    zone = str(rule["zones"]).split(";")[0] if isinstance(rule["zones"], str) else "任一分区"
    shapes = gpd.GeoDataFrame({geo.ZONE: [zone]}, geometry=[ZONE], crs=geo.WGS84)
    return replace(PLAIN, supplied={str(rule["layer"]): RuleLayer(shapes, 1.0, COUNTY, 1.0)})
