"""Writes where a department's outcomes are pushed to, and what is to be pushed there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from gridward.intake import signing
from gridward.intake.models import Delivery, Webhook
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse

#: A push tells about at most so many rows; more become more pushes.
MOST_ROWS = 500
MOST_WEBHOOKS = 5


@dataclass(frozen=True)
class OpenedWebhook:
    """A webhook with the secret its receiver checks signatures by."""

    id: UUID
    url: str
    secret: str


@transaction.atomic
def webhook_open(*, url: str, by: Actor, now: datetime) -> OpenedWebhook | Refusal:
    """Have the outcomes of the actor's department pushed to an address from now on."""
    if not signing.may_push_to(url, settings.WEBHOOK_HOSTS):
        return refuse("webhook_address")
    if Webhook.objects.filter(agency_code=by.agency, ended_at__isnull=True).count() >= MOST_WEBHOOKS:
        return refuse("webhooks_many", most=MOST_WEBHOOKS)
    webhook = Webhook(id=new_id(), agency_code=by.agency, url=url, created_by=by.ledger_name, created_at=now)
    try:
        with transaction.atomic():
            webhook.save(force_insert=True)
    except IntegrityError:
        return refuse("webhook_known")
    ledger.record("webhook.open", obj=("webhook", webhook.id), by=by, now=now)
    return OpenedWebhook(webhook.id, url, signing.secret_of(settings.SECRET_KEY, webhook.id, webhook.version))


@transaction.atomic
def webhook_end(*, webhook_id: UUID, by: Actor, now: datetime) -> Refusal | None:
    """Push nothing more to this address; what still waits for it is not sent either."""
    ended = Webhook.objects.filter(id=webhook_id, ended_at__isnull=True).update(ended_at=now)
    if not ended:
        return refuse("not_found")
    ledger.record("webhook.end", obj=("webhook", webhook_id), by=by, now=now)
    return None


@transaction.atomic
def delivery_retry(*, delivery_id: UUID, by: Actor, now: datetime) -> Refusal | None:
    """Try a push again that was given up, from the beginning of its pauses."""
    tried = Delivery.objects.filter(id=delivery_id, state="given_up").update(
        state="waiting", attempts=0, next_at=now
    )
    if not tried:
        return refuse("not_found")
    ledger.record("delivery.retry", obj=("delivery", delivery_id), by=by, now=now)
    return None


WANTED = """
select w.id, w.agency_code, json_agg(c.id order by c.batch_id, c.row_number)
  from intake_clue c join intake_webhook w on w.agency_code = c.agency_code and w.ended_at is null
 where c.id = any(%s) and c.order_id = %s
 group by w.id, w.agency_code
"""


def deliveries_make(*, order_id: UUID, clue_ids: Sequence[str], by: Actor, now: datetime) -> int:
    """Put answered rows down to be pushed to whom they belong to; return how many pushes. Runs in a job's scope."""
    with connection.cursor() as cursor:
        cursor.execute(WANTED, [[UUID(clue_id) for clue_id in clue_ids], order_id])
        wanted = cursor.fetchall()
    made = Delivery.objects.bulk_create(
        Delivery(
            id=new_id(), webhook_id=webhook, agency_code=agency, order_id=order_id,
            clue_ids=rows[start : start + MOST_ROWS], next_at=now, created_at=now,
        )
        for webhook, agency, rows in wanted
        for start in range(0, len(rows), MOST_ROWS)
    )  # fmt: skip
    if made:
        ids = [delivery.id for delivery in made]
        ledger.record("delivery.make", obj=ledger.page_hash("delivery", ids), by=by, now=now, count=len(made))
    return len(made)
