"""
Owns the answer to who is on duty in a grid at a moment: whoever answers for it, or while that worker is away whoever
stands in. Reads only; asked in a scope that covers the grids.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from gridward.kernel import bulk
from gridward.kernel.actor import Actor
from gridward.kernel.bulk import Rows
from gridward.workforce.models import Absence, Account, Assignment, Cover

#: So many absences of an area are shown at once.
MOST = 500


@dataclass(frozen=True)
class AbsenceView:
    """Somebody is away from – until; why is one word of a list."""

    id: UUID
    account_id: UUID
    worker: str
    area_pos: int
    kind: str
    starts_at: datetime
    ends_at: datetime
    substitute: str
    is_now: bool


@dataclass(frozen=True)
class GridDuty:
    """One grid at a moment: who answers for it, who stands in, and which of both is away."""

    area_pos: int
    responsible_id: UUID | None
    is_away: bool
    cover_id: UUID | None
    cover_is_away: bool
    #: Whom the centre named when it entered the absence; not asked whether that worker is on duty.
    named_id: UUID | None

    @property
    def stands_in_id(self) -> UUID | None:
        """Return who stands in and is there."""
        return None if self.cover_is_away else self.cover_id

    @property
    def on_duty_id(self) -> UUID | None:
        """Return who gets what comes now."""
        return self.stands_in_id if self.responsible_id is None or self.is_away else self.responsible_id


#: One grid in each row with whoever gets what comes now, as `GridDuty.on_duty_id` says it. `{there}` says where.
ON_DUTY = """
with away as materialized (
  select account_id from workforce_absence where ended_at is null and starts_at <= %(now)s and ends_at > %(now)s
), answering as (
  select area_pos, account_id, account_id in (select account_id from away) as gone from workforce_assignment
   where responsible and role = 'grid_worker' and ends_at is null and {there}
), covering as (
  select area_pos, case when account_id not in (select account_id from away) then account_id end as account_id
    from workforce_cover where ended_at is null and {there}
), found as (
  select area_pos,
         case when a.account_id is null or a.gone then c.account_id else a.account_id end as account_id
    from answering a full join covering c using (area_pos)
)
select area_pos, account_id from found where account_id is not null
"""


def on_duty(positions: Iterable[int], *, now: datetime) -> dict[int, UUID]:
    """Return, for each grid position, the account on duty there. Grids with nobody on duty are left out."""
    asked = {"now": now, "positions": sorted(set(positions))}
    return dict(bulk.answers(Rows(ON_DUTY.format(there="area_pos = any(%(positions)s)"), asked)))


def on_duty_rows(pos: int, end: int, *, now: datetime) -> Rows:
    """Return the rows (area_pos, account_id) of who is on duty in the grids of a range, without those with nobody."""
    there = "area_pos >= %(duty_pos)s and area_pos < %(duty_end)s"
    return Rows(ON_DUTY.format(there=there), {"now": now, "duty_pos": pos, "duty_end": end})


def grid_duties(ranges: Iterable[tuple[int, int]], *, now: datetime) -> list[GridDuty]:
    """Return the grids of these ranges that somebody answers for or stands in, in the order of the line."""
    found: dict[int, GridDuty] = {}
    for pos, end in ranges:
        found |= {one.area_pos: one for one in _duties(Q(area_pos__gte=pos, area_pos__lt=end), now)}
    return [found[pos] for pos in sorted(found)]


def _duties(places: Q, now: datetime) -> list[GridDuty]:
    answering = Assignment.objects.filter(places, responsible=True, role="grid_worker", ends_at__isnull=True)
    responsible = {
        pos: who for pos, who in answering.values_list("area_pos", "account_id") if pos is not None
    }
    covers = dict(Cover.objects.filter(places, ended_at__isnull=True).values_list("area_pos", "account_id"))
    away = absent({*responsible.values(), *covers.values()}, now=now)
    return [
        GridDuty(
            pos,
            who := responsible.get(pos),
            who in away,
            stands_in := covers.get(pos),
            stands_in in away,
            away.get(who) if who else None,
        )
        for pos in sorted({*responsible, *covers})
    ]


def absent(account_ids: Iterable[UUID], *, now: datetime) -> dict[UUID, UUID | None]:
    """Return who of these accounts is away now, and whom the centre named to stand in."""
    rows = Absence.objects.filter(
        account_id__in=set(account_ids), ended_at__isnull=True, starts_at__lte=now, ends_at__gt=now
    )
    return dict(rows.values_list("account_id", "substitute_id"))


def get_absences(*, by: Actor, now: datetime) -> list[AbsenceView]:
    """Return who is away now or will be in the actor's areas, those who left first at the top."""
    rows: list[Absence] = []
    for scope in by.scopes:
        live = Absence.objects.filter(
            area_pos__gte=scope.pos, area_pos__lt=scope.end, ended_at__isnull=True, ends_at__gt=now
        )
        rows += live.order_by("starts_at", "id")[:MOST]
    return _views(rows, now)


