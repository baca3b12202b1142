"""Owns turning tasks into what templates draw. Refuses queries and permissions."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from gridward.dispatch import asking, escalating, handing, rules, synced
from gridward.dispatch.days import Day, DayRow
from gridward.dispatch.handed import HandoverView
from gridward.dispatch.queries import PersonView, TaskRow, TaskView
from gridward.dispatch.told import phones_told
from gridward.dispatch.web import raising, watching
from gridward.kernel.ids import new_id
from gridward.kernel.web import formats
from gridward.registry.api import FOUND_BY, KINDS, STATES, CorrectionView

PRIORITY_TONES = {"P1": "bad", "P2": "warn", "P3": "info", "P4": "quiet"}


def day_page(day: Day) -> dict[str, Any]:
    """Return the worker's day in the order of the walk, in groups of one building, and how far the walk is."""
    return {
        "groups": [
            {"building": building or _("Door not known"), "tasks": [_day_row(row) for row in group]}
            for building, group in groupby(day.rows, key=lambda row: row.building)
        ],
        "count": len(day.rows),
        "day": day,
    }


def _day_row(row: DayRow) -> dict[str, Any]:
    return {
        "url": reverse("dispatch:work", args=[row.id]),
        "order": row.order,
        "door": row.door,
        "area": row.area.name,
        "priority": row.priority,
        "tone": PRIORITY_TONES[row.priority],
        "due_at": row.due_at,
        "people": row.people_count,
        "clues": row.clue_count,
    }


#: Why a task is not with its worker yet, in words.
WAITS: Mapping[str, tuple[Any, str]] = {
    "time": (gettext_lazy("waits for the next set time"), "quiet"),
    "nobody": (gettext_lazy("nobody answers for the grid"), "bad"),
    "full": (gettext_lazy("does not fit into the worker's day"), "warn"),
}


def columns(state: str) -> list[dict[str, str]]:
    """Return the columns of the centre's list."""
    head = [
        {"key": "area", "label": _("Area"), "href": "url"},
        {"key": "priority", "label": _("Priority"), "kind": "badge"},
        {"key": "assignee", "label": _("Worker")},
        {"key": "people", "label": pgettext("count", "People"), "kind": "number"},
        {"key": "clues", "label": _("Clues"), "kind": "number"},
    ]
    if state == "closed":
        return [*head, {"key": "closed_at", "label": pgettext("moment", "Closed"), "kind": "moment"}]
    return [
        *head,
        {"key": "due_at", "label": _("Due"), "kind": "due"},
        {"key": "release", "label": _("Release"), "kind": "badge"},
    ]


def list_row(row: TaskRow) -> dict[str, Any]:
    """Return a task as the centre's list shows it."""
    released = WAITS.get(row.waits, (_("released"), "good"))
    return {
        "url": reverse("dispatch:task", args=[row.id]),
        "area": row.area.name,
        "priority": (row.priority, PRIORITY_TONES[row.priority]),
        "assignee": row.assignee or _("nobody yet"),
        "people": row.people_count,
        "clues": row.clue_count,
        "due_at": row.due_at,
        "closed_at": row.closed_at,
        "release": released,
    }


def more_token(rows: Sequence[TaskRow], state: str, limit: int = 50) -> str:
    """Return the keyset token of the next page, or nothing when this one is not full."""
    if len(rows) < limit:
        return ""
    last = rows[-1]
    at = last.due_at if state == "open" else last.closed_at
    return f"{at.isoformat()}~{last.id}" if at else ""


def trail(task: TaskView) -> list[dict[str, Any]]:
    """Return the whole trail of a task, newest first; what was done for several people at once is one step."""
    steps: dict[tuple[object, ...], dict[str, Any]] = {}
    for step in task.trail:
        entry = steps.setdefault(
            (step.at, step.pass_kind, step.result, step.reason, step.evidence, step.decided_at),
            {
                "at": step.at,
                "order": rules.PASSES.index(step.pass_kind),
                "title": f"{rules.PASS_LABELS[step.pass_kind]}: {rules.RESULTS[step.pass_kind][step.result]}",
                "by": _("the system") if step.by == "SYSTEM" else step.by,
                "people": set(),
                "channels": [],
                "reason": _reason(step.pass_kind, step.reason),
                "evidence": _evidence(step.evidence),
                "decided": _("decided %(at)s") % {"at": formats.moment(step.decided_at)}
                if step.decided_at
                else "",
                "state": "ahead" if step.result == "skipped" else "done",
            },
        )
        entry["people"].add(step.person_number)
        entry["channels"].append(step.channel_name)
    for entry in steps.values():
        numbers = ", ".join(str(number) for number in sorted(entry["people"]))
        parts = [
            _("Person %(number)s") % {"number": numbers},
            " · ".join(dict.fromkeys(entry["channels"])),
            entry["decided"],
            entry["evidence"],
            entry["reason"],
        ]
        entry["text"] = " – ".join(part for part in parts if part)
    told = [*steps.values(), *(step for one in task.handovers for step in _handed(one))]
    told += [step for one in task.escalations for step in raising.steps(one)]
    told += [step for one in task.corrections for step in corrected_steps(one)]
    return sorted(told, key=lambda entry: (entry["at"], entry["order"]), reverse=True)


