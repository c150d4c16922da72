"""Units as people write them in forms, and exact conversion between those of one dimension.

Fractions keep ``1.1 亿元 = 11000 万元`` exact; binary floats would not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

_MU = Fraction(10000, 15)

_GRAMS = {"t": 10**6, "吨": 10**6, "kg": 1000, "千克": 1000, "公斤": 1000, "g": 1, "克": 1}
_WATT_HOURS = {
    "mwh": 10**6,
    "兆瓦时": 10**6,
    "kwh": 1000,
    "千瓦时": 1000,
    "度": 1000,
    "万kwh": 10**7,
    "万千瓦时": 10**7,
}

# Per dimension: spelling (see `normalise`) -> size in the base unit, which is the first one listed.
_ATOMS: Mapping[str, Mapping[str, Fraction | int]] = {
    "money": {"万元": 1, "万": 1, "亿": 10_000, "元": Fraction(1, 10_000), "人民币元": Fraction(1, 10_000)},
    "power": {
        **dict.fromkeys(("mw", "兆瓦", "mwp", "mwt"), 1),
        **dict.fromkeys(("kw", "千瓦", "kwp", "kva", "千伏安"), Fraction(1, 1000)),
        **dict.fromkeys(("w", "瓦"), Fraction(1, 10**6)),
        **dict.fromkeys(("gw", "吉瓦"), 1000),
    },
    "energy": {
        **dict.fromkeys(("gwh", "吉瓦时"), 1),
        **dict.fromkeys(("mwh", "兆瓦时"), Fraction(1, 1000)),
        **dict.fromkeys(("kwh", "千瓦时", "千瓦小时", "度", "度电"), Fraction(1, 10**6)),
        "twh": 1000,
    },
    "heat": {"gj": 1, "吉焦": 1, "mj": Fraction(1, 1000), "兆焦": Fraction(1, 1000), "tj": 1000},
    "carbon": {
        **dict.fromkeys(
            ("tco2e", "tco2", "tco2eq", "t", "吨", "吨co2", "吨co2e", "吨co2当量", "吨二氧化碳", "吨二氧化碳当量"), 1
        ),
        **dict.fromkeys(("kgco2e", "kgco2", "kg", "千克", "公斤"), Fraction(1, 1000)),
    },
    "mass": {"t": 1, "吨": 1, **dict.fromkeys(("kg", "千克", "公斤"), Fraction(1, 1000))},
    "coal": {"tce": 1, "吨标准煤": 1, "吨标煤": 1, "kgce": Fraction(1, 1000)},
    "grid_factor": {
        f"{mass}{gas}/{energy}": Fraction(grams, watt_hours)
        for gas in ("co2", "co2e", "二氧化碳", "")
        for mass, grams in _GRAMS.items()
        for energy, watt_hours in _WATT_HOURS.items()
    },
    "area": {
        **dict.fromkeys(("m2", "平方米", "平米"), 1),
        **dict.fromkeys(("ha", "公顷", "hm2"), 10_000),
        **dict.fromkeys(("亩", "mu"), _MU),
        **dict.fromkeys(("km2", "平方公里", "平方千米"), 10**6),
    },
    "volume": dict.fromkeys(("m3", "立方米", "立方", "方"), 1),
    "mass_rate": dict.fromkeys(("t/d", "吨/d", "吨/日", "吨/天", "t/日", "t/天"), 1),
    "water_rate": dict.fromkeys(
        ("m3/d", "立方米/d", "立方米/日", "立方米/天", "m3/日", "m3/天", "方/日", "方/天", "吨/日", "吨/天", "t/d"), 1
    ),
    "length": {
        **dict.fromkeys(("km", "公里", "千米"), 1),
        **dict.fromkeys(("m", "米"), Fraction(1, 1000)),
    },
    "time_year": {**dict.fromkeys(("年", "a", "year"), 1), **dict.fromkeys(("月", "个月"), Fraction(1, 12))},
    "time_hour": dict.fromkeys(("h", "小时", "时", "hour"), 1),
    "angle": dict.fromkeys(("°", "度", "deg"), 1),
    "ratio": {"1": 1, "%": Fraction(1, 100)},
    "head": dict.fromkeys(("head", "头"), 1),
    "vehicle": dict.fromkeys(("vehicle", "辆", "台"), 1),
    "ship": dict.fromkeys(("ship", "艘"), 1),
    "lamp": dict.fromkeys(("lamp", "盏"), 1),
    "site": dict.fromkeys(("site", "处", "个", "座"), 1),
    "passenger": dict.fromkeys(("passenger", "人次", "人"), 1),
}
_PREFIXES: Mapping[str, int] = {
    **{f"10^{n}": 10**n for n in (3, 4, 6, 8)},
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "千": 10**3,
    "万": 10**4,
    "亿": 10**8,
}
RATIO = "1"


@lru_cache(maxsize=4096)
def normalise(unit: str) -> str:
    """Unit in one spelling: half-width, lower case, no blanks, without "per year".

    Parameters
    ----------
    unit : str
        E.g. ``㎡``, ``tCO₂e/年``, ``万 千瓦``.
    """
    text = re.sub(r"[\s·]", "", unicodedata.normalize("NFKC", unit)).lower().replace("×", "")
    return re.sub(r"(?<=.)(/(年|a|yr|y)|每年)$", "", text)


@lru_cache(maxsize=4096)
def size(unit: str, dimension: str) -> Fraction | None:
    """How many base units of a dimension one `unit` is, or None when it is no unit of it."""
    text = normalise(unit)
    atoms = _ATOMS[dimension]
    if text in atoms:
        return Fraction(atoms[text])
    for prefix, factor in _PREFIXES.items():
        rest = text[len(prefix) :]
        if text.startswith(prefix) and rest in atoms:
            return Fraction(atoms[rest]) * factor
    return None


@lru_cache(maxsize=1024)
def dimensions(unit: str) -> tuple[str, ...]:
    """Every dimension a spelling can belong to; empty when it is no known unit."""
    return tuple(name for name in _ATOMS if size(unit, name) is not None)


@lru_cache(maxsize=4096)
def factor(unit: str, to: str) -> Fraction | None:
    """How many of one unit another is.

    Parameters
    ----------
    unit, to : str
        As written in the form, and the unit wanted; `RATIO` for a share.

    Returns
    -------
    Fraction or None
        None when the two do not share a dimension.
    """
    if normalise(unit) == normalise(to):
        return Fraction(1)
    # "t/d" is a base unit of waste and also a spelling for water; only the former is meant when it is the aim.
    wanted = dimensions(to)
    for dimension in [name for name in wanted if next(iter(_ATOMS[name])) == normalise(to)] or wanted:
        source, target = size(unit, dimension), size(to, dimension)
        if source is not None and target is not None:
            return source / target
    return None


def convert(value: Fraction, unit: str, to: str) -> Fraction | None:
    """Convert exactly between two units of one dimension; None when they do not share one. See `factor`."""
    found = factor(unit, to)
    return None if found is None else value * found


def to_float(value: Fraction) -> float:
    """The value with 15 significant digits, which decimal text holds without loss."""
    return float(f"{float(value):.15g}")
