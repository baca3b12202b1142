"""
Owns the way from a list to clues. CLUE_STEPS is the whole of it, in order; the gate is asked between any two.

Every step works on columns of the whole list, never row by row against the database.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.intake import people, rules
from gridward.intake.models import Batch, Clue
from gridward.intake.rules import Lead
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.sealing import DataKey
from gridward.kernel.tabular import Row, Table
from gridward.registry import api as registry
from gridward.territory import api as territory


@dataclass(slots=True)
class Case:
    """An accepted row with everything the steps found out about it."""

    lead: Lead
    place: territory.Located
    keys: registry.Keys = field(default_factory=registry.Keys)
    match: registry.Match | None = None
    waiting: str = ""
    resident_id: UUID | None = None
    household_id: UUID | None = None
    area_pos: int = 0
    person_id: UUID | None = None
    count_state: str = "waiting"
    data_key: DataKey | None = None


@dataclass
class Work:
    """One list being resolved: what it is, under which order, and what the steps have made of it."""

    batch: Batch
    order: governance.OrderView
    table: Table
    by: Actor
    now: datetime
    rows: list[Row] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    rejects: list[tuple[int, str, str]] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)


Step = Callable[[Work], None]


def read(work: Work) -> None:
    """Take every row out of the file, with its physical number."""
    for chunk in work.table.chunks(5_000):
        work.rows += chunk


def normalise(work: Work) -> None:
    """Bring names, numbers and addresses to one spelling; put values back that stand in each other's column."""
    country = pack(settings.COUNTRY)
    cells = {column.name: _column(work, column.name) for column in rules.COLUMNS}
    phones = country.read_phones(cells["phone"])
    swapped = [
        i for i, phone in enumerate(phones) if not phone.value and cells["address"][i] and cells["phone"][i]
    ]
    others = country.read_phones([cells["address"][i] for i in swapped])
    for i, other in zip(swapped, others, strict=True):
        if other.value:
            phones[i] = other
            cells["address"][i] = cells["phone"][i]
    names = country.read_names(cells["name"])
    ids = country.read_ids(cells["id_number"])
    for i, row in enumerate(work.rows):
        work.leads.append(
            Lead(
                row=row.number,
                name=names[i].value,
                surname_sound=names[i].sound.partition(" ")[0],
                name_sound=names[i].sound,
                id_number=ids[i].value,
                phone=phones[i].value,
                address=cells["address"][i],
            )
        )


def _column(work: Work, name: str) -> list[str]:
    index = work.table.columns.get(name)
    return [""] * len(work.rows) if index is None else [row.cells[index] for row in work.rows]


def validate(work: Work) -> None:
    """Reject rows that nobody could act on, each with its number, column and reason."""
    accepted = []
    for row, lead in zip(work.rows, work.leads, strict=True):
        # A number whose digits a spreadsheet has rounded is no key; the row goes on without it.
        if any(problem.code == "number_precision" for problem in row.problems):
            lead.id_number = ""
        wrong = rules.reject_of(lead, [str(problem.code) for problem in row.problems])
        if wrong:
            work.rejects.append((row.number, *wrong))
        else:
            accepted.append(lead)
    work.rows = []
    work.leads = accepted


def place(work: Work) -> None:
    """Find the grid and the door each address leads to."""
    located = territory.locate_texts([lead.address for lead in work.leads])
    work.cases = [Case(lead, where) for lead, where in zip(work.leads, located, strict=True)]


def match(work: Work) -> None:
    """Ask the register, by exact blind keys, who each row is about."""
    keys = registry.match_keys(
        domain=work.order.domain,
        people=[
            registry.PersonInput(
                case.lead.id_number,
                case.lead.phone,
                case.lead.surname_sound,
                case.lead.name_sound,
                case.place.address_id,
            )
            for case in work.cases
        ],
    )
    matches = registry.match_people(
        domain=work.order.domain,
        rows=[
            registry.MatchRow(case.lead.row, case_keys, case.place.address_id)
            for case, case_keys in zip(work.cases, keys, strict=True)
        ],
    )
    for case, case_keys, found in zip(work.cases, keys, matches, strict=True):
        case.keys, case.match = case_keys, found


