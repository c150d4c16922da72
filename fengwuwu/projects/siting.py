"""Spatial screening by the rules of ``siting_rules``: what each rule answers for each site, and the worst answer.

A layer that is not supplied, merely schematic, or not yet evaluated gives 无法判断, never a silent pass.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from fengwuwu import geo, reference
from fengwuwu.projects.site_facts import Layers, facts
from fengwuwu.projects.tabular import Mask, Sentences, listed, numbers, shown, texts
from fengwuwu.region import COUNTY_NAMES, NEIGHBOURS
from fengwuwu.vocabulary import SITING

# From best to worst: one undetermined rule outweighs a hint, a reason to look outweighs not knowing.
ORDER = ("pass", "flag", "undetermined", "review", "block")
_COUNTY, _TOWNSHIP, _RIVER = "C1", "C2", "C3"


def screen(projects: pd.DataFrame, layers: Layers | None = None) -> pd.DataFrame:
    """Apply every rule to every project it concerns.

    Parameters
    ----------
    projects : DataFrame, shape (n, …)
        Uses ``technology, stage, county, township, lon, lat, location_radius_km``.
    layers : Layers, optional
        The shipped ones by default.

    Returns
    -------
    DataFrame
        ``siting_result`` (the worst answer, see `ORDER`), ``siting_findings`` (one text per project, rule by rule),
        and the columns of `fengwuwu.projects.site_facts.facts`.
    """
    used = layers if layers is not None else Layers.shipped()
    site = facts(projects, used)
    rules = reference.table("siting_rules")
    registry = geo.registry()
    worst = np.zeros(len(projects), dtype=int)
    said = Sentences(len(projects))
    lacking: dict[str, Sentences] = {}
    for _, rule in rules.iterrows():
        where = concerned(projects, rule)
        if not where.any():
            continue
        if rule["id"] == _COUNTY:
            answers = _county(projects, site, rule)
        elif rule["id"] == _TOWNSHIP:
            answers = _township(projects, site, rule, used)
        elif rule["id"] == _RIVER:
            answers = _river(projects, site, rule, registry["yangtze"].accuracy_km)
        elif rule["kind"] == "technology":
            answers = [(where, str(rule["action"]), (str(rule["text"]),))]
        else:
            # Many rules lack their layer; one sentence for each reason keeps the finding readable.
            reason = why_not(rule, registry)
            lacking.setdefault(reason, Sentences(len(projects), "、")).say(where, f"{rule['id']} {rule['name']}")
            worst[where] = np.maximum(worst[where], ORDER.index("undetermined"))
            continue
        for mask, answer, words in answers:
            hit = mask & where
            worst[hit] = np.maximum(worst[hit], ORDER.index(answer))
            said.say(hit, f"{rule['id']} {rule['name']}：", *words, f" → {SITING[answer]}")
    for reason, rules_without in lacking.items():
        names = rules_without.values("")
        said.say(names != "", f"{reason} → {SITING['undetermined']}：", names)
    result = np.array(ORDER, dtype=object)[worst]
    return site.assign(siting_result=result, siting_findings=said.values())


_Answers = list[tuple[Mask, str, tuple["str | np.ndarray", ...]]]


def concerned(projects: pd.DataFrame, rule: pd.Series) -> Mask:
    """Which projects a rule applies to, by technology and stage."""
    technology, stage = texts(projects, "technology"), texts(projects, "stage")
    where = np.ones(len(projects), dtype=bool)
    if rule["technologies"] != "*":
        where &= technology.isin(str(rule["technologies"]).split(";")).to_numpy(dtype=bool)
    if isinstance(rule["stages"], str):
        # An unknown stage may still be a new plant.
        where &= (stage.isin(str(rule["stages"]).split(";")) | stage.isna() | stage.eq("unknown")).to_numpy(dtype=bool)
    return where


def _county(projects: pd.DataFrame, site: pd.DataFrame, rule: pd.Series) -> _Answers:
    """Inside by more than outline accuracy plus location error passes; nearer than that to the border is for review."""
    margin = site["site_border_km"].to_numpy(dtype=float)
    radius = numbers(projects, "location_radius_km")
    reach = float(rule["limit"]) + np.nan_to_num(radius)
    error = np.where(np.isnan(radius), "位置误差未报", "位置误差 " + shown(radius, 1) + " km")
    placed = (~np.isnan(numbers(projects, "lon")) & ~np.isnan(numbers(projects, "lat"))).astype(bool)
    neighbours = np.logical_or.reduce([
        *listed(texts(projects, "county"), list(NEIGHBOURS.values())).values(),
        np.zeros(len(projects), dtype=bool),
    ])
    compared = placed & ~np.isnan(margin)
    distance = shown(np.abs(margin), 1)
    outside = compared & (margin < -reach)
    return [
        (~placed, "undetermined", ("无坐标",)),
        (placed & np.isnan(margin), "undetermined", ("所报县无界线图层",)),
        (compared & (margin > reach), "pass", ("在所报县内，距县界 ", distance, " km（", error, "）")),
        (compared & (np.abs(margin) <= reach), "review", ("距县界 ", distance, " km，不超过误差（", error, "）")),
        (outside & ~neighbours, str(rule["action"]), ("在所报县外 ", distance, " km，请核对坐标与坐标系")),
        (outside & neighbours, "undetermined", ("在三县外，邻县无界线图层",)),
    ]


def _township(projects: pd.DataFrame, site: pd.DataFrame, rule: pd.Series, layers: Layers) -> _Answers:
    named = texts(projects, "township").notna().to_numpy(dtype=bool)
    known = site["site_township_known"].to_numpy(dtype=bool)
    km = site["site_township_km"].to_numpy(dtype=float)
    reach = float(rule["limit"]) + np.nan_to_num(numbers(projects, "location_radius_km"))
    declared = texts(projects, "township").fillna("").to_numpy(dtype=object)
    nearest = site["site_nearest_township"].fillna("").to_numpy(dtype=object)
    near_words = np.where(nearest == "", "", "，最近的已知乡镇点为" + nearest + "（不等于所在乡镇）")
    far = known & (km > reach)
    return [
        (~named, "undetermined", ("未报乡镇", near_words)),
        (named & ~known, str(rule["action"]), (declared, "不在该县乡镇名录内，请核对")),
        (far, str(rule["action"]), (declared, "的已知点位距项目 ", shown(km, 1), " km，请核对坐标")),
        (known & ~far & ~np.isnan(km), "pass", (declared, "，距其点位 ", shown(km, 1), " km")),
        (known & np.isnan(km), "undetermined", (declared, "在名录内，点位或坐标未知，未核距离")),
    ]


def _river(projects: pd.DataFrame, site: pd.DataFrame, rule: pd.Series, accuracy_km: float | None) -> _Answers:
    """The line is schematic: beyond its error it is far; near it can only hint."""
    km = site["site_yangtze_m"].to_numpy(dtype=float) / 1000
    radius = numbers(projects, "location_radius_km")
    reach = float(rule["limit"]) + np.nan_to_num(radius) + (accuracy_km or 0.0)
    near = km <= reach
    words = ("距示意线 ", shown(km, 1), " km")
    return [
        (np.isnan(km), "undetermined", ("无坐标",)),
        (near, "flag", (*words, "，可能临江，须核对岸线与消落区")),
        (~near & ~np.isnan(km), "pass", words),
    ]


def why_not(rule: pd.Series, registry: dict[str, geo.Layer]) -> str:
    """Why a rule that needs a layer cannot be answered."""
    layer = registry.get(str(rule["layer"]))
    if layer is None or not layer.available:
        return "图层未提供"
    return "图层仅供示意" if layer.role == "schematic" else "图层已提供，尚未叠加"


def in_region(projects: pd.DataFrame) -> Mask:
    """Whether a project names at least one of the three counties."""
    return np.logical_or.reduce(list(listed(texts(projects, "county"), COUNTY_NAMES).values()))
