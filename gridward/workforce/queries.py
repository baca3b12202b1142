"""Answers about accounts, assignments and who is responsible where. The actor of a request is made here."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from gridward.kernel import prepared
from gridward.kernel.actor import ANONYMOUS, Actor, Scope
from gridward.kernel.endpoint import API, OPENROSA, SYNC
from gridward.territory import api as territory
from gridward.workforce.models import Account, Agency, Assignment, LoginSession
from gridward.workforce.rules import COMMAND_LINE_ONLY, ROLES


def _live(now: datetime) -> QuerySet[Assignment]:
    return Assignment.objects.filter(starts_at__lte=now).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))


#: Written out: every request asks this, and putting the question together took longer than the answer.
LIVE = """
select * from workforce_assignment
 where account_id = %s and starts_at <= %s and (ends_at is null or ends_at > %s)
 order by starts_at, id
"""
#: What an account holds now, earliest first, and the grids it stands in; of these the role is empty. There is no scope
#: yet when it is asked, so the database answers for the grids.
_HOLDS = """
select x.role, x.area_code, x.agency_id
  from (select t.starts_at, t.id, t.role, t.area_code, t.agency_id from workforce_assignment t
         where t.account_id = {account} and t.starts_at <= %s and (t.ends_at is null or t.ends_at > %s)
         union all
        select null, null, '', c.code, null from workforce_covered({account}) c(code)) x
 order by x.starts_at nulls last, x.id
"""
_HELD = _HOLDS.format(account="%s")

#: What an actor holds: role, area and department of each assignment.
_Held = Sequence[tuple[Any, ...]]


def live_assignments(account_id: UUID, now: datetime) -> list[Assignment]:
    """Return the account's live assignments of its present role: that of the earliest one, as the database does."""
    rows = list(Assignment.objects.raw(LIVE, [account_id, now, now]))
    return [row for row in rows if row.role == rows[0].role]


def make_actor(account: Account, *, session_key: str, now: datetime) -> Actor | None:
    """Return the actor an account is now, or None when it holds no role."""
    held = prepared.ask(_HELD, [account.id, now, now, account.id])
    return _actor(account.id, account.handle, held, session_key)


def _actor(account_id: UUID, handle: str, held: _Held, session_key: str) -> Actor | None:
    """Return the actor by what an account holds, earliest first: the earliest says the role, as in the database."""
    of_role = [one for one in held if one[0] and one[0] == held[0][0]]
    if not of_role:
        return None
    name = of_role[0][0]
    stands_in = [one for one in held if not one[0]] if name == "grid_worker" else []
    areas = territory.get_areas([code for _role, code, _agency in (*of_role, *stands_in) if code])
    role = ROLES[name]
    return Actor(
        id=account_id,
        handle=handle,
        role=name,
        role_label=str(role.label),
        rights=role.rights,
        scopes=tuple(Scope(a.pos, a.end, a.code, a.name, a.level) for a in areas.values()),
        agency=next((agency for _role, _code, agency in of_role if agency), ""),
        db_role=role.db_role,
        session_key=session_key,
    )


def actor_of(account_id: UUID, *, session_key: str, now: datetime) -> Actor | None:
    """Return the actor an active account is now under a session of its own, or None when it holds no role."""
    account = Account.objects.filter(id=account_id, is_active=True).first()
    return make_actor(account, session_key=session_key, now=now) if account else None


def load_actor(request: HttpRequest, now: datetime) -> Actor:
    """Answer the kernel's actor port: who this request is, or ANONYMOUS. The API knows tokens, pages know cookies."""
    if request.path.startswith(API):
        return _actor_by_token(request, now)
    if request.path.startswith(OPENROSA):
        return _token_actor(request.path.split("/")[2], "collect", now)
    user = get_user(request)
    if not isinstance(user, Account) or not user.is_active:
        return ANONYMOUS
    session_key = request.session.session_key or ""
    actor = make_actor(user, session_key=session_key, now=now)
    if actor is None or actor.role in COMMAND_LINE_ONLY:
        return ANONYMOUS
    return actor


