"""The tables that make an SQLite file a GeoPackage which QGIS and GDAL open (OGC 12-128, version 1.2)."""

from __future__ import annotations

import struct
from typing import Any

from sqlalchemy import Connection, Table, event, text

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10200
SRS_ID = 4326
_HEADER = struct.Struct("<2sBBi")  # magic, version 0, flags (little-endian, no envelope), SRS
_POINT = struct.Struct("<BIdd")  # well-known binary: little-endian, type point
_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)
_TABLES = (
    """CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
       organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,
       description TEXT)""",
    """CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
       identifier TEXT UNIQUE, description TEXT DEFAULT '',
       last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
       min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
       CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
       geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
       CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
       CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
       CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))""",
    """CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,
       definition TEXT NOT NULL, scope TEXT NOT NULL,
       CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))""",
    """CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT,
       description TEXT, mime_type TEXT, constraint_name TEXT,
       CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), CONSTRAINT gdc_tn UNIQUE (table_name, name))""",
)


def initialise(connection: Connection) -> None:
    """Make an empty database a GeoPackage without layers; in a transaction."""
    for statement in (
        f"PRAGMA application_id = {APPLICATION_ID}",
        f"PRAGMA user_version = {USER_VERSION}",
        *_TABLES,
    ):
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
        [
            ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian coordinate reference system"),
            ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinate reference system"),
            ("WGS 84 geodetic", SRS_ID, "EPSG", 4326, _WGS84, "longitude and latitude in degrees"),
        ],
    )
    schema = "http://www.geopackage.org/spec120/#extension_schema"
    connection.exec_driver_sql(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')", ("gpkg_data_columns", schema)
    )


def registering(table: Table) -> Table:
    """Let a table enter itself in the GeoPackage's contents when it is made there, and leave them when dropped."""
    event.listen(table, "after_create", _register)
    event.listen(table, "after_drop", _unregister)
    return table


def _register(table: Table, connection: Connection, **_: Any) -> None:
    if connection.dialect.name != "sqlite":
        return
    name, layer = table.name, "geom" in table.columns
    connection.exec_driver_sql(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES (?, ?, ?, ?, ?)",
        (name, "features" if layer else "attributes", name, table.comment or "", SRS_ID if layer else 0),
    )
    if layer:
        connection.exec_driver_sql(
            "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POINT', ?, 0, 0)", (name, SRS_ID)
        )
    for column in table.columns:
        describe(connection, name, column.name, column.comment)


def _unregister(table: Table, connection: Connection, **_: Any) -> None:
    if connection.dialect.name != "sqlite":
        return
    for registry in ("gpkg_data_columns", "gpkg_geometry_columns", "gpkg_contents"):
        connection.exec_driver_sql(f"DELETE FROM {registry} WHERE table_name = ?", (table.name,))


def describe(connection: Connection, table: str, column: str, label: str | None) -> None:
    """Give a column its Chinese name."""
    if label:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO gpkg_data_columns (table_name, column_name, name, title) VALUES (?, ?, ?, ?)",
            (table, column, label, label),
        )


def refresh(connection: Connection) -> None:
    """Bring the noted time and extent of every table up to date; at the end of a transaction."""
    connection.execute(text("UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ','now')"))
    layers = connection.execute(text("SELECT table_name FROM gpkg_contents WHERE data_type = 'features'"))
    for (name,) in layers.fetchall():
        blobs = connection.exec_driver_sql(f'SELECT geom FROM "{name}" WHERE geom IS NOT NULL')
        places = [decoded(blob) for (blob,) in blobs]
        xs, ys = [x for x, _ in places], [y for _, y in places]
        extent = (min(xs), min(ys), max(xs), max(ys)) if places else (None, None, None, None)
        connection.exec_driver_sql(
            "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?", (*extent, name)
        )


def encoded(lon: float, lat: float) -> bytes:
    """A point as GeoPackage geometry: header, then well-known binary."""
    return _HEADER.pack(b"GP", 0, 1, SRS_ID) + _POINT.pack(1, 1, lon, lat)


def decoded(blob: bytes) -> tuple[float, float]:
    """Longitude and latitude of a point written by `encoded`; NaN for anything else."""
    try:
        if _HEADER.unpack_from(blob) != (b"GP", 0, 1, SRS_ID) or len(blob) != _HEADER.size + _POINT.size:
            return float("nan"), float("nan")
        order, kind, lon, lat = _POINT.unpack_from(blob, _HEADER.size)
    except (struct.error, TypeError):
        return float("nan"), float("nan")
    return (lon, lat) if (order, kind) == (1, 1) else (float("nan"), float("nan"))
