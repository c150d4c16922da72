"""What of a project is compared with another: name, owner and place in one spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from fengwuwu import region
from fengwuwu.projects.cells import Value
from fengwuwu.projects.checks import townships

_REGION = re.compile("重庆市?|" + "|".join(f"{name[:-1]}县?" for name in region.COUNTY_NAMES))
_REMARK = re.compile(r"\([^()\n]*\)")
_GENERIC = re.compile("建设项目|工程项目|建设工程|项目|工程|新建|拟建|建设")
_QUANTITY = re.compile(r"\d+(?:\.\d+)?(?:mwp?|kwp?|gw|mwh|兆瓦|万?千瓦|公里|km|万?亩|公顷|吨|座|台|套)")
_TOWN = re.compile("(镇|乡|街道)$")
_COMPANY = re.compile("有限责任公司|股份有限公司|有限公司|集团|公司")
_MARK = re.compile(r"第?([一二三四五六七八九十]+|\d+|[ivx]+)(期|批|标段|标|号|阶段|#)|(#)(\d+)")
_NUMERALS = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"} | {
    char: str(number) for number, char in enumerate("一二三四五六七八九十", start=1)
}
# Two names that differ in such characters only are two projects: 城东、城西, 1号、2号, A 区、B 区.
_TELLING = frozenset("东西南北上下左右前后内外一二三四五六七八九十甲乙丙丁0123456789abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True)
class Traits:
    """What is compared.

    Attributes
    ----------
    code, name, owner : str
        Project code, name and owner in one spelling, without region and empty words; empty when not stated.
    core : str
        The name without remarks and size too.
    marks : mapping of str to frozenset of str
        Phases, lots and numbers in the name: ``{"期": {"1"}}``.
    counties, townships : frozenset of str
        Full names; townships as given, else as the name tells.
    towns : frozenset of str
        Townships without 镇, 乡 or 街道, given or in the name.
    point : (float, float) or None
        Longitude and latitude.
    radius_km : float
        By how much the point may be off; 0 when not stated.
    kind : str
        Kind of data.
    """

    code: str
    name: str
    core: str
    marks: Mapping[str, frozenset[str]]
    owner: str
    counties: frozenset[str]
    townships: frozenset[str]
    towns: frozenset[str]
    point: tuple[float, float] | None
    radius_km: float
    kind: str

    @cached_property
    def identity(self) -> tuple[object, ...]:
        """What makes two rows mean the same project."""
        return self.code, self.name, self.owner, self.counties, self.townships, self.kind

    @property
    def place_stated(self) -> bool:
        """Whether the township is known."""
        return bool(self.townships)

    def without(self, towns: frozenset[str]) -> str:
        """The core of the name without some townships."""
        return _without(self.core, towns) if towns else self.core

    def only_told_apart(self, other: Traits) -> bool:
        """Whether two names differ, and in telling characters only."""
        if self.core == other.core or len(self.core) != len(other.core):
            return False
        return all({a, b} <= _TELLING for a, b in zip(self.core, other.core, strict=True) if a != b)


def traits(record: Mapping[str, Value]) -> Traits:
    """What of a record is compared."""
    text = unicodedata.normalize("NFKC", str(record.get("project_name") or ""))
    whole = _plain(text)
    name = _bare(whole) or whole
    core = core_of(text)
    counties, given = _names(record.get("county")), _names(record.get("township"))
    official = _official(counties)
    lon, lat, radius = (record.get(key) for key in ("lon", "lat", "location_radius_km"))
    return Traits(
        _plain(record.get("project_code")),
        name,
        core,
        _marks(whole),
        _COMPANY.sub("", _REGION.sub("", _plain(record.get("owner")))),
        counties,
        given or frozenset(town for town in official if town in text),
        frozenset(word for town, word in official.items() if word in text or town in given),
        (lon, lat) if isinstance(lon, float) and isinstance(lat, float) else None,
        radius if isinstance(radius, float) else 0.0,
        str(record.get("data_kind") or "submitted"),
    )


@lru_cache(maxsize=1024)
def _names(text: Value) -> frozenset[str]:
    return frozenset(region.split_counties(text))


@lru_cache(maxsize=64)
def _official(counties: frozenset[str]) -> Mapping[str, str]:
    """The townships of some counties, each with its name without 镇, 乡 or 街道."""
    return {town: _TOWN.sub("", town) for county in counties for town in townships().get(county, ())}


@lru_cache(maxsize=2**15)
def _without(core: str, towns: frozenset[str]) -> str:
    for town in towns:
        core = re.sub(f"{town}(镇|乡|街道)?", "", core) or core
    return core


def core_of(name: str) -> str:
    """A project's name in one spelling, without region, empty words, remarks and size."""
    return cores([name])[0]


def cores(names: Sequence[str]) -> list[str]:
    """The same of many names."""
    # One text with a line for each name, so that no name is looked at alone.
    text = unicodedata.normalize("NFKC", "\n".join([name.replace("\n", " ") for name in names]))
    whole = _plain_lines(text)
    bare, core = _bare(whole), _QUANTITY.sub("", _bare(_plain_lines(_REMARK.sub("", text))))
    lines = (part.split("\n") for part in (core, bare, whole))
    return [best or second or last for best, second, last in zip(*lines, strict=True)]


def _plain(text: Value) -> str:
    """Half-width, lower case, letters and digits and characters only."""
    return _plain_lines(str(text or "")).replace("\n", "")


def _plain_lines(text: str) -> str:
    return re.sub(r"[^\w#\n]|_", "", unicodedata.normalize("NFKC", text)).lower()


def _bare(name: str) -> str:
    return _GENERIC.sub("", _REGION.sub("", name))


def _marks(whole: str) -> dict[str, frozenset[str]]:
    """一, 1 and i are one number; from eleven on Chinese numbers stay as they are written."""
    found: dict[str, set[str]] = {}
    for number, unit, sign, after in _MARK.findall(whole):
        number = number or after
        found.setdefault(unit or sign, set()).add(_NUMERALS.get(number, number))
    return {unit: frozenset(numbers) for unit, numbers in found.items()}
