"""One cell of a form: what was written, and the value of its field that it means."""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from fengwuwu import region
from fengwuwu.errors import Severity
from fengwuwu.projects import activity_figures, units
from fengwuwu.projects.field import Field
from fengwuwu.projects.technologies import labels
from fengwuwu.vocabulary import UNIT

Value = str | float | None
_UNKNOWN = (
    "- -- --- — —— – / \\ * ? ... … 无 暂无 没有 待定 待补充 未知 不详 不明 不清楚 待核实 未公布 未定 待填 空 "
    "n/a na nan null none unknown tbd"
)
UNKNOWN_WORDS = frozenset(_UNKNOWN.split())
_LONGEST = max(map(len, UNKNOWN_WORDS))
_ERROR_VALUES = {"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
_APPROXIMATE = re.compile(r"^(约为?|大约|近|≈|~|超过?|>=?|<=?|≥|≤|不低于|不少于|余|多)|(左右|上下|余|多|以上|以内)$")
_NUMBER = re.compile(r"^([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+)(e[+-]?\d{1,3})?(.*)$", re.IGNORECASE)
_DEGREES = re.compile(r"""^(\d{1,3}(?:\.\d+)?)[°度](?:(\d{1,2}(?:\.\d+)?)['′分])?(?:(\d{1,2}(?:\.\d+)?)["″秒])?$""")
# 2027 · 2027年底 · 2027-06 · 2027.6.1 · 2027年第三季度 · 202706 · 20270601
_YEAR = re.compile(
    r"((?:19|20)\d{2})(?:年|\.0*$|$|[-./](?:0?[1-9]|1[0-2])(?:\D|$)|第|q[1-4]$|(?:0[1-9]|1[0-2])(?:[0-3]\d)?$)"
)
_DATE = re.compile(r"((?:19|20)\d{2})[-./年](\d{1,2})(?:[-./月](\d{1,2}))?[日号月]?(?:\d{2}:\d{2}(?::\d{2})?)?")
_DIGITS_DATE = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_EXCEL_EPOCH = dt.date(1899, 12, 30)
MAX_LENGTH = 32_767  # characters Excel keeps in a cell; more could not be handed over without loss
_LARGEST = 10**15  # far above any figure of a project, far below what a float can hold
_YES = frozenset({"是", "有", "true", "1", "yes", "y", "√", "✓", "✔"})
_NO = frozenset({"否", "无", "没有", "不是", "false", "0", "no", "n", "×", "✗"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\ufeff\ufffe\uffff]|[\ud800-\udfff]")


@dataclass(frozen=True)
class Finding:
    """What is wrong or doubtful about a cell; `Problem` without the place."""

    message: str
    remedy: str = ""
    severity: Severity = "error"


@dataclass(frozen=True)
class Uncomputed:
    """A formula whose result the file does not hold."""

    formula: str


class CellError(Exception):
    """The cell cannot be understood."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.finding = Finding(message, remedy)


def clean(raw: object) -> str:
    """Text of a cell without outer blanks and control characters; empty when there is nothing in it."""
    if type(raw) is str and raw.isprintable() and "_x000D_" not in raw:
        return raw.strip()  # nothing else to clean, as in most cells
    if raw is None:
        return ""
    if isinstance(raw, float):
        if raw.is_integer() and abs(raw) < 1e18:
            return str(int(raw))
        return "" if math.isnan(raw) else f"{raw:.15g}"
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, Uncomputed):
        return raw.formula
    if isinstance(raw, dt.datetime):
        return raw.date().isoformat() if raw.time() == dt.time() else raw.isoformat(sep=" ", timespec="seconds")
    text = str(raw).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    return _CONTROL.sub("", text).strip()


def narrow(text: str) -> str:
    """Half-width text without any blanks."""
    if text.isascii():
        return "".join(text.split())
    # Twice, for a mark may join the letter that a blank had kept from it.
    return unicodedata.normalize("NFKC", "".join(unicodedata.normalize("NFKC", text).split()))


def says_unknown(text: str) -> bool:
    """Whether a text says that nothing is known."""
    # No spelling of such a word has more letters than the word.
    short = "".join(text.split())
    return len(short) <= _LONGEST and narrow(short).lower() in UNKNOWN_WORDS


def parse(raw: object, field: Field, unit: str = "") -> tuple[Value, list[Finding]]:
    """The value a cell means.

    Parameters
    ----------
    raw : object
        As read: text, number, date, bool, `Uncomputed` or None.
    field : Field
        What it should be.
    unit : str
        Unit of the column as the form states it; the field's own by default. A unit in the cell goes before it.

    Returns
    -------
    value : str, float or None
        In the field's unit; None when unknown or not understood.
    findings : list of Finding
        An error when it was not understood, warnings when it was read with doubts.
    """
    if type(raw) is float and field.kind == "number" and unit in ("", field.unit) and abs(raw) <= _LARGEST:
        return float(f"{raw:.15g}") + 0.0, []  # as in most cells; what follows would give the same, and no -0 either
    text = clean(raw)
    if not text:
        return None, []
    if isinstance(raw, Uncomputed):
        return None, [Finding("公式没有计算结果。", "请用 Excel 打开、保存一次，或直接填写数值。")]
    if text in _ERROR_VALUES:
        return None, [Finding(f"单元格是公式错误“{text}”。", "请改正公式，或直接填写数值。")]
    if len(text) > MAX_LENGTH and field.key != "site_geojson":  # an outline too long for a cell leaves its point
        return None, [
            Finding(f"文字有 {len(text)} 个，超过 Excel 单元格的上限 {MAX_LENGTH}。", "请缩短，全文作为附件。")
        ]
    findings: list[Finding] = []
    try:
        value = _READERS[field.kind](raw, text, field, unit, findings)
    except CellError as error:
        return None, [error.finding]
    return value, findings


def number_and_unit(text: str) -> tuple[Fraction, str, bool]:
    """Split text such as ``约1,200.5万元``.

    Returns
    -------
    value : Fraction
    unit : str
        What follows the number; empty when nothing does.
    approximate : bool
        Whether the text calls the number approximate or a bound.

    Raises
    ------
    CellError
        When it is not one number.
    """
    short = narrow(text).replace("−", "-")
    bare = _APPROXIMATE.sub("", _APPROXIMATE.sub("", short))
    match = _NUMBER.match(bare)
    if match is None:
        raise CellError(f"“{text}”不是数值。", "请填写一个阿拉伯数字；不清楚请留空。")
    digits, exponent, unit = match.group(1), match.group(2) or "", match.group(3)
    approximate = bare != short
    if _APPROXIMATE.search(unit):
        unit, approximate = _APPROXIMATE.sub("", unit), True
    if re.search(r"[\d,]", re.sub(r"m[23]|co2|10\^\d", "", unit.lower())):
        raise CellError(f"“{text}”不是一个数值（像是区间或多个数）。", "请只填一个数，其余写入备注。")
    value = Fraction(digits.replace(",", "") + exponent)
    if abs(value) > _LARGEST:
        raise CellError(f"“{text}”超出可用范围。", "请核对。")
    return value, unit, approximate


def _number(raw: object, text: str, field: Field, unit: str, findings: list[Finding]) -> float | None:
    if isinstance(raw, bool | dt.datetime | dt.date | dt.time):
        raise CellError(f"“{text}”不是数值。", "请把单元格格式改为“常规”或“数值”后重填。")
    if says_unknown(text):
        if narrow(text) in ("无", "没有"):
            findings.append(Finding(f"“{text}”按未知读取。", "如果是零，请填 0。", "warning"))
        return None
    if field.key in ("lon", "lat") and (degrees := _degrees(text)) is not None:
        return units.to_float(degrees)
    value, written, approximate = number_and_unit(text)
    target = field.unit or (units.RATIO if (field.minimum, field.maximum) == (0, 1) else "")
    source = written or unit or target
    if written and not target:
        findings.append(Finding(f"数值后的“{written}”未读取。", "单位请填在单位列。", "warning"))
        source = ""
    if source and target:
        converted = units.convert(value, source, target)
        if converted is None:
            raise CellError(f"单位“{source}”不能换算为“{field.unit or '比例'}”。", f"请按{field.full_header}填写。")
        value = converted
    number = units.to_float(value)
    if approximate:
        findings.append(Finding(f"“{text}”是约数，按 {number:.15g} 读取。", "请核实准确值。", "warning"))
    return number


def _degrees(text: str) -> Fraction | None:
    short = re.sub(r"^(东经|北纬|[EN])|[EN]$", "", narrow(text).replace("′′", "″"), flags=re.IGNORECASE)
    if match := _DEGREES.match(short):
        degree, minute, second = (Fraction(part or 0) for part in match.groups())
        return degree + minute / 60 + second / 3600
    return Fraction(short) if re.fullmatch(r"\d{1,3}(\.\d+)?", short) else None


def _integer(raw: object, text: str, field: Field, unit: str, findings: list[Finding]) -> float | None:
    value = _number(raw, text, field, unit, findings)
    if value is not None and value != int(value):
        raise CellError(f"“{text}”不是整数。", "请填写整数。")
    return value


def _year(raw: object, text: str, field: Field, unit: str, findings: list[Finding]) -> float | None:
    if isinstance(raw, dt.datetime | dt.date):
        return float(raw.year)
    short = narrow(text)
    if says_unknown(short):
        return None
    match = _YEAR.match(short.lower())
    if match and len(re.findall(r"(?:19|20)\d{2}", short)) == 1:
        return float(match.group(1))
    if re.fullmatch(r"[34567]\d{4}(\.\d+)?", short):
        # Excel keeps dates as days since the end of 1899; 30000 to 79999 are 1982 to 2119.
        year = (_EXCEL_EPOCH + dt.timedelta(days=int(float(short)))).year
        findings.append(
            Finding(f"“{text}”按 Excel 日期序号读作 {year} 年。", "请核对，最好直接填四位年份。", "warning")
        )
        return float(year)
    raise CellError(f"“{text}”不是年份。", "请填四位年份，例如 2027；不清楚请留空。")


def _date(raw: object, text: str, field: Field, unit: str, findings: list[Finding]) -> str | None:
    """A day or a month, ISO 8601."""
    if isinstance(raw, dt.datetime | dt.date) and 1900 <= raw.year < 2100:
        return f"{raw:%Y-%m-%d}"
    short = narrow(text)
    if says_unknown(short):
        return None
    if re.fullmatch(r"[34567]\d{4}(\.\d+)?", short):
        day = _EXCEL_EPOCH + dt.timedelta(days=int(float(short)))
        findings.append(Finding(f"“{text}”按 Excel 日期序号读作 {day}。", "请核对。", "warning"))
        return day.isoformat()
    match = _DATE.fullmatch(short) or _DIGITS_DATE.fullmatch(short)
    try:
        year, month, day_of_month = (int(part) if part else 0 for part in match.groups()) if match else (0, 0, 0)
        return dt.date(year, month, day_of_month or 1).isoformat()[: 10 if day_of_month else 7]
    except ValueError:
        raise CellError(f"“{text}”不是日期。", "请写成 2026-09-30 或 2026-09。") from None


def _text(raw: object, text: str, field: Field, unit: str, findings: list[Finding]) -> str | None:
    if says_unknown(text):
        return None
    if field.key in ("project_id", "project_code", "exclusive_group"):
        text = narrow(text)
    if type(raw) in (int, float) and abs(raw) >= 1e15:  # type: ignore[arg-type]
        findings.append(Finding("过长的数字可能已被 Excel 截断。", "请把单元格设为“文本”后重填。", "warning"))
    return text


def _counties(raw: object, text: str, field: Field, unit: str, findings: list[Finding]) -> str | None:
    if says_unknown(text):
        return None
    plain = re.sub(r"(重庆市?)\s+", r"\1", unicodedata.normalize("NFKC", text))
    return ";".join(region.split_counties(re.sub(r"[\s+和与]+", ";", plain))) or None


def choices_of(field: Field) -> Mapping[str, str]:
    """Allowed keys and labels; those of ``technology`` stand in the reference table."""
    return labels() if field.key == "technology" else field.choices or {}


@lru_cache(maxsize=64)
def _spellings(field_key: str, pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, label in pairs:
        for spelling in (key, label, label.split("（")[0]):
            found.setdefault(narrow(spelling).lower(), key)
    return found


def _choice(raw: object, text: str, field: Field, unit: str, findings: list[Finding]) -> str | None:
    spellings = _spellings(field.key, tuple(choices_of(field).items()))
    short = narrow(text).lower()
    if short in spellings:
        return spellings[short]
    if says_unknown(short):
        return None
    shown = list(choices_of(field).values())
    near = difflib.get_close_matches(text, shown, n=3, cutoff=0.4)
    offered = "、".join(near if len(shown) > 10 else shown)
    advice = f"可填：{offered}。" if offered else "请从模板的下拉表中选择。"
    raise CellError(f"“{text}”不在允许的取值内。", advice if len(shown) <= 10 else f"{advice}全部取值见模板“选项”表。")


def _yes_no(raw: object, text: str, field: Field, unit: str, findings: list[Finding]) -> str | None:
    short = narrow(text).lower()
    if short in _YES or short in _NO:
        return "yes" if short in _YES else "no"
    if says_unknown(short):
        return None
    raise CellError(f"“{text}”不是“是”或“否”。", "请填“是”或“否”；不清楚请留空。")


def _list(raw: object, text: str, field: Field, unit: str, findings: list[Finding]) -> str | None:
    short = unicodedata.normalize("NFKC", text)
    if says_unknown(short):
        return None
    parts = [unicodedata.normalize("NFKC", part.strip()) for part in re.split(r"[;,、，\n]", short)]
    return ";".join(part for part in parts if part) or None


def _mapping(raw: object, text: str, field: Field, unit: str, findings: list[Finding]) -> str | None:
    joined = _list(raw, text, field, unit, findings)
    pairs: dict[str, str] = {}
    for part in joined.split(";") if joined else []:
        name, mark, value = part.replace(":", "=").partition("=")
        name = name.strip()
        if field.key == "county_shares":
            name = next(iter(region.split_counties(name)), name)
        if not mark or not name or name in pairs:
            raise CellError(f"“{part}”应写成“名称=数值”，且名称不重复。", field.hint and f"{field.hint}。")
        share, written, _ = number_and_unit(value)
        ratio = units.convert(share, written or units.RATIO, units.RATIO)
        if ratio is None:
            raise CellError(f"“{part}”中的单位“{written}”不是比例。", "请填 0–1 的小数或百分数。")
        pairs[name] = f"{units.to_float(ratio):.15g}"
    return ";".join(f"{name}={value}" for name, value in pairs.items()) or None


def _figures(raw: object, text: str, field: Field, unit: str, findings: list[Finding]) -> str | None:
    joined, known = _list(raw, text, field, unit, findings), activity_figures.by_label()
    pairs: dict[str, str] = {}
    for part in joined.split(";") if joined else []:
        name, mark, value = (piece.strip() for piece in part.replace(":", "=").partition("="))
        if not mark or name in pairs:
            raise CellError(f"“{part}”应写成“名称=数值 单位”，且名称不重复。", f"{field.hint}。")
        if name not in known:
            raise CellError(f"不认识“{name}”。", f"可填：{'、'.join(known)}；其余请写入备注。")
        if says_unknown(value):
            continue
        figure = known[name]
        amount, given, approximate = number_and_unit(value)
        shown = UNIT.get(figure.unit, figure.unit)
        converted = units.convert(amount, given or figure.unit, figure.unit)
        if converted is None:
            raise CellError(f"“{part}”中的单位“{given}”不能换算为“{shown}”。", f"请改用 {shown}。")
        if figure.minimum is not None and converted < figure.minimum:
            raise CellError(f"“{part}”不得小于 {figure.minimum:g}。", "请核对。")
        if approximate or (amount and not given):
            doubt = "是约数" if approximate else f"没有写单位，按 {shown} 读取"
            findings.append(Finding(f"“{part}”{doubt}。", "请核对。", "warning"))
        pairs[name] = activity_figures.written(figure, f"{units.to_float(converted):.15g}")
    return ";".join(pairs.values()) or None


_READERS = {
    "text": _text,
    "number": _number,
    "integer": _integer,
    "year": _year,
    "date": _date,
    "counties": _counties,
    "choice": _choice,
    "yes_no": _yes_no,
    "list": _list,
    "mapping": _mapping,
    "figures": _figures,
}
