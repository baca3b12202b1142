"""
Owns reading the review queue: what waits, and one waiting row beside the people it may be about.

Everybody is masked; which of name, document, telephone and door agree is worked out here from the open values and
leaves as yes or no. Candidates' households are opened by a short grant with the reason "review". Refuses rows
outside the actor's area, rows of orders that are over, and decisions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.intake import queries
from gridward.intake.models import Clue
from gridward.intake.queries import PAGE, CluePerson
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.masking import Masked
from gridward.kernel.outcomes import Refusal, refuse
from gridward.registry import api as registry
from gridward.territory import api as territory

GRANT_REASON = "review"
MOST_CANDIDATES = 12


@dataclass(frozen=True)
class ClueView:
    """A row in review: ids, codes and moments, nobody's name."""

    id: UUID
    batch_id: UUID
    order_id: UUID
    channel_code: str
    row_number: int
    purpose: str
    area_pos: int
    state: str
    waiting_reason: str
    received_at: datetime
    candidates: tuple[UUID, ...]


@dataclass(frozen=True)
class WaitingRow:
    """A row of the queue: the clue, whom it is about (masked), and the narrowest known area."""

    clue: ClueView
    name: Masked
    channel_name: str
    area: territory.AreaLabel | None


@dataclass(frozen=True)
class Candidate:
    """A registered person a clue may be about; `agrees` is None where one side does not say."""

    resident_id: UUID
    name: Masked
    phone: Masked
    id_number: Masked
    address_text: str
    agrees: dict[str, bool | None]


@dataclass(frozen=True)
class ReviewCase:
    """One waiting row with its candidates; `beyond` counts those who live outside the actor's area."""

    clue: ClueView
    person: CluePerson
    address_text: str
    channel_name: str
    area: territory.AreaLabel | None
    candidates: tuple[Candidate, ...]
    beyond: int


def clue_view(clue: Clue) -> ClueView:
    """Return the view of a clue row."""
    return ClueView(
        id=clue.id,
        batch_id=clue.batch_id,
        order_id=clue.order_id,
        channel_code=clue.channel_id,
        row_number=clue.row_number,
        purpose=clue.purpose,
        area_pos=clue.area_pos,
        state=clue.state,
        waiting_reason=clue.waiting_reason,
        received_at=clue.received_at,
        candidates=tuple(UUID(text) for text in clue.candidates),
    )


def get_waiting(*, by: Actor, now: datetime, after: UUID | None = None, limit: int = PAGE) -> list[ClueView]:
    """Return a keyset page of what waits in the actor's area under orders in force, oldest first."""
    orders = [order.id for order in governance.get_active_orders(now=now, scopes=by.scopes)]
    found: list[Clue] = []
    for scope in by.scopes:
        clues = Clue.objects.filter(
            state="waiting", area_pos__gte=scope.pos, area_pos__lt=scope.end, order_id__in=orders
        )
        if after:
            clues = clues.filter(id__gt=after)
        # Ids are made in the order of time, so the oldest comes first.
        found += clues.order_by("id")[:limit]
    return [clue_view(clue) for clue in sorted(found, key=lambda clue: clue.id)[:limit]]


def access_review_page(*, by: Actor, now: datetime, after: UUID | None = None) -> list[WaitingRow]:
    """Return a page of the queue with masked names; the page is one entry of the ledger."""
    clues = get_waiting(by=by, now=now, after=after)
    if not clues:
        return []
    ids = [clue.id for clue in clues]
    people = queries.open_clue_people(clue_ids=ids)
    names = queries.get_channel_names(clue.channel_code for clue in clues)
    labels = territory.get_labels(clue.area_pos for clue in clues)
    ledger.record(
        "review.page",
        obj=ledger.page_hash("clue", ids),
        by=by,
        now=now,
        purpose=clues[0].purpose,
        count=len(ids),
    )
    return [
        WaitingRow(
            clue,
            people[clue.id].name,
            names.get(clue.channel_code, clue.channel_code),
            labels.get(clue.area_pos),
        )
        for clue in clues
    ]


