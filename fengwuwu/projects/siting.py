"""Spatial screening by the rules of ``siting_rules``: what each rule answers for each site, and the worst answer.

A layer that is not supplied, merely schematic or incomplete at the site gives 无法判断, never a silent pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from fengwuwu.layer_registry import Layer
from fengwuwu.projects.overlays import ORDER, UNKNOWN_RADIUS, Overlay, overlay
from fengwuwu.projects.site_facts import facts
from fengwuwu.projects.site_layers import OVERLAYS, Layers
from fengwuwu.projects.sites import Sites, sites
from fengwuwu.projects.tabular import Floats, Mask, Sentences, identities, listed, shown, texts
from fengwuwu.region import COUNTY_NAMES, NEIGHBOURS
from fengwuwu.vocabulary import SITING

__all__ = ["ORDER", "by_rule", "concerned", "in_region", "screen"]

MEASURES = ("distance_m", "overlap_ha", "overlap_m", "share")
BY_RULE = (
    *("project_id", "rule", "name", "requirement", "answer", "text", *MEASURES),
    *("source", "status", "layer", "layer_source", "layer_accuracy", "supplier"),
)
# Also of a layer that is there for orientation only.
NO_LAYER = "缺少可用于判断的图层"
_Answers = list[tuple[Mask, str, tuple["str | npt.NDArray[np.object_]", ...]]]


@dataclass(frozen=True)
class _Finding:
    """One rule's answer for the projects it concerns; arrays over all projects."""

    rule: pd.Series
    where: Mask
    answer: npt.NDArray[np.int_]
    words: npt.NDArray[np.object_]
    lacks: Layer | None = None
    measures: Mapping[str, Floats] = field(default_factory=dict)


def screen(projects: pd.DataFrame, layers: Layers | None = None) -> pd.DataFrame:
    """Apply every rule to every project it concerns.

    Parameters
    ----------
    projects : DataFrame or GeoDataFrame, shape (n, …)
        Uses ``technology, stage, county, township, lon, lat, location_radius_km`` and the geometry: points, lines or
        areas (see `fengwuwu.projects.sites.sites`).
    layers : Layers, optional
        The shipped ones by default.

    Returns
    -------
    DataFrame
        ``siting_result`` (the worst answer, see `ORDER`), ``siting_findings`` (one text per project, rule by rule),
        and the columns of `fengwuwu.projects.site_facts.facts`.

    Raises
    ------
    InputError
        When the geometry of a project cannot be used.
    """
    used = layers if layers is not None else Layers.shipped()
    places = sites(projects)
    site = facts(projects, used, places)
    n = len(projects)
    worst = np.zeros(n, dtype=int)
    said = Sentences(n)
    lacking: dict[str, Sentences] = {}
    for found in _findings(projects, places, site, used):
        worst[found.where] = np.maximum(worst[found.where], found.answer[found.where])
        if found.lacks is not None:
            # Many rules lack their layer; one sentence with the layers and their rules keeps the finding readable.
            lacking.setdefault(found.lacks.title, Sentences(n, "、")).say(found.where, str(found.rule["id"]))
            continue
        labels = np.array([SITING[key] for key in ORDER], dtype=object)[found.answer]
        said.say(found.where, f"{found.rule['id']} {found.rule['name']}：", found.words, " → ", labels)
    without = Sentences(n, "、")
    for title, rules in lacking.items():
        ids = rules.values("")
        without.say(ids != "", title, "（", ids, "）")
    names = without.values("")
    said.say(names != "", f"{NO_LAYER} → {SITING['undetermined']}：", names)
    faulty = places.faults != ""
    worst[faulty] = np.maximum(worst[faulty], ORDER.index("review"))
    said.say(faulty, places.faults, f" → {SITING['review']}")
    return site.assign(siting_result=np.array(ORDER, dtype=object)[worst], siting_findings=said.values())


