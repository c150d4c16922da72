"""What a cell of the project table may hold: numbers, years, lists ``a;b``, mappings ``key=value;key=value``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

_SEPARATORS = re.compile(r"[;；、，,]")
_YES = {"yes", "true", "是", "1", "1.0", "y"}
_NO = {"no", "false", "否", "0", "0.0", "n"}


def missing(value: Any) -> bool:
    """Whether a cell holds nothing: None, NaN, <NA>, blank text, an empty list or mapping."""
    if value is None:
        return True
    if isinstance(value, (list, tuple, dict, set, np.ndarray)):
        return len(value) == 0
    if isinstance(value, str):
        return not value.strip()
    try:
        return bool(value != value)
    except TypeError:  # <NA> has no truth value
        return True


def number(value: Any) -> float:
    """A finite number; ValueError (Chinese) otherwise."""
    try:
        result = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"“{value}”不是数字") from None
    if not np.isfinite(result):
        raise ValueError(f"“{value}”不是有限的数字")
    return result


def whole(value: Any) -> int:
    """A whole number; ValueError (Chinese) otherwise."""
    result = number(value)
    if abs(result - round(result)) > 1e-9:
        raise ValueError(f"“{value}”不是整数")
    return round(result)


def yes(value: Any) -> bool:
    """A yes or no; ValueError (Chinese) otherwise."""
    text = str(value).strip().lower()
    if text not in _YES | _NO:
        raise ValueError(f"“{value}”应为“是”或“否”")
    return text in _YES


def entries(value: Any) -> list[str]:
    """The entries of a list cell as text, in their order, duplicates kept."""
    if missing(value):
        return []
    parts = _SEPARATORS.split(value) if isinstance(value, str) else list(np.atleast_1d(np.asarray(value, dtype=object)))
    return [str(p).strip() for p in parts if str(p).strip()]


def items(value: Any) -> list[str]:
    """As `entries`, without duplicates."""
    return list(dict.fromkeys(entries(value)))


def pairs(value: Any) -> dict[str, float]:
    """The entries of a mapping cell; ValueError (Chinese) when one is not ``key=number``."""
    if missing(value):
        return {}
    if isinstance(value, Mapping):
        return {str(k).strip(): number(v) for k, v in value.items()}
    found: dict[str, float] = {}
    for part in _SEPARATORS.split(str(value)):
        if not part.strip():
            continue
        key, equals, figure = part.replace("＝", "=").replace("：", "=").replace(":", "=").partition("=")
        if not equals or not key.strip():
            raise ValueError(f"“{part.strip()}”应写成 名称=数值")
        if key.strip() in found:
            raise ValueError(f"“{key.strip()}”出现两次")
        found[key.strip()] = number(figure)
    return found


def join(mapping: Mapping[str, float]) -> str | None:
    """A mapping as cell text; None when empty."""
    return ";".join(f"{k}={v!r}" for k, v in mapping.items()) or None
