"""argparse in Chinese: its usage lines, headings and error messages, whatever the system's language.

argparse looks its words up through the module-level names ``_`` and ``ngettext``; replacing those two is the
smallest way to translate all of them. A test compares the catalogue with the words of the running Python.
"""

from __future__ import annotations

import argparse

CATALOGUE = {
    "usage: ": "用法：",
    "positional arguments": "参数",
    "options": "选项",
    "show this help message and exit": "显示本帮助",
    "%(prog)s: error: %(message)s\n": "%(prog)s：用法有误：%(message)s\n",
    "%(prog)s: warning: %(message)s\n": "%(prog)s：请注意：%(message)s\n",
    "argument %(argument_name)s: %(message)s": "参数 %(argument_name)s：%(message)s",
    "unrecognized arguments: %s": "不认识的参数：%s",
    "ambiguous option: %(option)s could match %(matches)s": "选项 %(option)s 不明确，可能是 %(matches)s",
    "invalid choice: %(value)r (choose from %(choices)s)": "不能填 %(value)r，可选：%(choices)s",
    "can't open '%(filename)s': %(error)s": "打不开文件“%(filename)s”：%(error)s",
    "expected one argument": "需要一个值",
    "expected at most one argument": "最多一个值",
    "expected at least one argument": "至少一个值",
    "expected %s argument": "需要 %s 个值",
    "expected %s arguments": "需要 %s 个值",
    "invalid %(type)s value: %(value)r": "值 %(value)r 的类型不对，应为 %(type)s",
    "unknown parser %(parser_name)r (choices: %(choices)s)": "没有命令 %(parser_name)r，可选：%(choices)s",
    "the following arguments are required: %s": "缺少参数：%s",
    "one of the arguments %s is required": "以下参数须填其一：%s",
    "not allowed with argument %s": "不能与参数 %s 同用",
    "ignored explicit argument %r": "多余的值 %r",
    "unexpected option string: %s": "不认识的选项：%s",
    'argument "-" with mode %r': "参数“-”不适用于方式 %r",
    "option '%(option)s' is deprecated": "选项“%(option)s”已不再使用",
    "argument '%(argument_name)s' is deprecated": "参数“%(argument_name)s”已不再使用",
    "command '%(parser_name)s' is deprecated": "命令“%(parser_name)s”已不再使用",
}


def _translate(message: str) -> str:
    return CATALOGUE.get(message, message)


def _translate_plural(singular: str, plural: str, n: int) -> str:
    return CATALOGUE.get(singular if n == 1 else plural, singular if n == 1 else plural)


def install() -> None:
    """Translate argparse for the rest of this process."""
    vars(argparse).update(_=_translate, ngettext=_translate_plural)
