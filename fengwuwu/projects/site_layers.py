"""The layers a screening uses: the three that always come with the tool, and those that rules decide on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from fengwuwu import geo, reference
from fengwuwu.errors import Problem, ReferenceDataError
from fengwuwu.layer_registry import RULES_FILE, Layer, registry, registry_file
from fengwuwu.projects.sites import Shapes, to_plane, to_wgs84
from fengwuwu.projects.tabular import Mask
from fengwuwu.projects.zones import Zone

OVERLAYS = ("overlap", "distance", "within")
_OTHER_KINDS = ("technology", "precision", "county", "township", "river")
_ACTIONS = ("block", "review", "flag")
# Outlines of neighbouring counties do not meet exactly; gaps of this width inside the region are closed.
_GAP_M = 300.0


@dataclass(frozen=True)
class RuleLayer:
    """A supplied layer that a rule may use.

    Attributes
    ----------
    shapes : GeoDataFrame
        In WGS84; column `fengwuwu.geo.ZONE` where the file tells its zones apart.
    accuracy_m : float
        How far its lines may lie wrong.
    complete : shapely geometry or None
        Area (WGS84) in which nothing is missing; None: nowhere sure.
    complete_margin_m : float
        How far the outline of that area may lie wrong.
    """

    shapes: gpd.GeoDataFrame
    accuracy_m: float = 0.0
    complete: BaseGeometry | None = None
    complete_margin_m: float = 0.0

    @cached_property
    def plane(self) -> Shapes:
        """The shapes in the equal-area plane."""
        return to_plane(np.asarray(self.shapes.geometry.to_numpy(), dtype=object))

    @cached_property
    def complete_plane(self) -> Shapes:
        """The complete area in the equal-area plane: none or one geometry."""
        return to_plane(np.array([] if self.complete is None else [self.complete], dtype=object))

    @cached_property
    def complete_zone(self) -> Zone:
        """The same as a zone."""
        return Zone.of(self.complete_plane)

    @cached_property
    def _made(self) -> dict[bytes, Zone]:
        return {}

    def zone(self, rows: Mask) -> Zone:
        """The zone that some rows make together; made once, since many rules and tables of sites may ask."""
        key = np.packbits(rows).tobytes()
        if key not in self._made:
            self._made[key] = Zone.of(self.plane[rows])
        return self._made[key]

    def zones(self, names: str) -> tuple[Mask, Mask]:
        """Rows that lie in the zones a rule names, and rows that may do so because their zone is not known.

        Parameters
        ----------
        names : str
            ``a;b``; empty for the whole layer.
        """
        everything = np.ones(len(self.shapes), dtype=bool)
        if not names:
            return everything, ~everything
        if geo.ZONE not in self.shapes:
            return ~everything, everything
        zone = self.shapes[geo.ZONE]
        return zone.isin(names.split(";")).to_numpy(dtype=bool), zone.isna().to_numpy(dtype=bool)


@dataclass(frozen=True)
class Layers:
    """What a screening stands on.

    Attributes
    ----------
    counties, townships, yangtze : GeoDataFrame
        EPSG:4326. Polygons with ``county`` (full name); points (or empty where unknown) with ``township, county,
        accuracy_km``; lines of the main stem.
    supplied : mapping of str to RuleLayer
        By key of the register; what is not in it is missing, or for orientation only.
    register : mapping of str to Layer
        Titles and suppliers, also of missing layers.
    rules : DataFrame
        The table ``siting_rules``.
    """

    counties: gpd.GeoDataFrame
    townships: gpd.GeoDataFrame
    yangtze: gpd.GeoDataFrame
    supplied: Mapping[str, RuleLayer] = field(default_factory=dict)
    register: Mapping[str, Layer] = field(default_factory=registry)
    rules: pd.DataFrame = field(default_factory=lambda: reference.table("siting_rules"))

    @classmethod
    def read(cls, path: Path | str | None = None) -> Layers:
        """The layers of a register.

        Parameters
        ----------
        path : path, optional
            A user's ``layers.toml`` (or its folder), which lies over the shipped one; a ``siting_rules.csv`` in the
            same folder lies over the shipped rules in the same way, by ``id``.

        Raises
        ------
        ReferenceDataError
            When a layer or a rule cannot be used.
        """
        register = registry(path)
        counties = geo.layer("counties", path)
        rules = rules_of(path, register)
        used = set(rules.loc[rules["kind"].isin(OVERLAYS), "layer"])
        supplied = {
            name: _rule_layer(entry, geo.layer(name, path), counties, register["counties"])
            for name, entry in register.items()
            if entry.file and entry.role == "screening" and name in used
        }
        townships, yangtze = geo.layer("townships", path), geo.layer("yangtze", path)
        return cls(counties, townships, yangtze, supplied, register, rules)

    @classmethod
    def shipped(cls) -> Layers:
        """The layers of ``data/geo``."""
        return cls.read()


def rules_of(path: Path | str | None, register: Mapping[str, Layer]) -> pd.DataFrame:
    """The shipped rules, and over them those of a ``siting_rules.csv`` beside a user's register."""
    rules = reference.table("siting_rules")
    own = registry_file(path).with_name(RULES_FILE)
    if path is not None and own.is_file():
        mine = reference.table(own.stem, own.parent)
        if lacking := [column for column in rules.columns if column not in mine]:
            raise ReferenceDataError(
                f"选址规则表缺少列：{'、'.join(lacking)}。",
                where=str(own),
                remedy=f"列名：{'、'.join(rules.columns)}。",
            )
        mine = mine[list(rules.columns)]
        check_rules(mine, register, own)
        rules = pd.concat([rules[~rules["id"].isin(mine["id"])], mine], ignore_index=True)
    return rules


