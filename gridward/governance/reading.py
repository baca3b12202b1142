"""Owns reading the ledger, for those whose role it is. Every page that is read is itself in the ledger."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import pgettext

from gridward.kernel import ledger, words
from gridward.kernel.actor import Actor
from gridward.kernel.models import LedgerEntry, LedgerHead, LedgerSeal
from gridward.kernel.outcomes import CATALOGUE

PAGE = 50


@dataclass(frozen=True)
class LedgerPage:
    """A page of the ledger, newest first, with the newest head of the chain."""

    rows: list[dict[str, Any]]
    more: str
    head: LedgerHead | None
    action: str


def get_page(*, before: int | None, action: str, by: Actor, now: datetime) -> LedgerPage:
    """Return the page of entries before an id, optionally of one action (or all that start with `room.`)."""
    found = _newest(before, action)
    more, found = len(found) > PAGE, found[:PAGE]
    seals = dict(
        LedgerSeal.objects.filter(entry_id__in=[entry.id for entry in found]).values_list(
            "entry_id", "position"
        )
    )
    ledger.record("ledger.read", by=by, now=now, entries_count=len(found))
    return LedgerPage(
        rows=[_row(entry, seals.get(entry.id)) for entry in found],
        more=str(found[-1].id) if more else "",
        head=LedgerHead.objects.order_by("-position").first(),
        action=action,
    )


def _newest(before: int | None, action: str) -> list[LedgerEntry]:
    """Return a page and one more: of one action by its index, of a room's actions one page each, put together."""
    entries = LedgerEntry.objects.all() if before is None else LedgerEntry.objects.filter(id__lt=before)
    if not action:
        return list(entries.order_by("-id")[: PAGE + 1])
    named = (
        [code for code in words.words_of("action") if code.startswith(action)]
        if action.endswith(".")
        else [action]
    )
    found = [entry for one in named for entry in entries.filter(action=one).order_by("-id")[: PAGE + 1]]
    return sorted(found, key=lambda entry: -entry.id)[: PAGE + 1]


def _row(entry: LedgerEntry, position: int | None) -> dict[str, Any]:
    return {
        "at": entry.at,
        "action": words.word("action", entry.action),
        "role": words.word("role", entry.role),
        "actor": entry.actor[-12:],
        "object": f"{words.word('object', entry.object_kind)} {entry.object_hash[:10]}".strip(),
        "result": (_result(entry.result), "good" if entry.result == "ok" else "warn"),
        "reason": entry.reason or "",
        "position": position,
    }


def _result(code: str) -> str:
    """Return a result in words: a refusal's title, with an ellipsis for the values the ledger does not keep."""
    if code in CATALOGUE:
        return re.sub(r"%\(\w+\)[sd]", "…", str(CATALOGUE[code].title))
    known = {"ok": pgettext("ledger", "ok"), "problems": pgettext("ledger", "rows with problems")}
    return known.get(code, code)
