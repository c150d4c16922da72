"""The three counties and the region: names, codes, areas, and how users may write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fengwuwu.errors import InputError


@dataclass(frozen=True)
class Area:
    """A county or the whole region.

    Attributes
    ----------
    key : str
        Pinyin, used in commands, parameters and file names.
    name, short : str
        Full and short Chinese name.
    adcode : str
        Six-digit code of GB/T 2260; empty for the region.
    area_km2 : float
        Official land area, km² (奉节 4098, 巫山 2958, 巫溪 4030; see ``data/geo/layers.toml``).
    """

    key: str
    name: str
    short: str
    adcode: str
    area_km2: float

    @property
    def aliases(self) -> tuple[str, ...]:
        """Every spelling that is understood."""
        english = f"{self.key} county" if self.adcode else "fengwuwu"
        return tuple(a for a in (self.key, self.name, self.short, self.adcode, english, *_MORE.get(self.key, ())) if a)


_MORE = {"region": ("奉巫巫地区", "奉巫巫三县", "全区域", "区域", "三县")}

FENGJIE = Area("fengjie", "奉节县", "奉节", "500236", 4098.0)
WUSHAN = Area("wushan", "巫山县", "巫山", "500237", 2958.0)
WUXI = Area("wuxi", "巫溪县", "巫溪", "500238", 4030.0)
COUNTIES: tuple[Area, ...] = (FENGJIE, WUSHAN, WUXI)
REGION = Area("region", "奉巫巫区域", "奉巫巫", "", sum(c.area_km2 for c in COUNTIES))

COUNTY_NAMES: tuple[str, ...] = tuple(c.name for c in COUNTIES)
# Neighbours that share projects with the three; they count for no total here.
NEIGHBOURS: dict[str, str] = {"云阳": "云阳县", "万州": "万州区", "开州": "开州区"}

_LOOKUP = {alias.lower(): area for area in (*COUNTIES, REGION) for alias in area.aliases}


def find(value: object) -> Area | None:
    """The county or region a user means, or None.

    Parameters
    ----------
    value : object
        Chinese name (full or short), pinyin in any case, or adcode (as text or number).
    """
    text = str(value).strip().lower()
    if re.fullmatch(r"50023[678]\.0", text):
        text = text[:-2]
    return _LOOKUP.get(re.sub(r"^重庆市?", "", text))


def area(value: object) -> Area:
    """As `find`, but an unknown name is an `InputError`."""
    found = find(value)
    if found is None:
        known = "、".join(f"{a.name}（{a.key}）" for a in (*COUNTIES, REGION))
        raise InputError(f"不认识的县名“{value}”。", remedy=f"可用：{known}。")
    return found


def split_counties(value: object) -> list[str]:
    """Full Chinese names in a cell that may list several counties.

    Parameters
    ----------
    value : object
        Text such as ``奉节县;巫山`` (separators ``; ； 、 ， ,``), or a list. Missing gives ``[]``.

    Returns
    -------
    list of str
        Counties of the region by full name; neighbours by full name; anything else as written,
        so that a validation can name it.
    """
    if value is None or value != value:
        return []
    parts = value if isinstance(value, (list, tuple)) else re.split(r"[;；、，,/]", str(value))
    names: list[str] = []
    for part in (str(p).strip() for p in parts):
        if not part:
            continue
        found = find(part)
        expanded = list(COUNTY_NAMES) if found is REGION else [found.name if found else NEIGHBOURS.get(part, part)]
        names += [name for name in expanded if name not in names]
    return names
