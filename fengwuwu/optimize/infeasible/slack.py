"""What could give way when there is no plan."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Slack:
    """What could give way when there is no plan: rows with the same key give way together.

    Attributes
    ----------
    key : str
        Identifies the quantity.
    words : str
        Chinese sentence with ``{}`` for the amount, e.g. ``把绿色贷款的额度提高 {}``.
    unit : str
        Unit of the amount.
    scale : float
        Amount per unit of the row.
    price : float
        Cost of one unit of the row.
    """

    key: str
    words: str
    unit: str
    scale: float
    price: float = 1.0
