"""One claim per benefit and period: from the form, from the register, and across two names of one plant."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from fengwuwu.errors import InputError
from fengwuwu.projects import claims

HEAD = "scheme,first_year,last_year,project_id,project_code,quantity,unit,source,status\n"


def table(*cells: object, code: object = None) -> pd.DataFrame:
    ids = [f"P{number}" for number in range(len(cells))]
    return pd.DataFrame({"project_id": ids, "project_code": code, "benefit_claims": list(cells)}, dtype=object)


def conflict(projects: pd.DataFrame, registered: pd.DataFrame | None = None) -> list[object]:
    return list(claims.conflicts(projects, claims.register() if registered is None else registered))


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("绿证:2024-2025;CCER:2025-2030", "绿证（申报表）与CCER（申报表）同时覆盖 2025 年"),
        ("绿证:2024-2026;碳惠通:2025-2030", "同时覆盖 2025—2026 年"),
        ("CCER:2025;CCER:2025", "CCER（申报表）与CCER（申报表）"),
        ("绿证:2024;CCER:2025", None),
        ("未申领", None),
        (None, None),
    ],
)
def test_two_claims_for_one_period_are_a_conflict(cell: object, words: str | None) -> None:
    found = conflict(table(cell))[0]
    assert found is None if words is None else words in str(found)


def test_one_plant_under_two_names_is_one_plant() -> None:
    assert conflict(table("绿证:2024", "CCER:2024")) == [None, None]
    both = conflict(table("绿证:2024", "CCER:2024", code="2401-500236-04-01-000000"))
    assert all("同时覆盖 2024 年" in str(text) for text in both)


def test_the_register_counts_and_the_same_claim_in_both_is_one(tmp_path: Path) -> None:
    file = tmp_path / "claims.csv"
    file.write_text(HEAD + "绿证,2024,2024,P0,,100,MWh,绿证交易凭证,official\n", encoding="utf-8")
    registered = claims.register(file)
    assert (
        conflict(table("CCER:2023-2025"), registered)[0]
        == "CCER（申报表）与绿证（登记表：绿证交易凭证）同时覆盖 2024 年"
    )
    assert conflict(table("绿证:2024"), registered) == [None]
    assert conflict(table(None), registered) == [None]


def test_a_register_that_lacks_something_is_named(tmp_path: Path) -> None:
    file = tmp_path / "claims.csv"
    file.write_text(HEAD + "绿证,2024,2024,,,100,MWh,凭证,official\n", encoding="utf-8")
    with pytest.raises(InputError, match="第 2 行：登记不完整"):
        claims.register(file)
    file.write_text("scheme,first_year\n", encoding="utf-8")
    with pytest.raises(InputError, match="缺少列 last_year"):
        claims.register(file)
    assert claims.register(tmp_path / "none.csv").empty


def test_what_cannot_be_read_is_named() -> None:
    assert claims.unreadable("绿证:2024-2025;ccer=2026;某证:2024;绿证2024;绿证:2025-2024") == [
        "某证:2024",
        "绿证2024",
        "绿证:2025-2024",
    ]
