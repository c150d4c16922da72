"""One look for all charts: the package's own fonts, colours that survive grey printing and colour blindness."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib import font_manager, patheffects
from matplotlib.figure import Figure

from fengwuwu import paths

FAMILY = ["Noto Sans SC", "DejaVu Sans"]  # Noto SC has no ₂; DejaVu comes with matplotlib
MM = 1 / 25.4  # inches
FONT_FILES = tuple(paths.ASSETS / "fonts" / f"NotoSansSC-{weight}.ttf" for weight in ("Regular", "Bold"))
WIDTH = 150 * MM  # within the 156 mm of the text

# Okabe–Ito colours and one grey, ordered so that neighbours differ in lightness; hatches keep them apart in grey.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#F0E442", "#CC79A7", "#56B4E9", "#D55E00", "#999999")
HATCHES = ("", "///", "...", "", "xxx", "\\\\\\", "++", "oo")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
HALO = [patheffects.withStroke(linewidth=2, foreground="white")]  # for labels on dark areas
INK, SOFT, LAND, WATER, WARNING = "#222222", "#8A8A8A", "#F4F1E8", "#5B9BC8", "#A00000"


@lru_cache(maxsize=1)
def _add_fonts() -> None:
    # By path: a stale font cache or a missing system font cannot change the charts.
    for path in FONT_FILES:
        font_manager.fontManager.addfont(str(path))


def _settings() -> dict[str, Any]:
    return {
        "font.family": FAMILY,
        "axes.unicode_minus": False,
        "figure.dpi": 110,
        "savefig.dpi": 200,
        "svg.hashsalt": "fengwuwu",
        "svg.fonttype": "path",
        "hatch.linewidth": 0.5,
        "axes.edgecolor": SOFT,
        "axes.titlesize": 10,
        "axes.labelsize": 9,
        "xtick.labelsize": 8,
        "ytick.labelsize": 8,
        "legend.fontsize": 8,
        "legend.title_fontsize": 8,
        "legend.frameon": False,
        "text.color": INK,
    }


def use_style() -> None:
    """Set the look for all charts that follow (a notebook calls it once)."""
    _add_fonts()
    # seaborn resets the family, so the settings come last.
    sns.set_theme(context="paper", style="whitegrid", palette=PALETTE)
    settings: Any = _settings()
    mpl.rcParams.update(settings)


def styled() -> AbstractContextManager[None]:
    """The look for the length of a ``with`` block; earlier settings come back afterwards."""
    _add_fonts()
    look: Any = sns.axes_style("whitegrid") | sns.plotting_context("paper") | _settings()
    return mpl.rc_context(look)


def colours(keys: list[str]) -> dict[str, str]:
    """A colour for each key, in order; they repeat after eight."""
    return {key: PALETTE[index % len(PALETTE)] for index, key in enumerate(keys)}


def hatch(place: int) -> str:
    """The hatch of the n-th kind; when colours repeat they come with another one."""
    count = len(HATCHES)
    return HATCHES[(place + place // count) % count]


def stamp(figure: Figure, notice: str) -> None:
    """Write the notice into the top right corner, so that a copied picture keeps it."""
    if notice:
        figure.text(0.995, 0.99, notice, ha="right", va="top", fontsize=7, color=WARNING, fontweight="bold")


def missing_glyphs(text: str) -> set[str]:
    """Characters that no font of the charts can draw."""
    _add_fonts()
    covered: set[int] = set()
    for family in FAMILY:
        font = font_manager.get_font(font_manager.findfont(family, fallback_to_default=False))
        covered |= set(font.get_charmap())
    return {character for character in text if character.isprintable() and ord(character) not in covered}
