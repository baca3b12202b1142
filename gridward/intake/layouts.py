"""
Owns which heading of a list is read as what: the proposal and why, what a channel remembers, what has changed. Pure.

A heading is known by its key: its words without width and spaces, and which of several equal ones it is. Refuses to
choose where a person has to, and to look at more of a list than its samples.
"""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final, Literal

from django.utils.translation import gettext_lazy as _

from gridward.intake import rules
from gridward.kernel.outcomes import Problem, Refusal, Text, declare, refuse
from gridward.kernel.tabular import Hint, Table

FIELDS: Final = tuple(column.name for column in rules.COLUMNS)
HINTS: Final[Mapping[str, Hint | None]] = {column.name: column.hint for column in rules.COLUMNS}
#: One of these finds somebody beside the name.
FINDING: Final = ("id_number", "phone", "address")
#: So many layouts a channel remembers; the one not used for longest goes first.
MOST_REMEMBERED: Final = 12
_KEY_MOST: Final = 80
#: Found so, a heading says by itself what it is; anything else is sure only when what stands under it agrees.
_SAYS_SO: Final = frozenset({"exact", "normalised"})

#: Who asks: nobody who could look, a machine whose list may wait, a person in front of the page.
Look = Literal["none", "unsure", "unknown"]

WHY: Mapping[str, Text] = {
    "exact": _("The heading says so."),
    "normalised": _("The heading says so, but for marks and spaces."),
    "contains": _("The heading ends with a word for it."),
    "sample": _("What stands under it looks like it."),
    "chosen": _("Several headings fit; this one comes first."),
    "remembered": _("This channel's lists had it so before."),
    "": _("Nobody asked for it; it is left where it is."),
}
LOOKS: Mapping[str, Text] = {
    "id": _("looks like document numbers"),
    "phone": _("looks like telephone numbers"),
    "address": _("looks like addresses"),
}

declare(
    {
        "mapping_needed": Problem(
            422,
            _("It is not sure which column of this list is what."),
            _("Say it: a name, and at least one of document number, telephone and address."),
        ),
        "mapping_contradicts": Problem(
            422,
            _("What stands in the column “%(header)s” does not look like what it is to be read as."),
            _("Look at the samples. Change the field, or say that it is right all the same."),
        ),
        "mapping_twice": Problem(
            422, _("Two columns are to be read as the same field."), _("Choose one column for each field.")
        ),
        "mapping_header": Problem(
            422,
            _("The list has no column “%(header)s”."),
            _("Look at the headings of the list and name one of them."),
        ),
        "no_plain_file": Problem(
            422,
            _("This is no plain file."),
            _("Put the list itself into the folder, not a link to it."),
        ),
        "mapping_file": Problem(
            422,
            _("The file with the mapping cannot be read."),
            _('Write which heading is what, as {"name": "…", "phone": "…"}.'),
        ),
        "mapping_done": Problem(
            409, _("This list waits for nothing any more."), _("Open it to see what became of it.")
        ),
        "mapping_cancelled": Problem(
            409, _("The list was thrown away before its columns were confirmed."), _("Send it in again.")
        ),
        "mapping_expired": Problem(
            409,
            _("Nobody confirmed the columns of this list in time, and it was thrown away."),
            _("Send it in again and confirm its columns within a day."),
        ),
    }
)


@dataclass(frozen=True)
class Proposed:
    """One heading: what it would be read as and why, and what its values look like."""

    header: str
    key: str
    field: str
    why: str
    looks: str


@dataclass(frozen=True)
class Proposal:
    """What is proposed for a list, heading by heading, and whether somebody has to look."""

    columns: tuple[Proposed, ...]
    is_sure: bool
    is_whole: bool

    @property
    def layout(self) -> dict[str, str]:
        """Which key is read as which field: {field: key}."""
        return {one.field: one.key for one in self.columns if one.field}


def header_keys(headers: Sequence[str]) -> tuple[str, ...]:
    """Return the key of each heading; of several equal ones the second ends with #2."""
    seen: Counter[str] = Counter()
    keys = []
    for header in headers:
        plain = "".join(unicodedata.normalize("NFKC", header).casefold().split())[:_KEY_MOST]
        seen[plain] += 1
        keys.append(plain if seen[plain] == 1 else f"{plain}#{seen[plain]}")
    return tuple(keys)


def signature(keys: Sequence[str]) -> str:
    """Return what tells one set of headings from another, in whatever order they stand."""
    return sha256("\x1f".join(sorted(key for key in keys if key)).encode()).hexdigest()[:32]


