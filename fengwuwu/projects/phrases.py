"""Finds phrases in many texts at once: an index of characters, so that no text is looked at one by one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pandas as pd

from fengwuwu.projects.tabular import Mask

_BREAK = "\n"


class PhraseIndex:
    """The characters of n texts, each with the places where it stands.

    Parameters
    ----------
    texts : Series of str, length n
        Missing counts as empty. Compared without spaces, in lower case and with full-width forms made plain.
    """

    def __init__(self, texts: pd.Series) -> None:
        plain = texts.fillna("").astype(str).str.replace(r"\s+", "", regex=True)
        joined = unicodedata.normalize("NFKC", _BREAK.join([*plain.tolist(), ""])).lower()
        points = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32)
        # Two bytes are enough for the basic plane and sort fast; rarer characters match none of our phrases.
        self._characters = np.where(points > 0xFFFF, 0, points).astype(np.uint16)
        self._ends = np.flatnonzero(self._characters == ord(_BREAK))
        self._places = np.argsort(self._characters, kind="stable")
        known, starts = np.unique(self._characters[self._places], return_index=True)
        self._spans = dict(zip(known.tolist(), pairwise([*starts.tolist(), len(self._places)]), strict=True))
        self._length = len(plain)

    def last(self, phrase: str) -> np.ndarray:
        """Where the last occurrence of `phrase` ends in each text.

        Returns
        -------
        array of int, shape (n,)
            Position in the joined text (comparable within one text), −1 where the phrase does not occur.
        """
        found = np.full(self._length, -1, dtype=np.int64)
        word = [ord(c) for c in plain_phrase(phrase)]
        spans = [self._spans[c] for c in word if c in self._spans]
        if not word or len(spans) < len(word):
            return found
        rarest = min(range(len(word)), key=lambda i: spans[i][1] - spans[i][0])
        start = self._places[slice(*spans[rarest])] - rarest
        start = start[(start >= 0) & (start + len(word) <= len(self._characters))]
        for offset, character in enumerate(word):
            start = start[self._characters[start + offset] == character]
        np.maximum.at(found, np.searchsorted(self._ends, start), start + len(word))
        return found

    def has(self, phrase: str) -> Mask:
        """Which texts contain `phrase`."""
        return np.asarray(self.last(phrase) >= 0, dtype=bool)


@lru_cache(maxsize=8192)
def plain_phrase(phrase: str) -> str:
    """A phrase as texts are compared: without spaces, in lower case, full-width forms made plain."""
    return unicodedata.normalize("NFKC", re.sub(r"\s+", "", phrase)).lower()
