"""Fonts inside the page: only the characters it uses, behind the fonts of the reader's own system."""

from __future__ import annotations

import base64
import io

from fontTools import subset

from fengwuwu import paths

FACES = (
    ("FWW Serif", 400, "NotoSerifSC-Regular.ttf"),
    ("FWW Sans", 400, "NotoSansSC-Regular.ttf"),
    ("FWW Sans", 700, "NotoSansSC-Bold.ttf"),
)


def font_css(text: str) -> str:
    """``@font-face`` rules that cover the characters of `text`, as WOFF inside the page."""
    # All printable ASCII, because the page's script shows numbers of its own.
    wanted = "".join(sorted(set(text) | {chr(code) for code in range(0x20, 0x7F)}))
    return "\n".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};'
        f"src:url(data:font/woff;base64,{_cut(name, wanted)}) format('woff')}}"
        for family, weight, name in FACES
    )


def _cut(name: str, text: str) -> str:
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.flavor = "woff"
    options.recalc_timestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    buffer = io.BytesIO()
    with subset.load_font(str(paths.ASSETS / "fonts" / name), options) as font:
        cutter.subset(font)
        subset.save_font(font, buffer, options)
    return base64.b64encode(buffer.getvalue()).decode("ascii")