def by_rule(projects: pd.DataFrame, layers: Layers | None = None) -> pd.DataFrame:
    """The same answers as a table with one row for each project and rule, with all distances measured.

    Returns
    -------
    DataFrame
        ``project_id, rule, name, requirement`` (what the rule says)``, answer`` (key of
        `fengwuwu.vocabulary.SITING`)``, text`` (why)``, distance_m`` (geodesic: to the nearest place of the zone, 0
        inside; of a rule of kind ``county`` to the border of the declared counties, from either side; ``township`` to
        the nearest known point of the declared ones; ``river`` to its line; NaN when not measured)``, overlap_ha`` (of
        an area)``, overlap_m`` (of a line)``, share`` (0–1 of the site)``, source, status`` (of the rule)``, layer``
        (Chinese title)``, layer_source, layer_accuracy`` (None when not supplied)``, supplier``.
    """
    used = layers if layers is not None else Layers.shipped()
    places = sites(projects)
    tables: list[pd.DataFrame] = []
    nothing = np.full(len(projects), np.nan)
    for found in _findings(projects, places, facts(projects, used, places), used, exact=True):
        entry = used.register.get(str(found.rule["layer"]))
        where = found.where
        table = pd.DataFrame({"project_id": identities(projects)[where]}).assign(
            rule=found.rule["id"],
            name=found.rule["name"],
            requirement=found.rule["text"],
            answer=np.array(ORDER, dtype=object)[found.answer[where]],
            text=found.words[where],
            **{name: found.measures.get(name, nothing)[where] for name in MEASURES},
            source=found.rule["source"],
            status=found.rule["status"],
            layer=entry.title if entry else None,
            layer_source=entry.source or None if entry else None,
            layer_accuracy=entry.accuracy or None if entry else None,
            supplier=entry.supplier or None if entry else None,
        )
        tables.append(table)
    if not tables:
        return pd.DataFrame(columns=list(BY_RULE))
    return pd.concat([table.astype({"layer": object}) for table in tables], ignore_index=True)[list(BY_RULE)]


def _findings(
    projects: pd.DataFrame, places: Sites, site: pd.DataFrame, layers: Layers, *, exact: bool = False
) -> Iterator[_Finding]:
    smallest = layers.rules.loc[layers.rules["kind"] == "precision", "limit"]
    technology, stage = texts(projects, "technology"), texts(projects, "stage")
    for _, rule in layers.rules.iterrows():
        where = _concerned(technology, stage, rule)
        if rule["kind"] == "precision" or not where.any():
            continue
        if rule["kind"] in OVERLAYS:
            layer = layers.supplied.get(str(rule["layer"]))
            if layer is None:
                undetermined = np.broadcast_to(ORDER.index("undetermined"), len(projects))
                lacks = layers.register[str(rule["layer"])]
                words = np.broadcast_to(np.array(f"{NO_LAYER}：{lacks.title}", dtype=object), len(projects))
                yield _Finding(rule, where, undetermined, words, lacks)
                continue
            found = overlay(rule, layer, places.where(where), smallest_ha=float(smallest.iloc[0]), exact=exact)
            yield _spread(rule, where, found)
            continue
        distance_m = np.full(len(projects), np.nan)
        if rule["kind"] == "county":
            answers = _county(projects, places, site, rule)
            distance_m = site["site_border_km"].abs().to_numpy(dtype=float) * 1000
        elif rule["kind"] == "township":
            answers = _township(projects, places, site, rule)
            distance_m = site["site_township_km"].to_numpy(dtype=float) * 1000
        elif rule["kind"] == "river":
            answers = _river(places, site, rule, layers.register["yangtze"].accuracy_km or 0.0)
            distance_m = site["site_yangtze_m"].to_numpy(dtype=float)
        else:
            answers = [(where, str(rule["action"]), (str(rule["text"]),))]
        answer, said = np.zeros(len(projects), dtype=int), Sentences(len(projects))
        for mask, result, sentence in answers:
            answer[mask] = ORDER.index(result)
            said.say(mask, *sentence)
        yield _Finding(rule, where, answer, said.values(""), measures={"distance_m": distance_m})


def _spread(rule: pd.Series, where: Mask, found: Overlay) -> _Finding:
    """The answer for the projects concerned, as arrays over all projects."""
    n = len(where)

    def full(values: npt.NDArray[np.float64]) -> Floats:
        filled = np.full(n, np.nan)
        filled[where] = values
        return filled

    answer, words = np.zeros(n, dtype=int), np.full(n, "", dtype=object)
    answer[where], words[where] = found.answer, found.words
    return _Finding(rule, where, answer, words, measures={name: full(getattr(found, name)) for name in MEASURES})


def concerned(projects: pd.DataFrame, rule: pd.Series) -> Mask:
    """Which projects a rule applies to, by technology (``a;b``, ``*``, or ``!a;!b`` for all but these) and stage."""
    return _concerned(texts(projects, "technology"), texts(projects, "stage"), rule)


def _concerned(technology: pd.Series, stage: pd.Series, rule: pd.Series) -> Mask:
    names = str(rule["technologies"]).split(";")
    barred = [name[1:] for name in names if name.startswith("!")]
    where = np.ones(len(technology), dtype=bool)
    if barred:
        where &= ~technology.isin(barred).to_numpy(dtype=bool)
    elif names != ["*"]:
        where &= technology.isin(names).to_numpy(dtype=bool)
    if isinstance(rule["stages"], str):
        # An unknown stage may still be a new plant.
        where &= (stage.isin(str(rule["stages"]).split(";")) | stage.isna() | stage.eq("unknown")).to_numpy(dtype=bool)
    return where


