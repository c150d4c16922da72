"""The geometry of a rule's zone: who is in it, how far from it or how deep in it, and how much of a site it takes.

Everything is done for all sites at once. Nearest places are found in the equal-area plane (distorted here by less than
0.1 %); the distances themselves are geodesic.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from fengwuwu.projects.sites import Shapes, Sites, to_wgs84
from fengwuwu.projects.tabular import Floats, Mask

_GEOD = pyproj.Geod(ellps="WGS84")
# Outlines are cut into pieces of this many segments, so that the distance to a long one looks only at what is near.
_PIECE = 32
_SLACK = 1.002  # plane against geodesic


@dataclass(frozen=True)
class Zone:
    """An area (or lines, or points) of which no two parts overlap.

    Attributes
    ----------
    parts : array of shapely geometry
        In the equal-area plane; polygons that overlapped or touched are one.
    """

    parts: Shapes

    @classmethod
    def of(cls, plane: Shapes, sites: Sites | None = None, reach_m: Floats | None = None) -> Zone:
        """The zone that some geometries make together.

        Parameters
        ----------
        plane : array of shapely geometry
            In the equal-area plane, of one dimension or mixed.
        sites, reach_m : optional
            Leave out what lies farther than this from every site.
        """
        if sites is not None and reach_m is not None and len(plane):
            west, south, east, north = shapely.bounds(sites.plane[sites.placed]).T
            reach = np.nan_to_num(reach_m[sites.placed])
            boxes = shapely.box(west - reach, south - reach, east + reach, north + reach)
            plane = plane[np.unique(shapely.STRtree(plane).query(boxes)[1])]
        areas = shapely.get_dimensions(plane) == 2
        merged = shapely.get_parts(shapely.disjoint_subset_union_all(plane[areas]))
        return cls(np.concatenate([merged, shapely.get_parts(plane[~areas])]))

    @cached_property
    def _edges(self) -> shapely.STRtree:
        areas = shapely.get_dimensions(self.parts) == 2
        lines = np.concatenate([shapely.get_rings(self.parts[areas]), self.parts[~areas]])
        return shapely.STRtree(_pieces(lines))

    def touching(self, sites: Sites) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.int_]]:
        """Pairs of site and part that meet."""
        # The parts ask, since an outline with many points is prepared once for all sites.
        part, site = shapely.STRtree(sites.plane).query(self.parts, predicate="intersects")
        return site, part

    def edge_m(self, sites: Sites, reach_m: Floats) -> Floats:
        """Geodesic distance of each site to the nearest edge of the zone, where that is within reach; else inf."""
        found = np.full(len(sites.plane), np.inf)
        asked = np.flatnonzero(sites.placed & ~np.isnan(reach_m))
        if not len(asked) or not len(self.parts):
            return found
        site, piece = self._edges.query(sites.plane[asked], predicate="dwithin", distance=reach_m[asked] * _SLACK + 1.0)
        site = asked[site]
        return self._nearest(sites, site, piece, found)

    def nearest_m(self, sites: Sites) -> Floats:
        """Geodesic distance of each site to the nearest edge of the zone, however far; NaN without a place."""
        found = np.full(len(sites.plane), np.nan)
        asked = np.flatnonzero(sites.placed)
        if not len(asked) or not len(self.parts):
            return found
        return self._nearest(sites, asked, self._edges.nearest(sites.plane[asked]), found)

    def _nearest(self, sites: Sites, site: npt.NDArray[np.int_], piece: npt.NDArray[np.int_], found: Floats) -> Floats:
        """Fill `found` with the geodesic distance of the nearest of each site's pieces."""
        pieces = self._edges.geometries[piece]
        plane = shapely.distance(sites.plane[site], pieces)
        order = np.lexsort((plane, site))
        site, pieces = site[order], pieces[order]
        first = np.ones(len(site), dtype=bool)
        first[1:] = site[1:] != site[:-1]
        lines = shapely.shortest_line(sites.plane[site[first]], pieces[first])
        ends = shapely.get_coordinates(to_wgs84(lines)).reshape(-1, 4)
        found[site[first]] = np.asarray(_GEOD.inv(*ends.T)[2], dtype=float)
        return found

    def overlap(self, sites: Sites, site: npt.NDArray[np.int_], part: npt.NDArray[np.int_]) -> Floats:
        """How much of each site lies in the zone: m of a line, m² of an area, 0 of a point."""
        return _sum(len(sites.plane), site, _size(shapely.intersection(sites.plane[site], self.parts[part])))

    def sure_overlap(
        self,
        sites: Sites,
        site: npt.NDArray[np.int_],
        part: npt.NDArray[np.int_],
        layer_m: float,
        site_m: Floats,
    ) -> Floats:
        """What is left of the overlap in the worst case of all errors, in the unit of `overlap`.

        Either the zone is shrunk by both errors, or the site by its own and the zone by the layer's: each is a lower
        bound of the true overlap when the edge lies wrong by `layer_m` and the site is moved by `site_m`.
        """
        shape, total = sites.plane[site], layer_m + site_m[site]
        # Only the part near the site is shrunk; the cut lies too far away to matter.
        west, south, east, north = shapely.bounds(shape).T
        far = 3 * total + 1
        near = shapely.intersection(self.parts[part], shapely.box(west - far, south - far, east + far, north + far))
        shrunk = shapely.intersection(shape, shapely.buffer(near, -total))
        held = shapely.intersection(shapely.buffer(shape, -site_m[site]), shapely.buffer(near, -layer_m))
        n = len(sites.plane)
        areas = shapely.get_dimensions(shape) == 2
        return np.maximum(_sum(n, site, _size(shrunk)), _sum(n, site, np.where(areas, _size(held), 0.0)))


def size(shapes: Shapes) -> Floats:
    """Length of lines (m), area of areas (m²), 0 of points."""
    return _size(shapes)


def _size(shapes: Shapes) -> Floats:
    return np.asarray(
        np.where(shapely.get_dimensions(shapes) == 2, shapely.area(shapes), shapely.length(shapes)), dtype=float
    )


def _sum(n: int, place: npt.NDArray[np.int_], values: Floats) -> Floats:
    return np.bincount(place, weights=np.nan_to_num(values), minlength=n).astype(float)


def _pieces(lines: Shapes) -> Shapes:
    """Lines cut after every `_PIECE` segments; points as they are."""
    points = lines[shapely.get_dimensions(lines) == 0]
    xy, line = shapely.get_coordinates(lines[shapely.get_dimensions(lines) == 1], return_index=True)
    if not len(xy):
        return points
    start = np.flatnonzero(np.r_[True, line[1:] != line[:-1]])
    place = np.arange(len(line)) - np.repeat(start, np.diff(np.r_[start, len(line)]))
    last = np.r_[line[1:] != line[:-1], True]
    # Each point opens or continues a piece; one in every `_PIECE` also ends the piece before.
    ends = (place % _PIECE == 0) & (place > 0)
    opens = ~(ends & last)
    piece = place // _PIECE
    width = int(piece.max()) + 1
    row = np.concatenate([np.flatnonzero(opens), np.flatnonzero(ends)])
    number = np.concatenate([(line * width + piece)[opens], (line * width + piece - 1)[ends]])
    order = np.lexsort((row, number))
    index = np.unique(number[order], return_inverse=True)[1]
    return np.concatenate([points, shapely.linestrings(xy[row[order]], indices=index)])


def inside(n: int, site: npt.NDArray[np.int_]) -> Mask:
    """Which of n sites occur in the pairs."""
    found = np.zeros(n, dtype=bool)
    found[site] = True
    return found
