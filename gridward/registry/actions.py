"""All writes of the register: the standing import, provisional households, a reveal."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from gridward.governance import api as governance
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id, new_ids
from gridward.kernel.outcomes import Refusal, Refused, refuse
from gridward.kernel.sealing import DataKey, Sealer
from gridward.kernel.tabular import RowProblem, Table, TableRefusal, read_table
from gridward.registry import matching, queries, stages
from gridward.registry.models import Household, Resident
from gridward.registry.reading import COLUMNS, Person, check_households, check_whole, read_people
from gridward.territory import api as territory

PURPOSE = "case_finding"


@dataclass(frozen=True)
class RegisterReport:
    """What an import did: rows read, people and households added, people known before, problems by row."""

    rows: int
    residents: int = 0
    households: int = 0
    known: int = 0
    doors_unknown: int = 0
    problems: Sequence[RowProblem] = field(default_factory=tuple)


def register_import(
    *, path: Path, filename: str, order_id: UUID, by: Actor, now: datetime
) -> RegisterReport | Refusal:
    """
    Import the standing register into the order's key domain, all or nothing.

    Any row that cannot be read means that nothing is imported and the report names every such row. People whose
    `resident_ref` is known stay as they are. Refuses without an active order that names case finding.
    """
    order = governance.get_order(order_id, now=now)
    if order is None:
        return refuse("order_inactive")
    asked = governance.gate_ask(purpose=PURPOSE, area_pos=order.area_pos, now=now, order_id=order_id)
    if isinstance(asked, Refusal):
        return asked
    table = read_table(path, filename=filename, wanted=COLUMNS)
    if isinstance(table, TableRefusal):
        return table.as_outcome()
    if incomplete := table.incomplete():
        return incomplete.as_outcome()
    people, problems = _read(table, order)
    if problems:
        return RegisterReport(rows=table.row_count, problems=problems)
    try:
        with governance.job_transaction(order_id=order_id, purpose=PURPOSE):
            return _imported(people, order, by, now)
    except Refused as refused:
        return refused.refusal


def _read(table: Table, order: governance.OrderView) -> tuple[list[Person], list[RowProblem]]:
    people: list[Person] = []
    problems: list[RowProblem] = []
    for chunk, wrong in read_people(table):
        people += chunk
        problems += wrong
    return people, sorted(problems + check_whole(people, order))


def _imported(people: list[Person], order: governance.OrderView, by: Actor, now: datetime) -> RegisterReport:
    stages.register_lock()
    known = _known_people(order.domain, people)
    fresh = [person for person in people if person.resident_ref not in known]
    places = _known_households(order.domain, {person.household_ref for person in fresh})
    if moved := check_households(fresh, {ref: place.area_pos for ref, place in places.items()}):
        return RegisterReport(rows=len(people), problems=moved)
    doors, made = _written(fresh, places, order, now)
    ledger.record(
        "register.import",
        obj=("order", order.id),
        by=by,
        now=now,
        purpose=PURPOSE,
        basis=str(order.id),
        rows_count=len(people),
        residents_count=len(fresh),
        households_count=made,
    )
    unknown = sum(1 for door in doors.values() if door is None)
    return RegisterReport(len(people), len(fresh), made, len(people) - len(fresh), unknown)


def _known_people(domain: str, people: Sequence[Person]) -> set[str]:
    rows = Resident.objects.filter(domain=domain, resident_ref__in=[p.resident_ref for p in people])
    return set(rows.values_list("resident_ref", flat=True))


def _written(
    fresh: list[Person], places: dict[str, "_Place"], order: governance.OrderView, now: datetime
) -> tuple[dict[str, int | None], int]:
    """Write the new people and households; return the door of every household touched, and how many are new."""
    run = new_id()
    # Whoever joins a household lives behind its door, whatever the row says.
    doors = _doors(fresh) | {ref: place.door for ref, place in places.items()}
    households = _households_stage(run, fresh, places, doors, order)
    _residents_stage(run, fresh, doors, households, governance.sealer(order.domain))
    stages.register_write(run, order.domain, now)
    stages.clear(run, "registry_stagehousehold", "registry_stageresident", "registry_stagekey")
    stages.register_analyze()
    return doors, len(households) - len(places)


def _doors(people: Sequence[Person]) -> dict[str, int | None]:
    """Return the address book's door of each household, by household_ref."""
    first: dict[str, Person] = {}
    for person in people:
        if person.address:
            first.setdefault(person.household_ref, person)
    located = territory.locate_texts([person.address for person in first.values()])
    doors: dict[str, int | None] = dict.fromkeys({person.household_ref for person in people})
    for person, place in zip(first.values(), located, strict=True):
        # The register says which grid; a door the text finds elsewhere is not this household's.
        if place.address_id is not None and person.area_code.startswith(
            place.area_code[: len(person.area_code)]
        ):
            doors[person.household_ref] = place.address_id
    return doors


