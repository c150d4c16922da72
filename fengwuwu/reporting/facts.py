"""Named facts: the only way a figure gets into prose."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fengwuwu import vocabulary as words
from fengwuwu.errors import ReportError
from fengwuwu.reporting import units
from fengwuwu.reporting.blocks import FactRecord, ReferenceRecord
from fengwuwu.reporting.references import find_document

UNKNOWN = words.VALUE_STATUS["unknown"]
RESERVED = frozenset({"table", "figure", "annex", "doc"})


@dataclass(frozen=True)
class Fact:
    """One figure or text with its origin.

    Attributes
    ----------
    value : float, str or None
        None is unknown and prints as 待补充.
    unit : str
        Unit of `value`; empty for counts without one, ratios (0–1) and texts.
    status : str or None
        A key of `vocabulary.VALUE_STATUS`; None for something counted or summed exactly by `rule`.
    """

    name: str
    value: float | str | None
    label: str = ""
    unit: str = ""
    digits: int = 0
    year: str = ""
    status: str | None = None
    source: str = ""
    rule: str = ""
    grouping: bool = True

    def show(self, spec: str = "") -> str:
        """The value as printed.

        Parameters
        ----------
        spec : str
            Empty: number and unit. ``number``: without unit. A unit: converted (``亿元`` from 万元, ``%`` from a
            ratio). ``.1f``: decimals. Several are separated by blanks: ``亿元 .2f``, ``% .1f number``.
        """
        shown, unit = self._number_and_unit(spec)
        plain = self.value is None or isinstance(self.value, str) or "number" in spec.split()
        return shown if plain else units.join(shown, unit)

    def _number_and_unit(self, spec: str) -> tuple[str, str]:
        if self.value is None:
            return UNKNOWN, self.unit
        if isinstance(self.value, str):
            return self.value, ""
        value, unit, digits = self.value, self.unit, self.digits
        for part in spec.split():
            if part == "number":
                continue
            if match := re.fullmatch(r"\.(\d)f", part):
                digits = int(match[1])
            else:
                factor = units.factor(self.unit, part)
                if factor is None:
                    raise ReportError(
                        f"数值“{self.name}”的单位是“{self.unit or '无'}”，不能换算为“{part}”。",
                        remedy=f"可换算：{'、'.join(units.targets(self.unit)) or '无'}；或用 number、.1f。",
                    )
                # ``digits`` belongs to the unit of the fact: 12,345 万元 is 1.23 亿元, not 1 亿元.
                value, unit, digits = value * factor, part, 1 if part == "%" else 2
        return units.number(value, digits, grouping=self.grouping), unit

    @property
    def mark(self) -> str:
        """Chinese mark of a value that is not official; empty when no mark is needed."""
        if self.value is None or self.status in (None, "official"):
            return ""
        return words.VALUE_STATUS[str(self.status)]

    def record(self, spec: str = "") -> FactRecord:
        """The fact as it travels with a block, printed as by ``show(spec)``."""
        status = "unknown" if self.value is None else self.status
        counted = "统计" if self.rule else ""
        value, unit = self._number_and_unit(spec)
        return FactRecord(
            name=self.name,
            label=self.label or self.name,
            value=value,
            unit=unit,
            year=self.year,
            status=counted if status is None else words.VALUE_STATUS[status],
            source=self.source,
            rule=self.rule,
        )


class Facts:
    """The facts and cited documents of one report."""

    def __init__(self) -> None:
        self._facts: dict[str, Fact] = {}
        self._references: dict[str, ReferenceRecord] = {}

    def add(
        self,
        name: str,
        value: object,
        *,
        unit: str,
        label: str = "",
        digits: int = 0,
        year: int | str | None = None,
        status: str | None = None,
        source: str = "",
        rule: str = "",
    ) -> None:
        """Register a figure.

        Parameters
        ----------
        name : str
            Used in prose as ``{name}``.
        value : float or None
            None, NaN and NA mean unknown and print as 待补充, never as 0.
        unit : str
            May be empty for a ratio (0–1; print it with ``{name:%}``) or when prose names the measure word.
        label : str
            What the figure is, in Chinese; shown in the list of sources.
        digits : int
            Decimals.
        year : int or str, optional
            Year or period of the figure.
        status : str, optional
            Key of `vocabulary.VALUE_STATUS`. Left out only for counts and sums, which then need a `rule`.
        source, rule : str
            Where it comes from and how it was obtained; at least one is required for a known value.

        Raises
        ------
        ReportError
            Not a number, unknown status, no origin, or the name is taken by another value.
        """
        number = _number(name, value)
        if number is not None and not (source or rule):
            raise ReportError(f"数值“{name}”没有来源。", remedy="请给出 source（来源）或 rule（算法）。")
        if number is not None and status is None and not rule:
            raise ReportError(
                f"数值“{name}”没有状态。", remedy="请给出 status；属统计、汇总的数值请给出 rule（算法）。"
            )
        if status is not None and status not in words.VALUE_STATUS:
            raise ReportError(
                f"数值“{name}”的状态“{status}”不认识。", remedy=f"可用：{'、'.join(words.VALUE_STATUS)}。"
            )
        if status == "unknown" and number is not None:
            raise ReportError(f"数值“{name}”的状态为待补充，却给了数值。", remedy="未知的数值请给 None。")
        self._put(Fact(name, number, label, unit, digits, "" if year is None else str(year), status, source, rule))

    def add_year(self, name: str, value: object, *, label: str = "", source: str = "", rule: str = "") -> None:
        """Register a year, printed without grouping and followed by 年 (``{name:number}`` leaves 年 out)."""
        number = _number(name, value)
        if number is not None and not (source or rule):
            raise ReportError(f"年份“{name}”没有来源。", remedy="请给出 source（来源）或 rule（算法）。")
        self._put(Fact(name, number, label, "年", source=source, rule=rule, grouping=False))

    def add_text(self, name: str, text: str | None, *, label: str = "", source: str = "") -> None:
        """Register a name or fixed term; one that contains a digit needs its source."""
        if text and re.search(r"\d", text) and not source:
            raise ReportError(f"文字“{name}”含有数字，却没有来源。", remedy="请给出 source（来源）。")
        self._put(Fact(name, text or None, label, source=source))

    def quote(self, name: str, text: str, *, reference: str) -> None:
        """Register an official text, printed word for word in quotation marks, with the document it is taken from."""
        document = self.document(reference)
        self._put(Fact(name, f"“{text}”", "引文", status="official", source=cite(document)))

    def reference(
        self, key: str, *, title: str = "", number: str = "", issuer: str = "", date: str = "", status: str = "official"
    ) -> None:
        """Register a document to be cited as ``{doc:key}``.

        With only a key it is looked up in ``data/reference/documents.csv`` (which ``{doc:key}`` also does by itself).
        """
        if not title:
            self.document(key)
            return
        self._references[key] = ReferenceRecord(
            key=key, title=title, number=number, issuer=issuer, date=date, status=status
        )

    def document(self, key: str) -> ReferenceRecord:
        """A registered document, else the one of ``documents.csv``."""
        if key not in self._references:
            self._references[key] = find_document(key)
        return self._references[key]

    def __getitem__(self, name: str) -> Fact:
        if name not in self._facts:
            raise ReportError(
                f"文字中引用了未登记的数值“{name}”。", remedy="请先用 facts.add 或 facts.add_text 登记，或改正名称。"
            )
        return self._facts[name]

    def __contains__(self, name: object) -> bool:
        return name in self._facts

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts.values())

    def _put(self, fact: Fact) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", fact.name) or fact.name in RESERVED:
            raise ReportError(f"数值名称“{fact.name}”不可用。", remedy="请用小写英文字母、数字和下划线，以字母开头。")
        if self._facts.get(fact.name, fact) != fact:
            raise ReportError(f"数值“{fact.name}”已登记为另一内容。", remedy="请换一个名称，或只登记一次。")
        self._facts[fact.name] = fact


def cite(document: ReferenceRecord, part: str = "") -> str:
    """A document as cited in prose: 《title》（number）; `part` picks one of title, number, issuer, date."""
    if part:
        if part not in ("title", "number", "issuer", "date"):
            raise ReportError(f"引用文件没有“{part}”这一项。", remedy="可用：title、number、issuer、date。")
        return str(getattr(document, part)) or UNKNOWN
    return f"《{document.title}》" + (f"（{document.number}）" if document.number else "")


def _number(name: str, value: object) -> float | None:
    if value is None or value is not value or str(value) in ("<NA>", "NaT", "nan"):
        return None
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ReportError(f"数值“{name}”不是数：{value!r}。", remedy="文字请用 facts.add_text 登记。") from None
    if not math.isfinite(number):
        raise ReportError(f"数值“{name}”不是有限的数：{value!r}。", remedy="请检查计算；未知请给 None。")
    return number
