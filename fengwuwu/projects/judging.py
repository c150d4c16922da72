"""Judge the rows of a form: which project each means, whether it may come in, and what is to be written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from fengwuwu.projects import checks, decisions, history, layout, pending
from fengwuwu.projects.cells import Finding, Value
from fengwuwu.projects.columns import Columns
from fengwuwu.projects.exchange import shown
from fengwuwu.projects.fields import BY_KEY, FIELDS
from fengwuwu.projects.form_rows import FormRow
from fengwuwu.projects.history import IDENTIFIED, WARNINGS, Entry, Record
from fengwuwu.projects.identities import Identity, identify
from fengwuwu.projects.intake import validate
from fengwuwu.projects.numbers import Numbers
from fengwuwu.projects.pending import Pending, Said
from fengwuwu.projects.traits import traits
from fengwuwu.vocabulary import DATA_KIND, label

NUMBERED = "表中没有项目编号，由项目库编号"
# Stands for the id of a row until it is known to be accepted, so that no number is used up in vain.
_PROVISIONAL = "K0000"
_NOTHING: Record = dict.fromkeys(BY_KEY)


@dataclass(frozen=True)
class Outcome:
    """What became of a row.

    Attributes
    ----------
    row : FormRow
    outcome : str
        Key of `fengwuwu.projects.result.OUTCOMES`.
    project_id : str or None
        Of the project it means; None while it waits, or when it was refused without an id.
    basis : str
        How that was found, where its own id does not say; for a row that waits, its number and what it may be.
    """

    row: FormRow
    outcome: str
    project_id: str | None
    basis: str = ""


@dataclass
class Judged:
    """Rows with their outcome, and what is to be written."""

    outcomes: list[Outcome] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    changed: dict[str, Record] = field(default_factory=dict)


def judge(rows: Sequence[FormRow], known: Mapping[str, Record], kept: Mapping[int, Pending], version: int) -> Judged:
    """Judge the rows of one form; what is wrong or doubtful is added to the rows.

    Parameters
    ----------
    rows : sequence of FormRow
    known : mapping of str to record
        Projects of the library.
    kept : mapping of int to Pending
        Rows that wait or waited.
    version : int
        Version that is about to be written.
    """
    identities = identify([row.values for row in rows], known, kept)
    noted = [list(row.found) for row in rows]
    records = [_complete(row.values, item, known) for row, item in zip(rows, identities, strict=True)]
    _mark_duplicates(rows, identities)
    validate([row.found for row in rows], records, [row.values for row in rows])
    ids = {*known, *(str(record["project_id"]) for record in records)}
    numbers = Numbers([*ids, *(str(item.values.get("project_id")) for item in kept.values())])
    before = outdated({ident: known[ident] for item in identities if (ident := item.project_id or "") in known})
    desk = _Desk(kept, version)
    judged = Judged()
    for row, identity, record, cells in zip(rows, identities, records, noted, strict=True):
        if row.errors:
            given = row.values.get("project_id")
            judged.outcomes.append(Outcome(row, "rejected", None if given is None else str(given)))
        elif identity.candidates:
            judged.outcomes.append(desk.take(row, cells, identity))
        else:
            how = identity.how
            if identity.project_id is None:
                record["project_id"], how = numbers.next(record), NUMBERED
            ident = str(record["project_id"])
            new = settle(record, known.get(ident), row.values, row.found, ids, before.get(ident, ()))
            outcome = "unchanged" if new is None else "updated" if ident in known else "accepted"
            judged.outcomes.append(Outcome(row, outcome, ident, how))
            if new is not None:
                place = row.block.sheet, row.row.number
                if how:
                    judged.entries.append(Entry(version, ident, IDENTIFIED, None, how, *place))
                judged.entries += history.differences(version, ident, known.get(ident) or {}, new, *place)
                judged.changed[ident] = new
    judged.entries += desk.entries
    return judged


class _Desk:
    """Where rows wait for a person: each once, however often a form brings it."""

    def __init__(self, kept: Mapping[int, Pending], version: int) -> None:
        self._waiting = {pending.identity(item.values): item for item in kept.values() if item.resolved_as is None}
        self._last = max(kept, default=0)
        self._version = version
        self.entries: list[Entry] = []

    def take(self, row: FormRow, cells: Said, identity: Identity) -> Outcome:
        """Keep a row; one that waits already is kept anew only when it says something else, or may be others."""
        key = pending.identity(row.values)
        before = self._waiting.get(key)
        ids = {like.project_id for like in identity.candidates}
        if before is None or before.values != row.values or before.ids != ids:
            self._last += before is None
            item = Pending(
                before.number if before else self._last,
                self._version,
                row.block.sheet,
                row.row.number,
                dict(row.values),
                cells,
                identity.candidates,
            )
            self.entries.append(pending.kept(item, pending.content(before) if before else None))
            self._waiting[key] = before = item
        return Outcome(row, "pending", None, f"待定 {before.number}，可能是 {before.guesses}")


def outdated(olds: Mapping[str, Record]) -> dict[str, set[str]]:
    """Of the warnings that stay with projects, those that the checks made, which speak anew of the next state.

    Parameters
    ----------
    olds : mapping of str to record
        Projects as they stand.
    """
    warned = {ident: old for ident, old in olds.items() if old.get(WARNINGS)}
    lines: dict[str, set[str]] = {ident: set() for ident in warned}
    each = list(lines.values())
    for place, key, finding in checks.check(Columns(list(warned.values()))):
        each[place].add(_line(key, finding))
    return lines


def settle(
    record: Record,
    old: Record | None,
    given: Mapping[str, Value],
    found: Said,
    ids: Collection[str],
    before: Collection[str] = (),
) -> Record | None:
    """The project that a row makes of a known or a new one; None when nothing changes.

    Parameters
    ----------
    record : Record
        The whole project, as the row leads to it.
    old : Record, optional
        As it stood.
    given : mapping of str to str, float or None
        What the row itself says.
    found : list of (str, Finding)
        What is doubtful about it; warnings are added.
    ids : collection of str
        Projects that others may require.
    before : collection of str
        Its `outdated` warnings.
    """
    _warn(record, old, given, found, ids)
    if old is not None and all(value == old.get(key) for key, value in record.items()):
        return None
    kept = dict.fromkeys(decisions.COLUMNS) if old is None else {key: old.get(key) for key in decisions.COLUMNS}
    return {**record, WARNINGS: _warnings(record, old, found, before), **kept}


def completed(values: Mapping[str, Value], old: Record | None, project_id: str) -> Record:
    """The whole project, every field of it: what a form says, and for columns it does not have what is known."""
    record = _NOTHING if old is None else {key: old.get(key) for key in _NOTHING}
    record = {**record, **values, "project_id": project_id}
    if record["data_kind"] is None:
        record["data_kind"] = "submitted"
    return record


def _complete(values: Mapping[str, Value], identity: Identity, known: Mapping[str, Record]) -> Record:
    record = completed(values, known.get(identity.project_id or ""), identity.project_id or _PROVISIONAL)
    if identity.candidates:
        # What a row leaves open is no fault while it may be a project of which it is known.
        likely = known[identity.candidates[0].project_id]
        record |= {item.key: likely.get(item.key) for item in FIELDS if item.required and record[item.key] is None}
    return record


def _mark_duplicates(rows: Sequence[FormRow], identities: Sequence[Identity]) -> None:
    """A form lists a project once: by its number, else as the one it is found to be, else by its description."""
    described = any(row.values.get("project_id") is None for row in rows)
    first: dict[object, FormRow] = {}
    pairs = sorted(zip(rows, identities, strict=True), key=lambda pair: pair[0].values.get("project_id") is None)
    for row, identity in pairs:
        ident, name = row.values.get("project_id"), row.values.get("project_name")
        if ident is None and name is None:
            continue
        description = traits(row.values).identity if described else None
        other = first.setdefault(identity.project_id or description, row)
        if description is not None and identity.project_id is not None:
            first.setdefault(description, row)
        message, key = _duplicate(row), "project_id" if ident is not None else "project_name"
        remedy = "请改正编号；同一项目请合并为一行。"
        if ident is None:
            remedy = "同一项目请合并为一行；如是另一个项目，请填写项目编号，或在名称、乡镇上写明区别。"
        if other is not row:
            sheet = f"工作表“{other.block.sheet}”" if other.block.sheet != row.block.sheet else ""
            what = "已用于" if ident is not None and ident == other.values.get("project_id") else "同一项目见"
            row.found.append((key, Finding(f"{message}，{what}{sheet}第 {other.row.number} 行。", remedy)))
        elif message in layout.earlier_reason(row.row, row.block):
            # Rejected before and not mended: it must not overwrite the project whose number or name it bears.
            remedy = remedy.removesuffix("。") + "；如确要覆盖原项目，请清空本行的退回原因。"
            row.found.append((key, Finding(f"{message}，退回后未改。", remedy)))


def _duplicate(row: FormRow) -> str:
    ident = row.values.get("project_id")
    return f"项目“{row.values['project_name']}”在文件中重复" if ident is None else f"编号“{ident}”在文件中重复"


def _warn(record: Record, old: Record | None, given: Mapping[str, Value], found: Said, ids: Collection[str]) -> None:
    """Warnings that need the rest of the library."""
    needed = [part.partition("@")[0] for part in str(record.get("requires") or "").split(";") if part]
    if strangers := [ident for ident in needed if ident not in ids]:
        message = f"前置项目 {'、'.join(strangers)} 不在项目库中。"
        found.append(("requires", Finding(message, "请核对编号，或补报该项目。", "warning")))
    if old is None:
        return
    for key in given:
        if old.get(key) is not None and record.get(key) is None:
            message = f"原值“{history.to_text(shown(BY_KEY[key], old[key]))}”改为空白（未知）。"
            found.append((key, Finding(message, "如不是本意，请补填后重新导入。", "warning")))
    if old.get("data_kind") != record["data_kind"]:
        message = f"由“{label(DATA_KIND, old.get('data_kind'))}”改为“{label(DATA_KIND, record['data_kind'])}”。"
        found.append(("data_kind", Finding(message, "请核对。", "warning")))


def _line(key: str, finding: Finding) -> str:
    return f"{BY_KEY[key].header}：{finding.message}" if key else finding.message


def _warnings(record: Record, old: Record | None, found: Said, before: Collection[str]) -> str | None:
    """Warnings that stay with the project, one a line.

    Those of cells that this form leaves as they were are kept: a figure once called approximate stays so until it
    is replaced. What the checks said of the old state is dropped, for they have spoken anew.
    """
    lines = [_line(key, finding) for key, finding in found]
    if old is not None and (kept := old.get(WARNINGS)):
        same = {BY_KEY[key].header for key in BY_KEY if record.get(key) == old.get(key)}
        lines += [line for line in str(kept).split("\n") if line not in before and line.partition("：")[0] in same]
    return "\n".join(dict.fromkeys(lines)) or None
