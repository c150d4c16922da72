"""What an assessment stands on besides the projects and the factors: the tables of rules, and the map layers.

`factor_lock` tells apart which factor changed for whom; a rule concerns everybody, so a hash of its table is enough.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from fengwuwu import layer_registry, paths
from fengwuwu.errors import ReferenceDataError
from fengwuwu.projects.location import register

_LAYERS = "layers"
TITLES = {
    "admission_rules": "入库与提示规则",
    "capital_ratios": "最低资本金比例",
    "catalogue_2021": "2021年版绿色债券目录",
    "claim_schemes": "减排量登记机制",
    "class_limits": "分类限制词",
    "class_topics": "分类主题",
    "class_words": "分类词语",
    "fossil_words": "化石能源词语",
    "green_catalogue_2025": "2025年版绿色金融目录",
    "siting_rules": "选址规则",
    "taxonomy": "技术与分类对应",
    "taxonomy_classes": "分类表",
    "technologies": "技术类型",
    _LAYERS: "地图图层或本地选址规则",
}


def basis(location: Path | str) -> dict[str, str]:
    """A hash of each table of `TITLES`, and of the layers that belong to a library.

    Parameters
    ----------
    location : path or str
        The library's file, or its URL.
    """
    found = {
        name: hashlib.sha256((paths.REFERENCE / f"{name}.csv").read_bytes()).hexdigest()
        for name in TITLES
        if name != _LAYERS
    }
    shipped = layer_registry.fingerprint(paths.GEO / layer_registry.REGISTRY_FILE)
    try:
        own = layer_registry.fingerprint(register(location))
    except ReferenceDataError:
        own = "?"  # what is wrong with a register is said where it is used
    return found | {_LAYERS: shipped + own}


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> str | None:
    """Which of them are not what they were, in Chinese; None when all are."""
    if not before:
        return "上次评估由较早版本完成，没有记下所用规则和图层"
    titles = [TITLES[name] for name in now if before.get(name) != now[name]]
    return "；".join(f"{title}有改动" for title in titles) or None
