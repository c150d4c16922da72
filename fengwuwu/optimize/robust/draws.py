"""Seeded draws of the uncertain figures: triangular, with a common factor between projects.

The draws of a project depend on the seed, the quantity and the project's id only: not on the order of the projects,
on the others, on the number of draws (the first hundred of two hundred are the same hundred) or on who computes them.
"""

from __future__ import annotations

import hashlib
from statistics import NormalDist

import numpy as np

from fengwuwu.optimize.robust.uncertainty import QUANTITIES, Figures, Ranges

_COMMON = ""  # in place of an id: the factor that all projects share


def draw(ranges: Ranges, draws: int, seed: int) -> list[Figures]:
    """Independent draws of all figures.

    Each figure is triangular between its low and high value with its mode at the central one. Projects are tied
    together by a Gaussian copula with one factor: z = √ρ · common + √(1 − ρ) · own.

    Parameters
    ----------
    ranges : Ranges
    draws : int
    seed : int

    Returns
    -------
    list of dict of str to ndarray, shape (n,)
        One per draw, by quantity.
    """
    quantile = np.vectorize(NormalDist().cdf, otypes=[float])
    drawn: Figures = {}
    for quantity in QUANTITIES:
        rho = ranges.correlation[quantity]
        common = np.sqrt(rho) * _normal(seed, quantity, _COMMON, draws)
        own = np.array([_normal(seed, quantity, name, draws) for name in ranges.ids]).reshape(len(ranges.ids), draws)
        chance = quantile(common[:, None] + np.sqrt(1 - rho) * own.T)
        low, mode, high = (side[quantity] for side in (ranges.low, ranges.central, ranges.high))
        drawn[quantity] = triangular(chance, low, mode, high)
    drawn["delay_years"] = np.floor(drawn["delay_years"] + 0.5)
    return [{quantity: values[d] for quantity, values in drawn.items()} for d in range(draws)]


def triangular(chance: np.ndarray, low: np.ndarray, mode: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Quantiles of triangular distributions; those of no width give their only value."""
    width = high - low
    wide = np.where(width > 0, width, 1.0)
    turn = (mode - low) / wide
    left = low + np.sqrt(chance * wide * (mode - low))
    right = high - np.sqrt((1 - chance) * wide * (high - mode))
    return np.where(width > 0, np.where(chance < turn, left, right), low)


def _normal(seed: int, quantity: str, name: str, draws: int) -> np.ndarray:
    digest = hashlib.sha256(f"{quantity}\n{name}".encode()).digest()
    key = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key)).standard_normal(draws)
