"""
Owns the component tags: figure, badge, table, facts, timeline, progress, field, confirm, areas, map, chart.

Each tag prepares plain values and draws one file of `components/`. Refuses queries and permissions: what a
tag is given is what the reader may see. How to use each is in docs/architecture/look.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import BoundField, CheckboxInput, FileInput, RadioSelect, Select, Textarea
from django.http import HttpRequest
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from gridward.kernel.web import formats

register = template.Library()

TONES = frozenset({"good", "warn", "bad", "info", "quiet"})
MEASURES = frozenset({"open", "done", "late", "clue", "care", "people", "plain"})
BOTTOM_SLOTS = 5
ROW_SLOTS = 8
ENDS_SOON = timedelta(days=3)
#: The part of a page in which the figures of its map come in again.
MAP_FIGURES = "map-figures"

register.filter("number", formats.number)
register.filter("day", formats.day)
register.filter("moment", formats.moment)


@register.filter
def percent_of(part: formats.Figure, whole: formats.Figure) -> str:
    """Write `part` as a share of `whole`, rounded down: `{{ done|percent_of:due }}`."""
    return formats.percent(part, whole)


@register.filter
def language_tag(code: str) -> str:
    """Turn Django's `zh-hans` into the tag browsers choose fonts by: `zh-Hans`."""
    head, _sep, tail = code.partition("-")
    return f"{head}-{tail.title()}" if len(tail) == 4 else code


@register.filter
def language_name(code: str) -> str:
    """Return a language's own name for itself."""
    return str(get_language_info(code)["name_local"])


@register.filter
def bar_entries(nav: Sequence[Any] | None) -> Sequence[Any]:
    """Return the entries of the phone's bottom bar; with more than fit, the last slot is left to "More"."""
    return (nav or ())[: BOTTOM_SLOTS - 1]


@register.filter
def sheet_entries(nav: Sequence[Any] | None) -> Sequence[Any]:
    """Return the entries that did not fit into the bottom bar."""
    return (nav or ())[BOTTOM_SLOTS - 1 :]


@register.filter
def row_entries(nav: Sequence[Any] | None) -> Sequence[Any]:
    """Return the entries of the row at the top; with more than fit, the last slot is left to "More"."""
    entries = nav or ()
    return entries if len(entries) <= ROW_SLOTS else entries[: ROW_SLOTS - 1]


@register.filter
def beyond_row(nav: Sequence[Any] | None) -> Sequence[Any]:
    """Return the entries that did not fit into the row at the top."""
    return (nav or ())[len(row_entries(nav)) :]


@register.filter
def holds_current(entries: Iterable[Any]) -> bool:
    """Tell whether the page that is shown belongs to one of these entries."""
    return any(_pick(entry, "current") for entry in entries)


@register.filter
def ends_soon(order: Any, now: datetime | None) -> bool:
    """Tell whether an order's end is near enough to say so on every page."""
    moment = now or timezone.now()
    return order.state == "ending" or bool(order.ends_at and order.ends_at - moment <= ENDS_SOON)


@register.inclusion_tag("components/icon.html")
def icon(name: str, label: str = "") -> dict[str, object]:
    """Draw one symbol of the sprite; without `label` it is decoration."""
    return {"name": name, "label": label}


@register.inclusion_tag("components/badge.html")
def badge(text: str, tone: str = "quiet", icon: str = "") -> dict[str, object]:
    """Draw a state in words on a tint; `tone` is good, warn, bad, info or quiet."""
    return {"text": text, "tone": _known(tone, TONES), "icon": icon}


@register.inclusion_tag("components/badge.html")
def due(due_at: datetime | None, now: datetime | None = None) -> dict[str, object]:
    """Draw how much of a time limit is left, or how long it is over."""
    tone, text = formats.remaining(due_at, now or timezone.now())
    return {"text": text, "tone": tone, "icon": "clock" if tone in {"bad", "warn"} else "", "at": due_at}


@register.simple_tag
def when(value: date | None) -> SafeString | str:
    """Draw a moment or a day as a `<time>` element."""
    if value is None:
        return formats.NOTHING
    text = formats.moment(value) if isinstance(value, datetime) else formats.day(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.inclusion_tag("components/figure.html", takes_context=True)
def figure(
    context: Context,
    label: str,
    value: formats.Figure,
    href: str = "",
    as_of: datetime | None = None,
    note: str = "",
    measure: str = "plain",
) -> dict[str, object]:
    """Draw a figure card; `href` is the list of exactly what was counted."""
    return {
        "label": label,
        "value": formats.number(value),
        "href": href,
        "as_of": as_of,
        "as_of_text": formats.clock(as_of, context.get("now") or timezone.now()),
        "note": note,
        "measure": _known(measure, MEASURES),
    }


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, label: str = "", measure: str = "done") -> dict[str, object]:
    """Draw `done` of `total` as a bar with its words."""
    return {
        "done": done,
        "total": total,
        # Texts, because a template would write separators into the attributes.
        "bar_value": str(done),
        "bar_max": str(total or 1),
        "share": formats.percent(done, total),
        "label": label or _("Progress"),
        "measure": _known(measure, MEASURES),
    }


