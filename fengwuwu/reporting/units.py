"""How numbers and units are printed, and the few conversions prose needs."""

from __future__ import annotations

import re
import unicodedata

_LONG = re.compile(r"[!-~]{16,}")
_PIECE = re.compile(r"(\W|_|[^\W_]{12})(?=.)")
_CONVERSIONS: dict[tuple[str, str], float] = {
    ("", "%"): 100.0,
    ("万元", "亿元"): 1e-4,
    ("亿元", "万元"): 1e4,
    ("tCO2e", "万tCO2e"): 1e-4,
    ("tCO2e/年", "万tCO2e/年"): 1e-4,
    ("吨", "万吨"): 1e-4,
    ("吨二氧化碳当量", "万吨二氧化碳当量"): 1e-4,
    ("tCO2e", "吨二氧化碳当量"): 1.0,
    ("tCO2e", "万吨二氧化碳当量"): 1e-4,
}


def factor(unit: str, target: str) -> float | None:
    """Multiplier from one unit to another, or None when it is not known."""
    return 1.0 if unit == target else _CONVERSIONS.get((unit, target))


def targets(unit: str) -> list[str]:
    """Units that `unit` can be printed in."""
    return [end for start, end in _CONVERSIONS if start == unit]


def number(value: float, digits: int = 0, *, grouping: bool = True) -> str:
    """A number with thousands grouped; something that is not zero never prints as zero."""
    while value != 0 and digits < 9 and round(abs(value), digits) == 0:
        digits += 1
    value = round(value, digits) + 0.0  # + 0.0: no minus sign before zero
    return f"{value:,.{digits}f}" if grouping else f"{value:.{digits}f}"


def join(shown: str, unit: str) -> str:
    """Number and unit: a no-break space before Latin letters, nothing before Chinese or %."""
    return f"{shown}\u00a0{unit}" if unit[:1].isascii() and unit[:1].isalpha() else shown + unit


def text_width(text: str) -> float:
    """Width in full-width characters: Chinese 1, Latin and digits about half."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.55 for c in text)


def breakable(text: str) -> str:
    """Text in which long file names and addresses may be broken, for a layout that only breaks at spaces."""
    return _LONG.sub(lambda found: _PIECE.sub("\\1\u200b", found[0]), text)


def fold_header(header: str) -> list[str]:
    """Name and unit of a header on lines of their own: 年减排量 / （tCO2e/年）."""
    name, bracket, unit = header.partition("（")
    return [name, bracket + unit] if name and bracket else [header]
