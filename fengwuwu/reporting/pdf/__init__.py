"""PDF by typst: the compiler comes as a wheel, so no LaTeX, no system library, no network."""

from fengwuwu.reporting.pdf.writer import render_pdf, write_pdf

__all__ = ["render_pdf", "write_pdf"]
