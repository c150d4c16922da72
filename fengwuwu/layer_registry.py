"""The register of map layers: ``layers.toml`` of ``data/geo``, and a user's own that lies over it.

A layer without ``file`` is known but not supplied, so that "no data" is never mistaken for "no conflict".
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from fengwuwu import paths, region
from fengwuwu.errors import ReferenceDataError

REGISTRY_FILE = "layers.toml"
RULES_FILE = "siting_rules.csv"
ROLES = ("boundary", "reference", "screening", "schematic")
FAMILIES = ("Polygon", "LineString", "Point")
_FILE_KEYS = ("crs", "source", "licence", "accuracy")
_MOVED = {"file", "layer", "crs", "columns", "zone_field"}


@dataclass(frozen=True)
class Layer:
    """One entry of the register.

    Attributes
    ----------
    name, title : str
        Key in ``layers.toml`` and Chinese title.
    role : str
        ``boundary`` (county outlines), ``reference`` (towns, rivers), ``screening`` (a siting rule may decide on it)
        or ``schematic`` (for orientation; a rule on it answers 无法判断).
    geometry : tuple of str
        Allowed families: ``Polygon``, ``LineString``, ``Point``.
    file, layer : str
        File name below the folder of the register, empty when not supplied; name of the layer inside a file of several.
    crs : str
        Coordinate reference system the file must declare, e.g. ``EPSG:4490``.
    encoding : str
        Encoding of a shapefile's text; found out when empty.
    columns : tuple of str
        Columns the file must have.
    zone_field : str
        Column that tells the zones of the layer apart; empty when the file does not.
    zones : tuple of str
        Names of zones that rules use.
    zone_values : tuple of (str, str)
        Values of the file and the zone each one means; ``*`` stands for every other value.
    complete_counties : tuple of str
        Counties the layer covers completely: only there can a site be clear of it.
    complete_extent : tuple of float
        The same as a rectangle: west, south, east, north (degrees).
    source, licence, accuracy, supplier, note : str
        Chinese text: origin, terms, quality, who supplies it, remarks.
    accuracy_km : float or None
        Position error, km; None when unknown or given row by row.
    folder : Path
        Folder of the register that names the file.
    """

    name: str
    title: str
    role: str
    geometry: tuple[str, ...]
    file: str = ""
    layer: str = ""
    crs: str = ""
    encoding: str = ""
    columns: tuple[str, ...] = ()
    zone_field: str = ""
    zones: tuple[str, ...] = ()
    zone_values: tuple[tuple[str, str], ...] = ()
    complete_counties: tuple[str, ...] = ()
    complete_extent: tuple[float, ...] = ()
    source: str = ""
    licence: str = ""
    accuracy: str = ""
    accuracy_km: float | None = None
    supplier: str = ""
    note: str = ""
    folder: Path = paths.GEO

    @property
    def path(self) -> Path | None:
        """The file, or None when the layer has not been supplied."""
        return self.folder / self.file if self.file else None

    @property
    def available(self) -> bool:
        """Whether the layer has been supplied and its file is there."""
        return self.path is not None and self.path.is_file()

    @property
    def place(self) -> str:
        """Where the entry stands, for messages."""
        return f"{self.folder / REGISTRY_FILE}，[{self.name}]"


def registry(path: Path | str | None = None) -> dict[str, Layer]:
    """All registered layers, in the order of the register.

    Parameters
    ----------
    path : path, optional
        A ``layers.toml`` of the user's, or the folder it is in. It lies over the shipped one: an entry of the same
        name need only hold what differs, a new name adds a layer.

    Raises
    ------
    ReferenceDataError
        When a register is missing or an entry is malformed.
    """
    shipped = paths.GEO / REGISTRY_FILE
    entries = {name: (values, shipped) for name, values in _parse(shipped).items()}
    if path is not None and (own := registry_file(path)) != shipped:
        for name, values in _parse(own).items():
            before, place = entries.get(name, ({}, own))
            mine = isinstance(values, dict)
            if mine and values.get("file"):
                # Another file: what described the old one no longer holds.
                before, place = {key: v for key, v in before.items() if key not in _MOVED | {"accuracy_km"}}, own
            entries[name] = ({**before, **values} if mine else values, place)
    return {name: _entry(name, values, file) for name, (values, file) in entries.items()}


def registry_file(path: Path | str | None) -> Path:
    """The ``layers.toml`` meant by a file or folder; the shipped one for None."""
    chosen = Path(path) if path is not None else paths.GEO
    return chosen if chosen.suffix == ".toml" else chosen / REGISTRY_FILE


def fingerprint(own: Path) -> str:
    """Hash of a user's register, its rules and its layers' files; empty when there is none."""
    if not own.is_file():
        return ""
    digest = hashlib.sha256()
    files = [own, own.with_name(RULES_FILE), *(e.path for e in registry(own).values() if e.folder == own.parent)]
    for file in files:
        if file is not None and file.is_file():
            with file.open("rb") as stream:
                digest.update(file.name.encode() + hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def _parse(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ReferenceDataError("找不到图层登记表。", where=str(file), remedy="请恢复该文件。") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReferenceDataError(
            f"图层登记表无法解析：{error}", where=str(file), remedy="请按 TOML 格式、UTF-8 编码修改。"
        ) from None


def _entry(name: str, values: Any, file: Path) -> Layer:
    where = f"{file}，[{name}]"
    allowed = {field.name: str(field.type) for field in fields(Layer) if field.name not in {"name", "folder"}}
    if not isinstance(values, dict):
        raise ReferenceDataError("登记项应写成一个小节。", where=where, remedy=f"请写成 [{name}] 加各项设置。")
    if unknown := sorted(set(values) - set(allowed)):
        raise ReferenceDataError(
            f"不认识的设置：{'、'.join(unknown)}。", where=where, remedy=f"可用：{'、'.join(sorted(allowed))}。"
        )
    needed = ["title", "role", "geometry", *(_FILE_KEYS if values.get("file") else ())]
    if values.get("file") and values.get("role") == "screening":
        needed.append("accuracy_km")
    if lacking := [key for key in needed if values.get(key) in (None, "", [])]:
        raise ReferenceDataError(
            f"缺少设置：{'、'.join(lacking)}。",
            where=where,
            remedy="请补全后重试；若是已登记的图层，请核对小节名称是否与随软件附带的登记表一致。",
        )
    if wrong := [key for key, value in values.items() if not _fits(value, allowed[key])]:
        raise ReferenceDataError(
            f"设置的写法不对：{'、'.join(wrong)}。", where=where, remedy="文字加引号，数不加，多个值写成 [a, b]。"
        )
    if values["role"] not in ROLES:
        raise ReferenceDataError(f"role 为“{values['role']}”。", where=where, remedy=f"可用：{'、'.join(ROLES)}。")
    if wrong := sorted(set(values["geometry"]) - set(FAMILIES)):
        raise ReferenceDataError(
            f"geometry 含“{'、'.join(wrong)}”。", where=where, remedy="可用：Polygon、LineString、Point。"
        )
    ready: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in values.items()}
    ready["zone_values"] = tuple((str(key), str(zone)) for key, zone in values.get("zone_values", {}).items())
    made = Layer(name=name, folder=file.parent, **ready)
    _check_zones(made, where)
    return _checked_area(made, where)


def _fits(value: Any, kind: str) -> bool:
    """Whether a value of the register has the type of its field."""
    if kind == "str":
        return isinstance(value, str)
    if kind == "float | None":
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    if kind.startswith("tuple[tuple"):
        return isinstance(value, dict)
    inner = int | float if "float" in kind else str
    return isinstance(value, list) and all(isinstance(item, inner) for item in value)


def _check_zones(entry: Layer, where: str) -> None:
    if wrong := sorted({zone for _, zone in entry.zone_values} - set(entry.zones)):
        raise ReferenceDataError(
            f"zone_values 指向不存在的分区：{'、'.join(wrong)}。",
            where=where,
            remedy=f"可用：{'、'.join(entry.zones)}。",
        )


def _checked_area(entry: Layer, where: str) -> Layer:
    """Full names for the counties; the rectangle must be one."""
    counties = tuple(region.split_counties(list(entry.complete_counties)))
    if wrong := [name for name in counties if name not in region.COUNTY_NAMES]:
        raise ReferenceDataError(
            f"complete_counties 含“{'、'.join(wrong)}”。",
            where=where,
            remedy=f"可用：{'、'.join(region.COUNTY_NAMES)}。",
        )
    box = entry.complete_extent
    if box and not (len(box) == 4 and box[0] < box[2] and box[1] < box[3]):
        raise ReferenceDataError(
            "complete_extent 不是一个范围。",
            where=where,
            remedy="请写 [西, 南, 东, 北]，单位为度，如 [109.0, 30.5, 109.5, 31.0]。",
        )
    return replace(entry, complete_counties=counties)
