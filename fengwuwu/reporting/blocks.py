"""The blocks a document is made of, and how an executed notebook carries them.

Each call of `fengwuwu.reporting.Report` puts one block as JSON into the output of its cell, beside what Jupyter shows.
The writers need nothing but the executed notebook.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic import Field as field_of

from fengwuwu.errors import ReportError

MIME = "application/vnd.fengwuwu.block+json"
Align = Literal["left", "center", "right"]


# Where order counts a list of pairs stands in place of a mapping: notebooks are saved with their keys sorted.
class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Span(_Model):
    """A stretch of text: plain, a fact, a cited document, or a link to a table, figure or annex (filled later)."""

    text: str = ""
    fact: str = ""
    reference: str = ""
    link: str = ""
    bold: bool = False
    mark: str = ""


class FactRecord(_Model):
    """What is known about one figure: its value as shown and where it comes from."""

    name: str
    label: str
    value: str
    unit: str = ""
    year: str = ""
    status: str = ""
    source: str = ""
    rule: str = ""


class ReferenceRecord(_Model):
    """A document that is cited: issuer, title, number, date and how far it was checked."""

    key: str
    title: str
    number: str = ""
    issuer: str = ""
    date: str = ""
    status: str = ""


class _Block(_Model):
    facts: dict[str, FactRecord] = field_of(default_factory=dict)
    references: dict[str, ReferenceRecord] = field_of(default_factory=dict)


class TitleBlock(_Block):
    """Title page. `notice` stands on every page when it is not empty; `provenance` closes the document."""

    kind: Literal["title"] = "title"
    title: str
    subtitle: str = ""
    organisation: str = ""
    date_text: str = ""
    notice: str = ""
    provenance: list[tuple[str, str]] = field_of(default_factory=list)


class HeadingBlock(_Block):
    """A heading of level 1–4; its number is given by `fengwuwu.reporting.numbering`."""

    kind: Literal["heading"] = "heading"
    level: int
    spans: list[Span]


class ParagraphBlock(_Block):
    """A paragraph; a quote is set apart and closes with the document quoted."""

    kind: Literal["paragraph"] = "paragraph"
    spans: list[Span]
    quote: bool = False


class Cell(_Model):
    """One cell as shown; `mark` is the sign of its status, `value` what it sorts by."""

    text: str
    mark: str = ""
    value: float | None = None


class ColumnHead(_Model):
    """Header and alignment of a column."""

    header: str
    align: Align = "left"


class TableBlock(_Block):
    """A table with caption above and note below; with `total_row` the last row is a total."""

    kind: Literal["table"] = "table"
    name: str
    caption: list[Span]
    columns: list[ColumnHead]
    rows: list[list[Cell]]
    total_row: bool = False
    note: list[Span] = field_of(default_factory=list)
    illustrative: bool = False


class MapLayerData(_Model):
    """One layer of a web map: GeoJSON in EPSG:4326 with only the properties shown, and how to draw it."""

    label: str
    geojson: dict[str, Any]
    fields: list[tuple[str, str]]
    county: str = ""
    kind: str = ""
    colours: list[tuple[str, str]] = field_of(default_factory=list)
    colour: str = "#555555"
    fill_opacity: float = 0.0
    weight: float = 1.5
    radius: float = 6


class ChoicePoint(_Model):
    """One of the plans a reader may pick: where it lies on the curve, its totals, its table, and what the map marks.

    `chosen` holds values of `Choice.key` in the features of the figure's last layer.
    """

    label: str
    x: float
    y: float
    remark: str = ""
    hollow: bool = False
    totals: list[tuple[str, str]]
    rows: list[list[Cell]]
    chosen: list[str]


class Choice(_Model):
    """What turns a figure into a control in the web page: points on a curve, each with its table and its map.

    The features of the last layer carry `key`; their kind becomes `inside` or `outside` with the point picked.
    """

    x_label: str
    y_label: str
    x_digits: int
    columns: list[ColumnHead]
    points: list[ChoicePoint]
    start: int
    key: str
    inside: str
    outside: str


class FigureBlock(_Block):
    """A picture, and for a map its interactive layers.

    It travels as the output's own image: `svg` for all writers, `png` for Word versions before 2016 and LibreOffice.
    """

    kind: Literal["figure"] = "figure"
    name: str
    caption: list[Span]
    note: list[Span] = field_of(default_factory=list)
    alt: str = ""
    width_mm: float
    illustrative: bool = False
    layers: list[MapLayerData] = field_of(default_factory=list)
    kind_label: str = ""
    choice: Choice | None = None
    png: bytes = field_of(default=b"", exclude=True)
    svg: bytes = field_of(default=b"", exclude=True)


class CardField(_Model):
    """One entry of a card; `wide` takes a whole line, others share one with their neighbour."""

    label: str
    text: str
    wide: bool = False


class CardBlock(_Block):
    """One project on a page of its own: a form of entries and a small map.

    The map travels as the output's own image, as for `FigureBlock`; without one, `place` says why.
    """

    kind: Literal["card"] = "card"
    title: str
    fields: list[CardField]
    note: list[Span] = field_of(default_factory=list)
    place: str = ""
    alt: str = ""
    width_mm: float = 0.0
    illustrative: bool = False
    png: bytes = field_of(default=b"", exclude=True)
    svg: bytes = field_of(default=b"", exclude=True)

    @property
    def lines(self) -> list[list[CardField]]:
        """The entries line by line: a wide one alone, others in pairs."""
        found: list[list[CardField]] = []
        for item in self.fields:
            last = found[-1] if found else []
            if item.wide or len(last) != 1 or last[0].wide:
                found.append([item])
            else:
                last.append(item)
        return found


class AnnexBlock(_Block):
    """Start of an annex."""

    kind: Literal["annex"] = "annex"
    name: str
    title: str


class SignatureBlock(_Block):
    """Organisation and date below the body."""

    kind: Literal["signature"] = "signature"
    organisation: str
    date: str


class SourcesBlock(_Block):
    """The place of the list of facts and cited documents; filled by the writers."""

    kind: Literal["sources"] = "sources"


Block = (
    TitleBlock
    | HeadingBlock
    | ParagraphBlock
    | TableBlock
    | FigureBlock
    | CardBlock
    | AnnexBlock
    | SignatureBlock
    | SourcesBlock
)
_BLOCK: TypeAdapter[Block] = TypeAdapter(Block)


@dataclass
class Document:
    """All blocks of one report in order, with the facts and references they use."""

    blocks: list[Block]
    facts: dict[str, FactRecord] = field(default_factory=dict)
    references: dict[str, ReferenceRecord] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for block in self.blocks:
            # A fact is listed as it was printed first.
            self.facts = block.facts | self.facts
            self.references = block.references | self.references

    @property
    def title(self) -> TitleBlock:
        """The title block; every document has exactly one, at its beginning."""
        first = self.blocks[0]
        assert isinstance(first, TitleBlock)
        return first


def read_document(notebook: Path) -> Document:
    """The document that an executed notebook carries.

    Parameters
    ----------
    notebook : Path
        An executed ``.ipynb``.

    Returns
    -------
    Document

    Raises
    ------
    ReportError
        When the file is no notebook, was not executed, stopped at an error, or carries no document.
    """
    import nbformat  # takes seconds to load, which neither a kernel that writes a report nor `check` should wait for

    try:
        content: Any = nbformat.read(notebook, as_version=4)
    except (OSError, ValueError, AttributeError, KeyError, nbformat.ValidationError) as error:
        raise ReportError("读不出笔记本文件。", where=str(notebook), remedy="请确认文件存在且为 .ipynb。") from error
    blocks: list[Block] = []
    for cell in content["cells"]:
        for output in cell.get("outputs", ()):
            if output.get("output_type") == "error":
                raise ReportError(
                    f"笔记本运行时出错：{output.get('ename')}: {output.get('evalue')}",
                    where=str(notebook),
                    remedy="请先改正错误并重新运行。",
                )
            data = output.get("data", {})
            if MIME in data:
                blocks.append(_parse(data, notebook))
    titles = [block for block in blocks if isinstance(block, TitleBlock)]
    if len(titles) != 1 or blocks[0] is not titles[0]:
        raise ReportError(
            "笔记本里没有可输出的报告。" if not titles else "报告应以唯一的标题开头。",
            where=str(notebook),
            remedy="请先运行笔记本；报告由其中的 Report(...) 开始，且只能有一个。",
        )
    return Document(blocks)


def _parse(data: dict[str, Any], notebook: Path) -> Block:
    try:
        block = _BLOCK.validate_python(data[MIME])
    except ValidationError as error:
        raise ReportError(
            "笔记本里的报告内容与本版本不符。", where=str(notebook), remedy="请用本版本重新运行该笔记本。"
        ) from error
    if isinstance(block, FigureBlock | CardBlock) and "image/png" in data:
        block.png = base64.b64decode(data["image/png"])
        block.svg = str(data["image/svg+xml"]).encode()
    return block
