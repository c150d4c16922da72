"""Records seen by column, so that a rule speaks of all of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Columns:
    """The columns of some records, each made when it is first asked for.

    Parameters
    ----------
    records : sequence of mapping
        Field key to text, number or None; a key that is absent is unknown too.
    """

    def __init__(self, records: Sequence[Mapping[str, object]]) -> None:
        self.records = records
        self._values: dict[str, list[object]] = {}
        self._numbers: dict[str, Floats] = {}

    def __len__(self) -> int:
        return len(self.records)

    def values(self, key: str) -> list[object]:
        """The values of a field, None where unknown."""
        if key not in self._values:
            self._values[key] = [record.get(key) for record in self.records]
        return self._values[key]

    def numbers(self, key: str) -> Floats:
        """The numbers of a field; NaN where it holds none."""
        if key not in self._numbers:
            values = self.values(key)
            known = [value if isinstance(value, (float, int)) else np.nan for value in values]
            self._numbers[key] = np.array(known, dtype=float)
        return self._numbers[key]

    def groups(self, key: str, *more: str) -> Iterator[tuple[tuple[object, ...], list[int]]]:
        """Each different combination of some fields, and the places of the records that have it.

        Records in which the first of the fields is unknown are left out.
        """
        found: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for place, row in enumerate(zip(*map(self.values, (key, *more)), strict=True)):
            if row[0] is not None:
                found[row].append(place)
        return iter(found.items())