def access_waiting(clue_id: UUID, *, by: Actor, now: datetime) -> ClueView | Refusal:
    """Return a clue of the actor's area under an order in force; any other does not exist for them."""
    clue = Clue.objects.filter(id=clue_id).first()
    if clue is None or not by.covers(clue.area_pos):
        return refuse("not_found")
    active = {order.id for order in governance.get_active_orders(now=now)}
    return clue_view(clue) if clue.order_id in active else refuse("order_inactive")


def access_case(clue_id: UUID, *, by: Actor, now: datetime) -> ReviewCase | Refusal:
    """Return one waiting row beside its candidates. The look, and each household opened, is in the ledger."""
    clue = access_waiting(clue_id, by=by, now=now)
    if isinstance(clue, Refusal):
        return clue
    if clue.state != "waiting":
        return refuse("clue_decided")
    person = queries.open_clue_people(clue_ids=[clue.id])[clue.id]
    ledger.record(
        "review.access", obj=("clue", clue.id), by=by, now=now, purpose=clue.purpose, basis=str(clue.order_id)
    )
    candidates = _candidates(clue, person, by, now)
    return ReviewCase(
        clue=clue,
        person=person,
        # Without the whole address nobody could say where an unplaced row belongs; the name stays masked.
        address_text=person.address_text.reveal(),
        channel_name=queries.get_channel_names([clue.channel_code]).get(clue.channel_code, clue.channel_code),
        area=territory.get_labels([clue.area_pos]).get(clue.area_pos),
        candidates=tuple(candidates),
        beyond=len(set(clue.candidates)) - len(candidates),
    )


def _candidates(clue: ClueView, person: CluePerson, by: Actor, now: datetime) -> list[Candidate]:
    asked = list(dict.fromkeys(clue.candidates))[:MOST_CANDIDATES]
    places = registry.get_resident_places(asked)
    door = territory.locate_text(person.address_text.reveal()).address_id
    seen = {
        household: _household(household, pos, clue, by, now)
        for household, pos in {place.household_id: place.area_pos for place in places.values()}.items()
    }
    candidates = []
    for resident_id in asked:
        place = places.get(resident_id)
        household = seen.get(place.household_id) if place else None
        if place is None or household is None:
            continue
        resident = next(one for one in household.residents if one.id == resident_id)
        candidates.append(
            Candidate(
                resident_id,
                resident.name,
                resident.phone,
                resident.id_number,
                household.address_text,
                _agreement(person, resident, door, place.address_id),
            )
        )
    return candidates


def _household(
    household_id: UUID, area_pos: int, clue: ClueView, by: Actor, now: datetime
) -> registry.HouseholdView | None:
    """Open a candidate's household for half an hour; None when it is not in the actor's area."""
    if not governance.grant_covers(household_id=household_id, purpose=clue.purpose, by=by, now=now):
        granted = governance.grant_brief(
            household_id=household_id,
            area_pos=area_pos,
            purpose=clue.purpose,
            basis_id=clue.order_id,
            reason=GRANT_REASON,
            by=by,
            now=now,
        )
        if isinstance(granted, Refusal):
            return None
    seen = registry.access_household(household_id=household_id, purpose=clue.purpose, by=by, now=now)
    return None if isinstance(seen, Refusal) else seen


def _agreement(
    person: CluePerson, resident: registry.ResidentView, door: int | None, home: int | None
) -> dict[str, bool | None]:
    return {
        "name": _same(*_sounds([person.name.reveal(), resident.name.reveal()])),
        "id_number": _same(person.id_number.reveal(), resident.id_number.reveal()),
        "phone": _same(person.phone.reveal(), resident.phone.reveal()),
        "door": _same(door, home),
    }


def _sounds(names: Sequence[str]) -> list[str]:
    return [reading.sound for reading in pack(settings.COUNTRY).read_names(names)]


def _same(left: object, right: object) -> bool | None:
    return left == right if left and right else None
