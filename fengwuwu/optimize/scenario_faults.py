"""Faults of a scenario in Chinese: which field of which file, in which line, and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from fengwuwu.errors import Problem, ScenarioError

_TYPES = {
    "missing": "缺少必填项",
    "extra_forbidden": "不认识的项",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "finite_number": "应为有限的数字",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "string_type": "应为文字",
    "dict_type": "应为“键: 值”的列表",
    "list_type": "应为列表，如 [2027, 2028]",
    "model_type": "应为“键: 值”的列表",
    "model_attributes_type": "应为“键: 值”的列表",
    "string_pattern_mismatch": "只能用小写英文字母、数字、下划线和连字符",
}
_BOUNDS = {
    "greater_than": ("应大于 {}", "gt"),
    "greater_than_equal": ("不得小于 {}", "ge"),
    "less_than": ("应小于 {}", "lt"),
    "less_than_equal": ("不得大于 {}", "le"),
    "too_short": ("至少要有 {} 项", "min_length"),
    "too_long": ("至多 {} 项", "max_length"),
}


def explain(error: ValidationError) -> ScenarioError:
    """One `ScenarioError` with a `Problem` per fault."""
    problems = []
    for fault in error.errors(include_url=False):
        kind, context = fault["type"], fault.get("ctx", {})
        where = [part for part in fault["loc"] if part != "[key]"]
        key = ".".join(str(part) for part in where)
        remedy = ""
        if kind in _TYPES:
            message = _TYPES[kind]
            if kind == "extra_forbidden":
                remedy = _spelling(str(where[-1]), _fields(where[:-1]))
            elif kind == "missing":
                remedy = "请补上。"
        elif kind in _BOUNDS:
            words, name = _BOUNDS[kind]
            message, remedy = words.format(context.get(name)), _percent(fault.get("input"), context.get(name))
        elif kind == "literal_error":
            message = f"只能取 {str(context.get('expected', '')).replace(' or ', '、').replace(', ', '、')}"
        elif kind == "value_error":
            message = str(context.get("error", fault["msg"]))
        else:
            message = f"取值不合要求（{fault['msg']}）"
        shown = fault.get("input")
        if kind not in ("missing", "extra_forbidden", "value_error") and not isinstance(shown, (dict, list)):
            message += f"，现为“{shown}”"
        problems.append(Problem(f"{message}。", remedy, field=key))
    remedy = "改正上列各项；各字段的含义见 data/scenarios/schema.json。"
    absent = {fault["loc"] for fault in error.errors(include_url=False) if fault["type"] == "missing"}
    if absent >= {("title",), ("start_years",)}:
        remedy += "文件若只写了要改的几项，请把它覆盖的情景写在前面，如 --scenario baseline 本文件。"
    return ScenarioError("情景设置有误。", problems=problems, remedy=remedy)


def _fields(where: list[Any]) -> list[str]:
    """Names allowed at a place in the scenario."""
    from fengwuwu.optimize import scenario

    kinds: dict[str, type[BaseModel]] = {
        "instruments": scenario.Instrument,
        "limits": scenario.Limit,
        "base_investment": scenario.BaseInvestment,
        "county_debt": scenario.CountyDebt,
    }
    model: type[BaseModel] | None = kinds.get(str(where[0])) if where else scenario.Scenario
    return list(model.model_fields) if model else []


def _spelling(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
    if near:
        return f"是否应为 {near[0]}？"
    return f"删除或改正拼写；此处可用：{'、'.join(known)}。"


def _percent(value: object, most: object) -> str:
    """A hint where a part of one seems to have been given in percent."""
    if not isinstance(value, int | float) or not isinstance(most, int | float):
        return ""
    if not 0 < most <= 1 or not most < value <= 100 * most:
        return ""
    return f"比例写成小数：{value:g}% 写作 {value / 100:g}。"


def placed(problem: Problem, files: Sequence[Path]) -> Problem:
    """The problem with the file and line in which its field stands; `files` with the one that counts first."""
    for file in files:
        row = _line(file, problem.field.split("."))
        if row is not None:
            return replace(problem, file=file.name, row=row)
    return problem


def _line(file: Path, path: Sequence[str]) -> int | None:
    """Line of a field in a file, from 1; of an entry of a list, the line of the list."""
    row = None
    node = yaml.compose(text(file), yaml.SafeLoader)
    for part in path:
        if not isinstance(node, yaml.MappingNode):
            return row
        found = next(((k, v) for k, v in node.value if str(k.value) == part), None)
        if found is None:
            return None
        row, node = found[0].start_mark.line + 1, found[1]
    return row


def text(file: Path) -> str:
    """The text of a file in UTF-8 or GB 18030.

    Raises
    ------
    ScenarioError
        It is in neither.
    """
    raw = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ScenarioError("不是文本文件。", where=str(file), remedy="用 UTF-8 编码保存。")


_YAML = {
    "mapping values are not allowed here": "同一行有两个冒号，或缩进与上文不一致（值里有冒号时加引号）",
    "could not find expected ':'": "键后面缺少半角冒号",
    "that cannot start any token": "有不能放在开头的符号（如制表符、%、@）",
    "expected <block end>": "缩进与上文不一致，或括号、引号没有成对",
    "expected ',' or": "括号没有成对，或各项之间缺少逗号",
    "unexpected end of stream": "引号没有成对",
}


def unreadable(error: yaml.YAMLError) -> str:
    """Where and why a text is no YAML."""
    mark = getattr(error, "problem_mark", None)
    said = str(getattr(error, "problem", None) or "格式错误")
    what = next((words for part, words in _YAML.items() if part in said), said)
    return f"{f'第 {mark.line + 1} 行' if mark else ''}不是合法的 YAML：{what}。"
