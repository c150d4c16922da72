"""Rows of the list of facts and of the list of cited documents."""

from __future__ import annotations

from fengwuwu import vocabulary as words
from fengwuwu.reporting.blocks import Document
from fengwuwu.reporting.numbering import Numbering

FACT_HEADS = ["序号", "指标", "数值", "单位", "年份", "状态", "来源与算法"]
REFERENCE_HEADS = ["序号", "发文单位", "文件", "文号", "日期", "核对情况"]


def fact_rows(document: Document, numbers: Numbering) -> tuple[list[str], list[list[str]]]:
    """Headers and one row per numbered fact, by number."""
    rows = []
    for name, number in sorted(numbers.facts.items(), key=lambda item: item[1]):
        fact = document.facts[name]
        origin = "；".join(part.rstrip("。；") for part in (fact.source, fact.rule) if part)
        rows.append([str(number), fact.label, fact.value, fact.unit, fact.year, fact.status, origin])
    return FACT_HEADS, rows


def reference_rows(document: Document, numbers: Numbering) -> tuple[list[str], list[list[str]]]:
    """Headers and one row per cited document, in order of citation."""
    rows = [
        [
            str(index),
            reference.issuer,
            f"《{reference.title}》",
            reference.number,
            reference.date,
            words.label(words.VALUE_STATUS, reference.status),
        ]
        for index, reference in enumerate((document.references[key] for key in numbers.references), start=1)
    ]
    return REFERENCE_HEADS, rows
