"""
Tells the territory which grid a text means, once somebody has confirmed it: an officer in review, or two answers.

Only texts go there, with the names and numbers of their rows as what is to be left out. Who confirmed it goes as a
blind key of the order, which can be taken back and counted once, and says nothing when the order's keys are gone.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from gridward.governance import api as governance
from gridward.intake import queries
from gridward.intake.models import Clue
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.territory import api as territory

#: What was found at a door that says where somebody lives.
LIVES_THERE = ("verified_present", "verified_absent")


def _source(order_id: UUID, who: UUID) -> bytes:
    source = governance.sealer(governance.order_domain(order_id)).blind_index("saying", str(who))
    return source or b""


def place_confirm(*, clue: Clue, decision_id: UUID, by: Actor, now: datetime) -> None:
    """Keep what an officer said a row's address means: the grid the row lies in now. Runs inside a job's scope."""
    territory.sayings_confirm(
        confirmed=_confirmed([clue], {clue.id: decision_id}, is_sure=True), by=by, now=now
    )


def place_take_back(*, order_id: UUID, decision_id: UUID, by: Actor, now: datetime) -> None:
    """Forget what an officer said by a decision that is taken back. Runs inside a job's scope."""
    territory.sayings_take_back(source=_source(order_id, decision_id), by=by, now=now)


def places_confirm(*, order_id: UUID, clue_ids: Sequence[str], by: Actor, now: datetime) -> int:
    """
    Keep, of answered rows, what the addresses mean that led to no door, where somebody was found to live.

    A household is one answer, however many of its rows there are. Return how many were kept. Runs inside a job's scope.
    """
    clues = list(
        Clue.objects.filter(
            id__in=clue_ids, outcome__in=LIVES_THERE, door_key__isnull=True, address_sealed__isnull=False
        ).order_by("id")
    )
    if not clues:
        return 0
    ledger.record(
        "clue.learn", obj=ledger.page_hash("clue", [clue.id for clue in clues]), by=by, now=now,
        basis=str(order_id), count=len(clues),
    )  # fmt: skip
    who = {clue.id: clue.household_id or clue.id for clue in clues}
    return territory.sayings_confirm(confirmed=_confirmed(clues, who, is_sure=False), by=by, now=now)


def _confirmed(clues: Sequence[Clue], who: dict[UUID, UUID], *, is_sure: bool) -> list[territory.Confirmed]:
    opened = queries.open_clue_people(clue_ids=[clue.id for clue in clues])
    found = []
    for clue in clues:
        person = opened[clue.id]
        avoid = (person.name.reveal(), person.phone.reveal(), person.id_number.reveal())
        found.append(
            territory.Confirmed(
                person.address_text.reveal(),
                clue.area_pos,
                _source(clue.order_id, who[clue.id]),
                is_sure,
                avoid,
            )
        )
    return found
