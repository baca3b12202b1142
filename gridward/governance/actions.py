"""All writes of governance: orders and their signatures, grants, key domains, profiles."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction

from gridward.governance import queries, rules
from gridward.governance.events import OrderEnded, OrderSigned
from gridward.governance.models import AccessGrant, EmergencyOrder, KeyDomain, OrderSignature, Profile
from gridward.governance.profiles import BUILT_IN, COVID19_CN_2020_03, infeasible
from gridward.governance.queries import OrderView
from gridward.kernel import bulk, ledger, live, once, outbox, scope, sealing
from gridward.kernel.actor import Actor
from gridward.kernel.bulk import Rows
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, Refused, refuse
from gridward.territory import api as territory

STANDING = "standing"


def profiles_install(*, by: Actor, now: datetime) -> Profile:
    """Write the built-in profile if it is not there; returns its newest version. Refuses an infeasible one."""
    if broken := infeasible(COVID19_CN_2020_03):
        raise ValueError(f"the built-in profile is not feasible: {broken}")
    newest = queries.get_profile(BUILT_IN)
    if newest and newest.parameters == dict(COVID19_CN_2020_03):
        return newest
    profile = Profile.objects.create(
        id=new_id(),
        code=BUILT_IN,
        version=newest.version + 1 if newest else 1,
        title="COVID-19, China, March 2020",
        parameters=dict(COVID19_CN_2020_03),
        created_at=now,
    )
    ledger.record("profile.install", obj=("profile", profile.id), by=by, now=now)
    return profile


@contextmanager
def in_the_name_of(by: Actor) -> Iterator[None]:
    """Work in a savepoint and in the scope of whoever acts: the walls ask for account and role, whoever calls."""
    with transaction.atomic(), scope.of_session(by.session_key):
        yield
    # What the request asked of the gate before does not hold after this.
    once.forget()


def order_draft(*, draft: rules.Draft, by: Actor, now: datetime) -> OrderView | Refusal:
    """Write a draft order. It opens nothing before two people have signed it."""
    if by.role not in rules.DRAFTERS or by.id is None:
        return refuse("forbidden")
    if refusal := rules.may_draft(draft):
        return refusal
    if draft.ends_at <= now:
        return refuse("order_over")
    area = territory.get_area(draft.area_code)
    profile = queries.get_profile(draft.profile_code)
    if area is None or profile is None:
        return refuse("form_invalid")
    try:
        with in_the_name_of(by):
            return _order_draft(draft, area, profile, by.id, by, now)
    except IntegrityError as error:
        # Two drafts of one number at the same moment: only the database sees both.
        if "number" not in str(error):
            raise
        return refuse("conflict")


def _order_draft(
    draft: rules.Draft, area: territory.AreaView, profile: Profile, account_id: UUID, by: Actor, now: datetime
) -> OrderView:
    order = EmergencyOrder.objects.create(
        id=new_id(),
        number=draft.number,
        title=draft.title,
        kind=draft.kind,
        authority=draft.authority,
        profile=profile,
        area_code=area.code,
        area_pos=area.pos,
        area_end=area.end,
        population_scope=draft.population_scope,
        necessity_note=draft.necessity_note,
        purposes=list(draft.purposes),
        bodies=list(draft.bodies),
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        drafted_by=account_id,
        drafted_at=now,
    )
    ledger.record("order.draft", obj=("order", order.id), by=by, now=now, basis=str(order.id))
    return queries.order_view(order, now)


def order_sign(*, order_id: UUID, by: Actor, now: datetime) -> OrderView | Refusal:
    """
    Sign an order in the capacity of the actor's role. The second signature puts it in force and makes its key.

    Refuses a second signature by the same person or in the same capacity, and an order that would overlap another.
    """
    capacity = rules.CAPACITIES.get(by.role)
    if capacity is None or by.id is None:
        return refuse("not_a_signatory")
    try:
        with in_the_name_of(by):
            return _order_sign(order_id, capacity, by.id, by, now)
    except IntegrityError as error:
        overlapped = "orders_of_a_kind_do_not_overlap" in str(error)
        return refuse("order_overlaps" if overlapped else "order_already_signed")


def _order_sign(
    order_id: UUID, capacity: str, account_id: UUID, by: Actor, now: datetime
) -> OrderView | Refusal:
    order = EmergencyOrder.objects.select_for_update().filter(id=order_id).first()
    if order is None:
        return refuse("not_found")
    if queries.order_view(order, now).state == "over":
        return refuse("order_over")
    OrderSignature.objects.create(
        id=new_id(), order=order, account_id=account_id, capacity=capacity, signed_at=now
    )
    ledger.record(
        "order.sign", obj=("order", order.id), by=by, now=now, basis=str(order.id), capacity=capacity
    )
    if OrderSignature.objects.filter(order=order).count() == len(rules.CAPACITIES):
        order.signed_at = now
        order.save(update_fields=["signed_at"])
        domain_open(domain=f"order:{order.id}", by=by, now=now)
        outbox.announce(OrderSigned(order.id), now=now)
        live.ring("order", pos=order.area_pos, end=order.area_end)
    return queries.order_view(order, now)


def order_end(*, order_id: UUID, reason: str, by: Actor, now: datetime) -> OrderView | Refusal:
    """End an order before its time. Collection stops at once; what was collected stays until its keys die."""
    if by.role not in rules.ENDERS:
        return refuse("forbidden")
    with in_the_name_of(by):
        return _order_end(order_id, reason, by, now)


def _order_end(order_id: UUID, reason: str, by: Actor, now: datetime) -> OrderView | Refusal:
    order = EmergencyOrder.objects.select_for_update().filter(id=order_id).first()
    if order is None:
        return refuse("not_found")
    if queries.order_view(order, now).state == "over":
        return refuse("order_over")
    order.ended_at = now
    order.save(update_fields=["ended_at"])
    ledger.record("order.end", obj=("order", order.id), by=by, now=now, basis=str(order.id), reason=reason)
    outbox.announce(OrderEnded(order.id), now=now)
    live.ring("order", pos=order.area_pos, end=order.area_end)
    return queries.order_view(order, now)


@contextmanager
def job_scope(*, order_id: UUID, purpose: str) -> Iterator[None]:
    """Work as SYSTEM inside the order's area for one of its purposes; `Refused("order_inactive")` when it is over."""
    with ExitStack() as stack:
        try:
            stack.enter_context(scope.entered("select governance_enter_job(%s, %s)", (order_id, purpose)))
        except Refused as refused:
            raise Refused(refuse("order_inactive")) from refused
        # What is refused inside is refused by whoever works there, and passed on as it is.
        yield


