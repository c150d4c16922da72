"""Pieces of OOXML that python-docx has no call for, and the order the schema asks for."""

from __future__ import annotations

from itertools import count
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from fengwuwu.reporting import page

# Child elements in schema order (ECMA-376, CT_PPr, CT_RPr, …); Word refuses or ignores elements out of order.
_SCHEMA = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em "
    "lang eastAsianLayout specVanish oMath",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "trPr": "cnfStyle divId gridBefore gridAfter wBefore wAfter cantSplit trHeight tblHeader tblCellSpacing jc hidden",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked "
    "personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
}
ORDER = {tag: names.split() for tag, names in _SCHEMA.items()}


def element(tag: str, **attributes: object) -> Any:
    """A ``w:`` element with ``w:`` attributes."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def local(node: Any) -> str:
    """Tag without namespace."""
    return str(node.tag).rpartition("}")[2]


def put(parent: Any, child: Any) -> Any:
    """Add `child` to a properties element, in place of one with the same tag."""
    for old in parent.findall(child.tag):
        parent.remove(old)
    parent.append(child)
    return child


def set_fonts(run_properties: Any, east_asia: str, latin: str = page.LATIN_FONT) -> None:
    """Name the fonts of a run or style; without ``w:eastAsia`` Word sets Chinese in a font of its own choice."""
    fonts = element("rFonts", ascii=latin, hAnsi=latin, eastAsia=east_asia, cs=latin, hint="eastAsia")
    put(run_properties, fonts)


def field(paragraph: Any, instruction: str, cached: str) -> Any:
    """Append a field with the result it shows until Word updates it; returns the run of the result."""
    paragraph.add_run()._r.append(element("fldChar", fldCharType="begin"))
    code = OxmlElement("w:instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = f" {instruction} "
    paragraph.add_run()._r.append(code)
    paragraph.add_run()._r.append(element("fldChar", fldCharType="separate"))
    run = paragraph.add_run(cached)
    paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))
    return run


class Bookmarks:
    """Gives each bookmark of a document its own id."""

    def __init__(self) -> None:
        self._ids = count(1)

    def around(self, paragraph: Any, name: str, write: Any) -> None:
        """Call ``write()``, which appends to `paragraph`, between the ends of a bookmark."""
        identifier = next(self._ids)
        paragraph._p.append(element("bookmarkStart", id=identifier, name=name))
        write()
        paragraph._p.append(element("bookmarkEnd", id=identifier))


def reorder(root: Any) -> None:
    """Sort the children of all properties elements below `root` into schema order."""
    for tag, order in ORDER.items():
        position = {name: index for index, name in enumerate(order)}
        for node in root.iter(qn(f"w:{tag}")):
            children = sorted(node, key=lambda child: position.get(local(child), len(position)))
            for child in children:
                node.remove(child)
            node.extend(children)
