"""Projects that may be one under two names: same code, same name and size, or same site; the reduction counts once."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from fengwuwu import geo
from fengwuwu.projects.tabular import Sentences, identities, numbers, texts
from fengwuwu.projects.traits import core_of

_SHOWN = 3
_PLANE = "EPSG:32649"


def twins(projects: pd.DataFrame, near_km: float) -> np.ndarray:
    """For each project, which others may be the same and what they share, in Chinese; None where there is none.

    Parameters
    ----------
    projects : DataFrame, shape (n, …)
        Illustrative projects are compared among themselves only.
    near_km : float
        Points of one technology that are no farther apart, and no less precise, are one site.
    """
    said = Sentences(len(projects), "，")
    kind = np.where(texts(projects, "data_kind").eq("illustrative"), "示例", "")
    technology = texts(projects, "technology")
    code = texts(projects, "project_code")
    _group(said, projects, _key(kind, code), "统一项目代码")
    names = texts(projects, "project_name")
    core = names.map({name: core_of(str(name)) for name in names.dropna().unique()})
    capacity = pd.Series(numbers(projects, "capacity"), index=projects.index)
    for column, title in (("owner", "单位"), ("investment_wan_yuan", "总投资")):
        shared = texts(projects, column)
        _group(said, projects, _key(kind, core, technology, capacity, shared), f"名称、规模、{title}")
    _site(said, projects, _key(kind, technology), near_km)
    return said.values()


def _key(*parts: np.ndarray | pd.Series) -> pd.Series:
    """One text of several; missing when one of them is."""
    table = pd.DataFrame({i: np.asarray(part, dtype=object) for i, part in enumerate(parts)})
    known = table.notna().all(axis=1)
    joined = table[0].astype(str)
    for name in table.columns[1:]:
        joined = joined + "\x1f" + table[name].astype(str)
    return joined.where(known, None)


def _group(said: Sentences, projects: pd.DataFrame, key: pd.Series, what: str) -> None:
    ident = identities(projects)
    several = key.duplicated(keep=False) & key.notna()
    words = np.full(len(projects), None, dtype=object)
    for _, places in pd.Series(np.flatnonzero(several)).groupby(key[several].to_numpy(), sort=False):
        group = ident[places.to_numpy()].tolist()
        words[places.to_numpy()] = [_others(group, own) for own in group]
    said.say(several.to_numpy(dtype=bool), "与", words, f"{what}相同")


def _others(group: list[str], own: str) -> str:
    others = [ident for ident in group[: _SHOWN + 1] if ident != own][:_SHOWN]
    rest = len(group) - 1 - len(others)
    return "、".join(others) + (f" 等 {len(group) - 1} 个项目" if rest else " ")


def _site(said: Sentences, projects: pd.DataFrame, key: pd.Series, near_km: float) -> None:
    lon, lat = numbers(projects, "lon"), numbers(projects, "lat")
    radius = np.nan_to_num(numbers(projects, "location_radius_km"))
    precise = np.flatnonzero(~np.isnan(lon) & ~np.isnan(lat) & (radius <= near_km) & key.notna().to_numpy())
    if len(precise) < 2:
        return
    placed = gpd.GeoSeries(gpd.points_from_xy(lon[precise], lat[precise]), crs=geo.WGS84).to_crs(_PLANE)
    points = placed.to_numpy()
    one, other = shapely.STRtree(points).query(points, predicate="dwithin", distance=near_km * 1000)
    kinds = key.to_numpy()[precise]
    pairs = (one != other) & (kinds[one] == kinds[other])
    if not pairs.any():
        return
    found = pd.Series(identities(projects)[precise][other[pairs]]).groupby(precise[one[pairs]]).agg(list)
    words = np.full(len(projects), "", dtype=object)
    words[found.index] = [_others([*names, ""], "") for names in found]
    where = np.zeros(len(projects), dtype=bool)
    where[found.index] = True
    said.say(where, "与", words, f"技术相同、点位相距不到 {near_km:g} km")
