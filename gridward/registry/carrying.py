"""
Owns carrying a register out of one order's key domain into its successor's, chunk by chunk, by a signed carry-over.

Each chunk opens households under the old keys, seals them anew under new ones with new blind keys, and counts itself
in the transaction that writes them. Who is not in the successor's register yet is asked of the tables, so that a start
after a kill goes on and nobody is doubled. A large register goes in lanes, as a file does. Refuses history,
corrections, strangers, and whoever has ended.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import F

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.kernel import ledger, sealing
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_ids
from gridward.kernel.outcomes import Refusal, Refused, refuse
from gridward.registry import preparing, stages
from gridward.registry.importing import without_cycles
from gridward.registry.indexes import keys_indexed
from gridward.registry.lanes import in_lanes, lanes_for
from gridward.registry.models import CarryRun
from gridward.registry.preparing import PURPOSE
from gridward.registry.reading import Person
from gridward.registry.standing import Home, Standing, people_of_households

#: Households of one transaction, about 15,000 people.
CHUNK = 5_000
#: What the walls raise when nothing signed lets the register be carried over at this moment.
STALE_STATE = "GW003"
Progress = Callable[[str, int, int], None]

#: Behind `after`: the next households of a part of the giving register inside the area, and whether somebody of each is
#: not in the taking one yet. Each is looked up by index, one by one: the planner does not know how many people a domain
#: has, and a join of its own choice once compared everybody with everybody.
LEFT = """
with passed as materialized (
  select h.id from registry_household h
   where h.domain = %(source)s and h.area_pos >= %(pos)s and h.area_pos < %(end)s
     and h.id > %(after)s and h.id <= %(until)s
   order by h.id limit %(size)s
)
select p.id, someone.is_left is not null
  from passed p
  left join lateral (
       select true as is_left from registry_resident r
         left join lateral (
              select true as is_known from registry_resident k
               where k.domain = %(domain)s and k.resident_ref = r.resident_ref and k.resident_ref <> '' limit 1
         ) there on true
        where r.household_id = p.id and r.domain = %(source)s and r.resident_ref <> '' and r.ended_at is null
          and there.is_known is null
        limit 1
  ) someone on true
 order by p.id
"""
REGISTERED = """
select count(*) from registry_resident r
 where r.domain = %(source)s and r.area_pos >= %(pos)s and r.area_pos < %(end)s
   and r.resident_ref <> '' and r.ended_at is null
"""
#: The ids at which the giving register falls into equal parts. A part is a range, so that its lane walks its own ids.
MARKS = """
select percentile_disc(%(parts)s::float8[]) within group (order by h.id) from registry_household h
 where h.domain = %(source)s and h.area_pos >= %(pos)s and h.area_pos < %(end)s
