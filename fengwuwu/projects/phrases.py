"""Finds phrases in many texts at once: an index of characters, so that no text is looked at one by one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
_BREAK = "\n"


class PhraseIndex:
    """The characters of n texts, each with the places where it stands.

    Parameters
    ----------
    texts : Series of str, length n
        Missing counts as empty. Compared without spaces, in lower case and with full-width forms made plain.
    """

    def __init__(self, texts: pd.Series) -> None:
        # A text that occurs again is read once.
        self._text, distinct = pd.factorize(texts.fillna("").astype(str))
        self._rows = np.argsort(self._text, kind="stable")
        self._first = np.searchsorted(self._text[self._rows], np.arange(len(distinct) + 1))
        plain = pd.Series(distinct, dtype=object).astype(str).str.replace(r"\s+", "", regex=True)
        joined = unicodedata.normalize("NFKC", _BREAK.join([*plain.tolist(), ""])).lower()
        points = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32)
        # Two bytes are enough for the basic plane and sort fast; rarer characters match none of our phrases.
        self._characters = np.where(points > 0xFFFF, 0, points).astype(np.uint16)
        self._ends = np.flatnonzero(self._characters == ord(_BREAK))
        self._places = np.argsort(self._characters, kind="stable")
        known, starts = np.unique(self._characters[self._places], return_index=True)
        self._spans = dict(zip(known.tolist(), pairwise([*starts.tolist(), len(self._places)]), strict=True))
        self._found: dict[str, tuple[Ints, Ints]] = {}

    def rows(self, phrase: str) -> Ints:
        """The numbers of the texts that contain `phrase`, in no order."""
        hit, _ = self._hits(phrase)
        if len(self._rows) == len(self._ends):
            return self._rows[self._first[hit]]
        spans = [self._rows[low:high] for low, high in zip(self._first[hit], self._first[hit + 1], strict=True)]
        return np.concatenate(spans) if spans else hit

    def last(self, phrase: str, rows: Ints) -> Ints:
        """Where the last occurrence of `phrase` ends in some of the texts.

        Returns
        -------
        array of int, same shape as `rows`
            Position in the joined text (comparable within one text), −1 where the phrase does not occur.
        """
        hit, end = self._hits(phrase)
        if not len(hit):
            return np.full(len(rows), -1)
        text = self._text[rows]
        at = np.minimum(np.searchsorted(hit, text), len(hit) - 1)
        return np.where(hit[at] == text, end[at], -1)

    def _hits(self, phrase: str) -> tuple[Ints, Ints]:
        """The distinct texts that contain `phrase`, ascending, and where its last occurrence ends in each."""
        if phrase not in self._found:
            end = self._occurrences([ord(c) for c in plain_phrase(phrase)])
            text = np.searchsorted(self._ends, end - 1)
            final = np.ones(len(text), dtype=bool)
            np.not_equal(text[1:], text[:-1], out=final[:-1])
            self._found[phrase] = text[final], end[final]
        return self._found[phrase]

    def _occurrences(self, word: list[int]) -> Ints:
        """Where each occurrence of a word ends, ascending."""
        spans = [self._spans[c] for c in word if c in self._spans]
        if not word or len(spans) < len(word):
            return np.zeros(0, dtype=np.int64)
        rarest = min(range(len(word)), key=lambda i: spans[i][1] - spans[i][0])
        start = self._places[slice(*spans[rarest])] - rarest
        start = start[(start >= 0) & (start + len(word) <= len(self._characters))]
        for offset, character in enumerate(word):
            if offset != rarest:
                start = start[self._characters[start + offset] == character]
        return start + len(word)


@lru_cache(maxsize=8192)
def plain_phrase(phrase: str) -> str:
    """A phrase as texts are compared: without spaces, in lower case, full-width forms made plain."""
    return unicodedata.normalize("NFKC", re.sub(r"\s+", "", phrase)).lower()
