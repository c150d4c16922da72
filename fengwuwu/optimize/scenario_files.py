"""Scenario files: reading, overlaying, and the JSON schema that editors use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel

from fengwuwu import paths
from fengwuwu.errors import ScenarioError
from fengwuwu.optimize import scenario_faults

if TYPE_CHECKING:
    from fengwuwu.optimize.scenario import Scenario

_COLON = "冒号用半角“:”，后面空一格；同一层的各行左边对齐，用空格而不用制表符；同一个键只写一次。"
_REMOVABLE = ("instruments", "limits", "base_investment", "county_debt")


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
        chain = [f for file in reversed(files) for f in _chain(file)]
        problems = [scenario_faults.placed(problem, chain) for problem in error.problems]
        raise ScenarioError("情景文件有误。", where=name, problems=problems, remedy=error.remedy) from None


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
    return merge(_with_base(_base(file, base), (*seen, file)), data)


def _base(file: Path, name: object) -> Path:
    beside = file.parent / str(name)
    return beside if beside.is_file() else _find(str(name))


def _chain(file: Path) -> list[Path]:
    """A file and those it stands on, the nearest first."""
    base = _read(file).get("extends")
    return [file] if base is None else [file, *_chain(_base(file, base))]


def _read(file: Path) -> dict[str, Any]:
    try:
        data = yaml.load(scenario_faults.text(file), Loader=_Loader)
    except yaml.YAMLError as error:
        raise ScenarioError(scenario_faults.unreadable(error), where=str(file), remedy=_COLON) from None
    if not isinstance(data, dict):
        raise ScenarioError(
            "应是“键: 值”的列表。", where=str(file), remedy=f"{_COLON}可参照 data/scenarios/baseline.yaml。"
        )
    return data


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
