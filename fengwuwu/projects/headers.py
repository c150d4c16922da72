"""Match the headers of a form to fields by name, key and synonym, with the unit a header states; nothing is guessed."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from fengwuwu.projects import units
from fengwuwu.projects.cells import Finding
from fengwuwu.projects.field import Field
from fengwuwu.projects.fields import BY_KEY, FIELDS

REASON_HEADER = "退回原因"
WARNINGS_HEADER = "导入提示"
# Known columns that carry no value of a project.
IGNORED = frozenset({
    "序号",
    "序",
    "no",
    "no.",
    REASON_HEADER,
    WARNINGS_HEADER,
    "intake_warnings",
    "fid",
    "geometry",
    "library_version",
})
_BRACKETS = tuple(zip("[]【】", "()()", strict=True))
_NUMBERING = re.compile(r"^(\d{1,2}[.、]|其中[:,]?)")
_LIKE_A_UNIT = re.compile(r"[元币$€£]|^[十百千万亿]|[吨米瓦时年]$")
# A quantity whose unit stands in a column of its own: value column -> unit column.
QUANTITIES: Mapping[str, str] = {
    "capacity": "capacity_unit",
    "annual_output": "annual_output_unit",
    "measured_output": "measured_output_unit",
}


@dataclass(frozen=True)
class Column:
    """A column that was understood.

    Attributes
    ----------
    field : Field
    header : str
        As the user wrote it.
    unit : str
        Unit the form states for it; empty when it states none.
    """

    field: Field
    header: str
    unit: str = ""


@dataclass(frozen=True)
class Headers:
    """A header row: columns by number, and what is to be said about the others."""

    columns: Mapping[int, Column]
    findings: tuple[tuple[str, Finding], ...]
    ignored: frozenset[int] = frozenset()

    @cached_property
    def places(self) -> dict[str, int]:
        """Number of the column of each field."""
        return {column.field.key: number for number, column in self.columns.items()}


def normalise(text: str) -> str:
    """Header in one spelling: half-width, no blanks, no mark of a required column, lower case."""
    short = "".join(unicodedata.normalize("NFKC", text).split()).lower()
    for mark, plain in _BRACKETS:
        short = short.replace(mark, plain)
    short = _NUMBERING.sub("", short)
    return short.strip("*★:") or short


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[Field, int]]:
    """Every spelling with its field and rank: the full header goes before a synonym."""
    found: dict[str, tuple[Field, int]] = {}
    for rank, spellings in enumerate((
        lambda f: (f.key, f.full_header),
        lambda f: (f.header, f.shapefile_name) if f.short else (f.header,),
        lambda f: f.synonyms,
    )):
        for field in FIELDS:
            for spelling in spellings(field):
                found.setdefault(normalise(spelling), (field, rank))
    return found


@lru_cache(maxsize=1024)
def _may_begin(letter: str) -> bool:
    """Whether a letter can be the first of a name, or of the numbers and marks that may go before one."""
    plain = unicodedata.normalize("NFKC", letter).lower()[:1]
    return plain.isdigit() or plain in "其*★:" or any(name.startswith(plain) for name in _names())


def find(text: str) -> tuple[Field, int, str, Finding | None] | None:
    """The field a header means.

    Returns
    -------
    tuple or None
        Field, rank (lower is surer), unit stated, and a doubt or None; None when no field is meant.
    """
    # A name with more behind it begins as the name does; this spares the cells of data the rest.
    return _meaning(normalise(text)) if _may_begin(text[:1]) else None


@lru_cache(maxsize=8192)
def _meaning(short: str) -> tuple[Field, int, str, Finding | None] | None:
    names = _names()
    if short in names:
        field, rank = names[short]
        return field, rank, field.unit if rank == 0 else "", None
    base, inside = _split(short)
    if base not in names:
        return None
    field, rank = names[base]
    for part in (inside, *re.split(r"[,;、/]", inside)):
        if units.dimensions(part):
            return field, rank, part, None
    if field.unit and _LIKE_A_UNIT.search(inside):
        # A foreign currency must not pass for 万元.
        return field, rank, inside, None
    doubt = Finding(f"按“{field.full_header}”读取，括号内“{inside}”未作处理。", "请核对是否同一含义。", "warning")
    return field, rank + 3, "", doubt


@lru_cache(maxsize=1)
def _cut_names() -> dict[str, tuple[Field, ...]]:
    """What is left of each spelling after ten bytes of GBK or UTF-8, and the fields it may mean."""
    found: dict[str, dict[str, Field]] = {}
    for field in FIELDS:
        for spelling in (field.key, field.header, field.full_header, *field.synonyms):
            for encoding in ("gb18030", "utf-8"):
                raw = spelling.encode(encoding)
                if len(raw) > 10:
                    left = raw[:10].decode(encoding, "ignore")
                    found.setdefault(normalise(left), {})[field.key] = field
    return {name: tuple(fields.values()) for name, fields in found.items()}


def find_cut(text: str) -> tuple[Field, int, str, Finding | None] | None:
    """As `find`, for a column name that a shapefile may have cut; only when one field alone can be meant."""
    short = normalise(text)
    if short in _names() or (short not in _cut_names() and find(text)):
        return find(text)
    name, mark, inside = short.partition("(")
    fields = _cut_names().get(short, ())
    if len(fields) != 1 and mark and name in _names():
        fields = (_names()[name][0],)
    if len(fields) != 1:
        return None
    doubt = Finding(f"字段名被 shapefile 截断，按“{fields[0].full_header}”读取。", "请核对。", "warning")
    return fields[0], 4, inside if units.dimensions(inside) else "", doubt


def _cut_choice(text: str) -> Finding | None:
    """What to say about a cut name that several fields share."""
    fields = _cut_names().get(normalise(text), ())
    if len(fields) < 2:
        return None
    names = "、".join(f"{field.shapefile_name}（{field.header}）" for field in fields)
    return Finding("字段名被 shapefile 截断，不能判断是哪一列，未读取。", f"请改名为其中之一：{names}。", "warning")


def _split(short: str) -> tuple[str, str]:
    """Name and unit of ``总投资(亿元)``, ``总投资/亿元``, ``总投资:亿元``, ``总投资亿元``."""
    if match := re.fullmatch(r"(.+?)\((?:单位[:,]?)?(.+)\)", short):
        return match.group(1), match.group(2)
    if match := re.fullmatch(r"(.+?)[/:,_](.+)", short):
        return match.group(1), match.group(2)
    names = _names()
    for cut in range(len(short) - 1, 1, -1):
        if short[:cut] in names and units.dimensions(short[cut:]):
            return short[:cut], short[cut:]
    return short, ""


def named(texts: Mapping[int, str], *, cut: bool = False) -> set[str]:
    """The different fields a row names."""
    meaning = find_cut if cut else find
    return {found[0].key for text in texts.values() if (found := meaning(text))}


def is_header(texts: Mapping[int, str], needed: int) -> bool:
    """Whether a row is a header: enough of its cells name fields, and most of them do."""
    texts = {column: text for column, text in texts.items() if not text.replace(".", "", 1).isdigit()}
    if len(texts) < needed:
        return False
    strange = 0
    for text in texts.values():
        strange += not (find(text) or normalise(text) in IGNORED)
        if strange * 2 > len(texts):
            return False
    return len(named(texts)) >= needed


def money_unit(lines: list[str]) -> str:
    """Unit of money stated above a table, such as ``单位：亿元``; empty when none is."""
    for line in lines:
        for unit in re.findall(r"(?:金额)?单位[:：]?\s*([^\s，,；;）)、]+)", unicodedata.normalize("NFKC", line)):
            if units.size(unit, "money") is not None:
                return str(unit)
    return ""


def match(
    texts: Mapping[int, str], above: Mapping[int, str] | None = None, money: str = "", *, cut: bool = False
) -> Headers:
    """Match one header row.

    Parameters
    ----------
    texts : mapping of int to str
        Header text by column number.
    above : mapping of int to str, optional
        The row above it, where a merged header may state the unit.
    money : str, optional
        Unit of money stated above the table.
    cut : bool
        Whether names may have been cut at ten bytes.
    """
    columns: dict[int, Column] = {}
    ranks: dict[str, tuple[int, int]] = {}
    findings: list[tuple[str, Finding]] = []
    ignored: set[int] = set()
    last: Field | None = None
    for number, text in sorted(texts.items()):
        shown = " ".join(text.split())
        short = normalise(text)
        found = find_cut(text) if cut else find(text)
        if short in IGNORED:
            ignored.add(number)
            continue
        if short == "单位":
            # On its own it may be the unit of the column before it, or an organisation.
            partner = QUANTITIES.get(last.key) if last else None
            found = (BY_KEY[partner], 1, "", None) if partner else None
        if found is None:
            findings.append((shown, (cut and _cut_choice(text)) or _unknown(short)))
            last = None
            continue
        field, rank, unit, doubt = found
        last = field
        unit, finding = _unit(field, unit, (above or {}).get(number, ""), money)
        if finding and finding.severity == "error":
            findings.append((shown, Finding(finding.message, finding.remedy, "warning")))
            continue
        if field.key in ranks:
            other, other_rank = ranks[field.key]
            loser = shown if rank >= other_rank else columns[other].header
            findings.append((
                loser,
                Finding(f"与另一列同为“{field.full_header}”，本列未读取。", "请只保留一列。", "warning"),
            ))
            if rank >= other_rank:
                continue
            del columns[other]
        findings += [(shown, item) for item in (doubt, finding) if item]
        columns[number] = Column(field, shown, unit)
        ranks[field.key] = number, rank
    return Headers(columns, tuple(findings), frozenset(ignored))


def _unit(field: Field, stated: str, above: str, money: str) -> tuple[str, Finding | None]:
    """Unit of a column from its header, the header above it or the line above the table, and what is doubtful."""
    in_above = _split(normalise(above))[1] if above else ""
    if field.key in QUANTITIES:
        return stated or (in_above if units.dimensions(in_above) else ""), None
    if not field.unit:
        return stated, None
    if not stated and in_above and units.convert(units.Fraction(1), in_above, field.unit) is not None:
        stated = in_above
    is_money = units.size(field.unit, "money") is not None
    if not stated and is_money and money:
        stated = money
    if not stated:
        doubt = Finding(f"表头没有写单位，按{field.unit}读取。", f"请写成“{field.full_header}”。", "warning")
        return field.unit, doubt if is_money else None
    if units.convert(units.Fraction(1), stated, field.unit) is None:
        return "", Finding(f"单位“{stated}”不能换算为{field.unit}，本列未读取。", f"请改为“{field.full_header}”。")
    return stated, None


def _unknown(short: str) -> Finding:
    base = _split(short)[0]
    near = difflib.get_close_matches(base, _names(), n=1, cutoff=0.6)
    hint = f"是否为“{_names()[near[0]][0].full_header}”？如是请改表头；" if near else "如需入库请改用模板中的表头；"
    return Finding("不认识这一列，未读取。", f"{hint}否则可忽略。", "warning")
