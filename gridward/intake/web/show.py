"""Owns turning lists, waiting rows and outcomes into what templates draw. Refuses queries and permissions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridward.intake import explaining, marking, rules
from gridward.intake.candidates import Candidate, Earlier
from gridward.intake.queries import BatchView, OutcomeRow, SentList
from gridward.intake.reviewing import MOST_COUNTED, ReviewCase, WaitingRow
from gridward.kernel.outcomes import CATALOGUE, Text
from gridward.kernel.tabular import Note, NoteCode

BATCH_STATES: Mapping[str, tuple[Text, str]] = {
    "mapping": (gettext_lazy("waits for its columns"), "warn"),
    "received": (gettext_lazy("received"), "info"),
    "resolving": (gettext_lazy("being resolved"), "info"),
    "resolved": (gettext_lazy("resolved"), "good"),
    "refused": (gettext_lazy("refused"), "bad"),
}
MOVING = frozenset({"received", "resolving"})
ROW_TONES = {"waiting": "warn", "ready": "info", "dispatched": "info", "closed": "good", "rejected": "bad"}
COLUMN_WORDS: Mapping[str, Text] = {
    "name": gettext_lazy("Name"),
    "id_number": gettext_lazy("Document number"),
    "phone": gettext_lazy("Telephone"),
    "address": gettext_lazy("Address"),
}
CHOSEN = {f"chosen_{name}": words for name, words in COLUMN_WORDS.items()}
AGREE_WORDS: Mapping[str, Text] = {
    "name": gettext_lazy("Name (by sound)"),
    "id_number": gettext_lazy("Document"),
    "phone": gettext_lazy("Telephone"),
    "door": gettext_lazy("Door"),
}


def _state(state: str) -> tuple[str, str]:
    words, tone = BATCH_STATES[state]
    return str(words), tone


def list_columns() -> list[dict[str, str]]:
    """Return the columns of the list of lists."""
    return [
        {"key": "received_at", "label": _("Received"), "kind": "moment", "href": "url"},
        {"key": "channel", "label": _("Channel"), "href": "url"},
        {"key": "rows", "label": _("Rows"), "kind": "number"},
        {"key": "merged", "label": _("Merged"), "kind": "number"},
        {"key": "new", "label": _("New"), "kind": "number"},
        {"key": "waiting", "label": _("Waiting"), "kind": "number"},
        {"key": "rejected", "label": _("Rejected"), "kind": "number"},
        {"key": "asks_avoided", "label": _("Asks avoided"), "kind": "number"},
        {"key": "state", "label": _("State"), "kind": "badge"},
    ]


def list_row(batch: BatchView, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a list as one row."""
    return {
        "url": reverse("intake:batch", args=[batch.id]),
        "received_at": batch.received_at,
        "channel": names.get(batch.channel_code, batch.channel_code),
        "rows": batch.rows,
        "merged": batch.merged,
        "new": batch.new,
        "waiting": batch.waiting,
        "rejected": batch.rejected,
        "asks_avoided": batch.asks_avoided,
        "state": _state(batch.state),
    }


def list_page(
    batch: BatchView, names: Mapping[str, str], rejects: Sequence[tuple[str, int, list[int]]]
) -> dict[str, Any]:
    """Return what the page of one list draws."""
    words, tone = _state(batch.state)
    facts = [
        (_("File"), batch.filename),
        (_("Received"), batch.received_at),
        (_("Resolved"), batch.resolved_at or ""),
    ]
    return {
        "batch": batch,
        "channel": names.get(batch.channel_code, batch.channel_code),
        "state_words": words,
        "state_tone": tone,
        "is_moving": batch.state in MOVING,
        "facts_list": facts,
        "read_as": [(str(COLUMN_WORDS[name]), batch.columns.get(name, "")) for name in COLUMN_WORDS],
        "noticed": [_noticed(code, told) for code, told in batch.notes.items()],
        "rejects": [_reject_group(*group) for group in rejects],
        "refusal_words": refusal_words(batch.refusal),
    }