def _actor_by_token(request: HttpRequest, now: datetime) -> Actor:
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        return ANONYMOUS
    # Asked before anything of the request is read, and again by the endpoint: the answer is kept with the request.
    known: Actor | None = getattr(request, "token_actor", None)
    if known is None:
        known = _token_actor(token, "device" if request.path.startswith(SYNC) else "token", now)
        request.token_actor = known  # type: ignore[attr-defined]  # ours, on Django's request
    return known


#: Asked by every request of a machine and of a phone.
_BY_TOKEN = f"""
select a.id, a.handle, h.role, h.area_code, h.agency_id
  from workforce_loginsession s join workforce_account a on a.id = s.account_id and a.is_active
  left join lateral ({_HOLDS.format(account="a.id")}) h on true
 where s.key_hash = %s and s.kind = %s and s.ended_at is null and s.expires_at > %s
"""


def _token_actor(token: str, kind: str, now: datetime) -> Actor:
    rows = prepared.ask(_BY_TOKEN, [now, now, hashlib.sha256(token.encode()).digest(), kind, now])
    actor = (
        _actor(rows[0][0], rows[0][1], [(row[2], row[3], row[4]) for row in rows], token) if rows else None
    )
    return ANONYMOUS if actor is None or actor.role in COMMAND_LINE_ONLY else actor


@dataclass(frozen=True)
class TokenView:
    """A live token as an administrator sees it: whose, what for, from when until when. Never the token."""

    ref: str
    handle: str
    label: str
    started_at: datetime
    expires_at: datetime


def get_tokens(*, now: datetime) -> list[TokenView]:
    """Return the live tokens, newest first; for anybody but an administrator there are none."""
    with connection.cursor() as cursor:
        cursor.execute("select * from workforce_tokens(%s)", [now])
        return [TokenView(*row) for row in cursor.fetchall()]


def sessions_alive(keys: Iterable[str], *, now: datetime) -> set[str]:
    """Return which of these session keys still open a scope: signed in, not expired, account active, in some role."""
    by_hash = {hashlib.sha256(key.encode()).digest(): key for key in keys}
    alive = LoginSession.objects.filter(
        key_hash__in=list(by_hash),
        ended_at__isnull=True,
        expires_at__gt=now,
        account__is_active=True,
        account__in=_live(now).values("account"),
    )
    return {by_hash[bytes(key_hash)] for key_hash in alive.values_list("key_hash", flat=True)}


def responsible_workers(positions: Iterable[int]) -> dict[int, UUID]:
    """
    Return, for each grid position, the account that answers for it. Grids without one are left out.

    Whether it is on duty is another question: see `on_duty`.
    """
    rows = Assignment.objects.filter(
        area_pos__in=set(positions), responsible=True, role="grid_worker", ends_at__isnull=True
    )
    return {row.area_pos: row.account_id for row in rows if row.area_pos is not None}


def get_handles(account_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the handles of accounts."""
    return dict(Account.objects.filter(id__in=set(account_ids)).values_list("id", "handle"))


def get_agencies() -> list[Agency]:
    """Return every partner agency, by code."""
    return list(Agency.objects.order_by("code"))


@dataclass(frozen=True)
class AccountView:
    """An account as an administrator sees it: no person, only handle, and the roles, areas and departments held."""

    id: UUID
    handle: str
    is_active: bool
    roles: tuple[str, ...]
    area_codes: tuple[str, ...]
    agency_names: tuple[str, ...]


def get_accounts(*, now: datetime, after: str = "", limit: int = 50) -> Sequence[AccountView]:
    """Return a keyset page of accounts by handle, each with what it holds now."""
    accounts = list(Account.objects.filter(handle__gt=after).order_by("handle")[:limit])
    rows = _live(now).filter(account__in=accounts).select_related("agency").order_by("starts_at", "id")
    held: dict[UUID, list[Assignment]] = {account.id: [] for account in accounts}
    for row in rows:
        held[row.account_id].append(row)
    return [
        AccountView(
            account.id,
            account.handle,
            account.is_active,
            tuple(dict.fromkeys(row.role for row in held[account.id])),
            tuple(dict.fromkeys(row.area_code for row in held[account.id] if row.area_code)),
            tuple(dict.fromkeys(row.agency.name for row in held[account.id] if row.agency)),
        )
        for account in accounts
    ]
