"""A PostgreSQL server for the length of a test run, in a temporary folder, reached through a socket only."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

_ADMIN = "postgres"


def _program(name: str) -> str:
    """A server program; Debian keeps them out of the path."""
    found = shutil.which(name) or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None
    )
    assert found, f"{name} is missing; run scripts/install_system_parts.py"
    return found


@contextlib.contextmanager
def server() -> Iterator[Callable[[], str]]:
    """Start a server; yields a function that makes a new database with PostGIS and returns its URL."""
    # The server refuses to run as root, so root hands it to the user that Debian's package brings.
    account = {"user": _ADMIN, "group": _ADMIN} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="fwwpg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        data, log = folder / "data", folder / "log"
        if account:
            shutil.chown(folder, _ADMIN, _ADMIN)
        options = {"cwd": folder, "check": True, "capture_output": True, "timeout": 120, **account}
        initdb = [_program("initdb"), "-D", data, "-U", _ADMIN, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        subprocess.run(initdb, **options)
        with log.open("wb") as stream:
            settings = {"listen_addresses": "", "unix_socket_directories": folder, "fsync": "off"}
            process = subprocess.Popen(
                [_program("postgres"), "-D", data, *(f"--{key}={value}" for key, value in settings.items())],
                cwd=folder,
                stdout=stream,
                stderr=stream,
                **account,
            )
        try:
            with _connected(process, folder, log) as admin:
                admin.execute("CREATE DATABASE model_library")
            with psycopg.connect(host=name, user=_ADMIN, dbname="model_library") as model:
                model.execute("CREATE EXTENSION postgis")
            numbers = itertools.count(1)

            def make() -> str:
                database = f"library{next(numbers)}"
                with _connected(process, folder, log) as admin:
                    admin.execute(f"CREATE DATABASE {database} TEMPLATE model_library")
                return f"postgresql://{_ADMIN}@/{database}?host={name}"

            yield make
        finally:
            process.send_signal(signal.SIGQUIT)  # nothing is worth keeping
            process.wait(60)


def _connected(process: subprocess.Popen[bytes], folder: Path, log: Path) -> psycopg.Connection[tuple[object, ...]]:
    """A connection to the server, once it has started, or started again after a test has killed a part of it."""
    for _ in range(300):
        assert process.poll() is None, log.read_text(encoding="utf-8")
        with contextlib.suppress(psycopg.OperationalError):
            return psycopg.connect(host=str(folder), user=_ADMIN, dbname=_ADMIN, autocommit=True)
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))