@register.inclusion_tag("components/data_table.html", takes_context=True)
def data_table(
    context: Context,
    columns: Iterable[Mapping[str, Any]],
    rows: Iterable[Any],
    id: str = "rows",
    caption: str = "",
    more: str = "",
    empty: str = "",
    stack: bool = True,
) -> dict[str, object]:
    """
    Draw rows as a table that becomes cards on phones.

    A column is a mapping: `key`, `label`, and optionally `kind` (text, number, percent, moment, day, badge,
    due, progress), `href` (key of the row's link) and `sort` (its word in `?sort=`). `more` is the keyset
    token of the next page. `stack=False` keeps the grid on phones and pins its first column.
    """
    request: HttpRequest | None = context.get("request")
    heads = [_head(column, request) for column in columns]
    body = [[_cell(row, head) for head in heads] for row in rows]
    return {
        "id": id,
        "caption": caption,
        "heads": heads,
        "body": body,
        "more_url": _with_query(request, after=more) if more else "",
        "start_url": _with_query(request, after="") if request and request.GET.get("after") else "",
        "empty": empty or _("Nothing here."),
        "stack": stack,
        "now": context.get("now") or timezone.now(),
    }


def _head(column: Mapping[str, Any], request: HttpRequest | None) -> dict[str, Any]:
    kind = column.get("kind", "text")
    head: dict[str, Any] = {**column, "kind": kind, "numeric": kind in {"number", "percent"}}
    if word := column.get("sort"):
        current = request.GET.get("sort", "") if request else ""
        head["order"] = {word: "ascending", f"-{word}": "descending"}.get(current, "none")
        head["sort_url"] = _with_query(request, sort=f"-{word}" if current == word else word, after="")
    return head


def _cell(row: Any, head: Mapping[str, Any]) -> dict[str, Any]:
    value = _pick(row, head["key"])
    cell: dict[str, Any] = {"head": head, "value": value, "href": _pick(row, head.get("href", ""))}
    match head["kind"]:
        case "number":
            # A figure without a link is drawn by the table itself: taking in a file for each took half of its time.
            cell |= {"value": formats.number(value), "is_plain": not cell["href"]}
        case "percent":
            cell["value"] = formats.percent(*value) if isinstance(value, tuple) else formats.percent(value)
        case "badge":
            text, tone = value if isinstance(value, tuple) else (value, "quiet")
            cell |= {"value": text, "tone": _known(tone, TONES)}
        case "progress":
            cell |= {
                "share": formats.percent(*value),
                "bar_value": str(value[0]),
                "bar_max": str(value[1] or 1),
            }
    return cell


def _pick(row: Any, key: str) -> Any:
    if not key:
        return ""
    return row.get(key) if isinstance(row, Mapping) else getattr(row, key)


def _with_query(request: HttpRequest | None, **changes: str) -> str:
    if request is None:
        return "?" + urlencode({key: value for key, value in changes.items() if value})
    query = request.GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value:
            query[key] = value
    return "?" + query.urlencode()


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, after: str = "") -> dict[str, object]:
    """Draw keyset paging for lists that are no table: back to the start, and on from `after`."""
    request: HttpRequest | None = context.get("request")
    started = bool(request and request.GET.get("after"))
    return {
        "more_url": _with_query(request, after=after) if after else "",
        "start_url": _with_query(request, after="") if started else "",
    }


@register.inclusion_tag("components/facts.html")
def facts(items: Iterable[tuple[str, Any]]) -> dict[str, object]:
    """Draw label and value pairs as a definition list; moments and days are written as such."""
    return {"items": [(label, value, isinstance(value, date)) for label, value in items]}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Mapping[str, Any]]) -> dict[str, object]:
    """Draw a trail of mappings: `title`, optionally `at, text, by, tone, state` (done, current, ahead)."""
    return {"entries": list(entries)}


