"""The outlines of a zone in short pieces, and the place on them that is nearest to each site.

Boxes around the pieces find what may be near. For points, by far the most sites, the nearest place on a straight
segment has a closed form, computed for all pairs at once; lines and areas go through GEOS.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from fengwuwu.projects.sites import Shapes, Sites, degrees, to_wgs84
from fengwuwu.projects.tabular import Floats, Mask

Ints = npt.NDArray[np.int_]
_GEOD = pyproj.Geod(ellps="WGS84")
# Longest piece: so many segments, or one segment of this length, since the box of a long outline says little.
_SEGMENTS, _LONG_M = 16, 2000.0
_SLACK, _SLACK_M = 1.002, 1.0  # plane against geodesic
_BLOCK = 1_000_000  # pairs of point and segment held at a time


@dataclass(frozen=True)
class Edges:
    """Straight segments, piece after piece.

    Attributes
    ----------
    start, step : array of float, shape (2, m)
        Where each segment starts and how far it goes, in the equal-area plane (m); a point is a segment of no length.
    first : array of int, shape (p + 1,)
        Where each piece starts among the segments, and their number.
    """

    start: Floats
    step: Floats
    first: Ints

    @classmethod
    def of(cls, lines: Shapes) -> Edges:
        """The segments of lines, rings and points in the equal-area plane.

        Parameters
        ----------
        lines : array of shapely geometry
            Single ones.
        """
        xy, line = shapely.get_coordinates(lines, return_index=True)
        if not len(xy):
            return cls(np.zeros((2, 0)), np.zeros((2, 0)), np.zeros(1, dtype=int))
        follows = line[1:] == line[:-1]
        # The last coordinate of a line starts nothing; a point is all it has.
        alone = ~np.r_[False, follows] & ~np.r_[follows, False]
        at = np.flatnonzero(np.r_[follows, False] | alone)
        start = xy[at].T
        step = xy[np.where(alone[at], at, np.minimum(at + 1, len(xy) - 1))].T - start
        owner = line[at]
        fresh = np.r_[True, owner[1:] != owner[:-1]]
        place = np.arange(len(at)) - np.repeat(np.flatnonzero(fresh), np.diff(np.r_[np.flatnonzero(fresh), len(at)]))
        long = np.hypot(*step) > _LONG_M
        opens = fresh | (place % _SEGMENTS == 0) | long | np.r_[False, long[:-1]]
        return cls(np.ascontiguousarray(start), np.ascontiguousarray(step), np.r_[np.flatnonzero(opens), len(at)])

    @cached_property
    def bounds(self) -> Floats:
        """West, south, east and north of each piece; shape (4, p)."""
        end, at = self.start + self.step, self.first[:-1]
        low = np.minimum.reduceat(np.minimum(self.start, end), at, axis=1)
        return np.concatenate([low, np.maximum.reduceat(np.maximum(self.start, end), at, axis=1)])

    @cached_property
    def _pieces(self) -> Shapes:
        """As geometries, for GEOS."""
        count = np.diff(self.first)
        # Every start, and after those of a piece where its last segment ends.
        xy = np.insert(self.start.T, self.first[1:], (self.start + self.step).T[self.first[1:] - 1], axis=0)
        index = np.repeat(np.arange(len(count)), count + 1)
        return np.asarray(shapely.linestrings(xy, indices=index), dtype=object)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._pieces)

    def within_m(self, sites: Sites, reach_m: Floats) -> Floats:
        """Geodesic distance of each site to the nearest edge where that is within reach, else inf.

        Parameters
        ----------
        sites : Sites
        reach_m : array of float, shape (n,)
            NaN: not asked.
        """
        found = np.full(len(sites.plane), np.inf)
        if len(self.first) == 1:
            return found
        far = reach_m * _SLACK + _SLACK_M
        pairs = [self._boxes(far, group, tree) for group, tree in sites.groups]
        if not pairs:
            return found
        site, piece = (np.concatenate(column) for column in zip(*pairs, strict=True))
        order = np.argsort(site, kind="stable")
        site, piece = self._possible(sites, site[order], piece[order], far)
        return self._measured(sites, site, piece, far, found)

    def nearest_m(self, sites: Sites) -> Floats:
        """Geodesic distance of each site to the nearest edge, however far; NaN without a place."""
        found = np.full(len(sites.plane), np.nan)
        asked = np.flatnonzero(sites.placed)
        if not len(asked) or len(self.first) == 1:
            return found
        everything = np.full(len(found), np.inf)
        return self._measured(sites, asked, self._tree.nearest(sites.plane[asked]), everything, found)

    def _boxes(self, far: Floats, group: Ints, tree: shapely.STRtree) -> tuple[Ints, Ints]:
        """Sites of a group whose box may be near that of a piece."""
        if np.isnan(far[group]).all():
            return np.zeros(0, dtype=int), np.zeros(0, dtype=int)
        reach = np.nanmax(far[group])
        west, south, east, north = self.bounds
        piece, at = tree.query(shapely.box(west - reach, south - reach, east + reach, north + reach))
        return group[at], piece

    def _possible(self, sites: Sites, site: Ints, piece: Ints, far: Floats) -> tuple[Ints, Ints]:
        """Of pairs in the order of sites those within reach whose piece may be the nearest, as far as boxes tell."""
        west, south, east, north = sites.bounds[:, site]
        low_x, low_y, high_x, high_y = self.bounds[:, piece]
        least = np.hypot(
            np.maximum(0, np.maximum(low_x - east, west - high_x)),
            np.maximum(0, np.maximum(low_y - north, south - high_y)),
        )
        # A piece touches each side of its box, so it is no farther than the far end of the nearer side.
        away_x, over_x = _ends(west, east, low_x, high_x)
        away_y, over_y = _ends(south, north, low_y, high_y)
        most = np.minimum(np.hypot(away_x, over_y), np.hypot(over_x, away_y))
        starts = _starts(site)
        nearest = np.repeat(np.minimum.reduceat(most, starts), np.diff(np.r_[starts, len(site)])) if len(site) else most
        # Not asked (NaN) is not near.
        kept = (least <= far[site]) & (least <= nearest * _SLACK)
        return site[kept], piece[kept]

    def _measured(self, sites: Sites, site: Ints, piece: Ints, far: Floats, found: Floats) -> Floats:
        """Fill in the distance to the nearest of the pieces paired with each site, if it is within reach."""
        point = sites.single_point[site]
        for pairs, work in ((point, self._of_points), (~point, self._of_shapes)):
            if pairs.any():
                paired = site[pairs]
                starts = _starts(paired)
                plane, ends = work(sites, paired, piece[pairs], starts)
                who = paired[starts]
                near = plane <= far[who]
                found[who[near]] = np.asarray(_GEOD.inv(*ends[:, near])[2], dtype=float)
        return found

    def _of_points(self, sites: Sites, site: Ints, piece: Ints, starts: Ints) -> tuple[Floats, Floats]:
        """Plane distance of each point, and in degrees itself and its nearest place; pairs come point by point."""
        count = np.diff(self.first)[piece]
        segments = np.add.reduceat(count, starts)
        # Whole points together, about `_BLOCK` segments at a time.
        cuts = np.flatnonzero(np.diff(np.cumsum(segments) // _BLOCK, prepend=0))
        plane, feet = np.empty(len(starts)), np.empty((2, len(starts)))
        stops = np.r_[starts, len(site)]
        for low, high in zip(np.r_[0, cuts], np.r_[cuts, len(starts)], strict=True):
            if low < high:
                pairs = slice(stops[low], stops[high])
                x, y = sites.bounds[:2, site[pairs]]
                plane[low:high], feet[:, low:high] = self._feet(x, y, piece[pairs], count[pairs], segments[low:high])
        who = site[starts]
        here = sites.shapes[who]
        return plane, np.stack([shapely.get_x(here), shapely.get_y(here), *degrees(*feet)])

    def _feet(self, x: Floats, y: Floats, piece: Ints, count: Ints, segments: Ints) -> tuple[Floats, Floats]:
        """Distance and place of the nearest of the segments of each point."""
        pair = np.repeat(np.arange(len(piece)), count)
        segment = np.arange(len(pair)) + np.repeat(self.first[piece] - (np.cumsum(count) - count), count)
        (start_x, start_y), (step_x, step_y) = self.start[:, segment], self.step[:, segment]
        away_x, away_y = x[pair] - start_x, y[pair] - start_y
        length = step_x * step_x + step_y * step_y
        with np.errstate(invalid="ignore", divide="ignore"):
            part = (away_x * step_x + away_y * step_y) / length
        part = np.where(length > 0, np.clip(part, 0.0, 1.0), 0.0)
        away_x -= part * step_x
        away_y -= part * step_y
        square = away_x * away_x + away_y * away_y
        starts = np.cumsum(segments) - segments
        least = np.minimum.reduceat(square, starts)
        hits = np.flatnonzero(square == np.repeat(least, segments))
        best = hits[np.searchsorted(hits, starts)]
        feet = np.stack([start_x[best] + part[best] * step_x[best], start_y[best] + part[best] * step_y[best]])
        return np.sqrt(least), feet

    def _of_shapes(self, sites: Sites, site: Ints, piece: Ints, starts: Ints) -> tuple[Floats, Floats]:
        """The same of lines and areas."""
        pieces = self._pieces[piece]
        distance = shapely.distance(sites.plane[site], pieces)
        least = np.minimum.reduceat(distance, starts)
        hits = np.flatnonzero(distance == np.repeat(least, np.diff(np.r_[starts, len(site)])))
        best = hits[np.searchsorted(hits, starts)]
        lines = shapely.shortest_line(sites.plane[site[best]], pieces[best])
        return least, shapely.get_coordinates(to_wgs84(lines)).reshape(-1, 4).T


def _starts(site: Ints) -> Ints:
    """Where each site's pairs start."""
    return np.flatnonzero(np.r_[True, site[1:] != site[:-1]][: len(site)])


def _ends(low: Floats, high: Floats, side: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Distance of an interval to the nearer and to the farther of two sides, at most."""
    one, two = (np.maximum(np.abs(low - end), np.abs(high - end)) for end in (side, other))
    return np.minimum(one, two), np.maximum(one, two)


def inside(n: int, site: Ints) -> Mask:
    """Which of n sites occur in the pairs."""
    found = np.zeros(n, dtype=bool)
    found[site] = True
    return found
