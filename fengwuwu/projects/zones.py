"""The geometry of a rule's zone: who is in it, how far from it or how deep in it, and how much of a site it takes.

Everything is done for all sites at once. Nearest places are found in the equal-area plane (distorted here by less than
0.1 %); the distances themselves are geodesic.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from fengwuwu.projects.edges import Edges, inside
from fengwuwu.projects.sites import Shapes, Sites
from fengwuwu.projects.tabular import Floats, Mask

Ints = npt.NDArray[np.int_]


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
            west, south, east, north = sites.bounds[:, sites.placed]
            reach = np.nan_to_num(reach_m[sites.placed])
            boxes = shapely.box(west - reach, south - reach, east + reach, north + reach)
            plane = plane[np.unique(shapely.STRtree(plane).query(boxes)[1])]
        areas = shapely.get_dimensions(plane) == 2
        merged = shapely.get_parts(shapely.disjoint_subset_union_all(plane[areas]))
        # Asked by many sites, each outline is prepared once.
        shapely.prepare(merged)
        return cls(np.concatenate([merged, shapely.get_parts(plane[~areas])]))

    @cached_property
    def _edges(self) -> Edges:
        areas = shapely.get_dimensions(self.parts) == 2
        return Edges.of(np.concatenate([shapely.get_rings(self.parts[areas]), self.parts[~areas]]))

    def touching(self, sites: Sites) -> tuple[Ints, Ints]:
        """Pairs of site and part that meet."""
        # The parts ask, since an outline with many points is prepared once for all sites.
        part, site = sites.tree.query(self.parts, predicate="intersects")
        return site, part

    def edge_m(self, sites: Sites, reach_m: Floats) -> Floats:
        """Geodesic distance of each site to the nearest edge of the zone, where that is within reach; else inf."""
        return self._edges.within_m(sites, reach_m)

    def nearest_m(self, sites: Sites) -> Floats:
        """Geodesic distance of each site to the nearest edge of the zone, however far; NaN without a place."""
        return self._edges.nearest_m(sites)

    def holds(self, sites: Sites, reach_m: Floats) -> Mask:
        """Which sites lie in the zone with no edge of it within reach."""
        site, part = self.touching(sites)
        within = self.contained(sites, site, part)
        return within & (self.edge_m(sites, np.where(within, reach_m, np.nan)) > reach_m)

    def contained(self, sites: Sites, site: Ints, part: Ints) -> Mask:
        """Which sites have no component outside the zone, given the pairs that meet; one across an edge counts."""
        found = inside(len(sites.plane), site)
        count = shapely.get_num_geometries(sites.plane)
        several = count[site] > 1
        if several.any():
            who, shape = site[several], sites.plane[site[several]]
            component, pair = shapely.get_parts(shape, return_index=True)
            place = np.arange(len(pair)) - np.searchsorted(pair, pair)
            met = shapely.intersects(component, self.parts[part[several]][pair])
            seen = np.unique(np.column_stack([who[pair], place])[met], axis=0)
            found &= (count <= 1) | (np.bincount(seen[:, 0], minlength=len(found)) == count)
        return found

    def overlap(self, sites: Sites, site: Ints, part: Ints) -> Floats:
        """How much of each site lies in the zone: m of a line, m² of an area, 0 of a point."""
        return _sum(len(sites.plane), site, _size(shapely.intersection(sites.plane[site], self.parts[part])))

    def sure_overlap(
        self,
        sites: Sites,
        site: Ints,
        part: Ints,
        edge_m: Floats,
        layer_m: float,
        site_m: Floats,
    ) -> Floats:
        """What is left of the overlap in the worst case of all errors, in the unit of `overlap`.

        Either the zone is shrunk by both errors, or the site by its own and the zone by the layer's: each is a lower
        bound of the true overlap when the edge lies wrong by `layer_m` and the site is moved by `site_m`.

        Parameters
        ----------
        sites : Sites
        site, part : array of int
            The pairs that meet.
        edge_m, site_m : array of float, shape (n,)
            Of each site the distance to the edge of the zone, and its error.
        layer_m : float
        """
        n, shape, total = len(sites.plane), sites.plane[site], layer_m + site_m[site]
        shrunk, held = np.zeros(len(site)), np.zeros(len(site))
        # Of a site in several parts some may lie outside, however far the edge.
        deep = (edge_m[site] > total) & (shapely.get_num_geometries(shape) == 1)
        shrunk[deep] = _size(shape[deep])
        # What is no wider than twice the error vanishes when it is shrunk by it.
        wide = _width(self.parts[part])
        left = ~deep & (wide > 2 * total)
        shrunk[left] = _size(shapely.intersection(shape[left], self._shrunk(shape[left], part[left], total[left])))
        areas = shapely.get_dimensions(shape) == 2
        left = ~deep & areas & (wide > 2 * layer_m) & (_width(shape) > 2 * site_m[site])
        core = _buffered(shape[left], site_m[site][left])
        held[left] = _size(shapely.intersection(core, self._shrunk(shape[left], part[left], layer_m)))
        return np.maximum(_sum(n, site, shrunk), _sum(n, site, held))

    def _shrunk(self, shape: Shapes, part: Ints, metres: Floats | float) -> Shapes:
        """Parts shrunk near shapes; they are cut too far away for the cut to matter."""
        west, south, east, north = shapely.bounds(shape).T
        far = 3 * np.asarray(metres) + 1
        near = shapely.box(west - far, south - far, east + far, north + far)
        return _buffered(shapely.intersection(self.parts[part], near), metres)


def _buffered(shapes: Shapes, metres: Floats | float) -> Shapes:
    """Shrunk by a distance, at least a millimetre, since GEOS loses the shape to a distance that is next to nothing."""
    shrunk: Shapes = shapely.buffer(shapes, -np.where(np.asarray(metres) > 0, np.maximum(metres, 1e-3), 0.0))
    return shrunk


def _width(shapes: Shapes) -> Floats:
    """The shorter side of the box around each shape (m)."""
    west, south, east, north = shapely.bounds(shapes).T
    return np.asarray(np.minimum(east - west, north - south), dtype=float)


def size(shapes: Shapes) -> Floats:
    """Length of lines (m), area of areas (m²), 0 of points."""
    return _size(shapes)


def _size(shapes: Shapes) -> Floats:
    return np.asarray(
        np.where(shapely.get_dimensions(shapes) == 2, shapely.area(shapes), shapely.length(shapes)), dtype=float
    )


def _sum(n: int, place: Ints, values: Floats) -> Floats:
    return np.bincount(place, weights=np.nan_to_num(values), minlength=n).astype(float)