def _county(projects: pd.DataFrame, places: Sites, site: pd.DataFrame, rule: pd.Series) -> _Answers:
    """Inside by more than outline accuracy plus location error passes; nearer than that to the border is for review."""
    margin = site["site_border_km"].to_numpy(dtype=float)
    radius = places.radius_m / 1000
    reach = float(rule["limit"]) + radius
    error = "（位置误差 " + shown(radius, 1) + " km）"
    placed, known = places.placed, ~np.isnan(radius)
    neighbours = np.logical_or.reduce([
        *listed(texts(projects, "county"), list(NEIGHBOURS.values())).values(),
        np.zeros(len(projects), dtype=bool),
    ])
    compared = placed & ~np.isnan(margin)
    measured = compared & known
    distance = shown(np.abs(margin), 1)
    outside = measured & (margin < -reach)
    return [
        (~placed, "undetermined", ("无坐标",)),
        (placed & np.isnan(margin), "undetermined", ("所报县无界线图层",)),
        (
            compared & ~known & (margin >= 0),
            "undetermined",
            (UNKNOWN_RADIUS, "（所报位置在县内，距县界 ", distance, " km）"),
        ),
        (
            compared & ~known & (margin < 0) & ~neighbours,
            "review",
            ("所报位置在县外 ", distance, " km，", UNKNOWN_RADIUS),
        ),
        (compared & ~known & (margin < 0) & neighbours, "undetermined", ("在三县外，邻县无界线图层",)),
        (measured & (margin > reach), "pass", ("在所报县内，距县界 ", distance, " km", error)),
        (measured & (np.abs(margin) <= reach), "review", ("距县界 ", distance, " km，不超过误差", error)),
        (outside & ~neighbours, str(rule["action"]), ("在所报县外 ", distance, " km，请核对坐标与坐标系")),
        (outside & neighbours, "undetermined", ("在三县外，邻县无界线图层",)),
    ]


def _township(projects: pd.DataFrame, places: Sites, site: pd.DataFrame, rule: pd.Series) -> _Answers:
    named = texts(projects, "township").notna().to_numpy(dtype=bool)
    listed_ = site["site_township_known"].to_numpy(dtype=bool)
    km = site["site_township_km"].to_numpy(dtype=float)
    known = ~np.isnan(places.radius_m)
    reach = float(rule["limit"]) + np.nan_to_num(places.radius_m) / 1000
    declared = texts(projects, "township").fillna("").to_numpy(dtype=object)
    nearest = site["site_nearest_township"].fillna("").to_numpy(dtype=object)
    near_words = np.where(nearest == "", "", "，最近的已知乡镇点为" + nearest + "（不等于所在乡镇）")
    far = listed_ & (km > reach)
    near = listed_ & ~far & ~np.isnan(km)
    return [
        (~named, "undetermined", ("未报乡镇", near_words)),
        (named & ~listed_, str(rule["action"]), (declared, "不在该县乡镇名录内，请核对")),
        (far, str(rule["action"]), (declared, "的已知点位距项目 ", shown(km, 1), " km，请核对坐标")),
        (near & known, "pass", (declared, "，距其点位 ", shown(km, 1), " km")),
        (near & ~known, "undetermined", (declared, "，距其点位 ", shown(km, 1), " km，", UNKNOWN_RADIUS)),
        (listed_ & np.isnan(km), "undetermined", (declared, "在名录内，点位或坐标未知，未核距离")),
    ]


def _river(places: Sites, site: pd.DataFrame, rule: pd.Series, accuracy_km: float) -> _Answers:
    """The line is schematic: beyond its error it is far; near it can only hint."""
    km = site["site_yangtze_m"].to_numpy(dtype=float) / 1000
    radius = places.radius_m / 1000
    known = ~np.isnan(km) & ~np.isnan(radius)
    near = km <= float(rule["limit"]) + np.nan_to_num(radius) + accuracy_km
    words = ("距示意线 ", shown(km, 1), " km")
    return [
        (np.isnan(km), "undetermined", ("无坐标",)),
        (~np.isnan(km) & np.isnan(radius), "undetermined", (*words, "，", UNKNOWN_RADIUS)),
        (known & near, "flag", (*words, "，可能临江，须核对岸线与消落区")),
        (known & ~near, "pass", words),
    ]


def in_region(projects: pd.DataFrame) -> Mask:
    """Whether a project names at least one of the three counties."""
    return np.logical_or.reduce(list(listed(texts(projects, "county"), COUNTY_NAMES).values()))