#: What the gate in the database raises (see the walls of governance).
ORDER_INACTIVE_STATE = "GW001"


@contextmanager
def job_transaction(*, order_id: UUID, purpose: str) -> Iterator[None]:
    """
    Work in a transaction of its own inside `job_scope`; `Refused("order_inactive")` whoever says so, and when.

    The gate is asked on the way in, by the database at every collecting statement, and at the commit.
    """
    try:
        with transaction.atomic(), job_scope(order_id=order_id, purpose=purpose):
            yield
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != ORDER_INACTIVE_STATE:
            raise
        raise Refused(refuse("order_inactive")) from error


def domain_open(*, domain: str, by: Actor, now: datetime, suite: str | None = None) -> None:
    """Make the keys of a domain, outside the database, and record publicly that they exist. Idempotent."""
    store = sealing.key_store()
    if not store.exists(domain):
        store.create(domain, suite or settings.CRYPTO_SUITE, now=now)
    info = store.get(domain).info
    _row, created = KeyDomain.objects.get_or_create(
        domain=domain, defaults={"suite": info.suite, "fingerprint": info.fingerprint, "created_at": now}
    )
    if created:
        ledger.record("domain.open", obj=("domain", domain), by=by, now=now, suite=info.suite)


def domain_destroy(*, domain: str, reason: str, by: Actor, now: datetime) -> Refusal | None:
    """
    Destroy the keys of a domain for ever: everything sealed in it, in every backup too, becomes unreadable.

    Refused while the domain's order is not over; nobody destroys by mistake what is still needed. Doing it again
    finishes what a crash interrupted and leaves the first moment as it was.
    """
    if by.role not in rules.CAPACITIES:
        return refuse("forbidden")
    order = _order_of(domain, now)
    if order is not None and order.state != "over":
        return refuse("order_not_over", number=order.number)
    if domain not in {info.domain for info in sealing.key_store().list()}:
        return refuse("not_found")
    with in_the_name_of(by):
        KeyDomain.objects.filter(domain=domain, destroyed_at__isnull=True).update(destroyed_at=now)
        ledger.record("domain.destroy", obj=("domain", domain), by=by, now=now, reason=reason)
        # Only once this is committed: a key cannot be brought back by a rollback. Doing it again is doing it once.
        transaction.on_commit(lambda: sealing.key_store().destroy(domain, now=now))
    return None


