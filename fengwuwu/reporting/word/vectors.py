"""Vector pictures: Word since 2016 draws the SVG, older ones and LibreOffice the PNG it stands beside."""

from __future__ import annotations

from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

# The extension of the `blip` element that Word 2016 introduced, see [MS-ODRAWXML].
_EXTENSION = """
<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
          xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"
          xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main">
  <a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}"><asvg:svgBlip r:embed="{relation}"/></a:ext>
</a:extLst>
"""


def add_vectors(document_part: Any, picture: Any, svg: bytes) -> None:
    """Put the same picture as SVG beside the PNG.

    Parameters
    ----------
    document_part : docx.parts.document.DocumentPart
    picture : docx.shape.InlineShape
        What ``add_picture`` returned.
    svg : bytes
    """
    blip = picture._inline.graphic.graphicData.pic.blipFill.blip
    # The PNG's own name, so that the pair is found together.
    stem = document_part.related_parts[blip.embed].partname.rpartition(".")[0]
    name = PackURI(f"{stem}-{blip.embed}.svg")
    # python-docx keeps equal pictures once; their vectors must not lie in the file twice either.
    known = {part.partname: part for part in document_part.related_parts.values()}
    part = known.get(name) or Part(name, "image/svg+xml", svg, document_part.package)
    relation = document_part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
    blip.append(parse_xml(_EXTENSION.format(relation=relation)))
