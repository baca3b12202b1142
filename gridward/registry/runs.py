"""
Owns the runs of imports: which file under which order, how far it is, how it ended. Knows a file by its content.

States: `running` (also what a killed import leaves), `stopped` with a reason (the order ended, the register changed
meanwhile), `done`, `discarded`. Refuses to judge rows and to delete people.
"""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from gridward.governance import api as governance
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.registry.models import ImportLane, ImportRun
from gridward.registry.preparing import PURPOSE, Chunk
from gridward.registry.standing import people_count

OPEN = ("running", "stopped")


def content_hash(path: Path) -> str:
    """Return what tells one file's content from another's, whatever its name."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def get_open(domain: str, content: str) -> ImportRun | None:
    """Return the run of this content that has not come to its end."""
    return ImportRun.objects.filter(domain=domain, content_hash=content, state__in=OPEN).first()


def get_open_orders(content: str) -> set[UUID]:
    """Return the orders under which a run of this content has not come to its end."""
    return set(
        ImportRun.objects.filter(content_hash=content, state__in=OPEN).values_list("order_id", flat=True)
    )


def is_done(domain: str, content: str) -> bool:
    """Tell whether a run of this content came to its end."""
    return ImportRun.objects.filter(domain=domain, content_hash=content, state="done").exists()


def run_begin(
    *, order: governance.OrderView, content: str, rows: int, lanes: int, by: Actor, now: datetime
) -> tuple[ImportRun, list[int]]:
    """
    Return the run to go on with, and how many rows each of its lanes has done: the open one of this content, or a new
    one in so many lanes. A run keeps the number of lanes it began with.
    """
    with governance.job_transaction(order_id=order.id, purpose=PURPOSE):
        run = get_open(order.domain, content)
        if run is None:
            return _new(order, content, rows, lanes, now), [0] * lanes
        ImportRun.objects.filter(id=run.id).update(
            state="running", reason="", starts_count=F("starts_count") + 1, changed_at=now
        )
        ledger.record("register.resume", **_entry(run, by, now))
        return run, [lane.rows_done for lane in ImportLane.objects.filter(run=run).order_by("number")]


def _new(order: governance.OrderView, content: str, rows: int, lanes: int, now: datetime) -> ImportRun:
    run = ImportRun.objects.create(
        id=new_id(),
        order_id=order.id,
        domain=order.domain,
        content_hash=content,
        state="running",
        rows_count=rows,
        started_at=now,
        changed_at=now,
    )
    ImportLane.objects.bulk_create(ImportLane(run=run, number=number) for number in range(lanes))
    return run


def run_advance(
    *, run_id: UUID, lane: int, chunk: Chunk, now: datetime, changed: int = 0, moved: int = 0
) -> None:
    """Count a lane's chunk, in the transaction that writes it, and how many people it renewed and moved."""
    ImportLane.objects.filter(run_id=run_id, number=lane).update(rows_done=F("rows_done") + chunk.rows)
    ImportRun.objects.filter(id=run_id).update(
        rows_done=F("rows_done") + chunk.rows,
        residents_count=F("residents_count") + chunk.residents_count,
        households_count=F("households_count") + chunk.households_count,
        doors_unknown_count=F("doors_unknown_count") + chunk.doors_unknown,
        changed_count=F("changed_count") + changed,
        moved_count=F("moved_count") + moved,
        changed_at=now,
    )


def run_finish(*, run_id: UUID, order: governance.OrderView, by: Actor, now: datetime) -> ImportRun:
    """Close a run that wrote its last row; the ledger says what it did. Runs inside the job's scope."""
    run = ImportRun.objects.get(id=run_id)
    run.state, run.changed_at = "done", now
    if run.residents_count < run.rows_count:
        # Who is in the register and not in this file stays: a file of one district says nothing about another one.
        run.absent_count = max(0, people_count(run.domain) - run.rows_count)
    run.save(update_fields=["state", "changed_at", "absent_count"])
    ledger.record(
        "register.import",
        obj=("order", order.id),
        by=by,
        now=now,
        purpose=PURPOSE,
        basis=str(order.id),
        rows_count=run.rows_count,
        residents_count=run.residents_count,
        households_count=run.households_count,
        changed_count=run.changed_count,
        moved_count=run.moved_count,
    )
    return run


def run_stop(*, run_id: UUID, reason: str, by: Actor, now: datetime) -> None:
    """Say why a run does not go on. Outside of the order's scope, for the order may be over."""
    with transaction.atomic():
        run = _ended(run_id, "stopped", reason, now)
        ledger.record("register.stop", reason=reason, **_entry(run, by, now))


def run_discard(*, run_id: UUID, by: Actor, now: datetime) -> ImportRun:
    """Close a run that will not be finished. Whom it registered stays registered: tasks may be about them."""
    with transaction.atomic():
        run = _ended(run_id, "discarded", "", now)
        ledger.record("register.discard", **_entry(run, by, now))
    return run


def _ended(run_id: UUID, state: str, reason: str, now: datetime) -> ImportRun:
    run = ImportRun.objects.select_for_update().get(id=run_id)
    run.state, run.reason, run.changed_at = state, reason, now
    run.save(update_fields=["state", "reason", "changed_at"])
    return run


def _entry(run: ImportRun, by: Actor, now: datetime) -> dict[str, Any]:
    return {
        "obj": ("order", run.order_id),
        "by": by,
        "now": now,
        "purpose": PURPOSE,
        "basis": str(run.order_id),
        "rows_count": run.rows_count,
        "rows_done": run.rows_done,
    }
