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
from shapely.geometry.base import BaseGeometry

from fengwuwu.projects.sites import Shapes, Sites, degrees, to_wgs84
from fengwuwu.projects.tabular import Floats, Mask

Ints = npt.NDArray[np.int_]
_GEOD = pyproj.Geod(ellps="WGS84")
# Longest piece: so many segments, or one segment of this length, since the box of a long outline says little.
_SEGMENTS, _LONG_M = 16, 2000.0
_SLACK, _SLACK_M = 1.002, 1.0  # plane against geodesic
_NARROW_M = 250.0  # how far is looked first: many sites have an edge as near as that
_BLOCK = 100_000  # pairs of point and segment held at a time


@dataclass(frozen=True)
class Edges:
    """Straight segments, piece after piece.

    Attributes
    ----------
    xy : array of float, shape (2, m)
        Corners in the equal-area plane (m), line after line; a point stands there twice, as a segment of no length.
    first, count : array of int, shape (p,)
        The corner at which each piece starts, and the number of its segments.
    """

    xy: Floats
    first: Ints
    count: Ints

    @classmethod
    def of(cls, lines: Shapes) -> Edges:
        """The segments of lines, rings and points in the equal-area plane.

        Parameters
        ----------
        lines : array of shapely geometry
            Single ones.
        """
        xy, corners = shapely.get_coordinates(lines), shapely.get_num_coordinates(lines).astype(int)
        if (corners == 1).any():
            xy, corners = (
                np.repeat(xy, np.repeat(np.where(corners == 1, 2, 1), corners), axis=0),
                np.maximum(corners, 2),
            )
        begin, segments = np.cumsum(corners) - corners, np.maximum(corners - 1, 0)
        line, place = _ranges(-(-segments // _SEGMENTS))
        first = begin[line] + place * _SEGMENTS
        made = cls(np.ascontiguousarray(xy.T), first, np.minimum(segments[line] - place * _SEGMENTS, _SEGMENTS))
        return made._short()

    def _short(self) -> Edges:
        """With each segment a piece of its own where one of a piece is long."""
        west, south, east, north = self.bounds
        wide = np.flatnonzero(np.maximum(east - west, north - south) > _LONG_M)
        piece, place = _ranges(self.count[wide])
        corner = self.first[wide][piece] + place
        far = np.hypot(*(self.xy[:, corner + 1] - self.xy[:, corner])) > _LONG_M
        split = np.zeros(len(self.first), dtype=bool)
        split[wide[piece[far]]] = True
        if not split.any():
            return self
        piece, place = _ranges(np.where(split, self.count, 1))
        return Edges(self.xy, self.first[piece] + place, np.where(split, 1, self.count)[piece])

    @cached_property
    def bounds(self) -> Floats:
        """West, south, east and north of each piece; shape (4, p)."""
        if not len(self.first):
            return np.zeros((4, 0))
        # Every second one is a piece; a corner is added since the last piece ends with the last one.
        cuts = np.column_stack([self.first, self.first + self.count + 1]).ravel()
        xy = np.concatenate([self.xy, self.xy[:, -1:]], axis=1)
        return np.concatenate([least.reduceat(xy, cuts, axis=1)[:, ::2] for least in (np.minimum, np.maximum)])

    @cached_property
    def _pieces(self) -> Shapes:
        """As geometries, for GEOS."""
        piece, place = _ranges(self.count + 1)
        xy = self.xy[:, self.first[piece] + place].T
        return np.asarray(shapely.linestrings(xy, indices=piece), dtype=object)

    @cached_property
    def _all(self) -> BaseGeometry:
        together = shapely.MultiLineString(list(self._pieces))
        shapely.prepare(together)
        return together

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._pieces)

    @cached_property
    def _boxes(self) -> shapely.STRtree:
        return shapely.STRtree(np.asarray(shapely.box(*self.bounds)))

    def within_m(self, sites: Sites, reach_m: Floats) -> Floats:
        """Geodesic distance of each site to the nearest edge where that is within reach, else inf.

        Parameters
        ----------
        sites : Sites
        reach_m : array of float, shape (n,)
            NaN: not asked.
        """
        found = np.full(len(sites.plane), np.inf)
        if not len(self.first):
            return found
        far = in_plane(reach_m)
        asked = np.flatnonzero(~np.isnan(far) & sites.placed)
        for reach in (np.minimum(far, _NARROW_M), far):
            site, piece = self._possible(sites, *self._near(sites, asked, reach), reach)
            found = self._measured(sites, site, piece, reach, found)
            asked = asked[np.isinf(found[asked]) & (far[asked] > _NARROW_M)]
        return found

    def nearest_m(self, sites: Sites) -> Floats:
        """Geodesic distance of each site to the nearest edge, however far; NaN without a place."""
        found = np.full(len(sites.plane), np.nan)
        if not len(self.first):
            return found
        point = sites.placed & sites.single_point
        if point.any():
            # All outlines are one geometry here, since GEOS looks through a prepared one faster than through a tree.
            lines = shapely.shortest_line(self._all, sites.plane[point])
            found[point] = np.asarray(_GEOD.inv(*_ends_in_degrees(lines))[2], dtype=float)
        other = np.flatnonzero(sites.placed & ~sites.single_point)
        if len(other):
            piece = self._tree.nearest(sites.plane[other])
            found = self._measured(sites, other, piece, np.full(len(found), np.inf), found)
        return found

    def _near(self, sites: Sites, asked: Ints, reach: Floats) -> tuple[Ints, Ints]:
        """Pairs of site and piece whose boxes are within reach and perhaps some more, in the order of sites."""
        if len(asked) < len(self.first):
            at, piece = self._boxes.query(_wider(sites.bounds[:, asked], reach[asked]))
            return asked[at], piece
        # The fewer ask; sites of about the same reach are asked together.
        level = np.exp2(np.ceil(2 * np.log2(reach[asked])) / 2)
        found = []
        for far in np.unique(level):
            alike = asked[level == far]
            piece, at = shapely.STRtree(sites.plane[alike]).query(_wider(self.bounds, far))
            found.append((alike[at], piece))
        site, piece = np.concatenate(found, axis=1)
        order = np.argsort(site, kind="stable")
        return site[order], piece[order]

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
        count = self.count[piece]
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
        pair, place = _ranges(count)
        segment = self.first[piece][pair] + place
        start_x, start_y = self.xy[:, segment]
        step_x, step_y = self.xy[:, segment + 1]
        step_x -= start_x
        step_y -= start_y
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
        return least, _ends_in_degrees(lines)


def _ends_in_degrees(lines: Shapes) -> Floats:
    """Longitude and latitude of both ends of lines of the plane; shape (4, n)."""
    return np.asarray(shapely.get_coordinates(to_wgs84(lines)).reshape(-1, 4).T, dtype=float)


def _wider(bounds: Floats, far: Floats) -> Shapes:
    """Boxes that reach so far beyond the bounds on every side."""
    west, south, east, north = bounds
    return np.asarray(shapely.box(west - far, south - far, east + far, north + far), dtype=object)


def _ranges(lengths: Ints) -> tuple[Ints, Ints]:
    """For ranges of these lengths one after the other: which range, and the place in it."""
    index = np.repeat(np.arange(len(lengths)), lengths)
    return index, np.arange(len(index)) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def _starts(site: Ints) -> Ints:
    """Where each site's pairs start."""
    return np.flatnonzero(np.r_[True, site[1:] != site[:-1]][: len(site)])


def _ends(low: Floats, high: Floats, side: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Distance of an interval to the nearer and to the farther of two sides, at most."""
    one, two = (np.maximum(np.abs(low - end), np.abs(high - end)) for end in (side, other))
    return np.minimum(one, two), np.maximum(one, two)


def in_plane(reach_m: Floats) -> Floats:
    """A plane distance that nothing within a geodesic distance exceeds."""
    return reach_m * _SLACK + _SLACK_M


def inside(n: int, site: Ints) -> Mask:
    """Which of n sites occur in the pairs."""
    found = np.zeros(n, dtype=bool)
    found[site] = True
    return found
