"""Record what a person says a row that waits is: a known project, or a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from fengwuwu.errors import InputError, LibraryError, Problem
from fengwuwu.projects import history, pending, store
from fengwuwu.projects.fields import BY_KEY
from fengwuwu.projects.history import Record
from fengwuwu.projects.intake import validate
from fengwuwu.projects.judging import completed, outdated, settle
from fengwuwu.projects.matching import Index
from fengwuwu.projects.numbers import Numbers
from fengwuwu.projects.pending import Pending
from fengwuwu.projects.traits import traits

RESOLVE = "resolve"


@dataclass(frozen=True)
class Resolved:
    """What a row that waited became.

    Attributes
    ----------
    project_id : str
    outcome : {"accepted", "updated", "unchanged"}
    left : tuple of str
        Fields in which the project was changed after the row had come in, and which were therefore left alone.
    """

    project_id: str
    outcome: str
    left: tuple[str, ...] = ()

    def __str__(self) -> str:
        """In one line, for users."""
        words = {"accepted": "收入为新项目", "updated": "认定为", "unchanged": "认定为"}[self.outcome]
        text = f"{words} {self.project_id}{'，内容未变' if self.outcome == 'unchanged' else ''}。已记入历史。"
        if self.left:
            text += f"此行之后已更新的各项未改动：{'、'.join(BY_KEY[key].header for key in self.left)}。"
        return text


def resolve(connection: Connection, number: int, same_as: str | None, *, by: str, reason: str) -> Resolved:
    """Make a row a version of a known project, or a new project; in a transaction.

    Parameters
    ----------
    connection : Connection
    number : int
        Of the row.
    same_as : str, optional
        The known project, which must be in the library; a new one when not given.
    by, reason : str

    Raises
    ------
    LibraryError
        When no such row waits, or the new project would be one that is known.
    InputError
        When the row cannot stand as what it is said to be.
    """
    known = store.current(connection)
    versions = store.versions(connection)
    item = _waiting(store.pending_rows(connection), number, versions)
    origin = versions[item.version]
    values: Record = {key: value for key, value in item.values.items() if key in BY_KEY}
    left: tuple[str, ...] = ()
    if same_as is None:
        ident = _new_id(item, known)
    else:
        ident = same_as
        entries = [entry for entry, _ in store.entries(connection, project_id=ident) if entry.version > item.version]
        later = {line.field for entry in entries for line in history.lines(entry)}
        left = tuple(key for key in values if key in later and values[key] != known[ident].get(key))
        values = {key: value for key, value in values.items() if key not in later}
    old = known.get(ident)
    record = completed(values, old, ident)
    found = [(key, finding) for key, finding in item.warnings if not key or key in values]
    validate([found], [record], [item.values])
    if faults := [(key, fault) for key, fault in found if fault.severity == "error"]:
        raise InputError(
            f"待定 {number} 不能作为{'新项目' if old is None else f' {ident} 的新版本'}收入，仍为待定。",
            problems=[
                Problem(fault.message, fault.remedy, origin.file, item.sheet, item.row, BY_KEY[key].full_header)
                for key, fault in faults
            ],
            remedy="请在申报表中改正后重新导入，再作认定。",
        )
    before = outdated({} if old is None else {ident: old}).get(ident, ())
    new = settle(record, old, values, found, {*known, ident}, before)
    version = store.new_version(
        connection, by=by, reason=reason.strip(), action=RESOLVE, file=origin.file, sha256=origin.sha256
    )
    entries = [pending.resolved(item, version.version, ident)]
    if new is not None:
        entries += history.differences(version.version, ident, old or {}, new, item.sheet, item.row)
    store.append(connection, version, entries, {} if new is None else {ident: new})
    return Resolved(ident, "unchanged" if new is None else "accepted" if old is None else "updated", left)


def _waiting(kept: Mapping[int, Pending], number: int, versions: Mapping[int, history.Version]) -> Pending:
    item = kept.get(number)
    if item is not None and item.resolved_as is None:
        return item
    waiting = "、".join(str(other.number) for other in kept.values() if other.resolved_as is None)
    remedy = f"现在待定的有：{waiting}。" if waiting else "现在没有待定的行。"
    if item is None or item.resolved_in is None:
        raise LibraryError(f"没有待定 {number}。", remedy=remedy)
    said = versions[item.resolved_in]
    raise LibraryError(
        f"待定 {number} 已由 {said.by} 于 {history.day_in_china(said.at)} 认定为 {item.resolved_as}。",
        remedy=f"如有误，请在申报表中写明项目编号后重新导入。{remedy}",
    )


def _new_id(item: Pending, known: Mapping[str, Record]) -> str:
    """The id the row gives, else the next of the library.

    Raises
    ------
    LibraryError
        When a project that came in after the row bears that id, or is clearly the one the row describes.
    """
    given = item.values.get("project_id")
    same = [str(given)] if given is not None and str(given) in known else []
    if not same:
        clear = Index(known).clear(traits(item.values))
        same = [found.project_id for found in clear if found.project_id not in item.ids]
    if same:
        raise LibraryError(
            f"待定 {item.number} 之后，项目库已收入 {same[0]}，与此行是同一项目。",
            remedy=f"请用 --same-as {same[0]} 认定；如确是另一个项目，请在申报表中写明编号后重新导入，再作认定。",
        )
    return str(given) if given is not None else Numbers(known).next(item.values)