def _handed(one: HandoverView) -> list[dict[str, Any]]:
    """Return a hand-over as steps of the trail: offered, and decided when it is."""
    way = f"{one.origin.name} → {one.target.name} – {handing.KINDS[one.kind]}"
    offered = {"at": one.proposed_at, "order": 8, "title": _("Hand-over offered"), "text": way, "by": one.by}
    if one.decided_at is None:
        text = f"{way} – {handing.STATES[one.state]}"
        return [{**offered, "text": text, "state": "current"}]
    title = _("Hand-over: %(state)s") % {"state": handing.STATES[one.state]}
    decided = {"at": one.decided_at, "order": 9, "title": title, "text": one.reason, "by": one.decided_by}
    return [{**offered, "state": "done"}, {**decided, "state": "done"}]


def corrected_steps(one: CorrectionView) -> list[dict[str, Any]]:
    """Return a correction as steps of a trail: entered, and decided when it is."""
    entered = {
        "at": one.entered_at,
        "order": 8,
        "title": _("Correction entered"),
        "text": f"{KINDS[one.kind]} – {FOUND_BY[one.found_by]}",
        "by": one.by,
    }
    if one.decided_at is None:
        return [{**entered, "text": f"{entered['text']} – {STATES[one.state]}", "state": "current"}]
    title = _("Correction: %(state)s") % {"state": STATES[one.state]}
    text = " – ".join(filter(None, [str(KINDS[one.kind]), one.answer]))
    decided = {"at": one.decided_at, "order": 9, "title": title, "text": text, "by": one.decided_by}
    return [{**entered, "state": "done"}, {**decided, "state": "done"}]


def correct_form(task: TaskView) -> dict[str, Any]:
    """Return what the form of a correction offers: a task's registered people, what can be wrong, how one knows."""
    return {
        "correct_people": [
            {"id": str(one.person_id), "resident": one.resident_id, "number": one.number, "name": one.name}
            for one in task.people
            if one.resident_id is not None and one.name is not None
        ],
        "correct_kinds": list(KINDS.items()),
        "correct_found_by": list(FOUND_BY.items()),
    }


def contradictions(task: TaskView) -> list[dict[str, Any]]:
    """Return where passes disagree, each as one sentence with its moment."""
    words = {**rules.RESULTS["desk"], **rules.SAID}
    return [
        {
            "at": one.at,
            "text": _("Person %(number)s: %(pass)s “%(was)s”, but the visit found “%(found)s”.")
            % {
                "number": one.person_number,
                "pass": rules.PASS_LABELS[one.pass_kind],
                "was": words[one.was],
                "found": rules.OUTCOMES[one.outcome],
            },
        }
        for one in task.contradictions
    ]


def passes_page(counted: Sequence[tuple[str, str, str, int]]) -> dict[str, Any]:
    """Return what the page of the four passes draws, from (what, pass, reason, count)."""
    concluded = sum(n for what, _kind, _why, n in counted if what == "concluded")
    rows: list[dict[str, Any]] = [
        {
            "pass": rules.PASS_LABELS[kind],
            "reason": rules.SKIPS[kind][reason],
            "count": sum(n for what, *key, n in counted if what == "skipped" and key == [kind, reason]),
        }
        for kind, reasons in rules.SKIPS.items()
        for reason in reasons
    ]
    for row in rows:
        row["share"] = (row["count"], concluded) if concluded else None
    disagreed = {kind: n for what, kind, _why, n in counted if what == "disagreed"}
    return {
        "concluded": concluded,
        "rows": rows,
        "columns": [
            {"key": "pass", "label": pgettext("verification", "Pass")},
            {"key": "reason", "label": _("Left out because")},
            {"key": "count", "label": pgettext("count", "People"), "kind": "number"},
            {"key": "share", "label": _("Of all with an outcome"), "kind": "percent"},
        ],
        "against": [
            {"pass": rules.PASS_LABELS[kind], "count": disagreed.get(kind, 0)} for kind in ("desk", "phone")
        ],
        "against_columns": [
            {"key": "pass", "label": _("Contradicted pass")},
            {"key": "count", "label": pgettext("count", "People"), "kind": "number"},
        ],
    }


