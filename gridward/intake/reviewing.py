"""
Owns reading the review queue: what waits, and one waiting row beside the people it may be about.

Everybody is masked; which of name, document, telephone and door agree is worked out here from the open values and
leaves as yes or no (see `candidates`). Refuses rows outside the actor's area, rows of orders that are over, and
decisions.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gridward.governance import api as governance
from gridward.intake import queries
from gridward.intake.candidates import Candidate, Earlier, candidates_find, decisions_about
from gridward.intake.models import Clue, Decision
from gridward.intake.queries import PAGE, CluePerson, ClueView, clue_view
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.masking import Masked
from gridward.kernel.outcomes import Refusal, refuse
from gridward.territory import api as territory


@dataclass(frozen=True)
class WaitingRow:
    """A row of the queue: the clue, whom it is about (masked), and the narrowest known area."""

    clue: ClueView
    name: Masked
    channel_name: str
    area: territory.AreaLabel | None


@dataclass(frozen=True)
class ReviewCase:
    """
    One waiting row with its candidates, and what was decided before about rows that say the same.

    `beyond` counts those who live outside the actor's area, `unseen` those within it who are too many to show;
    `leads_there` tells whether the address as written leads to one grid.
    """

    clue: ClueView
    person: CluePerson
    address_text: str
    channel_name: str
    area: territory.AreaLabel | None
    candidates: tuple[Candidate, ...]
    beyond: int
    unseen: int
    leads_there: bool
    earlier: tuple[Earlier, ...] = ()


def get_waiting(*, by: Actor, now: datetime, after: UUID | None = None, limit: int = PAGE) -> list[ClueView]:
    """Return a keyset page of what waits in the actor's area under orders in force, oldest first."""
    orders = [order.id for order in governance.get_active_orders(now=now, scopes=by.scopes)]
    found: list[Clue] = []
    for scope in by.scopes:
        clues = queries.waiting_clues().filter(
            area_pos__gte=scope.pos, area_pos__lt=scope.end, order_id__in=orders
        )
        if after:
            clues = clues.filter(id__gt=after)
        # Ids are made in the order of time, so the oldest comes first.
        found += clues.order_by("id")[:limit]
    return [clue_view(clue) for clue in sorted(found, key=lambda clue: clue.id)[:limit]]


#: A longer queue is said to be longer than this; nobody counts rows for a figure that nobody reads to the end.
MOST_COUNTED = 1_000


def count_queue(*, by: Actor, now: datetime, until: UUID) -> tuple[int, int]:
    """Return the place of a row in the actor's queue, counted from one, and how many wait; both up to MOST_COUNTED."""
    orders = [order.id for order in governance.get_active_orders(now=now, scopes=by.scopes)]
    place = total = 0
    for scope in by.scopes:
        clues = queries.waiting_clues().filter(
            area_pos__gte=scope.pos, area_pos__lt=scope.end, order_id__in=orders
        )
        place += clues.filter(id__lte=until).order_by()[:MOST_COUNTED].count()
        total += clues.order_by()[:MOST_COUNTED].count()
    return max(min(place, MOST_COUNTED), 1), min(total, MOST_COUNTED)


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


def own_last(*, by: Actor, now: datetime) -> Decision | None:
    """Return the actor's own last decision that stands, of rows of the actor's area under orders in force."""
    orders = [order.id for order in governance.get_active_orders(now=now, scopes=by.scopes)]
    own = Decision.objects.filter(decided_by=by.ledger_name, order_id__in=orders, ended_at__isnull=True)
    last = own.order_by("-decided_at", "-id").first()
    return last if last and by.covers(last.area_pos) else None


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
    found = candidates_find(clue, person, by=by, now=now)
    address_text = person.address_text.reveal()
    return ReviewCase(
        clue=clue,
        person=person,
        # Without the whole address nobody could say where an unplaced row belongs; the name stays masked.
        address_text=address_text,
        channel_name=queries.get_channel_names([clue.channel_code]).get(clue.channel_code, clue.channel_code),
        area=territory.get_labels([clue.area_pos]).get(clue.area_pos),
        candidates=found.shown,
        beyond=found.beyond,
        unseen=found.unseen,
        leads_there=territory.locate_text(address_text).status == territory.FOUND,
        earlier=decisions_about(clue),
    )
