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

from fengwuwu.projects.edges import inside
from fengwuwu.projects.site_layers import RuleLayer
from fengwuwu.projects.sites import Sites
from fengwuwu.projects.tabular import Floats, Mask, Sentences, shown
from fengwuwu.projects.zones import Zone, size

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
        Place in `ORDER`.
    words : array of str
    distance_m : array of float
        Geodesic, to the nearest place of the zone; 0 inside; inf when farther than the errors reach.
    overlap_ha, overlap_m : array of float
        Of areas and of lines; NaN for the others.
    share : array of float
        The overlap as a part (0–1) of the site.
    """

    answer: npt.NDArray[np.int_]
    words: npt.NDArray[np.object_]
    distance_m: Floats
    overlap_ha: Floats
    overlap_m: Floats
    share: Floats


@dataclass(frozen=True)
class _Measured:
    """Sites against one zone, as drawn: in it, with every component, how far from its edge, how much of it.

    ``sure``: in it wherever the truth lies.
    """

    inside: Mask
    contained: Mask
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
    error = layer.accuracy_m + np.nan_to_num(sites.radius_m)
    zone_rows, unsorted_rows = layer.zones(rule["zones"] if isinstance(rule["zones"], str) else "")
    zone = _measure(layer, zone_rows, sites, limit_m, error, smallest_ha)
    unsorted = _measure(layer, unsorted_rows, sites, limit_m, error, smallest_ha)
    near, near_unsorted = (m.inside | (m.edge_m <= limit_m + error) for m in (zone, unsorted))
    found = _Answers(rule, sites, error, limit_m)
    # A site that nobody stated the error of: its place as drawn may raise a doubt, never settle anything.
    lost = sites.placed & np.isnan(sites.radius_m)
    drawn_in = lost & (zone.inside | unsorted.inside) if rule["kind"] != "within" else np.zeros(n, dtype=bool)
    found.say(~sites.placed, "undetermined", "无坐标")
    found.say(drawn_in, found.doubt_of_place, "所报位置在图层范围内，但", UNKNOWN_RADIUS)
    found.say(lost & ~drawn_in, "undetermined", UNKNOWN_RADIUS)
    known = sites.placed & ~lost
    complete = _complete(layer, sites.where(known), limit_m) if known.any() else np.zeros(0, dtype=bool)
    covered = np.zeros(n, dtype=bool)
    covered[known] = complete
    if rule["kind"] == "within":
        found.within(known, zone, outside=~near & ~near_unsorted, error=error, covered=covered)
    else:
        found.outside(known, zone, near=near, near_unsorted=near_unsorted, covered=covered)
    distance = np.where(zone.inside, 0.0, zone.edge_m)
    if exact:
        distance = np.where(zone.inside, 0.0, layer.zone(zone_rows).nearest_m(sites))
    areal, linear = sites.dimension == 2, sites.dimension == 1
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(areal | linear, zone.overlap / size(sites.plane), np.nan)
    return Overlay(
        found.answer,
        found.said.values(""),
        distance,
        np.where(areal, zone.overlap / _HA, np.nan),
        np.where(linear, zone.overlap, np.nan),
        share,
    )


class _Answers:
    """The answers of one rule and their words."""

    def __init__(self, rule: pd.Series, sites: Sites, error: Floats, limit_m: float) -> None:
        self.answer = np.full(len(error), ORDER.index("undetermined"))
        self.said = Sentences(len(error))
        self._sites = sites
        self._action = str(rule["action"])
        self._limit = f"{limit_m / 1000:g} km" if limit_m else ""
        self._error = _metres(error)
        # A hint stays a hint when it is in doubt; a bar becomes a matter for a person.
        self._doubt = "flag" if self._action == "flag" else "review"
        self.doubt_of_place = "undetermined" if self._action == "flag" else "review"

    def say(self, where: Mask, result: str, *parts: str | npt.NDArray[np.object_]) -> None:
        """Answer for the sites of a mask."""
        self.answer[where] = ORDER.index(result)
        self.said.say(where, *parts)

    def within(self, known: Mask, zone: _Measured, *, outside: Mask, error: Floats, covered: Mask) -> None:
        """The site must lie in the zone."""
        safe = zone.contained & (zone.edge_m > error)
        self.say(known & safe, "pass", "在范围内，距边界超过误差 ", self._error)
        self.say(known & outside & covered, self._action, "在范围外，距边界超过误差 ", self._error)
        self.say(known & outside & ~covered, "undetermined", "不在图层范围内，但图层在此不完整")
        self.say(known & ~outside & ~safe, self._doubt, "误差 ", self._error, " 之内既有范围内也有范围外")

    def outside(self, known: Mask, zone: _Measured, *, near: Mask, near_unsorted: Mask, covered: Mask) -> None:
        """The site must not lie in the zone, nor nearer to it than the limit."""
        error, limit = self._error, f"，限值 {self._limit}" if self._limit else ""
        amount = _amount(self._sites, zone.overlap)
        broken = known & zone.sure
        self.say(broken & (amount != ""), self._action, amount)
        place = f"距离小于 {self._limit}" if self._limit else "在图层范围内"
        self.say(broken & (amount == ""), self._action, "误差 ", error, f" 之内处处{place}")
        doubt = known & ~zone.sure & near
        self.say(doubt & zone.inside & (amount != ""), self._doubt, amount, "，扣除误差 ", error, " 后不能确定")
        self.say(
            doubt & zone.inside & (amount == ""), self._doubt, "所报位置在图层范围内，误差 ", error, " 之内也有范围外"
        )
        self.say(doubt & ~zone.inside, self._doubt, "相距 ", _metres(zone.edge_m), limit, "，误差 ", error)
        rest = known & ~zone.sure & ~near
        self.say(rest & near_unsorted, self._doubt, "误差 ", error, " 之内有未注明分区的图形")
        clear, reach = rest & ~near_unsorted, f"{self._limit} 加误差 " if self._limit else "误差 "
        self.say(clear & covered, "pass", reach, error, " 之内没有")
        self.say(clear & ~covered, "undetermined", reach, error, " 之内没有，但图层在此不完整")


def _measure(
    layer: RuleLayer, rows: Mask, sites: Sites, limit_m: float, error: Floats, smallest_ha: float
) -> _Measured:
    n = len(sites.plane)
    reach = limit_m + error
    if not rows.any() or not sites.placed.any():
        nothing = np.zeros(n, dtype=bool)
        return _Measured(nothing, nothing, np.full(n, np.inf), np.zeros(n), nothing)
    # A few sites need only what is near them; many need all of it, made once.
    few = n < int(rows.sum())
    zone = Zone.of(layer.plane[rows], sites, reach) if few else layer.zone(rows)
    site, part = zone.touching(sites)
    within = inside(n, site)
    edge = zone.edge_m(sites, np.where(sites.placed, reach, np.nan))
    spread = sites.dimension[site] > 0
    drawn, parts = site[spread], part[spread]
    overlap = zone.overlap(sites, drawn, parts) if len(drawn) else np.zeros(n)
    if limit_m:
        # How deep in the zone, or how far out of it; at worst the errors add up to the latter.
        sure = np.where(within, -edge, edge) + error < limit_m
    else:
        sure = within & (sites.dimension == 0) & (edge > error)
        if len(drawn):
            left = zone.sure_overlap(sites, drawn, parts, edge, layer.accuracy_m, np.nan_to_num(sites.radius_m))
            sure |= left > np.where(sites.dimension == 2, smallest_ha * _HA, 0.0)
    contained = zone.contained(sites, site, part)
    return _Measured(within, contained, edge, overlap, sure & ~np.isnan(sites.radius_m))


def _complete(layer: RuleLayer, sites: Sites, limit_m: float) -> Mask:
    """Whether nothing is missing from the layer as far as the site may lie and the rule looks."""
    n = len(sites.plane)
    if not len(layer.complete_plane):
        return np.zeros(n, dtype=bool)
    area = layer.complete_zone
    return area.holds(sites, limit_m + layer.complete_margin_m + sites.radius_m)


def _amount(sites: Sites, overlap: Floats) -> npt.NDArray[np.object_]:
    """The overlap in words; empty for points and where there is none."""
    found = np.full(len(overlap), "", dtype=object)
    for dimension, unit, per, digits, per_least in ((1, " m", 1.0, 0, "1"), (2, " ha", _HA, 2, "0.01")):
        where = (sites.dimension == dimension) & (overlap > 0)
        if where.any():
            percent = shown(100 * overlap[where] / size(sites.plane[where]), 1)
            amount = shown(overlap[where] / per, digits)
            amount = np.where(amount == shown(np.zeros(1), digits), f"不足 {per_least}", amount)
            found[where] = "重叠 " + amount + unit + "（占 " + percent + "%）"
    return found


def _metres(values: Floats) -> npt.NDArray[np.object_]:
    """Metres below a kilometre, kilometres above; empty where not finite."""
    words = np.full(len(values), "", dtype=object)
    for where, unit, per, digits in (
        (values < 1000, " m", 1, 0),
        ((values >= 1000) & (values < np.inf), " km", 1000, 2),
    ):
        words[where] = shown(values[where] / per, digits, unit)
    return words
