"""The pages of how good senders' rows were: by channel, and by list. Counts only; what each counts stands beside it."""

from typing import Any
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.intake import reckoned, rules
from gridward.intake.actions.quality import quality_export
from gridward.intake.queries import PAGE
from gridward.intake.reckoning import BESIDE, CLASSES, GROUPS, Period, Quality, period_of
from gridward.intake.web.parse import csv_answer
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal, Text
from gridward.kernel.web.tokens import after_of, moment_and_id


@endpoint(right="quality.read")
def channels(request: Request) -> Answer:
    """Show how good the lists of each channel were: of a department's own, or of all to the city."""
    period = _period(request)
    if isinstance(period, Refusal):
        return period
    found = reckoned.get_channel_qualities(period, by=request.actor)
    rows: list[dict[str, Any]] = [
        {
            "name": one.name,
            "url": reverse("intake:quality_of", args=[one.channel_code]) + _query(period),
            "lists": one.quality.lists,
            **_numbers(one.quality),
        }
        for one in found
    ]
    columns = [
        {"key": "name", "label": _("Channel"), "href": "url"},
        {"key": "lists", "label": _("Lists"), "kind": "number"},
        *_columns(),
    ]
    page = _frame(request, period, reverse("intake:quality_csv") + _query(period))
    return render(request, "intake/quality.html", page | {"columns": columns, "rows": rows})


@endpoint(right="quality.read")
def channel(request: Request, code: str) -> Answer:
    """Show how good the lists of one channel were: every class with what counts, why rows were rejected, each list."""
    period = _period(request)
    if isinstance(period, Refusal):
        return period
    seen = reckoned.access_channel(code, by=request.actor)
    if isinstance(seen, Refusal):
        return seen
    whole = reckoned.get_channel_qualities(period, by=request.actor, channel_code=seen.code)
    after = moment_and_id(request.GET.get("after", ""))
    lists = reckoned.get_list_qualities(period, by=request.actor, channel_code=seen.code, after=after)
    more = after_of(lists[-1].received_at, lists[-1].id) if len(lists) == PAGE else ""
    page = _frame(request, period, reverse("intake:quality_csv") + _query(period, channel=seen.code))
    page |= {"channel": seen, "more": more, "columns": _list_columns()}
    page["rows"] = [
        {"received_at": one.received_at, "filename": one.filename, **_numbers(one.quality)} for one in lists
    ]
    return render(request, "intake/quality_of.html", page | (_whole(whole[0].quality) if whole else {}))


@endpoint(right="quality.read")
def download(request: Request) -> Answer:
    """Give how good each list was as CSV: counts, one line a list."""
    period = _period(request)
    if isinstance(period, Refusal):
        return period
    code = request.GET.get("channel", "")[:80]
    content = quality_export(period=period, channel_code=code, by=request.actor, now=request.now)
    return content if isinstance(content, Refusal) else csv_answer(content, "quality.csv")


def _period(request: Request) -> Period | Refusal:
    return period_of(request.GET.get("from", "")[:10], request.GET.get("to", "")[:10])


def _query(period: Period, **more: str) -> str:
    said = {"from": period.since, "to": period.until, **more}
    query = urlencode({name: str(value) for name, value in said.items() if value})
    return f"?{query}" if query else ""


def _frame(request: Request, period: Period, csv_url: str) -> dict[str, Any]:
    return {
        "since": str(period.since or ""),
        "until": str(period.until or ""),
        "csv_url": csv_url,
        "is_own": bool(request.actor.agency),
        "back": _query(period),
    }


def _columns() -> list[dict[str, str]]:
    groups = [{"key": name, "label": str(words), "kind": "number"} for name, (words, _of) in GROUPS.items()]
    return [{"key": "rows", "label": _("Rows"), "kind": "number"}, *groups]


def _list_columns() -> list[dict[str, str]]:
    return [
        {"key": "received_at", "label": _("Received"), "kind": "moment"},
        {"key": "filename", "label": _("File")},
        *_columns(),
    ]


def _numbers(quality: Quality) -> dict[str, int]:
    return {"rows": quality.rows} | {name: quality.group(name) for name in GROUPS}


def _whole(quality: Quality) -> dict[str, Any]:
    """Return what is said about all lists together: each group and class, the rejects, what is beside."""
    return {
        "quality": quality,
        "groups": [{"words": words, "count": quality.group(name)} for name, (words, _of) in GROUPS.items()],
        "class_columns": [
            {"key": "words", "label": _("What became of it")},
            {"key": "count", "label": _("Rows"), "kind": "number"},
            {"key": "share", "label": _("Share"), "kind": "percent"},
            {"key": "counts", "label": _("What counts")},
        ],
        "classes": [_counted(CLASSES[name], quality.classes[name], quality) for name in CLASSES],
        "beside": [
            _counted(words, quality.beside[name], quality)
            for name, words in BESIDE.items()
            if name in quality.beside
        ],
        "reject_columns": [
            {"key": "words", "label": _("Why")},
            {"key": "count", "label": _("Rows"), "kind": "number"},
        ],
        "rejects": [
            {"words": str(rules.REJECTS[code]), "count": count} for code, count in quality.rejects.items()
        ],
    }


def _counted(words: tuple[Text, Text], count: int, quality: Quality) -> dict[str, Any]:
    return {"words": str(words[0]), "counts": str(words[1]), "count": count, "share": (count, quality.rows)}
