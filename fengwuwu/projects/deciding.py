"""Record a person's decision, or its withdrawal, as a version of the library."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from fengwuwu import reference
from fengwuwu.errors import InputError
from fengwuwu.projects import history, store
from fengwuwu.projects.decisions import KINDS
from fengwuwu.projects.history import Record
from fengwuwu.vocabulary import ADMISSION, key_of

_NONE = ("none", "无")
DECIDE, WITHDRAW = "decide", "withdraw"


def value_of(kind: str, given: str) -> str:
    """The key for what a person wrote: a key or a Chinese label.

    Parameters
    ----------
    kind : str
        Key of `KINDS`.
    given : str

    Raises
    ------
    InputError
        When it is neither.
    """
    text = given.strip()
    if kind == "status":
        found = key_of(ADMISSION, text)
        if found is None:
            known = "、".join(f"{label}（{key}）" for key, label in ADMISSION.items())
            raise InputError(f"没有“{text}”这个入库结论。", remedy=f"可用：{known}。")
        return found
    if text in _NONE:
        return "none"
    table = "taxonomy_classes" if kind == "class" else "green_catalogue_2025"
    if text not in set(reference.table(table)["code"].astype(str)):
        raise InputError(
            f"没有“{text}”这个{KINDS[kind].label}代码。",
            remedy=f"代码见 data/reference/{table}.csv；不属于任何一类写“无”。",
        )
    return text


def decide(connection: Connection, project: Record, values: Mapping[str, str], *, by: str, reason: str) -> None:
    """Record decisions; in a transaction.

    Parameters
    ----------
    connection : Connection
    project : Record
        As it stands.
    values : mapping of str to str
        Key of `KINDS` to what is decided.
    by, reason : str

    Raises
    ------
    InputError
        When nothing is decided, the reason is missing, or a value is unknown.
    """
    if not reason.strip():
        raise InputError("决定须写明理由。", remedy="请用 --reason 写明理由。")
    if not values:
        raise InputError("没有写明决定什么。", remedy="请给出 --status、--class 或 --catalogue，或用 --withdraw 撤回。")
    decided = {kind: value_of(kind, value) for kind, value in values.items()}
    version = store.new_version(connection, by=by, reason=reason.strip(), action=DECIDE, file="", sha256="")
    new: Record = dict(project)
    for kind, value in decided.items():
        new |= zip(KINDS[kind].columns, (value, version.reason, by, version.at), strict=True)
    _write(connection, version, project, new)


def withdraw(connection: Connection, project: Record, kinds: Collection[str], *, by: str, reason: str) -> None:
    """Take decisions back; in a transaction. The rules count again, and both steps stay in the history.

    Parameters
    ----------
    connection : Connection
    project : Record
        As it stands.
    kinds : collection of str
        Keys of `KINDS` or their labels; empty for every decision there is.
    by, reason : str

    Raises
    ------
    InputError
        When the reason is missing or there is no such decision.
    """
    if not reason.strip():
        raise InputError("撤回须写明理由。", remedy="请用 --reason 写明理由。")
    labels = {key: kind.label for key, kind in KINDS.items()}
    keys = [key_of(labels, kind) for kind in kinds]
    if None in keys:
        stranger = list(kinds)[keys.index(None)]
        raise InputError(f"不能撤回“{stranger}”。", remedy=f"可用：{'、'.join(labels.values())}。")
    standing = [kind for kind in KINDS if project.get(KINDS[kind].value) is not None]
    chosen = [kind for kind in standing if not keys or kind in keys]
    lacking = [labels[kind] for kind in keys if kind is not None and kind not in standing]
    if lacking or not chosen:
        raise InputError(
            f"{project['project_id']} 没有关于{'、'.join(lacking) or '它'}的人工决定可撤回。",
            remedy="可用 fengwuwu library history 查看经过。",
        )
    version = store.new_version(connection, by=by, reason=reason.strip(), action=WITHDRAW, file="", sha256="")
    new = project | dict.fromkeys(column for kind in chosen for column in KINDS[kind].columns)
    _write(connection, version, project, new)


def _write(connection: Connection, version: history.Version, old: Record, new: Record) -> None:
    ident = str(old["project_id"])
    plain = {key: value for key, value in new.items() if key != store.VERSION_COLUMN}
    store.append(connection, version, history.differences(version.version, ident, old, plain, "", None), {ident: plain})
