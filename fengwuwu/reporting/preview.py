"""How a block looks in Jupyter."""

from __future__ import annotations

import base64
from html import escape

from fengwuwu.reporting import blocks as b
from fengwuwu.reporting.blocks import Block, Span

_KINDS = {"table": "表", "figure": "图", "annex": "附件"}


def text_of(spans: list[Span]) -> str:
    """Spans as plain text; a link as its kind and name."""
    return "".join(
        f"{_KINDS[span.link.split(':')[0]]}〔{span.link.split(':')[1]}〕" if span.link else span.text for span in spans
    )


def _html(spans: list[Span]) -> str:
    parts = []
    for span in spans:
        text = escape(text_of([span]))
        text = f"<b>{text}</b>" if span.bold else text
        parts.append(text + (f"<sup>{escape(span.mark)}</sup>" if span.mark else ""))
    return "".join(parts)


def _table(block: b.TableBlock, notice: str) -> str:
    # A Chinese word may be broken anywhere: without a least width a column of labels has one character a line.
    styles = [f"text-align:{c.align};min-width:4em" for c in block.columns]
    head = "".join(
        f'<th style="{style}">{escape(c.header)}</th>' for c, style in zip(block.columns, styles, strict=True)
    )
    rows = []
    for row in block.rows:
        cells = "".join(
            f'<td style="{style}">{escape(cell.text)}<sup>{escape(cell.mark)}</sup></td>'
            for style, cell in zip(styles, row, strict=True)
        )
        rows.append(f"<tr>{cells}</tr>")
    caption = f"表〔{block.name}〕　{_html(block.caption)}" + (f"（{notice}）" if block.illustrative and notice else "")
    table = f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return table + (f"<small>注：{_html(block.note)}。</small>" if block.note else "")


def card(block: b.CardBlock, notice: str) -> str:
    """The entries of a card as a table."""
    rows = "".join(f"<tr><th>{escape(f.label)}</th><td>{escape(f.text)}</td></tr>" for f in block.fields)
    shown = f"（{notice}）" if block.illustrative and notice else ""
    place = f"<small>{escape(block.place)}</small>" if block.place else ""
    return f"<table><caption>{escape(block.title)}{shown}</caption><tbody>{rows}</tbody></table>{place}"


def figure_caption(name: str, caption: str, notice: str) -> str:
    """Caption shown below a picture in Jupyter."""
    return f"图〔{name}〕　{caption}" + (f"（{notice}）" if notice else "")


def preview(block: Block, notice: str) -> dict[str, object]:
    """Mime bundle for Jupyter: plain text, and HTML or a picture.

    Parameters
    ----------
    block : Block
    notice : str
        The report's notice, shown with what is illustrative.
    """
    match block:
        case b.TitleBlock():
            text = "\n".join(
                filter(None, (block.notice, block.title, block.subtitle, block.organisation, block.date_text))
            )
            html = f"<h1>{escape(block.title)}</h1>" + "".join(
                f"<p>{escape(line)}</p>" for line in (block.subtitle, block.organisation, block.date_text) if line
            )
            if block.notice:
                html = f'<p style="color:#a00"><b>{escape(block.notice)}</b></p>' + html
        case b.HeadingBlock():
            text = "#" * block.level + " " + text_of(block.spans)
            html = f"<h{block.level + 1}>{_html(block.spans)}</h{block.level + 1}>"
        case b.ParagraphBlock():
            text = text_of(block.spans)
            html = f"<blockquote>{_html(block.spans)}</blockquote>" if block.quote else f"<p>{_html(block.spans)}</p>"
        case b.TableBlock():
            text = f"表〔{block.name}〕{text_of(block.caption)}：{len(block.rows)} 行"
            html = _table(block, notice)
        case b.FigureBlock():
            text = f"图〔{block.name}〕{text_of(block.caption)}"
            # HTML beside the picture would hide it in Jupyter.
            return {
                "text/plain": text,
                "image/png": base64.b64encode(block.png).decode("ascii"),
                "image/svg+xml": block.svg.decode(),
            }
        case b.CardBlock():
            text = f"卡片〔{block.title}〕"
            if block.png:
                return {
                    "text/plain": text,
                    "image/png": base64.b64encode(block.png).decode("ascii"),
                    "image/svg+xml": block.svg.decode(),
                }
            html = card(block, notice)
        case b.AnnexBlock():
            text = f"附件〔{block.name}〕{block.title}"
            html = f"<h2>附件　{escape(block.title)}</h2>"
        case b.SignatureBlock():
            text = f"{block.organisation}\n{block.date}"
            html = f'<p style="text-align:right">{escape(block.organisation)}<br>{escape(block.date)}</p>'
        case _:
            text = f"数值 {len(block.facts)} 项，引用文件 {len(block.references)} 件"
            lines = (
                f"<tr><td>{escape(f.label)}</td><td>{escape(f.value)} {escape(f.unit)}</td><td>{escape(f.status)}</td>"
                f"<td>{escape(f.source or f.rule)}</td></tr>"
                for f in block.facts.values()
            )
            html = f"<table><tbody>{''.join(lines)}</tbody></table>"
    return {"text/plain": text, "text/html": html}
