"""
Owns whom a waiting row may be about: registered people, and people only other lists of the order named.

A candidate's household is opened by a short grant that names list and row, and only inside the actor's area; what
lies outside is counted. Everybody is masked; which of name, document, telephone and door agree is worked out here
from the open values and leaves as yes or no. Refuses to decide.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.intake import explaining, people, queries
from gridward.intake.earlier import earlier_people
from gridward.intake.models import Clue, Decision
from gridward.intake.queries import CluePerson, ClueView
from gridward.kernel.actor import Actor
from gridward.kernel.masking import Masked
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from gridward.territory import api as territory

MOST = 12
#: A person may stand in many lists; the first few rows say all there is to agree with.
MOST_ROWS = 5


@dataclass(frozen=True)
class Candidate:
    """
    Somebody a clue may be about, masked; `agrees` is None where one side does not say, `how` says in which way two
    writings differ where that is known (see `explaining`).

    `id` is a resident's, or the person's whom other lists named when the register does not know them.
    """

    id: UUID
    is_registered: bool
    name: Masked
    phone: Masked
    id_number: Masked
    address_text: str
    agrees: dict[str, bool | None]
    how: dict[str, str]


@dataclass(frozen=True)
class Candidates:
    """Those who can be chosen, how many live outside the actor's area, and how many are too many to show."""

    shown: tuple[Candidate, ...]
    beyond: int
    unseen: int


@dataclass(frozen=True)
class Earlier:
    """
    What was decided before about a row that says the same: when, and for whom it was taken.

    `candidate_id` is the person's who was chosen; None for somebody new, who was put into `area`.
    """

    decided_at: datetime
    candidate_id: UUID | None
    area: territory.AreaLabel | None


@dataclass(frozen=True)
class _Someone:
    """A candidate before anything is opened: who, and which household has to be opened for it."""

    id: UUID
    is_registered: bool
    household_id: UUID
    area_pos: int
    door: int | None


@dataclass(frozen=True)
class _Look:
    """One reviewer's look at one row."""

    clue: ClueView
    person: CluePerson
    door: int | None
    by: Actor
    now: datetime


def candidates_find(clue: ClueView, person: CluePerson, *, by: Actor, now: datetime) -> Candidates:
    """Return whom a row may be about; each household that is opened for it is in the ledger."""
    known = earlier_of(clue)
    asked = residents_of(clue, known)
    residents = registry.get_resident_places(asked)
    strangers = [one for one in known if one.resident_id is None]
    near = [one for one in strangers if by.covers(one.area_pos)]
    doors = registry.get_household_places(one.household_id for one in near)
    someone = [
        _Someone(place.resident_id, True, place.household_id, place.area_pos, place.address_id)
        for place in (residents[one] for one in asked if one in residents)
    ] + [
        _Someone(one.person_id, False, one.household_id, one.area_pos, doors[one.household_id][1])
        for one in near
        if one.household_id in doors
    ]
    look = _Look(clue, person, territory.locate_text(person.address_text.reveal()).address_id, by, now)
    shown = _opened(someone[:MOST], look)
    hidden = someone[MOST:]
    return Candidates(shown, len(asked) + len(strangers) - len(shown) - len(hidden), len(hidden))


def earlier_of(clue: ClueView) -> list[people.Known]:
    """Return the people whom rows of other lists with a key of this one are about, once each; ids only."""
    with governance.job_scope(order_id=clue.order_id, purpose=clue.purpose):
        columns = ("id_key", "id_surname_key", "phone_key", "door_key")
        marks = people.marks_of(*Clue.objects.values_list(*columns).get(id=clue.id))
        known = earlier_people(clue.order_id, [people.Asked(None, marks, is_placed=True)])
    return list({one.person_id: one for one in reversed(known)}.values())[::-1]


def decisions_about(clue: ClueView) -> tuple[Earlier, ...]:
    """Return the decisions in force about rows that say the same, the newest first."""
    with governance.job_scope(order_id=clue.order_id, purpose=clue.purpose):
        row = Clue.objects.get(id=clue.id)
        marks = [key for key in (row.id_surname_key, row.phone_key, row.door_key) if key]
        about = Q(order_id=clue.order_id, mark__in=marks, mark__isnull=False) | Q(id=row.decision_id)
        decided = list(Decision.objects.filter(about, ended_at__isnull=True).order_by("-decided_at", "-id"))
        places = dict(
            Clue.objects.filter(id__in=[one.clue_id for one in decided]).values_list("id", "area_pos")
        )
    labels = territory.get_labels(places.values())
    return tuple(
        Earlier(
            one.decided_at,
            None if one.kind == "new_person" else one.resident_id or one.person_id,
            labels.get(places[one.clue_id]),
        )
        for one in decided
    )


def residents_of(clue: ClueView, known: Iterable[people.Known]) -> list[UUID]:
    """Return the registered people a row may be about: those its keys fit, and those other lists gave a key of it."""
    found = dict.fromkeys([*clue.candidates, *(one.resident_id for one in known if one.resident_id)])
    survivors = registry.get_survivors(found)
    return list(dict.fromkeys(survivors.get(one, one) for one in found))


