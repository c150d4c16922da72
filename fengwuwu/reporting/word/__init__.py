"""Word files in the form of Chinese official documents."""

from fengwuwu.reporting.word.writer import write_docx

__all__ = ["write_docx"]
