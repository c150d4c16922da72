"""From an executed notebook to one web page that needs nothing else."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from fengwuwu import paths
from fengwuwu.reporting import blocks as b
from fengwuwu.reporting.blocks import Document, Span, read_document
from fengwuwu.reporting.html.fonts import font_css
from fengwuwu.reporting.numbering import Numbering, anchor, number
from fengwuwu.reporting.sources import reference_rows
from fengwuwu.reporting.units import fold_header


def write_html(notebook: Path, output: Path) -> None:
    """Write the document that an executed notebook carries as one self-contained web page.

    Parameters
    ----------
    notebook : Path
        Executed ``.ipynb``.
    output : Path
        The ``.html``; replaced when it exists.

    Raises
    ------
    ReportError
        No document in the notebook, or a link that points nowhere.
    """
    render_html(read_document(notebook), output)


def render_html(content: Document, output: Path) -> None:
    """As `write_html`, for a document at hand."""
    text = _Page(content).render()
    output.parent.mkdir(parents=True, exist_ok=True)
    scratch = output.with_name(output.name + ".part")
    scratch.write_text(text, encoding="utf-8", newline="\n")
    scratch.replace(output)


class _Page:
    def __init__(self, content: Document) -> None:
        self.content = content
        self.numbers: Numbering = number(content)
        self.listed = self.numbers.sources_listed(content)
        self.noted: set[str] = set()
        folder = paths.ASSETS / "web"
        self.environment = Environment(
            loader=FileSystemLoader(folder, encoding="utf-8"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.folder = folder

    def render(self) -> str:
        template = self.environment.get_template("page.html.j2")
        maps = self._maps()
        leaflet = paths.ASSETS / "leaflet"
        values: dict[str, Any] = {
            "title": self.content.title,
            "blocks": list(enumerate(self.content.blocks)),
            "numbers": self.numbers,
            "contents": self.numbers.contents,
            "fold_header": fold_header,
            "facts": self._facts(),
            "listed": self.listed,
            "references": reference_rows(self.content, self.numbers)[1],
            "spans": self._spans,
            "anchor": anchor,
            "subscript": subscript,
            "svg": lambda block: base64.b64encode(block.svg).decode("ascii"),
            # A CSS string: quotes and angle brackets as code points.
            "notice_css": Markup('"{}"').format(Markup("").join(f"\\{ord(c):x} " for c in self.content.title.notice)),
            "data": Markup(_json({"facts": self._facts(), "maps": maps, "choices": self._choices()})),
            "css": Markup((self.folder / "page.css").read_text(encoding="utf-8")),
            "script": Markup((self.folder / "page.js").read_text(encoding="utf-8")),
            "leaflet_css": Markup(_leaflet_css(leaflet) if maps else ""),
            "leaflet_js": Markup((leaflet / "leaflet.js").read_text(encoding="utf-8") if maps else ""),
            "map_script": Markup((self.folder / "map.js").read_text(encoding="utf-8") if maps else ""),
            "choice_script": Markup((self.folder / "choice.js").read_text(encoding="utf-8") if maps else ""),
        }
        self.noted.clear()
        draft = template.render(**values, fonts="")
        self.noted.clear()
        # The picture data is no text; leaving it out spares the search for characters in megabytes of base64.
        visible = re.sub(r"base64,[A-Za-z0-9+/=]+", "", draft)
        return template.render(**values, fonts=Markup(font_css(visible)))

    def _facts(self) -> dict[str, dict[str, Any]]:
        return {
            name: {**self.content.facts[name].model_dump(), "number": place}
            for name, place in self.numbers.facts.items()
        }

    def _maps(self) -> dict[str, Any]:
        return {
            anchor(f"figure:{block.name}"): {
                "layers": [layer.model_dump() for layer in block.layers],
                "kind_label": block.kind_label,
                "choice": block.choice is not None,
            }
            for block in self.content.blocks
            if isinstance(block, b.FigureBlock) and block.layers
        }

    def _choices(self) -> dict[str, Any]:
        return {
            anchor(f"figure:{block.name}"): block.choice.model_dump()
            for block in self.content.blocks
            if isinstance(block, b.FigureBlock) and block.choice
        }

    def _spans(self, spans: list[Span]) -> Markup:
        parts = []
        for span in spans:
            if span.link:
                text = Markup('<a class="link" href="#{}">{}</a>').format(
                    anchor(span.link), self.numbers.labels[span.link]
                )
            elif span.fact in self.numbers.facts:
                text = self._fact(span)
            else:
                text = subscript(span.text)
            parts.append(Markup("<b>{}</b>").format(text) if span.bold else text)
        return Markup("").join(parts)

    def _fact(self, span: Span) -> Markup:
        place = self.numbers.facts[span.fact]
        first = self.listed and span.fact not in self.noted
        self.noted.add(span.fact)
        mark = f"[{place if first else ''}{span.mark}]" if first or span.mark else ""
        return Markup(
            '<span class="fact" role="button" tabindex="0" data-fact="{}" aria-label="{}，查看来源">{}</span>{}'
        ).format(span.fact, span.text, subscript(span.text), Markup("<sup>{}</sup>").format(mark) if mark else "")


def subscript(text: str) -> Markup:
    """Escaped text with the digit of CO2 set low."""
    return Markup(re.sub("CO[2₂]", "CO<sub>2</sub>", str(escape(text))))


def _json(value: object) -> str:
    # Inside a script element only "<" can end it.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _leaflet_css(folder: Path) -> str:
    # No pictures are used; without this the page would ask for them.
    return re.sub(r"url\(images/[^)]+\)", "none", (folder / "leaflet.css").read_text(encoding="utf-8"))
