"""`Report`: the calls a notebook's cells make to write a document."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd
from IPython.display import display
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from fengwuwu import vocabulary as words
from fengwuwu.errors import ReportError
from fengwuwu.reporting import page, style
from fengwuwu.reporting.blocks import (
    MIME,
    AnnexBlock,
    Block,
    CardBlock,
    CardField,
    Choice,
    Document,
    FactRecord,
    FigureBlock,
    HeadingBlock,
    ParagraphBlock,
    ReferenceRecord,
    SignatureBlock,
    SourcesBlock,
    Span,
    TableBlock,
    TitleBlock,
)
from fengwuwu.reporting.card_fit import fit
from fengwuwu.reporting.facts import Facts
from fengwuwu.reporting.preview import card, figure_caption, preview
from fengwuwu.reporting.prose import Prose, check_name
from fengwuwu.reporting.tables import Column, lay_out
from fengwuwu.reporting.webmap import MapLayer, layer_data

MM_PER_INCH = 25.4
_PIXEL_MM = 2 * MM_PER_INCH / page.FIGURE_DPI  # a picture's pixels are rounded, in width and in height


class Report:
    """One document, written call by call; each call shows its result in Jupyter and carries it for the writers.

    Parameters
    ----------
    title, subtitle, organisation, date_text : str
        Title page.
    notice : str
        Warning on every page, table and figure when the figures are not real; empty when they are.
    provenance : mapping of str to str
        Parameters, date of the data, hash of the inputs, version; printed at the end. No clock time, so that a second
        run gives the same file.

    Attributes
    ----------
    facts : Facts
        Register figures, terms and documents here before prose names them.
    blocks : list of Block
        What was written so far.
    """

    def __init__(
        self,
        title: str,
        *,
        subtitle: str = "",
        organisation: str = "",
        date_text: str = "",
        notice: str = "",
        provenance: Mapping[str, object] | None = None,
    ) -> None:
        self.facts = Facts()
        self.notice = notice
        self.blocks: list[Block] = []
        self._seen: set[str] = set()
        self._names: dict[str, set[str]] = {"table": set(), "figure": set(), "annex": set()}
        self._emit(
            TitleBlock(
                title=title,
                subtitle=subtitle,
                organisation=organisation,
                date_text=date_text,
                notice=notice,
                provenance=[(key, str(value)) for key, value in (provenance or {}).items()],
            )
        )

    def heading(self, template: str, level: int = 1) -> None:
        """A heading of level 1–4, numbered by itself: 一、 （一） 1. （1）."""
        if level not in (1, 2, 3, 4):
            raise ReportError(f"标题级别应为 1 到 4，不是 {level}。", where=f"“{template}”")
        prose = self._prose(template)
        self._emit(HeadingBlock(level=level, spans=prose.spans, facts=prose.facts, references=prose.references))

    def paragraph(self, template: str) -> None:
        """A paragraph of prose; see `Prose` for what may stand in braces."""
        prose = self._prose(template)
        self._emit(ParagraphBlock(spans=prose.spans, facts=prose.facts, references=prose.references))

    def quote(self, text: str, *, reference: str) -> None:
        """A passage of an official document, word for word, set apart and followed by the document.

        Parameters
        ----------
        text : str
            As in the original; digits are allowed, braces are not read.
        reference : str
            Key of the document.
        """
        prose = self._prose(f"——{{doc:{reference}}}")
        spans = [Span(text=f"“{text}”"), *prose.spans]
        self._emit(ParagraphBlock(spans=spans, quote=True, references=prose.references))

    def table(
        self,
        frame: pd.DataFrame,
        *,
        name: str,
        caption: str,
        columns: Mapping[str, str | Column] | Sequence[str] | None = None,
        align: Mapping[str, str] | None = None,
        status_columns: Mapping[str, str] | None = None,
        total_row: bool | Sequence[str] = False,
        total_label: str = "合计",
        note: str = "",
        source: str = "",
        illustrative: bool | None = None,
    ) -> None:
        """A three-line table.

        Parameters
        ----------
        frame, columns, status_columns, total_row, total_label
            See `fengwuwu.reporting.tables.lay_out`.
        name : str
            Prose refers to the table as ``{table:name}``.
        caption, note : str
            Templates like prose.
        align : mapping of str to str, optional
            Column → left, center or right.
        source : str
            Printed below as 资料来源; may contain digits.
        illustrative : bool, optional
            Whether it rests on 示例 data. By default: what the column ``data_kind`` says, else whether the report has
            a notice.
        """
        check_name(name, self._names["table"])
        title, below = self._prose(caption), self._prose(note)
        layout = lay_out(frame, columns, status_columns=status_columns, total=total_row, total_label=total_label)
        order = list(columns) if columns is not None else list(map(str, frame.columns))
        for column, side in (align or {}).items():
            if column not in order or side not in ("left", "center", "right"):
                raise ReportError(
                    f"对齐方式“{column}: {side}”不可用。", remedy="列应在表中，方式为 left、center 或 right。"
                )
            layout.columns[order.index(column)].align = side  # type: ignore[assignment]
        self._names["table"].add(name)
        self._emit(
            TableBlock(
                name=name,
                caption=title.spans,
                columns=layout.columns,
                rows=layout.rows,
                total_row=layout.has_total,
                note=_note(below, source, layout.notes),
                illustrative=self._illustrative(illustrative, frame),
                facts=title.facts | below.facts,
                references=title.references | below.references,
            )
        )

    def figure(
        self,
        figure: Figure,
        *,
        name: str,
        caption: str,
        note: str = "",
        source: str = "",
        alt: str = "",
        illustrative: bool | None = None,
    ) -> None:
        """A matplotlib figure, shrunk if it is wider or higher than a page allows; the figure is closed.

        Parameters
        ----------
        name : str
            Prose refers to the figure as ``{figure:name}``.
        caption, note, source, illustrative
            As for `table`.
        alt : str
            Description for readers who cannot see the picture; by default the caption.
        """
        self._figure(figure, name, caption, note, source, alt, self._illustrative(illustrative), [], "")

    def map(
        self,
        name: str,
        caption: str,
        *,
        layers: Sequence[MapLayer],
        figure: Figure,
        kind_label: str = "类别",
        choice: Choice | None = None,
        note: str = "",
        source: str = "",
        alt: str = "",
        illustrative: bool | None = None,
    ) -> None:
        """A map: interactive layers for the web page, a figure for Word.

        Parameters
        ----------
        layers : sequence of MapLayer
            Drawn in this order.
        figure : Figure
            The same map, printed.
        kind_label : str
            Name of the filter by `MapLayer.kind`.
        choice : Choice, optional
            Makes the web page a control: picking a point of a curve changes table and map. `figure` is the curve then.
        """
        data = [layer_data(layer) for layer in layers]
        shown = self._illustrative(illustrative, *(layer.data for layer in layers))
        self._figure(figure, name, caption, note, source, alt, shown, data, kind_label, choice)

    def card(
        self,
        title: str,
        fields: Sequence[CardField],
        *,
        figure: Figure | None = None,
        place: str = "",
        note: str = "",
        alt: str = "",
        illustrative: bool | None = None,
    ) -> None:
        """One project on a page of its own.

        Parameters
        ----------
        title : str
            Name of the project.
        fields : sequence of CardField
            The entries, in order; long ones are shortened until the card fits its page.
        figure : Figure, optional
            A small map; left open, since the next card may be drawn on it.
        place : str
            What is said in place of the map when there is none.
        note, alt, illustrative
            As for `figure`.
        """
        below = self._prose(note)
        block = CardBlock(
            title=title,
            fields=fit(title, fields),
            note=below.spans,
            place="" if figure is not None else place,
            alt=alt or f"{title}位置示意图",
            illustrative=self._illustrative(illustrative),
            facts=below.facts,
            references=below.references,
        )
        if figure is not None:
            block.png, block.svg = _pictures(figure)
            block.width_mm = round(_fitted_width(figure), 1)
        self._emit(block)
        if figure is not None:
            display({"text/plain": title, "text/html": card(block, self.notice)}, raw=True)

    def annex(self, title: str, *, name: str = "") -> None:
        """Begin an annex on a new page; prose refers to it as ``{annex:name}``."""
        key = name or f"annex_{len(self._names['annex']) + 1}"
        check_name(key, self._names["annex"])
        self._names["annex"].add(key)
        self._emit(AnnexBlock(name=key, title=title))

    def signature(self, organisation: str, date: str) -> None:
        """Organisation and date below the body, before the annexes; the list of annexes is put above it."""
        self._emit(SignatureBlock(organisation=organisation, date=date))

    def sources(self, title: str = "数据来源与引用文件") -> None:
        """An annex that lists every figure used and every document cited; the last call of a report."""
        self.annex(title, name="sources")
        used: dict[str, FactRecord] = {}
        cited: dict[str, ReferenceRecord] = {}
        for block in self.blocks:
            used = block.facts | used
            cited = block.references | cited
        self._emit(SourcesBlock(facts=used, references=cited))

    def document(self) -> Document:
        """What was written so far, as the writers take it."""
        return Document(list(self.blocks))

    def _figure(
        self,
        figure: Figure,
        name: str,
        caption: str,
        note: str,
        source: str,
        alt: str,
        illustrative: bool,
        layers: list[Any],
        kind_label: str,
        choice: Choice | None = None,
    ) -> None:
        check_name(name, self._names["figure"])
        title, below = self._prose(caption), self._prose(note)
        picture, vectors = _pictures(figure)
        width = _fitted_width(figure)
        plt.close(figure)
        self._names["figure"].add(name)
        self._emit(
            FigureBlock(
                name=name,
                caption=title.spans,
                note=_note(below, source, []),
                alt=alt or title.plain,
                width_mm=round(width, 1),
                illustrative=illustrative,
                layers=layers,
                kind_label=kind_label,
                choice=choice,
                png=picture,
                svg=vectors,
                facts=title.facts | below.facts,
                references=title.references | below.references,
            )
        )
        # A picture leaves no room for its caption in the same output.
        below_picture = figure_caption(name, title.plain, self.notice if illustrative else "")
        display({"text/plain": below_picture, "text/html": f"<p>{escape(below_picture)}</p>"}, raw=True)

    def _prose(self, template: str) -> Prose:
        return Prose(template, self.facts, self._seen)

    def _illustrative(self, declared: bool | None, *frames: pd.DataFrame) -> bool:
        if declared is not None:
            return declared
        kinds = [frame["data_kind"] for frame in frames if "data_kind" in frame]
        if kinds:
            values = pd.concat(kinds).dropna().astype(str)
            return bool(values.isin(["illustrative", words.DATA_KIND["illustrative"]]).any())
        return bool(self.notice)

    def _emit(self, block: Block) -> None:
        self.blocks.append(block)
        display(_Shown(block, self.notice))


class _Shown:
    """What Jupyter receives: something to look at, and the block for the writers."""

    def __init__(self, block: Block, notice: str) -> None:
        self.block, self.notice = block, notice

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        bundle: dict[str, object] = {MIME: self.block.model_dump(mode="json")}
        return bundle | preview(self.block, self.notice)

    def __repr__(self) -> str:
        return str(preview(self.block, self.notice)["text/plain"])


def _pictures(figure: Figure) -> tuple[bytes, bytes]:
    """The figure as PNG and as SVG."""
    picture, vectors = io.BytesIO(), io.BytesIO()
    with style.styled():  # letters as outlines and fixed ids, whatever the caller's settings
        figure.savefig(picture, format="png", dpi=page.FIGURE_DPI, metadata={"Software": None})
        figure.savefig(vectors, format="svg", metadata={"Date": None, "Creator": None})
    return picture.getvalue(), vectors.getvalue()


def _fitted_width(figure: Figure) -> float:
    """Width in mm, shrunk where the page allows less."""
    width, height = (side * MM_PER_INCH for side in figure.get_size_inches())
    most_wide, most_high = (side - _PIXEL_MM for side in (page.FIGURE_MAX_WIDTH_MM, page.FIGURE_MAX_HEIGHT_MM))
    return width * min(1.0, most_wide / width, most_high / height)


def _note(below: Prose, source: str, extra: Sequence[str]) -> list[Any]:
    parts: list[Span] = list(below.spans)
    for text in (*extra, f"资料来源：{source}" if source else ""):
        if text:
            parts.append(Span(text=("；" if parts else "") + text.rstrip("。")))
    return parts
