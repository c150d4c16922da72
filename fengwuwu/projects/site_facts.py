"""What the shipped layers say about a site: in which county, how near the border, the named town and the Yangtze.

Distances are geodesic on WGS84; nearest points are found in a plane projection whose distortion here is below 0.1 %.
Of a line or an area it is the nearest place that counts.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from fengwuwu.projects.site_layers import Layers
from fengwuwu.projects.sites import Sites, to_plane
from fengwuwu.projects.sites import sites as places
from fengwuwu.projects.tabular import Floats, Mask, listed, texts
from fengwuwu.projects.zones import Zone

_GEOD = pyproj.Geod(ellps="WGS84")


def facts(projects: pd.DataFrame, layers: Layers, sites: Sites | None = None) -> pd.DataFrame:
    """Where each site is.

    Parameters
    ----------
    projects : DataFrame, shape (n, …)
        Uses ``county``, ``township``, and the place as `fengwuwu.projects.sites.sites` reads it.
    sites : Sites, optional
        The places, when they have been read already.

    Returns
    -------
    DataFrame, shape (n, 7)
        ``site_county`` (None outside all outlines), ``site_border_km`` (distance to the outline of the declared
        counties, negative outside, 0 on both sides; NaN without a place or without an outline), ``site_township`` (as
        declared when all of it is in the list of its county), ``site_township_known`` (bool: the same),
        ``site_township_km`` (to the nearest known point among them), ``site_nearest_township`` (nearest known point),
        ``site_yangtze_m``.
    """
    found = sites if sites is not None else places(projects)
    points, placed = found.shapes, found.placed
    town, known, town_km = _townships(projects, points, placed, layers.townships)
    return pd.DataFrame(
        {
            "site_county": _containing(points, placed, layers.counties),
            "site_border_km": _border_km(projects, found, layers.counties),
            "site_township": town,
            "site_township_known": known,
            "site_township_km": town_km,
            "site_nearest_township": _nearest_township(points, placed, layers.townships),
            "site_yangtze_m": _distance_m(found, np.asarray(layers.yangtze.geometry.to_numpy(), dtype=object)),
        },
        index=projects.index,
    )


def _distance_m(sites: Sites, lines: np.ndarray) -> Floats:
    """Geodesic metres to the nearest place of WGS84 lines."""
    return Zone(shapely.get_parts(to_plane(lines))).nearest_m(sites)


def _containing(points: np.ndarray, placed: Mask, counties: gpd.GeoDataFrame) -> np.ndarray:
    found = np.full(len(points), None, dtype=object)
    for name, shape in zip(counties["county"], counties.geometry, strict=True):
        shapely.prepare(shape)
        inside = np.zeros(len(points), dtype=bool)
        # A line or an area is where its middle is.
        inside[placed] = shapely.intersects(shape, shapely.point_on_surface(points[placed]))
        found[inside] = name
    return found


def _border_km(projects: pd.DataFrame, sites: Sites, counties: gpd.GeoDataFrame) -> Floats:
    """To the outline of the union of the declared counties; there are only a few combinations."""
    placed = sites.placed
    signed = np.full(len(placed), np.nan)
    shapes = dict(zip(counties["county"], counties.geometry, strict=True))
    declared = listed(texts(projects, "county"), list(shapes))
    code = sum((mask.astype(int) << i for i, mask in enumerate(declared.values())), np.zeros(len(placed), dtype=int))
    for combination in np.unique(code[placed & (code > 0)]):
        where = placed & (code == combination)
        union = shapely.union_all([shape for i, shape in enumerate(shapes.values()) if combination >> i & 1])
        shapely.prepare(union)
        distance = _distance_m(sites.where(where), np.array([union.boundary], dtype=object)) / 1000
        met, held = shapely.intersects(union, sites.shapes[where]), shapely.covers(union, sites.shapes[where])
        # A site in several parts may lie on both sides of a border that none of them touches.
        signed[where] = np.where(held, distance, np.where(met, 0.0, -distance))
    return signed


def _townships(
    projects: pd.DataFrame, points: np.ndarray, placed: Mask, townships: gpd.GeoDataFrame
) -> tuple[np.ndarray, Mask, Floats]:
    """Match declared names (``a;b``) with the list of the declared counties; distance to the nearest known point."""
    n = len(projects)
    named = texts(projects, "township")
    given = pd.DataFrame({
        "name": named.fillna("").astype(str).to_numpy(dtype=object),
        "county": texts(projects, "county").fillna("").astype(str).to_numpy(dtype=object),
    })
    # What a form names is looked up once, however many projects name it.
    kind = given.groupby(["name", "county"], sort=False).ngroup().to_numpy()
    parts = given.drop_duplicates().reset_index(drop=True).rename_axis("kind").reset_index()
    parts["name"] = parts["name"].str.split(r"[;；、/，,]")
    parts = parts.explode("name")
    parts["name"] = parts["name"].str.strip()
    parts = parts[parts["name"].fillna("") != ""]
    parts = parts.assign(county=parts["county"].str.split(";")).explode("county")
    list_of_names = pd.DataFrame(townships[["township", "county"]]).assign(point=np.arange(len(townships)))
    matched = parts.merge(list_of_names, left_on=["name", "county"], right_on=["township", "county"], how="left")
    hits = matched.groupby(["kind", "name"], sort=False)["point"].max().reset_index()

    known_kind = np.zeros(int(kind.max(initial=-1)) + 1, dtype=bool)
    all_listed = hits["point"].notna().groupby(hits["kind"]).all()
    known_kind[all_listed.index[all_listed].to_numpy(dtype=int)] = True
    known = known_kind[kind]
    town = named.where(pd.Series(known, index=named.index), None).to_numpy(dtype=object)
    matched = pd.DataFrame({"row": np.arange(n), "kind": kind}).merge(matched[matched["point"].notna()], on="kind")

    distance = np.full(n, np.nan)
    places = np.asarray(townships.geometry.to_numpy(), dtype=object)
    rows, towns = matched["row"].to_numpy(dtype=int), matched["point"].to_numpy(dtype=int)
    usable = placed[rows] & (~shapely.is_missing(places) & ~shapely.is_empty(places))[towns]
    if usable.any():
        start = shapely.get_coordinates(shapely.point_on_surface(points[rows[usable]]))
        end = shapely.get_coordinates(shapely.point_on_surface(places[towns[usable]]))
        metres = np.asarray(_GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])[2], dtype=float)
        nearest = pd.Series(metres / 1000).groupby(rows[usable]).min()
        distance[nearest.index.to_numpy(dtype=int)] = nearest.to_numpy()
    return town, known, distance


def _nearest_township(points: np.ndarray, placed: Mask, townships: gpd.GeoDataFrame) -> np.ndarray:
    found = np.full(len(points), None, dtype=object)
    known = townships[townships.geometry.notna() & ~townships.geometry.is_empty]
    if placed.any() and len(known):
        tree = shapely.STRtree(to_plane(known.geometry.to_numpy()))
        found[placed] = known["township"].to_numpy(dtype=object)[tree.nearest(to_plane(points[placed]))]
    return found
