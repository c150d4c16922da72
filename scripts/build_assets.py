"""Fetch the open fonts and Leaflet from npm, cut the fonts to what reports need, write them to the package.

Needs ``npm`` and a registry set in npm's own configuration. Nothing here runs when the toolkit is used.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from fontTools import subset

ROOT = Path(__file__).resolve().parents[1]
ASSETS = ROOT / "fengwuwu" / "reporting" / "assets"
NOTO_SANS, NOTO_SERIF, LEAFLET = "@expo-google-fonts/noto-sans-sc", "@expo-google-fonts/noto-serif-sc", "leaflet"
VERSIONS = {NOTO_SANS: "0.4.3", NOTO_SERIF: "0.4.3", LEAFLET: "1.9.4"}
FONTS = (
    (NOTO_SANS, "400Regular/NotoSansSC_400Regular.ttf", "NotoSansSC-Regular.ttf"),
    (NOTO_SANS, "700Bold/NotoSansSC_700Bold.ttf", "NotoSansSC-Bold.ttf"),
    (NOTO_SERIF, "400Regular/NotoSerifSC_400Regular.ttf", "NotoSerifSC-Regular.ttf"),
)
LICENCES = (
    (NOTO_SANS, "LICENSE_FONT", "fonts/OFL-NotoSansSC.txt"),
    (NOTO_SERIF, "LICENSE_FONT", "fonts/OFL-NotoSerifSC.txt"),
    (LEAFLET, "LICENSE", "leaflet/LICENSE"),
)
# Place names and signs outside GB2312 that occur in the three counties or in reports.
EXTRA = "〇垱堎藠磴嵝垭碛硐堉塆㙍²³㎡㎥―—–…·“”‘’℃％‰≤≥≈≠±×÷−→←↑↓■□●○◆◇▲△★☆√①②③④⑤⑥⑦⑧⑨⑩ⅠⅡⅢⅣ〔〕《》〈〉【】　"
TEXT_FILES = {".csv", ".geojson", ".toml", ".yaml", ".yml", ".ipynb", ".md"}


def gb2312() -> set[str]:
    """Every character of GB/T 2312, the basic set of simplified Chinese."""
    pairs = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    return set("".join(pair.decode("gb2312", errors="ignore") for pair in pairs))


def characters() -> str:
    """GB2312, ASCII, the signs above, and every character of the shipped data, templates and Chinese in the code."""
    found = gb2312() | {chr(code) for code in range(0x20, 0x7F)} | set(EXTRA)
    for folder in (ROOT / "data", ROOT / "notebooks", ROOT / "fengwuwu"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in TEXT_FILES | {".py"} and path.is_file():
                found |= set(path.read_text(encoding="utf-8"))
    return "".join(sorted(c for c in found if c.isprintable() or c in "\u3000\u00a0"))


def fetch(package: str, folder: Path) -> Path:
    """Download one package with ``npm pack`` and unpack it.

    Returns
    -------
    Path
        The folder that holds the package's files.
    """
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("缺少 npm：请先安装 Node.js（Debian：apt-get install npm）。")
    target = folder / re.sub(r"\W", "_", package)
    target.mkdir()
    subprocess.run([npm, "pack", "--silent", f"{package}@{VERSIONS[package]}"], cwd=target, check=True)
    archive = next(target.glob("*.tgz"))
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    return target / "package"


def cut(source: Path, target: Path, text: str) -> set[str]:
    """Write the part of a font that covers `text`; return the characters the font lacks.

    Hinting is dropped (no system in use needs it at these sizes) and so are layout tables for other languages.
    """
    options = subset.Options()
    options.layout_features = ["kern", "locl"]
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.recalc_timestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    with subset.load_font(str(source), options) as font:
        missing = {c for c in text if ord(c) not in font.getBestCmap()}
        cutter.subset(font)
        subset.save_font(font, str(target), options)
    return missing


def main() -> None:
    """Rebuild ``fengwuwu/reporting/assets`` apart from our own templates."""
    text = characters()
    (ASSETS / "fonts").mkdir(parents=True, exist_ok=True)
    (ASSETS / "leaflet").mkdir(exist_ok=True)
    notes: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        packages = {name: fetch(name, Path(scratch)) for name in VERSIONS}
        for package, inside, name in FONTS:
            missing = cut(packages[package] / inside, ASSETS / "fonts" / name, text)
            chinese = {c for c in missing if "\u4e00" <= c <= "\u9fff"}
            if chinese:
                sys.exit(f"{name} 缺少汉字：{''.join(sorted(chinese))}")
            notes.append(f"- `{name}` lacks these signs of our data and texts: {' '.join(sorted(missing)) or 'none'}")
        for name in ("leaflet.js", "leaflet.css"):
            # Without its last line the browser does not look for a source map.
            code = (packages[LEAFLET] / "dist" / name).read_text(encoding="utf-8")
            code = re.sub(r"\n//# sourceMappingURL=\S+", "", code)
            (ASSETS / "leaflet" / name).write_text(code, encoding="utf-8", newline="\n")
        for package, inside, name in LICENCES:
            shutil.copyfile(packages[package] / inside, ASSETS / name)
    write_readme(notes)


def write_readme(notes: list[str]) -> None:
    """Record origin, version, size and hash of every file."""
    rows = []
    for path in sorted((ASSETS / "fonts").iterdir()) + sorted((ASSETS / "leaflet").iterdir()):
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        rows.append(f"| {path.relative_to(ASSETS).as_posix()} | {len(content):,} | `{digest}` |")
    sources = [f"- npm `{name}` {version}" for name, version in VERSIONS.items()]
    lines = [
        "# Files from elsewhere that come with reports",
        "",
        "Made by `scripts/build_assets.py`; do not edit by hand. The fonts are cut to GB2312, common signs and every",
        "character of our data. They are under the SIL Open Font License 1.1 (its reserved name, Source, is not used);",
        "Leaflet is under BSD-2-Clause. The licence texts lie beside the files. `web/` holds our own templates.",
        "",
        *sources,
        "",
        *notes,
        "",
        "| file | bytes | sha256 |",
        "|---|---:|---|",
        *rows,
        "",
    ]
    (ASSETS / "README.md").write_text("\n".join(lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
