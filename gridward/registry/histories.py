"""
Answers about what people were before: former values, masked, and former places. Refuses whoever has no live grant on
the household in which the person lives now; the grant of a former household opens nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.kernel import bulk, ledger
from gridward.kernel.actor import Actor
from gridward.kernel.bulk import Rows
from gridward.kernel.masking import Masked
from gridward.kernel.outcomes import Refusal
from gridward.kernel.sealing import blob_key_id
from gridward.registry import queries
from gridward.registry.changing import PLACES, VALUES, place_read
from gridward.registry.models import Residence, ResidentValue


@dataclass(frozen=True)
class FormerValue:
    """A name, document number or telephone that a person had, masked, from when to when, and what replaced it."""

    resident_id: UUID
    field: str
    value: Masked
    valid_from: datetime
    valid_to: datetime
    source: str


@dataclass(frozen=True)
class FormerPlace:
    """Where a person lived, from when to when, and what told that it is so no longer."""

    resident_id: UUID
    household_id: UUID
    area_pos: int
    address_id: int | None
    from_at: datetime
    to_at: datetime
    source: str


@dataclass(frozen=True)
class HouseholdHistory:
    """What the people of one household were before, the latest change first."""

    values: tuple[FormerValue, ...]
    places: tuple[FormerPlace, ...]


def access_history(
    *, household_id: UUID, purpose: str, by: Actor, now: datetime, task_id: UUID | None = None
) -> HouseholdHistory | Refusal:
    """Return what the people of a household were before, if a live grant covers it; see `access_household`."""
    seen = queries.access_household(
        household_id=household_id, purpose=purpose, by=by, now=now, task_id=task_id
    )
    if isinstance(seen, Refusal):
        return seen
    # What was of a merged entry was of the person.
    people = {person.id: person.id for person in seen.residents}
    people |= queries.get_merged(people)
    values = list(ResidentValue.objects.filter(resident_id__in=people).order_by("-valid_to", "id"))
    places = list(Residence.objects.filter(resident_id__in=people).order_by("-to_at", "id"))
    history = HouseholdHistory(_values(values, people), _places(places, people))
    ledger.record(
        "resident.history",
        obj=("household", household_id),
        by=by,
        now=now,
        purpose=purpose,
        basis=str(seen.order_id or ""),
        task=str(task_id or ""),
        count=len(values) + len(places),
    )
    return history


def _values(rows: list[ResidentValue], people: Mapping[UUID, UUID]) -> tuple[FormerValue, ...]:
    texts = _opened([(row.domain, row.value_sealed, VALUES, "value_sealed", row.id) for row in rows])
    masks = pack(settings.COUNTRY)
    mask = {"name": masks.mask_name, "id_number": masks.mask_id, "phone": masks.mask_phone}
    return tuple(
        FormerValue(
            people[row.resident_id],
            row.field,
            Masked(text, mask[row.field](text)),
            row.valid_from,
            row.valid_to,
            row.source,
        )
        for row, text in zip(rows, texts, strict=True)
    )


def _places(rows: list[Residence], people: Mapping[UUID, UUID]) -> tuple[FormerPlace, ...]:
    texts = _opened([(row.domain, row.place_sealed, PLACES, "place_sealed", row.id) for row in rows])
    return tuple(
        FormerPlace(people[row.resident_id], *place_read(text), row.from_at, row.to_at, row.source)
        for row, text in zip(rows, texts, strict=True)
    )


Sealed = tuple[str, bytes | memoryview | None, str, str, UUID]
DATA_KEYS = "select id, wrapped from kernel_datakey where id = any(%(ids)s)"


def _opened(sealed: list[Sealed]) -> list[str]:
    """Open what one domain has sealed, each with the key that its blob names: people bring history from elsewhere."""
    if not sealed:
        return []
    ids = list({blob_key_id(blob) for _domain, blob, *_place in sealed if blob is not None})
    sealer = governance.sealer(sealed[0][0])
    keys = sealer.unwrap_many(bulk.answers(Rows(DATA_KEYS, {"ids": ids})))
    return [text or "" for text in sealer.open_many((one[1:] for one in sealed), keys)]
