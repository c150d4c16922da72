"""A database server that goes away, is full, or lets nobody write: one clear message, and the library is as before."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, Engine, event

from fengwuwu.cli import main
from fengwuwu.errors import LibraryError
from fengwuwu.projects import database
from fengwuwu.projects.library import Library

from ..projects.postgres import server

pytestmark = pytest.mark.system
HEAD = "项目编号,项目名称,所在县,总投资（万元）\n"


def form(path: Path, count: int) -> Path:
    path.write_text(HEAD + "".join(f"示例-{i},示例项目,奉节县,100\n" for i in range(count)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def new_url() -> Iterator[Callable[[], str]]:
    with server() as make:
        yield make


@pytest.fixture
def filled(new_url: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.chdir(tmp_path)
    library = Library.open(new_url())
    library.import_file(form(tmp_path / "first.csv", 2))
    return library


def refused(library: Library, path: Path, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The command ends with one clear message in Chinese."""
    capsys.readouterr()
    assert main(["library", "import", str(path), "--library", library.location]) == 1
    said = capsys.readouterr().err
    assert what in said
    assert "处理办法：" in said
    assert "Traceback" not in said


def unchanged(library: Library, fingerprint: str) -> None:
    assert library.fingerprint == fingerprint
    assert len(library.projects()) == 2
    assert library.check() == []


@pytest.mark.parametrize("moment", ["INSERT INTO versions", "INSERT INTO projects", "COMMIT"])
def test_the_server_dies_in_the_middle_of_an_import(
    filled: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str], moment: str
) -> None:
    before = filled.fingerprint
    killed = []

    def kill(connection: Connection) -> None:
        """What an operator's kill -9, or a power cut, does to the server behind this connection."""
        killed.append(connection.connection.driver_connection.info.backend_pid)
        os.kill(killed[-1], signal.SIGKILL)

    def at_statement(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(moment) and not killed:
            kill(connection)

    def at_commit(connection: Connection) -> None:
        if moment == "COMMIT" and not killed:
            kill(connection)

    event.listen(Engine, "before_cursor_execute", at_statement)
    event.listen(Engine, "commit", at_commit)
    try:
        refused(filled, form(tmp_path / "form.csv", 300), "与数据库服务器的连接中断", capsys)
    finally:
        event.remove(Engine, "before_cursor_execute", at_statement)
        event.remove(Engine, "commit", at_commit)
    assert len(killed) == 1
    for _ in range(100):  # the server comes back by itself
        try:
            unchanged(filled, before)
            break
        except LibraryError:
            time.sleep(0.1)
    else:
        unchanged(filled, before)
    assert filled.import_file(tmp_path / "form.csv").accepted == 298


def test_a_full_disk(filled: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The server says so in the middle of the transaction, as it does when a file of its cannot grow."""
    before = filled.fingerprint
    with psycopg.connect(filled.location, autocommit=True) as admin:
        admin.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$"
        )
        admin.execute("CREATE TRIGGER full_disk AFTER INSERT ON fengwuwu.projects EXECUTE FUNCTION full_disk()")
        refused(filled, form(tmp_path / "form.csv", 300), "数据库服务器磁盘已满，项目库未改动", capsys)
        unchanged(filled, before)
        admin.execute("DROP TRIGGER full_disk ON fengwuwu.projects")
    assert filled.import_file(tmp_path / "form.csv").accepted == 298


def test_a_database_that_may_only_be_read(filled: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, path = filled.fingerprint, form(tmp_path / "form.csv", 300)
    with psycopg.connect(filled.location, autocommit=True) as admin:
        name = admin.info.dbname
        admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only TO on")
        refused(filled, path, "数据库只读，不能写入项目库", capsys)
        unchanged(filled, before)
        admin.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        admin.execute("CREATE ROLE reader LOGIN")
        admin.execute("GRANT USAGE ON SCHEMA fengwuwu TO reader")
        admin.execute("GRANT SELECT ON ALL TABLES IN SCHEMA fengwuwu TO reader")
    reading = Library.open(filled.location.replace("postgres@", "reader@"))
    refused(reading, path, "没有权限读写该数据库", capsys)
    unchanged(reading, before)


def test_who_waits_too_long_is_told(
    filled: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    before = filled.fingerprint
    with filled.database.writing():
        refused(filled, form(tmp_path / "form.csv", 300), "项目库正被另一个程序写入", capsys)
    unchanged(filled, before)