def known(task: TaskView) -> list[dict[str, Any]]:
    """Return what is known about the household already: who (masked), what, since when."""
    numbers = {person.person_id: person.number for person in task.people}
    return [
        {
            "name": one.name,
            "phone": one.phone,
            "number": numbers.get(one.person_id),
            "outcome": str(rules.OUTCOMES[one.outcome]),
            "at": one.at,
        }
        for one in task.known
    ]


def _evidence(evidence: Sequence[str]) -> str:
    words = {**rules.SAID, **rules.FOUND_BY}
    return " · ".join(str(words[code]) for code in evidence if code in words)


def _reason(pass_kind: str, reason: str) -> str:
    known: Mapping[str, Any] = rules.SKIPS.get(pass_kind, {})
    return str(known.get(reason, reason))


def people(task: TaskView) -> list[dict[str, Any]]:
    """Return the people of a task as cards: who (masked), who asked, where the passes are."""
    return [_person(person) for person in task.people]


def _person(person: PersonView) -> dict[str, Any]:
    return {
        "id": str(person.person_id),
        "number": person.number,
        "name": person.name,
        "phone": person.phone,
        "channels": person.channels,
        "outcome": str(rules.OUTCOMES[person.outcome]) if person.outcome else "",
        "next": str(rules.PASS_LABELS[person.next_pass]),
        "next_pass": person.next_pass,
        "asks": [str(asking.FIELDS[field]) for field in person.asks],
        "passes": [
            {"label": str(rules.PASS_LABELS[kind]), "state": _pass_state(kind, person)}
            for kind in rules.PASSES
        ],
    }


def _pass_state(kind: str, person: PersonView) -> str:
    order = [*rules.PASSES, "done"]
    if kind in person.skipped:
        return "skipped"
    if order.index(kind) < order.index(person.next_pass):
        return "done"
    return "current" if kind == person.next_pass else "ahead"


def task_page(task: TaskView) -> dict[str, Any]:
    """Return what the centre's task page draws."""
    facts = [
        (_("Area"), task.area.in_full),
        (_("Priority"), task.priority),
        (_("Worker"), task.assignee or _("nobody yet")),
        (pgettext("moment", "Opened"), task.opened_at),
        (_("Due"), task.due_at),
        (pgettext("moment", "Released"), task.released_at or _("waits until its time")),
        (pgettext("moment", "Closed"), task.closed_at or ""),
    ]
    return {"task": task, "facts_list": facts, "people": people(task), "trail": trail(task)} | {
        "known": known(task),
        **correct_form(task),
        "contradictions": contradictions(task),
        "handover_kinds": list(handing.KINDS.items()),
        "raise_kinds": list(escalating.KINDS.items()),
        "lies": raising.lies(task.escalations) + watching.lines(task.supervisions),
    }


def _open_people(task: TaskView, posted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return who is still asked about: what was chosen before, and the other telephone that a list gives."""
    told = {str(one): str(phone) for one, phone in phones_told(task).items()}
    return [
        person
        | {
            "chosen": posted.get(f"outcome-{person['id']}", ""),
            "ask": new_id(),
            "told": told.get(person["id"], ""),
        }
        for person in people(task)
        if not person["outcome"]
    ]


def work_page(task: TaskView, posted: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """
    Return what the worker's task page draws: people, forms and trail; `posted` is what was chosen before.

    Each form gets a name of its own, so that one that is sent twice is recorded once.
    """
    posted = posted or {}
    return {
        "task": task,
        "people": people(task),
        "open_people": _open_people(task, posted),
        "ask": new_id(),
        "chosen": {
            "result": posted.get("result", ""),
            "reason": str(posted.get("reason", ""))[:100],
            "found_by": posted.get("found_by", ""),
        },
        "trail": trail(task),
        "known": known(task),
        **correct_form(task),
        "contradictions": contradictions(task),
        "handover_kinds": list(handing.KINDS.items()),
        "lies": raising.lies(task.escalations) + watching.lines(task.supervisions),
        **synced.closed_lists(),
    }
