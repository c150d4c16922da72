"""The rules that spoke on one project, each with what it says and the document it comes from."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from fengwuwu import reference
from fengwuwu.projects.account import account
from fengwuwu.projects.emissions import PREFIX
from fengwuwu.projects.scoring import STAGES
from fengwuwu.projects.siting import concerned
from fengwuwu.projects.tabular import SEPARATOR
from fengwuwu.vocabulary import VALUE_STATUS

COLUMNS = ("part", "rule", "name", "text", "source", "year", "status", "documents")
PARTS = ("分类", "减排核算", "选址", "入库", "评分", "提示")
_TONNES = ("S1a", "S1b", "S1c")  # the first that names the technology counts
_Row = tuple[str, str, str, str, object, object, object]


def spoken(assessed: pd.DataFrame, siting_rules: pd.DataFrame) -> pd.DataFrame:
    """Every rule that spoke on a project.

    Parameters
    ----------
    assessed : DataFrame
        One row, as returned by `fengwuwu.projects.assess.assess`.
    siting_rules : DataFrame
        Those it was sited by: ``Layers.rules``.

    Returns
    -------
    DataFrame
        ``part`` (of `PARTS`)``, rule`` (its id, or empty)``, name, text`` (what it says)``, source, year, status``
        (key of `VALUE_STATUS`)``, documents`` (keys of ``documents`` that the source names, a tuple), in the order in
        which the parts are printed.
    """
    row = assessed.iloc[0]
    lines = [*_classification(row), *_accounting(row), *_siting(assessed, siting_rules), *_admission(row)]
    found = pd.DataFrame(lines, columns=list(COLUMNS[:-1])).drop_duplicates(ignore_index=True)
    marks = _marks()
    named = [tuple(key for key, mark in marks.items() if mark in str(source)) for source in found["source"]]
    return found.assign(documents=pd.Series(named, index=found.index, dtype=object))


def lines(found: pd.DataFrame) -> list[str]:
    """As text: by part one line for each source, with the rules that come from it; below, the documents in full."""
    said: list[str] = []
    keys = list(dict.fromkeys(key for documents in found["documents"] for key in documents))
    for part in PARTS:
        rows = found[found["part"] == part]
        said += [f"{part}："] if len(rows) else []
        for _, same in rows.groupby(["source", "year", "status"], sort=False, dropna=False):
            source, year, status = (same[name].iloc[0] for name in ("source", "year", "status"))
            names = "、".join(f"{rule} {name}".strip() for rule, name in zip(same["rule"], same["name"], strict=True))
            dated = "" if pd.isna(year) else f"，{year:.0f} 年"
            marks = "".join(f"[文{keys.index(key) + 1}]" for key in same["documents"].iloc[0])
            said.append(f"  {names} —— {source}{dated}（{VALUE_STATUS[str(status)]}）{marks}")
    table = reference.table("documents").set_index("key")
    said += ["所引文件："] if keys else []
    return said + [f"  [文{place}] {_cited(table.loc[key])}" for place, key in enumerate(keys, start=1)]


def _cited(document: pd.Series) -> str:
    """Issuer, title, number, date, status of a document."""
    texts = {name: value if isinstance(value, str) else "" for name, value in document.items()}
    dated = texts["date"] or f"{document['year']:.0f} 年"
    remark = "；".join(part for part in (VALUE_STATUS[texts["status"]], texts["note"]) if part)
    return f"{texts['issuer']}《{texts['title']}》{texts['number']}，{dated}（{remark}）"


def _marks() -> dict[str, str]:
    """By key what a source calls a document: its number, or its title without 中华人民共和国."""
    return {
        # “令第31号” is a number of several issuers.
        str(row["key"]): row["number"]
        if isinstance(row["number"], str) and not row["number"].startswith("令")
        else str(row["title"]).removeprefix("中华人民共和国")
        for row in reference.table("documents").to_dict("records")
    }


def _rule(part: str, name: str, row: pd.Series, text: object = "", rule: str = "") -> _Row:
    return part, rule, name, str(text), row["source"], row["year"], row["status"]


def _rows(table: str, column: str, *values: object) -> Iterator[pd.Series]:
    found = reference.table(table)
    for value in values:
        yield from (row for _, row in found[found[column] == value].head(1).iterrows())


def _classification(row: pd.Series) -> Iterator[_Row]:
    for rule in _rows("taxonomy", "technology", row["technology"]):
        yield _rule("分类", "按技术类型归类", rule, rule["reason"])
    evidence = str(row["class_evidence"])
    for _, topic in reference.table("class_topics").iterrows():
        if f"文字：{topic['label']}（" in evidence:
            yield _rule("分类", f"按名称与内容的文字归类（{topic['label']}）", topic, topic["label"])
    for level in _rows("taxonomy_classes", "code", row["class_code"]):
        yield _rule("分类", f"类别 {row['class_code']}", level, f"{level['group']}·{level['family']}·{level['name']}")
    codes = str(row["catalogue_2025_code"]).split(";") if isinstance(row["catalogue_2025_code"], str) else []
    (listed,) = _rows("tables", "table", "green_catalogue_2025")
    for item in _rows("green_catalogue_2025", "code", *codes):
        yield _rule("分类", f"绿色目录条目 {item['code']} {item['name']}", listed, item["level2"])
    for item in _rows("catalogue_2021", "code", row["catalogue_2021_code"]):
        yield _rule("分类", f"绿债目录条目 {item['code']} {item['name']}", item)


def _accounting(row: pd.Series) -> Iterator[_Row]:
    chosen = account(str(row["technology"]))
    if chosen is None:
        return
    named = [text for text in (chosen.rule["name"], chosen.rule["formula"]) if isinstance(text, str)]
    yield _rule("减排核算", named[0] if named else "核算范围", chosen.rule, "；".join(named[1:]))
    if chosen.on_grid and pd.notna(row[PREFIX]):
        for basis in _rows("bases", "basis", *chosen.ranking):
            yield _rule("减排核算", f"排序所用因子：{basis['label']}", basis)


def _siting(assessed: pd.DataFrame, rules: pd.DataFrame) -> Iterator[_Row]:
    for _, rule in rules.iterrows():
        if rule["kind"] != "precision" and concerned(assessed, rule).any():
            yield _rule("选址", str(rule["name"]), rule, rule["text"], str(rule["id"]))


def _admission(row: pd.Series) -> Iterator[_Row]:
    rules = reference.table("admission_rules")
    reasons, flags = (
        str(row[name]).split(SEPARATOR) if isinstance(row[name], str) else [] for name in ("admission_reasons", "flags")
    )
    tonnes = next(iter(_concerned(rules[rules["id"].isin(_TONNES)], row["technology"])), "")
    for _, rule in rules.iterrows():
        name, kind = str(rule["name"]), rule["kind"]
        line = _rule("", name, rule, rule["text"], str(rule["id"]))
        if kind == "score":
            if _scored(str(rule["id"]), name, row, tonnes, reasons):
                yield "评分", *line[1:]
        elif kind == "threshold":
            yield "评分", *line[1:]
        elif kind == "open" or any(said.startswith(f"{rule['id']} {name}：") for said in reasons):
            yield "入库", *line[1:]
        elif any(said.startswith(f"{rule['id']} {name}：") for said in flags):
            yield "提示", *line[1:]


def _concerned(rules: pd.DataFrame, technology: object) -> Iterator[str]:
    for rule in rules.to_dict("records"):
        if rule["technologies"] == "*" or str(technology) in str(rule["technologies"]).split(";"):
            yield str(rule["id"])


def _scored(rule: str, name: str, row: pd.Series, tonnes: str, reasons: list[str]) -> bool:
    """Whether a rule of the score bears on this project: by technology, tier or stage, or since its part is named."""
    part = "年减排量" if rule in _TONNES else name.split("：")[0]
    if not any(said.startswith("评分 ") and part in said for said in reasons):
        return False
    if rule in _TONNES:
        return rule == tonnes
    by_tier = {"S3p": ("project", "measured"), "S3d": ("default",), "S3m": ("project", "measured", "default")}
    if rule in by_tier:
        chosen = account(str(row["technology"]))
        has_method = chosen is not None and isinstance(chosen.rule["ccer_method"], str)
        return row["reduction_tier"] in by_tier[rule] and (rule != "S3m" or has_method)
    return rule not in STAGES.values() or rule == STAGES.get(str(row["stage"]))
