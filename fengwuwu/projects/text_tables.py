"""Read .csv files as people save them: UTF-8 with or without mark, UTF-16, GB18030; commas, tabs, semicolons."""

from __future__ import annotations

import csv
import io

from fengwuwu.errors import InputError
from fengwuwu.projects.sheets import Sheet, rows_of


def decode(content: bytes, where: str = "") -> str:
    """Text of UTF-8 (with or without mark), UTF-16 with mark, or GB18030.

    Raises
    ------
    InputError
        When the bytes are none of these.
    """
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("文字编码无法识别。", where=where, remedy="请用 Excel 另存为“CSV UTF-8（逗号分隔）”。")


def read(content: bytes, where: str) -> list[Sheet]:
    """The one sheet of a CSV file.

    Raises
    ------
    InputError
        When the text cannot be decoded or divided into cells.
    """
    text = decode(content, where)
    head = text[:20_000]
    delimiter = max(",\t;", key=head.count)
    try:
        records: list[list[object]] = [*csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise InputError(f"CSV 格式有误：{error}。", where=where, remedy="请用 Excel 打开检查后另存。") from None
    return [Sheet("", list(rows_of(records).values()), delimited=True)]
