"""Records of projects as one table with points, labels and the version they are from."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from fengwuwu.projects import decisions, schema
from fengwuwu.projects.fields import BY_KEY
from fengwuwu.projects.history import WARNINGS, Record
from fengwuwu.projects.library_tables import VERSION_COLUMN


def projects_table(records: list[Record], version: int) -> gpd.GeoDataFrame:
    """Records of projects as the table that `Library.projects` gives.

    Parameters
    ----------
    records : list of Record
    version : int
        Version of the library they are from.
    """
    table = schema.frame([dict(record) for record in records])
    table[WARNINGS] = pd.Series([record.get(WARNINGS) for record in records], dtype=object)
    for name in decisions.COLUMNS:
        table[name] = pd.Series([record.get(name) for record in records], dtype=object)
    table[VERSION_COLUMN] = pd.Series([record.get(VERSION_COLUMN) for record in records], dtype="int64")
    points = np.full(len(table), None, dtype=object)
    placed = (table["lon"].notna() & table["lat"].notna()).to_numpy()
    points[placed] = shapely.points(table[["lon", "lat"]].to_numpy()[placed])
    frame = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(points, crs="EPSG:4326", index=table.index))
    frame.attrs = {
        VERSION_COLUMN: version,
        "labels": {key: field.full_header for key, field in BY_KEY.items()} | dict(decisions.LABELS),
    }
    return frame