def _noticed(code: str, told: int | dict[str, str | int]) -> dict[str, Any]:
    """Return something the reader noticed: about rows, with how many; or about the file, in its own words."""
    if isinstance(told, int):
        return {"count": told, "words": str(rules.NOTES[code])}
    if code in CHOSEN:
        words = _("Several columns fit “%(column)s”; “%(header)s” was read.")
        return {"count": None, "words": words % {"column": CHOSEN[code], **told}}
    return {"count": None, "words": Note(NoteCode(code), told).message}


def _reject_group(code: str, count: int, rows: list[int]) -> dict[str, Any]:
    shown = ", ".join(str(row) for row in rows)
    return {
        "words": str(rules.REJECTS[code]),
        "count": count,
        "rows": shown + ("…" if count > len(rows) else ""),
    }


def refusal_words(code: str) -> str:
    """Return why a list was refused, in words; values its words need were not kept."""
    return str(rules.refusal_again(code).title) if code in CATALOGUE else code


def queue_columns() -> list[dict[str, str]]:
    """Return the columns of the review queue."""
    return [
        {"key": "name", "label": _("Name"), "href": "url"},
        {"key": "reason", "label": _("Why it waits")},
        {"key": "area", "label": _("Area")},
        {"key": "channel", "label": _("Channel")},
        {"key": "received_at", "label": _("Received"), "kind": "moment"},
    ]


def queue_row(row: WaitingRow) -> dict[str, Any]:
    """Return a waiting row as the queue shows it."""
    return {
        "url": reverse("intake:case", args=[row.clue.id]),
        "name": row.name,
        "reason": str(rules.WAITING[row.clue.waiting_reason]),
        "area": _area(row),
        "channel": row.channel_name,
        "received_at": row.clue.received_at,
    }


def _area(row: WaitingRow | ReviewCase) -> str:
    return row.area.in_full if row.area else _("Area not known")


def case_page(case: ReviewCase) -> dict[str, Any]:
    """Return what the page of one waiting row draws."""
    person = case.person
    candidates = [_candidate(number, one) for number, one in enumerate(case.candidates, start=1)]
    facts = [
        (_("Name"), person.name),
        (_("Document number"), person.id_number or ""),
        (_("Telephone"), person.phone or ""),
        (_("Address"), case.address_text),
        (_("Area"), _area(case)),
        (_("Channel"), case.channel_name),
        (_("Row in the list"), str(case.clue.row_number)),
        (_("Received"), case.clue.received_at),
    ]
    return {
        "case": case,
        "reason": str(rules.WAITING[case.clue.waiting_reason]),
        "facts_list": facts,
        "earlier": [_earlier(one, candidates) for one in case.earlier],
        "registered": [one for one in candidates if one["field"] == "resident"],
        "strangers": [one for one in candidates if one["field"] == "person"],
        "decide_url": reverse("intake:decide", args=[case.clue.id]),
        "reason_least": "4",
        "given_back": [
            {"key": str(key), "code": code, "words": str(words)}
            for key, (code, words) in enumerate(rules.GIVEN_BACK.items(), start=1)
        ],
        "next_steps": str(rules.WAITS_DO.get(case.clue.waiting_reason, "")),
    }