def decide(work: Work) -> None:
    """Say for each row whether it is about a registered person, an unknown one at a known place, or waits."""
    for case in work.cases:
        found = case.match
        assert found is not None  # noqa: S101 — the step before gave every case a match
        if found.resident_id is not None and found.area_pos is not None:
            case.resident_id, case.household_id, case.area_pos = (
                found.resident_id,
                found.household_id,
                found.area_pos,
            )
            continue
        case.area_pos = _narrowest(case.place, work.order)
        if found.reason:
            case.waiting = found.reason
        elif not case.lead.address:
            case.waiting = "no_address"
        elif case.place.status != territory.FOUND:
            case.waiting = "unplaced"


def _narrowest(where: territory.Located, order: governance.OrderView) -> int:
    """Return the place itself, or the lower bound of the narrowest known area, so that triage falls to its centre."""
    if where.area_pos is not None and order.covers(where.area_pos):
        return where.area_pos
    return order.area_pos


def join(work: Work) -> None:
    """Join rows about the same person, in this list and with earlier lists of the order."""
    decided = [case for case in work.cases if not case.waiting]
    asked = [people.Asked(case.lead.row, case.resident_id, _join_keys(case)) for case in decided]
    by_resident, by_key = _known_people(work.order.id, asked)
    persons: dict[int, UUID] = {}
    for case, joined in zip(decided, people.join(asked, by_resident, by_key), strict=True):
        if joined.known:
            case.person_id = joined.known.person_id
            if case.resident_id is None:
                case.household_id, case.area_pos = joined.known.household_id, joined.known.area_pos
        else:
            case.person_id = persons.setdefault(joined.group, new_id())
        case.count_state = "new" if joined.is_first else "merged"


def _join_keys(case: Case) -> tuple[bytes, ...]:
    return tuple(key for key in (case.keys.id, case.keys.phone_name, case.keys.door_name) if key)


def _known_people(
    order_id: UUID, asked: Sequence[people.Asked]
) -> tuple[dict[UUID, people.Known], dict[bytes, people.Known]]:
    keys = [key for row in asked if row.resident_id is None for key in row.keys]
    residents = [row.resident_id for row in asked if row.resident_id]
    earlier = Clue.objects.filter(order_id=order_id, person_id__isnull=False).order_by("id")
    by_resident = {
        resident: people.Known(person, household, pos)
        for resident, person, household, pos in earlier.filter(resident_id__in=residents).values_list(
            "resident_id", "person_id", "household_id", "area_pos"
        )
        if resident and person and household
    }
    by_key: dict[bytes, people.Known] = {}
    wanted = Q(id_key__in=keys) | Q(phone_key__in=keys) | Q(door_key__in=keys)
    rows = earlier.filter(wanted, resident_id__isnull=True) if keys else earlier.none()
    for id_key, phone_key, door_key, person, household, pos in rows.values_list(
        "id_key", "phone_key", "door_key", "person_id", "household_id", "area_pos"
    ):
        for key in (id_key, phone_key, door_key):
            if key is not None and person and household:
                by_key.setdefault(bytes(key), people.Known(person, household, pos))
    return by_resident, by_key


def house(work: Work) -> None:
    """Give unknown people a provisional household, one a door; fetch or make the data key each row is sealed with."""
    homeless: dict[UUID, Case] = {}
    for case in work.cases:
        if case.person_id and case.household_id is None:
            homeless.setdefault(case.person_id, case)
    provided = registry.households_provide(
        order_id=work.order.id,
        places=[registry.Place(case.area_pos, case.place.address_id) for case in homeless.values()],
        by=work.by,
        now=work.now,
    )
    home = dict(zip(homeless, provided, strict=True))
    for case in work.cases:
        if case.person_id and case.household_id is None:
            case.household_id, case.area_pos = (
                home[case.person_id].household_id,
                home[case.person_id].area_pos,
            )
    keys = registry.household_data_keys({case.household_id for case in work.cases if case.household_id})
    (batch_key,) = governance.sealer(work.order.domain).new_data_keys(1)
    for case in work.cases:
        case.data_key = keys[case.household_id] if case.household_id else batch_key


#: The whole way, in order. What is written in the end is written by actions.resolve.
CLUE_STEPS: tuple[Step, ...] = (read, normalise, validate, place, match, decide, join, house)
