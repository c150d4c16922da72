"""Projects that may be one under two names: same code, name and size, figures, or site; the reduction counts once."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from fengwuwu import geo
from fengwuwu.projects.tabular import Mask, Sentences, identities, numbers, texts
from fengwuwu.projects.traits import cores

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
    names = texts(projects, "project_name").to_numpy(dtype=object)
    capacity = numbers(projects, "capacity")
    investment = numbers(projects, "investment_wan_yuan")
    for shared, title in ((texts(projects, "owner"), "单位"), (investment, "总投资")):
        alike = _key(kind, technology, capacity, shared)
        # Only the names of projects that agree in all else are compared.
        asked = _several(alike) & pd.notna(names)
        core = np.full(len(projects), None, dtype=object)
        core[asked] = cores(names[asked].astype(str).tolist())
        _group(said, projects, _key(np.where(alike < 0, np.nan, alike), core), f"名称、规模、{title}")
    # One project filed twice under different names; where all points are precise, they tell better.
    precise = _precise(projects, near_km)
    alike = _key(kind, technology, capacity, investment, texts(projects, "township"))
    vague = pd.Series(~precise).groupby(alike).transform("any").to_numpy(dtype=bool)
    _group(said, projects, np.where(vague & pd.isna(said.values()), alike, -1), "乡镇、技术、规模、总投资")
    _site(said, projects, np.where(precise, _key(kind, technology), -1), near_km)
    return said.values()


def _key(*parts: np.ndarray | pd.Series) -> np.ndarray:
    """A number for each combination of several columns; -1 where one of them is missing."""
    table = pd.DataFrame({i: pd.factorize(np.asarray(part))[0] for i, part in enumerate(parts)})
    number = table.groupby(table.columns.tolist(), sort=False).ngroup().to_numpy()
    return np.where((table < 0).any(axis=1).to_numpy(), -1, number)


def _several(key: np.ndarray) -> Mask:
    """Whose number another one has too."""
    return np.asarray(pd.Series(key).duplicated(keep=False).to_numpy(dtype=bool) & (key >= 0), dtype=bool)


def _group(said: Sentences, projects: pd.DataFrame, key: np.ndarray, what: str) -> None:
    ident, several = identities(projects), _several(key)
    words = np.full(len(projects), None, dtype=object)
    for _, places in pd.Series(np.flatnonzero(several)).groupby(key[several], sort=False):
        group = ident[places.to_numpy()].tolist()
        words[places.to_numpy()] = [_others(group, own) for own in group]
    said.say(several, "与", words, f"{what}相同")


def _others(group: list[str], own: str) -> str:
    others = [ident for ident in group[: _SHOWN + 1] if ident != own][:_SHOWN]
    rest = len(group) - 1 - len(others)
    return "、".join(others) + (f" 等 {len(group) - 1} 个项目" if rest else " ")


def _precise(projects: pd.DataFrame, near_km: float) -> Mask:
    """Who has a point whose error is no larger than the distance asked about."""
    known = ~np.isnan(numbers(projects, "lon")) & ~np.isnan(numbers(projects, "lat"))
    return known & (np.nan_to_num(numbers(projects, "location_radius_km")) <= near_km)


def _site(said: Sentences, projects: pd.DataFrame, key: np.ndarray, near_km: float) -> None:
    lon, lat = numbers(projects, "lon"), numbers(projects, "lat")
    precise = np.flatnonzero(key >= 0)
    if len(precise) < 2:
        return
    placed = gpd.GeoSeries(gpd.points_from_xy(lon[precise], lat[precise]), crs=geo.WGS84).to_crs(_PLANE)
    points = placed.to_numpy()
    one, other = shapely.STRtree(points).query(points, predicate="dwithin", distance=near_km * 1000)
    kinds = key[precise]
    pairs = (one != other) & (kinds[one] == kinds[other])
    if not pairs.any():
        return
    found = pd.Series(identities(projects)[precise][other[pairs]]).groupby(precise[one[pairs]]).agg(list)
    words = np.full(len(projects), "", dtype=object)
    words[found.index] = [_others([*names, ""], "") for names in found]
    where = np.zeros(len(projects), dtype=bool)
    where[found.index] = True
    said.say(where, "与", words, f"技术相同、点位相距不到 {near_km:g} km")
