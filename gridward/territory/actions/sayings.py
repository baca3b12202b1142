"""
Writes what people confirmed about texts that the address book does not know: another way of saying a grid.

No word about anybody: what could name a person is refused (`rules.sayings`), and who said it stands there as a blind
source, by which it can be taken back and counted once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gridward.kernel import bulk, ledger
from gridward.kernel.actor import Actor
from gridward.territory.queries.locating import sayings_of


@dataclass(frozen=True)
class Confirmed:
    """
    That a text means a grid: by an officer (`is_sure`) or by one answer.

    `source` is a blind name of who said it; `avoid` are the names and numbers that stood beside the text.
    """

    text: str
    area_pos: int
    source: bytes
    is_sure: bool
    avoid: tuple[str, ...] = ()


SAY = """
insert into territory_saying (key, area_pos, source, is_sure, said_at)
select w.key, w.area_pos, w.source, w.is_sure, %(now)s
  from unnest(%(keys)s::text[], %(places)s::int8[], %(sources)s::bytea[], %(sure)s::bool[])
       as w(key, area_pos, source, is_sure)
on conflict (key, source) do update set area_pos = excluded.area_pos, is_sure = excluded.is_sure,
                                        said_at = excluded.said_at
"""


def sayings_confirm(*, confirmed: Sequence[Confirmed], by: Actor, now: datetime) -> int:
    """
    Keep which texts mean which grids; return how many were kept.

    Not kept: what the book knows, what says too little, and what could be about somebody. Runs inside a job's scope.
    """
    keys = sayings_of([(one.text, one.area_pos, one.avoid) for one in confirmed])
    # The same source twice in one statement would be written twice: the last word counts.
    kept = {(key, one.source): one for key, one in zip(keys, confirmed, strict=True) if key}
    if not kept:
        return 0
    bulk.run(
        SAY,
        {
            "now": now,
            "keys": [key for key, _source in kept],
            "sources": [source for _key, source in kept],
            "places": [one.area_pos for one in kept.values()],
            "sure": [one.is_sure for one in kept.values()],
        },
    )
    ledger.record(
        "territory.saying", obj=ledger.page_hash("saying", [key for key, _source in kept]), by=by, now=now,
        count=len(kept),
    )  # fmt: skip
    return len(kept)


def sayings_take_back(*, source: bytes, by: Actor, now: datetime) -> int:
    """Forget what a source has said; return how many sayings that were. Runs inside a job's scope."""
    count = bulk.run("delete from territory_saying where source = %s", [source])
    if count:
        ledger.record(
            "territory.saying_back", obj=("saying", source.hex()), by=by, now=now, count=count
        )  # fmt: skip
    return count
