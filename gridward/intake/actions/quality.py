"""
Gives back how good the lists of a channel were, as a file: counts, list by list, never a row.

Every file that leaves is in the ledger.
"""

from datetime import datetime

from gridward.intake import rules
from gridward.intake.actions.returns import csv_of
from gridward.intake.queries import PAGE
from gridward.intake.reckoned import ListQuality, access_channel, get_list_qualities
from gridward.intake.reckoning import BESIDE, CLASSES, Period
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal
from gridward.kernel.tabular import neutralise

#: A file has so many lists at most, the newest; the period says which.
MOST = 200 * PAGE


def quality_export(*, period: Period, channel_code: str = "", by: Actor, now: datetime) -> bytes | Refusal:
    """Return how good each list of a channel (or of all the actor may see) was as CSV, one line a list."""
    if channel_code and isinstance(refusal := access_channel(channel_code, by=by), Refusal):
        return refusal
    found = get_list_qualities(period, by=by, channel_code=channel_code, limit=MOST)
    ledger.record(
        "quality.export",
        obj=ledger.page_hash("channel", sorted({one.channel_code for one in found})),
        by=by,
        now=now,
        count=len(found),
    )
    beside = [name for name in BESIDE if not (name == "others" and by.agency)]
    rejected = map("rejected_{}".format, rules.REJECTS)
    fields = ("channel", "received_at", "filename", "list_id", "rows", *CLASSES, *beside, *rejected)
    return csv_of(fields, (_line(one, beside) for one in found))


def _line(one: ListQuality, beside: list[str]) -> list[str | int]:
    quality = one.quality
    return [
        neutralise(one.channel_code), one.received_at.isoformat(), neutralise(one.filename), str(one.id), quality.rows,
        *(quality.classes[name] for name in CLASSES), *(quality.beside.get(name, 0) for name in beside),
        *(quality.rejects.get(code, 0) for code in rules.REJECTS),
    ]  # fmt: skip
