"""
Owns what corrections found to be wrong about registered people: whoever renews them asks here, so that no later file
brings it back. Runs in a job's scope. Refuses to be shown to anybody.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from gridward.governance import api as governance
from gridward.kernel import bulk
from gridward.kernel.bulk import Rows
from gridward.kernel.sealing import blob_key_id
from gridward.registry.changing import PLACES, VALUES, place_read
from gridward.registry.standing import Home

SOURCE = "correction"
FOUND = """
select v.resident_id, v.field, v.id, v.value_sealed from unnest(%(ids)s::uuid[]) as w(id)
 cross join lateral (select * from registry_residentvalue
                      where resident_id = w.id and source = 'correction' and value_sealed is not null offset 0) v
union all
select p.resident_id, '', p.id, p.place_sealed from unnest(%(ids)s::uuid[]) as w(id)
 cross join lateral (select * from registry_residence
                      where resident_id = w.id and source = 'correction' offset 0) p
"""
KEYS = "select id, wrapped from kernel_datakey where id = any(%(ids)s)"
Place = tuple[UUID, int, int | None]


@dataclass(frozen=True)
class Wrong:
    """What of these people was corrected away: values by field, and places (household, area position, door)."""

    values: Mapping[UUID, set[tuple[str, str]]] = field(default_factory=dict)
    places: Mapping[UUID, set[Place]] = field(default_factory=dict)

    def holds(self, resident_id: UUID, what: str, value: str) -> bool:
        """Tell whether this is the value that was wrong."""
        return (what, value) in self.values.get(resident_id, ())

    def was_home(self, resident_id: UUID, home: Home) -> bool:
        """Tell whether the person was wrongly said to live just there."""
        return (home.id, home.area_pos, home.door) in self.places.get(resident_id, ())

    def was_household(self, resident_id: UUID, household_id: UUID) -> bool:
        """Tell whether the person was wrongly said to live in this household, wherever it is."""
        return any(place[0] == household_id for place in self.places.get(resident_id, ()))


def wrong_of(domain: str, resident_ids: Iterable[UUID]) -> Wrong:
    """Return what corrections found to be wrong about these people; hardly anybody has any."""
    rows = bulk.answers(Rows(FOUND, {"ids": list(resident_ids)}))
    if not rows:
        return Wrong()
    sealer = governance.sealer(domain)
    ids = list({blob_key_id(row[3]) for row in rows})
    keys = sealer.unwrap_many(bulk.answers(Rows(KEYS, {"ids": ids})))
    texts = sealer.open_many(
        (
            (blob, VALUES, "value_sealed", row_id) if what else (blob, PLACES, "place_sealed", row_id)
            for _resident, what, row_id, blob in rows
        ),
        keys,
    )
    values: dict[UUID, set[tuple[str, str]]] = defaultdict(set)
    places: dict[UUID, set[Place]] = defaultdict(set)
    for (resident, what, _row, _blob), text in zip(rows, texts, strict=True):
        if what:
            values[resident].add((what, text or ""))
        else:
            places[resident].add(place_read(text or ""))
    return Wrong(values, places)
