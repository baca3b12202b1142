"""
Owns the rows that exact keys leave open: finds whom they may be about, opens only these, and decides by likeness.

First nobody is opened: doors and blind keys tell who comes into question. Then those are opened whom a number or a
telephone of the row points to; only rows still open after that have the rest of the door opened. Everything lives in
memory, a community at a time. Refuses to open more bystanders than the profile allows, and to choose among equals.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from gridward.country.api import NameReading, pack
from gridward.governance import api as governance
from gridward.intake import likeness
from gridward.intake.likeness import Bounds, Likeness, Side
from gridward.kernel.actor import Actor
from gridward.registry import api as registry
from gridward.territory import api as territory

#: Why a row is open and may be decided by likeness. Where keys contradict each other a person decides.
OPEN = frozenset({"", "ambiguous", "name_not_at_door"})


class Unsure(NamedTuple):
    """A row no key decided. `id_written` is what stands in the cell where it is not the number that was read."""

    match: registry.Match
    name: str
    surname_sound: str
    id_number: str
    id_written: str
    phone: str
    place: territory.Located


@dataclass(frozen=True)
class Asking:
    """Under which order, for what, in whose name; and whom the list's other rows are about: no bystanders."""

    order: governance.OrderView
    purpose: str
    by: Actor
    now: datetime
    listed: Collection[UUID] = ()


@dataclass
class Resembled:
    """What became of the rows: their matches, and counts for the list."""

    matches: list[registry.Match]
    notes: Counter[str]


class Found(NamedTuple):
    """Somebody opened, as much as is kept of them: where they live and how alike they are."""

    resident_id: UUID
    household_id: UUID
    area_pos: int
    likeness: Likeness


@dataclass
class _Row:
    unsure: Unsure
    side: Side
    first: set[UUID] = field(default_factory=set)
    rest: set[UUID] = field(default_factory=set)
    found: dict[UUID, Found] = field(default_factory=dict)
    is_searched: bool = False
    match: registry.Match | None = None

    @property
    def is_id_sure(self) -> bool:
        """Tell whether the row's document number holds: whoever has another one is somebody else."""
        return bool(self.side.id_number) and not self.unsure.id_written


def is_unsure(match: registry.Match) -> bool:
    """Tell whether a row is open and may be decided by likeness."""
    return match.resident_id is None and match.reason in OPEN


def bounds_of(profile: governance.ProfileView) -> Bounds | None:
    """Return a profile's bounds; None for one that was signed before it had any: then exact keys decide alone."""
    names = ("match_sure_bits", "match_lead_bits", "match_stranger_bits", "match_bystanders_a_row")
    if any(name not in profile.parameters for name in names):
        return None
    return Bounds(*(profile.number(name) for name in names))


def resemble(rows: Sequence[Unsure], asking: Asking) -> Resembled:
    """Return a match for each row, in order: decided by likeness, certainly a stranger, or as it was."""
    bounds = bounds_of(governance.profile_of(asking.order))
    if bounds is None or not rows:
        return Resembled([row.match for row in rows], Counter())
    search = _Search(rows, asking, bounds)
    search.near()
    search.open_first()
    search.open_rest()
    return search.answer()