def _order_of(domain: str, now: datetime) -> OrderView | None:
    kind, _colon, order_id = domain.partition(":")
    try:
        return queries.get_order(UUID(order_id), now=now) if kind == "order" else None
    except ValueError:
        return None


@dataclass(frozen=True)
class NewGrant:
    """A grant to be written: who may see which household, why, and until when."""

    account_id: UUID
    household_id: UUID
    area_pos: int
    purpose: str
    basis_id: UUID
    task_id: UUID | None
    ends_at: datetime
    reason: str = ""


def grants_write(*, grants: Sequence[NewGrant], by: Actor, now: datetime) -> int:
    """Write grants (one ledger entry for all of them) and return how many."""
    rows = [AccessGrant(id=new_id(), starts_at=now, **vars(grant)) for grant in grants]
    AccessGrant.objects.bulk_create(rows, batch_size=5_000)
    if rows:
        ledger.record(
            "grant.write",
            obj=ledger.page_hash("household", [grant.household_id for grant in grants]),
            by=by,
            now=now,
            purpose=grants[0].purpose,
            basis=str(grants[0].basis_id),
            task=str(grants[0].task_id or "") if len(rows) == 1 else "",
            count=len(rows),
        )
    return len(rows)


# An id of its own for each purpose too: a task that asks for two has two grants.
GRANTS_WRITE = """
insert into governance_accessgrant (id, account_id, household_id, area_pos, purpose, basis_id, task_id, starts_at,
                                    ends_at)
select kernel_new_id(kernel_new_id(%(seed)s, g.task_id),
                     encode(substring(sha256(convert_to(g.purpose, 'UTF8')), 1, 16), 'hex')::uuid),
       g.account_id, g.household_id, g.area_pos, g.purpose, %(basis)s, g.task_id, %(starts)s, %(ends)s
  from ({rows}) g
returning household_id, purpose, task_id
"""


def grants_write_rows(*, rows: Rows, basis_id: UUID, ends_at: datetime, by: Actor, now: datetime) -> int:
    """
    Write a grant for each row (account_id, household_id, area_pos, purpose, task_id; each task and purpose once).

    One ledger entry for all of them. Return how many.
    """
    asked = {**rows.params, "seed": new_id(), "basis": basis_id, "starts": now, "ends": ends_at}
    given = bulk.answers(Rows(GRANTS_WRITE.format(rows=rows.sql), asked))
    if given:
        # In an order that anybody can find again: that of the plan is nobody's.
        ledger.record(
            "grant.write",
            obj=ledger.page_hash(
                "household", sorted(household_id for household_id, _purpose, _task in given)
            ),
            by=by,
            now=now,
            purpose=given[0][1],
            basis=str(basis_id),
            task=str(given[0][2]) if len(given) == 1 else "",
            count=len(given),
        )
    return len(given)


def grants_end(*, task_ids: Sequence[UUID], by: Actor, now: datetime) -> int:
    """End every live grant of these tasks."""
    ended = AccessGrant.objects.filter(task_id__in=task_ids, ended_at__isnull=True).update(ended_at=now)
    if ended:
        ledger.record("grant.end", obj=ledger.page_hash("task", list(task_ids)), by=by, now=now, count=ended)
    return ended


def grant_brief(
    *,
    household_id: UUID,
    area_pos: int,
    purpose: str,
    basis_id: UUID,
    reason: str,
    by: Actor,
    now: datetime,
    minutes: float = 30,
) -> UUID | Refusal:
    """Write a short grant with a reason, for triage or a reveal; returns its id."""
    if len(reason.strip()) < 4:
        return refuse("reason_needed", least=4)
    if by.id is None or not by.covers(area_pos):
        return refuse("no_grant")
    grant = AccessGrant.objects.create(
        id=new_id(),
        account_id=by.id,
        household_id=household_id,
        area_pos=area_pos,
        purpose=purpose,
        basis_id=basis_id,
        reason=reason.strip()[:200],
        starts_at=now,
        ends_at=now + timedelta(minutes=minutes),
    )
    ledger.record(
        "grant.brief",
        obj=("household", household_id),
        by=by,
        now=now,
        purpose=purpose,
        basis=str(basis_id),
        reason=reason.strip()[:200],
    )
    return grant.id
