"""Points in a database: GeoPackage geometry in SQLite, PostGIS geometry in PostgreSQL, (lon, lat) in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator, UserDefinedType

from fengwuwu.projects import geopackage

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect
    from sqlalchemy.types import TypeEngine

Place = tuple[float, float]


def place(lon: object, lat: object) -> Place | None:
    """Longitude and latitude as a place; None when one is unknown."""
    if not isinstance(lon, float | int) or not isinstance(lat, float | int) or lon != lon or lat != lat:
        return None
    return float(lon), float(lat)


def bound(value: Place | None, dialect: Dialect) -> str | bytes | None:
    """A place as it is sent to a database."""
    if value is None:
        return None
    if dialect.name == "postgresql":
        return f"SRID={geopackage.SRS_ID};POINT({value[0]!r} {value[1]!r})"
    return geopackage.encoded(*value)


class _GeoPackagePoint(UserDefinedType[bytes]):
    """The column type that GeoPackage asks for."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "POINT"


class PointType(TypeDecorator[Place]):
    """A point in EPSG:4326; None when the place is unknown."""

    impl = LargeBinary
    cache_ok = True
    spatial_index = False  # GeoAlchemy2 asks; a library has thousands of points, not millions

    def load_dialect_impl(self, dialect: Dialect | None) -> TypeEngine[Any]:
        """The type this database has for points; GeoAlchemy2 asks without naming one when it looks for rasters."""
        if dialect is not None and dialect.name == "postgresql":
            from geoalchemy2 import Geometry

            return dialect.type_descriptor(Geometry("POINT", srid=geopackage.SRS_ID, spatial_index=False))
        return _GeoPackagePoint()

    def process_bind_param(self, value: Place | None, dialect: Dialect) -> Any:
        """What is sent to the database."""
        return bound(value, dialect)

    def process_result_value(self, value: Any, dialect: Dialect) -> Place | None:
        """What the database holds; NaN for a geometry that is no point."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            point = shapely.from_wkb(value.data if isinstance(value.data, str) else bytes(value.data))
            return float(shapely.get_x(point)), float(shapely.get_y(point))
        return geopackage.decoded(value)
