"""What a result rests on, written into it; and what has changed in the tables since."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.projects import grid_paths
from fengwuwu.projects.account import Account, account
from fengwuwu.projects.tabular import texts
from fengwuwu.vocabulary import VALUE_STATUS

INPUTS = "reduction_inputs"
CHANGES = "assessment_changes"
_NOT_GRID = "不含电力"
_PATH = "grid_paths "


def exact(value: float) -> str:
    """A number as it stands in its table, without the noise of binary floats."""
    return f"{value:.12g}"


def inputs(chosen: Account, path: grid_paths.Path) -> dict[str, str]:
    """Every value the result of a technology depends on, by the table row it comes from."""
    found = {
        f"methodologies {chosen.technology}": ";".join(
            str(chosen.rule[column]) for column in ("method", "mix", "central_basis", "bases", "ranked", "account")
        )
    }
    if chosen.on_grid:
        found |= {f"factors {value.name}": exact(value.value) for value in chosen.factors.values()}
        found |= {"bases 参与排序": ";".join(chosen.ranking), f"{_PATH}{path.key}": exact(path.annual_change)}
    if chosen.method is not None:
        cases = {case: chosen.used(case) for case in ("low", "central", "high", "conservative")}
        for name in cases["central"]:
            found[f"parameters {name}"] = "/".join(exact(values[name].value) for values in cases.values())
    return found


def lock(chosen: Account, path: grid_paths.Path) -> str:
    """The inputs as text to be kept with the result."""
    return json.dumps(inputs(chosen, path), ensure_ascii=False, separators=(",", ":"))


def version(chosen: Account, path: grid_paths.Path) -> str:
    """What a result says of its factors: the exact values that rank, their document, and a hash over all inputs."""
    factors = [f"{value.name} {exact(value.value)}（{value.document}）" for value in chosen.ranking_factors]
    digest = hashlib.sha256(lock(chosen, path).encode("utf-8")).hexdigest()[:8]
    scenario = [] if path.constant or not chosen.on_grid else [f"情景：{path.label}（{VALUE_STATUS[path.status]}）"]
    return "；".join([*(factors or [_NOT_GRID]), *scenario, f"数据版本 {digest}"])


def path_of(assessed: pd.Series) -> grid_paths.Path:
    """The path of the grid factor that a result was computed with."""
    kept = assessed.get(INPUTS)
    rows = json.loads(kept) if isinstance(kept, str) else {}
    named = [row.removeprefix(_PATH) for row in rows if row.startswith(_PATH)]
    return grid_paths.path(named[0] if named else None)


def changes(assessed: pd.DataFrame) -> pd.Series:
    """What has changed in the tables since each project was assessed.

    Parameters
    ----------
    assessed : DataFrame
        With ``technology`` and the kept ``reduction_inputs``.

    Returns
    -------
    Series of str or None
        Chinese: table and row, old value → new value; None when the result is still what the tables give.
    """
    kept, technology = texts(assessed, INPUTS), texts(assessed, "technology")
    pairs = pd.DataFrame({"technology": technology, "kept": kept})
    said = {
        (row["technology"], row["kept"]): _change(str(row["technology"]), str(row["kept"]))
        for row in pairs.dropna().drop_duplicates().to_dict("records")
    }
    found = [said.get(pair) for pair in zip(technology, kept, strict=True)]
    return pd.Series(np.array([*found, None], dtype=object)[:-1], index=assessed.index)


def _change(technology: str, kept: str) -> str | None:
    chosen = account(technology)
    before: dict[str, str] = json.loads(kept)
    named = [row.removeprefix(_PATH) for row in before if row.startswith(_PATH)]
    known = set(reference.table("grid_paths")["path"])
    if chosen is None or not set(named) <= known:
        return "核算方法表或电网因子路径表中已没有所用的行"
    now = inputs(chosen, grid_paths.path(named[0] if named else None))
    told = []
    for row in dict.fromkeys([*before, *now]):
        old, new = before.get(row, "无"), now.get(row, "无")
        if old != new:
            told.append(f"{row}：{old} → {new}")
    return "；".join(told) or None