def _opened(someone: Sequence[_Someone], look: _Look) -> tuple[Candidate, ...]:
    places = {one.household_id: one.area_pos for one in someone}
    households = {household: _household(household, pos, look) for household, pos in places.items()}
    strangers = _strangers(
        [one.id for one in someone if not one.is_registered and households[one.household_id]], look
    )
    found = []
    for one in someone:
        household = households[one.household_id]
        if household is None:
            continue
        who: registry.ResidentView | CluePerson | None = strangers.get(one.id)
        if one.is_registered:
            who = next(resident for resident in household.residents if resident.id == one.id)
        if who is not None:
            found.append(_candidate(one, who, household.address_text, look))
    return tuple(found)


def _candidate(
    one: _Someone, who: registry.ResidentView | CluePerson, address_text: str, look: _Look
) -> Candidate:
    name_sounds = pack(settings.COUNTRY).read_names([look.person.name.reveal(), who.name.reveal()])
    agrees = {
        "name": _same(*(reading.sound for reading in name_sounds)),
        "id_number": _same(look.person.id_number.reveal(), who.id_number.reveal()),
        "phone": _same(look.person.phone.reveal(), who.phone.reveal()),
        "door": _same(look.door, one.door),
    }
    return Candidate(
        one.id,
        one.is_registered,
        who.name,
        who.phone,
        who.id_number,
        address_text or str(getattr(who, "address_text", "")),
        agrees,
        _ways(one, who, look, (name_sounds[0].sound, name_sounds[1].sound)),
    )


def _ways(
    one: _Someone, who: registry.ResidentView | CluePerson, look: _Look, sounds: tuple[str, str]
) -> dict[str, str]:
    """Return in which way each of the row's values differs from the candidate's, where that is known."""
    phone = explaining.number_way(look.person.phone.reveal(), who.phone.reveal())
    if look.person.phone and look.person.phone.reveal() != who.phone.reveal() and _listed_before(one, look):
        phone = "as_earlier_list"
    found = {
        "name": explaining.name_way(look.person.name.reveal(), who.name.reveal(), sounds),
        "id_number": explaining.number_way(look.person.id_number.reveal(), who.id_number.reveal()),
        "phone": phone,
    }
    return {what: way for what, way in found.items() if way}


def _listed_before(one: _Someone, look: _Look) -> bool:
    """Tell whether another row of the order about this candidate has the row's telephone and name; by key only."""
    with governance.job_scope(order_id=look.clue.order_id, purpose=look.clue.purpose):
        key = Clue.objects.values_list("phone_key", flat=True).get(id=look.clue.id)
        about = {"resident_id": one.id} if one.is_registered else {"person_id": one.id}
        rows = Clue.objects.filter(order_id=look.clue.order_id, phone_key=key, **about)
        return key is not None and rows.exists()


def _household(household_id: UUID, area_pos: int, look: _Look) -> registry.HouseholdView | None:
    """Open a candidate's household for half an hour; None when it is not in the actor's area."""
    clue, by, now = look.clue, look.by, look.now
    if not governance.grant_covers(household_id=household_id, purpose=clue.purpose, by=by, now=now):
        granted = governance.grant_brief(
            household_id=household_id,
            area_pos=area_pos,
            purpose=clue.purpose,
            basis_id=clue.order_id,
            reason=f"review of list {clue.batch_id}, row {clue.row_number}",
            by=by,
            now=now,
        )
        if isinstance(granted, Refusal):
            return None
    seen = registry.access_household(household_id=household_id, purpose=clue.purpose, by=by, now=now)
    return None if isinstance(seen, Refusal) else seen


def _strangers(person_ids: Sequence[UUID], look: _Look) -> dict[UUID, CluePerson]:
    """Return whom other lists named, each value from the first row that gives it."""
    rows = Clue.objects.filter(order_id=look.clue.order_id, person_id__in=person_ids).order_by("id")
    clues: dict[UUID, list[UUID]] = {person_id: [] for person_id in person_ids}
    for person_id, clue_id in rows.values_list("person_id", "id"):
        if person_id:
            clues[person_id].append(clue_id)
    first = {person_id: ids[:MOST_ROWS] for person_id, ids in clues.items()}
    opened = queries.open_clue_people(clue_ids=[clue_id for ids in first.values() for clue_id in ids])
    return {
        person_id: _together([opened[clue_id] for clue_id in ids]) for person_id, ids in first.items() if ids
    }


def _together(rows: Sequence[CluePerson]) -> CluePerson:
    def given(values: Sequence[Masked]) -> Masked:
        return next((value for value in values if value), values[0])

    return CluePerson(
        given([row.name for row in rows]),
        given([row.phone for row in rows]),
        given([row.id_number for row in rows]),
        given([row.address_text for row in rows]),
    )


def _same(left: object, right: object) -> bool | None:
    return left == right if left and right else None