@register.inclusion_tag("components/empty.html")
def nothing(title: str, text: str = "", action_url: str = "", action_label: str = "") -> dict[str, object]:
    """Draw what stands where nothing is: why, and what one may do about it."""
    return {"title": title, "text": text, "action_url": action_url, "action_label": action_label}


@register.inclusion_tag("components/areas.html")
def areas(trail: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """Draw the way up: mappings of `name`, `url`, `level` from the city down, ending where we are."""
    return {"above": trail[:-1], "here": trail[-1] if trail else None}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, limit_mb: int = 0, accept: str = "") -> dict[str, object]:
    """Draw one form field: label, control, help, errors; a file field becomes a drop zone."""
    widget = bound.field.widget
    kinds = ((CheckboxInput, "form-check-input"), (RadioSelect, ""), (Select, "form-select"))
    style = next((name for kind, name in kinds if isinstance(widget, kind)), "form-control")
    attrs: dict[str, Any] = {"class": f"{style} is-invalid" if bound.errors and style else style}
    if accept:
        attrs["accept"] = accept
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attrs),
        "check": isinstance(widget, CheckboxInput) and not isinstance(widget, RadioSelect),
        "group": widget.use_fieldset,
        "drop": isinstance(widget, FileInput),
        "long": isinstance(widget, Textarea),
        "limit_mb": str(limit_mb),
        "accept": accept,
    }


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: Any) -> dict[str, object]:
    """Draw what is wrong with a form, above it, each entry leading to its field."""
    return {"form": form, "wrong": [form[name] for name in form.errors if name in form.fields]}


@register.inclusion_tag("components/confirm.html", takes_context=True)
def confirm(
    context: Context,
    id: str,
    title: str,
    action: str,
    text: str = "",
    button: str = "",
    page: str = "",
    tone: str = "primary",
    reason_least: int = 0,
) -> dict[str, object]:
    """
    Draw a button that asks again before it posts to `action`.

    It opens a `<dialog>`, without scripts as a popover. Where even that is too new, `page` leads to a view that
    draws `confirm.html` with the same words.
    `reason_least` > 0 asks for a reason of that many characters (field `reason`).
    """
    return {
        "id": id,
        "title": title,
        "action": action,
        "text": text,
        "button": button or title,
        "page": page,
        "tone": tone,
        "reason_least": reason_least,
        "reason_attr": str(reason_least),
        "csrf_token": context.get("csrf_token", ""),
    }


@register.inclusion_tag("components/watermark.html", takes_context=True)
def watermark(context: Context) -> dict[str, object]:
    """Draw user and time across the page, for screens and prints that show people."""
    return {"actor": context.get("actor"), "now": context.get("now") or timezone.now()}


@register.inclusion_tag("components/map.html")
def area_map(
    areas: Sequence[Mapping[str, Any]],
    tiles: str,
    status: str,
    area_url: str,
    bounds: str,
    level: str,
    code: str = "",
    live: str = "",
    label_level: str = "",
    children_level_label: str = "",
    level_label: str = "",
    zooms: tuple[int, int] = (7, 13),
) -> dict[str, object]:
    """
    Draw the map with its table beside it.

    `areas` are the children: `code, name, url, open, late, done, due`. `tiles` has {z}/{x}/{y}, `area_url`
    has {code}; `bounds` is "west,south,east,north"; `level` is filled from near, `label_level`, that of `areas`,
    from far; `code` limits both to one subtree by prefix; `live` is the stream of events.
    """
    return {
        "areas": [{**area, "share": formats.percent(area.get("done"), area.get("due"))} for area in areas],
        "tiles": tiles,
        "status": status,
        "area_url": area_url,
        "bounds": bounds,
        "level": level,
        "code": code,
        "live": live,
        "label_level": label_level or level,
        "children_level_label": children_level_label or _("Area"),
        "level_label": level_label or _("Grid"),
        "zooms": zooms,
    }


@register.inclusion_tag("components/chart.html")
def chart(id: str, title: str, plot: Mapping[str, Any], as_of: datetime | None = None) -> dict[str, object]:
    """
    Draw a chart with its table.

    `plot` is `{"kind": "line" | "bar", "x": [...], "series": [{"name", "values", "measure", "kind"?}]}`.
    """
    rows = [
        {"x": x, "values": [formats.number(series["values"][at]) for series in plot["series"]]}
        for at, x in enumerate(plot["x"])
    ]
    return {"id": id, "title": title, "plot": dict(plot), "rows": rows, "as_of": as_of}


def _known(word: str, words: frozenset[str]) -> str:
    if word not in words:
        raise ValueError(f"unknown word for the look: {word}")
    return word