class _Search:
    """One list's open rows on their way: who is near, who was opened, what was decided."""

    def __init__(self, rows: Sequence[Unsure], asking: Asking, bounds: Bounds) -> None:
        self._asking, self._bounds = asking, bounds
        self._country = pack(settings.COUNTRY)
        names = self._country.read_names([row.name for row in rows])
        self._rows = {
            row.match.row_number: _Row(
                row, Side(name, row.id_number, row.phone, self._country.id_slips(row.id_written))
            )
            for row, name in zip(rows, names, strict=True)
        }
        self._may_open = int(bounds.bystanders_a_row * len(rows))
        self._opened: set[UUID] = set()
        self._decided: set[UUID] = set()

    def near(self) -> None:
        """Ask the register, blind, who each row may be about."""
        for row in self._rows.values():
            row.first.update(row.unsure.match.candidates if row.unsure.match.reason == "ambiguous" else ())
        near = registry.people_near(
            domain=self._asking.order.domain,
            rows=[
                registry.NearRow(
                    number,
                    row.unsure.place.address_id,
                    row.is_id_sure,
                    row.unsure.surname_sound,
                    row.side.ids_meant,
                )
                for number, row in self._rows.items()
            ],
        )
        for one in near:
            row = self._rows[one.row_number]
            (row.first if one.is_meant else row.rest).add(one.resident_id)

    def open_first(self) -> None:
        """Open whom a number or a telephone points to, and decide what that decides."""
        rows = [row for row in self._rows.values() if row.first]
        self._open({id(row): row.first for row in rows}, rows)
        for row in rows:
            self._decide(row)

    def open_rest(self) -> None:
        """Open who else is behind the doors of rows that are open yet; where nobody is left, it is a stranger."""
        rows = [row for row in self._rows.values() if row.match is None]
        self._open({id(row): row.rest for row in rows}, rows)
        for row in rows:
            row.is_searched = row.is_searched or not row.rest
            self._decide(row, is_last=True)

    def _open(self, wanted: Mapping[int, set[UUID]], rows: Iterable[_Row]) -> None:
        """Open as many as may be opened, the rows with the fewest first, and compare each row with its own."""
        asked: dict[UUID, list[_Row]] = defaultdict(list)
        left = self._may_open - len(self._bystanders())
        taken: set[UUID] = set()
        # By content, never by place: the order of a list's rows makes no difference.
        for row in sorted(rows, key=lambda row: (len(wanted[id(row)]), sorted(wanted[id(row)]))):
            fresh = wanted[id(row)] - self._opened - taken
            row.is_searched = len(taken | fresh) <= left
            if row.is_searched:
                taken |= fresh
                for resident in wanted[id(row)]:
                    asked[resident].append(row)
        asking = self._asking
        for block in registry.blocks_opened(
            order=asking.order,
            purpose=asking.purpose,
            resident_ids=asked.keys(),
            by=asking.by,
            now=asking.now,
        ):
            names = self._country.read_names([person.name for person in block.people])
            for person, name in zip(block.people, names, strict=True):
                for row in asked[person.resident_id]:
                    row.found[person.resident_id] = self._compared(row, person, name)
        self._opened |= taken

    def _compared(self, row: _Row, person: registry.OpenedPerson, name: NameReading) -> Found:
        other = Side(name, person.id_number, person.phone)
        levels = {
            "name": self._country.name_likeness(row.side.name, name),
            "id_number": likeness.id_level(row.side, other),
            "phone": likeness.phone_level(row.side.phone, person.phone),
            "door": door_level(row.unsure.place, person.address_id, person.area_pos),
        }
        return Found(person.resident_id, person.household_id, person.area_pos, likeness.likeness(levels))

    def _bystanders(self) -> set[UUID]:
        return self._opened - self._decided - set(self._asking.listed)

    def _decide(self, row: _Row, *, is_last: bool = False) -> None:
        """Decide a row by everybody opened for it; that it is nobody's only when nobody is left to be opened."""
        match, found = row.unsure.match, list(row.found.values())
        verdict = likeness.verdict([one.likeness for one in found], self._bounds)
        if verdict.place is not None:
            one = found[verdict.place]
            self._decided.add(one.resident_id)
            row.match = registry.Match(
                match.row_number, likeness.RULE, "", one.resident_id, one.household_id, one.area_pos
            )
        elif is_last:
            row.match = self._undecided(row, found, verdict.is_stranger or not found)

    def _undecided(self, row: _Row, found: Sequence[Found], is_nobody: bool) -> registry.Match:
        """Return what becomes of a row that is nobody of those who were opened, or could be several."""
        match = row.unsure.match
        if is_nobody:
            # A number that holds and that nobody has, nobody alike behind the door: not in the register.
            is_stranger = row.is_id_sure and row.is_searched and match.reason == "name_not_at_door"
            return registry.Match(match.row_number) if is_stranger else match
        ranked = sorted(found, key=lambda one: (-one.likeness.score, one.resident_id))
        # The most alike first; nobody whom a key had led to is left out.
        known = dict.fromkeys([*(one.resident_id for one in ranked), *match.candidates])
        return match._replace(reason=match.reason or "resembles", candidates=tuple(known))

    def answer(self) -> Resembled:
        """Return the matches in the order of the rows, and what the list counts."""
        matches = [row.match or row.unsure.match for row in self._rows.values()]
        notes = Counter(
            {
                "left_open": len(matches),
                "matched_by_likeness": sum(match.rule == likeness.RULE for match in matches),
                "people_opened": len(self._opened),
                "bystanders_opened": len(self._bystanders()),
            }
        )
        return Resembled(matches, +notes)


def door_level(place: territory.Located, address_id: int | None, area_pos: int) -> str:
    """Return how near a row's address is to where somebody is registered."""
    if place.address_id is not None and place.address_id == address_id:
        return "same"
    if place.area_pos is None or place.status not in (territory.FOUND, territory.PARTIAL):
        return ""
    path = territory.get_path(place.area_code)
    community = next((area for area in path if area.level == "community"), None)
    if community is None:
        return ""
    return "community" if community.pos <= area_pos < community.end else "elsewhere"
