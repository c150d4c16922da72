"""A document as the plain values that ``layout.typ`` lays out: numbers given, links resolved, columns fitted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fengwuwu.reporting import blocks as b
from fengwuwu.reporting import page
from fengwuwu.reporting.blocks import Cell, ColumnHead, Document, Span
from fengwuwu.reporting.columns import fit, printed_lines
from fengwuwu.reporting.numbering import Numbering, anchor, fact_mark, number
from fengwuwu.reporting.sources import fact_rows, reference_rows
from fengwuwu.reporting.units import breakable, fold_header, text_width

# Official fonts first when the system has them, then those that come with the package.
SERIF, SANS = "Noto Serif SC", "Noto Sans SC"
FONTS = {
    "body": ["FangSong_GB2312", "FangSong", SERIF],
    "kai": ["KaiTi_GB2312", "KaiTi", SERIF],
    "hei": ["SimHei", SANS],
    "song": ["SimSun", SERIF],
    "title": ["FZXiaoBiaoSong-B05S", "STZhongsong", SERIF],
}
PAGE = {
    "width": page.PAGE_WIDTH_MM,
    "height": page.PAGE_HEIGHT_MM,
    "top": page.TOP_MM,
    "bottom": page.BOTTOM_MM,
    "left": page.LEFT_MM,
    "right": page.RIGHT_MM,
    "line": page.LINE_PT,
    "body": page.BODY_PT,
    "title": page.TITLE_PT,
    "number": page.PAGE_NUMBER_PT,
    "contents": page.CONTENTS_PT,
    "caption": page.CAPTION_PT,
    "table": page.TABLE_PT,
    "note": page.NOTE_PT,
    "tracking": page.BODY_SPACING_TWENTIETHS / 20,
}


class Content:
    """Builds the values; figures are written into `folder` as it goes."""

    def __init__(self, document: Document, folder: Path, *, system_fonts: bool) -> None:
        self.document, self.folder = document, folder
        self.numbers: Numbering = number(document)
        self.listed = self.numbers.sources_listed(document)
        self.noted: set[str] = set()
        self.system_fonts = system_fonts
        self.announced = False

    def values(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        title = self.document.title
        fonts = FONTS if self.system_fonts else {key: names[-1:] for key, names in FONTS.items()}
        blocks = [item for position, block in enumerate(self.document.blocks) for item in self._block(position, block)]
        return {
            "page": PAGE,
            "fonts": fonts,
            "title": title.title,
            "subtitle": title.subtitle,
            "organisation": title.organisation,
            "date": title.date_text,
            "notice": title.notice,
            "contents": [
                {"level": entry.level, "text": entry.number + entry.text, "anchor": entry.anchor}
                for entry in self.numbers.contents
            ],
            "blocks": [*blocks, *self._provenance(title)],
        }

    def _block(self, position: int, block: b.Block) -> list[dict[str, Any]]:
        match block:
            case b.HeadingBlock():
                entry = self.numbers.headings[position]
                return [self._heading(entry.number, entry.anchor, block)]
            case b.ParagraphBlock():
                sticky = isinstance(self._next(position), b.SignatureBlock)
                return [
                    {"kind": "paragraph", "spans": self._spans(block.spans), "quote": block.quote, "sticky": sticky}
                ]
            case b.TableBlock():
                return [self._table(block)]
            case b.FigureBlock():
                return [self._figure(block)]
            case b.CardBlock():
                return [self._card(position, block)]
            case b.AnnexBlock():
                link = f"annex:{block.name}"
                made = {
                    "kind": "annex",
                    "label": self.numbers.labels[link],
                    "title": block.title,
                    "anchor": anchor(link),
                }
                return [*self._announce(), made]
            case b.SignatureBlock():
                return [*self._announce(), self._signature(block)]
            case b.SourcesBlock():
                return self._sources()
        return []

    def _next(self, position: int) -> b.Block | None:
        following = self.document.blocks[position + 1 : position + 2]
        return following[0] if following else None

    def _spans(self, spans: Sequence[Span]) -> list[dict[str, Any]]:
        return [
            {
                "text": self.numbers.labels[span.link] if span.link else span.text,
                "link": anchor(span.link) if span.link else "",
                "bold": span.bold,
                "mark": fact_mark(span, self.numbers, self.noted, self.listed) if span.fact else "",
            }
            for span in spans
        ]

    def _heading(self, shown: str, target: str, block: b.HeadingBlock) -> dict[str, Any]:
        spans = self._spans(block.spans)
        return {"kind": "heading", "level": block.level, "number": shown, "anchor": target, "spans": spans}

    def _caption(self, spans: Sequence[Span], illustrative: bool) -> list[dict[str, Any]]:
        return [*self._spans(spans), *self._spans([Span(text="（示例）")] if illustrative else [])]

    def _note(self, spans: Sequence[Span], illustrative: bool) -> list[dict[str, Any]]:
        made = [*self._spans([Span(text="注："), *spans, Span(text="。")])] if spans else []
        notice = self.document.title.notice or "示例数据"
        return made + (self._spans([Span(text=f"{notice}。", bold=True)]) if illustrative else [])

    def _grid(self, columns: Sequence[ColumnHead], rows: Sequence[Sequence[Cell]], *, total: bool) -> dict[str, Any]:
        size, widths = fit(columns, rows)
        return {
            "size": size,
            "widths": [width / 20 for width in widths],
            "align": [column.align for column in columns],
            "head": [self._head(column.header, width, size) for column, width in zip(columns, widths, strict=True)],
            "rows": [[{"text": breakable(cell.text), "mark": cell.mark} for cell in row] for row in rows],
            "total": total,
            "breakable": printed_lines(rows, widths, size) > page.LINES_KEPT_TOGETHER,
        }

    @staticmethod
    def _head(header: str, width: int, size: float) -> str:
        return header if text_width(header) * size * 20 < width else "\n".join(fold_header(header))

    def _table(self, block: b.TableBlock) -> dict[str, Any]:
        link = f"table:{block.name}"
        return {
            "kind": "table",
            "label": self.numbers.labels[link],
            "anchor": anchor(link),
            "above": True,
            "caption": self._caption(block.caption, block.illustrative),
            "note": self._note(block.note, block.illustrative),
            **self._grid(block.columns, block.rows, total=block.total_row),
        }

    def _figure(self, block: b.FigureBlock) -> dict[str, Any]:
        link = f"figure:{block.name}"
        file = f"{anchor(link)}.svg"
        (self.folder / file).write_bytes(block.svg)
        return {
            "kind": "figure",
            "label": self.numbers.labels[link],
            "anchor": anchor(link),
            "above": bool(block.note) or block.illustrative,
            "file": file,
            "width": block.width_mm,
            "alt": block.alt,
            "caption": self._caption(block.caption, block.illustrative),
            "note": self._note(block.note, block.illustrative),
        }

    def _card(self, position: int, block: b.CardBlock) -> dict[str, Any]:
        file = f"card_{position}.svg" if block.svg else ""
        if file:
            (self.folder / file).write_bytes(block.svg)
        return {
            "kind": "card",
            "title": block.title + ("（示例）" if block.illustrative else ""),
            "lines": [[item.model_dump() for item in line] for line in block.lines],
            "columns": page.CARD_COLUMNS_MM,
            "file": file,
            "width": block.width_mm,
            "alt": block.alt,
            "place": block.place,
            "note": self._note(block.note, block.illustrative),
        }

    def _announce(self) -> list[dict[str, Any]]:
        """The list of annexes, once: above the signature, else before the first annex."""
        if self.announced or not self.numbers.annexes:
            return []
        self.announced = True
        titles = [title for _, title in self.numbers.annexes]
        numbered = titles if len(titles) == 1 else [f"{i}. {title}" for i, title in enumerate(titles, 1)]
        lines = [("附件：" if i == 0 else "　　　") + text for i, text in enumerate(numbered)]
        return [{"kind": "annexes", "lines": lines}]

    @staticmethod
    def _signature(block: b.SignatureBlock) -> dict[str, Any]:
        gap = text_width(block.organisation) - text_width(block.date) - 2
        indents = (2.0, 2 + gap) if gap >= 0 else (2 - gap, 2.0)
        return {"kind": "signature", "organisation": block.organisation, "date": block.date, "indents": indents}

    def _list(self, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, Any]:
        columns = [ColumnHead(header=head) for head in heads]
        cells = [[Cell(text=text) for text in row] for row in rows]
        return {"kind": "list", "title": title, **self._grid(columns, cells, total=False)}

    def _sources(self) -> list[dict[str, Any]]:
        lists = [
            ("数值来源", fact_rows(self.document, self.numbers)),
            ("引用文件", reference_rows(self.document, self.numbers)),
        ]
        return [self._list(title, heads, rows) for title, (heads, rows) in lists if rows]

    def _provenance(self, title: b.TitleBlock) -> list[dict[str, Any]]:
        return [self._list("编制信息", ["项目", "内容"], title.provenance)] if title.provenance else []