def check_rules(rules: pd.DataFrame, register: Mapping[str, Layer], file: Path) -> None:
    """Every mistake of a table of rules, in one error."""
    technologies = {*reference.table("technologies")["technology"], "*"}
    problems = []
    for _, rule in rules.iterrows():
        layer = register.get(str(rule["layer"]))
        zones = str(rule["zones"]).split(";") if isinstance(rule["zones"], str) else []
        unknown = [name for name in str(rule["technologies"]).split(";") if name.removeprefix("!") not in technologies]
        overlaid = rule["kind"] in OVERLAYS
        faults = [
            (
                rule["kind"] not in (*OVERLAYS, *_OTHER_KINDS),
                f"kind 为“{rule['kind']}”",
                f"可用：{'、'.join(OVERLAYS)}。",
            ),
            (
                rule["action"] not in _ACTIONS and rule["kind"] != "precision",
                f"action 为“{rule['action']}”",
                f"可用：{'、'.join(_ACTIONS)}。",
            ),
            (bool(unknown), f"不认识的技术类型：{'、'.join(unknown)}", "见 technologies.csv；* 为全部，!a 为除 a 外。"),
            (overlaid and layer is None, f"图层“{rule['layer']}”没有登记", "请先在 layers.toml 中登记。"),
            (
                layer is not None and not set(zones) <= set(layer.zones),
                f"图层没有分区“{rule['zones']}”",
                f"登记的分区：{'、'.join(layer.zones) if layer else ''}。",
            ),
            (
                rule["kind"] == "distance" and not (rule["limit"] >= 0 and rule["unit"] == "km"),
                "距离规则缺少限值",
                "请填 limit，unit 填 km。",
            ),
        ]
        problems += [Problem(f"规则 {rule['id']}：{fault}。", remedy) for wrong, fault, remedy in faults if wrong]
    if problems:
        raise ReferenceDataError("选址规则表有误。", where=str(file), problems=problems)


def _rule_layer(entry: Layer, shapes: gpd.GeoDataFrame, counties: gpd.GeoDataFrame, outlines: Layer) -> RuleLayer:
    named = counties[counties["county"].isin(entry.complete_counties)]
    areas: list[BaseGeometry] = []
    if len(named):
        closed = shapely.union_all(to_plane(np.asarray(named.geometry.to_numpy(), dtype=object)))
        areas += list(to_wgs84(np.array([closed.buffer(_GAP_M / 2).buffer(-_GAP_M / 2)], dtype=object)))
    if entry.complete_extent:
        west, south, east, north = entry.complete_extent
        areas.append(shapely.box(west, south, east, north))
    return RuleLayer(
        shapes=shapes,
        accuracy_m=(entry.accuracy_km or 0.0) * 1000,
        complete=shapely.union_all(areas) if areas else None,
        complete_margin_m=(outlines.accuracy_km or 0.0) * 1000 if len(named) else 0.0,
    )
