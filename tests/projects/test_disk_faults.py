"""A full disk and a folder that cannot be written: one clear message, and the library is as before."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from fengwuwu.errors import LibraryError
from fengwuwu.projects import geopackage_file
from fengwuwu.projects.library import Library

Make = Callable[..., Path]
HEAD = ["项目编号", "项目名称", "所在县", "总投资（万元）"]


def rows(count: int) -> list[list[object]]:
    return [HEAD, *([f"示例-{i}", "示例项目", "奉节县", 100] for i in range(count))]


def command(*arguments: object, powerless: bool = False, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would; without the power to overrule permissions, or with a limit on files (bytes)."""
    prefix = []
    if powerless and os.geteuid() == 0:
        setpriv = shutil.which("setpriv")
        assert setpriv, "setpriv (util-linux) is missing"
        prefix = [setpriv, "--bounding-set", "-dac_override,-dac_read_search"]
    return subprocess.run(
        [*prefix, sys.executable, "-m", "fengwuwu", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        preexec_fn=None if limit is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )


def refused(done: subprocess.CompletedProcess[str], what: str) -> None:
    """The command ended with one clear message."""
    assert done.returncode == 1, done.stderr
    assert what in done.stderr
    assert "处理办法：" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def filled(geopackage: Library, workbook: Make) -> Library:
    geopackage.import_file(workbook(rows(2), "first.xlsx"))
    return geopackage


def test_a_folder_that_cannot_be_written(filled: Library, workbook: Make, tmp_path: Path) -> None:
    form = workbook(rows(300))
    before = Path(filled.location).read_bytes()
    elsewhere = tmp_path / "退回"
    elsewhere.mkdir()
    Path(filled.location).chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        done = command("library", "import", form, "--library", filled.location, "--output", elsewhere, powerless=True)
        refused(done, "不可写")
        refused(command("library", "import", form, "--library", tmp_path / "new.gpkg", powerless=True), "不可写")
        assert command("library", "list", "--library", filled.location, powerless=True).returncode == 0
        assert [path.name for path in tmp_path.glob("*.gpkg*")] == ["library.gpkg"]
    finally:
        tmp_path.chmod(0o755)
    assert Path(filled.location).read_bytes() == before


def test_the_system_refuses_to_write_more(filled: Library, workbook: Make) -> None:
    form = workbook(rows(2000))
    size = Path(filled.location).stat().st_size
    before, listed = filled.fingerprint, filled.projects()
    done = command("library", "import", form, "--library", filled.location, limit=size + 65536)
    refused(done, "项目库未改动")
    assert (filled.fingerprint, len(filled.projects())) == (before, len(listed))
    assert filled.check() == []
    assert filled.import_file(form).accepted == 1998


def test_a_full_disk(filled: Library, workbook: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite itself says that there is no room, in the middle of the transaction."""
    before = filled.fingerprint
    real = geopackage_file.GeoPackageFile._begun

    @contextlib.contextmanager
    def narrow(self: geopackage_file.GeoPackageFile, statement: str) -> Iterator[Connection]:
        with real(self, statement) as connection:
            pages = connection.scalar(text("PRAGMA page_count"))
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 8}")
            yield connection

    monkeypatch.setattr(geopackage_file.GeoPackageFile, "_begun", narrow)
    with pytest.raises(LibraryError, match="磁盘已满，项目库未改动") as caught:
        filled.import_file(workbook(rows(2000)))
    assert "处理办法" in str(caught.value)
    monkeypatch.undo()
    assert filled.fingerprint == before
    assert filled.check() == []
