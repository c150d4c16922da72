"""A short text that changes when the application's content does; golden notebooks compare it."""

from __future__ import annotations

from fengwuwu.reporting.blocks import AnnexBlock, FigureBlock, HeadingBlock, TableBlock
from fengwuwu.reporting.document import Report


def outline(report: Report) -> str:
    """Headings, captions and sizes of tables, and the figures used in prose, one per line."""
    lines = []
    for block in report.blocks:
        match block:
            case HeadingBlock(level=level, spans=spans):
                lines.append("　" * (level - 1) + "".join(span.text for span in spans))
            case AnnexBlock(title=title):
                lines.append(f"附件　{title}")
            case TableBlock(caption=caption, rows=rows, columns=columns):
                lines.append(f"　　表　{''.join(s.text for s in caption)}：{len(rows)} 行 {len(columns)} 列")
            case FigureBlock(caption=caption):
                lines.append(f"　　图　{''.join(s.text for s in caption)}")
    used = {name: fact for block in report.blocks for name, fact in block.facts.items()}
    lines += [f"{fact.label}＝{fact.value} {fact.unit}".rstrip() for fact in used.values()]
    return "\n".join(lines)