@dataclass(frozen=True)
class _Place:
    household_id: UUID
    area_pos: int
    key: DataKey
    door: int | None
    is_new: bool


def _households_stage(
    run: UUID,
    people: Sequence[Person],
    known: dict[str, _Place],
    doors: dict[str, int | None],
    order: governance.OrderView,
) -> dict[str, _Place]:
    area_of = {person.household_ref: person.area_code for person in people}
    areas = territory.get_areas(set(area_of.values()))
    places = dict(known)
    missing = [ref for ref in area_of if ref not in places]
    sealer = governance.sealer(order.domain)
    keys = sealer.new_data_keys(len(missing))
    for ref, household_id, key in zip(missing, new_ids(len(missing)), keys, strict=True):
        places[ref] = _Place(household_id, areas[area_of[ref]].pos, key, doors[ref], True)
    stages.copy(
        "registry_stagehousehold",
        (
            (run, p.household_id, order.domain, order.id, p.key.id, p.key.wrapped, p.area_pos, p.door,
             "registered", ref)
            for ref, p in places.items()
            if p.is_new
        ),
    )  # fmt: skip
    return places


def _known_households(domain: str, refs: Collection[str]) -> dict[str, _Place]:
    rows = list(Household.objects.filter(domain=domain, household_ref__in=refs))
    keys = queries.household_data_keys([row.id for row in rows])
    return {
        row.household_ref: _Place(row.id, row.area_pos, keys[row.id], row.address_id, False) for row in rows
    }


def _residents_stage(
    run: UUID,
    people: Sequence[Person],
    doors: dict[str, int | None],
    households: dict[str, _Place],
    sealer: Sealer,
) -> None:
    ids = new_ids(len(people))
    keys = matching.match_keys(
        domain=sealer.domain,
        people=[
            matching.PersonInput(p.id_number, p.phone, p.surname_sound, p.name_sound, doors[p.household_ref])
            for p in people
        ],
    )
    placed = [
        (row_id, person, households[person.household_ref]) for row_id, person in zip(ids, people, strict=True)
    ]
    stages.copy("registry_stageresident", _sealed(run, placed, sealer))
    stages.copy(
        "registry_stagekey",
        (
            (run, kind, value, row_id, place.household_id, place.area_pos)
            for (row_id, _person, place), person_keys in zip(placed, keys, strict=True)
            for kind in matching.KEY_KINDS
            if (value := getattr(person_keys, kind)) is not None
        ),
    )


