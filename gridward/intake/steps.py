"""
Owns the way from a list to clues. CLUE_STEPS is the whole of it, in order; the gate is asked between any two.

Every step works on columns of the whole list, never row by row against the database.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from gridward.country.api import PhoneReading, pack
from gridward.governance import api as governance
from gridward.intake import earlier, footers, fuzzy, keeping, people, rules
from gridward.intake.models import Batch
from gridward.intake.rules import Lead
from gridward.kernel import once
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_ids
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
    candidates: tuple[UUID, ...] = ()
    resident_id: UUID | None = None
    household_id: UUID | None = None
    area_pos: int = 0
    person_id: UUID | None = None
    count_state: str = "waiting"
    #: Whether an earlier list of the channel named its person, of whom the register knows.
    is_repeat: bool = False
    #: Where its person was named before: in this list, in an earlier one of the channel, or in neither.
    repeats: str = ""
    data_key: DataKey | None = None
    #: The earlier decision of a person that decided this row, or that something speaks against by now.
    kept: keeping.Kept | None = None


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
    notes: Counter[str] = field(default_factory=Counter)


Step = Callable[[Work], None]


def read(work: Work) -> None:
    """Take every row out of the file, with its physical number."""
    for chunk in work.table.chunks(5_000):
        work.rows += chunk


def normalise(work: Work) -> None:
    """Bring names, numbers and addresses to one spelling; put values back that stand in each other's column."""
    country = pack(settings.COUNTRY)
    cells = {column.name: _column(work, column.name) for column in rules.COLUMNS}
    phones = _own_numbers(country.read_phones(cells["phone"]))
    swapped = [
        i for i, phone in enumerate(phones) if not phone.value and cells["address"][i] and cells["phone"][i]
    ]
    others = _own_numbers(country.read_phones([cells["address"][i] for i in swapped]))
    for i, other in zip(swapped, others, strict=True):
        if other.value:
            phones[i] = other
            cells["address"][i], cells["phone"][i] = cells["phone"][i], cells["address"][i]
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
                id_written=rules.written(cells["id_number"][i], ids[i]),
                phone=phones[i].value,
                address=rules.address_given(cells["address"][i]),
                unusable=rules.unusable(cells["id_number"][i], ids[i], cells["phone"][i], phones[i]),
            )
        )


def _own_numbers(phones: list[PhoneReading]) -> list[PhoneReading]:
    """Leave out numbers that are nobody's own, such as 110 or a hotline: they would join strangers."""
    return [PhoneReading() if phone.kind == "service" else phone for phone in phones]


def _column(work: Work, name: str) -> list[str]:
    """Return the cells of a wanted column; a cell that cannot be trusted is as good as empty."""
    index = work.table.columns.get(name)
    if index is None:
        return [""] * len(work.rows)
    header = work.table.headers[index]
    return [
        "" if row.problems and rules.is_cell_lost(header, row.problems) else row.cells[index]
        for row in work.rows
    ]


def validate(work: Work) -> None:
    """Reject rows that nobody could act on, each with its number, column and reason."""
    headers = {work.table.headers[index]: name for name, index in work.table.columns.items()}
    accepted = []
    named = work.table.columns["name"]
    for row, lead in zip(work.rows, work.leads, strict=True):
        wrong = rules.row_lost(headers, row.problems) if row.problems else None
        wrong = wrong or rules.reject_of(lead)
        if (wrong or row.cells[named][:1] in footers.FOOTER_SIGNS) and footers.is_footer(row.cells, named):
            wrong = "", "footer"
        if wrong:
            work.rejects.append((row.number, *wrong))
        else:
            accepted.append(lead)
            work.notes.update(lead.unusable)
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


def recall(work: Work) -> None:
    """Ask what officers have decided about rows that say the same, where no key decides."""
    found = keeping.recall(work.order, _undecided(work))
    for case in work.cases if found else ():
        if (earlier := found.get(case.lead.row)) is None or case.match is None:
            continue
        kept = case.kept = earlier.kept
        if earlier.reason:
            known = dict.fromkeys((*earlier.candidates, *case.match.candidates))
            case.match = case.match._replace(reason=earlier.reason, candidates=tuple(known))
            work.notes["decided_in_doubt"] += 1
            continue
        case.match = registry.Match(
            case.lead.row, keeping.RULE, "", kept.resident_id, kept.household_id, earlier.area_pos
        )
        if kept.resident_id is None:
            case.person_id, case.household_id, case.count_state = kept.person_id, kept.household_id, "merged"
        work.notes["decided_before"] += 1


def _undecided(work: Work) -> list[keeping.Said]:
    cases = [case for case in work.cases if case.match and case.match.resident_id is None]
    bare = [case for case in cases if keeping.is_bare(_marks(case))]
    keys = keeping.written_keys(
        work.order.domain, ((case.lead.name_sound, case.lead.address) for case in bare)
    )
    written = dict(zip((case.lead.row for case in bare), keys, strict=True))
    return [
        keeping.Said(
            case.lead.row,
            _marks(case),
            written.get(case.lead.row),
            case.match.candidates,
            case.match.reason,
        )
        for case in cases
        if case.match
    ]


