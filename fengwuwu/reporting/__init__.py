"""Documents from notebooks: facts, prose, tables, figures and maps, written as Word file and web page."""

from fengwuwu.reporting.document import Report
from fengwuwu.reporting.html import write_html
from fengwuwu.reporting.tables import Column
from fengwuwu.reporting.webmap import MapLayer
from fengwuwu.reporting.word import write_docx

__all__ = ["Column", "MapLayer", "Report", "write_docx", "write_html"]