"""
FIRST, LAST = UUID(int=0), UUID(int=(1 << 128) - 1)


@dataclass(frozen=True)
class CarryReport:
    """
    What a carry-over did, all starts together: people and households copied.

    `known` people were in the successor's register already and stayed as they were there. `resumed_from` is how many
    people earlier starts had copied.
    """

    residents: int
    households: int
    known: int
    resumed_from: int = 0


def _silent(_step: str, _done: int, _total: int) -> None:
    """Say nothing about progress."""


def register_carry(
    *, from_order: UUID, to_order: UUID, by: Actor, now: datetime, progress: Progress = _silent
) -> CarryReport | Refusal:
    """
    Copy the register of one order to its successor, for the people inside the successor's area; both must have signed.

    Started again it goes on; once done it adds nobody. Refuses without a signed carry-over, while the successor is not
    in force, and once the giving order's keys are destroyed. The giving order may be over: of one kind, the two are
    never in force at the same place and time.
    """
    signed = governance.carry_over_ask(from_order=from_order, to_order=to_order)
    if isinstance(signed, Refusal):
        return signed
    successor = governance.get_order(to_order, now=now)
    if successor is None:
        return refuse("not_found")
    asked = governance.gate_ask(purpose=PURPOSE, area_pos=successor.area_pos, now=now, order_id=to_order)
    if isinstance(asked, Refusal):
        return asked
    source = governance.order_domain(from_order)
    if not sealing.key_store().exists(source):
        return refuse("key_destroyed")
    try:
        with stages.register_locked(), keys_indexed(), without_cycles(), _gone_is_refused(to_order):
            return _Carrying(signed.id, source, successor, by, now).run(progress)
    except Refused as refused:
        return refused.refusal


@contextmanager
def _gone_is_refused(to_order: UUID) -> Iterator[None]:
    """
    Refuse when the successor is over, or the giving order's keys are gone meanwhile.

    A lane's refusal arrives where its error would not.
    """
    try:
        yield
    except sealing.KeyDestroyed:
        raise Refused(refuse("key_destroyed")) from None
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != STALE_STATE:
            raise
        # The walls say only that it may not be now: of the two, the end of the successor is what a job is told.
        with governance.job_transaction(order_id=to_order, purpose=PURPOSE):
            raise Refused(refuse("key_destroyed")) from error


class _Carrying:
    """One start of a carry-over."""

    def __init__(
        self, carry_over: UUID, source: str, successor: governance.OrderView, by: Actor, now: datetime
    ) -> None:
        self._id, self._source, self._order, self._by, self._now = carry_over, source, successor, by, now
        self._asked: dict[str, Any] = {
            "source": source,
            "domain": successor.domain,
            "pos": successor.area_pos,
            "end": successor.area_end,
        }

    def run(self, progress: Progress) -> CarryReport:
        """Copy who is left and close the run."""
        begun, total = self._begin()
        if begun.state != "done":
            done = begun.residents_count
            with closing(self._counts(lanes_for(total - done))) as counts:
                for count in counts:
                    done += count
                    progress("carrying", done, total)
            self._finish()
        run = CarryRun.objects.get(carry_over_id=self._id)
        return CarryReport(run.residents_count, run.households_count, run.known_count, begun.residents_count)

    def _begin(self) -> tuple[CarryRun, int]:
        """Return the run as it stood before this start, and how many people the giving register has."""
        with governance.job_transaction(order_id=self._order.id, purpose=PURPOSE):
            run = CarryRun.objects.filter(carry_over_id=self._id).first()
            if run is not None and run.state == "done":
                return run, run.residents_count
            if run is None:
                run = CarryRun.objects.create(
                    carry_over_id=self._id,
                    order_id=self._order.id,
                    state="running",
                    started_at=self._now,
                    changed_at=self._now,
                )
            else:
                self._advance(starts_count=F("starts_count") + 1)
            self._record("register.carry_begin", residents_count=run.residents_count)
            return run, self._registered()

    def _counts(self, lanes: int) -> Generator[int, None, None]:
        """Write in lanes, then, alone, whom somebody moved from one lane's households to another's meanwhile."""
        if lanes > 1:
            parts = self._parts(lanes)
            with closing(in_lanes(lanes, lambda number: self._lane(number, *parts[number]))) as heard:
                yield from heard
        yield from self._chunks(0, FIRST, LAST)

    def _parts(self, lanes: int) -> list[tuple[UUID, UUID]]:
        with governance.job_transaction(order_id=self._order.id, purpose=PURPOSE):
            parts = [number / lanes for number in range(1, lanes)]
            ((marks,),) = _answered(MARKS, {**self._asked, "parts": parts})
        return list(pairwise((FIRST, *marks, LAST)))

    def _lane(self, number: int, begin: UUID, until: UUID) -> Iterator[int]:
        stages.lane_locked()
        with _gone_is_refused(self._order.id):
            yield from self._chunks(number, begin, until)

    def _chunks(self, lane: int, begin: UUID, until: UUID) -> Iterator[int]:
        """Write chunk by chunk until a whole pass finds nobody left, and yield how many people went in."""
        after, found, count = begin, False, 0
        while True:
            with governance.job_transaction(order_id=self._order.id, purpose=PURPOSE):
                stages.commit_soon()
                passed = self._passed(after, until)
                left = [household for household, is_left in passed if is_left]
                written = self._write(left, lane) if left else 0
            if left:
                found, count = True, count + 1
                yield written
                if lane == 0 and count & (count - 1) == 0:
                    # The planner shall not believe for long that nobody is registered under the successor.
                    self._analyze()
            if passed:
                after = passed[-1][0]
            elif found:
                # Who moved meanwhile into a household that was passed already is found from the beginning.
                after, found = begin, False
            else:
                return

    def _analyze(self) -> None:
        with governance.job_transaction(order_id=self._order.id, purpose=PURPOSE):
            stages.register_analyze()

    def _write(self, households: Sequence[UUID], lane: int) -> int:
        people = [one for one in people_of_households(self._source, households) if one.resident_ref]
        known = stages.known_people(self._order.domain, [one.resident_ref for one in people])
        fresh = [one for one in people if one.resident_ref not in known]
        homes, made = self._homes(fresh)
        stages.register_write(
            preparing.households_stream(made),
            preparing.residents_stream(
                self._order.domain, _people(fresh), [homes[one.home.id] for one in fresh]
            ),
            lane=lane,
            domain=self._order.domain,
            order_id=self._order.id,
            now=self._now,
        )
        self._advance(
            residents_count=F("residents_count") + len(fresh),
            households_count=F("households_count") + len(made),
        )
        return len(fresh)

    def _homes(self, fresh: Sequence[Standing]) -> tuple[dict[UUID, Home], list[tuple[str, Home]]]:
        """Return where each old household's members live now, and the new households; a reference known is joined."""
        refs = {one.home.id: one.household_ref for one in fresh}
        old = {one.home.id: one.home for one in fresh}
        standing = preparing.homes_known(self._order.domain, [ref for ref in refs.values() if ref])
        new = [household for household, ref in refs.items() if ref not in standing]
        keys = governance.sealer(self._order.domain).new_data_keys(len(new))
        made = {
            household: Home(row_id, old[household].area_pos, key, old[household].door)
            for household, row_id, key in zip(new, new_ids(len(new)), keys, strict=True)
        }
        homes = {household: made.get(household) or standing[ref] for household, ref in refs.items()}
        return homes, [(refs[household], home) for household, home in made.items()]

    def _finish(self) -> None:
        with governance.job_transaction(order_id=self._order.id, purpose=PURPOSE):
            run = CarryRun.objects.get(carry_over_id=self._id)
            known = max(0, self._registered() - run.residents_count)
            self._advance(state="done", known_count=known)
            self._record(
                "register.carry",
                residents_count=run.residents_count,
                households_count=run.households_count,
                known_count=known,
            )
            stages.register_analyze()

    def _advance(self, **columns: Any) -> None:
        CarryRun.objects.filter(carry_over_id=self._id).update(changed_at=self._now, **columns)

    def _record(self, action: str, **counts: Any) -> None:
        ledger.record(
            action,
            obj=("order", self._order.id),
            by=self._by,
            now=self._now,
            purpose=PURPOSE,
            basis=str(self._id),
            from_id=self._source.partition(":")[2],
            **counts,
        )

    def _passed(self, after: UUID, until: UUID) -> list[tuple[UUID, bool]]:
        return _answered(LEFT, {**self._asked, "after": after, "until": until, "size": CHUNK})

    def _registered(self) -> int:
        return int(_answered(REGISTERED, self._asked)[0][0])


def _answered(sql: str, asked: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return list(cursor.fetchall())


def _people(standing: Sequence[Standing]) -> list[Person]:
    """Return registered people as an import would read them: with the sounds that their blind keys are made of."""
    names = pack(settings.COUNTRY).read_names([one.values[0] for one in standing])
    return [
        Person(
            0, one.resident_ref, one.household_ref, one.values[0], name.sound.partition(" ")[0], name.sound,
            one.id_kind, one.values[1], one.values[2], "", "",
        )
        for one, name in zip(standing, names, strict=True)
    ]  # fmt: skip
