"""
Renews what rows of lists hold of a person who was corrected, and tells each sender that his row was.

A sender learns which of his columns was wrong, never what stands there now. Refuses to touch a value that was another
one all along: it is no copy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.intake import counting, marking
from gridward.intake.actions.outcomes import outcomes_announce
from gridward.intake.models import Clue, Decision
from gridward.intake.queries import SEALED
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.models import DataKey as DataKeyRow
from gridward.kernel.sealing import DataKey, Sealer
from gridward.registry import api as registry
from gridward.territory import api as territory

KEYS = ("id_key", "id_surname_key", "phone_key", "door_key")
#: Where each of a person's three values stands in a row of a list.
COLUMN_OF = {"name": 0, "phone": 1, "id_number": 2}
ADDRESS = 3


@dataclass(frozen=True)
class Renewal:
    """What was wrong about these people: values (name, document number, telephone) and place before and after."""

    order_id: UUID
    resident_ids: tuple[UUID, ...]
    field_told: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    place_before: tuple[int, int | None]
    address_after: str


def clues_correct(*, renewal: Renewal, by: Actor, now: datetime) -> int:
    """
    Renew the copies that rows about these people hold, with their keys, and mark each row as corrected for its sender.

    Return how many rows. Runs in a job's scope.
    """
    clues = list(
        Clue.objects.select_for_update(of=("self",))
        .filter(order_id=renewal.order_id, resident_id__in=renewal.resident_ids)
        .order_by("id")
    )
    domain = governance.order_domain(renewal.order_id)
    sealer = governance.sealer(domain)
    wrapped = dict(
        DataKeyRow.objects.filter(id__in=[one.data_key for one in clues]).values_list("id", "wrapped")
    )
    renewed = []
    for clue in clues:
        if _renew(clue, renewal, sealer, sealer.unwrap(clue.data_key, wrapped[clue.data_key])):
            renewed.append(clue.id)
        clue.outcome_reason = marking.reason_corrected(clue.outcome_reason, renewal.field_told)
    Clue.objects.bulk_update(clues, [*SEALED, *KEYS, "outcome_reason", "leaf"])
    # A decision about what a row said is kept under that key: it answers no later row by what was wrong.
    Decision.objects.filter(clue_id__in=renewed, mark__isnull=False).update(mark=None)
    if clues:
        ledger.record(
            "clue.correct", obj=ledger.page_hash("clue", [one.id for one in clues]), by=by, now=now,
            basis=str(renewal.order_id), field=renewal.field_told, count=len(clues),
        )  # fmt: skip
        outcomes_announce([(one.order_id, one.id) for one in clues], now=now)
    return len(clues)


def _renew(clue: Clue, renewal: Renewal, sealer: Sealer, key: DataKey) -> bool:
    """Seal the row anew if it holds what was wrong, and work out its keys from what it holds then; tell whether."""
    old = sealer.open_many(
        [(getattr(clue, column), "intake_clue", column, clue.id) for column in SEALED], {key.id: key}
    )
    told = _told([text or "" for text in old], renewal)
    if told == [text or "" for text in old]:
        return False
    blobs = sealer.seal_many(
        (key, "intake_clue", column, clue.id, text or None) for column, text in zip(SEALED, told, strict=True)
    )
    for column, blob in zip(SEALED, blobs, strict=True):
        setattr(clue, column, blob)
    if clue.leaf is None:
        _number, clue.leaf = counting.taken([getattr(clue, column) for column in counting.KEPT])
    name, phone, number, address = told
    sound = pack(settings.COUNTRY).read_name(name).sound
    found = territory.locate_text(address) if address else None
    (keys,) = registry.match_keys(
        domain=governance.order_domain(clue.order_id),
        people=[
            registry.PersonInput(
                number, phone, sound.partition(" ")[0], sound, found.address_id if found else None
            )
        ],
    )
    clue.id_key, clue.id_surname_key = keys.id, keys.id_surname
    clue.phone_key, clue.door_key = keys.phone_name, keys.door_name
    return True


def _told(old: Sequence[str], renewal: Renewal) -> list[str]:
    """Return the row's name, telephone, number and address with whatever was wrong replaced by what is right."""
    told = list(old)
    pairs = dict(
        zip(("name", "id_number", "phone"), zip(renewal.before, renewal.after, strict=True), strict=True)
    )
    for field, (before, after) in pairs.items():
        if before and old[COLUMN_OF[field]] == before:
            told[COLUMN_OF[field]] = after
    if renewal.field_told == "address" and told[ADDRESS] and _was_there(told[ADDRESS], renewal):
        told[ADDRESS] = renewal.address_after
    return told


def _was_there(address: str, renewal: Renewal) -> bool:
    """Tell whether an address leads to where the person was wrongly said to live."""
    found = territory.locate_text(address)
    area_pos, door = renewal.place_before
    return found.address_id == door if door is not None else found.area_pos == area_pos
