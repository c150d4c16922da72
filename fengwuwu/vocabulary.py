"""Fixed vocabularies: the key stored in tables and the Chinese label shown to users."""

from __future__ import annotations

from collections.abc import Mapping

VALUE_STATUS: Mapping[str, str] = {
    "official": "官方",
    "estimate": "估算",
    "assumption": "假设",
    "unverified": "未核实",
    "unknown": "待补充",
}
CLASS_STATUS: Mapping[str, str] = {"suggested": "建议", "confirmed": "已确认", "review": "待复核"}
BENEFIT: Mapping[str, str] = {"mitigation": "减缓", "adaptation": "适应", "both": "双重", "none": "无"}
SITING: Mapping[str, str] = {
    "pass": "通过",
    "flag": "提示",
    "review": "待复核",
    "undetermined": "无法判断",
    "block": "禁止",
}
ADMISSION: Mapping[str, str] = {
    "demonstration": "示范",
    "admitted": "入库",
    "incubating": "孵化",
    "returned": "退回",
    "review": "待复核",
}
DATA_KIND: Mapping[str, str] = {"submitted": "申报", "illustrative": "示例", "public": "公开"}
LOCKED: Mapping[str, str] = {"in": "必选", "out": "排除", "contracted": "已签约"}
STAGE: Mapping[str, str] = {
    "idea": "谋划",
    "feasibility": "可研",
    "approved": "核准备案",
    "construction": "在建",
    "operating": "投运",
    "unknown": "待补充",
}
SOURCE_KIND: Mapping[str, str] = {
    "official": "官方原文",
    "media": "媒体原文",
    "repost": "转载",
    "transcription": "转录",
    "knowledge": "常识（未查证）",
    "form": "申报表",
    "generated": "示例生成",
}
CATEGORY: Mapping[str, str] = {
    "energy": "能源",
    "agriculture_forestry": "农林",
    "manufacturing": "制造",
    "building": "建筑",
    "transport": "交通",
    "environment": "环境治理",
    "adaptation": "防灾与水利",
    "other": "其他",
}
# Units as they are printed; those not listed are printed as they are.
UNIT: Mapping[str, str] = {
    "10^4 m3": "万m³",
    "10^4 km": "万km",
    "10^4 passenger": "万人次",
    "m3/d": "m³/d",
    "m2": "m²",
    "km2": "km²",
    "head": "头",
    "lamp": "盏",
    "ship": "艘",
    "site": "处",
    "vehicle": "辆",
}
YES_NO: Mapping[str, str] = {"yes": "是", "no": "否"}
REDUCTION_TIER: Mapping[str, str] = {"measured": "实测", "project": "项目数据", "default": "缺省参数"}

ILLUSTRATIVE_NOTICE = "示例数据，不得作为申报依据"
WORST_STATUS_ORDER = ("official", "estimate", "assumption", "unverified", "unknown")


def label(vocabulary: Mapping[str, str], key: object) -> str:
    """The Chinese label of a key; 待补充 when it is missing; the value itself when it is not a key."""
    if key is None or key != key or key == "":
        return VALUE_STATUS["unknown"]
    return vocabulary.get(str(key), str(key))


def key_of(vocabulary: Mapping[str, str], value: object) -> str | None:
    """The key for a key or label, or None when it is neither."""
    text = str(value).strip()
    if text.lower() in vocabulary:
        return text.lower()
    return next((key for key, shown in vocabulary.items() if shown == text), None)
