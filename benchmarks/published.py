"""The 90 published knapsack problems, read from the files as OR-Library and Pisinger give them.

The files are not part of this repository. `folder` is where they lie: ``mknap1.txt``, ``mknap2.txt``, ``mknapcb1.txt``
and ``mkcbres.txt`` of OR-Library (https://people.brunel.ac.uk/~mastjjb/jeb/orlib/mknapinfo.html), and ``knapPI_*`` of
D. Pisinger (2005), Computers & Operations Research 32, "Where are the hard knapsack problems?".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

# Pisinger's files do not hold their optima; these are published beside the copies of the files
# (README of ChuanyuXue/CSE-5707-optimization).
PISINGER = {
    "knapPI_1_100_1000_1": 9147,
    "knapPI_2_100_1000_1": 1514,
    "knapPI_3_100_1000_1": 2397,
    "knapPI_3_500_1000_1": 7117,
    "knapPI_3_1000_1000_1": 14390,
}


@dataclass(frozen=True)
class Knapsack:
    """One problem: `weights` has a row per dimension, `capacities` a value per dimension, `profits` one per item."""

    name: str
    optimum: float
    profits: list[float]
    weights: list[list[float]]
    capacities: list[float]


def problems(folder: Path) -> dict[str, Knapsack]:
    """All problems by name.

    Raises
    ------
    OSError, ValueError
        A file is missing or is not what it should be.
    """
    found = [*_petersen(folder / "mknap1.txt"), *_collected(folder / "mknap2.txt"), *_chu_beasley(folder)]
    found += [_pisinger(folder / name, optimum) for name, optimum in PISINGER.items()]
    return {problem.name: problem for problem in found}


class _Numbers:
    """The numbers of a text, one after another."""

    def __init__(self, text: str) -> None:
        self.left = iter(map(float, text.split()))

    def take(self, count: int) -> list[float]:
        taken = list(islice(self.left, count))
        if len(taken) < count:
            raise ValueError("the file ends too early")
        return taken

    def one(self) -> float:
        return self.take(1)[0]

    def whole(self) -> int:
        return int(self.one())


def _text(path: Path) -> str:
    return path.read_text(encoding="latin-1")


def _petersen(path: Path) -> Iterator[Knapsack]:
    numbers = _Numbers(_text(path))
    for k in range(numbers.whole()):
        items, rows, optimum = numbers.whole(), numbers.whole(), numbers.one()
        profits = numbers.take(items)
        weights = [numbers.take(items) for _ in range(rows)]
        yield Knapsack(f"PETERSEN{k + 1}", optimum, profits, weights, numbers.take(rows))


def _collected(path: Path) -> Iterator[Knapsack]:
    # What stands before the first "problem" is an explanation, with WEING1 as its example.
    parts = re.split(r"problem (\w+)\.DAT", _text(path))[1:]
    for name, text in zip(parts[::2], parts[1::2], strict=True):
        numbers = _Numbers(re.sub(r"[^\d.\s]", " ", text))
        rows, items = numbers.whole(), numbers.whole()
        profits, capacities = numbers.take(items), numbers.take(rows)
        weights = [numbers.take(items) for _ in range(rows)]
        yield Knapsack(name, numbers.one(), profits, weights, capacities)


def _chu_beasley(folder: Path) -> Iterator[Knapsack]:
    optima = dict(re.findall(r"^(5\.100-\d\d)\s+(\d+)\s*$", _text(folder / "mkcbres.txt"), re.MULTILINE))
    numbers = _Numbers(_text(folder / "mknapcb1.txt"))
    for k in range(numbers.whole()):
        items, rows, _ = numbers.whole(), numbers.whole(), numbers.one()
        profits = numbers.take(items)
        weights = [numbers.take(items) for _ in range(rows)]
        name = f"5.100-{k:02d}"
        yield Knapsack(name, float(optima[name]), profits, weights, numbers.take(rows))


def _pisinger(path: Path, optimum: float) -> Knapsack:
    numbers = _Numbers(_text(path))
    pairs = [numbers.take(2) for _ in range(numbers.whole())]
    profits, weights = (list(column) for column in zip(*pairs, strict=True))
    return Knapsack(path.name, float(optimum), profits, [weights], [numbers.one()])