def _earlier(earlier: Earlier, candidates: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return when somebody decided about the same before, and what: the person's number on this page, or where."""
    chosen = next((one["number"] for one in candidates if one["id"] == str(earlier.candidate_id)), None)
    if chosen:
        words = _("it is person %(number)s") % {"number": chosen}
    elif earlier.candidate_id:
        words = _("it is somebody who is not shown here")
    else:
        words = _("somebody new, in %(area)s") % {"area": earlier.area.path if earlier.area else "–"}
    return {"at": earlier.decided_at, "words": words}


def sitting_of(done: int, place: int, total: int) -> str:
    """Return how far the sitting has come: what is decided already counts, what was skipped too."""
    if place >= MOST_COUNTED:
        return _("more than %(total)s rows wait") % {"total": total}
    if total >= MOST_COUNTED:
        return _("row %(place)s of more than %(total)s") % {"place": done + place, "total": total}
    return _("row %(place)s of %(total)s") % {"place": done + place, "total": done + total}


def _candidate(number: int, candidate: Candidate) -> dict[str, Any]:
    facts = [
        (_("Document number"), candidate.id_number or ""),
        (_("Telephone"), candidate.phone or ""),
        (_("Address"), candidate.address_text),
    ]
    return {
        "number": number,
        "field": "resident" if candidate.is_registered else "person",
        "id": str(candidate.id),
        "name": candidate.name,
        "facts_list": facts,
        "agrees": [
            {
                "label": str(AGREE_WORDS[what]),
                "how": str(explaining.WAYS[candidate.how[what]]) if what in candidate.how else "",
                **_agreement(agrees),
            }
            for what, agrees in candidate.agrees.items()
        ],
    }


def _agreement(agrees: bool | None) -> dict[str, str]:
    if agrees is None:
        return {"words": _("not given"), "tone": "quiet", "icon": ""}
    if agrees:
        return {"words": _("agrees"), "tone": "good", "icon": "check"}
    return {"words": _("differs"), "tone": "bad", "icon": "alert"}


def sent_columns() -> list[dict[str, str]]:
    """Return the columns of a department's own lists."""
    return [
        {"key": "received_at", "label": _("Received"), "kind": "moment", "href": "url"},
        {"key": "channel", "label": _("Channel"), "href": "url"},
        {"key": "filename", "label": _("File")},
        {"key": "answered", "label": _("Rows answered"), "kind": "progress"},
        {"key": "state", "label": _("State"), "kind": "badge"},
    ]


def sent_row(sent: SentList, names: Mapping[str, str]) -> dict[str, Any]:
    """Return one of a department's own lists as a row; a rejected row is answered too."""
    return {
        "url": reverse("intake:answers", args=[sent.id]),
        "received_at": sent.received_at,
        "channel": names.get(sent.channel_code, sent.channel_code),
        "filename": sent.filename,
        "answered": (sent.answered + sent.rejected, sent.rows),
        "state": _state(sent.state),
    }


def answer_columns() -> list[dict[str, str]]:
    """Return the columns of the rows of a sent list."""
    return [
        {"key": "row_number", "label": _("Row")},
        {"key": "state", "label": _("State"), "kind": "badge"},
        {"key": "outcome", "label": _("Outcome")},
        {"key": "outcome_at", "label": _("Time"), "kind": "moment"},
        {"key": "reason", "label": _("Why")},
    ]


def answer_row(row: OutcomeRow) -> dict[str, Any]:
    """Return one row as its sender sees it: number, state, outcome, time, reason."""
    rejected = row.status == "rejected"
    return {
        "row_number": str(row.row_number),
        "state": (_("rejected") if rejected else str(rules.STATES[row.status]), ROW_TONES[row.status]),
        "outcome": str(rules.OUTCOME_WORDS[row.outcome]) if row.outcome else "",
        "outcome_at": row.outcome_at,
        "reason": str(rules.REJECTS[row.reason]) if rejected else _why(row),
    }


def _why(row: OutcomeRow) -> str:
    reason, marks = marking.reason_apart(row.reason)
    if reason in rules.ANSWERED_BEFORE and row.outcome_at is not None:
        day = date_format(localtime(row.outcome_at), "DATE_FORMAT")
        return " ".join([str(rules.ANSWERED_BEFORE[reason]) % {"date": day}, *marks])
    return " ".join(filter(None, [str(rules.GIVEN_BACK.get(reason, reason)), *marks]))