def propose(table: Table, looks: Sequence[str], known: Mapping[str, str] | None = None) -> Proposal:
    """Return the proposal for a table, from what its channel remembers of these headings or from the headings."""
    keys = header_keys(table.headers)
    if known is not None:
        columns = {name: keys.index(key) for name, key in known.items() if key in keys}
        why = dict.fromkeys(columns, "remembered")
    else:
        chosen = rules.chosen(table)
        columns = {**table.columns, **chosen}
        why = {name: "chosen" if name in chosen else table.mapping.how[name] for name in columns}
    fields = {place: name for name, place in columns.items()}
    proposed = tuple(
        Proposed(header, key, fields.get(place, ""), why.get(fields.get(place, ""), ""), looks[place])
        for place, (header, key) in enumerate(zip(table.headers, keys, strict=True))
    )
    is_whole = whole(columns) is None
    wrong = any(contradicts(one.field, one.looks) for one in proposed)
    open_ = known is None and any(
        doubt.column == "name" or HINTS[doubt.column] in {looks[place] for place in doubt.indexes}
        for doubt in table.ambiguous
        if doubt.column not in columns
    )
    return Proposal(proposed, is_whole and not wrong and not open_ and _says_so(proposed), is_whole)


def filled(proposal: Proposal) -> Proposal:
    """Return the proposal as somebody who looks gets it: an open field is offered where one column looks like it."""
    taken = {one.field for one in proposal.columns if one.field}
    offered: dict[str, str] = {}
    for field, hint in HINTS.items():
        alike = [one.key for one in proposal.columns if not one.field and one.looks and one.looks == hint]
        if field not in taken and len(alike) == 1:
            offered[alike[0]] = field
    columns = tuple(
        replace(one, field=offered[one.key], why="sample") if one.key in offered else one
        for one in proposal.columns
    )
    return replace(proposal, columns=columns)


def _says_so(proposed: Sequence[Proposed]) -> bool:
    return all(
        one.why in (*_SAYS_SO, "remembered") or one.looks == HINTS[one.field] for one in proposed if one.field
    )


def whole(fields: Mapping[str, object]) -> Refusal | None:
    """Refuse a layout nobody could act on: without a name, or without anything to find somebody by."""
    return None if "name" in fields and fields.keys() & set(FINDING) else refuse("mapping_needed")


def contradicts(field: str, looks: str) -> bool:
    """Tell whether what stands in a column is plainly something else than it is to be read as."""
    return bool(field and looks) and looks != HINTS[field]


def settled(layout: Mapping[str, str], keys: Sequence[str]) -> dict[str, int] | Refusal:
    """Return the place of each field, given its heading's key or words; refuses what the list does not hold."""
    columns: dict[str, int] = {}
    for field, wanted in layout.items():
        (key,) = header_keys([wanted]) if wanted not in keys else (wanted,)
        if field not in FIELDS or key not in keys:
            return refuse("mapping_header", header=str(wanted)[:40])
        columns[field] = keys.index(key)
    if len(set(columns.values())) < len(columns):
        return refuse("mapping_twice")
    return whole(columns) or columns


def doubtful(columns: Mapping[str, int], headers: Sequence[str], looks: Sequence[str]) -> Refusal | None:
    """Refuse a layout by which a column is read as what it plainly is not, naming the first."""
    for field, place in columns.items():
        if contradicts(field, looks[place]):
            return refuse("mapping_contradicts", header=headers[place][:40])
    return None


def remembered(layouts: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> dict[str, str] | None:
    """Return what a channel remembers of exactly these headings, or None."""
    wanted = signature(keys)
    return next((dict(one["columns"]) for one in layouts if one["signature"] == wanted), None)


def with_remembered(
    layouts: Sequence[Mapping[str, Any]], keys: Sequence[str], layout: Mapping[str, str], at: str
) -> list[dict[str, Any]]:
    """Return a channel's layouts with this one in front; the oldest falls off."""
    own = {"signature": signature(keys), "headers": list(keys), "columns": dict(layout), "at": at}
    others = [dict(one) for one in layouts if one["signature"] != own["signature"]]
    return [own, *others][:MOST_REMEMBERED]


def changed(
    layouts: Sequence[Mapping[str, Any]], keys: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (gone, come): how these headings differ from the most alike that the channel remembers."""
    now = {key for key in keys if key}
    if not layouts:
        return (), ()
    nearest = max(layouts, key=lambda one: len(now & set(one["headers"])))
    before = [key for key in nearest["headers"] if key]
    return tuple(key for key in before if key not in now), tuple(
        key for key in keys if key and key not in before
    )
