"""Environmental benefits already claimed (CCER, green certificates, 碳惠通): one claim per benefit and period.

Claims come from the form (``benefit_claims``: ``绿证:2024-2025;CCER:2026-2030``) and from a register that a bureau
keeps in ``data/projects/benefit_claims.csv``. A claim belongs to the project's approval code where there is one, so
that one plant under two names is one.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from fengwuwu import paths, reference
from fengwuwu.errors import InputError, Problem
from fengwuwu.projects.tabular import Sentences, identities, texts

NOTHING = "未申领"
REGISTER = paths.PROJECTS / "benefit_claims.csv"
_COLUMNS = ("scheme", "first_year", "last_year", "project_id", "project_code", "source", "status")
_CLAIM = r"^\s*(?P<name>[^:=\d]+?)\s*[:=]\s*(?P<first>\d{4})(?:\s*[-—–~至]\s*(?P<last>\d{4}))?\s*$"


@lru_cache(maxsize=1)
def _spellings(stamp: int) -> dict[str, str]:
    table = reference.table("claim_schemes")
    spelled = table.assign(spelling=(table["scheme"] + ";" + table["synonyms"].fillna("")).str.split(";"))
    spelled = spelled.explode("spelling")
    spelled = spelled[spelled["spelling"] != ""]
    return dict(zip(spelled["spelling"].str.lower(), spelled["scheme"], strict=True))


def schemes() -> list[str]:
    """The schemes a claim can name."""
    return reference.table("claim_schemes")["scheme"].tolist()


def _named() -> dict[str, str]:
    return _spellings((paths.REFERENCE / "claim_schemes.csv").stat().st_mtime_ns)


def unreadable(text: str) -> list[str]:
    """The parts of a form's cell that are no claim."""
    parts = pd.Series([part.strip() for part in text.split(";") if part.strip()], dtype=object)
    parts = parts[parts != NOTHING]
    if parts.empty:
        return []
    found = _parsed(parts)
    wrong = found["scheme"].isna() | ~(found["first_year"] <= found["last_year"])
    return [str(part) for part in parts[wrong]]


def _parsed(parts: pd.Series) -> pd.DataFrame:
    found = parts.astype(str).str.extract(_CLAIM)
    first = pd.to_numeric(found["first"])
    last = pd.to_numeric(found["last"]).where(found["last"].notna(), first)
    return pd.DataFrame(
        {"scheme": found["name"].str.lower().map(_named()), "first_year": first, "last_year": last}, index=parts.index
    )


def register(file: Path = REGISTER) -> pd.DataFrame:
    """The register of claims; empty when there is no file.

    Raises
    ------
    InputError
        When a column is missing or a row names no known scheme, no years, no project or no source.
    """
    if not file.is_file():
        return pd.DataFrame(columns=list(_COLUMNS))
    table = pd.read_csv(file, dtype="str", encoding="utf-8-sig", keep_default_na=False)
    lacking = [name for name in _COLUMNS if name not in table]
    if lacking:
        raise InputError(f"环境权益登记表缺少列 {'、'.join(lacking)}。", where=str(file), remedy="请恢复表头。")
    table = table.assign(
        scheme=table["scheme"].str.strip().str.lower().map(_named()),
        first_year=pd.to_numeric(table["first_year"], errors="coerce"),
        last_year=pd.to_numeric(table["last_year"], errors="coerce"),
    )
    wrong = table["scheme"].isna() | ~(table["first_year"] <= table["last_year"]) | (table["source"] == "")
    wrong |= (table["project_id"] == "") & (table["project_code"] == "")
    if wrong.any():
        problems = [
            Problem("登记不完整。", "须写明类别、起止年份、项目编号或统一项目代码、来源。", row=int(row) + 2)
            for row in table.index[wrong]
        ]
        raise InputError("环境权益登记表有误。", where=str(file), problems=problems)
    return table


def claims(projects: pd.DataFrame, registered: pd.DataFrame) -> pd.DataFrame:
    """Every claim, one row each.

    Returns
    -------
    DataFrame
        ``owner`` (approval code, else the project's number)``, place`` (row of `projects`, from 0; −1 for none)``,
        scheme, first_year, last_year, origin`` (Chinese).
    """
    code, ident = texts(projects, "project_code"), identities(projects)
    owner = code.where(code.notna(), pd.Series(ident, index=projects.index, dtype=object)).to_numpy(dtype=object)
    parts = pd.Series(texts(projects, "benefit_claims").to_numpy(dtype=object)).dropna().astype(str)
    parts = parts.str.split(";").explode().str.strip()
    parts = parts[(parts != "") & (parts != NOTHING)]
    stated = _parsed(parts).assign(place=parts.index)
    stated["owner"], stated["origin"] = owner[parts.index.to_numpy(dtype=int)], "申报表"
    by_id = pd.Series(owner, index=ident)
    by_id = by_id[~by_id.index.duplicated()]
    kept = pd.DataFrame({
        "scheme": registered["scheme"],
        "first_year": registered["first_year"].astype(float),
        "last_year": registered["last_year"].astype(float),
        "owner": registered["project_code"].where(
            registered["project_code"] != "", registered["project_id"].map(by_id).fillna(registered["project_id"])
        ),
        "origin": "登记表：" + registered["source"].astype(str),
        "place": -1,
    })
    tables = [table for table in (stated, kept) if len(table)]
    found = pd.concat(tables, ignore_index=True) if tables else stated.reset_index(drop=True)
    return found[found["scheme"].notna() & (found["first_year"] <= found["last_year"])].reset_index(drop=True)


def conflicts(projects: pd.DataFrame, registered: pd.DataFrame) -> np.ndarray:
    """Which claims of a project cover the same years, in Chinese; None where none do.

    The same claim in the form and in the register is one claim.
    """
    said = Sentences(len(projects), "，")
    found = claims(projects, registered)
    if found.empty:
        return said.values()
    group = reference.table("claim_schemes").set_index("scheme")["benefit"]
    found = found.assign(claim=np.arange(len(found)), benefit=found["scheme"].map(group))
    pairs = found.merge(found, on=["owner", "benefit"], suffixes=("", "_2"))
    pairs = pairs[pairs["claim"] < pairs["claim_2"]]
    overlap = (pairs["first_year"] <= pairs["last_year_2"]) & (pairs["first_year_2"] <= pairs["last_year"])
    same = (pairs["scheme"] == pairs["scheme_2"]) & (pairs["place"].eq(-1) ^ pairs["place_2"].eq(-1))
    pairs = pairs[overlap & ~same]
    if pairs.empty:
        return said.values()
    first = pairs[["first_year", "first_year_2"]].max(axis=1).astype(int).astype(str)
    last = pairs[["last_year", "last_year_2"]].min(axis=1).astype(int).astype(str)
    text = pairs["scheme"] + "（" + pairs["origin"] + "）与" + pairs["scheme_2"] + "（" + pairs["origin_2"] + "）"
    text = text + "同时覆盖 " + first.where(first == last, first + "—" + last) + " 年"
    by_owner = text.groupby(pairs["owner"]).agg("，".join)
    code, ident = texts(projects, "project_code"), identities(projects)
    owner = code.where(code.notna(), pd.Series(ident, index=projects.index, dtype=object))
    words = owner.map(by_owner).to_numpy(dtype=object)
    said.say(pd.notna(words), words)
    return said.values()
