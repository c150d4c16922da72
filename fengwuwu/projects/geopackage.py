"""The tables that make an SQLite file a GeoPackage which QGIS and GDAL open (OGC 12-128, version 1.2)."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Mapping

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10200
SRS_ID = 4326
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


def initialise(connection: sqlite3.Connection) -> None:
    """Make an empty database a GeoPackage without layers."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {USER_VERSION}")
    for statement in _TABLES:
        connection.execute(statement)
    connection.executemany(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
        [
            ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian coordinate reference system"),
            ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinate reference system"),
            ("WGS 84 geodetic", SRS_ID, "EPSG", 4326, _WGS84, "longitude and latitude in degrees"),
        ],
    )
    schema = "http://www.geopackage.org/spec120/#extension_schema"
    connection.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
        [("gpkg_data_columns", schema)],
    )


def add_table(
    connection: sqlite3.Connection,
    name: str,
    columns: Mapping[str, str],
    *,
    title: str,
    labels: Mapping[str, str],
    points: bool = False,
) -> None:
    """Create and register a table.

    Parameters
    ----------
    connection : sqlite3.Connection
    name : str
    columns : mapping of str to str
        Column to SQL type; the first one must be the INTEGER PRIMARY KEY.
    title : str
        Chinese title, shown by QGIS as the layer's description.
    labels : mapping of str to str
        Chinese names of columns.
    points : bool
        Whether to add a point column ``geom`` and register a layer.
    """
    parts = [f"{quoted(column)} {kind}" for column, kind in columns.items()]
    if points:
        parts.insert(1, '"geom" POINT')
    connection.execute(f"CREATE TABLE {quoted(name)} ({', '.join(parts)})")
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES (?, ?, ?, ?, ?)",
        (name, "features" if points else "attributes", name, title, SRS_ID if points else 0),
    )
    if points:
        connection.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POINT', ?, 0, 0)", (name, SRS_ID))
    for column, label in labels.items():
        describe(connection, name, column, label)


def describe(connection: sqlite3.Connection, table: str, column: str, label: str) -> None:
    """Give a column its Chinese name."""
    connection.execute(
        "INSERT OR REPLACE INTO gpkg_data_columns (table_name, column_name, name, title) VALUES (?, ?, ?, ?)",
        (table, column, label, label),
    )


def drop_table(connection: sqlite3.Connection, name: str) -> None:
    """Remove a table and its registration."""
    connection.execute(f"DROP TABLE IF EXISTS {quoted(name)}")
    for registry in ("gpkg_data_columns", "gpkg_geometry_columns", "gpkg_contents"):
        connection.execute(f"DELETE FROM {registry} WHERE table_name = ?", (name,))


def touch(connection: sqlite3.Connection, name: str, points: list[tuple[float, float]] | None = None) -> None:
    """Note that a table changed, and the extent of its points."""
    connection.execute(
        "UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ','now') WHERE table_name = ?", (name,)
    )
    if points is not None:
        xs, ys = [x for x, _ in points], [y for _, y in points]
        extent = (min(xs), min(ys), max(xs), max(ys)) if points else (None, None, None, None)
        connection.execute(
            "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?", (*extent, name)
        )


def point(lon: object, lat: object) -> bytes | None:
    """A point as GeoPackage geometry (header plus WKB); None when a coordinate is unknown."""
    if not isinstance(lon, float | int) or not isinstance(lat, float | int) or lon != lon or lat != lat:
        return None
    # Magic, version 0, flags: little-endian, no envelope; then WKB: little-endian, type point.
    return struct.pack("<2sBBi", b"GP", 0, 1, SRS_ID) + struct.pack("<BIdd", 1, 1, lon, lat)


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
