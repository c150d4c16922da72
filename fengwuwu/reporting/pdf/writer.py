"""Writes the PDF: PDF/A, fonts embedded, the same bytes on a second run; tells on which page each heading stands."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Literal

import typst

from fengwuwu import paths
from fengwuwu.errors import ReportError
from fengwuwu.reporting.blocks import Document, read_document
from fengwuwu.reporting.pdf.content import Content

LAYOUT = paths.ASSETS / "pdf" / "layout.typ"
PDF_STANDARD: Literal["a-2b"] = "a-2b"  # a missing glyph is an error there


def write_pdf(notebook: Path, output: Path, *, system_fonts: bool = True) -> dict[str, int]:
    """Write the document of an executed notebook as PDF.

    Parameters
    ----------
    notebook : Path
        An executed notebook.
    output : Path
        The PDF.
    system_fonts : bool
        Use the official fonts where the system has them. Without, every machine writes the same file.

    Returns
    -------
    dict of str to int
        Page of each entry of the contents, by its text.

    Raises
    ------
    ReportError
        No document in the notebook, a dangling link, or a character that no font has.
    """
    return render_pdf(read_document(notebook), output, system_fonts=system_fonts)


def render_pdf(content: Document, output: Path, *, system_fonts: bool = True) -> dict[str, int]:
    """As `write_pdf`, for a document at hand."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        values = Content(content, folder, system_fonts=system_fonts).values()
        (folder / "document.json").write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
        main = folder / "main.typ"
        shutil.copyfile(LAYOUT, main)
        compiler = typst.Compiler(
            str(main),
            root=str(folder),
            font_paths=[str(paths.ASSETS / "fonts")],
            ignore_system_fonts=not system_fonts,
        )
        made = folder / "made.pdf"
        try:
            compiler.compile(output=str(made), format="pdf", pdf_standards=[PDF_STANDARD], timestamp=0)
            entries = json.loads(compiler.query("<contents-page>", field="value"))
        except typst.TypstError as error:
            raise ReportError(
                f"PDF 没有写成：{error}",
                where=str(output),
                remedy="若提示缺少字形，请把该字换掉，或安装含该字的官方字体。",
            ) from error
        output.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, output)
    return {entry["text"]: int(entry["page"]) for entry in entries}
