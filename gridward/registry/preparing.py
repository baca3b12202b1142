"""
Owns making people ready to be written: who is new, behind which door, under which key, sealed and blind-indexed; and
who is known and shall be renewed.

Writes nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gridward.governance import api as governance
from gridward.kernel import bulk
from gridward.kernel.ids import new_ids
from gridward.kernel.tabular import RowProblem
from gridward.registry import matching, queries, stages, upserting
from gridward.registry.changing import Changes, changes_prepare
from gridward.registry.reading import Person, check_areas, check_households
from gridward.registry.standing import SEALED, TABLE, Home, Standing, people_by_ref
from gridward.registry.wronged import Wrong, wrong_of
from gridward.territory import api as territory

PURPOSE = "case_finding"


@dataclass(frozen=True)
class Chunk:
    """People made ready: COPY streams of new households and residents, and the counts of the run's report."""

    rows: int
    households: bytes = b""
    residents: bytes = b""
    households_count: int = 0
    residents_count: int = 0
    doors_unknown: int = 0
    problems: tuple[RowProblem, ...] = ()
    changes: Changes = field(default_factory=Changes)


class Preparer:
    """
    Makes the chunks of one import ready, one after the other.

    With `is_first` whoever is registered came in by this very file, behind whose last row it goes on: as no reference
    stands in a file twice, nobody of the rows to come is known.
    """

    def __init__(self, order: governance.OrderView, *, is_first: bool = False) -> None:
        self._order = order
        self._domain = order.domain
        self._is_first = is_first

    def chunk(self, people: Sequence[Person]) -> Chunk:
        """Return the next people of the file, ready to be written."""
        if faults := check_areas(people):
            return Chunk(len(people), problems=tuple(faults))
        with governance.job_transaction(order_id=self._order.id, purpose=PURPOSE):
            refs = () if self._is_first else [person.resident_ref for person in people]
            known = people_by_ref(self._domain, refs)
            fresh = (
                [person for person in people if person.resident_ref not in known] if known else list(people)
            )
            homes = homes_known(self._domain, {person.household_ref for person in people})
            staying = {one.household_ref for one in known.values()}
            doors = _doors([p for p in people if p.household_ref not in homes or p.household_ref in staying])
            wrong = wrong_of(self._domain, (one.id for one in known.values())) if known else Wrong()
            moved = upserting.homes_told(known, people, homes, doors, wrong)
            homes |= moved
            # Where a correction has put a household its members join it, whatever the file says of its area.
            righted = {one.household_ref for one in known.values() if one.id in wrong.places}
            strangers = [person for person in fresh if person.household_ref not in righted]
            if faults := check_households(strangers, {ref: home.area_pos for ref, home in homes.items()}):
                return Chunk(len(people), problems=tuple(faults))
            made = self._made(people, homes, doors)
            homes |= made
            changes = self._changes(known, people, homes, moved, wrong)
        return Chunk(
            len(people),
            households_stream(made.items()),
            residents_stream(self._domain, fresh, [homes[person.household_ref] for person in fresh]),
            len(made),
            len(fresh),
            sum(1 for ref in {person.household_ref for person in fresh} if homes[ref].door is None),
            changes=changes,
        )

    def _changes(
        self,
        known: Mapping[str, Standing],
        people: Sequence[Person],
        homes: Mapping[str, Home],
        moved: Mapping[str, Home],
        wrong: Wrong,
    ) -> Changes:
        if not known:
            return Changes()
        wanted = upserting.people_wanted(self._domain, known, people, homes, moved.values(), wrong)
        return changes_prepare(self._domain, wanted)

    def _made(
        self, people: Sequence[Person], homes: Collection[str], doors: Mapping[str, int | None]
    ) -> dict[str, Home]:
        area_of = {p.household_ref: p.area_code for p in people if p.household_ref not in homes}
        areas = territory.get_areas(set(area_of.values()))
        keys = governance.sealer(self._domain).new_data_keys(len(area_of))
        return {
            ref: Home(home, areas[code].pos, key, doors[ref])
            for (ref, code), home, key in zip(area_of.items(), new_ids(len(area_of)), keys, strict=True)
        }


def homes_known(domain: str, refs: Collection[str]) -> dict[str, Home]:
    """Return the households that the domain's register has of these references."""
    rows = stages.known_households(domain, list(refs))
    keys = queries.household_data_keys([row[1] for row in rows]) if rows else {}
    return {ref: Home(home, pos, keys[home], door) for ref, home, pos, door in rows}


def residents_stream(domain: str, fresh: Sequence[Person], lives: Sequence[Home]) -> bytes:
    """Return the COPY stream of new people and the homes they live in: sealed and blind-indexed under the domain."""
    sealer = governance.sealer(domain)
    ids = new_ids(len(fresh))
    blobs = sealer.seal_rows(
        TABLE,
        SEALED,
        (
            (home.key, row_id, (person.name, person.id_number, person.phone))
            for row_id, person, home in zip(ids, fresh, lives, strict=True)
        ),
    )
    keys = matching.key_columns(
        sealer,
        [person.id_number for person in fresh],
        [person.phone for person in fresh],
        [person.surname_sound for person in fresh],
        [person.name_sound for person in fresh],
        [home.door for home in lives],
    )
    # Most households stand together, so their places are written out once.
    apart = {id(home): home for home in lives}
    places = {at: (home.id.bytes, home.area_pos.to_bytes(8, "big")) for at, home in apart.items()}
    return bulk.binary_rows(
        (
            row_id.bytes,
            *places[id(home)],
            person.resident_ref.encode(),
            person.id_kind.encode(),
            *sealed,
            *blind,
        )
        for row_id, person, home, sealed, blind in zip(
            ids, fresh, lives, blobs, zip(*keys, strict=True), strict=True
        )
    )


def _doors(fresh: Sequence[Person]) -> dict[str, int | None]:
    """Return the address book's door of each household, by household_ref; the first member with an address tells."""
    first: dict[str, Person] = {}
    for person in fresh:
        if person.address:
            first.setdefault(person.household_ref, person)
    doors: dict[str, int | None] = dict.fromkeys(person.household_ref for person in fresh)
    found = territory.find_homes(
        [person.address for person in first.values()], [person.area_code for person in first.values()]
    )
    doors.update(zip(first, found, strict=True))
    return doors


def households_stream(made: Iterable[tuple[str, Home]]) -> bytes:
    """Return the COPY stream of new households, each with its reference."""
    return bulk.binary_rows(
        (
            home.id.bytes,
            home.key.id_bytes,
            home.key.wrapped,
            home.area_pos.to_bytes(8, "big"),
            None if home.door is None else home.door.to_bytes(8, "big"),
            ref.encode(),
        )
        for ref, home in made
    )
