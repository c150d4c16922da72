"""Layers of an interactive map, reduced to what the page shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from fengwuwu import vocabulary as words
from fengwuwu.errors import ReportError
from fengwuwu.reporting import units
from fengwuwu.reporting.blocks import MapLayerData


@dataclass(frozen=True)
class MapLayer:
    """One layer of the web map.

    Attributes
    ----------
    data : GeoDataFrame
        Any CRS; converted to EPSG:4326. Rows without a geometry are left out (name them in the figure's note).
    label : str
        Chinese name in the list of layers.
    fields : mapping of str to str
        Column → Chinese label, shown when the pointer rests on a feature; values must already be labels.
    county, kind : str
        Columns for the two filters; empty when the layer is not filtered.
    colours : mapping of str to str
        Colour by value of `kind`.
    colour : str
        Colour of everything else.
    fill_opacity, weight, radius : float
        Fill of polygons and points, width of lines in pixels, radius of points in pixels.
    """

    data: gpd.GeoDataFrame
    label: str
    fields: Mapping[str, str] = field(default_factory=dict)
    county: str = ""
    kind: str = ""
    colours: Mapping[str, str] = field(default_factory=dict)
    colour: str = "#555555"
    fill_opacity: float = 0.0
    weight: float = 1.5
    radius: float = 6


def layer_data(layer: MapLayer) -> MapLayerData:
    """The layer as GeoJSON, coordinates to about 10 m, with only the columns needed.

    Raises
    ------
    ReportError
        No CRS, or a column that is not there.
    """
    frame = layer.data
    if frame.crs is None:
        raise ReportError(f"图层“{layer.label}”没有坐标系。", remedy="请先用 set_crs 声明坐标系。")
    columns = [*layer.fields, *(name for name in (layer.county, layer.kind) if name)]
    absent = [name for name in columns if name not in frame]
    if absent:
        raise ReportError(f"图层“{layer.label}”没有列：{'、'.join(absent)}。")
    frame = frame.loc[frame.geometry.notna() & ~frame.geometry.is_empty].to_crs(4326)
    shapes = frame.geometry.simplify(0.0004).set_precision(0.0001)
    features = [
        {"type": "Feature", "geometry": _geometry(shape), "properties": {c: _shown(row[c]) for c in columns}}
        for shape, row in zip(shapes, frame[list(dict.fromkeys(columns))].to_dict(orient="records"), strict=True)
    ]
    return MapLayerData(
        label=layer.label,
        geojson={"type": "FeatureCollection", "features": features},
        fields=list(layer.fields.items()),
        county=layer.county,
        kind=layer.kind,
        colours=list(layer.colours.items()),
        colour=layer.colour,
        fill_opacity=layer.fill_opacity,
        weight=layer.weight,
        radius=layer.radius,
    )


def _geometry(shape: Any) -> dict[str, Any]:
    def rounded(value: Any) -> Any:
        return [rounded(v) for v in value] if isinstance(value, list | tuple) else round(value, 4)

    geometry: dict[str, Any] = json.loads(json.dumps(shape.__geo_interface__))
    geometry["coordinates"] = rounded(geometry["coordinates"])
    return geometry


def _shown(value: object) -> str:
    if isinstance(value, float) and not pd.isna(value):
        return units.number(value, 0 if value == round(value) or abs(value) >= 1000 else 2)
    if value is None or value is pd.NA or value != value or value == "":
        return words.VALUE_STATUS["unknown"]
    return str(value)
