"""Numbers of headings, tables, figures, annexes and facts; what links print and point to."""

from __future__ import annotations

from dataclasses import dataclass, field

from fengwuwu.errors import ReportError
from fengwuwu.reporting import blocks as b
from fengwuwu.reporting.blocks import Document, FactRecord, Span

_DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """一, 十, 十一, 二十, 九十九 for 1–99."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


@dataclass(frozen=True)
class Heading:
    """A numbered heading; `annex` is the annex it stands in (0: body)."""

    level: int
    number: str
    text: str
    anchor: str
    annex: int


@dataclass
class Numbering:
    """Everything that is numbered in a document.

    Attributes
    ----------
    headings : dict of int to Heading
        By position of the block; annexes too, as level 1.
    labels : dict of str to str
        ``table:name`` → 表1, ``figure:name`` → 图1, ``annex:name`` → 附件1.
    facts : dict of str to int
        Fact → number in the list of sources, by first use; only facts that have an origin to show.
    annexes : list of (str, str)
        Name and title.
    references : list of str
        Keys of cited documents, by first use.
    """

    headings: dict[int, Heading] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    facts: dict[str, int] = field(default_factory=dict)
    annexes: list[tuple[str, str]] = field(default_factory=list)
    references: list[str] = field(default_factory=list)

    @property
    def contents(self) -> list[Heading]:
        """Headings of level 1 and 2 and the annexes; what stands in an annex is not listed."""
        return [h for h in self.headings.values() if (not h.annex and h.level <= 2) or h.anchor.startswith("annex_")]

    def sources_listed(self, document: Document) -> bool:
        """Whether the document has a list of sources to point to."""
        return any(isinstance(block, b.SourcesBlock) for block in document.blocks)


def anchor(link: str) -> str:
    """Bookmark or HTML id of a link target, for example ``table_projects``."""
    return link.replace(":", "_")


def number(document: Document) -> Numbering:
    """Number a document.

    Raises
    ------
    ReportError
        When prose links to a table, figure or annex that is not there; all such links are named.
    """
    numbers = Numbering()
    counters = [0, 0, 0, 0]
    counts = {"table": 0, "figure": 0}
    for position, block in enumerate(document.blocks):
        for span in all_spans(block):
            if span.fact and span.fact not in numbers.facts and has_origin(document.facts[span.fact]):
                numbers.facts[span.fact] = len(numbers.facts) + 1
            if span.reference and span.reference not in numbers.references:
                numbers.references.append(span.reference)
        if isinstance(block, b.HeadingBlock):
            counters[block.level - 1] += 1
            counters[block.level :] = [0] * (4 - block.level)
            count = counters[block.level - 1]
            shown = (f"{chinese(count)}、", f"（{chinese(count)}）", f"{count}.", f"（{count}）")[block.level - 1]
            text = "".join(span.text for span in block.spans)
            numbers.headings[position] = Heading(block.level, shown, text, f"h{position}", len(numbers.annexes))
        elif isinstance(block, b.TableBlock | b.FigureBlock):
            counts[block.kind] += 1
            numbers.labels[f"{block.kind}:{block.name}"] = (
                f"{'表' if block.kind == 'table' else '图'}{counts[block.kind]}"
            )
        elif isinstance(block, b.AnnexBlock):
            counters = [0, 0, 0, 0]
            numbers.annexes.append((block.name, block.title))
            label = f"附件{len(numbers.annexes)}"
            numbers.labels[f"annex:{block.name}"] = label
            numbers.headings[position] = Heading(
                1, f"{label}　", block.title, anchor(f"annex:{block.name}"), len(numbers.annexes)
            )
    links = {span.link for block in document.blocks for span in all_spans(block) if span.link}
    dangling = sorted(links - set(numbers.labels))
    if dangling:
        raise ReportError(
            f"文字中引用的图、表或附件不存在：{'、'.join('{' + link + '}' for link in dangling)}。",
            remedy="请核对 name，或补上该图、表、附件。",
        )
    return numbers


def all_spans(block: b.Block) -> list[Span]:
    """Every span of a block, in reading order."""
    if isinstance(block, b.HeadingBlock | b.ParagraphBlock):
        return block.spans
    if isinstance(block, b.TableBlock | b.FigureBlock):
        return [*block.caption, *block.note]
    return block.note if isinstance(block, b.CardBlock) else []


def has_origin(fact: FactRecord) -> bool:
    """Whether the list of sources has anything to say about a fact."""
    return bool(fact.source or fact.rule or fact.status)


def fact_mark(span: Span, numbers: Numbering, noted: set[str], listed: bool) -> str:
    """What stands after a fact: its number in the list of sources at first use, and its status when not official."""
    number = str(numbers.facts[span.fact]) if listed and span.fact in numbers.facts and span.fact not in noted else ""
    noted.add(span.fact)
    return f"[{number}{span.mark}]" if number or span.mark else ""
