"""How much land is left for a technology: every place of the counties judged by the same rules as a site.

The idea is that of land eligibility in energy planning: exclude by criterion, and see what remains. A place here has no
error of its own; the layers' errors count in full, and where a layer is missing or incomplete nothing remains for sure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from fengwuwu import geo
from fengwuwu.projects.overlays import ORDER
from fengwuwu.projects.site_layers import OVERLAYS, Layers, RuleLayer
from fengwuwu.projects.sites import to_plane, to_wgs84
from fengwuwu.projects.siting import concerned

NOTHING: BaseGeometry = shapely.Polygon()
_QUARTER = 32  # segments of a quarter circle: an arc within 0.05 % of its radius


@dataclass(frozen=True)
class LandLeft:
    """What the rules say of the land, for one technology.

    Attributes
    ----------
    technology : str
    parcels : GeoDataFrame
        Per county and answer one shape (WGS84): ``county, answer`` (key of `fengwuwu.vocabulary.SITING`, the worst of
        all rules)``, area_km2, geometry``. The parcels of a county cover it and do not overlap.
    criteria : DataFrame
        Each rule alone: ``county, rule, name, layer, layer_source`` (None when not supplied)``, action, hit_km2`` (the
        rule speaks for sure)``, doubt_km2`` (within the layer's error, or in a zone of unknown kind)``, unknown_km2``
        (no layer)``, text, source, status``.
    """

    technology: str
    parcels: gpd.GeoDataFrame
    criteria: pd.DataFrame

    @property
    def by_county(self) -> pd.DataFrame:
        """Per county: ``county, area_km2, <answer>_km2`` for each answer, and ``left_share`` (pass and flag, 0–1)."""
        wide = self.parcels.pivot_table(index="county", columns="answer", values="area_km2", aggfunc="sum", sort=False)
        wide = wide.reindex(columns=list(ORDER)).fillna(0.0)
        table = wide.add_suffix("_km2")
        table.insert(0, "area_km2", wide.sum(axis=1))
        table["left_share"] = (wide["pass"] + wide["flag"]) / table["area_km2"]
        return table.rename_axis(columns=None).reset_index()


@dataclass(frozen=True)
class _Spoken:
    """Where in a county one rule gives which answer; areas in the equal-area plane."""

    rule: pd.Series
    hit: BaseGeometry
    doubt: BaseGeometry
    unknown: BaseGeometry


def land_left(technology: str, layers: Layers | None = None) -> LandLeft:
    """Judge the land of every county for a new project of a technology.

    Parameters
    ----------
    technology : str
        Key of ``technologies``.
    layers : Layers, optional
        The shipped ones by default.
    """
    used = layers if layers is not None else Layers.shipped()
    parcels: list[dict[str, object]] = []
    criteria: list[dict[str, object]] = []
    for county, outline in zip(used.counties["county"], used.counties.geometry, strict=True):
        (land,) = to_plane(np.array([outline], dtype=object))
        by_answer: dict[str, list[BaseGeometry]] = {answer: [] for answer in ORDER}
        for spoken in _rules(technology, land, used):
            action = str(spoken.rule["action"])
            by_answer[action].append(spoken.hit)
            by_answer["flag" if action == "flag" else "review"].append(spoken.doubt)
            by_answer["undetermined"].append(spoken.unknown)
            entry = used.register.get(str(spoken.rule["layer"]))
            criteria.append({
                "county": county,
                "rule": spoken.rule["id"],
                "name": spoken.rule["name"],
                "layer": entry.title if entry else None,
                "layer_source": entry.source or None if entry else None,
                "action": action,
                **{f"{part}_km2": getattr(spoken, part).area / 1e6 for part in ("hit", "doubt", "unknown")},
                **{key: spoken.rule[key] for key in ("text", "source", "status")},
            })
        rest = land
        for answer in reversed(ORDER):
            # What no rule speaks of is left over at the end.
            part = rest if answer == "pass" else _areas(rest.intersection(shapely.union_all(by_answer[answer])))
            rest = _areas(rest.difference(part))
            if not part.is_empty:
                parcels.append({"county": county, "answer": answer, "area_km2": part.area / 1e6, "geometry": part})
    frame = gpd.GeoDataFrame(parcels, geometry="geometry", crs=geo.EQUAL_AREA)
    frame["geometry"] = gpd.GeoSeries(to_wgs84(frame.geometry.to_numpy()), crs=geo.WGS84, index=frame.index)
    return LandLeft(technology, frame.set_crs(geo.WGS84, allow_override=True), pd.DataFrame(criteria))


def _rules(technology: str, land: BaseGeometry, layers: Layers) -> Iterator[_Spoken]:
    new = pd.DataFrame({"technology": [technology], "stage": ["idea"]})
    for _, rule in layers.rules.iterrows():
        if not concerned(new, rule)[0]:
            continue
        if rule["kind"] == "technology":
            yield _Spoken(rule, land, NOTHING, NOTHING)
        elif rule["kind"] in OVERLAYS:
            layer = layers.supplied.get(str(rule["layer"]))
            yield _Spoken(rule, NOTHING, NOTHING, land) if layer is None else _spoken(rule, layer, land)


def _spoken(rule: pd.Series, layer: RuleLayer, land: BaseGeometry) -> _Spoken:
    limit = float(rule["limit"]) * 1000 if rule["kind"] == "distance" else 0.0
    reach = limit + layer.accuracy_m
    named_rows, unsorted_rows = layer.zones(rule["zones"] if isinstance(rule["zones"], str) else "")
    named, unsorted = (_near(layer.plane[rows], land, reach) for rows in (named_rows, unsorted_rows))
    far = _grown(shapely.union_all([named, unsorted]), reach)
    margin = limit + layer.complete_margin_m
    covered = _grown(shapely.union_all(layer.complete_plane), -margin) if len(layer.complete_plane) else NOTHING
    if rule["kind"] == "within":
        outside, safe = land.difference(far), _grown(named, -reach)
        hit, unknown = outside.intersection(covered), outside.difference(covered)
        doubt = land.difference(outside).difference(safe)
    else:
        hit = land.intersection(_grown(named, limit - layer.accuracy_m))
        doubt = land.intersection(far).difference(hit)
        unknown = land.difference(far).difference(covered)
    return _Spoken(rule, *(_areas(part) for part in (hit, doubt, unknown)))


def _near(shapes: np.ndarray, land: BaseGeometry, reach: float) -> BaseGeometry:
    """The union of what lies near enough to matter."""
    west, south, east, north = land.bounds
    far = 2 * reach + 1
    window = shapely.box(west - far, south - far, east + far, north + far)
    return shapely.union_all(shapely.intersection(shapes[shapely.intersects(shapes, window)], window))


def _grown(shape: BaseGeometry, metres: float) -> BaseGeometry:
    return shape.buffer(metres, quad_segs=_QUARTER) if metres or shapely.get_dimensions(shape) < 2 else shape


def _areas(shape: BaseGeometry) -> BaseGeometry:
    """Without the points and lines that touching edges leave behind."""
    parts = shapely.get_parts(shape)
    kept = [part for part in parts if shapely.get_dimensions(part) == 2]
    return shapely.union_all(kept) if len(kept) < len(parts) else shape
