"""Charts of reports, a file each: from a plain table to a matplotlib figure in the common style."""

from fengwuwu.reporting.figures.abatement_cost_curve import abatement_cost_curve
from fengwuwu.reporting.figures.canvas import NO_DATA
from fengwuwu.reporting.figures.changes_curve import changes_curve
from fengwuwu.reporting.figures.financing_by_year import financing_by_year
from fengwuwu.reporting.figures.financing_flow import financing_flow
from fengwuwu.reporting.figures.rank_changes import rank_changes
from fengwuwu.reporting.figures.reductions_by_class import reductions_by_class
from fengwuwu.reporting.figures.robustness import robustness
from fengwuwu.reporting.figures.share_bars import share_bars
from fengwuwu.reporting.figures.starts_schedule import starts_schedule
from fengwuwu.reporting.figures.tornado import tornado
from fengwuwu.reporting.figures.trade_off import trade_off

__all__ = [
    "NO_DATA",
    "abatement_cost_curve",
    "changes_curve",
    "financing_by_year",
    "financing_flow",
    "rank_changes",
    "reductions_by_class",
    "robustness",
    "share_bars",
    "starts_schedule",
    "tornado",
    "trade_off",
]
