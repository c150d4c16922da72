"""Precision and coverage of the classification by words on the hand-labelled set, the held-out half printed apart.

Run: ``python benchmarks/classify.py [--errors]``. A label ``review`` means that only a person can tell: a firm answer
there counts as wrong, and the row counts for precision but not for coverage.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from fengwuwu.projects.class_words import NONE, REVIEW, suggest

LABELS = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "labelled_projects.csv"
ANSWERS = {"class": "class_code", "item": "catalogue_2025_code"}


def answered(labelled: pd.DataFrame) -> pd.DataFrame:
    """The answers beside the labels: ``class_answer`` and ``item_answer``, ``review`` where none is given."""
    said = suggest(labelled)
    code = said["class_code"].where(said["class_code"].notna(), NONE)
    return labelled.assign(
        class_answer=code.where(said["class_clear"], REVIEW),
        item_answer=said["item_code"].where(said["item_clear"], REVIEW),
        words=said["words"],
    )


def figures(table: pd.DataFrame, answer: str) -> dict[str, float]:
    """Precision where an answer is given, coverage of the rows that can be answered, and the counts."""
    label, given = table[ANSWERS[answer]], table[f"{answer}_answer"]
    firm, answerable = given != REVIEW, label != REVIEW
    return {
        "rows": len(table),
        "answered": int(firm.sum()),
        "precision": float((given == label)[firm].mean()),
        "coverage": float((firm & answerable).sum() / answerable.sum()),
        "false_friendly": int(((answer == "class") & label.isin([NONE, REVIEW]) & ~given.isin([NONE, REVIEW])).sum()),
    }


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="list the errors and gaps of the seen half")
    chosen = parser.parse_args()
    table = answered(pd.read_csv(LABELS, encoding="utf-8", dtype="str", keep_default_na=False))
    for half, rows in table.groupby("half", sort=False):
        for answer in ANSWERS:
            found = figures(rows, answer)
            print(
                f"{half:9} {answer:6} rows {found['rows']}  answered {found['answered']}  "
                f"precision {found['precision']:.3f}  coverage {found['coverage']:.3f}"
                + (f"  wrongly climate-friendly {found['false_friendly']}" if answer == "class" else "")
            )
    for answer, label in ANSWERS.items():
        for half, rows in table.groupby("half", sort=False):
            wrong = rows[(rows[f"{answer}_answer"] != rows[label]) & (rows[f"{answer}_answer"] != REVIEW)]
            print(f"\nconfusion, {answer}, {half} (label × answer, errors only; by level-1 class or item chapter)")
            if answer == "class":
                print(pd.crosstab(rows[label].map(_family), rows[f"{answer}_answer"].map(_family)).to_string())
            print(wrong.groupby([label, f"{answer}_answer"]).size().to_string() if len(wrong) else "none")
    if chosen.errors:
        seen = table[table["half"] == "seen"]
        off = np.logical_or.reduce([seen[f"{a}_answer"] != seen[label] for a, label in ANSWERS.items()])
        for row in seen[off].to_dict("records"):
            print(
                f"{row['label_id']} {row['project_name']}｜{row['content']}\n    class {row['class_code']} → "
                f"{row['class_answer']}; item {row['catalogue_2025_code']} → {row['item_answer']}; {row['words']}"
            )
    return 0


def _family(code: str) -> str:
    return code.split(".")[0]


if __name__ == "__main__":
    sys.exit(main())
