"""All writes of workforce: accounts, assignments, agencies, sign-in and sign-out."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connection, transaction

from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse
from gridward.territory import api as territory
from gridward.workforce.models import Account, Agency, Assignment, LoginSession
from gridward.workforce.queries import live_assignments, make_actor
from gridward.workforce.rules import LONGEST_TOKEN, ROLES, handle_fits, may_use_pages

COMMAND_SESSION = timedelta(hours=12)


def password_hash(password: str) -> str:
    """Return a password as `account_create` keeps it; slow on purpose, so once for many accounts."""
    return make_password(password)


@transaction.atomic
def account_create(
    *, handle: str, password: str | None, by: Actor, now: datetime, hashed: str = ""
) -> Account | Refusal:
    """
    Make an account. Without a password it can only be entered from the command line.

    `hashed` comes in place of a password, from `password_hash`, where many accounts begin with the same one.
    """
    if not handle_fits(handle):
        return refuse("handle_wrong", handle=handle[:40])
    if Account.objects.filter(handle=handle).exists():
        return refuse("handle_taken", handle=handle)
    account = Account.objects.create(
        id=new_id(), handle=handle, password=hashed or make_password(password), created_at=now
    )
    ledger.record("account.create", obj=("account", account.id), by=by, now=now)
    return account


def assignment_open(
    *,
    account_id: UUID,
    role: str,
    by: Actor,
    now: datetime,
    area_code: str = "",
    agency_code: str = "",
    responsible: bool = False,
) -> Assignment | Refusal:
    """Give an account a role in an area or for an agency. At most one responsible worker a grid."""
    known = ROLES.get(role)
    if known is None:
        return refuse("role_unknown", role=role, roles=", ".join(ROLES))
    area = territory.get_area(area_code) if area_code else None
    if area_code and area is None and known.bound_to == "any":
        return refuse("area_unknown", code=area_code)
    if known.bound_to not in ("agency", "any") and (area is None or area.level != known.bound_to):
        return refuse("role_needs_area", role=role, level=known.bound_to)
    if known.bound_to == "agency" and not Agency.objects.filter(code=agency_code).exists():
        return refuse("role_needs_agency", role=role)
    try:
        with transaction.atomic():
            assignment = Assignment.objects.create(
                id=new_id(),
                account_id=account_id,
                role=role,
                area_code=area.code if area else "",
                area_pos=area.pos if area else None,
                area_end=area.end if area else None,
                agency_id=agency_code or None,
                responsible=responsible,
                starts_at=now,
            )
            ledger.record("assignment.open", obj=("account", account_id), by=by, now=now, role_code=role)
            return assignment
    except IntegrityError:
        return refuse("grid_has_worker", code=area_code)


@transaction.atomic
def agency_create(*, code: str, name: str, by: Actor, now: datetime) -> Agency:
    """Write a partner agency, or change its name. Idempotent."""
    agency, created = Agency.objects.update_or_create(code=code, defaults={"name": name})
    if created:
        ledger.record("agency.create", obj=("agency", code), by=by, now=now)
    return agency


@transaction.atomic
def session_open(*, account: Account, key: str, kind: str, lasts: timedelta, now: datetime) -> Actor | None:
    """
    Record a live sign-in by the hash of its key; the database derives the scope from it.

    Returns who it is from now on, None for an account without a role: its key opens nothing.
    """
    opened = LoginSession(
        key_hash=hashlib.sha256(key.encode()).digest(),
        account=account,
        kind=kind,
        started_at=now,
        expires_at=now + lasts,
        ended_at=None,
    )
    again = ["account", "kind", "started_at", "expires_at", "ended_at"]
    # One statement; asking first whether the key is known takes four.
    LoginSession.objects.bulk_create(
        [opened], update_conflicts=True, unique_fields=["key_hash"], update_fields=again
    )
    by = make_actor(account, session_key=key, now=now)
    if by:
        ledger.record("session.open", obj=("account", account.id), by=by, now=now, kind=kind)
    return by


def web_session_open(*, account: Account, key: str, now: datetime) -> Actor | None:
    """Record a sign-in in the browser."""
    lasts = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return session_open(account=account, key=key, kind="web", lasts=lasts, now=now)


@transaction.atomic
def session_end(*, key: str, by: Actor, now: datetime) -> None:
    """End a sign-in: its key opens no scope any more."""
    LoginSession.objects.filter(key_hash=hashlib.sha256(key.encode()).digest()).update(ended_at=now)
    ledger.record("session.end", obj=("account", by.id), by=by, now=now)


def actor_by_handle(handle: str, *, now: datetime, kind: str = "cli") -> Actor | Refusal:
    """
    Return the actor of an account for a command on the machine itself; opens a session, which the ledger shows.

    Who can run commands here can read the app's secret anyway; what this adds is that the scope is that of the
    account named and that the ledger says so.
    """
    account = Account.objects.filter(handle=handle, is_active=True).first()
    if account is None:
        return refuse("account_unknown", handle=handle)
    key = secrets.token_urlsafe(32)
    actor = session_open(account=account, key=key, kind=kind, lasts=COMMAND_SESSION, now=now)
    return actor or refuse("account_without_role", handle=handle)


@dataclass(frozen=True)
class IssuedToken:
    """A token as it is shown once: nobody can read it again."""

    token: str
    handle: str
    label: str
    expires_at: datetime


@transaction.atomic
def token_issue(*, handle: str, label: str, days: int, by: Actor, now: datetime) -> IssuedToken | Refusal:
    """
    Issue a token to an account: who carries it has that account's role and area in the API until it ends.

    Runs in the scope of an administrator; the database asks whether it is one. Only the hash is kept.
    """
    account = Account.objects.filter(handle=handle, is_active=True).first()
    if account is None:
        return refuse("account_unknown", handle=handle[:40])
    held = live_assignments(account.id, now)
    if refusal := may_use_pages(handle, held[0].role if held else None):
        return refusal
    if not 0 < days <= LONGEST_TOKEN.days or not label.strip():
        return refuse("token_terms", most=LONGEST_TOKEN.days)
    token = "gw_" + secrets.token_urlsafe(32)
    until = now + timedelta(days=days)
    name = label.strip()[:80]
    with connection.cursor() as cursor:
        cursor.execute(
            "select workforce_token_issue(%s, %s, %s, %s, %s)",
            [hashlib.sha256(token.encode()).digest(), account.id, name, now, until],
        )
        if cursor.fetchone() != (True,):
            return refuse("forbidden")
    ledger.record("token.issue", obj=("account", account.id), by=by, now=now, days=days)
    return IssuedToken(token, handle, name, until)


@transaction.atomic
def token_end(*, ref: str, by: Actor, now: datetime) -> Refusal | None:
    """End a token at once; `ref` is how the list names it."""
    with connection.cursor() as cursor:
        cursor.execute("select workforce_token_end(%s, %s)", [ref[:12], now])
        (account_id,) = cursor.fetchone() or (None,)
    if account_id is None:
        return refuse("not_found")
    ledger.record("token.end", obj=("account", account_id), by=by, now=now)
    return None
