"""The sample report, and checks that can be made on any report: ``check_page`` and ``check_word``."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import nbformat
import pypdf
import pytest
from nbclient import NotebookClient
from playwright.sync_api import Page, sync_playwright

from fengwuwu import paths
from fengwuwu.reporting import page, write_docx, write_html

SAMPLE = Path(__file__).with_name("sample_report.py")


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with sample.ipynb (executed), sample.docx and sample.html."""
    folder = tmp_path_factory.mktemp("report")
    cells = SAMPLE.read_text(encoding="utf-8").split("# %%\n")[1:]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    path = folder / "sample.ipynb"
    nbformat.write(notebook, path)
    write_docx(path, folder / "sample.docx")
    write_html(path, folder / "sample.html")
    return folder


def _font_configuration(folder: Path) -> Path:
    """Our fonts stand in for the official ones, so that every machine lays pages out alike."""
    serif, sans = "Noto Serif SC", "Noto Sans SC"
    chosen = {name: serif for name in (page.BODY_FONT, page.LEVEL2_FONT, page.SONG_FONT, page.TITLE_FONT)}
    chosen |= {page.LEVEL1_FONT: sans, page.LATIN_FONT: serif}
    aliases = "".join(
        f'<alias binding="same"><family>{escape(name)}</family><prefer><family>{font}</family></prefer></alias>'
        for name, font in chosen.items()
    )
    file = folder / "fonts.conf"
    file.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{escape(str(paths.ASSETS / 'fonts'))}</dir><cachedir>{escape(str(folder / 'cache'))}</cachedir>"
        f"{aliases}</fontconfig>",
        encoding="utf-8",
    )
    return file


@pytest.fixture
def check_word(tmp_path: Path) -> Callable[[Path], pypdf.PdfReader]:
    """Convert a Word file with LibreOffice; returns the PDF after checks that hold for every report."""

    def check(docx: Path) -> pypdf.PdfReader:
        office = shutil.which("soffice")
        assert office, "LibreOffice is missing; run scripts/install_system_parts.py"
        profile = (tmp_path / "profile").as_uri()
        command = [office, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", str(docx)]
        environment = os.environ | {"FONTCONFIG_FILE": str(_font_configuration(tmp_path))}
        subprocess.run(
            [*command, "--outdir", str(tmp_path)], env=environment, check=True, capture_output=True, timeout=180
        )
        pdf = pypdf.PdfReader(tmp_path / f"{docx.stem}.pdf")
        assert len(pdf.pages) > 2
        for sheet in pdf.pages:
            width, height = (round(float(side) * 25.4 / 72) for side in (sheet.mediabox.width, sheet.mediabox.height))
            assert (width, height) == (210, 297)
        text = "".join(sheet.extract_text() for sheet in pdf.pages)
        # What LibreOffice writes for a reference or bookmark it cannot find.
        assert not [sign for sign in ("Error: Reference", "错误", "\ufffd") if sign in text]
        return pdf

    return check


@pytest.fixture
def check_page() -> Callable[..., None]:
    """Open a web page offline in Chromium and use it; `use` is called with the open page for further checks."""

    def check(html: Path, *, has_map: bool = True, use: Callable[[Page], None] | None = None) -> None:
        chromium = shutil.which("chromium")
        assert chromium, "Chromium is missing; run scripts/install_system_parts.py"
        outside: list[str] = []
        complaints: list[str] = []
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            context = browser.new_context(offline=True, viewport={"width": 1300, "height": 900}, locale="zh-CN")
            tab = context.new_page()
            tab.on(
                "request", lambda r: None if r.url.startswith(("file:", "data:", "blob:")) else outside.append(r.url)
            )
            tab.on("requestfailed", lambda r: complaints.append(f"{r.url}: {r.failure}"))
            tab.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
            tab.on("pageerror", lambda error: complaints.append(str(error)))
            tab.goto(html.resolve().as_uri())
            # by selector: polling an expression is an eval, which the page's policy forbids
            tab.wait_for_selector("html[data-ready='1']", state="attached", timeout=30_000)
            _anchors(tab)
            _sorting(tab)
            if has_map:
                _map(tab)
            if use is not None:
                use(tab)
            browser.close()
        assert not outside
        assert not complaints

    return check


def _anchors(tab: Page) -> None:
    dead = tab.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]:not(.leaflet-container a)')]"
        ".map(a => decodeURIComponent(a.hash.slice(1)))"
        ".filter(id => !document.getElementById(id))"
    )
    ids = tab.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert not dead
    assert len(ids) == len(set(ids))


def _sorting(tab: Page) -> None:
    """Sort the longest table by its last column, both ways; known numbers come in order, unknown ones last."""
    table = tab.evaluate_handle(
        "[...document.querySelectorAll('table.data')].sort((a, b) => b.rows.length - a.rows.length)[0]"
    ).as_element()
    assert table is not None
    button = table.query_selector_all("th .sort")[-1]
    column = len(table.query_selector_all("th")) - 1
    for direction in (1, -1):
        button.evaluate("b => b.click()")
        cells = table.evaluate(
            "(t, column) => [...t.tBodies[0].rows].filter(r => !r.classList.contains('total'))"
            ".map(r => [r.cells[column].dataset.value ?? null, r.cells[column].textContent])",
            column,
        )
        values = [float(value) for value, _ in cells if value is not None]
        assert values == sorted(values, reverse=direction < 0)
        unknown = [place for place, (_, text) in enumerate(cells) if text == "待补充"]
        assert unknown == list(range(len(cells) - len(unknown), len(cells)))


def _map(tab: Page) -> None:
    element = tab.locator("[data-map]").first
    element.scroll_into_view_if_needed()
    assert element.get_attribute("data-ready") == "1"
    shapes = element.locator("path.leaflet-interactive")
    assert shapes.count() > 3
    shapes.last.hover(force=True)
    tab.wait_for_selector(".leaflet-tooltip table", timeout=5_000)
    assert tab.locator(".leaflet-tooltip td").first.inner_text()
    before = int(element.get_attribute("data-visible") or 0)
    # A real click on the filter: one kind shows fewer projects, "all" shows them again.
    choice = element.locator("xpath=..").locator("select[data-filter=kind]")
    if choice.count() == 0:
        # One kind alone needs no filter; its legend has one line.
        assert element.locator(".legend div").count() == 1
        return
    choice.select_option(index=1)
    assert 0 < int(element.get_attribute("data-visible") or 0) < before
    choice.select_option(index=0)
    assert int(element.get_attribute("data-visible") or 0) == before
    layer = element.locator(".leaflet-control-layers-overlays input").last
    layer.click()
    assert shapes.count() < before
    layer.click()
