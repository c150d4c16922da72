"""From an executed notebook to a Word file."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docx import Document as new_document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.shared import Mm, Pt, RGBColor

from fengwuwu.reporting import blocks as b
from fengwuwu.reporting import page
from fengwuwu.reporting.blocks import Cell, ColumnHead, Document, Span, read_document
from fengwuwu.reporting.numbering import Heading, Numbering, anchor, number
from fengwuwu.reporting.sources import fact_rows, reference_rows
from fengwuwu.reporting.units import text_width
from fengwuwu.reporting.word import sections, styles
from fengwuwu.reporting.word.card import add_card
from fengwuwu.reporting.word.ooxml import Bookmarks, element, field, put, reorder
from fengwuwu.reporting.word.package import save
from fengwuwu.reporting.word.table import add_table
from fengwuwu.reporting.word.text import add_spans, bookmark
from fengwuwu.reporting.word.vectors import add_vectors


def write_docx(notebook: Path, output: Path, *, pages: Mapping[str, int] | None = None) -> None:
    """Write the document that an executed notebook carries as a Word file.

    Parameters
    ----------
    notebook : Path
        Executed ``.ipynb``.
    output : Path
        The ``.docx``; replaced when it exists.
    pages : mapping of str to int, optional
        Heading (number and text, as printed) → page, for the contents. Without it the contents list headings only,
        until fields are updated in Word (Ctrl+A, F9).

    Raises
    ------
    ReportError
        No document in the notebook, or a link that points nowhere.
    """
    render_docx(read_document(notebook), output, pages=pages)


def render_docx(content: Document, output: Path, *, pages: Mapping[str, int] | None = None) -> None:
    """As `write_docx`, for a document at hand."""
    _Writer(content, pages or {}).write(output)


class _Writer:
    def __init__(self, content: Document, pages: Mapping[str, int]) -> None:
        self.content, self.pages = content, pages
        self.numbers: Numbering = number(content)
        self.listed = self.numbers.sources_listed(content)
        self.word: Any = new_document()
        self.bookmarks = Bookmarks()
        self.noted: set[str] = set()
        self.annex = 0
        self.annexes_announced = False

    def write(self, output: Path) -> None:
        title = self.content.title
        styles.add_styles(self.word)
        sections.front_matter(self.word, title.notice)
        self._cover(title)
        self._contents()
        sections.body(self.word, title.notice)
        for position, block in enumerate(self.content.blocks):
            self._block(position, block)
        self._provenance(title)
        core = self.word.core_properties
        core.title, core.author, core.language = title.title, title.organisation, "zh-CN"
        self._finish()
        save(self.word, output)

    def _finish(self) -> None:
        reorder(self.word.element)
        reorder(self.word.styles.element)
        reorder(self.word.part.numbering_part.element)
        for section in self.word.sections:
            for part in (section.header, section.even_page_header, section.footer, section.even_page_footer):
                reorder(part._element)

    def _block(self, position: int, block: b.Block) -> None:
        match block:
            case b.HeadingBlock():
                self._heading(self.numbers.headings[position], block)
            case b.ParagraphBlock():
                self._spans(self._paragraph(styles.QUOTE if block.quote else "Normal"), block.spans)
            case b.TableBlock():
                self._caption(f"table:{block.name}", block.caption, block.illustrative, above=True)
                noted = bool(block.note) or block.illustrative
                add_table(self.word, block.columns, block.rows, total_row=block.total_row, noted=noted)
                self._note(block.note, block.illustrative)
            case b.FigureBlock():
                self._figure(block)
            case b.CardBlock():
                add_card(self.word, block, name=f"card_{position}")
                self._note(block.note, block.illustrative)
            case b.AnnexBlock():
                self._announce_annexes()
                self._annex(self.numbers.headings[position], block)
            case b.SignatureBlock():
                self._announce_annexes()
                self._signature(block)
            case b.SourcesBlock():
                self._sources()

    def _paragraph(self, style: str = "Normal", text: str = "") -> Any:
        return self.word.add_paragraph(text, style=self.word.styles[style])

    def _spans(self, paragraph: Any, spans: list[Span]) -> None:
        add_spans(paragraph, spans, self.numbers, self.noted, listed=self.listed)

    def _cover(self, title: b.TitleBlock) -> None:
        for _ in range(4):
            self._paragraph(styles.DATE)
        if title.notice:
            run = self._paragraph(styles.COVER_NOTICE).add_run(f"【{title.notice}】")
            run.font.color.rgb = RGBColor(0xA0, 0, 0)
            self._paragraph(styles.DATE)
        self._paragraph("Title", title.title)
        if title.subtitle:
            self._paragraph("Subtitle", title.subtitle).paragraph_format.space_before = Pt(page.LINE_PT / 2)
        for index, line in enumerate(line for line in (title.organisation, title.date_text) if line):
            paragraph = self._paragraph("Subtitle", line)
            paragraph.paragraph_format.space_before = Pt(page.LINE_PT * 6 if index == 0 else 0)

    def _contents(self) -> None:
        heading = self._paragraph(styles.CONTENTS_TITLE, "目　录")
        heading.paragraph_format.page_break_before = True
        entries = self.numbers.contents
        for index, entry in enumerate(entries):
            paragraph = self._paragraph(f"toc {entry.level}")
            paragraph.paragraph_format.tab_stops.add_tab_stop(
                Mm(page.TEXT_WIDTH_MM), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
            )
            if entry.level == 2:
                paragraph.paragraph_format.left_indent = Pt(page.CONTENTS_PT * 2)
            if index == 0:
                paragraph.add_run()._r.append(element("fldChar", fldCharType="begin"))
                code = element("instrText")
                code.text = ' TOC \\o "1-2" \\h \\z \\u '
                code.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                paragraph.add_run()._r.append(code)
                paragraph.add_run()._r.append(element("fldChar", fldCharType="separate"))
            self._contents_entry(paragraph, entry)
            if index == len(entries) - 1:
                paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))

    def _contents_entry(self, paragraph: Any, entry: Heading) -> None:
        start = len(paragraph._p)
        text = entry.number + entry.text
        paragraph.add_run(text)
        if text in self.pages:
            paragraph.add_run("\t")
            field(paragraph, f"PAGEREF _Toc_{entry.anchor} \\h", str(self.pages[text]))
        link = element("hyperlink", anchor=f"_Toc_{entry.anchor}", history=1)
        for node in list(paragraph._p)[start:]:
            link.append(node)
        paragraph._p.append(link)

    def _heading(self, entry: Heading, block: b.HeadingBlock) -> None:
        paragraph = self._paragraph(f"Heading {entry.level}")
        if entry.annex:
            numbers = element("numPr")
            numbers.append(element("ilvl", val=entry.level - 1))
            numbers.append(element("numId", val=styles.HEADING_NUMBERS + entry.annex))
            put(paragraph._p.get_or_add_pPr(), numbers)
        self.bookmarks.around(paragraph, f"_Toc_{entry.anchor}", lambda: self._spans(paragraph, block.spans))

    def _annex(self, entry: Heading, block: b.AnnexBlock) -> None:
        self.annex += 1
        styles.add_heading_numbers(self.word, styles.HEADING_NUMBERS + self.annex)
        link = f"annex:{block.name}"
        label = self._paragraph(styles.ANNEX_LABEL)
        label.paragraph_format.page_break_before = True
        self.bookmarks.around(label, bookmark(link), lambda: label.add_run(self.numbers.labels[link]))
        title = self._paragraph(styles.ANNEX_TITLE)
        self.bookmarks.around(title, f"_Toc_{entry.anchor}", lambda: title.add_run(block.title))

    def _caption(self, link: str, spans: list[Span], illustrative: bool, *, above: bool) -> None:
        paragraph = self._paragraph("Caption")
        label = self.numbers.labels[link]

        def write() -> None:
            paragraph.add_run(label[0])
            field(paragraph, f"SEQ {label[0]} \\* ARABIC", label[1:])

        self.bookmarks.around(paragraph, bookmark(link), write)
        paragraph.add_run("　")
        self._spans(paragraph, spans)
        if illustrative:
            paragraph.add_run("（示例）")
        paragraph.paragraph_format.keep_with_next = above

    def _note(self, spans: list[Span], illustrative: bool) -> None:
        paragraph = self._paragraph(styles.NOTE)
        notice = self.content.title.notice or "示例数据"
        if spans:
            paragraph.add_run("注：")
            self._spans(paragraph, spans)
            paragraph.add_run("。")
        if illustrative:
            paragraph.add_run(f"{notice}。").bold = True

    def _figure(self, block: b.FigureBlock) -> None:
        paragraph = self._paragraph(styles.FIGURE)
        picture = paragraph.add_run().add_picture(io.BytesIO(block.png), width=Mm(block.width_mm))
        add_vectors(self.word.part, picture, block.svg)
        picture._inline.docPr.set("descr", block.alt)
        picture._inline.docPr.set("name", anchor(f"figure:{block.name}"))
        self._caption(f"figure:{block.name}", block.caption, block.illustrative, above=True)
        self._note(block.note, block.illustrative)

    def _announce_annexes(self) -> None:
        """List the annexes one blank line below the body, once: above the signature, else before the first annex."""
        if self.annexes_announced or not self.numbers.annexes:
            return
        self.annexes_announced = True
        # The last of the body goes along, so that no page holds the list and the signature alone.
        self.word.paragraphs[-1].paragraph_format.keep_with_next = True
        self._paragraph().paragraph_format.keep_with_next = True
        single = len(self.numbers.annexes) == 1
        for index, (_, title) in enumerate(self.numbers.annexes, start=1):
            lead = "附件：" if index == 1 else "　　　"
            paragraph = self._paragraph("Normal", lead + title if single else f"{lead}{index}. {title}")
            paragraph.alignment = ALIGN.LEFT
            paragraph.paragraph_format.keep_with_next = True

    def _signature(self, block: b.SignatureBlock) -> None:
        """Organisation 2 characters from the right; the date begins 2 characters to the right of it where it can."""
        self.word.paragraphs[-1].paragraph_format.keep_with_next = True
        self._paragraph().paragraph_format.keep_with_next = True
        organisation, date = text_width(block.organisation), text_width(block.date)
        gap = organisation - date - 2
        indents = (2.0, 2 + gap) if gap >= 0 else (2 - gap, 2.0)
        for text, indent in zip((block.organisation, block.date), indents, strict=True):
            paragraph = self._paragraph(styles.DATE, text)
            paragraph.paragraph_format.keep_with_next = text is block.organisation
            put(
                paragraph._p.get_or_add_pPr(),
                element(
                    "ind", rightChars=round(indent * 100), right=round(indent * 320), firstLineChars=0, firstLine=0
                ),
            )

    def _sources(self) -> None:
        heads, rows = fact_rows(self.content, self.numbers)
        if rows:
            self._list("数值来源", heads, rows)
        heads, rows = reference_rows(self.content, self.numbers)
        if rows:
            self._list("引用文件", heads, rows)
        if not self.numbers.facts and not self.numbers.references:
            self._paragraph("Normal", "本文未引用数值和文件。")

    def _list(self, title: str, heads: list[str], rows: list[list[str]]) -> None:
        paragraph = self._paragraph("Caption", title)
        paragraph.paragraph_format.keep_with_next = True
        columns = [ColumnHead(header=head) for head in heads]
        add_table(self.word, columns, [[Cell(text=text) for text in row] for row in rows], total_row=False)
        self._paragraph(styles.NOTE)

    def _provenance(self, title: b.TitleBlock) -> None:
        if not title.provenance:
            return
        head = self._paragraph("Caption", "编制信息")
        head.paragraph_format.keep_with_next = True
        rows = [[Cell(text=key), Cell(text=value)] for key, value in title.provenance]
        add_table(self.word, [ColumnHead(header="项目"), ColumnHead(header="内容")], rows, total_row=False)
