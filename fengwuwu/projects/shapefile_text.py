"""Text of a shapefile, whose encoding is often unsaid or wrongly said: found by strict decoding and by place names."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from fengwuwu import geo, region
from fengwuwu.errors import InputError
from fengwuwu.projects.cells import Finding

_FULL = 254  # bytes a text field can hold


@dataclass
class Text:
    """Decoded columns.

    Attributes
    ----------
    columns : dict of str to sequence
    notes : list of Finding
        About the file as a whole.
    found : dict of int to list of (str, Finding)
        About single features, by position from 1.
    """

    columns: dict[str, Sequence[object]]
    notes: list[Finding] = field(default_factory=list)
    found: dict[int, list[tuple[str, Finding]]] = field(default_factory=dict)


def decode(columns: dict[str, Sequence[object]], stated: str, where: str) -> Text:
    """Decode text that was read as ISO-8859-1, one letter a byte.

    The encoding that ``.cpg`` states is tried first, then strict UTF-8, then GB18030. The first one that gives a place
    name of the official list is taken; if none does, the first that decodes at all.

    Parameters
    ----------
    columns : dict of str to sequence
    stated : str
        Content of ``.cpg``; empty when there is none.
    where : str
        File, for the message.

    Raises
    ------
    InputError
        When no encoding fits.
    """
    candidates = dict.fromkeys(name for name in (_codec(stated), "utf-8", "gb18030") if name)
    fitting: dict[str, Text] = {}
    for encoding in candidates:
        try:
            fitting[encoding] = _decoded(columns, encoding)
        except UnicodeError:
            continue
    if not fitting:
        raise InputError(
            "文字编码无法识别。", where=where, remedy="请在 QGIS 中以正确编码打开，另存为 GeoPackage（.gpkg）后导入。"
        )
    placed = [name for name, text in fitting.items() if _names_places(text)]
    chosen = placed[0] if placed else next(iter(fitting))
    text = fitting[chosen]
    if stated and chosen != _codec(stated):
        message = f".cpg 写明的编码“{stated}”读不出文字或地名，已按 {chosen.upper()} 读取。"
        text.notes.append(Finding(message, "请核对文字是否正确，并改正 .cpg。", "warning"))
    if not placed and not _ascii(columns):
        message = f"按 {chosen.upper()} 读取，但没有一个县名、乡镇名与名录相符。"
        text.notes.append(Finding(message, "请核对文字是否正确；乱码请在 QGIS 中指定编码后另存。", "warning"))
    return text


def _codec(stated: str) -> str:
    """Python's name of an encoding as ``.cpg`` files state it; empty when it is none."""
    name = stated.strip().lower()
    if name in ("936", "cp936", "gbk", "gb2312", "gb18030", "gb 18030"):
        return "gb18030"
    try:
        return codecs.lookup(f"cp{name}" if name.isdigit() else name).name if name else ""
    except (LookupError, ValueError):
        return ""


def _decoded(columns: dict[str, Sequence[object]], encoding: str) -> Text:
    text = Text({})
    for name, column in columns.items():
        # A name is cut at ten bytes, maybe within a letter.
        title = _strict(name, encoding, whole=len(name) < 9)[0]
        values: list[object] = []
        for number, value in enumerate(column, start=1):
            if isinstance(value, str):
                value, cut = _strict(value, encoding, whole=len(value) < _FULL - 3)
                if cut or len(str(value).encode(encoding, "replace")) >= _FULL:
                    finding = Finding(f"“{title}”的文字可能被 shapefile 截断。", "请补全。", "warning")
                    text.found.setdefault(number, []).append(("", finding))
            values.append(value)
        text.columns[title] = values
    return text


def _strict(letters: str, encoding: str, whole: bool) -> tuple[str, bool]:
    """Decoded text, and whether a letter cut in two was left out at its end."""
    raw = letters.encode("latin-1")
    if whole:
        return raw.decode(encoding), False
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    text = decoder.decode(raw)
    return text, bool(decoder.getstate()[0])


def _texts(columns: dict[str, Sequence[object]]) -> Iterator[str]:
    yield from (value for column in columns.values() for value in column if isinstance(value, str))


def _ascii(columns: dict[str, Sequence[object]]) -> bool:
    return all(text.isascii() for text in _texts(columns))


def _names_places(text: Text) -> bool:
    return any(name in value for value in _texts(text.columns) for name in _places())


@lru_cache(maxsize=1)
def _places() -> tuple[str, ...]:
    return tuple({*region.COUNTY_NAMES, *(c.short for c in region.COUNTIES), *geo.layer("townships")["township"]})
