"""Scenario files: reading, overlaying, explaining faults in Chinese, and the JSON schema that editors use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel, ValidationError

from fengwuwu import paths
from fengwuwu.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from fengwuwu.optimize.scenario import Scenario

_REMOVABLE = ("instruments", "limits", "base_investment")


class _Loader(yaml.SafeLoader):
    """Refuses a key given twice, which YAML would silently overwrite."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"“{key}”出现两次", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def load(cls: type[Scenario], path: str | Path, *overlays: str | Path) -> Scenario:
    """Read, overlay and validate; see `Scenario.load`."""
    files = [_find(p) for p in (path, *overlays)]
    data: dict[str, Any] = {}
    for file in files:
        data = merge(data, _with_base(file, ()))
    for part in _REMOVABLE:
        if isinstance(data.get(part), dict):
            data[part] = {k: v for k, v in data[part].items() if v is not None}
    try:
        return cls.model_validate(data)
    except ScenarioError as error:
        name = " + ".join(str(f) for f in files)
        raise ScenarioError("情景文件有误。", where=name, problems=error.problems, remedy=error.remedy) from None


def merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """`base` overlaid by `over`: mappings key by key, except years of a budget, which are replaced as a whole."""
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        nested = isinstance(value, dict) and isinstance(old, dict)
        by_year = nested and any(isinstance(k, int) for k in [*value, *(old or {})])
        merged[key] = merge(old or {}, value) if nested and not by_year else value
    return merged


def _find(path: str | Path) -> Path:
    given = Path(path)
    shipped = paths.SCENARIOS / f"{path}.yaml"
    if not given.exists() and not given.suffix and shipped.is_file():
        return shipped
    if not given.is_file():
        known = "、".join(sorted(p.stem for p in paths.SCENARIOS.glob("*.yaml") if p.stem != "defaults"))
        raise ScenarioError("找不到情景文件。", where=str(given), remedy=f"检查路径，或使用自带情景的名称：{known}。")
    return given


def _with_base(file: Path, seen: tuple[Path, ...]) -> dict[str, Any]:
    """A file on top of the scenario it names under ``extends`` (beside it, or one that comes with the package)."""
    data = _read(file)
    base = data.pop("extends", None)
    if base is None:
        return data
    if file in seen:
        raise ScenarioError("情景互相引用（extends）。", where=str(file), remedy="去掉其中一个 extends。")
    beside = file.parent / str(base)
    return merge(_with_base(beside if beside.is_file() else _find(str(base)), (*seen, file)), data)


def _read(file: Path) -> dict[str, Any]:
    raw = file.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError:
            raise ScenarioError("不是文本文件。", where=str(file), remedy="用 UTF-8 编码保存。") from None
    try:
        data = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"第 {mark.line + 1} 行" if mark else ""
        what = getattr(error, "problem", None) or "格式错误"
        raise ScenarioError(
            f"{line}不是合法的 YAML：{what}。", where=str(file), remedy="检查缩进、冒号后的空格和重复的键。"
        ) from None
    if not isinstance(data, dict):
        raise ScenarioError("应是“键: 值”的列表。", where=str(file), remedy="可参照 data/scenarios/baseline.yaml。")
    return data


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
                remedy = f"删除或改正拼写；此处可用：{'、'.join(_fields(where[:-1]))}。"
            elif kind == "missing":
                remedy = "请补上。"
        elif kind in _BOUNDS:
            words, name = _BOUNDS[kind]
            message = words.format(context.get(name))
        elif kind == "literal_error":
            message = f"只能取 {str(context.get('expected', '')).replace(' or ', '、').replace(', ', '、')}"
        elif kind == "value_error":
            message = str(context.get("error", fault["msg"]))
        else:
            message = f"取值不合要求（{fault['msg']}）"
        shown = fault.get("input")
        if kind not in ("missing", "extra_forbidden", "value_error") and not isinstance(shown, (dict, list)):
            message += f"，现为“{shown}”"
        problems.append(Problem(f"{message}。", remedy, column=key))
    return ScenarioError(
        "情景设置有误。", problems=problems, remedy="改正上列各项；各字段的含义见 data/scenarios/schema.json。"
    )


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


def schema_text() -> str:
    """The JSON schema of a scenario file, as it stands in ``data/scenarios/schema.json``."""
    from fengwuwu.optimize.scenario import Scenario

    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Scenario.model_json_schema()}
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def defaults_text() -> str:
    """Every optional field with its default and meaning, as it stands in ``data/scenarios/defaults.yaml``."""
    from fengwuwu.optimize.scenario import BaseInvestment, CountyDebt, Instrument, Limit, Scenario

    lines = [
        "# 情景各字段的缺省值与含义（由程序生成，请勿手改）。必填项没有缺省值。",
        "# 只改几项时，新文件首行写 extends: baseline，再写要改的项；写 null 去掉一个资金来源或一条限制。",
    ]
    parts: tuple[tuple[str, type[BaseModel]], ...] = (
        ("", Scenario),
        ("instruments 下每个资金来源", Instrument),
        ("limits 下每条限制", Limit),
        ("county_debt 下每个县", CountyDebt),
        ("base_investment 下每个县", BaseInvestment),
    )
    for title, model in parts:
        lines += ["", f"# ── {title} ──"] if title else [""]
        mark = "# " if title else ""
        for name, field in model.model_fields.items():
            lines.append(f"# {field.description}")
            if field.is_required():
                lines.append(f"# {name}: （必填）")
            else:
                value = field.get_default(call_default_factory=True)
                text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True).removesuffix("...\n")
                lines.append(f"{mark}{name}: {text.strip()}")
    return "\n".join(lines) + "\n"
