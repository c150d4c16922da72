"""Fonts and Leaflet: as recorded, licensed, small, and able to print our data."""

from __future__ import annotations

import hashlib
import re

import pytest
from fontTools.ttLib import TTFont

from fengwuwu import paths

FONTS = sorted((paths.ASSETS / "fonts").glob("*.ttf"))


def test_files_are_as_recorded() -> None:
    readme = (paths.ASSETS / "README.md").read_text(encoding="utf-8")
    recorded = dict(re.findall(r"\| (\S+) \| [\d,]+ \| `([0-9a-f]{64})` \|", readme))
    files = [p for folder in ("fonts", "leaflet") for p in (paths.ASSETS / folder).iterdir()]
    found = {p.relative_to(paths.ASSETS).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
    assert found == recorded
    assert sum(path.stat().st_size for path in files) < 10_000_000


def test_licences_lie_beside_the_files() -> None:
    for name in ("OFL-NotoSansSC.txt", "OFL-NotoSerifSC.txt"):
        assert "SIL OPEN FONT LICENSE Version 1.1" in (paths.ASSETS / "fonts" / name).read_text(encoding="utf-8")
    assert "Redistribution and use" in (paths.ASSETS / "leaflet" / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FONTS, ids=lambda p: p.stem)
def test_fonts_print_gb2312_and_every_chinese_character_of_the_data(path: object) -> None:
    text = "".join(
        file.read_text(encoding="utf-8")
        for folder in (paths.DATA, paths.NOTEBOOKS)
        for file in folder.rglob("*")
        if file.suffix in (".csv", ".geojson", ".toml", ".yaml", ".ipynb")
    )
    wanted = {c for c in text if "\u3000" <= c <= "\u9fff" or "\uff00" <= c <= "\uffef"} | set("垱堎藠〇²³㎡―")
    for high in range(0xB0, 0xF8):
        wanted |= set(bytes(b for low in range(0xA1, 0xFF) for b in (high, low)).decode("gb2312", errors="ignore"))
    with TTFont(path) as font:
        covered = {chr(code) for code in font.getBestCmap()}
    assert not wanted - covered


def test_leaflet_is_the_version_named() -> None:
    assert "Leaflet 1.9.4" in (paths.ASSETS / "leaflet" / "leaflet.js").read_text(encoding="utf-8")[:300]
