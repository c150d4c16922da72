"""The colours of charts told apart in grey and by the colour-blind, with numbers."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.colors import to_rgb

from fengwuwu.reporting import style

Colour = npt.NDArray[np.float64]

# Machado, Oliveira, Fernandes (2009), severity 1.0, for linear RGB.
DEFECTS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
}


def linear(colour: str) -> Colour:
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lightness(rgb: Colour) -> float:
    """CIE L*, 0–100, of linear RGB."""
    y = float(rgb @ [0.2126, 0.7152, 0.0722])
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


def lab(rgb: Colour) -> Colour:
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1)
    t = xyz / [0.9505, 1.0, 1.089]
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_neighbours_differ_in_grey_or_in_hatch() -> None:
    """Stacked bars print in grey: what touches differs by 8 L*, or one is hatched and the other is not."""
    for place, (one, other) in enumerate(pairwise(style.PALETTE)):
        apart = abs(lightness(linear(one)) - lightness(linear(other)))
        assert apart >= 8 or style.hatch(place) != style.hatch(place + 1), (one, other, apart)


def test_no_two_kinds_look_alike_in_grey() -> None:
    """Same grey (within 5 L*) and same hatch would be one kind on a copy."""
    kinds = [(lightness(linear(colour)), style.hatch(place)) for place, colour in enumerate(style.PALETTE)]
    for (grey, hatch), (other_grey, other_hatch) in combinations(kinds, 2):
        assert abs(grey - other_grey) >= 5 or hatch != other_hatch


@pytest.mark.parametrize("name", DEFECTS)
def test_kinds_are_told_apart_by_the_colour_blind(name: str) -> None:
    """ΔE*ab of at least 10 between any two, or another hatch (bars) and another marker (maps)."""
    seen = [lab(np.array(DEFECTS[name]) @ linear(colour)) for colour in style.PALETTE]
    for (place, one), (other_place, other) in combinations(enumerate(seen), 2):
        different = style.hatch(place) != style.hatch(other_place)
        assert np.linalg.norm(one - other) >= 10 or different, (name, place, other_place)


def test_ink_and_warning_can_be_read_on_paper() -> None:
    """WCAG contrast on white: 4.5 for text."""
    for colour in (style.INK, style.WARNING, "#555555"):
        luminance = float(linear(colour) @ [0.2126, 0.7152, 0.0722])
        assert 1.05 / (luminance + 0.05) >= 4.5
