"""Prose templates: text with named facts, links and bold, and no figure typed by hand."""

from __future__ import annotations

import re
import string
from collections.abc import Collection

from fengwuwu.errors import ReportError
from fengwuwu.reporting.blocks import FactRecord, ReferenceRecord, Span
from fengwuwu.reporting.facts import RESERVED, Facts, cite

LINKS = ("table", "figure", "annex")
# Formulae whose digit is part of the name of a substance.
_FORMULAE = re.compile(r"(?:t?CO[2₂]e?|CH4|N2O|SF6)")
_CHINESE = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”‘’—…"
_LOOSE_BLANK = re.compile(rf"(?<=[{_CHINESE}]) +$|^ +(?=[{_CHINESE}])")


class Prose:
    """A template turned into spans, with the facts and documents it uses.

    Parameters
    ----------
    template : str
        ``{name}`` or ``{name:spec}`` prints a fact (see `Fact.show`), ``{doc:key}`` or ``{doc:key.number}`` cites a
        document, ``{table:name}``, ``{figure:name}``, ``{annex:name}`` link; ``**bold**``. Blanks between Chinese
        text and a placeholder are dropped.
    facts : Facts
    seen : set of str
        Facts already printed in this report; the others get their mark, and are added.

    Raises
    ------
    ReportError
        A digit in the text, an unknown name, or braces that do not pair.
    """

    def __init__(self, template: str, facts: Facts, seen: set[str] | None = None) -> None:
        self.spans: list[Span] = []
        self.facts: dict[str, FactRecord] = {}
        self.references: dict[str, ReferenceRecord] = {}
        self._registry, self._seen, self._bold = facts, seen, False
        try:
            parts = list(string.Formatter().parse(template))
        except ValueError as error:
            raise ReportError(
                "文字中的花括号不成对。", where=f"“{template}”", remedy="占位写作 {名称}；要印花括号请写两遍。"
            ) from error
        for literal, field, spec, _ in parts:
            self._literal(literal, template)
            if field is not None:
                self._placeholder(field, spec or "", template)
        if self._bold:
            raise ReportError("文字中的加粗标记 ** 不成对。", where=f"“{template}”")

    def _literal(self, text: str, template: str) -> None:
        if re.search(r"\d", _FORMULAE.sub("", text)):
            raise ReportError(
                "文字中有手写的数字。",
                where=f"“{template}”",
                remedy="请用 facts.add、add_year 登记后以 {名称} 引用；文件用 {doc:…}，原文用 facts.quote。",
            )
        for index, piece in enumerate(_LOOSE_BLANK.sub("", text).split("**")):
            if index:
                self._bold = not self._bold
            if piece:
                self.spans.append(Span(text=piece, bold=self._bold))

    def _placeholder(self, field: str, spec: str, template: str) -> None:
        if field in LINKS:
            self.spans.append(Span(link=f"{field}:{spec}", bold=self._bold))
        elif field == "doc":
            key, _, part = spec.partition(".")
            document = self._registry.document(key)
            self.references[key] = document
            self.spans.append(Span(text=cite(document, part), reference=key, bold=self._bold))
        else:
            try:
                fact = self._registry[field]
                shown = fact.show(spec)
            except ReportError as error:
                raise ReportError(error.what, where=f"“{template}”", remedy=error.remedy) from None
            self.facts.setdefault(field, fact.record(spec))
            first = self._seen is None or field not in self._seen
            if self._seen is not None:
                self._seen.add(field)
            self.spans.append(Span(text=shown, fact=field, bold=self._bold, mark=fact.mark if first else ""))

    @property
    def plain(self) -> str:
        """The text without markup; links as written."""
        return "".join(span.text or f"{{{span.link}}}" for span in self.spans)


def check_name(name: str, taken: Collection[str]) -> None:
    """Refuse a table's or figure's name that is malformed or used twice."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in RESERVED:
        raise ReportError(f"名称“{name}”不可用。", remedy="请用小写英文字母、数字和下划线，以字母开头。")
    if name in taken:
        raise ReportError(f"名称“{name}”用了两次。", remedy="请换一个名称。")
