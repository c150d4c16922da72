"""Figures and tables of the pilot application of one county or the region; its prose stands in the notebook."""

from fengwuwu.reporting.application.context import Application, load
from fengwuwu.reporting.application.outline import outline

__all__ = ["Application", "load", "outline"]