def _sealed(
    run: UUID, placed: Sequence[tuple[UUID, Person, _Place]], sealer: Sealer
) -> Iterator[tuple[object, ...]]:
    table = "registry_resident"
    blobs = sealer.seal_many(
        (place.key, table, column, row_id, text or None)
        for row_id, person, place in placed
        for column, text in (
            ("name_sealed", person.name),
            ("id_number_sealed", person.id_number),
            ("phone_sealed", person.phone),
        )
    )
    for i, (row_id, person, place) in enumerate(placed):
        yield (
            run, row_id, place.household_id, place.area_pos, person.resident_ref, person.id_kind,
            *blobs[3 * i : 3 * i + 3],
        )  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where a provisional household is: its area position, and its door if the address book knows it."""

    area_pos: int
    address_id: int | None = None


@dataclass(frozen=True)
class HouseholdKey:
    """A household that was provided, with the data key to seal what belongs to it."""

    household_id: UUID
    area_pos: int
    data_key: DataKey


def households_provide(
    *, order_id: UUID, places: Sequence[Place], by: Actor, now: datetime
) -> list[HouseholdKey]:
    """
    Make provisional households for people the register does not know, in order of `places`.

    Runs inside a job's scope. A door that already has a provisional household under this order gets that one again.
    """
    domain = governance.order_domain(order_id)
    by_door = _provisional_doors(domain, places)
    new_keys = iter(governance.sealer(domain).new_data_keys(len(places)))
    provided: list[HouseholdKey] = []
    made: list[tuple[HouseholdKey, int | None]] = []
    for place in places:
        household = by_door.get(place.address_id) if place.address_id is not None else None
        if household is None:
            household = HouseholdKey(new_id(), place.area_pos, next(new_keys))
            made.append((household, place.address_id))
            if place.address_id is not None:
                by_door[place.address_id] = household
        provided.append(household)
    _provisional_write(made, domain, order_id, now)
    if made:
        ledger.record(
            "household.provide",
            obj=ledger.page_hash("household", [household.household_id for household, _door in made]),
            by=by,
            now=now,
            purpose=PURPOSE,
            basis=str(order_id),
            count=len(made),
        )
    return provided


def _provisional_doors(domain: str, places: Sequence[Place]) -> dict[int, HouseholdKey]:
    """Return the provisional households that are behind these doors already."""
    doors = [place.address_id for place in places if place.address_id is not None]
    rows = list(Household.objects.filter(domain=domain, kind="provisional", address_id__in=doors))
    keys = queries.household_data_keys([row.id for row in rows])
    return {
        row.address_id: HouseholdKey(row.id, row.area_pos, keys[row.id]) for row in rows if row.address_id
    }


def _provisional_write(
    made: Sequence[tuple[HouseholdKey, int | None]], domain: str, order_id: UUID, now: datetime
) -> None:
    run = new_id()
    stages.copy(
        "registry_stagehousehold",
        (
            (run, one.household_id, domain, order_id, one.data_key.id, one.data_key.wrapped, one.area_pos, door,
             "provisional", "")
            for one, door in made
        ),
    )  # fmt: skip
    stages.households_write(run, now)
    stages.clear(run, "registry_stagehousehold")


@dataclass(frozen=True)
class RevealedResident:
    """One person's name and telephone in the open, until when the screen may show them."""

    name: str
    phone: str
    until: datetime


def resident_reveal(
    *, resident_id: UUID, purpose: str, task_id: UUID | None, reason: str, by: Actor, now: datetime
) -> RevealedResident | Refusal:
    """Open one person's name and telephone for five minutes, with a reason; it is in the ledger (H-08)."""
    if len(reason.strip()) < 4:
        return refuse("reason_needed", least=4)
    resident = Resident.objects.filter(id=resident_id).select_related("household").first()
    if resident is None:
        return refuse("no_grant")
    seen = queries.access_household(
        household_id=resident.household_id, purpose=purpose, by=by, now=now, task_id=task_id
    )
    if isinstance(seen, Refusal):
        return seen
    order = (
        governance.get_order(resident.household.order_id, now=now) if resident.household.order_id else None
    )
    minutes = governance.profile_of(order).number("reveal_minutes") if order else 5
    ledger.record(
        "resident.reveal",
        obj=("resident", resident_id),
        by=by,
        now=now,
        purpose=purpose,
        basis=str(resident.household.order_id or ""),
        task=str(task_id or ""),
        reason=reason.strip()[:200],
    )
    view = next(person for person in seen.residents if person.id == resident_id)
    return RevealedResident(view.name.reveal(), view.phone.reveal(), now + timedelta(minutes=minutes))
