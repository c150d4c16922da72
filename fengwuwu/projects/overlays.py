"""One rule against one layer, for all sites at once.

A site is known to some distance r, a layer's lines to some distance a. A rule is broken for sure only when it is broken
wherever within r and a the truth may lie; it is kept for sure only when it is kept everywhere there and nothing is
missing from the layer. Between the two a person must look. A site whose r nobody stated is never judged by distance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from fengwuwu.projects.site_layers import RuleLayer
from fengwuwu.projects.sites import Sites
from fengwuwu.projects.tabular import Floats, Mask, Sentences, shown
from fengwuwu.projects.zones import Zone, inside, size

# From best to worst: one undetermined rule outweighs a hint, a reason to look outweighs not knowing.
ORDER = ("pass", "flag", "undetermined", "review", "block")
_HA = 1e4
UNKNOWN_RADIUS = "位置误差未报，不能按距离判断"


@dataclass(frozen=True)
class Overlay:
    """What one rule finds for each site; arrays have one entry per site.

    Attributes
    ----------
    answer : array of int
        Place in `ORDER`; meaningless where the rule does not apply.
    words : array of str
    distance_m : array of float
        Geodesic, to the nearest place of the zone; 0 inside; inf when farther than the errors reach.
    overlap, share : array of float
        ha of an area, m of a line, NaN of a point; and as a share (0–1) of the site.
    """

    answer: npt.NDArray[np.int_]
    words: npt.NDArray[np.object_]
    distance_m: Floats
    overlap: Floats
    share: Floats


@dataclass(frozen=True)
class _Measured:
    """Sites against one zone."""

    inside: Mask
    edge_m: Floats
    overlap: Floats
    sure: Mask


def overlay(rule: pd.Series, layer: RuleLayer, sites: Sites, *, smallest_ha: float, exact: bool = False) -> Overlay:
    """Apply a rule of kind ``overlap``, ``distance`` or ``within``.

    Parameters
    ----------
    rule : Series
        Row of ``siting_rules``.
    layer : RuleLayer
    sites : Sites
        Projects the rule applies to.
    smallest_ha : float
        An overlap of areas must be larger than this to count for sure.
    exact : bool
        Also measure distances beyond the reach of the errors, which the answer does not need.
    """
    n = len(sites.plane)
    limit_m = float(rule["limit"]) * 1000 if rule["kind"] == "distance" else 0.0
    radius = sites.radius_m
    error = layer.accuracy_m + np.nan_to_num(radius)
    sure_rows, maybe_rows = layer.zones(rule["zones"] if isinstance(rule["zones"], str) else "")
    named = _measure(layer, sure_rows, sites, limit_m, error, smallest_ha)
    unsorted = _measure(layer, maybe_rows, sites, limit_m, error, smallest_ha) if maybe_rows.any() else None

    known = sites.placed & ~np.isnan(radius)
    touched = named.inside | (named.edge_m <= limit_m + error)
    in_doubt = np.zeros(n, dtype=bool)
    if unsorted is not None:
        in_doubt = (unsorted.inside | (unsorted.edge_m <= limit_m + error)) & ~named.sure
    if rule["kind"] == "within":
        # The other way round: the site must lie in the zone.
        broken = ~named.inside & (named.edge_m > error)
        kept = named.inside & (named.edge_m > error)
        needs_complete = broken
    else:
        broken, kept = named.sure, ~touched & ~in_doubt
        needs_complete = kept
    complete = np.ones(n, dtype=bool)
    if (needs_complete & known).any():
        complete = _complete(layer, sites, limit_m)
    answer, said = np.full(n, ORDER.index("undetermined")), Sentences(n)
    action = str(rule["action"])
    doubt = "flag" if action == "flag" else "review"

    def say(where: Mask, result: str, *parts: str | npt.NDArray[np.object_]) -> None:
        answer[where] = ORDER.index(result)
        said.say(where, *parts)

    reach = _metres(error)
    amount = _amount(sites, named.overlap)
    distance = np.where(named.inside, 0.0, named.edge_m)
    say(~sites.placed, "undetermined", "无坐标")
    lost = sites.placed & ~known
    hit = lost & (named.inside | (unsorted.inside if unsorted is not None else False))
    hit &= rule["kind"] != "within"
    say(hit, "undetermined" if action == "flag" else "review", "所报位置在图层范围内，但", UNKNOWN_RADIUS)
    say(lost & ~hit, "undetermined", UNKNOWN_RADIUS)
    if layer.schematic:
        say(known, "undetermined", "图层仅供示意")
    elif rule["kind"] == "within":
        say(known & kept, "pass", "在范围内，距边界超过误差 ", reach)
        say(known & broken & complete, action, "在范围外，距边界超过误差 ", reach)
        say(known & broken & ~complete, "undetermined", "不在图层范围内，但图层在此不完整")
        say(known & ~broken & ~kept, doubt, "误差 ", reach, " 之内既有范围内也有范围外")
    else:
        within = known & broken
        where_ = f"距离小于 {rule['limit']:g} km" if limit_m else "在图层范围内"
        say(within & (amount != ""), action, amount)
        say(within & (amount == ""), action, "误差 ", reach, f" 之内处处{where_}")
        near = known & ~broken & touched
        say(near & named.inside & (amount != ""), doubt, amount, "，扣除误差 ", reach, " 后不能确定")
        say(near & named.inside & (amount == ""), doubt, "所报位置在图层范围内，误差 ", reach, " 之内也有范围外")
        close = near & ~named.inside
        beyond = f"，限值 {rule['limit']:g} km" if limit_m else ""
        say(close, doubt, "相距 ", _metres(distance), beyond, "，误差 ", reach)
        say(known & ~broken & ~touched & in_doubt, doubt, "误差 ", reach, " 之内有未注明分区的图形")
        clear = f"{rule['limit']:g} km 加误差 " if limit_m else "误差 "
        say(known & kept & complete, "pass", clear, reach, " 之内没有")
        say(known & kept & ~complete, "undetermined", clear, reach, " 之内没有，但图层在此不完整")
    if exact:
        zone = Zone.of(layer.plane[sure_rows])
        distance = np.where(named.inside, 0.0, zone.nearest_m(sites))
    whole = size(sites.plane)
    areal, linear = sites.dimension == 2, sites.dimension == 1
    overlap = np.select([areal, linear], [named.overlap / _HA, named.overlap], np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(areal | linear, named.overlap / whole, np.nan)
    return Overlay(answer, said.values(""), distance, overlap, share)


def _measure(
    layer: RuleLayer, rows: Mask, sites: Sites, limit_m: float, error: Floats, smallest_ha: float
) -> _Measured:
    n = len(sites.plane)
    reach = limit_m + error
    if not rows.any() or not sites.placed.any():
        nothing = np.zeros(n, dtype=bool)
        return _Measured(nothing, np.full(n, np.inf), np.zeros(n), nothing)
    zone = Zone.of(layer.plane[rows], sites, reach)
    site, part = zone.touching(sites)
    within = inside(n, site)
    edge = zone.edge_m(sites, np.where(sites.placed, reach, np.nan))
    spread = sites.dimension[site] > 0
    drawn, parts = site[spread], part[spread]
    overlap = zone.overlap(sites, drawn, parts) if len(drawn) else np.zeros(n)
    if limit_m:
        sure = within & (error < limit_m) | (edge + error < limit_m)
    else:
        sure = within & (sites.dimension == 0) & (edge > error)
        if len(drawn):
            left = zone.sure_overlap(sites, drawn, parts, layer.accuracy_m, np.nan_to_num(sites.radius_m))
            sure |= left > np.where(sites.dimension == 2, smallest_ha * _HA, 0.0)
    return _Measured(within, edge, overlap, sure & ~np.isnan(sites.radius_m))


def _complete(layer: RuleLayer, sites: Sites, limit_m: float) -> Mask:
    """Whether nothing is missing from the layer as far as the site may lie and the rule looks."""
    n = len(sites.plane)
    if not len(layer.complete_plane):
        return np.zeros(n, dtype=bool)
    area = Zone.of(layer.complete_plane)
    reach = limit_m + layer.complete_margin_m + sites.radius_m
    site, _ = area.touching(sites)
    return inside(n, site) & (area.edge_m(sites, reach) > reach)


def _amount(sites: Sites, overlap: Floats) -> npt.NDArray[np.object_]:
    """The overlap in words; empty for points and where there is none."""
    found = np.full(len(overlap), "", dtype=object)
    with np.errstate(invalid="ignore", divide="ignore"):
        percent = shown(100 * overlap / size(sites.plane), 1)
    for dimension, unit, per in ((1, " m", 1.0), (2, " ha", _HA)):
        where = (sites.dimension == dimension) & (overlap > 0)
        if where.any():
            amount = shown(overlap / per, 0 if dimension == 1 else 2)
            found[where] = "重叠 " + amount[where] + unit + "（占 " + percent[where] + "%）"
    return found


def _metres(values: Floats) -> npt.NDArray[np.object_]:
    """Metres below a kilometre, kilometres above."""
    finite = np.where(np.isfinite(values), values, np.nan)
    return np.where(finite < 1000, shown(finite, 0) + " m", shown(finite / 1000, 2) + " km")