@dataclass(frozen=True)
class WorkerView:
    """A grid worker as a centre chooses one: the account's name and the grid; nobody's person."""

    account_id: UUID
    handle: str
    area_pos: int
    is_away: bool


def get_workers(*, by: Actor, now: datetime) -> list[WorkerView]:
    """Return the grid workers of the actor's areas, in the order of the line, each with the first grid."""
    found: dict[UUID, tuple[str, int]] = {}
    for scope in by.scopes:
        rows = Assignment.objects.filter(
            area_pos__gte=scope.pos, area_pos__lt=scope.end, role="grid_worker", ends_at__isnull=True,
            account__is_active=True,
        )  # fmt: skip
        for account_id, handle, pos in rows.order_by("area_pos", "id").values_list(
            "account_id", "account__handle", "area_pos"
        )[:MOST]:
            if pos is not None:
                found.setdefault(account_id, (handle, pos))
    away = absent(found, now=now)
    return [WorkerView(who, handle, pos, who in away) for who, (handle, pos) in found.items()]


@dataclass(frozen=True)
class WorkerPlace:
    """A grid in which somebody works or stands in."""

    account_id: UUID
    handle: str
    area_pos: int


def get_worker_places(*, by: Actor) -> list[WorkerPlace]:
    """Return every grid worker of the actor's areas with each grid he or she works or stands in, by name."""
    found: set[WorkerPlace] = set()
    for scope in by.scopes:
        there = {"area_pos__gte": scope.pos, "area_pos__lt": scope.end, "account__is_active": True}
        works = Assignment.objects.filter(role="grid_worker", ends_at__isnull=True, **there)
        covers = Cover.objects.filter(ended_at__isnull=True, **there)
        named = ("account_id", "account__handle", "area_pos")
        found |= {
            WorkerPlace(who, handle, pos)
            for who, handle, pos in works.values_list(*named).union(covers.values_list(*named))
            if pos is not None
        }
    return sorted(found, key=lambda one: (one.handle, one.area_pos))


def own_absence(*, by: Actor, now: datetime) -> datetime | None:
    """Return until when the actor is away now, or None."""
    if by.id is None:
        return None
    rows = Absence.objects.filter(
        account_id=by.id, ended_at__isnull=True, starts_at__lte=now, ends_at__gt=now
    )
    return rows.order_by("-ends_at").values_list("ends_at", flat=True).first()


def _views(rows: Sequence[Absence], now: datetime) -> list[AbsenceView]:
    accounts = {who for row in rows for who in (row.account_id, row.substitute_id) if who is not None}
    handles = dict(Account.objects.filter(id__in=accounts).values_list("id", "handle"))
    return [
        AbsenceView(
            row.id,
            row.account_id,
            handles[row.account_id],
            row.area_pos,
            row.kind,
            row.starts_at,
            row.ends_at,
            handles.get(row.substitute_id, "") if row.substitute_id else "",
            row.starts_at <= now,
        )
        for row in sorted(rows, key=lambda row: (row.starts_at, row.id))
    ]
