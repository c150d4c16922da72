"""What a person may decide about a project, beside the rules: the columns in which a decision is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One matter that can be decided.

    Attributes
    ----------
    label : str
        Chinese name.
    value : str
        Column of the decision; empty (None) when there is none.
    stem : str
        Common beginning of the columns beside it: ``<stem>_reason, <stem>_by, <stem>_at`` (UTC).
    """

    label: str
    value: str
    stem: str

    @property
    def columns(self) -> tuple[str, str, str, str]:
        """Columns of the decision, its reason, who made it and when."""
        return self.value, f"{self.stem}_reason", f"{self.stem}_by", f"{self.stem}_at"


KINDS: Mapping[str, Kind] = {
    "status": Kind("入库结论", "decided_admission_status", "decided_admission"),
    "class": Kind("气候分类", "decided_class_code", "decided_class"),
    "catalogue": Kind("绿色目录条目", "decided_catalogue_2025_code", "decided_catalogue_2025"),
}
LABELS: Mapping[str, str] = {
    column: f"人工决定·{kind.label}{what}"
    for kind in KINDS.values()
    for column, what in zip(kind.columns, ("", "·理由", "·决定人", "·时间（UTC）"), strict=True)
}
COLUMNS = tuple(LABELS)
