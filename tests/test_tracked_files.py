"""What is in git can be shown to anybody: no path of a developer's machine, no outputs in templates, no huge file."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# assembled, so that this file does not contain what it looks for
MACHINE_PATH = re.compile("(?<![A-Za-z0-9_.])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me"]) + ")/[a-z]")
HOSTS = ["py" + r"pi\.org", "pythonhost" + r"ed\.org", "registry" + r"\.npmjs", "deb" + r"ian\.org"]
INDEX_HOST = re.compile("|".join(HOSTS))
LARGEST = 6 * 2**20


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True, encoding="utf-8"
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


FILES = tracked()


def test_there_are_files() -> None:
    assert len(FILES) > 100


@pytest.mark.parametrize("pattern", [MACHINE_PATH, INDEX_HOST], ids=["machine path", "index host"])
def test_no_file_names_a_machine_or_an_index(pattern: re.Pattern[str]) -> None:
    found = {}
    for path in FILES:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # pictures, fonts, workbooks
        if match := pattern.search(text):
            found[path.relative_to(ROOT).as_posix()] = text[max(0, match.start() - 30) : match.end() + 30]
    assert not found


def test_no_file_is_huge() -> None:
    assert not {p.name: p.stat().st_size for p in FILES if p.stat().st_size > LARGEST}


def test_names_are_ascii() -> None:
    assert not [p for p in FILES if not p.relative_to(ROOT).as_posix().isascii()]
