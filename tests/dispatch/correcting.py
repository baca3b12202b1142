"""What the tests of corrections share: entering and deciding one, and where in the house a text or a key stands."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection

from gridward.country.api import pack
from gridward.dispatch import actions
from gridward.dispatch.models import Task
from gridward.governance import api as governance
from gridward.kernel.actor import Actor
from gridward.kernel.models import DataKey
from gridward.kernel.outcomes import Refusal
from gridward.kernel.sealing import PERSONAL_COLUMNS, blob_key_id
from gridward.registry import api as registry
from gridward.registry.models import Resident
from tests import people
from tests.dispatch.desk import (
    ACROSS,
    STUDENT,
    Desk,
    moment,
)

MakeActor = Callable[..., Actor]
CITY = people.city()
NOON = moment(12)
NEW_PHONE = pack("cn").synthetic_phone(88)
NEW_ID = pack("cn").synthetic_id("320199", STUDENT.born, 55)
#: A door of the next grid that the address book knows, and one of a neighbour in the same grid.
ELSEWHERE = "南京市玄武区新街口街道成贤街社区珠江路273号1幢1单元301室"
RIGHT: dict[str, str] = {
    "name": "王晓明", "phone": NEW_PHONE, "id_number": NEW_ID, "address": ELSEWHERE, "household": ACROSS.address,
    "not_here": "", "deceased": "",
}  # fmt: skip
#: What a person was before may stand in these tables alone.
HISTORY = {"registry_residentvalue", "registry_residence"}


def entered(
    desk: Desk, task: Task, kind: str, value: str | None = None, *, by: Actor | None = None, at: Any = None
) -> registry.CorrectionView | Refusal:
    """Enter a correction about the student as the worker at the door, or as somebody else."""
    actor = by or desk.worker
    with people.acting(actor):
        return actions.correction_enter(
            task_id=task.id, person_id=desk.person_of[STUDENT], kind=kind,
            value=RIGHT[kind] if value is None else value, found_by="document", reason="shown at the door", by=actor,
            now=at or moment(12, 5),
        )  # fmt: skip


def taken(correction: object, by: Actor, *, at: Any = None) -> object:
    assert isinstance(correction, registry.CorrectionView), correction
    with people.acting(by):
        return actions.correction_acknowledge(
            correction_id=correction.id, reason="to be decided", by=by, now=at or moment(12, 6)
        )


def accepted(correction: object, by: Actor, *, at: Any = None) -> object:
    """Take a correction into hand and accept it."""
    if isinstance(refused := taken(correction, by, at=at), Refusal):
        return refused
    assert isinstance(correction, registry.CorrectionView)
    with people.acting(by):
        done = actions.correction_accept(correction_id=correction.id, by=by, now=at or moment(12, 7))
    connection.check_constraints()
    return done


def corrected(desk: Desk, task: Task, kind: str, officer: Actor) -> None:
    done = accepted(entered(desk, task, kind), officer)
    assert isinstance(done, registry.CorrectionView) and done.state == "accepted", done


def student() -> Resident:
    with people.as_owner():
        return Resident.objects.get(resident_ref=STUDENT.ref)


def opened(desk: Desk) -> Iterator[tuple[str, str, UUID, str]]:
    """Yield every sealed text of the order's domain: table, column, row, and what stands there."""
    sealer = governance.sealer(desk.order.domain)
    with people.as_owner(), connection.cursor() as cursor:
        keys = sealer.unwrap_many(
            DataKey.objects.filter(domain=desk.order.domain).values_list("id", "wrapped")
        )
        for column in PERSONAL_COLUMNS.values():
            if not column.column.endswith("_sealed"):
                continue
            key = apps_pk(column.table)
            cursor.execute(
                f"select {key}, {column.column} from {column.table} where {column.column} is not null"
            )
            for row_id, blob in cursor.fetchall():
                if bytes(blob) == b"\0" or blob_key_id(blob) not in keys:
                    continue
                (text,) = sealer.open_many([(blob, column.table, column.column, row_id)], keys)
                yield column.table, column.column, row_id, text or ""


def apps_pk(table: str) -> str:
    (model,) = [one for one in apps.get_models() if one._meta.db_table == table]
    return str(model._meta.pk.column)


def places_of(desk: Desk, text: str) -> set[tuple[str, str]]:
    """Return every table and column in which a text can be read; a namesake's own name is no copy."""
    with people.as_owner():
        namesake = Resident.objects.get(resident_ref=people.namesake_elsewhere.ref).id
    return {
        (table, column) for table, column, row, found in opened(desk) if text in found and row != namesake
    }


def blind_rows(desk: Desk, *values: bytes | None) -> set[tuple[str, str]]:
    """Return every table and column in which one of these blind keys stands."""
    found = set()
    with people.as_owner(), connection.cursor() as cursor:
        for column in PERSONAL_COLUMNS.values():
            if not column.column.endswith("_sealed"):
                cursor.execute(
                    f"select count(*) from {column.table} where {column.column} = any(%s)",
                    [[value for value in values if value]],
                )
                if cursor.fetchone()[0]:
                    found.add((column.table, column.column))
    return found


def plain_places(text: str) -> list[str]:
    """Return every table in which a text stands open."""
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public' order by 1")
        tables = [name for (name,) in cursor.fetchall() if name != "territory_address"]
        found = []
        for table in tables:
            cursor.execute(f"select exists (select 1 from {table} t where t::text like %s)", [f"%{text}%"])
            if cursor.fetchone()[0]:
                found.append(table)
        return found


def keys_of(desk: Desk, *, number: str = "", phone: str = "", name: str = STUDENT.name) -> registry.Keys:
    sound = pack("cn").read_name(name).sound
    asked = registry.PersonInput(number, phone, sound.partition(" ")[0], sound)
    (keys,) = registry.match_keys(domain=desk.order.domain, people=[asked])
    return keys
