"""Page style of official documents as data: GB/T 9704—2012, and practice where the standard is silent (marked †).

The clauses on page numbers, signature and headings follow practice; they stand here only, to be easily corrected.
Lengths are mm or pt as the name says.
"""

from __future__ import annotations

PAGE_WIDTH_MM, PAGE_HEIGHT_MM = 210.0, 297.0
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 37.0, 35.0, 28.0, 26.0
TEXT_WIDTH_MM = PAGE_WIDTH_MM - LEFT_MM - RIGHT_MM  # 156
LINES_PER_PAGE, CHARACTERS_PER_LINE = 22, 28
LINE_PT = 28.95  # †; 22 of them fill the 225 mm
LINE_TWENTIETHS = 579  # LINE_PT in twentieths of a point
# Without it a line holds 27 characters; a character grid in LibreOffice halves the line instead.
BODY_SPACING_TWENTIETHS = -5
HEADER_MM, FOOTER_MM = 20.0, 25.7  # the dash of the page number stands 7 mm below the text

BODY_PT, TITLE_PT, PAGE_NUMBER_PT = 16.0, 22.0, 14.0  # 3号, 2号, 4号
CONTENTS_PT, CAPTION_PT, TABLE_PT, NOTE_PT = 14.0, 12.0, 10.5, 9.0  # †
TABLE_LINE_PT = 15.0  # †
THICK_EIGHTHS, THIN_EIGHTHS = 12, 6  # three-line table: 1.5 pt and 0.75 pt
FIGURE_MAX_WIDTH_MM, FIGURE_MAX_HEIGHT_MM = 156.0, 110.0
FIGURE_DPI = 200
# † A project card fills one page at most: label and entry, twice.
CARD_COLUMNS_MM = (27.0, 51.0, 27.0, 51.0)
CARD_MAP_HEIGHT_MM = 60.0
# Up to this many rows a table is kept on one page.
LINES_KEPT_TOGETHER = 18

BODY_FONT, TITLE_FONT = "仿宋_GB2312", "方正小标宋简体"
LEVEL1_FONT, LEVEL2_FONT, SONG_FONT = "黑体", "楷体_GB2312", "宋体"
LATIN_FONT = "Times New Roman"
# What Word takes when the official font is not installed.
ALTERNATIVES = {
    "仿宋_GB2312": "仿宋",
    "楷体_GB2312": "楷体",
    "黑体": "SimHei",
    "宋体": "SimSun",
    "方正小标宋简体": "STZhongsong",
}
