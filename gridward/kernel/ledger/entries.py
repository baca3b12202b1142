"""
Owns writing entries: one INSERT in the transaction of the deed. Refuses what could be personal.

`detail` may hold ids, numbers, booleans, short codes, hashes, lists of them; `reason` is what a human wrote,
at most 200 characters, with long digit runs masked. The rest raises LedgerRefused: a mistake in the program.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from gridward.kernel import prepared
from gridward.kernel.actor import Actor
from gridward.kernel.ledger.objects import SHORT, Page, object_hash

MOST_REASON = 200
MOST_DETAIL = 8 * 1024
#: From here on a number could be somebody's telephone, unless its key ends like a position's or an id's.
LEAST_TELLING = 10**9
_TELLING_DIGITS = re.compile(r"[0-9]{9,}[xX]?")
#: An id of ours, a list's for example, may hold as many digits in a row, and tells nobody's number.
_ID_OR_TELLING = re.compile(
    rf"(\b[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}\b)|{_TELLING_DIGITS.pattern}"
)
_HARMLESS_KEY = re.compile(r"(.*_)?(pos|end|id|ids|code|codes)")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PERSONAL_KEYS = frozenset(
    (
        "name", "surname", "phone", "mobile", "address", "email", "id_number", "id_card", "identity",
        "birth_date", "passport", "plate", "note", "text",
    )
)  # fmt: skip
_CODE = re.compile(r"[a-z0-9_.:-]{0,64}")
_HASH_OR_UUID = re.compile(
    r"(?:[0-9a-f]{16}){1,4}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)
_SHORT_HASH = re.compile(rf"[0-9a-f]{{{SHORT}}}")
_ACTION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
_ACTOR = re.compile(r"[A-Za-z0-9_.:-]{1,64}")

_COLUMNS = (
    "at", "actor", "role", "action", "object_kind", "object_hash", "purpose", "basis", "task", "result",
    "reason", "detail",
)  # fmt: skip
_INSERT = (
    f"insert into kernel_ledgerentry ({', '.join(_COLUMNS)}) values ({', '.join(['%s'] * len(_COLUMNS))})"
)
_INSERT_WITH = f"""
with deed as ({{deed}})
insert into kernel_ledgerentry ({", ".join(_COLUMNS)})
select %s::timestamptz{", %s" * (len(_COLUMNS) - 1)} from deed limit 1
"""
_INSERT_MANY = (
    f"insert into kernel_ledgerentry ({', '.join(_COLUMNS)}) select * from unnest(%s::timestamptz[]"
    + ", %s::text[]" * (len(_COLUMNS) - 1)
    + ")"
)


class LedgerRefused(ValueError):
    """The caller tried to write into the ledger what does not belong there."""


@dataclass(frozen=True)
class Entry:
    """One checked entry, not yet written; the columns in their order."""

    at: datetime
    actor: str
    role: str
    action: str
    object_kind: str
    object_hash: str
    purpose: str
    basis: str
    task: str
    result: str
    reason: str
    detail: str


def entry(
    action: str,
    *,
    by: Actor,
    now: datetime,
    obj: tuple[str, object] | Page | None = None,
    purpose: str = "",
    basis: object = "",
    task: object = "",
    result: str = "ok",
    reason: str = "",
    **detail: object,
) -> Entry:
    """
    Return a checked entry for `record_many`.

    `obj` is (kind, id) or a `page_hash`; `basis` and `task` are ids; `result` is 'ok' or a refusal code.
    """
    if not _ACTION.fullmatch(action):
        raise LedgerRefused(f"an action is named room.verb or entity.verb, not {action!r}")
    kind, hashed = "", ""
    names: tuple[str, ...] = ()
    if isinstance(obj, Page):
        kind, hashed, names = obj.kind, obj.root, obj.names
        detail = {**detail, "objects_count": obj.count}
    elif obj is not None:
        kind, hashed = obj[0], object_hash(*obj)
    if not _ACTOR.fullmatch(by.ledger_name):
        raise LedgerRefused(f"{action}: the actor is named by an id or a system handle")
    codes = (by.role, kind, purpose, _id_text(basis), _id_text(task), result)
    if not all(_CODE.fullmatch(code) for code in codes):
        raise LedgerRefused(f"{action}: role, kind, purpose, basis, task and result are codes or ids")
    role, _, purpose, basis_text, task_text, _ = codes
    return Entry(
        now, by.ledger_name, role, action, kind, hashed, purpose, basis_text, task_text, result,
        _reason_text(action, reason), _detail_text(action, detail, names),
    )  # fmt: skip


def record(
    action: str,
    *,
    by: Actor,
    now: datetime,
    obj: tuple[str, object] | Page | None = None,
    purpose: str = "",
    basis: object = "",
    task: object = "",
    result: str = "ok",
    reason: str = "",
    **detail: object,
) -> None:
    """Write one entry in the present transaction. Arguments as for `entry`. Raises LedgerRefused."""
    written = entry(
        action, by=by, now=now, obj=obj, purpose=purpose, basis=basis, task=task, result=result,
        reason=reason, **detail,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, astuple(written))


def record_with(written: Entry, deed: str, values: Sequence[object]) -> bool:
    """
    Carry out a deed and its entry in one statement; without the deed there is no entry. Say whether it was done.

    `deed` is an INSERT that answers a row for what it wrote.
    """
    return prepared.carry_out(_INSERT_WITH.format(deed=deed), [*values, *astuple(written)]) > 0


def record_many(entries: Iterable[Entry]) -> int:
    """Write checked entries in one statement and return how many there were."""
    rows = [astuple(one) for one in entries]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_MANY, [list(column) for column in zip(*rows, strict=True)])
    return len(rows)


def _id_text(value: object) -> str:
    return "" if value is None else str(value)


def _reason_text(action: str, reason: str) -> str:
    if len(reason) > MOST_REASON:
        raise LedgerRefused(f"{action}: a reason has at most {MOST_REASON} characters")
    if "\x00" in reason or any("\ud800" <= character <= "\udfff" for character in reason):
        raise LedgerRefused(f"{action}: a reason is plain text")
    # People paste telephone and identity numbers into reasons; the ledger is kept for years and shown around.
    return _ID_OR_TELLING.sub(lambda found: found[1] or "#" * len(found[0]), reason)


def _detail_text(action: str, detail: Mapping[str, object], names: tuple[str, ...] = ()) -> str:
    checked: dict[str, object] = {}
    if names:
        # One short hash in two thousand has no letter and looks like somebody's number: here its place vouches for it.
        if not all(_SHORT_HASH.fullmatch(name) for name in names):
            raise LedgerRefused(f"{action}: the objects of a page are named by page_hash")
        checked["objects"] = names
    for key, value in detail.items():
        if not _KEY.fullmatch(key) or key in _PERSONAL_KEYS:
            raise LedgerRefused(f"{action}: the ledger takes no detail called {key!r}")
        if isinstance(value, (list, tuple)):
            checked[key] = [_checked(action, key, one) for one in value]
        else:
            checked[key] = _checked(action, key, value)
    text = json.dumps(checked, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if len(text) > MOST_DETAIL:
        raise LedgerRefused(f"{action}: the detail is too long; use page_hash for lists")
    return text


def _checked(action: str, key: str, value: object) -> int | str | bool:
    harmless = _HARMLESS_KEY.fullmatch(key) is not None
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and (harmless or abs(value) < LEAST_TELLING):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, str):
        if _HASH_OR_UUID.fullmatch(value) and not value.isdigit():
            return value
        if _CODE.fullmatch(value) and (harmless or not _TELLING_DIGITS.search(value)):
            return value
    # The value itself is not repeated: it may be exactly what must not be written anywhere.
    raise LedgerRefused(f"{action}: {key} is no id, number, short code or hash")