def take_turn(work: Work) -> None:
    """
    Let the lists of one order go on one after the other from here to the commit.

    Two of them may name the same new person, and there would be two of her. What stands before this step looks at the
    file and the register only: two lists may be at it at the same time.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 11))", [str(work.order.id)])


def liken(work: Work) -> None:
    """Compare rows that no key decided with the few registered people they may be about."""
    unsure = {
        case.lead.row: case
        for case in work.cases
        if case.match and case.person_id is None and fuzzy.is_unsure(case.match)
    }
    asking = fuzzy.Asking(
        work.order,
        work.batch.channel.purpose,
        work.by,
        work.now,
        {case.match.resident_id for case in work.cases if case.match and case.match.resident_id},
    )
    rows = [
        fuzzy.Unsure(
            case.match,
            case.lead.name,
            case.lead.surname_sound,
            case.lead.id_number,
            case.lead.id_written,
            case.lead.phone,
            case.place,
        )
        for case in unsure.values()
        if case.match
    ]
    # Where communities lie is asked once, and not again for every two people compared.
    with once.request():
        resembled = fuzzy.resemble(rows, asking)
    for found in resembled.matches:
        unsure[found.row_number].match = found
    work.notes.update(resembled.notes)


def decide(work: Work) -> None:
    """Say for each row whether it is about a registered person, an unknown one at a known place, or waits."""
    for case in work.cases:
        found = case.match
        assert found is not None  # noqa: S101 — the step before gave every case a match
        if (found.resident_id or case.person_id) and found.area_pos is not None:
            case.resident_id, case.household_id, case.area_pos = (
                found.resident_id,
                found.household_id,
                found.area_pos,
            )
            continue
        where = case.place
        is_inside = where.area_pos is not None and work.order.covers(where.area_pos)
        # Not placed yet: the lower bound of the narrowest known area, so that triage falls to the right centre.
        case.area_pos = where.area_pos if is_inside and where.area_pos is not None else work.order.area_pos
        case.waiting = rules.waits_for(found.reason, case.lead.address, where.status, is_inside)
        case.candidates = found.candidates


def join(work: Work) -> None:
    """Join rows about the same person, in this list and with earlier lists of the order."""
    open_cases = [
        case
        for case in work.cases
        if case.person_id is None and (not case.waiting or case.waiting in rules.WAITS_FOR_PLACE)
    ]
    asked = [people.Asked(case.resident_id, _marks(case), not case.waiting) for case in open_cases]
    fresh = iter(new_ids(len(asked)))
    persons: dict[int, UUID] = {}
    registered = {row.resident_id for row in asked if row.resident_id}
    known = earlier.known_residents(work.order.id, registered, channel_code=work.batch.channel_id)
    listed = people.Listed(asked)
    joins = people.join(listed, earlier.tied_people(work.order.id, listed), known)
    for case, joined in zip(open_cases, joins, strict=True):
        if joined.reason:
            case.waiting, case.candidates = joined.reason, joined.candidates
            continue
        if not joined.is_placed:
            continue
        case.waiting = ""
        case.count_state = "new" if joined.is_first else "merged"
        if joined.known is None:
            case.person_id = persons.get(joined.group) or persons.setdefault(joined.group, next(fresh))
            continue
        case.person_id, case.is_repeat = joined.known.person_id, joined.known.is_repeat
        if case.resident_id is None:
            case.household_id, case.area_pos = joined.known.household_id, joined.known.area_pos


def _marks(case: Case) -> people.Marks:
    return people.Marks(case.keys.id, case.keys.id_surname, case.keys.phone_name, case.keys.door_name)


def house(work: Work) -> None:
    """Give unknown people a provisional household, one a door; fetch or make the data key each row is sealed with."""
    # A person may stand in several rows: the household is where the first of them that says so is.
    homeless: dict[UUID, Case] = {}
    for case in work.cases:
        if case.person_id and case.household_id is None and case.place.status == territory.FOUND:
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
            given = home[case.person_id]
            case.household_id, case.area_pos = given.household_id, given.area_pos
    keys = registry.household_data_keys({case.household_id for case in work.cases if case.household_id})
    (batch_key,) = governance.sealer(work.order.domain).new_data_keys(1)
    for case in work.cases:
        case.data_key = keys[case.household_id] if case.household_id else batch_key


def repeat(work: Work) -> None:
    """Say which merged rows name somebody whom an earlier row of the list, or an earlier list of the channel, named."""
    named: set[UUID | None] = set()
    strangers: dict[UUID, Case] = {}
    for case in work.cases:
        if case.count_state == "merged" and case.person_id:
            if case.person_id in named:
                case.repeats = "list"
            elif case.is_repeat:
                case.repeats = "channel"
            elif case.resident_id is None:
                strangers[case.person_id] = case
        named.add(case.person_id)
    for person in earlier.asked_before(work.order.id, work.batch.channel_id, strangers):
        strangers[person].repeats = "channel"


#: The whole way, in order. What is written in the end is written by actions.resolve.
CLUE_STEPS: tuple[Step, ...] = (
    read,
    normalise,
    validate,
    place,
    match,
    take_turn,
    recall,
    liken,
    decide,
    join,
    house,
    repeat,
)
