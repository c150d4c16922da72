"""Find the known projects a row may mean when it does not say: an index of what is known, asked row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from fengwuwu.projects.cells import Value
from fengwuwu.projects.likeness import Likeness, compare, rules
from fengwuwu.projects.traits import Traits, traits

# Names looked at closely: more than can be shown, so that the likeliest as a whole is among them.
_CLOSE = 50
# Rows whose names are compared with all known ones in one call.
_BLOCK = 128


class Index:
    """Known projects, to be asked for those that a row may mean.

    Parameters
    ----------
    known : mapping of str to record
        Project id to what is known of it.
    """

    def __init__(self, known: Mapping[str, Mapping[str, Value]]) -> None:
        self._rules = rules()
        self._traits = {ident: traits(record) for ident, record in known.items()}
        self._idents = list(self._traits)
        self._cores = [found.core for found in self._traits.values()]
        self._same: dict[str, list[str]] = {}
        for ident, found in self._traits.items():
            for word in {found.code, found.name} - {""}:
                self._same.setdefault(word, []).append(ident)

    def clear(self, row: Traits) -> list[Likeness]:
        """Projects that a row without id means beyond doubt; more than one when they are described alike.

        Those whose description is the very same go before those that say more or less.
        """
        found = [item for item in self._compare(row, self._same_word(row)) if item.clear]
        return [item for item in found if self._traits[item.project_id].identity == row.identity] or found

    def similar(self, rows: Sequence[Traits]) -> Iterator[list[Likeness]]:
        """Projects that each of some rows without id may mean: clear ones first, then by likeness."""
        least = 100 * self._rules.doubtful_name
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            cores = [row.core for row in block]
            alike = process.cdist(cores, self._cores, scorer=fuzz.ratio, score_cutoff=least, dtype=np.float64)
            for row, scores in zip(block, alike, strict=True):
                close = np.flatnonzero(scores >= least)
                close = close[np.argsort(-scores[close], kind="stable")[:_CLOSE]]
                yield self._compare(row, [*self._same_word(row), *(self._idents[place] for place in close)])

    def exact(self, row: Traits) -> list[Likeness]:
        """Projects of the same code, or of the same name, owner and place, all of them stated.

        Only these speak against an id that is unknown: where offices number their projects, likeness of names is no
        reason to doubt the number.
        """
        found = self._compare(row, self._same_word(row))
        return [item for item in found if item.code_agrees or (item.owner_agrees and item.place_agrees)]

    def _same_word(self, row: Traits) -> list[str]:
        return [ident for word in (row.code, row.name) if word for ident in self._same.get(word, ())]

    def _compare(self, row: Traits, idents: Iterable[str]) -> list[Likeness]:
        found = [compare(ident, row, self._traits[ident], self._rules) for ident in dict.fromkeys(idents)]
        return sorted((item for item in found if item), key=lambda item: (-item.clear, -item.score, item.project_id))
