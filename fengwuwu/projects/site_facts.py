"""What the shipped layers say about a site: in which county, how near the border, the named town and the Yangtze.

Distances are geodesic on WGS84; nearest points are found in a plane projection whose distortion here is below 0.1 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from fengwuwu import geo
from fengwuwu.projects.tabular import Floats, Mask, listed, numbers, texts

_PLANE = "EPSG:32649"
_GEOD = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True)
class Layers:
    """The layers a screening uses, all in EPSG:4326.

    Attributes
    ----------
    counties : GeoDataFrame
        Polygons; ``county`` (full name).
    townships : GeoDataFrame
        Points (or empty where unknown); ``township``, ``county``, ``accuracy_km``.
    yangtze : GeoDataFrame
        Lines of the main stem.
    """

    counties: gpd.GeoDataFrame
    townships: gpd.GeoDataFrame
    yangtze: gpd.GeoDataFrame

    @classmethod
    def shipped(cls) -> Layers:
        """The layers of ``data/geo``."""
        return cls(geo.layer("counties"), geo.layer("townships"), geo.layer("yangtze"))


def facts(projects: pd.DataFrame, layers: Layers) -> pd.DataFrame:
    """Where each site is.

    Parameters
    ----------
    projects : DataFrame, shape (n, …)
        Uses ``county``, ``township``, ``lon``, ``lat`` (degrees, WGS84).

    Returns
    -------
    DataFrame, shape (n, 7)
        ``site_county`` (None outside all outlines), ``site_border_km`` (distance to the outline of the declared
        counties, negative outside; NaN without a point or without an outline), ``site_township`` (as declared when
        all of it is in the list of its county), ``site_township_known`` (bool: the same), ``site_township_km`` (to the
        nearest known point among them), ``site_nearest_township`` (nearest known point), ``site_yangtze_m``.
    """
    lon, lat = numbers(projects, "lon"), numbers(projects, "lat")
    placed = ~(np.isnan(lon) | np.isnan(lat))
    points = _points(lon, lat, placed)
    town, known, town_km = _townships(projects, points, placed, layers.townships)
    return pd.DataFrame(
        {
            "site_county": _containing(points, placed, layers.counties),
            "site_border_km": _border_km(projects, points, placed, layers.counties),
            "site_township": town,
            "site_township_known": known,
            "site_township_km": town_km,
            "site_nearest_township": _nearest_township(points, placed, layers.townships),
            "site_yangtze_m": _distance_m(points, placed, layers.yangtze),
        },
        index=projects.index,
    )


def _points(lon: Floats, lat: Floats, placed: Mask) -> np.ndarray:
    points = np.full(len(lon), None, dtype=object)
    points[placed] = shapely.points(lon[placed], lat[placed])
    return points


def _plane(geometries: np.ndarray) -> np.ndarray:
    return np.asarray(gpd.GeoSeries(geometries, crs=geo.WGS84).to_crs(_PLANE).to_numpy(), dtype=object)


def _geodesic_m(points: np.ndarray, target: shapely.Geometry) -> Floats:
    """Geodesic metres from WGS84 points to the nearest point of a WGS84 geometry."""
    lines = shapely.shortest_line(_plane(points), _plane(np.array([target], dtype=object))[0])
    ends = gpd.GeoSeries(lines, crs=_PLANE).to_crs(geo.WGS84)
    coordinates = shapely.get_coordinates(ends.to_numpy()).reshape(-1, 2, 2)
    start, end = coordinates[:, 0], coordinates[:, 1]
    return np.asarray(_GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])[2], dtype=float)


def _distance_m(points: np.ndarray, placed: Mask, layer: gpd.GeoDataFrame) -> Floats:
    distance = np.full(len(points), np.nan)
    if placed.any():
        distance[placed] = _geodesic_m(points[placed], layer.geometry.union_all())
    return distance


def _containing(points: np.ndarray, placed: Mask, counties: gpd.GeoDataFrame) -> np.ndarray:
    found = np.full(len(points), None, dtype=object)
    for name, shape in zip(counties["county"], counties.geometry, strict=True):
        shapely.prepare(shape)
        inside = np.zeros(len(points), dtype=bool)
        inside[placed] = shapely.intersects(shape, points[placed])
        found[inside] = name
    return found


def _border_km(projects: pd.DataFrame, points: np.ndarray, placed: Mask, counties: gpd.GeoDataFrame) -> Floats:
    """To the outline of the union of the declared counties; there are only a few combinations."""
    signed = np.full(len(points), np.nan)
    shapes = dict(zip(counties["county"], counties.geometry, strict=True))
    declared = listed(texts(projects, "county"), list(shapes))
    code = sum((mask.astype(int) << i for i, mask in enumerate(declared.values())), np.zeros(len(points), dtype=int))
    for combination in np.unique(code[placed & (code > 0)]):
        where = placed & (code == combination)
        union = shapely.union_all([shape for i, shape in enumerate(shapes.values()) if combination >> i & 1])
        distance = _geodesic_m(points[where], union.boundary) / 1000
        signed[where] = np.where(shapely.intersects(union, points[where]), distance, -distance)
    return signed


def _townships(
    projects: pd.DataFrame, points: np.ndarray, placed: Mask, townships: gpd.GeoDataFrame
) -> tuple[np.ndarray, Mask, Floats]:
    """Match declared names (``a;b``) with the list of the declared counties; distance to the nearest known point."""
    n = len(projects)
    named = texts(projects, "township")
    parts = pd.DataFrame({
        "row": np.arange(n),
        "name": named.fillna("").astype(str).str.split(r"[;；、/，,]").to_numpy(),
    })
    parts = parts.explode("name")
    parts["name"] = parts["name"].str.strip()
    parts = parts[parts["name"].fillna("") != ""]
    county = texts(projects, "county").fillna("").astype(str).str.split(";").to_numpy()
    parts = parts.assign(county=county[parts["row"].to_numpy()]).explode("county")
    list_of_names = pd.DataFrame(townships[["township", "county"]]).assign(point=np.arange(len(townships)))
    matched = parts.merge(list_of_names, left_on=["name", "county"], right_on=["township", "county"], how="left")
    hits = matched.groupby(["row", "name"], sort=False)["point"].max().reset_index()

    known = np.zeros(n, dtype=bool)
    all_listed = hits["point"].notna().groupby(hits["row"]).all()
    known[all_listed.index[all_listed].to_numpy(dtype=int)] = True
    town = named.where(pd.Series(known, index=named.index), None).to_numpy(dtype=object)

    distance = np.full(n, np.nan)
    pairs = matched[matched["point"].notna()]
    rows, places = pairs["row"].to_numpy(dtype=int), townships.geometry.to_numpy()[pairs["point"].to_numpy(dtype=int)]
    usable = placed[rows] & np.array([place is not None and not place.is_empty for place in places], dtype=bool)
    if usable.any():
        start = shapely.get_coordinates(points[rows[usable]])
        end = shapely.get_coordinates(np.asarray(places[usable], dtype=object))
        metres = np.asarray(_GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])[2], dtype=float)
        nearest = pd.Series(metres / 1000).groupby(rows[usable]).min()
        distance[nearest.index.to_numpy(dtype=int)] = nearest.to_numpy()
    return town, known, distance


def _nearest_township(points: np.ndarray, placed: Mask, townships: gpd.GeoDataFrame) -> np.ndarray:
    found = np.full(len(points), None, dtype=object)
    known = townships[townships.geometry.notna() & ~townships.geometry.is_empty]
    if placed.any() and len(known):
        tree = shapely.STRtree(_plane(known.geometry.to_numpy()))
        found[placed] = known["township"].to_numpy(dtype=object)[tree.nearest(_plane(points[placed]))]
    return found
