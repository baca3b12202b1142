"""
Owns importing a worker roster: accounts, sealed profiles and assignments, all or nothing.

Labour records have their own legal basis and live in the key domain `standing`; no emergency order is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_ids
from gridward.kernel.models import DataKey
from gridward.kernel.outcomes import Refusal
from gridward.kernel.tabular import Column, Row, RowProblem, Table, TableRefusal, read_table
from gridward.territory import api as territory
from gridward.workforce.models import Account, Assignment, WorkerProfile
from gridward.workforce.rules import ROLES, Role, handle_fits

COLUMNS = (
    Column("worker_ref", ("工号", "人员编号"), required=True),
    Column("name", ("姓名",), required=True, hint="name"),
    Column("phone", ("手机号", "联系电话"), hint="phone"),
    Column("employment", ("用工类型",), required=True),
    Column("area_code", ("网格编码",), required=True),
    Column("role", ("角色",), required=True),
    Column("handle", ("账号",), required=True),
    Column("responsible", ("责任人",)),
)
PROBLEMS = {
    "ref_missing": _("The reference of the worker is missing."),
    "handle_wrong": _("An account name has 1 to 150 characters and no spaces."),
    "ref_twice": _("This worker stands in the roster twice."),
    "handle_taken": _("This account name is taken."),
    "role_wrong": _("This role does not exist or is not given by roster."),
    "area_wrong": _("There is no area of the level this role needs with this code."),
    "employment_wrong": _("The employment is full_time or part_time."),
    "name_missing": _("The name is missing."),
    "phone_wrong": _("The telephone number cannot be read."),
    "two_responsible": _("This grid has two responsible workers."),
}
#: One roster import at a time in the whole database.
LOCK = 7_206_001
YES = frozenset({"yes", "true", "1", "是"})


@dataclass(frozen=True)
class RosterReport:
    """What a roster import did."""

    rows: int
    workers: int = 0
    known: int = 0
    problems: Sequence[RowProblem] = field(default_factory=tuple)


@dataclass(frozen=True)
class _Worker:
    row: int
    worker_ref: str
    name: str
    phone: str
    phone_problem: str
    employment: str
    area_code: str
    role: str
    handle: str
    responsible: bool


def roster_import(
    *,
    path: Path,
    filename: str,
    by: Actor,
    now: datetime,
    password: str | None = None,
    password_within: str = "",
) -> RosterReport | Refusal:
    """
    Import a roster file. Workers whose `worker_ref` is known stay as they are.

    Accounts get no password (they are enrolled by their team leader) unless one is given for a demonstration: then
    those get it whose area's code begins with `password_within`. It is hashed once, not for each of them.
    """
    table = read_table(path, filename=filename, wanted=COLUMNS)
    if isinstance(table, TableRefusal):
        return table.as_outcome()
    if incomplete := table.incomplete():
        return incomplete.as_outcome()
    workers: list[_Worker] = []
    problems: list[RowProblem] = []
    for rows in table.chunks(5_000):
        workers += _read(table, rows)
        problems += [problem for row in rows for problem in row.problems]
    with transaction.atomic():
        # One roster at a time: what is known and taken is asked before it is written.
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        known = set(_known_refs([worker.worker_ref for worker in workers]))
        problems += _problems(workers, known)
        if problems:
            return RosterReport(rows=table.row_count, problems=sorted(problems))
        return _written(workers, known, by, now, _Passwords(password, password_within))


def _read(table: Table, rows: Sequence[Row]) -> list[_Worker]:
    def cells(row: Row) -> dict[str, str]:
        return {c.name: row.cells[table.columns[c.name]] if c.name in table.columns else "" for c in COLUMNS}

    read = [cells(row) for row in rows]
    phones = pack(settings.COUNTRY).read_phones([cell.pop("phone") for cell in read])
    return [
        _Worker(
            row=row.number,
            phone=phone.value,
            phone_problem=phone.problem,
            responsible=cell.pop("responsible").lower() in YES,
            **cell,
        )
        for row, cell, phone in zip(rows, read, phones, strict=True)
    ]


def _problems(workers: Sequence[_Worker], known: set[str]) -> list[RowProblem]:
    areas = territory.get_areas({worker.area_code for worker in workers})
    taken = set(
        Account.objects.filter(handle__in=[w.handle for w in workers]).values_list("handle", flat=True)
    )
    answered_for = set(
        Assignment.objects.filter(area_code__in=areas, responsible=True, ends_at__isnull=True).values_list(
            "area_code", flat=True
        )
    )
    seen: set[str] = set()
    problems = []
    for worker in workers:
        role, area = ROLES.get(worker.role), areas.get(worker.area_code)
        is_new = worker.worker_ref not in known
        wrong = {
            "ref_missing": ("worker_ref", not worker.worker_ref),
            "ref_twice": ("worker_ref", bool(worker.worker_ref) and worker.worker_ref in seen),
            "handle_wrong": ("handle", not handle_fits(worker.handle)),
            "handle_taken": ("handle", is_new and worker.handle in taken),
            "role_wrong": ("role", role is None or role.bound_to in ("any", "agency")),
            "area_wrong": ("area_code", role is not None and not _fits(role, area)),
            "employment_wrong": ("employment", worker.employment not in ("full_time", "part_time")),
            "name_missing": ("name", not worker.name),
            "phone_wrong": ("phone", worker.phone_problem not in ("", "empty", "several")),
            "two_responsible": (
                "responsible",
                is_new and worker.responsible and worker.area_code in answered_for,
            ),
        }
        seen.add(worker.worker_ref)
        taken |= {worker.handle} if is_new and worker.handle else set()
        answered_for |= {worker.area_code} if is_new and worker.responsible else set()
        problems += [
            RowProblem(worker.row, c, code, PROBLEMS[code]) for code, (c, bad) in wrong.items() if bad
        ]
    return problems


def _fits(role: Role, area: territory.AreaView | None) -> bool:
    return role.bound_to in ("any", "agency") or (area is not None and area.level == role.bound_to)


def _known_refs(refs: Sequence[str]) -> list[str]:
    # Profiles lie behind row-level security; whether a reference is known is all that is asked here.
    with connection.cursor() as cursor:
        cursor.execute("select ref from unnest(%s::text[]) ref where workforce_ref_known(ref)", [list(refs)])
        return [row[0] for row in cursor.fetchall()]


class _Passwords:
    """The hash a worker's account gets: of the demonstration's password inside an area, of none elsewhere."""

    def __init__(self, password: str | None, within: str) -> None:
        self._within = within
        self._given, self._none = make_password(password), make_password(None)

    def of(self, worker: _Worker) -> str:
        """Return the hash for this worker."""
        return self._given if worker.area_code.startswith(self._within) else self._none


def _written(
    workers: Sequence[_Worker], known: set[str], by: Actor, now: datetime, passwords: _Passwords
) -> RosterReport:
    fresh = [worker for worker in workers if worker.worker_ref not in known]
    areas = territory.get_areas({worker.area_code for worker in fresh})
    governance.domain_open(domain=governance.STANDING, by=by, now=now)
    accounts = [
        Account(id=account_id, handle=worker.handle, password=passwords.of(worker), created_at=now)
        for account_id, worker in zip(new_ids(len(fresh)), fresh, strict=True)
    ]
    Account.objects.bulk_create(accounts, batch_size=5_000)
    Assignment.objects.bulk_create(
        [
            Assignment(
                id=assignment_id,
                account=account,
                role=worker.role,
                area_code=worker.area_code,
                area_pos=areas[worker.area_code].pos,
                area_end=areas[worker.area_code].end,
                responsible=worker.responsible,
                starts_at=now,
            )
            for assignment_id, account, worker in zip(new_ids(len(fresh)), accounts, fresh, strict=True)
        ],
        batch_size=5_000,
    )
    _profiles_seal(fresh, [account.id for account in accounts], areas, now)
    ledger.record("roster.import", by=by, now=now, rows_count=len(workers), workers_count=len(fresh))
    return RosterReport(len(workers), len(fresh), len(known))


def _profiles_seal(
    workers: Sequence[_Worker],
    account_ids: Sequence[UUID],
    areas: dict[str, territory.AreaView],
    now: datetime,
) -> None:
    sealer = governance.sealer(governance.STANDING)
    keys = sealer.new_data_keys(len(workers))
    table = "workforce_workerprofile"
    blobs = sealer.seal_many(
        (key, table, column, account_id, text or None)
        for key, account_id, worker in zip(keys, account_ids, workers, strict=True)
        for column, text in (("name_sealed", worker.name), ("phone_sealed", worker.phone))
    )
    DataKey.objects.bulk_create(
        [DataKey(id=key.id, domain=key.domain, wrapped=key.wrapped, created_at=now) for key in keys]
    )
    WorkerProfile.objects.bulk_create(
        [
            WorkerProfile(
                account_id=account_id,
                area_pos=areas[worker.area_code].pos,
                worker_ref=worker.worker_ref,
                employment=worker.employment,
                data_key=key.id,
                name_sealed=blobs[2 * i],
                phone_sealed=blobs[2 * i + 1],
            )
            for i, (key, account_id, worker) in enumerate(zip(keys, account_ids, workers, strict=True))
        ],
        batch_size=5_000,
    )
