"""Self-contained web pages."""

from fengwuwu.reporting.html.writer import write_html

__all__ = ["write_html"]
