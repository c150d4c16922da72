"""What the makers of awkward forms share: where files go, and how workbooks and text are saved."""

from __future__ import annotations

import csv
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

FORMS = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "forms"
Lines = Sequence[Sequence[object]]
MAKERS: dict[str, Callable[[Path], None]] = {}
HEAD = ["项目编号", "项目名称", "所在县", "总投资（万元）"]
PLACE = (109.46, 31.02)  # in 奉节县


def form(name: str) -> Callable[[Callable[[Path], None]], Callable[[Path], None]]:
    """Register the maker of a file."""

    def register(maker: Callable[[Path], None]) -> Callable[[Path], None]:
        MAKERS[name] = maker
        return maker

    return register


def book(sheets: dict[str, Lines]) -> openpyxl.Workbook:
    """A workbook with these sheets."""
    made = openpyxl.Workbook()
    del made[made.active.title]  # type: ignore[union-attr]
    for title, lines in sheets.items():
        sheet = made.create_sheet(title)
        for line in lines:
            sheet.append(list(line))
    return made


def merge(sheet: Worksheet, *areas: str) -> None:
    """Merge cells."""
    for area in areas:
        sheet.merge_cells(area)


def calculated(made: openpyxl.Workbook, path: Path) -> None:
    """Save as LibreOffice does, with the results of formulas."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"{path.stem}.xlsx"
        made.save(source)
        # A profile of its own: a second instance on the same one does nothing and says nothing.
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", path.suffix[1:], "--outdir", f"{folder}/out"]
        subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=120)
        path.write_bytes((Path(folder) / "out" / path.name).read_bytes())


def text(path: Path, lines: Lines, encoding: str, delimiter: str = ",") -> None:
    """Save as CSV."""
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(lines)
