"""Add a layer to a user's ``layers.toml`` from its file: what the file says itself need not be typed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyogrio

from fengwuwu import geo
from fengwuwu.errors import FengwuwuError, InputError
from fengwuwu.layer_registry import FAMILIES, Layer, registry

_HEAD = "# 本单位的图层登记表，叠加在随软件附带的登记表之上；写法见随软件附带的 data/geo/layers.toml。\n"


def add(own: Path, name: str, file: Path, given: Mapping[str, Any], *, accuracy_km: float) -> str:
    """Write the entry and read the layer through it; a layer that cannot be used leaves the register as it was.

    Parameters
    ----------
    own : Path
        The register, made when absent.
    name : str
        Key or Chinese title of a registered layer, or a new key (then with ``title``).
    file : Path
    given : mapping
        Settings of `fengwuwu.layer_registry.Layer` that are known; empty ones are left out.
    accuracy_km : float
        How far its lines may lie wrong.

    Returns
    -------
    str
        Chinese: what was read, and what was put right.

    Raises
    ------
    InputError
        When the file is not there or the register already has the layer.
    ReferenceDataError
        When the layer cannot be used.
    """
    if not file.is_file():
        raise InputError("找不到图层文件。", where=str(file), remedy="请核对路径。")
    before = own.read_bytes() if own.is_file() else None
    known = registry(own if before is not None else None)
    name = _key(name, known, str(given.get("title") or ""))
    if name in known and known[name].folder == own.parent and known[name].file:
        raise InputError(
            f"图层“{known[name].title}”已经登记。", where=str(own), remedy=f"请先删去其中的 [{name}] 一节。"
        )
    settings = {**_from_file(file, str(given.get("layer") or "")), **{key: v for key, v in given.items() if v}}
    if name not in known:
        settings = {"role": "screening", **settings}
    else:
        settings.pop("geometry")
    settings["accuracy_km"] = accuracy_km
    settings["file"] = _seen_from(own.parent, file)
    text = _HEAD if before is None else before.decode("utf-8-sig").rstrip() + "\n"
    text += f"\n[{name}]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in settings.items())
    new = own.with_name(own.name + ".new")
    try:
        new.write_text(text, encoding="utf-8")
        new.replace(own)
        shapes = geo.layer(name, own)
    except FengwuwuError:
        if before is None:
            own.unlink(missing_ok=True)
        else:
            own.write_bytes(before)
        raise
    title = registry(own)[name].title
    return f"已登记图层“{title}”：{len(shapes)} 个图形。{''.join(shapes.attrs['mended'])}"


def _key(name: str, known: Mapping[str, Layer], title: str) -> str:
    """The key of the register that a user means."""
    if name in known:
        return name
    if named := [key for key, entry in known.items() if entry.title == name]:
        return named[0]
    if not title or not re.fullmatch("[A-Za-z][A-Za-z0-9_]*", name):
        titles = "、".join(entry.title for entry in known.values() if not entry.file)
        raise InputError(
            f"没有名为“{name}”的图层。",
            remedy=f"待提供的图层：{titles}。新图层请用英文字母作名称，并用 --title 写中文名。",
        )
    return name


def _from_file(file: Path, layer: str) -> dict[str, Any]:
    """Coordinate reference system and kind of geometry as the file states them."""
    try:
        names = [str(found) for found in pyogrio.list_layers(file)[:, 0]]
        if layer not in names and (layer or len(names) > 1):
            raise InputError(
                f"文件里有 {len(names)} 个图层：{'、'.join(names)}。",
                where=str(file),
                remedy="请用 --layer 写明是哪一个。",
            )
        about = pyogrio.read_info(file, layer=layer or names[0])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise InputError("图层无法读取。", where=str(file), remedy="请用 QGIS 打开检查，或重新导出。") from error
    if not about["crs"]:
        raise InputError("图层没有坐标系。", where=str(file), remedy="请在 QGIS 中指定坐标系后另存（.shp 须带 .prj）。")
    kind = str(about["geometry_type"] or "").removeprefix("2.5D ").removeprefix("3D ").split(" ")[0]
    family = kind.removeprefix("Multi")
    return {"geometry": [family] if family in FAMILIES else list(FAMILIES), "crs": str(about["crs"])}


def _seen_from(folder: Path, file: Path) -> str:
    path = file.resolve()
    return path.relative_to(folder.resolve()).as_posix() if path.is_relative_to(folder.resolve()) else path.as_posix()


def _toml(value: object) -> str:
    """A string, number or list as TOML, which agrees with JSON on these."""
    return json.dumps(value, ensure_ascii=False)
